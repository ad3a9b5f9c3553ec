#!/usr/bin/env python3
"""Certificate paths under SM2, RSA and ECDSA in the schema of x509-limbo: paths.json. Only paths and
revocation; nothing about the names of servers."""

import json
import os

import der
from der import bit_string, integer, oid, sequence, tlv
from pki_reference import (AUTHORITY, CERT_SIGN, CRL_SIGN, DIGITAL_SIGNATURE, SIGNER, Certificate, Key, basic_constraints, crl,
                           extension, generalized_time, key_usage, name, utf8)
from rsa_ecdsa_reference import EcdsaKey, PssKey, RsaKey
from vector_file import DATA, Stream, pretty

rng = Stream("yinxin paths")
UNKNOWN = "1.2.156.10197.9.9.77"
cases = []


def key():
    return Key(rng)


def case(label, description, good, leaf, anchors, intermediates=(), crls=(), at="2026-03-01T00:00:00+00:00", depth=None):
    pem = lambda one: der.pem("CERTIFICATE", one.der if isinstance(one, Certificate) else one)
    cases.append({
        "id": label, "conflicts_with": [], "features": ["has-crl"] if crls else [], "importance": "undetermined",
        "description": description, "validation_kind": "CLIENT",
        "trusted_certs": list(map(pem, anchors)), "untrusted_intermediates": list(map(pem, intermediates)),
        "peer_certificate": pem(leaf), "peer_certificate_key": None, "validation_time": at, "signature_algorithms": [],
        "key_usage": [], "extended_key_usage": [], "expected_result": "SUCCESS" if good else "FAILURE",
        "expected_peer_name": None, "expected_peer_names": [], "max_chain_depth": depth,
        "crls": [der.pem("X509 CRL", one) for one in crls], "scope": "path",
    })


def authority(common, issuer, length=None, extra=(), **how):
    return Certificate(common, how.pop("own", None) or key(), issuer, [basic_constraints(True, length), key_usage(CERT_SIGN, CRL_SIGN), *extra], **how)


def person(issuer, extra=(), **how):
    return Certificate(how.pop("common", "人"), how.pop("own", None) or key(), issuer, [*SIGNER, *extra], **how)


root = authority("根", None)
sub = authority("机构", root)
leaf = person(sub)
case("path::one-intermediate", "root, authority, person", True, leaf, [root], [sub])
case("path::no-intermediate", "root, person", True, person(root), [root])
case("path::intermediates-in-any-order", "useless certificates before and after the right one", True, leaf, [root], [person(root), sub, authority("另一机构", root)])
case("path::missing-intermediate", "the authority is missing", False, leaf, [root])
case("path::missing-anchor", "no anchor", False, leaf, [], [sub, root])
case("path::anchor-among-intermediates", "another anchor, the right one among the intermediates", False, leaf, [authority("另一根", None)], [sub, root])
case("path::look-alike-anchor", "an anchor of the same name with another key", False, leaf, [authority("根", None)], [sub])
case("path::look-alike-and-right-anchor", "two anchors of the same name, one is right", True, leaf, [authority("根", None), root], [sub])
case("path::look-alike-intermediate", "two authorities of the same name, one is right", True, leaf, [root], [authority("机构", root), sub])
case("path::wrong-signature-leaf", "the person's certificate signed by another key", False, person(sub, signing_key=key()), [root], [sub])
forged = authority("伪机构", root, signing_key=key())
case("path::wrong-signature-intermediate", "the authority's certificate signed by another key", False, person(forged), [root], [forged])
bent = bytearray(leaf.der)
bent[-1] ^= 1
case("path::bent-signature", "one bit of the signature changed", False, bytes(bent), [root], [sub])
at = leaf.der.index("人".encode())
bent = bytearray(leaf.der)
bent[at] ^= 1
case("path::bent-subject", "one bit of the subject changed", False, bytes(bent), [root], [sub])

