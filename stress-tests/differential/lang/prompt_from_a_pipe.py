# run: -i -q -c "x = 1"
# stdin: x + 1
# stdin: if x:
# stdin:     print('in a block')
# stdin: 
# stdin: def f(a,
# stdin:       b):
# stdin:     return a + b
# stdin: 
# stdin: f(3,
# stdin:   4)
# stdin: '''a
# stdin: b'''
# stdin: f'''{(
# stdin: 5)}'''
# What is no whole statement yet goes on with the next line; only results are on standard output.
