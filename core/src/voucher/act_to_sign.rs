//! What an act signs: the voucher, the position and all that went before, in DER.

use super::canonical::Scope;
use super::id::{VoucherId, require_identifier};
use super::limits::{MAX_ACT_TEXT, MAX_ACTS, MAX_ATTACHMENTS};
use super::text::inspect;
use crate::asn1::reader::{Reader, Tlv, tag};
use crate::asn1::{Oid, writer};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};

/// The object identifier that names the format, of the UUID 5688d88c-686a-4782-9d79-617ec35406da.
pub const FORMAT: Oid = Oid::new("2.25.115024152134995567240769649487469872858");

/// The version of the format.
pub const FORMAT_VERSION: i64 = 1;

const NAME: &str = "ActToSign";

/// Which document of a voucher an act is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The issuer's original: `VoucherFlag` 0, layer 1.
    Issuer,
    /// The responder's receipt: `VoucherFlag` 1, layer 2.
    Responder,
}

impl Layer {
    /// The number in acts: 1 or 2.
    pub fn number(self) -> u8 {
        match self {
            Layer::Issuer => 1,
            Layer::Responder => 2,
        }
    }

    /// The `VoucherFlag` of the layer's document: 0 or 1.
    pub fn voucher_flag(self) -> u8 {
        self.number() - 1
    }

    /// The fields that acts of this layer cover.
    pub fn scope(self) -> Scope {
        match self {
            Layer::Issuer => Scope::Base,
            Layer::Responder => Scope::BaseAndX,
        }
    }

    fn from_number(number: i64) -> Option<Layer> {
        match number {
            1 => Some(Layer::Issuer),
            2 => Some(Layer::Responder),
            _ => None,
        }
    }
}

/// A file that an act covers beside the voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// The name of the file.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// SM3 over its bytes.
    pub sm3: [u8; 32],
}

impl Attachment {
    /// The description of a file with this name and these bytes.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Attachment { name: name.to_owned(), length, sm3: sm3::digest(bytes) }
    }

    /// The description of a file by its digest.
    pub(crate) fn described(name: String, length: u64, sm3: [u8; 32]) -> Self {
        Attachment { name, length, sm3 }
    }
}

/// What one act signs.
///
/// ```asn1
/// ActToSign ::= SEQUENCE {
///   format OBJECT IDENTIFIER, formatVersion INTEGER (1),
///   admDivCode UTF8String, stYear UTF8String, vtCode UTF8String, voucherNo UTF8String,
///   voucherVersion INTEGER (0..2147483647), voucherFlag INTEGER (0..1), edition UTF8String,
///   layer INTEGER (1..2), scope ENUMERATED { base(0), baseAndX(1) },
///   org UTF8String, role UTF8String, position UTF8String, sequence INTEGER (0..2147483647),
///   canonicalDigest OCTET STRING (SIZE(32)), formDigest OCTET STRING (SIZE(32)),
///   attachments SEQUENCE OF SEQUENCE {
///     name UTF8String, length INTEGER, sm3 OCTET STRING (SIZE(32)) },
///   attach UTF8String, returnReason UTF8String,
///   catalogueDigest OCTET STRING (SIZE(0|32)), templateDigest OCTET STRING (SIZE(0|32)),
///   previousLayer OCTET STRING (SIZE(32)) OPTIONAL,
///   previousActs SET OF OCTET STRING (SIZE(32)) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActToSign {
    /// Division, year, type and number of the voucher.
    pub id: VoucherId,
    /// The version of the voucher, counted by its maker.
    pub voucher_version: u32,
    /// The document that is signed; its number, its `VoucherFlag` and the scope follow from it.
    pub layer: Layer,
    /// The edition of the message standard, such as `2019-12-25`; may be empty.
    pub edition: String,
    /// The office that acts.
    pub org: String,
    /// The part that it plays, such as `maker`.
    pub role: String,
    /// The place of the act on the voucher.
    pub position: String,
    /// The place in the order of acts: lower ones come first, equal ones in any order.
    pub sequence: u32,
    /// The canonical digest of the document over the scope.
    pub canonical_digest: [u8; 32],
    /// SM3 over the exact bytes of the document.
    pub form_digest: [u8; 32],
    /// The attachments, in the order of sending.
    pub attachments: Vec<Attachment>,
    /// `Attach` of the envelope, empty if there is none.
    pub attach: String,
    /// `Return_Reason` of the envelope, empty if there is none.
    pub return_reason: String,
    /// The digest of the catalogue entry that the voucher was judged by.
    pub catalogue_digest: Option<[u8; 32]>,
    /// The digest of the template that gives the positions.
    pub template_digest: Option<[u8; 32]>,
    /// In the responder's layer, the digest of the issuer's whole layer.
    pub previous_layer: Option<[u8; 32]>,
    /// The digests of every act of lower sequence in this layer, ascending.
    pub previous_acts: Vec<[u8; 32]>,
}

