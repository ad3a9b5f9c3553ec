"""The table of benches/cms.sh: messages and packets, each signed, encrypted, decrypted and verified, by us,
gmsm and OpenSSL.

    cms.py PROGRAM GMSM TABLE SECONDS ROUNDS

OpenSSL has no CMS with SM2: it signs with ECDSA P-256 and encrypts for RSA-2048 with AES-256-GCM, through
libcrypto (CMS_sign, CMS_encrypt, CMS_decrypt, CMS_verify), so that no start of a process is measured."""

import ctypes
import ctypes.util
import datetime
import os
import platform
import subprocess
import sys
import tempfile
import time

SIZES = {"2 KB": 2 << 10, "1 MB": 1 << 20, "32 MB": 32 << 20}
P, I = ctypes.c_void_p, ctypes.c_int


class OpenSSL:
    """libcrypto and the parties of an exchange."""

    def __init__(self):
        self.lib = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
        self.version = self.function("OpenSSL_version", ctypes.c_char_p, I)(0).decode()
        self.new, self.free = self.function("BIO_new_mem_buf", P, ctypes.c_char_p, I), self.function("BIO_free", I, P)
        self.memory = self.function("BIO_new", P, P)
        self.memory_method = self.function("BIO_s_mem", P)
        self.control = self.function("BIO_ctrl", ctypes.c_long, P, I, ctypes.c_long, P)
        self.make = self.function("CMS_sign", P, P, P, P, P, ctypes.c_uint)
        self.encrypt = self.function("CMS_encrypt", P, P, P, P, ctypes.c_uint)
        self.decrypt = self.function("CMS_decrypt", I, P, P, P, P, P, ctypes.c_uint)
        self.verify = self.function("CMS_verify", I, P, P, P, P, P, ctypes.c_uint)
        self.write = self.function("i2d_CMS_bio", I, P, P)
        self.read = self.function("d2i_CMS_bio", P, P, P)
        self.drop = self.function("CMS_ContentInfo_free", None, P)
        self.parties()

    def function(self, name, result, *arguments):
        found = getattr(self.lib, name)
        found.restype, found.argtypes = result, arguments
        return found

    def parties(self):
        """A root, a signer with P-256 and a receiver with RSA-2048, made by the command."""
        read_certificate = self.function("PEM_read_bio_X509", P, P, P, P, P)
        read_key = self.function("PEM_read_bio_PrivateKey", P, P, P, P, P)
        with tempfile.TemporaryDirectory() as folder:
            def run(*words):
                subprocess.run(["openssl", *words], check=True, cwd=folder, capture_output=True)

            def read(name, reader):
                with open(os.path.join(folder, name), "rb") as file:
                    body = file.read()
                bio = self.new(body, len(body))
                return self.need(reader(bio, None, None, None))

            run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "root.key", "-out", "root.pem",
                "-subj", "/CN=Root", "-days", "2")
            for name, key, usage in (("signer", ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "digitalSignature"),
                                     ("receiver", ["rsa:2048"], "keyEncipherment")):
                run("req", "-newkey", *key, "-nodes", "-keyout", f"{name}.key", "-out", "csr", "-subj", f"/CN={name}")
                with open(os.path.join(folder, "ext"), "w") as out:
                    out.write(f"keyUsage = critical,{usage}\n")
                run("x509", "-req", "-in", "csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "2", "-extfile", "ext",
                    "-out", f"{name}.pem")
            self.root = read("root.pem", read_certificate)
            self.signer, self.signer_key = read("signer.pem", read_certificate), read("signer.key", read_key)
            self.receiver, self.receiver_key = read("receiver.pem", read_certificate), read("receiver.key", read_key)
        self.store = self.function("X509_STORE_new", P)()
        self.function("X509_STORE_add_cert", I, P, P)(self.store, self.root)
        # Any purpose: signers of messages need no mark for mail.
        self.function("X509_STORE_set_purpose", I, P, I)(self.store, 7)
        self.to = self.function("OPENSSL_sk_new_null", P)()
        self.function("OPENSSL_sk_push", I, P, P)(self.to, self.receiver)
        self.cipher = self.function("EVP_aes_256_gcm", P)()

    @staticmethod
    def need(value):
        if not value:
            raise SystemExit("libcrypto refused")
        return value

    def exchange(self, body):
        binary = 0x80
        source = self.new(body, len(body))
        signed = self.need(self.make(self.signer, self.signer_key, None, source, binary))
        first = self.memory(self.memory_method())
        self.need(self.write(first, signed))
        enveloped = self.need(self.encrypt(self.to, first, self.cipher, binary))
        packet = self.memory(self.memory_method())
        self.need(self.write(packet, enveloped))
        received = self.need(self.read(packet, None))
        opened = self.memory(self.memory_method())
        self.need(self.decrypt(received, self.receiver_key, self.receiver, None, opened, binary) == 1)
        message = self.need(self.read(opened, None))
        out = self.memory(self.memory_method())
        self.need(self.verify(message, None, self.store, None, out, binary) == 1)
        self.need(self.control(out, 10, 0, None) == len(body))
        for bio in (source, first, packet, opened, out):
            self.free(bio)
        for one in (signed, enveloped, received, message):
            self.drop(one)

    def measure(self, seconds):
        found = {}
        for label, size in SIZES.items():
            body, best, begin = bytes(size), None, time.monotonic()
            while best is None or time.monotonic() - begin < seconds:
                start = time.perf_counter_ns()
                self.exchange(body)
                took = time.perf_counter_ns() - start
                best = took if best is None else min(best, took)
            found[f"message {label}"] = best
        return found


