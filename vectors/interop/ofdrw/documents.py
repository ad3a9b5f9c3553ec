"""OFDRW and we judge each other's signed documents.

    documents.py YINXIN CLASSPATH [FOLDER]     (documents.sh calls it)

Keys, certificates and seals are made by the command in a new folder (FOLDER, if it is to be kept). Every
kind of document that we sign has to be accepted by OFDRW and by ourselves, every kind that it signs by
us; and both refuse each of them with one byte of a page changed. Of the documents that we make, OFDRW reads
the same pages, words and attachments as we do. The last line counts.
"""

import datetime
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

# Name, document, what is asked for. Those with {port} have a time stamp.
STAMP = "stamp --seal {seal} --key signer.key --cert signer.crt"
OTHER = "stamp --seal {seal} --key other.key --cert other.crt"
SIGN = "sign --key signer.key --cert signer.crt"
TSA = "--tsa http://127.0.0.1:{port}"
OURS = [
    ("v1", "one", STAMP.format(seal="v1.esl") + " --place 1:100,200"),
    ("v4", "one", STAMP.format(seal="v4.esl") + " --place 1:100,200"),
    ("v5", "one", STAMP.format(seal="v5.esl") + " --place 1:100,200"),
    ("v4-lock", "one", STAMP.format(seal="v4.esl") + " --place 1:100,200 --lock"),
    ("v4-time", "one", STAMP.format(seal="v4.esl") + " --place 1:100,200 " + TSA),
    ("v5-time", "one", STAMP.format(seal="v5.esl") + " --place 1:100,200 " + TSA),
    ("unseen", "one", STAMP.format(seal="v4.esl")),
    ("message", "one", SIGN),
    ("message-lock", "one", SIGN + " --lock"),
    ("message-time", "one", SIGN + " " + TSA),
    ("every-page", "seven", STAMP.format(seal="v4.esl") + " --every-page 20.5,30.25 --size 30x20"),
    ("right", "seven", STAMP.format(seal="v4.esl") + " --straddle right"),
    ("left", "seven", STAMP.format(seal="v4.esl") + " --straddle left --straddle-offset 10"),
    ("top", "seven", STAMP.format(seal="v4.esl") + " --straddle top --straddle-margin 1.5"),
    ("bottom", "seven", STAMP.format(seal="v4.esl") + " --straddle bottom"),
    ("groups", "seven", STAMP.format(seal="v4.esl") + " --straddle right --pages-per-seal 3"),
    ("gaps", "seven", STAMP.format(seal="v4.esl") + " --straddle right --gaps"),
    ("several", "seven", STAMP.format(seal="v4.esl")
     + " --place 1:10,10 --place 7:100,200 --straddle right"),
    ("open", "one", STAMP.format(seal="v4.esl") + " --place 1:20,20"),
    ("open-other", "ours/open", OTHER.format(seal="other.esl") + " --place 1:100,20"),
    ("open-lock", "ours/open-other", SIGN + " --lock"),
    ("made", "made/letter", STAMP.format(seal="v4.esl") + " --place 1:120,200 --lock"),
    ("after-theirs", "theirs/open", STAMP.format(seal="v4.esl") + " --place 1:20,200 --lock"),
]

LETTER = "Page 0\n" + "现将二〇二六年公用经费拨付给你局，请专款专用，并于收到后十日内回执（No. 12-3）。\n" * 60
DESCRIPTION = {
    "format": "yinxin:ofd:1", "id": "0123456789abcdef0123456789abcdef", "created": "2026-03-02",
    "title": "关于<拨款>的函", "page": {"footer": "— {page} / {pages} —"},
    "styles": {"default": {"font": "仿宋", "points": 14, "align": "justified"},
               "head": {"font": "黑体", "points": 30, "colour": "#FF0000", "align": "centre"}},
    "blocks": [
        {"text": "示例市财政局文件", "style": "head"}, {"rule": {"width": 0.6, "colour": "#FF0000"}},
        {"text": "示例市教育局：\n现将 10,000.00 元经费拨付给你局。 & 以此为准", "indent": 2},
        {"table": {"columns": [15, 80, 40], "head": 1, "rows": [["序号", "单位", "金额"]] + [
            [str(row), f"示例市第{row}中学", {"text": f"{row},000.00", "align": "right"}] for row in range(1, 70)]}},
        {"picture": "dot.png", "width": 20, "height": 20}, {"newPage": True}, {"text": "附件另行发送。"},
    ],
    "fixed": [{"page": 1, "x": 28, "y": 12, "text": "000012"}, {"page": 2, "x": 28, "y": 20, "line": [150, 0]}],
    "attachments": [{"name": "明细.xml", "file": "list.xml", "usage": "detail"}, {"name": "dot.png"}],
}


