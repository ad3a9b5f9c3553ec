//! One voucher document: its bytes as received and the fields in them.

use super::id::VoucherId;
use super::limits::{MAX_DETAILS, MAX_FIELDS, MAX_NOTED, MAX_VALUE, MAX_VOUCHER};
use super::money::Fen;
use super::text::{Encoding, inspect};
use super::xml::{Element, Span, Tree};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// A voucher document: the exact bytes, and its header and details as fields.
#[derive(Debug, Clone)]
pub struct Voucher {
    bytes: Vec<u8>,
    form: DocumentForm,
    /// Every name and value is a span of this text.
    text: String,
    fields: Vec<Field>,
    /// Within each record the indices of its fields, ascending by the bytes of their names.
    sorted: Vec<u32>,
    /// Where each record ends in `fields`; the first record is the header.
    ends: Vec<u32>,
    /// Fields whose value is not in normal form C.
    not_normal: Vec<u32>,
    /// SM3 over the bytes, once somebody has asked: whoever stamps, verifies or keeps asks again.
    digest: OnceLock<[u8; 32]>,
}

/// The form of a voucher document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentForm {
    /// XML in the encoding that it declares.
    Xml(Encoding),
    /// JSON in UTF-8.
    Json,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    name: Span,
    value: Span,
}

/// The header or one detail of a voucher.
#[derive(Debug, Clone, Copy)]
pub struct Record<'v> {
    voucher: &'v Voucher,
    /// 0 for the header, 1 for the first detail.
    index: usize,
    fields: (usize, usize),
}

impl Voucher {
    /// Reads the XML document inside an envelope: root `Voucher`, header fields, `DetailList` with
    /// its `Detail` records.
    ///
    /// # Errors
    ///
    /// Family Malformed or Limit, naming the field where there is one, with the offset.
    pub fn from_xml(bytes: impl Into<Vec<u8>>) -> Result<Voucher> {
        let bytes = bytes.into();
        let (form, text, assembly) = {
            let tree = Tree::parse(&bytes, "Voucher", MAX_VOUCHER)?;
            let mut assembly = Assembly::new((bytes.len() / 32).min(4096));
            assembly.read(tree.root(&["Voucher"])?)?;
            (DocumentForm::Xml(tree.encoding()), tree.into_text(), assembly)
        };
        Ok(assembly.finish(bytes, form, text))
    }

