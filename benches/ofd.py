"""The table of benches/ofd.sh: documents of several shapes, verified and stamped, by us and by OFDRW.

    ofd.py YINXIN PROGRAM TABLE ROUNDS

Every figure is the best of ROUNDS rounds in one process, so that the JVM is warm; each round opens the
file anew. Memory is the most that a process of its own needed for three rounds.
"""

import pathlib
import random
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "vectors" / "interop" / "ofdrw"))
import documents  # noqa: E402

OFDRW = str(HERE.parent / "vectors" / "interop" / "ofdrw" / "documents.sh")


def filled(path, pages, pictures, size):
    """A document of so many pages of text, with pictures that do not compress."""
    documents.document(path, pages)
    noise = random.Random(1)
    text = "".join(
        f'<ofd:TextObject ID="{5000 + line}" Boundary="20 {20 + line * 6} 170 6" Font="3" Size="4">'
        f'<ofd:TextCode X="0" Y="5">{line} 本页内容以此为准，金额以大写为准。</ofd:TextCode>'
        "</ofd:TextObject>" for line in range(40))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            if "/Pages/" in name:
                data = data.replace(b"</ofd:Layer>", text.encode() + b"</ofd:Layer>")
            new.writestr(name, data)
        for number in range(pictures):
            new.writestr(f"Doc_0/Res/{number}.png", noise.randbytes(size))


def best(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return None
    return min(int(word) for word in done.stdout.splitlines()[0].split()) / 1e9


def memory(command):
    """The most memory of a run, in bytes."""
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], capture_output=True, text=True)
    return int(done.stderr.split()[-1]) * 1024 if done.returncode == 0 else None


def number(value, unit=""):
    if value is None:
        return "-"
    digits = 3 - len(str(int(value)))
    return f"{value:,.{max(digits, 0)}f}{unit}"


def main():
    yinxin, program, table, rounds = sys.argv[1:]
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        run = documents.Run(yinxin, "", folder)
        run.prepare()
        shapes = [("7 pages", 7, 0, 0), ("1,000 pages", 1000, 0, 0),
                  ("20 pages, 50 pictures of 1 MB", 20, 50, 1_000_000)]
        for name, pages, pictures, size in shapes:
            plain, sealed = folder / "plain.ofd", folder / "sealed.ofd"
            filled(plain, pages, pictures, size)
            sealed.unlink(missing_ok=True)
            run.must(f"ofd {documents.STAMP.format(seal='v4.esl')} plain.ofd --place 1:100,200 "
                     "--lock --out sealed.ofd")
            with zipfile.ZipFile(plain) as package:
                inflated = sum(entry.file_size for entry in package.infolist())
            count = str(max(3, min(int(rounds), int(rounds) * 100 // pages)))
            for what, file in [("verify", sealed), ("stamp", plain)]:
                ours = [program, what, str(folder), str(file)]
                theirs = [OFDRW, "--java", "speed", what, str(folder), str(file)]
                one, two = best([*ours, count, "1"]), best([*ours, count, "2"])
                peer = best([*theirs, count])
                for who, time, ram in [
                    ("yinxin, 1 thread", one, memory([*ours, "3", "1"])),
                    ("yinxin, 2 threads", two, memory([*ours, "3", "2"])),
                    ("OFDRW", peer, memory([*theirs, "3"])),
                ]:
                    rows.append([
                        f"{what}, {name}", who,
                        number(time and time * 1e3, " ms"), number(time and pages / time),
                        number(time and inflated / time / 1e6), number(ram and ram / 1e6, " MB"),
                        number(time and peer and peer / time)])
                    print(*rows[-1], sep="  ", flush=True)
    head = ["what", "who", "time", "pages/s", "MB/s", "memory", "times OFDRW's speed"]
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    pathlib.Path(table).write_text("\n".join(lines) + "\n")


main()
