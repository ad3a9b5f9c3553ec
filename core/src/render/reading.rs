//! Taking the voucher out of a sheet, and holding the sheet against it.

use super::sheet::{SheetForm, USAGE};
use crate::container::ofd::make::Date;
use crate::container::ofd::{Document, Ofd, Package, PartPath, SignatureList};
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Report};
use crate::voucher::limits::MAX_ENVELOPE;

/// Differences that are listed; the list stops there.
const MAX_DIFFERENCES: usize = 64;
/// Bytes of Signatures.xml that are read.
const MAX_LIST: usize = 8 << 20;

/// A voucher from a sheet, and whether the sheet is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SheetFound {
    /// The bytes that are attached: a voucher, or an envelope with one.
    pub voucher: Vec<u8>,
    /// Where the sheet is another than the one that is made of the voucher; none if it shows the
    /// voucher and nothing else.
    pub differences: Vec<String>,
}

impl SheetFound {
    /// A report about what was found, with the check `sheet.voucher`.
    pub fn report(&self, subject: &str) -> Report {
        let mut report = Report::new(subject, &[CheckCode::SheetVoucher]);
        let detail = match self.differences.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first}; {} more differences", rest.len()),
        };
        report.check(CheckCode::SheetVoucher, self.differences.is_empty(), "", detail);
        report
    }
}

impl SheetForm {
    /// Takes the voucher out of a sheet, makes its sheet again by this form and compares every part
    /// of the two. Signatures may have been added. Nothing is verified here: the seal over the sheet
    /// and the acts in the voucher say who answers for it.
    ///
    /// # Errors
    ///
    /// [`Code::Form`] for a document that is no sheet: several documents in it, or no attachment
    /// for [`USAGE`]; the errors of reading a package, and of reading a voucher.
    pub fn read(&self, package: &Package<'_>) -> Result<SheetFound> {
        let none = |what: &str| Error::new(Code::Form, "sheet of a voucher", what.to_owned());
        let (ofd, _) = Ofd::read(package)?;
        let [body] = ofd.bodies.as_slice() else {
            return Err(none("the package holds several documents"));
        };
        let (document, _) = Document::read(package, &body.doc_root)?;
        let (attachments, _) = document.attachments(package)?;
        let is_voucher = |usage: &Option<String>| usage.as_deref() == Some(USAGE);
        let mut vouchers = attachments.iter().filter(|attached| is_voucher(&attached.usage));
        let (Some(attached), None) = (vouchers.next(), vouchers.next()) else {
            return Err(none("it has not one voucher attached"));
        };
        let Some(entry) = package.part(&attached.path) else {
            return Err(none("the voucher that it names is not there"));
        };
        let voucher = package.read(entry, MAX_ENVELOPE)?;
        // The day stands in OFD.xml alone, which differs once there are signatures.
        let day = Date::new(2000, 1, 1).ok_or_else(|| none("a day"))?;
        let maker = self.maker(&voucher, day)?;
        let mut differences = Differences(Vec::new());
        let description = maker.description();
        if body.doc_id.as_deref() != Some(&description.id) || body.title != description.title {
            differences.add("OFD.xml: another identifier or title".to_owned());
        }
        if !body.versions.is_empty() {
            differences.add("OFD.xml: it names versions".to_owned());
        }
        let mut due = vec![PartPath::root()];
        for (name, bytes) in maker.parts()? {
            let path = PartPath::parse(&name)?;
            if path != PartPath::root() && !differences.is_full() {
                match package.part(&path) {
                    None => differences.add(format!("{path}: missing")),
                    Some(entry) if entry.size() != bytes.len() as u64 => {
                        differences.add(format!("{path}: another size"));
                    }
                    Some(entry) if package.read(entry, bytes.len())? != bytes => {
                        differences.add(format!("{path}: other contents"));
                    }
                    Some(_) => {}
                }
            }
            due.push(path);
        }
        if let Some(list) = &body.signatures {
            due.extend(signature_parts(package, list)?);
        }
        due.sort();
        for part in package.parts() {
            if due.binary_search(part.path()).is_err() {
                differences.add(format!("{}: not of the sheet", part.path()));
            }
        }
        Ok(SheetFound { voucher, differences: differences.0 })
    }
}

/// The parts that signatures consist of.
fn signature_parts(package: &Package<'_>, list: &PartPath) -> Result<Vec<PartPath>> {
    let mut found = vec![list.clone()];
    let Some(entry) = package.part(list) else { return Ok(found) };
    let bytes = package.read(entry, MAX_LIST)?;
    let (signatures, _) = SignatureList::parse(&bytes, list, package.profile())?;
    for signature in signatures.signatures {
        // All that belongs to a signature stands in its own folder.
        let folder = signature.path.folder().to_owned();
        let inside = package.parts().map(|part| part.path());
        found.extend(inside.filter(|path| path.folder() == folder).cloned());
    }
    Ok(found)
}

struct Differences(Vec<String>);

impl Differences {
    fn add(&mut self, difference: String) {
        if !self.is_full() {
            self.0.push(difference);
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MAX_DIFFERENCES
    }
}
