"""Signed OFD documents (GB/T 33190) from plain text: parts, Signature.xml, the values under it."""

import base64

from pki_reference import GM, attributes, attribute, signed_data, signer_info, utc_time
from ses_reference import stamp
from sm2_reference import sm3
from zip_reference import Entry, package

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIGNS = "Doc_0/Signs/"
SM3 = "1.2.156.10197.1.401"


def xml(body):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def page(text):
    return xml(f'<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID="20"><ofd:TextObject ID="21" Boundary="20 20 150 10" Font="3" Size="5">'
               f'<ofd:TextCode X="0" Y="6">{text}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>')


def body(number=0, signatures=True):
    signed = f"<ofd:Signatures>Doc_{number}/Signs/Signatures.xml</ofd:Signatures>" if signatures else ""
    return ("<ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo>"
            f"<ofd:DocRoot>Doc_{number}/Document.xml</ofd:DocRoot>{signed}</ofd:DocBody>")


def root(*bodies):
    return xml(f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD">{"".join(bodies)}</ofd:OFD>')


def document(pages=2, more=""):
    listed = "".join(f'<ofd:Page ID="{10 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    return xml(f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
               f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>"
               f"{more}</ofd:Document>")


def plain_parts():
    """A document of two pages, without its list of signatures."""
    return {
        "OFD.xml": root(body()),
        "Doc_0/Document.xml": document(),
        "Doc_0/PublicRes.xml": xml(f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="SimSun" FamilyName="SimSun"/>'
                                   "</ofd:Fonts></ofd:Res>"),
        "Doc_0/Pages/Page_0/Content.xml": page("拨款 人民币 10,000.00 元"),
        "Doc_0/Pages/Page_1/Content.xml": page("第二页"),
    }


def signature_list(*entries, max_id="s9"):
    listed = "".join(f'<ofd:Signature ID="{one}" Type="{kind}" BaseLoc="{place}"/>' for one, kind, place in entries)
    return xml(f"<ofd:Signatures {NAMESPACE}><ofd:MaxSignId>{max_id}</ofd:MaxSignId>{listed}</ofd:Signatures>")


def reference(path, value):
    return f'<ofd:Reference FileRef="{path}"><ofd:CheckValue>{base64.b64encode(value).decode()}</ofd:CheckValue></ofd:Reference>'


def references(parts):
    return [reference("/" + name, sm3(value)) for name, value in parts.items()]


ANNOTATION = '<ofd:StampAnnot ID="s2" PageRef="10" Boundary="120 200 40 40"/>'


def signature_file(listed, *, method="1.2.156.10197.1.501", check_method=SM3, annotations=ANNOTATION, seal="/Doc_0/Signs/Sign_0/Seal.esl",
                   value="/Doc_0/Signs/Sign_0/SignedValue.dat", more="", date="20260201000000Z"):
    check = f' CheckMethod="{check_method}"' if check_method is not None else ""
    shown = f"<ofd:Seal><ofd:BaseLoc>{seal}</ofd:BaseLoc></ofd:Seal>" if seal else ""
    return xml(f'<ofd:Signature {NAMESPACE}><ofd:SignedInfo><ofd:Provider ProviderName="yinxin" Version="1" Company="yinxin"/>'
               f"<ofd:SignatureMethod>{method}</ofd:SignatureMethod><ofd:SignatureDateTime>{date}</ofd:SignatureDateTime>"
               f'<ofd:References{check}>{"".join(listed)}</ofd:References>{annotations}{shown}{more}</ofd:SignedInfo>'
               f"<ofd:SignedValue>{value}</ofd:SignedValue></ofd:Signature>")


def sealed(parts, the_seal, signer, *, version=4, number=0, lock=True, earlier=(), listed=None, covered=None, stamp_how=None, xml_how=None,
           path=None, keep=()):
    """`parts` with a stamp; `listed` are the references instead of the true ones, `keep` names that they leave out."""
    folder = f"{SIGNS}Sign_{number}/"
    name = folder + "Signature.xml"
    out = dict(parts)
    out[SIGNS + "Signatures.xml"] = signature_list(*earlier, (f"s{number + 1}", "Seal", "/" + name))
    out[folder + "Seal.esl"] = the_seal
    protected = {one: value for one, value in out.items() if (lock or one != SIGNS + "Signatures.xml") and one not in keep}
    how = {"seal": f"/{folder}Seal.esl", "value": f"/{folder}SignedValue.dat"} | (xml_how or {})
    file = signature_file(references(protected) if listed is None else listed(protected), **how)
    value = stamp(version, the_seal, signer, file if covered is None else covered, path="/" + name if path is None else path, **(stamp_how or {}))
    out[name] = file
    out[folder + "SignedValue.dat"] = value
    return out


def signed(parts, signer, *, number=0, lock=True, earlier=(), variant="digest"):
    """`parts` under a signature without a seal, in one of the forms that are in use."""
    folder = f"{SIGNS}Sign_{number}/"
    name = folder + "Signature.xml"
    out = dict(parts)
    out[SIGNS + "Signatures.xml"] = signature_list(*earlier, (f"s{number + 1}", "Sign", "/" + name))
    protected = {one: value for one, value in out.items() if lock or one != SIGNS + "Signatures.xml"}
    file = signature_file(references(protected), annotations="", seal=None, value=f"/{folder}SignedValue.dat")
    digest = sm3(file)
    if variant == "digest":
        value = signed_data(digest, [signer_info(signer, digest)], [signer])
    elif variant == "base64":
        text = base64.b64encode(digest)
        value = signed_data(text, [signer_info(signer, text)], [signer])
    elif variant == "whole":
        value = signed_data(file, [signer_info(signer, file)], [signer])
    elif variant == "detached":
        value = signed_data(file, [signer_info(signer, file)], [signer], attached=False)
    elif variant == "detached_digest":
        value = signed_data(digest, [signer_info(signer, digest)], [signer], attached=False)
    elif variant == "bare":
        value = signer.key.sign(file)
    elif variant == "bare_digest":
        value = signer.key.sign(digest)
    else:
        time = attribute("5", utc_time("2026-02-01T00:00:00Z"))
        value = signed_data(file, [signer_info(signer, file, attributes(file, GM + "1", time))], [signer], attached=False)
    out[name] = file
    out[folder + "SignedValue.dat"] = value
    return out


def listed(parts, signer, *, names=None, value=None):
    """`parts` with the signed list of GM/T 0099 over all of them, or over other names."""
    files = "".join(f'<ofd:File ID="{n}" FileLoc="/{name}"/>' for n, name in enumerate(parts if names is None else names, 1))
    listing = xml(f'<ofd:DocEntries {NAMESPACE} ID="1" CreatorName="yinxin"><ofd:SignedValueLoc>/signedvalue.dat</ofd:SignedValueLoc>'
                  f"<ofd:FileList>{files}</ofd:FileList></ofd:DocEntries>")
    digest = sm3(listing)
    return dict(parts) | {"OFDEntries.xml": listing, "signedvalue.dat": value or signed_data(digest, [signer_info(signer, digest)], [signer])}


def packed(parts, **how):
    return package([Entry(name, value) for name, value in parts.items()], **how)
