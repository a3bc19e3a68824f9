# -*- coding: latin-1 -*-
print("café" == "caf\xe9")
