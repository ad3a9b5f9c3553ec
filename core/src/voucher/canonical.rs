//! The canonical form of a voucher's fields, in which two parties always agree.

use super::document::Voucher;
use crate::crypto::sm3;

/// The version of the canonical form.
pub const CANONICAL_VERSION: u8 = 1;

const DOMAIN: &[u8] = b"yinxin:voucher:canonical";
const HEADER: u8 = b'H';
const DETAIL: u8 = b'D';
const FIELD: u8 = b'F';
const NAME: u8 = b'N';
const VALUE: u8 = b'V';

/// Which fields an act covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every field but those of the executing party: what the issuer signs.
    Base,
    /// Every field: what the responder signs.
    BaseAndX,
}

impl Scope {
    /// The number by which acts and digests name the scope: 0 or 1.
    pub fn number(self) -> u8 {
        match self {
            Scope::Base => 0,
            Scope::BaseAndX => 1,
        }
    }

    fn covers(self, name: &str) -> bool {
        self == Scope::BaseAndX || !is_x(name)
    }
}

/// Whether a field belongs to the executing party: its name begins with `X`.
pub fn is_x(name: &str) -> bool {
    name.starts_with('X')
}

impl Voucher {
    /// The canonical bytes of the fields in scope: `H` with the header's fields, then `D` with each
    /// detail's, every item a tag, a length in four bytes and its contents.
    pub fn canonical(&self, scope: Scope) -> Vec<u8> {
        self.canonical_after(&[], scope)
    }

    /// SM3 over the domain tag, the version, the scope and the canonical bytes.
    pub fn canonical_digest(&self, scope: Scope) -> [u8; 32] {
        sm3::digest(&self.canonical_input(scope))
    }

    /// What the canonical digest is made over.
    pub(super) fn canonical_input(&self, scope: Scope) -> Vec<u8> {
        self.canonical_after(&[DOMAIN, &[CANONICAL_VERSION, scope.number()]].concat(), scope)
    }

    fn canonical_after(&self, head: &[u8], scope: Scope) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * self.as_bytes().len());
        out.extend_from_slice(head);
        for (position, record) in self.records().enumerate() {
            let start = out.len();
            out.extend_from_slice(&[0; HEAD]);
            for (name, value) in record.sorted_fields().filter(|(name, _)| scope.covers(name)) {
                let (name, value) = (name.as_bytes(), value.as_bytes());
                out.extend_from_slice(&item(FIELD, 2 * HEAD + name.len() + value.len()));
                out.extend_from_slice(&item(NAME, name.len()));
                out.extend_from_slice(name);
                out.extend_from_slice(&item(VALUE, value.len()));
                out.extend_from_slice(value);
            }
            let tag = if position == 0 { HEADER } else { DETAIL };
            let length = out.len() - start - HEAD;
            if let Some(place) = out.get_mut(start..start + HEAD) {
                place.copy_from_slice(&item(tag, length));
            }
        }
        out
    }
}

/// The bytes of a tag and a length.
const HEAD: usize = 5;

/// A tag, and the length of what follows in four bytes, most significant first.
fn item(tag: u8, length: usize) -> [u8; HEAD] {
    // A document is at most 16 MiB and each field adds 15 bytes, so the length fits.
    let [a, b, c, d] = (length as u32).to_be_bytes();
    [tag, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voucher::document::tests::{sample, sample_text};

    fn read(text: &str) -> Voucher {
        Voucher::from_xml(text.as_bytes()).unwrap()
    }

    #[test]
    fn bytes_of_a_small_voucher() {
        let voucher =
            read("<Voucher><XB>2</XB><A>1</A><DetailList><Detail/></DetailList></Voucher>");
        let mut base = b"H\0\0\0\x11F\0\0\0\x0cN\0\0\0\x01AV\0\0\0\x011".to_vec();
        base.extend(b"D\0\0\0\0");
        assert_eq!(voucher.canonical(Scope::Base), base);
        assert_eq!(voucher.canonical(Scope::BaseAndX).len(), base.len() + 18);
        assert_ne!(
            voucher.canonical_digest(Scope::Base),
            voucher.canonical_digest(Scope::BaseAndX)
        );
    }

    #[test]
    fn layout_and_encoding_do_not_matter() {
        let gbk = Voucher::from_xml(sample()).unwrap();
        let utf8 = read(&sample_text().replace("GBK", "UTF-8").replace("&gt;", ">"));
        for scope in [Scope::Base, Scope::BaseAndX] {
            assert_eq!(gbk.canonical_digest(scope), utf8.canonical_digest(scope));
        }
        assert_ne!(gbk.form_digest(), utf8.form_digest());
        let a = read("<Voucher><A>1</A><B>2</B></Voucher>");
        let b = read("<Voucher>\n<B>2</B> <A>1</A></Voucher>");
        assert_eq!(a.canonical(Scope::Base), b.canonical(Scope::Base));
    }

    #[test]
    fn every_difference_of_meaning_shows() {
        let texts = [
            "<Voucher><A>1</A></Voucher>",
            "<Voucher><A>1 </A></Voucher>",
            "<Voucher><A></A></Voucher>",
            "<Voucher></Voucher>",
            "<Voucher><A>１</A></Voucher>",
            "<Voucher><AB>1</AB></Voucher>",
            "<Voucher><A>1</A><B></B></Voucher>",
            "<Voucher><DetailList><Detail><A>1</A></Detail></DetailList></Voucher>",
            "<Voucher><A>1</A><DetailList><Detail/></DetailList></Voucher>",
            "<Voucher><A>1</A><DetailList><Detail/><Detail/></DetailList></Voucher>",
            "<Voucher><DetailList><Detail><A>1</A></Detail><Detail><A>2</A></Detail></DetailList></Voucher>",
            "<Voucher><DetailList><Detail><A>2</A></Detail><Detail><A>1</A></Detail></DetailList></Voucher>",
            "<Voucher><A>1.0</A></Voucher>",
            "<Voucher><A>e\u{301}</A></Voucher>",
            "<Voucher><A>\u{e9}</A></Voucher>",
        ];
        let digests: std::collections::HashSet<_> =
            texts.iter().map(|text| read(text).canonical_digest(Scope::Base)).collect();
        assert_eq!(digests.len(), texts.len());
    }

    #[test]
    fn x_fields_are_outside_the_base() {
        let a = read(
            "<Voucher><A/><XB>1</XB><DetailList><Detail><XC/></Detail></DetailList></Voucher>",
        );
        let b = read("<Voucher><A/><DetailList><Detail><XC>2</XC></Detail></DetailList></Voucher>");
        assert_eq!(a.canonical_digest(Scope::Base), b.canonical_digest(Scope::Base));
        assert!(is_x("XPayAmt") && !is_x("xPayAmt") && !is_x("PayAmt"));
    }
}
