//! The judges: one for each group type.

mod aead;
mod cms;
mod cms_decrypt;
mod document;
mod ecdsa;
mod envelope;
mod key_file;
mod ledger;
mod mac;
mod not_offered;
mod path;
mod pki;
mod rsa;
mod ses;
mod sm2_decrypt;
mod sm2_exchange;
mod sm2_kdf;
mod sm2_private_key;
mod sm2_public_key;
mod sm2_sign;
mod sm2_verify;
mod sm3;
mod sm4;
mod store_message;
mod trust_file;

use crate::backend::{self, Backend};
use crate::case::Case;
use crate::documents::{self, DOCUMENT};
use crate::limbo::{self, LIMBO};
use crate::outcome::Outcome;
use crate::pkits::{self, PKITS};

/// What a judge finds: an outcome either way; `Err` ends the judging early.
pub(crate) type Judged = Result<Outcome, Outcome>;

/// A group type: its name, the fields that its judge reads, and the judge.
pub struct Kind {
    /// The name in vector files.
    pub name: &'static str,
    /// The fields that its judge reads. Any other field that is not known to be informative might
    /// change the verdict, so a case that has one cannot be judged.
    pub fields: &'static [&'static str],
    /// The implementations that a case is judged with.
    pub backends: fn(&Case) -> Vec<Backend>,
    judge: fn(&Case) -> Judged,
}

/// The fields that say something to people and nothing to a judge, in every group type.
pub const INFORMATIVE: &[&str] = &[
    "algorithm",
    "comment",
    "flags",
    "generatorVersion",
    "hash",
    "header",
    "limits",
    "note",
    "notes",
    "publicKeyJwk",
    "reason",
    "result",
    "schema",
    "sealSignatureScope",
    "size",
    "source",
    "tcId",
];

const KEY: [&str; 3] = ["publicKey", "publicKeyDer", "publicKeyPem"];
const PKI: [&str; 5] = ["trustAnchors", "intermediates", "crls", "verifyTime", "extraCerts"];
const PRIVATE: [&str; 3] = ["privateKey", "privateKeyPkcs8", "publicKey"];

