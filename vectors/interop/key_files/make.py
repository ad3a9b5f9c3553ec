#!/usr/bin/env python3
"""Writes ../../data/key_files.json anew: key files, delivered keys and requests that OpenSSL,
BouncyCastle and gmsm make, and what comes of them when they are spoilt. Each run makes new keys.

Needs the commands openssl, mvn, javac, java and go; builds under target/interop/key_files."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
BUILD = os.environ.get("YINXIN_INTEROP", os.path.join(ROOT, "target", "interop")) + "/key_files"
sys.path.insert(0, os.path.join(HERE, "..", "..", "generate"))
from vector_file import DATA, pretty

BOUNCYCASTLE, GMSM = "1.82", "0.41.1"
ID = "distid:1234567812345678"
PASSWORD = b"secret"
tests = {}
makers = {}


def main():
    os.makedirs(BUILD, exist_ok=True)
    openssl_files()
    bouncycastle_files()
    gmsm_files()
    spoilt_files()
    groups, count = [], 0
    for (kind, maker), cases in tests.items():
        for case in cases:
            count += 1
            case["tcId"] = count
        order = ("tcId", "comment", "flags")
        cases = [{**{name: case[name] for name in order}, **case} for case in cases]
        groups.append({"type": kind, "source": makers[maker], "tests": cases})
    body = {
        "algorithm": "PKCS#8, PKCS#12, PKCS#10",
        "numberOfTests": count,
        "header": [
            "Key files that programs make: what is read has to be the stated key (SubjectPublicKeyInfo).",
            "password: in hexadecimal. allow: what the reader is told to take beyond its default.",
        ],
        "testGroups": groups,
    }
    with open(os.path.join(DATA, "key_files.json"), "w") as out:
        out.write(pretty(body) + "\n")


def add(kind, maker, comment, flag, result="valid", **fields):
    case = {"comment": comment, "flags": [flag], **fields, "result": result}
    tests.setdefault((kind, maker), []).append(case)
    return case


def key_file(maker, comment, flag, file, key, certificates, password=PASSWORD, allow=(), result="valid"):
    fields = {"file": file.hex()}
    if password is not None:
        fields["password"] = password.hex()
    if allow:
        fields["allow"] = list(allow)
    return add("KeyFile", maker, comment, flag, result, **fields, certificates=certificates, key=key)


def run(*command, cwd=BUILD, **options):
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, **options).stdout


def read(name):
    with open(os.path.join(BUILD, name), "rb") as file:
        return file.read()


def openssl(*arguments):
    return run("openssl", *arguments)


def openssl_files():
    version = " ".join(openssl("version").decode().split()[:2])
    makers["openssl"] = f"made by {version} (interop/key_files/make.py)"
    kinds = {
        "SM2": (["-algorithm", "SM2"], ["-sm3", "-sigopt", ID]),
        "RSA": (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], ["-sha256"]),
        "P-256": (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["-sha256"]),
    }
    for kind, (options, signing) in kinds.items():
        openssl("genpkey", *options, "-out", "key.pem")
        key = openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER").hex()
        subject = ["-subj", "/C=CN/CN=openssl", "-key", "key.pem"]
        openssl("req", "-new", "-x509", "-days", "3650", *subject, *signing, "-out", "cert.pem")
        forms = {"by default": []}
        if kind == "SM2":
            aes = ["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC", "-macalg"]
            forms |= {
                "SM4 and SM3": ["-keypbe", "SM4-CBC", "-certpbe", "SM4-CBC", "-macalg", "sm3"],
                "AES-128, AES-192 and SHA-1 in the MAC": [*aes, "sha1"],
                "AES-128, AES-192 and SHA-384 in the MAC": [*aes, "sha384"],
                "SHA-512 in the MAC, one iteration": ["-macalg", "sha512", "-nomaciter"],
                "the certificate not encrypted": ["-certpbe", "NONE"],
                "nothing encrypted": ["-certpbe", "NONE", "-keypbe", "NONE"],
            }
        for comment, form in forms.items():
            export(f"{kind}, {comment}", form, key)
        if kind == "SM2":
            old = ["-legacy", "-macalg", "sha1", "-keypbe", "PBE-SHA1-3DES", "-certpbe"]
            for cipher in ("RC2-40", "3DES"):
                export(f"3DES and {cipher}", [*old, f"PBE-SHA1-{cipher}"], key, ["legacy"])
            export("without a MAC", ["-nomac"], key, ["withoutMac"])
        for prf in ("SHA1", "SHA256", "SHA384", "SHA512"):
            convert = ["pkcs8", "-topk8", "-in", "key.pem", "-v2", "sm4-cbc", "-v2prf", f"hmacWith{prf}"]
            pem = openssl(*convert, "-passout", "pass:secret")
            if kind == "SM2" or prf == "SHA256":
                key_file("openssl", f"{kind}, PKCS#8 in PEM, SM4 under {prf}", "Pbes2", pem, key, 0)
        # OpenSSL writes SM2 in its older form by another command only.
        older = ["ec", "-in", "key.pem"] if kind == "SM2" else ["pkey", "-in", "key.pem", "-traditional"]
        traditional = openssl(*older)
        key_file("openssl", f"{kind}, the older form", "Normal", traditional, key, 0, None)
        bundle = read("cert.pem") + read("key.pem")
        key_file("openssl", f"{kind}, PEM with the certificate first", "Normal", bundle, key, 1, None)
        asking = ["-addext", "keyUsage=critical,digitalSignature", "-outform", "DER"]
        der = openssl("req", "-new", *subject, *signing, *asking)
        request("openssl", f"{kind} request", der, "CN=openssl,C=CN", key)


def export(comment, form, key, allow=()):
    command = ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-name", "出纳", *form]
    file = openssl(*command, "-passout", "pass:secret")
    flag = "Leave" if allow else "Normal"
    case = key_file("openssl", comment, flag, file, key, 1, allow=allow)
    if allow:
        key_file("openssl", f"{comment}, not allowed", flag, file, key, 1, result="invalid")
    return case


def request(maker, comment, der, subject, key):
    add("Pkcs10", maker, comment, "Normal", der=der.hex(), subject=subject, key=key)
    for at in (12, len(der) // 2, len(der) - 1):
        spoilt = bytearray(der)
        spoilt[at] ^= 1
        comment_spoilt = f"{comment}, byte {at} changed"
        add("Pkcs10", maker, comment_spoilt, "Changed", "invalid", der=spoilt.hex(), subject=subject, key=key)


def bouncycastle_files():
    makers["bouncycastle"] = f"made by BouncyCastle {BOUNCYCASTLE} (interop/key_files/make.py)"
    jars = [f"{name}-jdk18on-{BOUNCYCASTLE}.jar" for name in ("bcprov", "bcpkix", "bcutil")]
    for jar in jars:
        if not os.path.exists(os.path.join(BUILD, jar)):
            artifact = f"org.bouncycastle:{jar.removesuffix(f'-{BOUNCYCASTLE}.jar')}:{BOUNCYCASTLE}"
            options = [f"-DoutputDirectory={BUILD}", "-Dmdep.useBaseVersion=true"]
            run("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={artifact}", *options)
    path = ":".join([*jars, "."])
    run("javac", "-d", ".", "-cp", path, os.path.join(HERE, "bouncycastle", "Make.java"))
    for name, file, key in lines(run("java", "-cp", path, "Make")):
        if name == "csr":
            request("bouncycastle", "SM2 request", file, "C=CN,CN=BouncyCastle", key.hex())
            continue
        old = name in ("keystore-PKCS12", "keystore-PKCS12-DEF")
        allow = ["legacy"] if old else ()
        case = key_file("bouncycastle", name, "Leave" if old else "Normal", file, key.hex(), 1, allow=allow)
        if old:
            key_file("bouncycastle", f"{name}, not allowed", "Leave", file, key.hex(), 1, result="invalid")
        assert case["certificates"] == 1


def gmsm_files():
    makers["gmsm"] = f"made by gmsm {GMSM} (interop/key_files/make.py)"
    build = os.path.join(BUILD, "gmsm")
    os.makedirs(build, exist_ok=True)
    source = os.path.join(HERE, "gmsm")
    run("go", "build", "-mod=readonly", "-o", os.path.join(build, "make"), ".", cwd=source)
    for name, file, key, further in sorted(lines(run(os.path.join(build, "make")))):
        key = key.hex()
        if name == "csr":
            request("gmsm", "SM2 request", file, "CN=gmsm,C=CN", key)
        elif name == "enveloped":
            fields = {"holder": further.hex(), "key": key}
            add("Sm2EnvelopedKey", "gmsm", "a delivered key", "Normal", der=file.hex(), **fields)
            for at in (len(file) // 3, len(file) // 2, len(file) - 1):
                spoilt = bytearray(file)
                spoilt[at] ^= 1
                comment = f"byte {at} changed"
                add("Sm2EnvelopedKey", "gmsm", comment, "Changed", "invalid", der=spoilt.hex(), **fields)
        else:
            key_file("gmsm", name, "Normal", file, key, 1 if name == "cfca" else 0)


def lines(text):
    for line in text.decode().splitlines():
        name, *values = line.split("\t")
        yield name, *map(bytes.fromhex, values)


def spoilt_files():
    """What nobody may take, made of one good file of each maker."""
    for (kind, maker), cases in list(tests.items()):
        if kind != "KeyFile":
            continue
        encrypted = (case for case in cases if "password" in case and case["result"] == "valid")
        good = next(case for case in encrypted if "allow" not in case)
        file, key, count = bytes.fromhex(good["file"]), good["key"], good["certificates"]

        def bad(comment, file, password=PASSWORD):
            comment = f"{good['comment']}, {comment}"
            key_file(maker, comment, "Spoilt", file, key, count, password, result="invalid")

        bad("another password", file, b"Secret")
        bad("no password", file, None)
        bad("the empty password", file, b"")
        bad("cut by one byte", file[:-1])
        if maker != "gmsm":
            bad("one byte more", file + b"\0")
            spoilt = bytearray(file)
            spoilt[len(file) // 2] ^= 1
            bad("a byte in the middle changed", bytes(spoilt))
            iterations = file.rindex(bytes.fromhex("02020800"))
            more = bytearray(file)
            more[iterations + 2 : iterations + 4] = b"\x08\x01"
            bad("another number of iterations in the MAC", bytes(more))


main()
