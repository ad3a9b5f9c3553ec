//! The envelope in which vouchers travel: `MOF` with one `VoucherBody` per voucher.
//!
//! The documents inside are kept byte for byte; only the envelope around them is written anew.

use super::act::{Act, ActKind};
use super::act_to_sign::{ActToSign, Layer};
use super::base64;
use super::body::{Body, Part, require_text};
use super::document::{DocumentForm, Voucher};
use super::id::VoucherId;
use super::limits::{MAX_ACTS, MAX_BODIES, MAX_ENVELOPE};
use super::text::Encoding;
use super::xml::{Element, Tree, Writer};
use crate::error::{Code, Error, Result};

const NAME: &str = "MOF";

/// The version of the element `Acts`.
pub const ACTS_VERSION: &str = "1";

/// An envelope with its vouchers.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// The vouchers, in document order.
    pub bodies: Vec<Body>,
}

impl Envelope {
    /// An envelope around one voucher.
    pub fn of(body: Body) -> Envelope {
        Envelope { bodies: vec![body] }
    }

    /// Reads an envelope: root `MOF`, or `Root` as in old ones, which may leave the division, year
    /// and type to the voucher inside.
    ///
    /// # Errors
    ///
    /// Family Malformed, Unsupported or Limit, with the offset; errors inside a voucher name its
    /// field and carry the offset in the voucher.
    pub fn parse(bytes: &[u8]) -> Result<Envelope> {
        let tree = Tree::parse(bytes, NAME, MAX_ENVELOPE)?;
        let root = tree.root(&["MOF", "Root"])?;
        root.without_attributes()?;
        let mut children = root.children()?;
        let Some(count) = children.next().filter(|child| child.name() == "VoucherCount") else {
            return Err(root.error(Code::Structure, "VoucherCount comes first"));
        };
        count.without_attributes()?;
        let mut bodies = Vec::new();
        for child in children {
            if child.name() != "VoucherBody" {
                let message = format!("<{}> beside VoucherBody", child.name());
                return Err(child.error(Code::Structure, message));
            }
            if bodies.len() >= MAX_BODIES {
                return Err(child.error(Code::Count, format!("more than {MAX_BODIES} vouchers")));
            }
            bodies.push(read_body(child, root.name() == "Root")?);
        }
        if count.text()? != bodies.len().to_string() {
            let message = format!("VoucherCount is not {}, the number found", bodies.len());
            return Err(count.error(Code::Structure, message));
        }
        let parts =
            bodies.iter_mut().flat_map(|body| [Some(&mut body.part), body.original.as_mut()]);
        Act::digest_all(parts.flatten().flat_map(|part| part.acts.iter_mut()), 1);
        Ok(Envelope { bodies })
    }

    /// Writes the envelope in this encoding; what it holds is not changed.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] naming the attribute or element that the encoding cannot hold;
    /// [`Code::Form`] for a voucher in JSON.
    pub fn to_xml(&self, encoding: Encoding) -> Result<Vec<u8>> {
        let parts = |body: &Body| room(&body.part) + body.original.as_ref().map_or(0, room);
        let mut out = Writer::new(encoding, self.bodies.iter().map(parts).sum());
        out.markup("<MOF><VoucherCount>");
        out.markup(&self.bodies.len().to_string());
        out.markup("</VoucherCount>");
        for body in &self.bodies {
            write_body(&mut out, body)?;
        }
        out.markup("</MOF>");
        Ok(out.finish())
    }
}

