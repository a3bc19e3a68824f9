# exit: 9
import os, sys
print("flushed", flush=True)
sys.stdout.write("not flushed")
os._exit(9)
