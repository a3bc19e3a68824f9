# A class lives as long as its instances, whatever they derive from and wherever they are held.
import gc, io, array, collections
def make(base, *args):
    class Local(base):
        def __del__(self): pass
    return Local(*args)
def make2(base, *args):
    class Local(base): pass
    return Local(*args)
class Holder(str): pass
for maker in (make, make2):
    kept = Holder('h')
    for i, (base, args) in enumerate([(str, ('s',)), (int, (5,)), (float, (1.5,)), (bytes, (b'b',)), (complex, (1j,)), (io.BytesIO, (b'x',)), (io.StringIO, ('x',)), (bytearray, (b'y',)), (tuple, ((1, 2),)), (frozenset, ((1,),)), (array.array, ('b', b'z')), (collections.deque, ([1],)), (Exception, ('e',)), (object, ())]):
        setattr(kept, f'a{i}', maker(base, *args))
    for _ in range(3): gc.collect(); junk = [type(f'J{k}', (), {}) for k in range(50)]
    print([type(v).__name__ + ' ' + type(v).__mro__[1].__name__ for v in vars(kept).values()])
    print([str(v)[:20].split(' at ')[0] for v in list(vars(kept).values())[:5]])
    # In garbage, with a finalizer that looks at its class.
    class Node: pass
    for i in range(50):
        class S(io.BytesIO): pass
        n = Node(); n.me = n; n.s = S(b'abc'); n.t = maker(str, 'q'); n.u = maker(io.StringIO, 'r')
        del n, S
    gc.collect()
    def held_by_native():
        return sorted([make2(int, k) for k in (3, 1, 2)], key=lambda v: (gc.collect(), int(v))[1])
    print([type(v).__name__ for v in held_by_native()])
    # A cycle through the attributes of a str is garbage, too.
    ended = []
    class Cyclic(str):
        def __del__(self): ended.append(str(self))
    c = Cyclic('c'); c.me = c; del c
    gc.collect(); print(ended)