def measured(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr[-500:], file=sys.stderr)
        return {}
    return {name: int(value) for name, value in (line.split("\t") for line in done.stdout.splitlines())}


def lowest(rounds):
    return {name: min(one[name] for one in rounds if name in one) for name in dict.fromkeys(name for one in rounds for name in one)}


def row(who, what, found, names):
    cells = []
    for label, size in SIZES.items():
        best = found.get(names.format(label))
        if best is None:
            cells.append("-")
        elif label == "2 KB":
            cells.append(f"{1e9 / best:,.0f}/s")
        elif label == "1 MB":
            cells.append(f"{1e9 / best:,.0f}/s")
        else:
            cells.append(f"{size / best * 1e3:,.0f} MB/s")
    return f"| {who} | {what} | {' | '.join(cells)} |"


def main():
    program, gmsm, table, seconds, rounds = sys.argv[1:]
    seconds, rounds = float(seconds), int(rounds)
    openssl = OpenSSL()
    ours, theirs, others = [], [], []
    for _ in range(rounds):  # in turn, so that a slow minute is everybody's
        ours.append(measured([program, str(seconds), "1"]))
        theirs.append(measured([gmsm, str(seconds), "cms"]) if os.path.exists(gmsm) else {})
        others.append(openssl.measure(seconds))
    ours, theirs, others = lowest(ours), lowest(theirs), lowest(others)
    version = subprocess.run([gmsm, "--version"], capture_output=True, text=True).stdout.strip() if os.path.exists(gmsm) else "no gmsm"
    lines = [
        f"`benches/cms.sh {seconds:g} {rounds}`: {datetime.date.today()}, {processor()}, {os.cpu_count()} cores; {openssl.version}; {version};",
        f"load {os.getloadavg()[2]:.1f} in the last 15 minutes.", "",
        "| who | what | 2 KB | 1 MB | 32 MB |", "|---|---|---|---|---|",
        row("yinxin", "packet: SM2, SM4-GCM", ours, "packet {}"),
        row("yinxin", "packet, 256 at once", ours, "packets {}"),
        row("yinxin", "signed in AuthEnvelopedData: SM2, SM4-GCM", ours, "message SM4-GCM {}"),
        row("yinxin", "signed in EnvelopedData: SM2, SM4-CBC", ours, "message SM4-CBC {}"),
        row("gmsm", "signed in EnvelopedData: SM2, SM4-CBC", theirs, "message SM4-CBC {}"),
        row("OpenSSL", "signed in AuthEnvelopedData: ECDSA P-256, RSA-2048, AES-256-GCM", others, "message {}"),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    with open(table, "w") as out:
        out.write(text)


def processor():
    try:
        with open("/proc/cpuinfo") as text:
            return next(line.split(":")[1].strip() for line in text if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


main()
