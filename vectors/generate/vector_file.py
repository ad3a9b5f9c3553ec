"""Collecting cases into vector files."""

import hashlib
import json
import os

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


class Stream:
    """Numbers that look random and are the same on every run."""

    def __init__(self, seed):
        self.seed, self.counter = seed.encode(), 0

    def octets(self, count):
        out = b""
        while len(out) < count:
            out += hashlib.sha256(self.seed + self.counter.to_bytes(8, "big")).digest()
            self.counter += 1
        return out[:count]

    def below(self, bound):
        """A number from 1 to bound - 1."""
        return int.from_bytes(self.octets(48), "big") % (bound - 1) + 1


class VectorFile:
    def __init__(self, name, algorithm, header, maker=None, keys=None):
        self.name = name
        self.maker = maker or name + ".py"
        self.count = 0
        self.body = {"algorithm": algorithm, "numberOfTests": 0, "header": header}
        if keys:
            self.body["keys"] = encode(keys)
        self.body["testGroups"] = []

    def group(self, kind, **fields):
        group = {"type": kind, "source": f"made by generate/{self.maker}", **encode(fields), "tests": []}
        self.body["testGroups"].append(group)
        return group["tests"]

    def whole(self, kind, **fields):
        group = {"type": kind, "source": f"made by generate/{self.maker}", **encode(fields)}
        self.body["testGroups"].append(group)

    def add(self, tests, comment, flag, result, **fields):
        self.count += 1
        tests.append({"tcId": self.count, "comment": comment, "flags": [flag], **encode(fields), "result": result})

    def write(self):
        self.body["numberOfTests"] = self.count
        path = os.path.join(DATA, self.name + ".json")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(pretty(self.body) + "\n")
        print(f"{os.path.normpath(path)}: {self.count} cases")


def encode(fields):
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}


def pretty(value, depth=0):
    """JSON with one case on a few lines, short lists on one."""
    pad, inner = " " * depth, " " * (depth + 1)
    if isinstance(value, dict) and value:
        if depth >= 4 and "tcId" not in value:
            return json.dumps(value, ensure_ascii=False)
        items = [f"{inner}{json.dumps(name)}: {pretty(item, depth + 1)}" for name, item in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + pad + "}"
    if isinstance(value, list) and value and (depth < 4 and any(isinstance(item, (dict, list)) for item in value)):
        return "[\n" + ",\n".join(inner + pretty(item, depth + 1) for item in value) + "\n" + pad + "]"
    return json.dumps(value, ensure_ascii=False)
