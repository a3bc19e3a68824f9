# exit: 1
x = “curly”