fn read_body(element: Element<'_>, legacy: bool) -> Result<Body> {
    let mut values = [None; 4];
    const NAMES: [&str; 4] = ["AdmDivCode", "StYear", "VtCode", "VoucherNo"];
    for (name, value) in element.attributes() {
        match NAMES.iter().position(|known| *known == name).and_then(|at| values.get_mut(at)) {
            Some(place) => *place = Some(value),
            None => {
                let message = format!("VoucherBody has an attribute {name:?}");
                return Err(element.error(Code::Structure, message));
            }
        }
    }
    let Parts { flag, mut part, acts } = read_parts(element, "")?;
    let layer = match flag {
        Some("0") => Layer::Issuer,
        Some("1") => Layer::Responder,
        _ => return Err(element.error(Code::Value, "VoucherFlag is 0 or 1")),
    };
    let inner = |name: &str| part.voucher.header().get(name).filter(|_| legacy);
    let mut named = [""; 4];
    for ((place, value), name) in named.iter_mut().zip(values).zip(NAMES) {
        *place = value.or_else(|| inner(name)).ok_or_else(|| {
            element.error(Code::Structure, format!("VoucherBody lacks the attribute {name}"))
        })?;
    }
    let [adm_div_code, st_year, vt_code, voucher_no] = named;
    // The place is counted from the start of the document, so only where it is needed.
    let id = VoucherId::new(adm_div_code, st_year, vt_code, voucher_no)
        .map_err(|error| error.at(element.error(Code::Value, "").offset().unwrap_or_default()))?;
    let mut original = None;
    if let Some(acts) = acts {
        let mut children = acts.children()?;
        let version = children.next().filter(|first| first.name() == "Version");
        if version.map(|version| version.text()).transpose()? != Some(ACTS_VERSION) {
            return Err(acts.error(Code::Version, "Acts begin with <Version>1</Version>"));
        }
        for child in children {
            child.without_attributes()?;
            match child.name() {
                "Original" if layer == Layer::Responder && original.is_none() => {
                    original = Some(read_original(child)?);
                }
                "Act" => read_act(child, &mut part.acts)?,
                name => {
                    let message = format!("<{name}> in a wrong place of Acts");
                    return Err(child.error(Code::Structure, message));
                }
            }
        }
    }
    Ok(Body { id, layer, part, original })
}

/// The children that a `VoucherBody` and an `Original` may have, each at most once.
struct Parts<'t> {
    flag: Option<&'t str>,
    part: Part,
    acts: Option<Element<'t>>,
}

/// Reads the children with their names; `skipped` are those that the caller reads.
fn read_parts<'t>(element: Element<'t>, skipped: &str) -> Result<Parts<'t>> {
    let names = ["VoucherFlag", "Return_Reason", "Attach", "Voucher", "Acts"];
    let mut found: [Option<Element<'_>>; 5] = [None; 5];
    for child in element.children()?.filter(|child| child.name() != skipped) {
        child.without_attributes()?;
        let Some(at) = names.iter().position(|name| *name == child.name()) else {
            let message = format!("<{}> is not known in {}", child.name(), element.name());
            return Err(child.error(Code::Structure, message));
        };
        if found.get_mut(at).is_some_and(|place| place.replace(child).is_some()) {
            return Err(child.error(Code::Structure, format!("a second {}", child.name())));
        }
    }
    let [flag, return_reason, attach, voucher, acts] = found;
    let Some(voucher) = voucher else {
        return Err(element.error(Code::Structure, "no Voucher"));
    };
    let mut part = Part::new(Voucher::from_xml(base64_of(voucher)?)?);
    part.attach = attach.map(|element| text_of(element, "Attach")).transpose()?;
    part.return_reason =
        return_reason.map(|element| text_of(element, "Return_Reason")).transpose()?;
    Ok(Parts { flag: flag.map(|element| element.text()).transpose()?, part, acts })
}

fn read_original(element: Element<'_>) -> Result<Part> {
    element.without_attributes()?;
    let Parts { flag, mut part, acts } = read_parts(element, "Act")?;
    if flag.is_some() || acts.is_some() {
        return Err(element.error(Code::Structure, "VoucherFlag or Acts inside Original"));
    }
    for child in element.children()?.filter(|child| child.name() == "Act") {
        read_act(child, &mut part.acts)?;
    }
    Ok(part)
}

