"""OpenSSL's command over signed and encrypted messages. It signs and opens none with SM2."""

import der
from answer import Cannot, Refused, equal
from trust_files import SM2, Folder, moment, octets

SIGNED = der.oid("1.2.840.113549.1.7.2")
ENCRYPTED = der.oid("1.2.840.113549.1.7.6")
COUNTERSIGNATURE = der.oid("1.2.840.113549.1.9.6")


def signed(case):
    message, anchors = case.octets("der"), octets(case, "trustAnchors")
    if SIGNED not in message[:30] or any(SM2 in one for one in anchors) or SM2 in message:
        raise Cannot("SM2, or the form of GB/T 35275")
    if COUNTERSIGNATURE in message:
        raise Cannot("looks at no countersignature")
    folder = Folder()
    folder.write("message", message)
    folder.pem("anchors.pem", "CERTIFICATE", anchors)
    options = ["-CAfile", "anchors.pem", "-attime", str(int(moment(case).timestamp())), "-purpose", "any", "-binary"]
    given = octets(case, "intermediates")
    if given:
        options += ["-certfile", folder.pem("given.pem", "CERTIFICATE", given)]
    if "detachedContent" in case:
        options += ["-content", folder.write("content", case.octets("detachedContent"))]
    content = folder.need("cms", "-verify", "-inform", "DER", "-in", "message", *options)
    return equal(content, case.octets("content")) if "content" in case else ("accepted", "")


def decrypt(case):
    if ENCRYPTED not in case.octets("der")[:30] or "key" not in case:
        raise Cannot("SM2 recipients, or the form of GB/T 35275")
    folder = Folder()
    folder.write("message", case.octets("der"))
    opening = ["-EncryptedData_decrypt", "-secretkey", case["key"], "-binary"]
    return equal(folder.need("cms", *opening, "-inform", "DER", "-in", "message"), case.octets("content"))


def sign(case):
    """With RSA or ECDSA, in the form of RFC 5652."""
    certificates, keys = octets(case, "certificates"), octets(case, "keys")
    if case["form"] == "gm" or any(SM2 in one for one in certificates):
        raise Cannot("SM2, or the form of GB/T 35275")
    folder, signers = Folder(), []
    folder.write("content", case.octets("content"))
    for number, (certificate, key) in enumerate(zip(certificates, keys)):
        folder.pem(f"{number}.pem", "CERTIFICATE", [certificate])
        folder.pem(f"{number}.key", "PRIVATE KEY", [key])
        signers += ["-signer", f"{number}.pem", "-inkey", f"{number}.key"]
        if case["signature"].endswith("MGF1"):
            signers += ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"]
    options = ["-binary", "-md", "sha256", "-outform", "DER"]
    options += [] if case["detached"] == "1" else ["-nodetach"]
    options += ["-noattr"] if case["attributes"] == "0" else []
    options += ["-keyid"] if case.get("byKey") == "1" else []
    if octets(case, "chain"):
        options += ["-certfile", folder.pem("chain.pem", "CERTIFICATE", octets(case, "chain"))]
    return "made", folder.need("cms", "-sign", "-in", "content", *signers, *options).hex()


def encrypt(case):
    folder = Folder()
    folder.write("content", case.octets("content"))
    given = ["cms", "-in", "content", "-binary", "-outform", "DER"]
    if case["kind"] == "EncryptedData" and case["form"] == "rfc":
        return "made", folder.need(*given, "-EncryptedData_encrypt", "-secretkey", case["key"], "-sm4-cbc").hex()
    recipients = octets(case, "recipients")
    if case["form"] == "gm" or any(SM2 in one for one in recipients):
        raise Cannot("SM2 recipients, or the form of GB/T 35275")
    files = [folder.pem(f"{number}.pem", "CERTIFICATE", [one]) for number, one in enumerate(recipients)]
    cipher = {"AuthEnvelopedData": "-aes-256-gcm", "EnvelopedData": "-sm4-cbc"}[case["kind"]]
    padding = ["-keyopt", "rsa_padding_mode:oaep"] if case.get("vendor") == "oaep" else []
    named = [part for name in files for part in ("-recip", name, *padding)]
    return "made", folder.need(*given, "-encrypt", cipher, *named).hex()


JUDGES = {"CmsSignedData": signed, "CmsDecrypt": decrypt, "CmsSign": sign, "CmsEncrypt": encrypt}
