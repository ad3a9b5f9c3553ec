//! Making a voucher document from fields.

use super::document::{DocumentForm, Voucher, path};
use super::id::VoucherId;
use super::money::Fen;
use super::text::Encoding;
use super::xml::{Writer, is_name};
use crate::error::{Code, Error, Result};

/// The fields of a voucher to be made, in the order in which they will be written.
#[derive(Debug, Clone, Default)]
pub struct VoucherBuilder {
    header: Fields,
    details: Vec<Fields>,
}

type Fields = Vec<(String, String)>;

impl VoucherBuilder {
    /// A voucher with its four identifying fields.
    pub fn new(id: &VoucherId) -> Self {
        let header = id.parts().map(|(name, value)| (name.to_owned(), value.to_owned()));
        VoucherBuilder { header: header.into(), details: Vec::new() }
    }

    /// The fields of a voucher that exists, to make its receipt or a new version from.
    pub fn from_voucher(voucher: &Voucher) -> Self {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        VoucherBuilder {
            header: voucher.header().fields().map(own).collect(),
            details: voucher.details().map(|detail| detail.fields().map(own).collect()).collect(),
        }
    }

    /// Sets a field of the header: a new one last, an old one in its place.
    pub fn field(&mut self, name: &str, value: &str) -> &mut Self {
        set(&mut self.header, name, value);
        self
    }

    /// Sets an amount of the header.
    pub fn amount(&mut self, name: &str, amount: Fen) -> &mut Self {
        self.field(name, &amount.to_string())
    }

    /// Adds a detail with these fields.
    pub fn detail(&mut self, fields: &[(&str, &str)]) -> &mut Self {
        let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        self.details.push(fields.iter().map(own).collect());
        self
    }

    /// Sets a field of the detail with this number, counted from 1.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] if there is no such detail.
    pub fn detail_field(&mut self, number: usize, name: &str, value: &str) -> Result<&mut Self> {
        let detail = number.checked_sub(1).and_then(|index| self.details.get_mut(index));
        let Some(detail) = detail else {
            return Err(Error::new(Code::Argument, "Detail", format!("no detail {number}")));
        };
        set(detail, name, value);
        Ok(self)
    }

    /// Makes the XML document in this encoding.
    ///
    /// # Errors
    ///
    /// Naming the field: [`Code::Value`] for an amount that is not in normal form, [`Code::Text`]
    /// for text that is not in normal form C, holds a refused character or one that the encoding
    /// lacks, [`Code::Structure`] for a field set twice, family Limit beyond the limits.
    pub fn build(&self, encoding: Encoding) -> Result<Voucher> {
        let voucher = self.write(encoding)?;
        voucher.require_made(false)?;
        Ok(voucher)
    }

    /// Makes the document of a receipt: as [`build`](Self::build), but fields that do not begin
    /// with `X` were made by others and are only received.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build), and [`Code::Rules`] if the base is not that of the original.
    pub fn build_receipt(&self, original: &Voucher) -> Result<Voucher> {
        let encoding = match original.form() {
            DocumentForm::Xml(encoding) => encoding,
            DocumentForm::Json => Encoding::Utf8,
        };
        let voucher = self.write(encoding)?;
        voucher.require_made(true)?;
        let base = super::canonical::Scope::Base;
        if voucher.canonical(base) != original.canonical(base) {
            let message = "the receipt changes a field that does not begin with X";
            return Err(Error::new(Code::Rules, "Voucher", message));
        }
        Ok(voucher)
    }

    fn write(&self, encoding: Encoding) -> Result<Voucher> {
        let mut out = Writer::new(encoding, 0);
        out.element("Voucher", |out| {
            write_fields(out, &self.header, 0)?;
            if self.details.is_empty() {
                return Ok(());
            }
            out.element("DetailList", |out| {
                let mut details = self.details.iter().zip(1..);
                details.try_for_each(|(detail, number)| {
                    out.element("Detail", |out| write_fields(out, detail, number))
                })
            })
        })?;
        Voucher::from_xml(out.finish())
    }
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    match fields.iter_mut().find(|(found, _)| found == name) {
        Some((_, old)) => *old = value.to_owned(),
        None => fields.push((name.to_owned(), value.to_owned())),
    }
}

