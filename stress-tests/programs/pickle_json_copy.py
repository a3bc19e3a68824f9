"""Structures that change while they are pickled, copied, compared and dumped."""

import copy
import json
import pickle

from _hammer import finish, hammer

shared = {"list": [1, 2, 3], "dict": {"a": 1}, "set": {1, 2}, "deep": [[[]]]}


def change(random):
    shared["list"].append(random(100))
    shared["dict"][f"k{random(50)}"] = random(10)
    shared["set"].add(random(50))
    shared["dict"].pop(f"k{random(50)}", None)
    if len(shared["list"]) > 200:
        shared["list"].clear()
        shared["set"].clear()
    shared[f"extra{random(5)}"] = [random(10)]


def dump(random):
    action = random(5)
    if action == 0:
        pickle.loads(pickle.dumps(shared))
    elif action == 1:
        json.dumps(shared, default=list)
    elif action == 2:
        copy.deepcopy(shared)
    elif action == 3:
        repr(shared), str(shared["set"])
    else:
        assert shared == shared
        hash(tuple(shared["list"])), copy.copy(shared["dict"])


hammer(change, dump, dump, change, expected=(RuntimeError, KeyError, ValueError))

finish()
