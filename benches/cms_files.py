"""Signs, verifies, encrypts and decrypts one large file, by the command and by `openssl cms`.

Each operation is a process of its own, from file to file. What counts is its processor time (user and
system) and its largest memory, as the kernel says them.
"""

import datetime
import os
import pathlib
import subprocess
import sys
import tempfile


def run(*words: str) -> tuple[float, int]:
    """Runs a command that has to work; gives its processor time in seconds and its memory in MB."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, devnull, number) for number in (1, 2)]
    child = os.posix_spawnp(words[0], words, os.environ, file_actions=actions)
    os.close(devnull)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(words)}: status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def ours(yinxin: str, file: str) -> dict[str, list[str]]:
    run(yinxin, "ca", "init", "ca", "--subject", "CN=Bench,C=CN")
    for name, profile in (("signer", "signer"), ("inbox", "encryption")):
        run(yinxin, "keygen", "--out", f"{name}.key", "--public-out", f"{name}.pub")
        run(yinxin, "ca", "issue", "ca", "--public", f"{name}.pub", "--subject", f"CN={name},C=CN",
            "--profile", profile, "--out", f"{name}.pem")
    run(yinxin, "ca", "crl", "ca", "--out", "list.crl")
    trust = ["--trust", "ca/ca.pem", "--crl", "list.crl"]
    cms, signer, inbox = [yinxin, "cms"], ["--key", "signer.key", "--cert", "signer.pem"], "inbox.pem"
    return {
        "sign": [*cms, "sign", *signer, "--force", "--out", "signed", file],
        "verify": [*cms, "verify", *trust, "--force", "--out", "said", "signed"],
        "encrypt": [*cms, "encrypt", "--for", inbox, "--force", "--out", "closed", file],
        "decrypt": [*cms, "decrypt", "--key", "inbox.key", "--cert", inbox, "--force", "--out", "open",
                    "closed"],
    }


def openssl(file: str) -> dict[str, list[str]]:
    base, out = ["openssl", "cms"], ["-binary", "-stream", "-outform", "DER"]
    new = ["openssl", "req", "-x509", "-nodes", "-days", "9", "-subj"]
    run(*new, "/CN=signer", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-keyout", "o.key", "-out", "o.pem")
    run(*new, "/CN=inbox", "-newkey", "rsa:2048", "-keyout", "i.key", "-out", "i.pem")
    return {
        "sign": [*base, "-sign", "-nodetach", *out, "-in", file, "-signer", "o.pem", "-inkey",
                 "o.key", "-out", "o.signed"],
        "verify": [*base, "-verify", "-binary", "-inform", "DER", "-in", "o.signed", "-CAfile", "o.pem",
                   "-purpose", "any", "-out", "o.said"],
        "encrypt": [*base, "-encrypt", *out, "-aes-256-gcm", "-in", file, "-out", "o.closed", "i.pem"],
        "decrypt": [*base, "-decrypt", "-binary", "-inform", "DER", "-in", "o.closed", "-inkey", "i.key",
                    "-recip", "i.pem", "-out", "o.open"],
    }


def main() -> None:
    yinxin, table = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    mebibytes, rounds = int(sys.argv[3]), int(sys.argv[4])
    lines = [
        f"`benches/cms_files.sh {mebibytes} {rounds}`: {datetime.date.today()}, {os.cpu_count()} cores;"
        f" {subprocess.check_output(['openssl', 'version'], text=True).strip()};"
        f" load {os.getloadavg()[2]:.1f} in the last 15 minutes.",
        "",
        "| who | what | processor time | | peak of memory |",
        "|---|---|---|---|---|",
    ]
    # Not in memory: /tmp may be.
    with tempfile.TemporaryDirectory(dir=table.parent) as folder:
        os.chdir(folder)
        with open("file", "wb") as out:
            block = os.urandom(1 << 20)
            for number in range(mebibytes):
                out.write(number.to_bytes(4) + block[4:])
        peers = {
            "yinxin: SM2, SM3, SM4-GCM": ours(yinxin, "file"),
            "OpenSSL: ECDSA P-256, SHA-256, RSA-2048, AES-256-GCM": openssl("file"),
        }
        for who, commands in peers.items():
            for what, words in commands.items():
                seconds, memory = min(run(*words) for _ in range(rounds))
                speed = mebibytes * 1.048576 / seconds
                lines.append(f"| {who} | {what} | {seconds:.2f} s | {speed:,.0f} MB/s | {memory} MB |")
        for copy in ("said", "open", "o.said", "o.open"):
            if subprocess.run(["cmp", "file", copy], check=False).returncode != 0:
                raise SystemExit(f"{copy} is not what was encrypted")
    text = "\n".join(lines) + "\n"
    table.write_text(text, encoding="utf-8")
    print(text, end="")


main()