    /// Reads a document in either form: JSON begins with `{`.
    ///
    /// # Errors
    ///
    /// As [`from_xml`](Self::from_xml) and [`from_json`](Self::from_json).
    pub fn from_any(bytes: &[u8]) -> Result<Voucher> {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'{') { Voucher::from_json(bytes) } else { Voucher::from_xml(bytes) }
    }

    /// The exact bytes of the document.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The form of the document.
    pub fn form(&self) -> DocumentForm {
        self.form
    }

    /// SM3 over the exact bytes.
    pub fn form_digest(&self) -> [u8; 32] {
        if let Some(digest) = self.digest.get() {
            return *digest;
        }
        let digest = sm3::digest(&self.bytes);
        self.remember_form_digest(digest);
        digest
    }

    /// Remembers the SM3 over the exact bytes, which was computed beside that of others.
    pub(super) fn remember_form_digest(&self, digest: [u8; 32]) {
        // Another thread may have found the same.
        let _ = self.digest.set(digest);
    }

    /// The header.
    pub fn header(&self) -> Record<'_> {
        self.record(0)
    }

    /// The details, in document order.
    pub fn details(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        (1..self.ends.len().max(1)).map(|index| self.record(index))
    }

    /// The header, then the details.
    pub(super) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.ends.len()).map(|index| self.record(index))
    }

    /// Division, year, type and number as the header states them.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] naming the field that is missing or cannot be an identifier.
    pub fn id(&self) -> Result<VoucherId> {
        let header = self.header();
        let part = |name| header.get(name).unwrap_or_default();
        VoucherId::new(part("AdmDivCode"), part("StYear"), part("VtCode"), part("VoucherNo"))
    }

    /// Paths of the fields whose text is not in Unicode's normal form C, the first 64 of them.
    pub fn not_normal(&self) -> Vec<String> {
        let named = self.not_normal.iter().take(MAX_NOTED).map(|index| self.name_of(*index));
        named.map(|(record, name)| path(record, name)).collect()
    }

    /// Refuses what a maker must not sign: amounts that are not in normal form and text that is not
    /// in normal form C. With `x_only`, fields that others made are left alone.
    pub(super) fn require_made(&self, x_only: bool) -> Result<()> {
        let mine = |name: &str| !x_only || super::canonical::is_x(name);
        let named = self.not_normal.iter().map(|index| self.name_of(*index));
        if let Some((record, name)) = named.into_iter().find(|(_, name)| mine(name)) {
            let message = "not in Unicode's normal form C";
            return Err(Error::new(Code::Text, path(record, name), message));
        }
        for record in self.records() {
            for (name, value) in record.fields().filter(|(name, _)| mine(name)) {
                if is_amount(name) && !value.is_empty() {
                    let renamed = |error: Error| {
                        Error::new(Code::Value, record.path(name), error.message().to_owned())
                    };
                    Fen::parse_normal(value).map_err(renamed)?;
                }
            }
        }
        Ok(())
    }

    /// The record and the name of a field.
    fn name_of(&self, index: u32) -> (usize, &str) {
        let record = self.ends.partition_point(|end| *end <= index);
        let name = self.fields.get(index as usize).map(|field| field.name.of(&self.text));
        (record, name.unwrap_or_default())
    }

    fn record(&self, index: usize) -> Record<'_> {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before));
        let end = self.ends.get(index);
        let fields = (*start.unwrap_or(&0) as usize, *end.unwrap_or(&0) as usize);
        Record { voucher: self, index, fields }
    }
}

impl<'v> Record<'v> {
    /// The value of the field with this name; an empty one is there, an absent one is not.
    pub fn get(&self, name: &str) -> Option<&'v str> {
        let sorted = self.voucher.sorted.get(self.range()).unwrap_or_default();
        let found = sorted.binary_search_by(|index| self.field(*index).0.cmp(name)).ok()?;
        sorted.get(found).map(|index| self.field(*index).1)
    }

    /// Names and values in document order.
    pub fn fields(&self) -> impl Iterator<Item = (&'v str, &'v str)> + use<'v> {
        let record = *self;
        self.range().map(move |index| record.field(index as u32))
    }

    /// Names and values, ascending by the bytes of their names.
    pub fn sorted_fields(&self) -> impl Iterator<Item = (&'v str, &'v str)> + use<'v> {
        let record = *self;
        let sorted = self.voucher.sorted.get(self.range()).unwrap_or_default();
        sorted.iter().map(move |index| record.field(*index))
    }

    /// Where a field of this record stands: `PayAmt`, or `Detail[2]/PayAmt` in the second detail.
    pub fn path(&self, name: &str) -> String {
        path(self.index, name)
    }

    fn range(&self) -> Range<usize> {
        self.fields.0..self.fields.1
    }

    fn field(&self, index: u32) -> (&'v str, &'v str) {
        let voucher = self.voucher;
        match voucher.fields.get(index as usize) {
            Some(field) => (field.name.of(&voucher.text), field.value.of(&voucher.text)),
            None => ("", ""),
        }
    }
}

/// Whether a field holds an amount: a rule of the format, by its name, never of data.
pub fn is_amount(name: &str) -> bool {
    name.ends_with("Amt") || name.ends_with("Money")
}

/// Where a field stands: record 0 is the header, 1 the first detail.
pub(super) fn path(record: usize, name: &str) -> String {
    match record {
        0 => name.to_owned(),
        detail => format!("Detail[{detail}]/{name}"),
    }
}

/// Records being put together from a document.
#[derive(Default)]
pub(super) struct Assembly {
    fields: Vec<Field>,
    sorted: Vec<u32>,
    ends: Vec<u32>,
    not_normal: Vec<u32>,
}