impl ActToSign {
    /// The bytes that are signed.
    pub fn to_der(&self) -> Vec<u8> {
        use writer::{enumerated, integer, octet_string, sequence, sequence_of, utf8};
        let attachments: Vec<Vec<u8>> = self.attachments.iter().map(attachment_der).collect();
        let previous = self.previous_acts.iter().map(|digest| octet_string(digest)).collect();
        let digest = |digest: &Option<[u8; 32]>| match digest {
            Some(digest) => octet_string(digest),
            None => octet_string(&[]),
        };
        let previous_layer = self.previous_layer.map(|digest| octet_string(&digest));
        sequence(&[
            &writer::oid(&FORMAT),
            &integer(FORMAT_VERSION),
            &utf8(&self.id.adm_div_code),
            &utf8(&self.id.st_year),
            &utf8(&self.id.vt_code),
            &utf8(&self.id.voucher_no),
            &integer(i64::from(self.voucher_version)),
            &integer(i64::from(self.layer.voucher_flag())),
            &utf8(&self.edition),
            &integer(i64::from(self.layer.number())),
            &enumerated(self.layer.scope().number()),
            &utf8(&self.org),
            &utf8(&self.role),
            &utf8(&self.position),
            &integer(i64::from(self.sequence)),
            &octet_string(&self.canonical_digest),
            &octet_string(&self.form_digest),
            &sequence_of(&attachments),
            &utf8(&self.attach),
            &utf8(&self.return_reason),
            &digest(&self.catalogue_digest),
            &digest(&self.template_digest),
            previous_layer.as_deref().unwrap_or_default(),
            &writer::set_of(previous),
        ])
    }

    /// Reads the DER of one act and nothing else.
    ///
    /// # Errors
    ///
    /// [`Code::Version`] for another format or version; else family Malformed or Limit, with the
    /// offset. What is read gives the same bytes when written.
    pub fn from_der(der: &[u8]) -> Result<ActToSign> {
        let mut fields = Fields(Reader::whole(der, NAME)?);
        let format = fields.0.expect(tag::OID)?;
        if format.oid()? != FORMAT {
            return Err(Error::new(Code::Version, NAME, "another format").at(format.offset));
        }
        let version = fields.0.expect(tag::INTEGER)?;
        if version.integer_i64()? != FORMAT_VERSION {
            return Err(Error::new(Code::Version, NAME, "another version").at(version.offset));
        }
        let [adm_div_code, st_year, vt_code, voucher_no] = [
            fields.identifier("AdmDivCode")?,
            fields.identifier("StYear")?,
            fields.identifier("VtCode")?,
            fields.identifier("VoucherNo")?,
        ];
        let voucher_version = fields.small()?.0;
        let (flag, flag_tlv) = fields.small()?;
        let edition = fields.text()?;
        let (layer, layer_tlv) = fields.small()?;
        let layer = Layer::from_number(i64::from(layer))
            .ok_or_else(|| layer_tlv.error("the layer is 1 or 2"))?;
        if flag != u32::from(layer.voucher_flag()) {
            return Err(flag_tlv.error("the VoucherFlag is not that of the layer"));
        }
        let scope = fields.0.expect(tag::ENUMERATED)?;
        if scope.value != [layer.scope().number()] {
            return Err(scope.error("the scope is not that of the layer"));
        }
        let org = fields.text()?;
        let (role, position) = (fields.identifier("role")?, fields.identifier("position")?);
        let sequence = fields.small()?.0;
        let (canonical_digest, form_digest) = (fields.digest()?, fields.digest()?);
        let attachments = read_attachments(fields.0.sequence()?)?;
        let (attach, return_reason) = (fields.text()?, fields.text()?);
        let catalogue_digest = fields.digest_or_empty()?;
        let template_digest = fields.digest_or_empty()?;
        let previous_layer = match fields.0.peek() {
            Some(tag::OCTET_STRING) => Some(fields.digest()?),
            _ => None,
        };
        let previous_acts = read_previous(fields.0.expect(tag::SET)?)?;
        fields.0.finish()?;
        let id = VoucherId { adm_div_code, st_year, vt_code, voucher_no };
        Ok(ActToSign {
            id,
            voucher_version,
            layer,
            edition,
            org,
            role,
            position,
            sequence,
            canonical_digest,
            form_digest,
            attachments,
            attach,
            return_reason,
            catalogue_digest,
            template_digest,
            previous_layer,
            previous_acts,
        })
    }

