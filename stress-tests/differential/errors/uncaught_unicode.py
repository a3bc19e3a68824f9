# exit: 1
é = "日本"
print(é)
é + 1 + "ü"
