//! The key derivation of SM2 encryption.

use yinxin::crypto::sm2;

use super::Judged;
use crate::case::Case;
use crate::outcome::Outcome;

/// `Sm2Kdf`: `klenBytes` bytes from `z`.
pub(super) fn derive(case: &Case) -> Judged {
    let length = usize::try_from(case.number("klenBytes")?)
        .map_err(|_| Outcome::Refused("klenBytes does not fit this machine".to_string()))?;
    let key = sm2::kdf(&case.bytes("z")?, length).map_err(Outcome::refused)?;
    Ok(Outcome::equal("the key", &key, &case.bytes("key")?))
}
