# The least a runtime can do.
print('hello')
