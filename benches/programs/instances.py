"""Instances with a dict's worth of attributes, methods and a property."""


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.moves = 0

    def deposit(self, amount):
        self.balance += amount
        self.moves += 1

    @property
    def mean(self):
        return self.balance // (self.moves or 1)


def work(shared, thread):
    total = 0
    for n in range(400):
        account = Account(n, 0)
        for amount in range(50):
            account.deposit(amount)
        total += account.mean
    return total
