# A process forked by a thread: the others are gone, and it ends with its last thread.
import os, sys, threading, time, warnings
warnings.simplefilter('ignore')
main = threading.current_thread()
other = threading.Thread(target=time.sleep, args=(0.2,), daemon=True); other.start()
def joins(): main.join(); print('joined'); sys.stdout.flush()
def work():
    pid = os.fork()
    if pid == 0:
        print(other.is_alive(), main.is_alive(), threading.active_count(), threading.main_thread() is threading.current_thread())
        t = threading.Thread(target=joins); t.start(); t.join()
        sys.stdout.flush()
    else: print(os.waitpid(pid, 0)[1])
t = threading.Thread(target=work); t.start(); t.join()
