//! Where a signature shows.

use super::{Found, Listed, first_of};
use crate::container::ofd::{Rect, SignatureFile, StampAnnot};
use crate::report::{CheckCode, Outcome, Report};

/// Checks that every stamp stands on a page of the body, within what the page shows.
pub(super) fn check(report: &mut Report, found: &Found<'_>, one: &Listed, file: &SignatureFile) {
    let code = CheckCode::DocumentPages;
    let Some(Ok(document)) = found.documents.get(one.body) else {
        report.check(code, Outcome::NotDetermined, "", "the pages of the document are not known");
        return;
    };
    let mut faults = Vec::new();
    let mut unsized_pages = 0;
    for stamp in &file.stamps {
        let Some(page) = document.page(&stamp.page) else {
            faults.push(format!(
                "stamp {} is on page {:?}, which is not there",
                stamp.id, stamp.page
            ));
            continue;
        };
        let entry = found.package.find(&page.path).map(|(entry, _)| entry.path());
        let own = entry.and_then(|path| found.walked.boxes.get(path));
        let page_box = own.copied().or(document.page_area);
        match (visible(stamp), page_box) {
            (Err(error), _) => faults.push(format!("stamp {}: {error}", stamp.id)),
            (Ok(_), None) => unsized_pages += 1,
            (Ok(visible), Some(page_box)) => {
                // Boxes of stamps count from the corner of the page.
                let page_box = Rect { x: 0.0, y: 0.0, ..page_box };
                if !visible.overlaps(&page_box) {
                    let fault = format!("stamp {} stands beside page {:?}", stamp.id, stamp.page);
                    faults.push(fault);
                }
            }
        }
    }
    let (outcome, detail) = if !faults.is_empty() {
        (Outcome::Failed, first_of(&faults, "; "))
    } else if unsized_pages > 0 {
        (Outcome::NotDetermined, format!("{unsized_pages} stamps on pages of unknown size"))
    } else {
        let stamps = file
            .stamps
            .iter()
            .take(20)
            .map(|stamp| format!("page {} at {}", stamp.page, stamp.boundary));
        let shown = stamps.collect::<Vec<_>>().join(", ");
        (Outcome::Passed, format!("{} stamps: {shown}", file.stamps.len()))
    };
    report.check(code, outcome, one.entry.id.as_str(), detail);
}

/// What shows of the picture, on the page.
fn visible(stamp: &StampAnnot) -> crate::error::Result<Rect> {
    let whole = stamp.boundary()?;
    Ok(match stamp.clip()? {
        Some(clip) => Rect { x: whole.x + clip.x, y: whole.y + clip.y, ..clip },
        None => whole,
    })
}