for years, inside in (("not-yet", dict(since="2026-03-01T00:00:01Z")), ("expired", dict(until="2026-02-28T23:59:59Z"))):
    case(f"dates::leaf-{years}", "the person's certificate out of its time by one second", False, person(sub, **inside), [root], [sub])
    late = authority("时限机构", root, **inside)
    case(f"dates::intermediate-{years}", "the authority's certificate out of its time by one second", False, person(late), [root], [late])
    case(f"dates::anchor-{years}", "the anchor out of its time by one second", False, person(late_root := authority("时限根", None, **inside)), [late_root])
case("dates::first-second", "the first second of the validity", True, person(sub, since="2026-03-01T00:00:00Z"), [root], [sub])
case("dates::last-second", "the last second of the validity", True, person(sub, until="2026-03-01T00:00:00Z"), [root], [sub])

ordinary = person(sub)
case("constraints::leaf-as-authority", "issued by the certificate of a person", False, person(ordinary), [root], [sub, ordinary])
bare = Certificate("无约束机构", key(), root, [key_usage(CERT_SIGN, CRL_SIGN)])
case("constraints::no-basic-constraints", "the authority has no basicConstraints", False, person(bare), [root], [bare])
unsigned = Certificate("无签发权机构", key(), root, [basic_constraints(True), key_usage(DIGITAL_SIGNATURE, CRL_SIGN)])
case("constraints::no-key-cert-sign", "the authority has keyUsage without keyCertSign", False, person(unsigned), [root], [unsigned])
free = Certificate("无用途机构", key(), root, [basic_constraints(True)])
case("constraints::no-key-usage", "the authority has no keyUsage", True, person(free), [root], [free])
zero = authority("零级机构", root, 0)
case("constraints::path-length-0-leaf", "pathLen 0 above a person", True, person(zero), [root], [zero])
below = authority("下级机构", zero)
case("constraints::path-length-0-authority", "pathLen 0 above an authority", False, person(below), [root], [zero, below])
one = authority("一级机构", root, 1)
second = authority("二级机构", one)
third = authority("三级机构", second)
case("constraints::path-length-1-one", "pathLen 1 above one authority", True, person(second), [root], [one, second])
case("constraints::path-length-1-two", "pathLen 1 above two authorities", False, person(third), [root], [one, second, third])
root_zero = authority("零级根", None, 0)
under = authority("机构", root_zero)
case("constraints::anchor-path-length-0", "an anchor with pathLen 0 above an authority", False, person(under), [root_zero], [under])
unknown = extension(UNKNOWN, der.NULL, True)
case("extensions::critical-unknown-leaf", "an unknown critical extension in the person's certificate", False, person(sub, [unknown]), [root], [sub])
odd = authority("怪机构", root, extra=[unknown])
case("extensions::critical-unknown-intermediate", "an unknown critical extension in the authority's certificate", False, person(odd), [root], [odd])
case("extensions::unknown", "an unknown extension that is not critical", True, person(sub, [extension(UNKNOWN, der.NULL)]), [root], [sub])
case("extensions::twice", "an extension twice", False, person(sub, [extension(UNKNOWN, der.NULL), extension(UNKNOWN, der.NULL)]), [root], [sub])
case("certificate::algorithms-differ", "the algorithm inside is not the one outside", False, person(sub, outer="1.2.840.10045.4.3.2"), [root], [sub])

# Loops and crowds.
first_key, second_key = key(), key()
a = authority("甲机构", None, own=first_key)
b = authority("乙机构", a, own=second_key)
a_by_b = authority("甲机构", b, own=first_key)
case("loops::two-authorities-sign-each-other", "no way to the anchor", False, person(b), [root], [a_by_b, b])
crossed = authority("甲机构", root, own=first_key)
case("loops::cross-signed", "the same loop, and one of them is signed by the root", True, person(b), [root], [a_by_b, b, crossed])
crowd = [authority("众机构", root, signing_key=root.key if i == 19 else leaf.key) for i in range(20)]
case("crowd::twenty-of-one-name", "twenty authorities of one name, the last is right", True, person(crowd[-1]), [root], crowd)
chain = [authority(f"第{i}级", root) for i in range(1)]
for i in range(1, 5):
    chain.append(authority(f"第{i}级", chain[-1]))