def png():
    """A picture of one point."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


def page(number):
    return DECLARATION + (
        f'<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID="{100 + number}"><ofd:TextObject '
        f'ID="{200 + number}" Boundary="20 20 150 10" Font="3" Size="5"><ofd:TextCode X="0" Y="6">'
        f'Page {number}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>')


def document(path, pages):
    """A plain document of so many pages."""
    listed = "".join(
        f'<ofd:Page ID="{10 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    parts = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
                   '<ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo>'
                   '<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
        "Doc_0/Document.xml": f'<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>999'
                              '</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297'
                              '</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml'
                              f'</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>'
                              '</ofd:Document>',
        "Doc_0/PublicRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" '
                               'FontName="SimSun" FamilyName="SimSun"/></ofd:Fonts></ofd:Res>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, DECLARATION + text)
        for number in range(pages):
            package.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", page(number))


def spoilt(source, target):
    """The same package, the page's digit another one."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.endswith("Page_0/Content.xml"):
                changed = data.replace(b"Page 0", b"Page 9")
                assert changed != data
                data = changed
            new.writestr(entry, data)


class Run:
    def __init__(self, yinxin, classpath, folder):
        self.command = str(pathlib.Path(yinxin).resolve())
        self.classpath = classpath
        self.folder = folder
        self.passed = self.failed = 0

    def yinxin(self, line):
        return subprocess.run(
            [self.command, *line.split()], cwd=self.folder, capture_output=True, text=True)

    def must(self, line):
        done = self.yinxin(line)
        if done.returncode != 0:
            raise SystemExit(f"yinxin {line}\n{done.stdout}{done.stderr}")

    def java(self, *arguments):
        done = subprocess.run(
            ["java", "-Xshare:auto", "-cp", self.classpath, "Documents", *map(str, arguments)],
            cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"Documents {arguments[0]}\n{done.stdout}{done.stderr}")
        return done.stdout

    def hold(self, what, good, why=""):
        self.passed += good
        self.failed += not good
        print(("ok    " if good else "WRONG ") + what + ("" if good else f": {why}"))

    def prepare(self):
        since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2)
        since = since.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.must(f"ca init ca --subject CN=Root,C=CN --from {since}")
        for name, profile in [("maker", "maker"), ("signer", "signer"), ("other", "signer"),
                              ("tsa", "tsa")]:
            self.must(f"keygen --out {name}.key --public-out {name}.pub")
            self.must(f"ca issue ca --public {name}.pub --profile {profile} "
                      f"--subject CN={name},C=CN --from {since} --out {name}.crt")
        self.must(f"ca crl ca --from {since} --days 700 --out crl.pem")
        seal = "seal make --key maker.key --cert maker.crt --name Seal --from " + since
        for version in ["v1", "v4", "v5"]:
            self.must(f"{seal} --signer signer.crt --id {version} --seal-version {version} "
                      f"--out {version}.esl")
        self.must(f"{seal} --signer other.crt --id other --out other.esl")
        document(self.folder / "one.ofd", 1)
        document(self.folder / "seven.ofd", 7)
        (self.folder / "ours").mkdir()

    def make_documents(self):
        """Documents of the maker's: a letter, one with everything, and a voucher's sheet."""
        (self.folder / "made").mkdir()
        (self.folder / "letter.txt").write_text(LETTER, encoding="utf-8")
        (self.folder / "all.json").write_text(json.dumps(DESCRIPTION), encoding="utf-8")
        (self.folder / "list.xml").write_text("<list/>")
        (self.folder / "dot.png").write_bytes(png())
        self.must("demo --count 1 --payments 0 --out demo")
        self.must("ofd make --text letter.txt --title Letter --out made/letter.ofd")
        self.must("ofd make all.json --out made/all.ofd")
        self.must("ofd make --voucher demo/5106-0001.xml --out made/sheet.ofd")

    def read_made(self):
        """OFDRW reads of what we make the pages, words and attachments that we read."""
        paths = sorted(str(path.relative_to(self.folder)) for path in (self.folder / "made").glob("*.ofd"))
        lines = self.java("read", *paths).splitlines()
        assert len(lines) == len(paths) == 3
        for path, line in zip(paths, lines):
            name, *found = line.split("\t")
            assert name == path
            found = [word.split(" ") for word in found]
            of = {kind: [bytes.fromhex(data) for one, data in found if one == kind] for kind in ("page", "attachment")}
            out = self.folder / "taken" / pathlib.Path(path).stem
            self.must(f"ofd extract {path} --out {out}")
            pages = [file.read_text(encoding="utf-8") for file in sorted(out.glob("text/*"))]
            # Where lines break and what stands first on a line of a table is each reader's own.
            words = [sorted("".join(text.split())) for text in pages]
            theirs = [sorted("".join(data.decode().split())) for data in of["page"]]
            self.hold(f"OFDRW reads {len(pages)} pages of {path}", words == theirs and len(pages) > 0,
                      f"{theirs} where we have {words}")
            carried = sorted(file.read_bytes() for file in out.glob("attachments/*"))
            self.hold(f"OFDRW takes {len(carried)} attachments out of {path}", carried == sorted(of["attachment"]),
                      f"{len(of['attachment'])} attachments")

    def make_ours(self, kinds, port):
        for name, source, line in kinds:
            self.must(f"ofd {line.format(port=port)} {source}.ofd --out ours/{name}.ofd")

    def ours_accept(self, path, expected):
        done = self.yinxin(f"ofd verify {path} --trust ca/ca.pem --crl crl.pem --intermediate signer.crt")
        good = (done.returncode == 0) == expected and done.returncode in (0, 1)
        self.hold(f"we {'accept' if expected else 'refuse'} {path}", good, done.stdout + done.stderr)

    def judge(self, side):
        paths = sorted((self.folder / side).glob("*.ofd"))
        (self.folder / "spoilt" / side).mkdir(parents=True)
        bad = [self.folder / "spoilt" / side / path.name for path in paths]
        for path, target in zip(paths, bad):
            spoilt(path, target)
        names = [str(path.relative_to(self.folder)) for path in paths + bad]
        answers = [line.split("\t") for line in self.java("verify", *names).splitlines()]
        assert [answer[1] for answer in answers] == names
        for answer, expected in zip(answers, [True] * len(paths) + [False] * len(bad)):
            good = (answer[0] == "accepted") == expected
            self.hold(f"OFDRW {'accepts' if expected else 'refuses'} {answer[1]}", good, answer[2])
            self.ours_accept(answer[1], expected)


def serve(run):
    """A time stamp authority of ours; gives the process and its port."""
    server = subprocess.Popen(
        [run.command, "tsa", "serve", "--policy", "1.2.3.4.1", "--key", "tsa.key", "--cert", "tsa.crt", "--listen",
         "127.0.0.1:0"],
        cwd=run.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    line = server.stdout.readline()
    return server, line.rsplit(":", 1)[-1].split()[0].strip("/")


def main():
    yinxin, classpath = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else temporary).resolve()
        folder.mkdir(exist_ok=True)
        run = Run(yinxin, classpath, folder)
        run.prepare()
        run.make_documents()
        server, port = serve(run)
        try:
            first = [kind for kind in OURS if not kind[1].startswith("theirs")]
            run.make_ours(first, port)
            run.java("make", folder)
            run.make_ours([kind for kind in OURS if kind not in first], port)
        finally:
            server.terminate()
            server.wait()
        run.read_made()
        run.judge("ours")
        run.judge("theirs")
    result = "FAILED" if run.failed else "ok"
    print(f"test result: {result}. {run.passed} passed; {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