fn write_fields(out: &mut Writer, fields: &Fields, record: usize) -> Result<()> {
    for (name, value) in fields {
        let path = path(record, name);
        if !is_name(name) {
            return Err(Error::new(Code::Value, path, "no name of a field"));
        }
        out.element(name, |out| out.text(value, &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::canonical::Scope;
    use super::super::document::tests::sample;
    use super::*;

    fn builder() -> VoucherBuilder {
        VoucherBuilder::new(&VoucherId::new("330000", "2026", "5201", "1").unwrap())
    }

    #[test]
    fn what_is_built_is_read() {
        let mut builder = builder();
        builder.field("PayeeAcctName", "张三 <\"&'>").amount("PayAmt", Fen::new(-5).unwrap());
        builder.detail(&[("Id", "1"), ("XPayAmt", "")]);
        for encoding in [Encoding::Gbk, Encoding::Gb18030, Encoding::Utf8] {
            let voucher = builder.build(encoding).unwrap();
            assert_eq!(voucher.form(), DocumentForm::Xml(encoding));
            assert_eq!(voucher.header().get("PayeeAcctName"), Some("张三 <\"&'>"));
            assert_eq!(voucher.header().get("PayAmt"), Some("-0.05"));
            assert_eq!(voucher.details().next().unwrap().get("XPayAmt"), Some(""));
            assert_eq!(voucher.id().unwrap().voucher_no, "1");
        }
    }

    #[test]
    fn makers_errors_name_the_field() {
        let fails = |name: &str, value: &str| {
            builder().field(name, value).build(Encoding::Gbk).unwrap_err()
        };
        for (name, value, code) in [
            ("PayAmt", "1e3", Code::Value),
            ("PayAmt", "-0.00", Code::Value),
            ("PayAmt", "１.00", Code::Value),
            ("Payee", "𠮷", Code::Text),
            ("Payee", "a\u{200b}", Code::Text),
            ("Payee", "a\u{202e}", Code::Text),
            ("Payee", "\u{e000}", Code::Text),
            ("Payee", "a\nb", Code::Text),
            ("Payee", "\u{fa1c}", Code::Text),
            ("a b", "", Code::Value),
        ] {
            let error = fails(name, value);
            assert_eq!((error.code(), error.structure()), (code, name), "{value:?}: {error}");
        }
        let mut twice = builder();
        twice.detail(&[("Id", "1"), ("Id", "2")]);
        assert_eq!(twice.build(Encoding::Gbk).unwrap_err().structure(), "Detail[1]/Id");
        assert!(builder().field("Payee", "凉\u{f979}").build(Encoding::Gbk).is_ok());
    }

    #[test]
    fn a_receipt_fills_x_fields_only() {
        let original = Voucher::from_xml(sample()).unwrap();
        let mut receipt = VoucherBuilder::from_voucher(&original);
        receipt.field("XPayAmt", "30.00");
        receipt.detail_field(2, "XPayAmt", "20.00").unwrap();
        assert!(receipt.detail_field(3, "XPayAmt", "").is_err());
        let made = receipt.build_receipt(&original).unwrap();
        assert_eq!(made.canonical(Scope::Base), original.canonical(Scope::Base));
        assert_eq!(made.details().nth(1).unwrap().get("XPayAmt"), Some("20.00"));
        receipt.field("PayAmt", "31.00");
        assert_eq!(receipt.build_receipt(&original).unwrap_err().code(), Code::Rules);
        let mut odd = VoucherBuilder::from_voucher(&original);
        odd.field("XPayAmt", "30");
        assert_eq!(odd.build_receipt(&original).unwrap_err().structure(), "XPayAmt");
    }
}
