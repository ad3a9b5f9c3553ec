//! What is known but not offered.

use super::Judged;
use crate::case::Case;

pub(super) fn cfb(_: &Case) -> Judged {
    super::not_offered("SM4-CFB128")
}

pub(super) fn ofb(_: &Case) -> Judged {
    super::not_offered("SM4-OFB")
}