case("depth::five", "five authorities between the person and the root", True, person(chain[-1]), [root], chain)
case("depth::five-of-at-most-4", "the same, four allowed", False, person(chain[-1]), [root], chain, depth=4)

# Revocation: where a list is given, every certificate below the anchor must be known.
sub_list, root_list = crl(sub), crl(root)
early = "2025-07-01T00:00:00Z"


def lists(label, description, good, *given, who=leaf):
    case(f"crl::{label}", description, good, who, [root], [sub], given)


lists("good", "no certificate is on a list", True, sub_list, root_list)
lists("leaf-revoked", "the person's certificate is on the list", False, crl(sub, [(leaf, early)]), root_list)
lists("leaf-revoked-among-many", "the same among 300 others", False, crl(sub, [*((5000 + i, early) for i in range(300)), (leaf, early)]), root_list)
lists("others-revoked", "300 others are on the list", True, crl(sub, [(5000 + i, early) for i in range(300)]), root_list)
lists("intermediate-revoked", "the authority's certificate is on the root's list", False, sub_list, crl(root, [(sub, early)]))
lists("serial-on-another-list", "the root's list has the person's serial number", True, sub_list, crl(root, [(leaf, early)]))
lists("leaf-list-missing", "only the root's list", False, root_list)
lists("root-list-missing", "only the authority's list", False, sub_list)
lists("stale", "the list is out of date", False, crl(sub, until="2026-02-01T00:00:00Z"), root_list)
lists("from-the-future", "the list is from the future", False, crl(sub, since="2026-03-02T00:00:00Z"), root_list)
lists("stale-and-fresh", "one list out of date, one fresh", True, crl(sub, until="2026-02-01T00:00:00Z"), sub_list, root_list)
lists("revoked-on-one-of-two", "one list revokes, one does not", False, sub_list, crl(sub, [(leaf, early)]), root_list)
lists("forged", "the list signed by another key", False, crl(sub, key=leaf.key), root_list)
lists("forged-revocation", "a forged list revokes beside a good one", True, crl(sub, [(leaf, early)], key=leaf.key), sub_list, root_list)
lists("critical-unknown", "the list has an unknown critical extension", False, crl(sub, extra=[extension(UNKNOWN, der.NULL, True)]), root_list)
lists("critical-unknown-entry", "an entry of the list has an unknown critical extension", False,
      crl(sub, [(5000, early)], entry_extra=[sequence(extension(UNKNOWN, der.NULL, True))]), root_list)
lists("delta", "a delta list alone", False, crl(sub, extra=[extension("2.5.29.27", integer(1), True)]), root_list)
lists("only-authorities", "a list for authorities only", False, crl(sub, extra=[extension("2.5.29.28", sequence(tlv(0x82, b"\xff")), True)]), root_list)
lists("indirect", "an indirect list of the authority itself", True, crl(sub, extra=[extension("2.5.29.28", sequence(tlv(0x84, b"\xff")), True)]), root_list)
mute = Certificate("无权吊销机构", key(), root, [basic_constraints(True), key_usage(CERT_SIGN)])
mute_leaf = person(mute)
case("crl::no-crl-sign", "the authority has keyUsage without cRLSign", False, mute_leaf, [root], [mute], [crl(mute), root_list])

