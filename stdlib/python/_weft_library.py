"""Import of the library packed into the binary: a path hook for the folder it seems to lie in.

The folder (`sys._stdlib_dir`) need not exist. Its entry on `sys.path` keeps the library's place in the order:
modules beside the program come first, installed packages after it.
"""

import _frozen_importlib as _bootstrap
import _weft_lib
import sys

PREFIX = _weft_lib.PREFIX


class LibraryFinder:
    """Finds modules in one folder of the packed library."""

    def __init__(self, path):
        if path != PREFIX and not path.startswith(PREFIX + '/'):
            raise ImportError('not in the packed library', path=path)
        self.path = path
        inside = path[len(PREFIX) + 1:]
        self._package = inside.replace('/', '.') + '.' if inside else ''

    def __repr__(self):
        return f'LibraryFinder({self.path!r})'

    def find_spec(self, fullname, target=None):
        name = self._package + fullname.rpartition('.')[2]
        found = _weft_lib.find(name)
        if found is None:
            return None
        path, is_package = found
        origin = f'{PREFIX}/{path}'
        spec = _bootstrap.ModuleSpec(fullname, LibraryLoader(fullname, name, origin), origin=origin,
                                     is_package=is_package)
        spec._set_fileattr = True
        if is_package:
            spec.submodule_search_locations = [origin.rpartition('/')[0]]
        return spec

    @staticmethod
    def invalidate_caches():
        pass

    def iter_modules(self, prefix=''):
        """For pkgutil."""
        for name in _weft_lib.names():
            front, _, last = name.rpartition('.')
            if (front + '.' if front else '') == self._package:
                yield prefix + last, _weft_lib.find(name)[1]


class LibraryLoader:
    """Loads one module of the packed library."""

    def __init__(self, fullname, packed_name, path):
        self.name = fullname
        self.path = path
        self._packed_name = packed_name

    def __eq__(self, other):
        return self.__class__ == other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(_weft_lib.code(self._packed_name), module.__dict__)
        if self._packed_name == 'linecache' and (command := _weft_lib.command()) is not None:
            # The program given with -c: CPython imports linecache before it runs one.
            module._register_code(*command, '<string>')

    def get_code(self, fullname=None):
        return _weft_lib.code(self._packed_name)

    def get_source(self, fullname=None):
        return _weft_lib.source(self._packed_name).decode()

    def get_filename(self, fullname=None):
        return self.path

    def is_package(self, fullname=None):
        return _weft_lib.find(self._packed_name)[1]

    def get_data(self, path):
        if path.startswith(PREFIX + '/') and path.endswith('.py'):
            name = path[len(PREFIX) + 1:-3].removesuffix('/__init__').replace('/', '.')
            if _weft_lib.find(name) is not None:
                return _weft_lib.source(name)
        raise FileNotFoundError(2, 'No such file or directory', path)


def install():
    sys.path_hooks.insert(0, LibraryFinder)


def read_line(prompt):
    """A line of an interactive session whose input is no terminal."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.removesuffix('\n')
