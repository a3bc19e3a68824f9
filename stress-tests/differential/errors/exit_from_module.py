# exit: 1
import _data.exits
