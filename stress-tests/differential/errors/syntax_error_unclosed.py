# exit: 1
print("before"
x = [1, 2
y = 3
