# stdin: n
# stdin: p y
# stdin: b 31
# stdin: c
# stdin: a
# stdin: p total
# stdin: n
# stdin: j 33
# stdin: w
# stdin: r
# stdin: tbreak 35
# stdin: c
# stdin: s
# stdin: s
# stdin: s
# stdin: !result
# stdin: u
# stdin: p z
# stdin: c
# breakpoint() and what one types there: pdb works through sys.monitoring.







x = 1; breakpoint()
y = 2
def add(a, b):
    total = a + b
    total += 1
    total += 100
    return total
z = add(x, y)
result = add(z, 1)
print(y + z + result)
