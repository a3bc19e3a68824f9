# exit: 1
x = "unterminated
y = 1
