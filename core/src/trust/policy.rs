//! What a verifier insists on.

use super::Algorithms;
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

/// Whether the state of a seal must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SealStatePolicy {
    /// A list of states must say that the seal was active.
    Required,
    /// Where lists are given, one must say that the seal was active; without any the report says
    /// that its state is not known.
    #[default]
    IfAvailable,
    /// Lists are not looked at; the report says so.
    NotChecked,
}

/// What a verifier insists on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Policy {
    /// Whether revocation must be known; required by default.
    pub revocation: Revocation,
    /// Whether the state of a seal must be known; by default where lists of states are given.
    pub seal_state: SealStatePolicy,
    /// Whether the maker of a seal of GM/T 0031-2025 is judged at the moment of the stamp, as those
    /// of older seals are. By default it need only have been good when the seal was made, as that
    /// standard says: a later revocation or expiry is noted.
    pub strict_makers: bool,
    /// Which algorithms count, and until when.
    pub algorithms: Algorithms,
    /// How strictly structures are read; conforming by default.
    pub profile: Profile,
    /// The user id under which SM2 signatures of documents are checked; the standard's default.
    pub user_id: UserId,
    /// The user id under which issuers sign certificates (those of time stamp authorities and of
    /// signers of lists among them), revocation lists and OCSP responses; the standard's default.
    /// Where another known id would have been right, the report says so, and the check fails.
    pub issuer_user_id: UserId,
    /// The user id under which the makers of seals sign; the one above, if absent.
    pub maker_user_id: Option<UserId>,
}

impl Policy {
    /// The user id under which the signatures of seals are checked.
    pub(crate) fn id_of_makers(&self) -> &UserId {
        self.maker_user_id.as_ref().unwrap_or(&self.user_id)
    }
}
