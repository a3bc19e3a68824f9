# exit: 3
# sys.exit in the main thread still waits for the others; their exit codes do not count.
import sys, threading, time
def other(): time.sleep(0.03); print('other done', flush=True); sys.exit(9)
threading.Thread(target=other).start()
sys.exit(3)
