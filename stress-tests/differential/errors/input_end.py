# stdin: first line
# stdin: second
print(input("name? "), input())
try:
    input("prompt> ")
except EOFError as e:
    print(repr(e))
