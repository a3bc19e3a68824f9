# exit: 1
class B(BaseException):
    pass


raise B("base")