/// Every group type that is known, whether offered or not.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "Sm2Verify",
        fields: &[KEY[0], KEY[1], KEY[2], "id", "msg", "sig"],
        backends: backend::own,
        judge: sm2_verify::der,
    },
    Kind {
        name: "Sm2VerifyRaw",
        fields: &[KEY[0], KEY[1], KEY[2], "id", "msg", "sig"],
        backends: backend::own,
        judge: sm2_verify::raw,
    },
    Kind {
        name: "Sm2VerifyDigest",
        fields: &[KEY[0], KEY[1], KEY[2], "e", "sig"],
        backends: backend::own,
        judge: sm2_verify::digest,
    },
    Kind {
        name: "Sm2SignDigestWithK",
        fields: &[PRIVATE[0], PRIVATE[1], PRIVATE[2], "e", "k", "sig"],
        backends: backend::own,
        judge: sm2_sign::with_nonce,
    },
    Kind {
        name: "Sm2PublicKey",
        fields: &["encoding", "key", "point"],
        backends: backend::own,
        judge: sm2_public_key::import,
    },
    Kind {
        name: "Sm2PrivateKey",
        fields: &["encoding", "key", "publicPoint"],
        backends: backend::own,
        judge: sm2_private_key::import,
    },
    Kind {
        name: "Sm2DecryptDer",
        fields: &[PRIVATE[0], PRIVATE[1], PRIVATE[2], "ct", "msg"],
        backends: backend::own,
        judge: sm2_decrypt::der,
    },
    Kind {
        name: "Sm2DecryptRawC1C3C2",
        fields: &[PRIVATE[0], PRIVATE[1], PRIVATE[2], "ct", "msg"],
        backends: backend::own,
        judge: sm2_decrypt::raw,
    },
    Kind {
        name: "Sm2KeyExchange",
        fields: &[
            "role",
            PRIVATE[0],
            "id",
            "peerPublicKey",
            "peerId",
            "ephemeral",
            "ephemeralPoint",
            "peerEphemeral",
            "klenBytes",
            "confirmation",
            "answer",
            "key",
        ],
        backends: backend::own,
        judge: sm2_exchange::one_side,
    },
    Kind {
        name: "Sm3",
        fields: &["msg", "repeat", "digest"],
        backends: backend::own,
        judge: sm3::digest,
    },
    Kind {
        name: "Sm3Streaming",
        fields: &["msg", "digest", "splits"],
        backends: backend::own,
        judge: sm3::streaming,
    },
    Kind {
        name: "HmacSm3",
        fields: &["key", "msg", "tag"],
        backends: backend::own,
        judge: mac::hmac_sm3,
    },
    Kind {
        name: "Sm2Kdf",
        fields: &["z", "klenBytes", "key"],
        backends: backend::own,
        judge: sm2_kdf::derive,
    },
    Kind {
        name: "Sm4Ecb",
        fields: &["key", "msg", "ct", "iterations"],
        backends: backend::own,
        judge: sm4::ecb,
    },
    Kind {
        name: "Sm4CbcPkcs7",
        fields: &["key", "iv", "msg", "ct"],
        backends: backend::own,
        judge: sm4::cbc,
    },
    Kind {
        name: "Sm4Ctr",
        fields: &["counter", "key", "iv", "msg", "ct"],
        backends: backend::own,
        judge: sm4::ctr,
    },
    Kind {
        name: "Sm4Cfb128",
        fields: &["key", "iv", "msg", "ct"],
        backends: backend::own,
        judge: not_offered::cfb,
    },
    Kind {
        name: "Sm4Ofb",
        fields: &["key", "iv", "msg", "ct"],
        backends: backend::own,
        judge: not_offered::ofb,
    },
    Kind {
        name: "Sm4Gcm",
        fields: &["key", "iv", "aad", "msg", "ct", "tag"],
        backends: backend::own,
        judge: aead::sm4_gcm,
    },
    Kind {
        name: "CmsSignedData",
        fields: &[
            PKI[0],
            PKI[1],
            PKI[2],
            PKI[3],
            PKI[4],
            "der",
            "content",
            "detachedContent",
            "detachedRepeat",
        ],
        backends: backend::own,
        judge: cms::signed_data,
    },
    Kind {
        name: "CmsDecrypt",
        fields: &[
            PKI[0],
            PKI[1],
            PKI[2],
            PKI[3],
            "der",
            "recipientKey",
            "recipientCert",
            "key",
            "allow",
            "content",
            "error",
        ],
        backends: backend::own,
        judge: cms_decrypt::open,
    },
    Kind {
        name: "EnvelopePacket",
        fields: &[
            PKI[0],
            PKI[1],
            PKI[2],
            PKI[3],
            "der",
            "recipientKey",
            "recipientCert",
            "senders",
            "body",
            "kind",
            "conversation",
            "sequence",
            "error",
        ],
        backends: backend::own,
        judge: envelope::packet,
    },
    Kind {
        name: "EnvelopeReceipt",
        fields: &[
            PKI[0],
            PKI[1],
            PKI[2],
            PKI[3],
            "der",
            "packet",
            "receivers",
            "code",
            "missing",
            "error",
        ],
        backends: backend::own,
        judge: envelope::receipt,
    },
    Kind {
        name: "StoreVoucher",
        fields: &["der", "voucherVersion", "voucher", "files", "error"],
        backends: backend::own,
        judge: store_message::voucher,
    },
    Kind {
        name: "StoreStatement",
        fields: &["der", "says", "digest", "error"],
        backends: backend::own,
        judge: store_message::statement,
    },
    Kind {
        name: "SesSeal",
        fields: &[PKI[0], PKI[1], PKI[2], PKI[3], PKI[4], "version", "der"],
        backends: backend::own,
        judge: ses::seal,
    },
    Kind {
        name: "SesSignature",
        fields: &[
            PKI[0],
            PKI[1],
            PKI[2],
            PKI[3],
            PKI[4],
            "version",
            "der",
            "document",
            "expectedPath",
        ],
        backends: backend::own,
        judge: ses::signature,
    },
    Kind {
        name: "EcdsaVerify",
        fields: &[KEY[0], KEY[1], KEY[2], "sha", "msg", "sig"],
        backends: backend::ring,
        judge: ecdsa::der,
    },
    Kind {
        name: "EcdsaP1363Verify",
        fields: &[KEY[0], KEY[1], KEY[2], "sha", "msg", "sig"],
        backends: backend::ring,
        judge: ecdsa::p1363,
    },
    Kind {
        name: "RsassaPkcs1Verify",
        fields: &[KEY[0], KEY[1], KEY[2], "publicKeyAsn", "keyJwk", "keySize", "sha", "msg", "sig"],
        backends: backend::ring,
        judge: rsa::pkcs1,
    },
    Kind {
        name: "RsassaPssVerify",
        fields: &[
            KEY[0],
            KEY[1],
            KEY[2],
            "publicKeyAsn",
            "keyJwk",
            "keySize",
            "sha",
            "mgf",
            "mgfSha",
            "sLen",
            "msg",
            "sig",
        ],
        backends: backend::ring,
        judge: rsa::pss,
    },
    Kind {
        name: "AeadTest",
        fields: &["keySize", "ivSize", "tagSize", "key", "iv", "aad", "msg", "ct", "tag"],
        backends: aead::backends,
        judge: aead::wycheproof,
    },
    Kind {
        name: "MacTest",
        fields: &["keySize", "tagSize", "key", "msg", "tag"],
        backends: mac::backends,
        judge: mac::wycheproof,
    },
    Kind {
        name: "KeyFile",
        fields: &["file", "password", "allow", "certificates", "key"],
        backends: backend::own,
        judge: key_file::open,
    },
    Kind {
        name: "Sm2EnvelopedKey",
        fields: &["der", "holder", "key"],
        backends: backend::own,
        judge: key_file::enveloped,
    },
    Kind {
        name: "Pkcs10",
        fields: &["der", "subject", "key"],
        backends: backend::own,
        judge: key_file::request,
    },
    Kind {
        name: "TimeStampToken",
        fields: &[PKI[0], PKI[1], PKI[2], PKI[3], "ocsp", "der", "value"],
        backends: backend::own,
        judge: trust_file::token,
    },
    Kind {
        name: "CertificateStatus",
        fields: &[PKI[0], PKI[1], PKI[2], PKI[3], "ocsp", "cert", "status"],
        backends: backend::own,
        judge: trust_file::status,
    },
    Kind {
        name: "LedgerTree",
        fields: &["leaves", "root", "frontier"],
        backends: backend::own,
        judge: ledger::tree,
    },
    Kind {
        name: "LedgerInclusion",
        fields: &["leaf", "index", "proof", "root"],
        backends: backend::own,
        judge: ledger::inclusion,
    },
    Kind {
        name: "LedgerConsistency",
        fields: &["earlier", "earlierRoot", "root", "proof"],
        backends: backend::own,
        judge: ledger::consistency,
    },
    Kind {
        name: "LedgerEntry",
        fields: &["der", "leafHash"],
        backends: backend::own,
        judge: ledger::entry,
    },
    Kind {
        name: "LedgerCheckpoint",
        fields: &[KEY[1], "der", "digest"],
        backends: backend::own,
        judge: ledger::checkpoint,
    },
    Kind {
        name: "LedgerWitness",
        fields: &[KEY[1], "state", "advance", "after", "error"],
        backends: backend::own,
        judge: ledger::witness,
    },
    Kind {
        name: "LedgerExport",
        fields: &[
            KEY[1],
            "origin",
            "anchorCounter",
            "anchorDigest",
            "export",
            "log",
            "first",
            "before",
        ],
        backends: backend::own,
        judge: ledger::export,
    },
    Kind { name: LIMBO, fields: limbo::FIELDS, backends: backend::own, judge: path::limbo },
    Kind { name: PKITS, fields: pkits::FIELDS, backends: backend::own, judge: path::pkits },
    Kind {
        name: DOCUMENT,
        fields: documents::FIELDS,
        backends: backend::own,
        judge: document::judge,
    },
];

/// The group type with this name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

impl Kind {
    /// A type with this judge and two backends of one name.
    #[cfg(test)]
    pub(crate) fn for_test(judge: fn(&Case) -> Judged) -> Kind {
        let backends = |case: &Case| [backend::own(case), backend::own(case)].concat();
        Kind { name: "Test", fields: &[], backends, judge }
    }

    /// Judges one case with the implementation in force; a panic of the library passes through.
    pub fn judge(&self, case: &Case) -> Outcome {
        let known = |name: &&str| self.fields.contains(name) || INFORMATIVE.contains(name);
        if let Some(unknown) = case.field_names().find(|name| !known(name)) {
            return Outcome::Defect(format!("the field {unknown} is unknown"));
        }
        (self.judge)(case).unwrap_or_else(|early| early)
    }
}

/// The message that `case` gives as skipped: `what` is not offered.
pub(crate) fn not_offered<T>(what: impl std::fmt::Display) -> Result<T, Outcome> {
    Err(Outcome::Skipped(format!("{what} is not offered")))
}
