# Uncaught exceptions in threads: what excepthook gets, SystemExit, the printed text.
import sys, threading
def run(f, name='worker'):
    t = threading.Thread(target=f, name=name); t.start(); t.join()


def hook(args): print('hook', args.exc_type.__name__, args.exc_value, args.exc_traceback is not None, args.thread.name, len(args))


threading.excepthook = hook
run(lambda: 1 / 0)
def raises(): raise KeyError('k') from ValueError('cause')
run(raises, 'second')
run(lambda: sys.exit(5)); run(lambda: (_ for _ in ()).throw(SystemExit('text')))
threading.excepthook = threading.__excepthook__
print('main goes on')
results = {}
def catcher(n):
    try:
        if n % 2: raise ValueError(n)
        results[n] = 'fine'
    except ValueError as e: results[n] = (str(e), sys.exception() is e, e.__traceback__.tb_lineno > 0)
ts = [threading.Thread(target=catcher, args=(i,)) for i in range(6)]
[t.start() for t in ts]; [t.join() for t in ts]
print([results[i] for i in range(6)])
def state():
    results['in thread'] = sys.exception()
try: raise LookupError('main handles')
except LookupError: run(state); print(results['in thread'], repr(sys.exception()))
e = ValueError('shared'); 
def raise_shared():
    try: raise e
    except ValueError: results['tb'] = True
ts = [threading.Thread(target=raise_shared) for _ in range(4)]; [t.start() for t in ts]; [t.join() for t in ts]; print(results['tb'])
for bad in (lambda: threading.excepthook(5), lambda: threading.excepthook((1, 2))):
    try: bad()
    except TypeError as x: print(x)
