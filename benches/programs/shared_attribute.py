"""Two threads on one object: attributes of one instance."""


class Settings:
    def __init__(self):
        self.width = 7
        self.height = 5


def prepare():
    return Settings()


def work(shared, thread):
    total = 0
    for _ in range(150_000):
        total += shared.width * shared.height
    return total
