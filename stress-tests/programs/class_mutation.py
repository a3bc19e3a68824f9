"""Classes change their methods, bases and attributes while other threads use the instances."""

from _hammer import finish, hammer

class Base:
    def method(self):
        return "base"

    value = 1


class Other:
    def method(self):
        return "other"

    value = 2


class Middle(Base):
    pass


class Leaf(Middle):
    pass


instances = [Leaf() for _ in range(4)]
METHODS = {"base", "other", "leaf", "middle", "lambda"}


def use(random):
    thing = instances[random(4)]
    for _ in range(20):
        assert thing.method() in METHODS
        assert thing.value in range(10)
        isinstance(thing, Base), type(thing).__mro__, thing.__class__.__name__
    instances[random(4)] = Leaf()


def change(random):
    action = random(7)
    if action == 0:
        Leaf.method = lambda self: "leaf"
    elif action == 1:
        del Leaf.method
    elif action == 2:
        Middle.__bases__ = (Base, Other)[random(2)],
    elif action == 3:
        Base.value = random(10)
    elif action == 4:
        setattr(Middle, f"extra{random(20)}", random(5))
    elif action == 5:
        Leaf.value = property(lambda self: 3)
        del Leaf.value
    else:
        instances[random(4)].__class__ = Leaf


hammer(use, use, change, expected=(AttributeError, TypeError))

finish()
