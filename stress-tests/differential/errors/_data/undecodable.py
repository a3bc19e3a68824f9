# no coding line
x = "café"
