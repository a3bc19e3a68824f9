"""What `sysconfig` tells of the build. CPython generates this file from its makefile; weft has none."""

build_time_vars = {
    'ABIFLAGS': '',
    'BINDIR': '/usr/bin',
    'CC': 'cc',
    'CFLAGS': '',
    'CONFIG_ARGS': '',
    'EXE': '',
    'EXT_SUFFIX': '.weft-314.so',
    'HAVE_FORK': 1,
    'LDVERSION': '3.14',
    'LIBDIR': '/usr/lib',
    'MACHDEP': 'linux',
    'MULTIARCH': 'x86_64-linux-gnu',
    'Py_DEBUG': 0,
    # The binary can run without the GIL; `sys._is_gil_enabled()` tells whether it does.
    'Py_GIL_DISABLED': 1,
    'SHLIB_SUFFIX': '.so',
    'SIZEOF_VOID_P': 8,
    'SOABI': 'weft-314',
    'VERSION': '3.14',
    'WITH_DOC_STRINGS': 1,
    'exec_prefix': '/usr',
    'prefix': '/usr',
    'srcdir': '.',
}
