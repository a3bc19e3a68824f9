"""Attributes of shared instances, with a dict, with slots and by shape, come and go."""

from _hammer import finish, hammer

class Plain:
    pass


class Slotted:
    __slots__ = ("a", "b", "c", "__dict__")


objects = [Plain(), Plain(), Slotted(), Slotted()]
NAMES = ["a", "b", "c"] + [f"name{n}" for n in range(40)]


def add(random):
    thing, name = objects[random(4)], NAMES[random(len(NAMES))]
    setattr(thing, name, (name, random(1000)))


def delete(random):
    delattr(objects[random(4)], NAMES[random(len(NAMES))])


def read(random):
    thing, name = objects[random(4)], NAMES[random(len(NAMES))]
    value = getattr(thing, name, None)
    assert value is None or value[0] == name, (name, value)
    for key, item in list(vars(thing).items()):
        assert item[0] == key
    if random(200) == 0:
        objects[random(4)] = (Plain, Slotted)[random(2)]()
    if random(500) == 0:
        thing.__dict__ = {"a": ("a", 1)}


hammer(add, delete, read, add, expected=(AttributeError, RuntimeError))

finish()