# The same under other algorithms, and mixtures.
others = Stream("yinxin paths rsa ecdsa")
KINDS = {
    "rsa": (RsaKey, "1.2.840.113549.1.1.12"),
    "rsa-pss": (PssKey, "1.2.840.113549.1.1.11"),
    "ecdsa": (EcdsaKey, "1.2.840.10045.4.3.3"),
}
tops = {}
for kind, (make, differs) in KINDS.items():
    top, mid, end, stray = (make(others) for _ in range(4))
    root = authority(f"根 {kind}", None, own=top)
    sub = authority(f"机构 {kind}", root, 0, own=mid)
    leaf = person(sub, own=end)
    tops[kind] = root, sub
    name = f"{kind}::"
    case(name + "one-intermediate", "root, authority, person", True, leaf, [root], [sub])
    case(name + "look-alike-anchor", "an anchor of the same name with another key", False, leaf, [authority(f"根 {kind}", None, own=stray)], [sub])
    bent = bytearray(leaf.der)
    bent[-1] ^= 1
    case(name + "bent-signature", "one bit of the signature changed", False, bytes(bent), [root], [sub])
    case(name + "wrong-signature-leaf", "the person's certificate signed by another key", False, person(sub, own=end, signing_key=stray), [root], [sub])
    forged = authority(f"伪机构 {kind}", root, own=mid, signing_key=stray)
    case(name + "wrong-signature-intermediate", "the authority's certificate signed by another key", False, person(forged, own=end), [root], [forged])
    case(name + "expired", "the person's certificate out of its time by one second", False, person(sub, own=end, until="2026-02-28T23:59:59Z"), [root], [sub])
    case(name + "leaf-as-authority", "issued by the certificate of a person", False, person(leaf, own=stray), [root], [sub, leaf])
    below = authority(f"下级机构 {kind}", sub, own=stray)
    case(name + "path-length", "pathLen 0 above an authority", False, person(below, own=end), [root], [sub, below])
    case(name + "algorithms-differ", "the algorithm inside is not the one outside", False, person(sub, own=end, outer=differs), [root], [sub])
    case(name + "named-sm2", "the algorithm says SM2 and the key does not", False, person(sub, own=end, inner=Key.algorithm), [root], [sub])
    given = lambda *lists: (leaf, [root], [sub], lists)
    case(name + "crl-good", "no certificate is on a list", True, *given(crl(sub), crl(root)))
    case(name + "crl-revoked", "the person's certificate is on the list", False, *given(crl(sub, [(leaf, early)]), crl(root)))
    case(name + "crl-stale", "the list is out of date", False, *given(crl(sub, until="2026-02-01T00:00:00Z"), crl(root)))
    case(name + "crl-forged", "the list signed by another key", False, *given(crl(sub, key=stray), crl(root)))

sm2_root = authority("根 sm2", None)
for kind, (make, _) in KINDS.items():
    root, _ = tops[kind]
    mid = authority(f"机构 sm2 {kind}", root)
    case(f"mixed::sm2-below-{kind}", "an authority and a person of SM2 below another root", True, person(mid), [root], [mid])
    case(f"mixed::sm2-below-{kind}-crl", "the same with their lists", True, who := person(mid), [root], [mid], [crl(mid), crl(root)])
    case(f"mixed::sm2-below-{kind}-revoked", "the same, revoked", False, who, [root], [mid], [crl(mid, [(who, early)]), crl(root)])
    own = make(others)
    mid = authority(f"机构 {kind} sm2", sm2_root, own=own)
    case(f"mixed::{kind}-below-sm2", "another authority and its person below a root of SM2", True, person(mid, own=make(others)), [sm2_root], [mid])
    case(f"mixed::{kind}-below-sm2-bent", "the same, signed by the root's namesake", False, person(mid), [authority("根 sm2", None)], [mid])
weak = RsaKey(others, 1024)
weak_root = authority("弱根", None, own=weak)
case("weak::rsa-1024", "a root of RSA with 1024 bits", False, person(weak_root), [weak_root])

path = os.path.join(DATA, "paths.json")
with open(path, "w") as out:
    out.write(pretty({"version": 1, "source": "made by generate/paths.py", "testcases": cases}) + "\n")
print(f"{os.path.normpath(path)}: {len(cases)} cases")
