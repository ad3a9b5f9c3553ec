"""Runs the library and its peers in turns and prints one table; called by ../peers.sh."""

import datetime
import json
import math
import os
import platform
import subprocess
import sys
import time

# What a name of `yinxin speed` is called at the peers, where it is not the same.
AT_PEERS = {
    "sm2-sign-many": "sm2-sign-one",
    "sm2-verify-fresh-many": "sm2-verify-fresh-one",
    "sm2-verify-prepared-many": "sm2-verify-prepared-one",
    "sm3-many-streams": "sm3-one-stream",
}
NAMES = [
    "sm2-sign-one", "sm2-sign-many", "sm2-verify-fresh-one", "sm2-verify-fresh-many",
    "sm2-verify-prepared-one", "sm2-verify-prepared-many", "sm2-encrypt", "sm2-decrypt",
    "sm3-one-stream", "sm3-many-streams", "sm4-cbc-encrypt", "sm4-cbc-decrypt", "sm4-ctr", "sm4-gcm",
]
# These are ring's with every backend, so one measurement will do.
OF_RING = ["rsa2048-sign", "rsa2048-verify", "p256-sign", "p256-verify"]
# The arguments of `openssl speed`, and the names of the figures in the order it prints them.
OPENSSL = [
    (["sm2"], ["sm2-sign-one", "sm2-verify-prepared-one"]),
    (["rsa2048"], ["rsa2048-sign", "rsa2048-verify"]),
    (["ecdsap256"], ["p256-sign", "p256-verify"]),
    (["-evp", "sm3"], ["sm3-one-stream"]),
    (["-evp", "sm4-cbc"], ["sm4-cbc-encrypt"]),
    (["-decrypt", "-evp", "sm4-cbc"], ["sm4-cbc-decrypt"]),
    (["-evp", "sm4-ctr"], ["sm4-ctr"]),
    (["-evp", "sm4-gcm"], ["sm4-gcm"]),
]
NOTES = """\
One thread, medians, the best of the rounds. SM2: whole operations on a message of 1 KB, Z and SM3
included; fresh: another key each time, decoded; prepared: 30 keys, at the peers decoded before and
without tables. SM3 and SM4: 16 KB. The last column is the best backend by the best peer; peers without an
entry for many stand with their single figure. `openssl speed` gives means, signs and verifies a message
of its own shorter than 1 KB, has one key decoded before (so it stands under prepared), and does not hash
for RSA and P-256. RSA and P-256 are ring's here with every backend, so they are measured once ("same"), and
ring stands for scale and not for the last column. -: the peer does not have it, or is not asked."""


def main():
    yinxin, rust, gmsm, report, seconds, rounds = sys.argv[1:]
    start = time.time()
    backends = json.loads(run([yinxin, "speed", "sm3-one-stream", "--seconds", "0.001", "--json"]))["machine"]["backends"]
    gone, figures = missing(gmsm), {}
    for _ in range(int(rounds)):
        for backend in backends:
            names = NAMES + (OF_RING if backend == backends[-1] else [])
            said = json.loads(run([yinxin, "speed", *names, "--json", "--seconds", seconds, "--backend", backend]))
            for result in said["results"]:
                keep(figures, backend, result["name"], result.get("operations_per_second") or result.get("bytes_per_second"))
        for line in run([rust, seconds]).splitlines():
            keep(figures, *line.split("\t"))
        if "gmsm" not in gone:
            for line in run([gmsm, seconds]).splitlines():
                keep(figures, "gmsm", *line.split("\t"))
        if "OpenSSL" not in gone:
            for arguments, names in OPENSSL:
                for name, figure in zip(names, openssl(arguments, max(1, math.ceil(float(seconds))))):
                    keep(figures, "OpenSSL", name, figure)
    text = "\n".join(head(seconds, rounds, gmsm, gone) + table(figures, backends, gone) + ["", NOTES])
    with open(report, "w") as out:
        out.write(text + "\n")
    print(f"{text}\n\n{time.time() - start:.0f} s; also in {os.path.relpath(report)}")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-1000:]}")
    return done.stdout


def missing(gmsm):
    """The peers that are not here, and why."""
    gone = {}
    if not os.path.exists(gmsm):
        gone["gmsm"] = "no program was built, which takes Go and its module proxy"
    try:
        subprocess.run(["openssl", "version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        gone["OpenSSL"] = "no program openssl that runs"
    return gone


def openssl(arguments, seconds):
    """The figures of one `openssl speed`; none if it does not know the algorithm."""
    command = ["openssl", "speed", "-mr", "-seconds", str(seconds), "-bytes", "16384"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True)
    lines = [line.split(":") for line in done.stdout.splitlines() if line.startswith("+F")]
    if done.returncode or len(lines) != 1:
        return []
    # +F:NUMBER:NAME:BYTES of hashes and ciphers, +FN:NUMBER:BITS:[NAME:]SIGN:VERIFY of signatures.
    return map(float, lines[0][-1:] if lines[0][0] == "+F" else lines[0][-2:])


def keep(figures, column, name, figure):
    row = figures.setdefault(name, {})
    row[column] = max(float(figure), row.get(column, 0))


def head(seconds, rounds, gmsm, gone):
    with open("/proc/cpuinfo") as text:
        cpu = next((line.split(":", 1)[1].strip() for line in text if line.startswith("model name")), platform.machine())
    versions = [run(["openssl", "version"]).strip()] if "OpenSSL" not in gone else []
    versions += [run([gmsm, "--version"]).strip()] if "gmsm" not in gone else []
    when = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    lines = [
        f"`benches/peers.sh {seconds} {rounds}`: {when}, {cpu}, {os.cpu_count()} cores, {platform.system()}; {', '.join(versions)};",
        f"Rust crates as in Cargo.lock; load {os.getloadavg()[2]:.1f} in the last 15 minutes.",
    ]
    return lines + [f"MISSING: {peer}: {why}." for peer, why in gone.items()] + [""]


PEERS = ["OpenSSL", "gmsm", "RustCrypto", "sm-crypto"]


def table(figures, backends, gone):
    rows = [["operation", *backends, *PEERS, "ring", "best / best peer"]]
    for name in NAMES + OF_RING:
        ours, theirs = figures[name], figures.get(AT_PEERS.get(name, name), {})
        shown = lambda figure: human(figure, name) if figure else "-"
        own = [shown(ours.get(backend)) if backend in ours else "same" for backend in backends]
        peers = ["missing" if peer in gone else shown(theirs.get(peer)) for peer in PEERS]
        best = max((theirs.get(peer, 0) for peer in PEERS), default=0)
        ratio = f"{max(ours.get(backend, 0) for backend in backends) / best:.2f}" if best else "no peer"
        rows.append([name, *own, *peers, shown(theirs.get("ring")), ratio])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    line = lambda row: "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
    return [line(rows[0]), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows[1:])]


def human(figure, name):
    if name.startswith(("sm3", "sm4")):
        return f"{figure / 1e9:.2f} GB/s" if figure >= 1e9 else f"{figure / 1e6:.0f} MB/s"
    if figure < 1e3:
        return f"{figure:.0f} /s"
    return f"{figure / 1e3:.1f} k/s" if figure < 1e5 else f"{figure / 1e3:.0f} k/s"


main()