fn read_act(element: Element<'_>, acts: &mut Vec<Act>) -> Result<()> {
    if acts.len() >= MAX_ACTS {
        return Err(element.error(Code::Count, format!("more than {MAX_ACTS} acts")));
    }
    element.without_attributes()?;
    let children: Vec<Element<'_>> = element.children()?.take(3).collect();
    let [to_sign, evidence] = children.as_slice() else {
        return Err(element.error(Code::Structure, "an Act holds two elements"));
    };
    to_sign.without_attributes()?;
    evidence.without_attributes()?;
    let kind = match (to_sign.name(), evidence.name()) {
        ("ToSign", "Stamp") => ActKind::Stamp,
        ("ToSign", "Signature") => ActKind::Signature,
        _ => {
            let message = "an Act holds ToSign, then Stamp or Signature";
            return Err(element.error(Code::Structure, message));
        }
    };
    let (der, evidence) = (base64_of(*to_sign)?, base64_of(*evidence)?);
    acts.push(Act::undigested(ActToSign::from_der(&der)?, der, kind, evidence)?);
    Ok(())
}

fn text_of(element: Element<'_>, name: &'static str) -> Result<String> {
    let text = element.text()?;
    match require_text(name, text) {
        Ok(()) => Ok(text.to_owned()),
        Err((code, within, message)) => {
            Err(Error::new(code, name, message).at(element.value_offset(within)))
        }
    }
}

fn base64_of(element: Element<'_>) -> Result<Vec<u8>> {
    base64::decode(element.text()?).map_err(|error| {
        let message = format!("<{}> is not canonical base64: {error}", element.name());
        element.error(Code::Base64, message)
    })
}

fn write_body(out: &mut Writer, body: &Body) -> Result<()> {
    out.markup("<VoucherBody");
    for (name, value) in body.id.parts() {
        out.markup(" ");
        out.markup(name);
        out.markup("=\"");
        out.text(value, name)?;
        out.markup("\"");
    }
    out.markup("><VoucherFlag>");
    out.markup(if body.layer == Layer::Issuer { "0" } else { "1" });
    out.markup("</VoucherFlag>");
    write_part(out, &body.part)?;
    if body.original.is_some() || !body.part.acts.is_empty() {
        out.markup("<Acts><Version>");
        out.markup(ACTS_VERSION);
        out.markup("</Version>");
        if let Some(original) = &body.original {
            out.markup("<Original>");
            write_part(out, original)?;
            write_acts(out, &original.acts);
            out.markup("</Original>");
        }
        write_acts(out, &body.part.acts);
        out.markup("</Acts>");
    }
    out.markup("</VoucherBody>");
    Ok(())
}

fn write_part(out: &mut Writer, part: &Part) -> Result<()> {
    let texts = [("Return_Reason", part.return_reason()), ("Attach", part.attach())];
    for (name, text) in texts {
        if let Some(text) = text {
            out.element(name, |out| out.text(text, name))?;
        }
    }
    if part.voucher.form() == DocumentForm::Json {
        return Err(Error::new(Code::Form, "Voucher", "an envelope holds vouchers in XML"));
    }
    out.element("Voucher", |out| {
        out.base64(part.voucher.as_bytes());
        Ok(())
    })
}

/// About how many bytes a part takes when it is written.
fn room(part: &Part) -> usize {
    let texts = [part.attach(), part.return_reason()].map(|text| text.map_or(0, str::len));
    let acts = part.acts.iter().map(|act| act.to_sign_der().len() + act.evidence().len() + 64);
    let octets = part.voucher.as_bytes().len() + acts.sum::<usize>();
    octets / 3 * 4 + texts.iter().sum::<usize>() + 512
}

