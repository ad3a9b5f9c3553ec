//! What a region adds to the built-in templates and catalogue.

use yinxin::error::Result;
use yinxin::voucher::{Catalogue, Templates};

/// The templates in `json` and, for other types, the built-in ones.
pub(crate) fn templates(json: &[u8]) -> Result<Templates> {
    let local = Templates::from_json(json)?;
    let mut all = Templates::built_in();
    all.add(local);
    Ok(all)
}

/// The entries in `json` and, for other types, the built-in ones.
pub(crate) fn catalogue(json: &[u8]) -> Result<Catalogue> {
    let local = Catalogue::from_json(json)?;
    let mut all = Catalogue::built_in();
    all.add(local);
    Ok(all)
}
