//! What a verifier insists on.

use crate::asn1::Profile;
use crate::crypto::sm2::UserId;

/// Whether revocation must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Revocation {
    /// An answer is needed for every certificate below the anchor; none is NotDetermined.
    #[default]
    Required,
    /// An answer counts where there is one; where there is none, the report says so.
    IfAvailable,
    /// Revocation is not looked at; the report says so.
    NotChecked,
}

/// What a verifier insists on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Policy {
    /// Whether revocation must be known; required by default.
    pub revocation: Revocation,
    /// How strictly structures are read; conforming by default.
    pub profile: Profile,
    /// The user id under which SM2 signatures of documents are checked; the standard's default.
    pub user_id: UserId,
}