fn write_acts(out: &mut Writer, acts: &[Act]) {
    for act in acts {
        let (start, end) = match act.kind() {
            ActKind::Stamp => ("</ToSign><Stamp>", "</Stamp></Act>"),
            ActKind::Signature => ("</ToSign><Signature>", "</Signature></Act>"),
        };
        out.markup("<Act><ToSign>");
        out.base64(act.to_sign_der());
        out.markup(start);
        out.base64(act.evidence());
        out.markup(end);
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::tests::sample;
    use super::*;
    use ::base64::Engine;
    use ::base64::engine::general_purpose::STANDARD;

    const ID: &str = "AdmDivCode=\"330000\" StYear=\"2026\" VtCode=\"5201\" VoucherNo=\"20260001\"";

    fn body() -> Body {
        let mut body = Body::original(Voucher::from_xml(sample()).unwrap()).unwrap();
        body.set_attach(Some("附言 <SUCCESS>")).unwrap();
        body
    }

    fn envelope(root: &str, attributes: &str, children: &str) -> String {
        let voucher = STANDARD.encode(sample());
        let children = children.replace("VOUCHER", &format!("<Voucher>{voucher}</Voucher>"));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}><VoucherCount>1</VoucherCount>\n\
             <VoucherBody {attributes}>{children}</VoucherBody></{root}>"
        )
    }

    #[test]
    fn what_is_written_is_read() {
        let envelope = Envelope { bodies: vec![body(), body()] };
        for encoding in [Encoding::Gbk, Encoding::Gb18030, Encoding::Utf8] {
            let bytes = envelope.to_xml(encoding).unwrap();
            let back = Envelope::parse(&bytes).unwrap();
            assert_eq!(back.bodies.len(), 2);
            let read = &back.bodies[1];
            assert_eq!(read.voucher().as_bytes(), sample());
            assert_eq!(read.part().attach(), Some("附言 <SUCCESS>"));
            assert_eq!(read.part().return_reason(), None);
            assert_eq!((read.id(), read.layer()), (body().id(), Layer::Issuer));
            assert_eq!(back.to_xml(encoding).unwrap(), bytes);
        }
    }

    #[test]
    fn a_receipt_travels_with_its_original() {
        let original = Voucher::from_xml(sample()).unwrap();
        let mut builder = super::super::VoucherBuilder::from_voucher(&original);
        let receipt = builder.field("XPayAmt", "30.00").build_receipt(&original).unwrap();
        let body = Body::receipt(body(), receipt.clone()).unwrap();
        let bytes = Envelope::of(body).to_xml(Encoding::Gbk).unwrap();
        let back = Envelope::parse(&bytes).unwrap().bodies.remove(0);
        assert_eq!(back.layer(), Layer::Responder);
        assert_eq!(back.voucher().as_bytes(), receipt.as_bytes());
        let part = back.original_part().unwrap();
        assert_eq!(part.voucher().as_bytes(), sample());
        assert_eq!(part.attach(), Some("附言 <SUCCESS>"));
        assert!(Body::receipt(back, receipt).is_err());
        let other = Voucher::from_xml(&b"<Voucher><PayAmt>1.00</PayAmt></Voucher>"[..]).unwrap();
        assert_eq!(Body::receipt(super::tests::body(), other).unwrap_err().code(), Code::Rules);
    }

    #[test]
    fn old_and_wrapped_envelopes_are_read() {
        let old = envelope("Root", "VoucherNo=\"7\"", "<VoucherFlag>0</VoucherFlag>VOUCHER");
        let body = Envelope::parse(old.as_bytes()).unwrap().bodies.remove(0);
        assert_eq!(body.id().to_string(), "330000/2026/5201/7");
        let voucher = STANDARD.encode(sample());
        let (start, end) = voucher.split_at(76);
        let wrapped =
            format!("<VoucherFlag>0</VoucherFlag><Voucher>\n{start}\r\n{end}\n</Voucher>");
        let body = Envelope::parse(envelope("MOF", ID, &wrapped).as_bytes()).unwrap();
        assert_eq!(body.bodies[0].voucher().as_bytes(), sample());
    }

    #[test]
    fn shapes_that_are_refused() {
        let flag = "<VoucherFlag>0</VoucherFlag>";
        for (root, attributes, children) in [
            ("MOF", "VoucherNo=\"7\"", format!("{flag}VOUCHER")),
            ("MOF", &format!("{ID} Other=\"1\"")[..], format!("{flag}VOUCHER")),
            ("MOF", &ID.replace("20260001", "a/b"), format!("{flag}VOUCHER")),
            ("MOF", &ID.replace("20260001", ""), format!("{flag}VOUCHER")),
            ("mof", ID, format!("{flag}VOUCHER")),
            ("MOF", ID, "VOUCHER".to_owned()),
            ("MOF", ID, "<VoucherFlag>2</VoucherFlag>VOUCHER".to_owned()),
            ("MOF", ID, flag.to_owned()),
            ("MOF", ID, format!("{flag}VOUCHER VOUCHER")),
            ("MOF", ID, format!("{flag}VOUCHER<Act/>")),
            ("MOF", ID, format!("{flag}VOUCHER<Other/>")),
            ("MOF", ID, format!("{flag}VOUCHER<Attach a=\"1\"/>")),
            ("MOF", ID, format!("{flag}VOUCHER<Attach>a&#x202E;b</Attach>")),
            ("MOF", ID, format!("{flag}VOUCHER<Attach>{}</Attach>", "a".repeat(1025))),
            ("MOF", ID, format!("{flag}<Voucher>!</Voucher>")),
            ("MOF", ID, format!("{flag}<Voucher>PFZvdWNoZXIvPh==</Voucher>")),
            ("MOF", ID, format!("{flag}VOUCHER<Acts/>")),
            ("MOF", ID, format!("{flag}VOUCHER<Acts><Version>2</Version></Acts>")),
            ("MOF", ID, format!("{flag}VOUCHER<Acts><Version>1</Version><Original/></Acts>")),
            ("MOF", ID, format!("{flag}VOUCHER<Acts><Version>1</Version><Act/></Acts>")),
            (
                "MOF",
                ID,
                format!(
                    "{flag}VOUCHER<Acts><Version>1</Version><Act><ToSign>AA==</ToSign>\
                     <Stamp>AA==</Stamp></Act></Acts>"
                ),
            ),
        ] {
            let text = envelope(root, attributes, &children);
            let error = Envelope::parse(text.as_bytes()).unwrap_err();
            assert!(error.offset().is_some(), "{attributes} {children}: {error}");
        }
        let good = envelope("MOF", ID, &format!("{flag}VOUCHER"));
        assert!(Envelope::parse(good.as_bytes()).is_ok());
        for count in ["0", "2", "01", "+1", ""] {
            let text = good.replace("<VoucherCount>1<", &format!("<VoucherCount>{count}<"));
            assert!(Envelope::parse(text.as_bytes()).is_err(), "{count}");
        }
    }

    #[test]
    fn errors_inside_a_voucher_name_its_field() {
        let voucher = STANDARD.encode("<Voucher><Payee>a&#x200B;</Payee></Voucher>");
        let children = format!("<VoucherFlag>0</VoucherFlag><Voucher>{voucher}</Voucher>");
        let error = Envelope::parse(envelope("MOF", ID, &children).as_bytes()).unwrap_err();
        assert_eq!(error.structure(), "Payee");
    }

    #[test]
    fn what_an_encoding_lacks_names_the_element() {
        let mut odd = body();
        odd.set_attach(Some("𠮷")).unwrap();
        let error = Envelope::of(odd).to_xml(Encoding::Gbk).unwrap_err();
        assert_eq!((error.code(), error.structure()), (Code::Text, "Attach"));
    }

    #[test]
    fn cut_or_changed_anywhere_nothing_panics() {
        let bytes = Envelope::of(body()).to_xml(Encoding::Gbk).unwrap();
        for end in 0..bytes.len() {
            assert!(Envelope::parse(&bytes[..end]).is_err());
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let _ = Envelope::parse(&changed);
            }
        }
    }
}
