# Classes, instances, methods, inheritance, special methods.
class Animal:
    kind = 'animal'

    def __init__(self, name):
        self.name = name

    def speak(self):
        return f'{self.name} the {self.kind}'

    def __repr__(self):
        return f'<{self.name}>'


class Dog(Animal):
    kind = 'dog'

    def speak(self):
        return super().speak() + ' barks'


a, d = Animal('Ann'), Dog('Rex')
print(a.speak(), '|', d.speak(), a, [d], isinstance(d, Animal), type(d).__name__)
d.age = 5
print(d.age, d.__dict__, hasattr(a, 'age'))


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]


v = Vector(1, 2) + Vector(3, 4)
print(v.x, v.y, v == Vector(4, 6), len(v), v[1], list(v))
