# exit: 4
class E(SystemExit):
    pass


raise E(4)
