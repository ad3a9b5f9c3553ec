"""What the peers in Python share: reading cases, writing answers."""

import sys


class Refused(Exception):
    pass


class Cannot(Exception):
    pass


def equal(got, stated):
    return ("accepted", "") if got == stated else ("wrong", got.hex()[:80])


def serve(version, judges):
    """Answers every line of standard input with the judge of its type."""
    if sys.argv[1:] == ["--version"]:
        print(version)
        return
    for line in sys.stdin:
        number, kind, *fields = line.rstrip("\n").split("\t")
        case = dict(field.split("=", 1) for field in fields)
        judge = judges.get(kind)
        try:
            if judge is None:
                raise Cannot("not asked")
            verdict, remark = judge(Case(case))
        except Refused as refusal:
            verdict, remark = "refused", str(refusal)
        except Cannot as reason:
            verdict, remark = "cannot", str(reason)
        print(number, verdict, " ".join(remark.split()), sep="\t", flush=True)


class Case(dict):
    def octets(self, name):
        return bytes.fromhex(self[name])
