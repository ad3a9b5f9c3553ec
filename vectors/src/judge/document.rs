//! Whole documents.

use super::{Judged, not_offered, pki};
use crate::case::Case;
use crate::outcome::Outcome;
use yinxin::signature::Verifier;

/// The verdict of the document is that of its case. Verification reads every part that it vouches
/// for, so a case of the layer `parse` is judged in the same way.
pub(super) fn judge(case: &Case) -> Judged {
    if let Some(layer) = case.optional_text("layer")?
        && !matches!(layer, "verify" | "parse")
    {
        return Ok(Outcome::Defect(format!("layer is {layer:?}")));
    }
    let document = case.bytes("document")?;
    if document.starts_with(b"%PDF") {
        return not_offered("the verification of PDF");
    }
    let verifier = Verifier::new(pki::trust(case)?);
    let moment = pki::moment(case)?;
    let report = verifier.verify_ofd(&document, &moment, 1).map_err(Outcome::refused)?;
    Ok(Outcome::of(report.require_valid()))
}