impl Assembly {
    pub(super) fn new(expected_fields: usize) -> Self {
        let (fields, sorted) =
            (Vec::with_capacity(expected_fields), Vec::with_capacity(expected_fields));
        Assembly { fields, sorted, ends: Vec::new(), not_normal: Vec::new() }
    }

    pub(super) fn finish(self, bytes: Vec<u8>, form: DocumentForm, text: String) -> Voucher {
        let Assembly { fields, sorted, ends, not_normal } = self;
        let digest = OnceLock::new();
        Voucher { bytes, form, text, fields, sorted, ends, not_normal, digest }
    }

    /// Adds the records of another assembly over the same text behind these.
    pub(super) fn append(&mut self, other: Assembly) {
        let base = self.fields.len() as u32;
        let moved = |indices: Vec<u32>| indices.into_iter().map(move |index| index + base);
        self.fields.extend(other.fields);
        self.sorted.extend(moved(other.sorted));
        self.ends.extend(moved(other.ends));
        self.not_normal.extend(moved(other.not_normal));
    }

    /// Adds a field to the record that is open.
    ///
    /// # Errors
    ///
    /// The place in the value, in bytes, and what is wrong there.
    pub(super) fn field(
        &mut self,
        name: Span,
        value: Span,
        text: &str,
    ) -> std::result::Result<(), (Code, usize, Cow<'static, str>)> {
        let start = self.ends.last().map_or(0, |end| *end as usize);
        if self.fields.len() - start >= MAX_FIELDS {
            let message = format!("more than {MAX_FIELDS} fields in one record");
            return Err((Code::Count, 0, message.into()));
        }
        if text.len() > MAX_VALUE {
            let message = format!("more than {MAX_VALUE} bytes in one field");
            return Err((Code::Size, 0, message.into()));
        }
        match inspect(text) {
            Ok(true) => {}
            Ok(false) => self.not_normal.push(self.fields.len() as u32),
            Err(refused) => return Err((Code::Text, refused.offset, refused.to_string().into())),
        }
        self.fields.push(Field { name, value });
        Ok(())
    }

