# exit: 1
raise KeyError
