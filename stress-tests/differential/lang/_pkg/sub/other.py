from .. import value as value_from_parent
from . import leaf as sibling
from .leaf import where
from ..sub import leaf
