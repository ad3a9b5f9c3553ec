"""The peers and how they are asked: many cases, one process; the protocol is in README.md."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = {
    "openssl": ["openssl/run.sh"],
    "gmssl": ["pypi/run.sh", "gmssl"],
    "tongsuo": ["pypi/run.sh", "tongsuo"],
    "pyca": ["pypi/run.sh", "pyca"],
    "gmsm": ["gmsm/run.sh"],
    "bouncycastle": ["bouncycastle/run.sh"],
    "ofdrw": ["ofdrw/run.sh"],
}


class Peer:
    def __init__(self, command):
        self.command = command
        self.version = self.run("--version").strip()

    @classmethod
    def named(cls, name):
        script, *arguments = PEERS[name]
        return cls([os.path.join(HERE, script), *arguments])

    def run(self, *arguments, text=None):
        run = subprocess.run([*self.command, *arguments], input=text, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"{self.command[0]}: {run.stderr[-2000:]}")
        return run.stdout

    def ask(self, kinds, cases, *arguments):
        """The word and the remark of each answer."""
        fields = [[f"{name}={value}" for name, value in case.items()] for case in cases]
        lines = ["\t".join([str(i), kind, *fields[i]]) for i, kind in enumerate(kinds)]
        out = self.run(*arguments, text="\n".join(lines) + "\n" if lines else "")
        answers = [[*line.split("\t"), ""] for line in out.splitlines()]
        if [answer[0] for answer in answers] != [str(i) for i in range(len(lines))]:
            raise SystemExit(f"{self.version}: {len(answers)} answers to {len(lines)} cases, or in another order")
        return [(answer[1], answer[2]) for answer in answers]
