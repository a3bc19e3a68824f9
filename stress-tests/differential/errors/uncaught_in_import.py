# exit: 1
import _data.undecodable