    /// Ends the record that is open; the name of a field that stands in it twice is an error.
    pub(super) fn end_record<'t>(
        &mut self,
        name: impl Fn(Span) -> &'t str,
    ) -> std::result::Result<(), String> {
        let start = self.ends.last().map_or(0, |end| *end as usize);
        let key =
            |index: &u32| self.fields.get(*index as usize).map_or("", |field| name(field.name));
        self.sorted.extend(start as u32..self.fields.len() as u32);
        let sorted = self.sorted.get_mut(start..).unwrap_or_default();
        sorted.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        if let Some(pair) = sorted.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            return Err(key(&pair[0]).to_owned());
        }
        self.ends.push(self.fields.len() as u32);
        Ok(())
    }

    fn read(&mut self, root: Element<'_>) -> Result<()> {
        root.without_attributes()?;
        let mut list: Option<Element<'_>> = None;
        for child in root.children()? {
            if child.name() != "DetailList" {
                self.read_field(child, 0)?;
            } else if list.replace(child).is_some() {
                return Err(child.error(Code::Structure, "a second DetailList"));
            }
        }
        self.end_element(root, 0)?;
        let Some(list) = list else { return Ok(()) };
        list.without_attributes()?;
        for (detail, number) in list.children()?.zip(1..) {
            if detail.name() != "Detail" {
                let message = format!("<{}> in a DetailList", detail.name());
                return Err(detail.error(Code::Structure, message));
            }
            if number > MAX_DETAILS {
                return Err(detail.error(Code::Count, format!("more than {MAX_DETAILS} details")));
            }
            detail.without_attributes()?;
            for child in detail.children()? {
                self.read_field(child, number)?;
            }
            self.end_element(detail, number)?;
        }
        Ok(())
    }

    fn read_field(&mut self, element: Element<'_>, record: usize) -> Result<()> {
        element.without_attributes()?;
        if matches!(element.name(), "Detail" | "DetailList") {
            return Err(element.error(Code::Structure, "a list of details in a wrong place"));
        }
        let text = element.text()?;
        let (name, value) = element.spans();
        self.field(name, value, text).map_err(|(code, within, message)| {
            Error::new(code, path(record, element.name()), message).at(element.value_offset(within))
        })
    }

    fn end_element(&mut self, element: Element<'_>, record: usize) -> Result<()> {
        self.end_record(|span| element.piece(span)).map_err(|name| {
            let mut twice = element.children().into_iter().flatten().filter(|c| c.name() == name);
            let place = twice.nth(1).unwrap_or(element).error(Code::Structure, "");
            let error = Error::new(Code::Structure, path(record, &name), "the field stands twice");
            error.at(place.offset().unwrap_or_default())
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A direct-payment voucher with two details, in GBK.
    pub(crate) fn sample() -> Vec<u8> {
        let text = sample_text();
        Encoding::Gbk.encode(&text, "Test").unwrap().into_owned()
    }

    pub(crate) fn sample_text() -> String {
        "<?xml version=\"1.0\" encoding=\"GBK\"?>\r\n<Voucher>\n  <Id>1001</Id>\n  \
         <AdmDivCode>330000</AdmDivCode><StYear>2026</StYear><VtCode>5201</VtCode>\n  \
         <VouDate>20260301</VouDate><VoucherNo>20260001</VoucherNo>\n  \
         <PayeeAcctName>张三 &amp; 李四</PayeeAcctName><PayAmt>30.00</PayAmt><XPayAmt/><Hold1></Hold1>\n  \
         <DetailList>\n    <Detail><Id>1</Id><PayAmt>10.00</PayAmt><XPayAmt></XPayAmt></Detail>\n    \
         <Detail><Id>2</Id><PayAmt>20.00</PayAmt><Remark>&lt;2&gt;</Remark></Detail>\n  \
         </DetailList>\n</Voucher>"
            .to_owned()
    }

    fn refused(text: &str) -> Error {
        Voucher::from_xml(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn fields_are_found() {
        let bytes = sample();
        let voucher = Voucher::from_xml(bytes.clone()).unwrap();
        assert_eq!(voucher.as_bytes(), bytes);
        assert_eq!(voucher.form(), DocumentForm::Xml(Encoding::Gbk));
        assert_eq!(voucher.id().unwrap().to_string(), "330000/2026/5201/20260001");
        let header = voucher.header();
        assert_eq!(header.get("PayeeAcctName"), Some("张三 & 李四"));
        assert_eq!(header.get("Hold1"), Some(""));
        assert_eq!(header.get("Hold2"), None);
        assert_eq!(header.fields().count(), 10);
        assert_eq!(header.fields().next(), Some(("Id", "1001")));
        assert_eq!(header.sorted_fields().next(), Some(("AdmDivCode", "330000")));
        let details: Vec<_> = voucher.details().collect();
        assert_eq!(details.len(), 2);
        assert_eq!(details[1].get("Remark"), Some("<2>"));
        assert_eq!(details[1].path("Remark"), "Detail[2]/Remark");
        assert!(voucher.not_normal().is_empty());
    }

    #[test]
    fn shapes_that_are_refused() {
        for text in [
            "<voucher/>",
            "<Voucher a='1'/>",
            "<Voucher><A b='1'/></Voucher>",
            "<Voucher><A><B/></A></Voucher>",
            "<Voucher><Detail>1</Detail></Voucher>",
            "<Voucher><DetailList/><DetailList/></Voucher>",
            "<Voucher><DetailList>x</DetailList></Voucher>",
            "<Voucher><DetailList><A/></DetailList></Voucher>",
            "<Voucher><DetailList><Detail>x</Detail></DetailList></Voucher>",
            "<Voucher><DetailList><Detail><DetailList/></Detail></DetailList></Voucher>",
            "<Voucher><DetailList a='1'/></Voucher>",
        ] {
            assert!(refused(text).offset().is_some(), "{text}");
        }
    }

    #[test]
    fn the_field_is_named() {
        let error = refused("<Voucher><A>1</A><B/><A>2</A></Voucher>");
        assert_eq!((error.structure(), error.offset()), ("A", Some(22)));
        let double =
            "<Voucher><DetailList><Detail/><Detail><A/><A/></Detail></DetailList></Voucher>";
        assert_eq!(refused(double).structure(), "Detail[2]/A");
        let hidden = "<Voucher><Payee>张\u{200b}三</Payee></Voucher>";
        assert_eq!((refused(hidden).structure(), refused(hidden).offset()), ("Payee", Some(19)));
        for c in ["&#x202e;", "\u{e000}", "&#xFFFD;", "\t", "\n", "\u{378}"] {
            let error = refused(&format!(
                "<Voucher><DetailList><Detail><Memo>{c}</Memo></Detail></DetailList></Voucher>"
            ));
            assert_eq!((error.code(), error.structure()), (Code::Text, "Detail[1]/Memo"), "{c}");
        }
        let long = format!("<Voucher><Memo>{}</Memo></Voucher>", "a".repeat(MAX_VALUE + 1));
        assert_eq!((refused(&long).code(), refused(&long).structure()), (Code::Size, "Memo"));
    }

    #[test]
    fn counts_are_limited() {
        let fields: String = (0..=MAX_FIELDS).map(|n| format!("<F{n}/>")).collect();
        assert_eq!(refused(&format!("<Voucher>{fields}</Voucher>")).code(), Code::Count);
        let details = "<Detail/>".repeat(MAX_DETAILS + 1);
        let text = format!("<Voucher><DetailList>{details}</DetailList></Voucher>");
        assert_eq!(refused(&text).code(), Code::Count);
    }

    #[test]
    fn makers_are_held_to_more() {
        let read = |text: &str| Voucher::from_xml(text.as_bytes()).unwrap();
        let plain = read("<Voucher><Memo>Ⅷ</Memo><PayAmt>1.00</PayAmt><XPayAmt/></Voucher>");
        assert!(plain.require_made(false).is_ok());
        let odd = read(
            "<Voucher><DetailList><Detail><Memo>e\u{301}</Memo></Detail></DetailList></Voucher>",
        );
        assert_eq!(odd.not_normal(), ["Detail[1]/Memo"]);
        let many = "<Detail><A>e\u{301}</A></Detail>".repeat(MAX_DETAILS);
        let many = read(&format!("<Voucher><DetailList>{many}</DetailList></Voucher>"));
        assert_eq!(many.not_normal().len(), MAX_NOTED);
        assert_eq!(many.not_normal()[1], "Detail[2]/A");
        assert_eq!(odd.require_made(false).unwrap_err().structure(), "Detail[1]/Memo");
        assert!(odd.require_made(true).is_ok());
        for amount in ["1e3", "-0.00", "01.00", "１.00", "+1.00"] {
            let voucher = read(&format!("<Voucher><PayAmt>{amount}</PayAmt></Voucher>"));
            assert_eq!(voucher.require_made(false).unwrap_err().structure(), "PayAmt");
            assert!(voucher.require_made(true).is_ok());
            let voucher = read(&format!("<Voucher><XPayAmt>{amount}</XPayAmt></Voucher>"));
            assert_eq!(voucher.require_made(true).unwrap_err().structure(), "XPayAmt");
        }
    }

    #[test]
    fn cut_or_changed_anywhere_it_is_refused_or_means_something_else() {
        let bytes = sample();
        let voucher = Voucher::from_xml(bytes.clone()).unwrap();
        for end in 0..bytes.len() {
            assert!(Voucher::from_xml(&bytes[..end]).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                if let Ok(other) = Voucher::from_xml(changed) {
                    assert_ne!(other.form_digest(), voucher.form_digest());
                }
            }
        }
    }
}