    /// The `propertyInfo` of the stamp that carries this act. Bytes of the four names and of the
    /// position that are not printable ASCII, and `%`, are written as `%` and two digits.
    pub fn property_info(&self) -> String {
        let mut out = "yinxin:voucher:1:".to_owned();
        for (_, part) in self.id.parts() {
            push_ascii(&mut out, part);
            out.push('/');
        }
        let (flag, layer) = (self.layer.voucher_flag(), self.layer.number());
        out.push_str(&format!("{}/{flag}/{layer}/", self.voucher_version));
        push_ascii(&mut out, &self.position);
        out
    }

    /// The bytes that are signed; refuses what [`from_der`](Self::from_der) would not read back.
    pub(super) fn to_readable_der(&self) -> Result<Vec<u8>> {
        let der = self.to_der();
        if ActToSign::from_der(&der)? == *self {
            return Ok(der);
        }
        Err(Error::new(Code::Value, NAME, "the act does not come back from its DER"))
    }
}

/// Appends a text as printable ASCII, for propertyInfo is an IA5String.
fn push_ascii(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'%' | 0..=b' ' | 0x7f.. => out.push_str(&format!("%{byte:02X}")),
            byte => out.push(char::from(byte)),
        }
    }
}

fn attachment_der(attachment: &Attachment) -> Vec<u8> {
    writer::sequence(&[
        &writer::utf8(&attachment.name),
        &writer::integer_unsigned(&attachment.length.to_be_bytes()),
        &writer::octet_string(&attachment.sm3),
    ])
}

fn read_attachments(mut list: Reader<'_>) -> Result<Vec<Attachment>> {
    let mut attachments = Vec::new();
    while !list.is_empty() {
        if attachments.len() >= MAX_ATTACHMENTS {
            let message = format!("more than {MAX_ATTACHMENTS} attachments");
            return Err(Error::new(Code::Count, NAME, message).at(list.offset()));
        }
        let mut fields = Fields(list.sequence()?);
        let name = fields.text()?;
        let length = fields.0.expect(tag::INTEGER)?;
        let magnitude = length.integer_unsigned()?;
        if magnitude.len() > 8 {
            return Err(length.error("the length does not fit in 64 bits"));
        }
        let length = magnitude.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        let sm3 = fields.digest()?;
        fields.0.finish()?;
        attachments.push(Attachment { name, length, sm3 });
    }
    Ok(attachments)
}

fn read_previous(set: Tlv<'_>) -> Result<Vec<[u8; 32]>> {
    let mut fields = Fields(set.contents());
    let mut digests: Vec<[u8; 32]> = Vec::new();
    while !fields.0.is_empty() {
        if digests.len() >= MAX_ACTS {
            let message = format!("more than {MAX_ACTS} previous acts");
            return Err(Error::new(Code::Count, NAME, message).at(set.offset));
        }
        let digest = fields.digest()?;
        if digests.last().is_some_and(|last| *last >= digest) {
            return Err(set.error("the elements of a SET OF ascend and differ"));
        }
        digests.push(digest);
    }
    Ok(digests)
}

struct Fields<'a>(Reader<'a>);

impl<'a> Fields<'a> {
    fn text(&mut self) -> Result<String> {
        let tlv = self.0.expect(tag::UTF8_STRING)?;
        let text = tlv.utf8()?;
        if text.len() > MAX_ACT_TEXT {
            let message = format!("more than {MAX_ACT_TEXT} bytes");
            return Err(Error::new(Code::Size, NAME, message).at(tlv.offset));
        }
        match inspect(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(refused) => {
                let offset = tlv.value_offset() + refused.offset;
                Err(Error::new(Code::Text, NAME, refused.to_string()).at(offset))
            }
        }
    }

    fn identifier(&mut self, name: &'static str) -> Result<String> {
        let offset = self.0.offset();
        let text = self.text()?;
        require_identifier(name, &text).map_err(|error| error.at(offset))?;
        Ok(text)
    }

