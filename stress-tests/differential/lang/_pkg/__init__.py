value = 'pkg value'
public = 'is public'
hidden = 'is hidden'
_private = 1
__all__ = ['public', 'sub']


def __getattr__(name):
    if name == 'lazy_attribute': return 'made on demand'
    raise AttributeError(f'module {__name__} lacks {name}')
