# exit: 1
f = lambda x: x["key"]
f({})