    /// An INTEGER from 0 to 2^31 - 1.
    fn small(&mut self) -> Result<(u32, Tlv<'a>)> {
        let tlv = self.0.expect(tag::INTEGER)?;
        let value = tlv.integer_i64()?;
        match i32::try_from(value).ok().and_then(|value| u32::try_from(value).ok()) {
            Some(value) => Ok((value, tlv)),
            None => Err(tlv.error("the INTEGER is from 0 to 2147483647")),
        }
    }

    fn digest(&mut self) -> Result<[u8; 32]> {
        let tlv = self.0.expect(tag::OCTET_STRING)?;
        tlv.value.try_into().map_err(|_| tlv.error("a digest has 32 bytes"))
    }

    fn digest_or_empty(&mut self) -> Result<Option<[u8; 32]>> {
        let tlv = self.0.expect(tag::OCTET_STRING)?;
        match tlv.value {
            [] => Ok(None),
            value => {
                value.try_into().map(Some).map_err(|_| tlv.error("a digest has 32 bytes or none"))
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn sample() -> ActToSign {
        ActToSign {
            id: VoucherId::new("330000", "2026", "5201", "20260001").unwrap(),
            voucher_version: 1,
            layer: Layer::Responder,
            edition: "2019-12-25".to_owned(),
            org: "某市分行".to_owned(),
            role: "stamper".to_owned(),
            position: "yh_ywz".to_owned(),
            sequence: 3,
            canonical_digest: [1; 32],
            form_digest: [2; 32],
            attachments: vec![Attachment::of("清单.xlsx", b"bytes")],
            attach: "SUCCESS".to_owned(),
            return_reason: String::new(),
            catalogue_digest: Some([3; 32]),
            template_digest: None,
            previous_layer: Some([4; 32]),
            previous_acts: vec![[5; 32], [6; 32]],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let act = sample();
        assert_eq!(ActToSign::from_der(&act.to_der()).unwrap(), act);
        let mut issuer = ActToSign { layer: Layer::Issuer, previous_layer: None, ..act };
        issuer.previous_acts.clear();
        issuer.attachments.clear();
        assert_eq!(ActToSign::from_der(&issuer.to_der()).unwrap(), issuer);
        assert!(issuer.to_readable_der().is_ok());
        assert_eq!(
            sample().property_info(),
            "yinxin:voucher:1:330000/2026/5201/20260001/1/1/2/yh_ywz"
        );
        let mut other = sample();
        other.position = "财%".to_owned();
        assert!(other.property_info().ends_with("/1/1/2/%E8%B4%A2%25"));
    }

    #[test]
    fn the_format_is_an_identifier_under_a_uuid() {
        let uuid = 0x5688_d88c_686a_4782_9d79_617e_c354_06da_u128;
        assert_eq!(FORMAT, Oid::parse(&format!("2.25.{uuid}")).unwrap());
        // As docs/sealed-voucher.md prints it.
        let digits = crate::hex::encode(FORMAT.contents());
        assert_eq!(digits, "6981ad88eca38d86d29e859dbcd8afec9ad08d5a");
    }

    #[test]
    fn changed_anywhere_it_is_refused_or_another_act() {
        let act = sample();
        let der = act.to_der();
        for end in 0..der.len() {
            assert!(ActToSign::from_der(&der[..end]).is_err());
        }
        for at in 0..der.len() {
            for bit in 0..8 {
                let mut changed = der.clone();
                changed[at] ^= 1 << bit;
                if let Ok(other) = ActToSign::from_der(&changed) {
                    assert_ne!(other, act);
                    assert_eq!(other.to_der(), changed, "one spelling per act");
                }
            }
        }
        let mut longer = der.clone();
        longer.push(0);
        assert!(ActToSign::from_der(&longer).is_err());
    }

    #[test]
    fn what_would_not_be_read_is_not_written() {
        let fails = |change: fn(&mut ActToSign)| {
            let mut act = sample();
            change(&mut act);
            act.to_readable_der().unwrap_err()
        };
        fails(|act| act.position = "a/b".to_owned());
        fails(|act| act.position.clear());
        fails(|act| act.role = "a b".to_owned());
        fails(|act| act.org = "a\u{202e}".to_owned());
        fails(|act| act.org = "a".repeat(MAX_ACT_TEXT + 1));
        fails(|act| act.sequence = u32::MAX);
        fails(|act| act.previous_acts = vec![[7; 32], [6; 32]]);
        fails(|act| act.previous_acts = vec![[6; 32], [6; 32]]);
        fails(|act| act.id.voucher_no.clear());
        fails(|act| act.attachments = vec![Attachment::of("a", b""); MAX_ATTACHMENTS + 1]);
    }
}
