//! The dotted codes of checks and notes: what was looked at.

macro_rules! codes {
    ($(#[$doc:meta])* $type:ident { $($name:ident = $text:literal, $meaning:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $(#[doc = concat!("`", $text, "`: ", $meaning)] $name,)*
        }

        impl $type {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [$type] = &[$($type::$name,)*];

            /// The dotted code, the same in every language.
            pub fn name(self) -> &'static str {
                match self { $($type::$name => $text,)* }
            }

            /// What the code says, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $($type::$name => $meaning,)* }
            }

            /// The code with this dotted name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// What a check looked at.
    CheckCode {
        SealStructure = "seal.structure", "The seal is a SESeal of a known version.";
        SealExtensions = "seal.extensions", "The seal has no unknown critical extension and none twice.";
        SealPicture = "seal.picture", "The picture is of the type and has the size that the seal states.";
        SealSignature = "seal.signature", "The maker's signature over the seal is good.";
        SealValidity = "seal.validity", "The moment lies within the seal's own period of validity.";
        SealCreated = "seal.created", "The seal was made within the validity of its maker's certificate.";
        SealMakerUsage = "seal.maker.usage", "The maker's certificate may sign.";
        SealMakerValidity = "seal.maker.validity", "The moment lies within the validity of the maker's certificate.";
        SealMakerChain = "seal.maker.chain", "The maker's certificate leads to a trust anchor.";
        SealMakerRevocation = "seal.maker.revocation", "The maker's certificates are not revoked.";
        SealMakerAlgorithm = "seal.maker.algorithm", "The algorithms of the seal and its maker's certificates counted when it is proven to have existed.";
        SealTimestamp = "seal.timestamp", "The time stamp over the seal is good and not before its creation.";
        SealState = "seal.state", "A list of states says that the seal was active.";
        StampStructure = "stamp.structure", "The stamp is a SES_Signature of a known version.";
        StampVersion = "stamp.version", "The stamp and the seal in it are of the same version.";
        StampExtensions = "stamp.extensions", "The stamp has no unknown critical extension and none twice.";
        StampSignature = "stamp.signature", "The signer's signature over the stamp is good.";
        StampProperty = "stamp.property", "The stamp was made for this place: its propertyInfo is the one expected.";
        SignatureStructure = "signature.structure", "The signature is a message of a known form.";
        SignatureValue = "signature.value", "The signer's signature is good.";
        SignatureCountersignature = "signature.countersignature", "The countersignatures over the signature are good.";
        SignerMembership = "signer.membership", "The seal lists the signer's certificate.";
        SignerUsage = "signer.usage", "The signer's certificate may sign.";
        SignerValidity = "signer.validity", "The moment lies within the validity of the signer's certificate.";
        SignerChain = "signer.chain", "The signer's certificate leads to a trust anchor.";
        SignerRevocation = "signer.revocation", "The signer's certificates are not revoked.";
        SignerAlgorithm = "signer.algorithm", "The algorithms of the signature and its certificates counted when it is proven to have existed.";
        DocumentDigest = "document.digest", "The document has the digest that was signed.";
        DocumentStructure = "document.structure", "The description of a signature in a document can be read.";
        DocumentReferences = "document.references", "The parts that a signature protects have the digests that it gives.";
        DocumentSealFile = "document.seal_file", "The seal beside a signature is the seal in it.";
        DocumentPages = "document.pages", "The signature shows on pages that are there.";
        DocumentSignatures = "document.signatures", "The document has signatures, and their lists can be read.";
        DocumentCoverage = "document.coverage", "Every part of the document is protected by a signature.";
        DocumentReadable = "document.readable", "Every page, template, resource and annotation is there and well-formed.";
        DocumentIntegrity = "document.integrity", "The signed list of parts names those that are there, and no others.";
        TimeSigning = "time.signing", "The stated signing time is possible: not after the moment of proof.";
        TimeToken = "time.token", "The time stamp over the signature is good and not before the stated time.";
        TimeOrder = "time.order", "The times follow one another: stated time, time stamps, other proof, clock.";
        TimeProof = "time.proof", "It is proven that the signature existed at the moment it is judged for.";
        VoucherEnvelope = "voucher.envelope", "The envelope is well-formed and its parts belong together.";
        VoucherForm = "voucher.form", "The exact bytes of the voucher are those that were signed.";
        VoucherCanonical = "voucher.canonical", "The fields of the voucher are those that were signed.";
        VoucherBase = "voucher.base", "The receipt repeats every field of the original.";
        VoucherIdentity = "voucher.identity", "Envelope, voucher, act and stamp name the same voucher.";
        VoucherOrder = "voucher.order", "The acts refer to one another in the order of their positions.";
        VoucherPositions = "voucher.positions", "Every position of the template is filled.";
        VoucherRules = "voucher.rules", "The voucher keeps the rules of its type.";
        VoucherAuthority = "voucher.authority", "The seal or signer is allowed at this position for this voucher.";
        SheetVoucher = "sheet.voucher", "The pages show the voucher that is attached to them, and nothing else.";
        TokenStructure = "token.structure", "The time stamp is a token of a known form.";
        TokenTime = "token.time", "The time of the token is not after the clock.";
        TokenSignature = "token.signature", "The authority's signature over the token is good.";
        TokenImprint = "token.imprint", "The token is about the value it stands beside.";
        TokenUsage = "token.usage", "The authority's certificate may sign time stamps and nothing else.";
        TokenValidity = "token.validity", "The time of the token lies within the validity of the authority's certificate.";
        TokenChain = "token.chain", "The authority's certificate leads to a trust anchor.";
        TokenRevocation = "token.revocation", "The authority's certificates are not revoked.";
        TokenAlgorithm = "token.algorithm", "The algorithms of the token and its authority's certificates counted when it is proven to have existed.";
        TokenProof = "token.proof", "The token existed while its authority's certificates were good.";
        EvidenceDigests = "evidence.digests", "The archive time stamp is over the signature, the documents and what came before.";
        EvidenceToken = "evidence.token", "The token of the archive time stamp was good at the time of the next, or is now.";
        EvidenceOrder = "evidence.order", "The archive time stamp is not before the one that it renews.";
        EvidenceAlgorithm = "evidence.algorithm", "The hash function of the archive time stamp counted until it was renewed, or does now.";
        StatesSignature = "states.signature", "The issuer's signature over the list of states is good.";
        StatesUpdate = "states.update", "The list of states is in force and not older than the last one seen.";
        StatesUsage = "states.usage", "The issuer's certificate may sign lists of states.";
        StatesValidity = "states.validity", "The moment lies within the validity of the issuer's certificate.";
        StatesChain = "states.chain", "The issuer's certificate leads to an anchor for the states of seals.";
        StatesRevocation = "states.revocation", "The issuer's certificates are not revoked.";
        StatesAlgorithm = "states.algorithm", "The algorithms of the list of states and its issuer's certificates count.";
        EnvelopeContent = "envelope.content", "What a packet encrypts is a signed header and a body.";
        EnvelopeHeader = "envelope.header", "The header that was signed is the one outside, under the tag.";
        EnvelopeReceiver = "envelope.receiver", "The packet was signed for the certificate whose key opened it.";
        EnvelopeSender = "envelope.sender", "The one who signed the packet is the sender whom its header names.";
        EnvelopeParty = "envelope.party", "The sender is one of the parties from whom packets are taken.";
        EnvelopeBody = "envelope.body", "The body has the digest that was signed.";
        EnvelopeTime = "envelope.time", "The stated time of the packet is not after the clock.";
        EnvelopeSequence = "envelope.sequence", "The packet did not come before, and is not too far ahead of what is missing.";
        ReceiptPacket = "receipt.packet", "The receipt is of the packet that was sent.";
        ReceiptParty = "receipt.party", "The receipt is by the party that the packet was sent to.";
        ReceiptTime = "receipt.time", "The stated time of the receipt is not after the clock.";
        LedgerStructure = "ledger.structure", "The export of a ledger is of the known form, record by record.";
        LedgerComplete = "ledger.complete", "The export ends where its writer ended it.";
        LedgerOrigin = "ledger.origin", "The ledger is that of the store whose it should be.";
        LedgerSequence = "ledger.sequence", "Every entry stands at its own place in its log.";
        LedgerEntries = "ledger.entries", "The entries are those that the checkpoints cover.";
        LedgerChain = "ledger.chain", "The checkpoints follow one another, and none is left out.";
        LedgerSignature = "ledger.signature", "A known key signed every checkpoint.";
        LedgerWitness = "ledger.witness", "Enough witnesses countersigned a checkpoint.";
        LedgerAnchor = "ledger.anchor", "The checkpoints that were held outside are among those of the ledger.";
        AuditStates = "audit.states", "Every voucher went from state to state as the life cycle has it.";
        AuditAmounts = "audit.amounts", "The amounts in the log are those of the documents, and change only with the moves that change them.";
        AuditDocuments = "audit.documents", "The documents, with their acts, are those that the log tells of.";
        AuditQuota = "audit.quota", "The balances that the log tells of follow from the vouchers.";
        AuditSeals = "audit.seals", "Every voucher that counted as sealed is Valid at the time that the log says.";
        AuditStore = "audit.store", "What the store holds is where its log leads.";
        ClearingEvidence = "clearing.evidence", "A sealed receipt of the payment is at hand, and its report is Valid.";
        ClearingPaid = "clearing.paid", "The receipt says that money was paid.";
        ClearingDate = "clearing.date", "The payment was made on or before the date of the clearing request.";
        ClearingReference = "clearing.reference", "The receipt gives the agent bank's business number.";
        ClearingSum = "clearing.sum", "The request asks for what was paid less what came back before.";
        ClearingLines = "clearing.lines", "The request and the payment agree for each unit and function.";
        ClearingOnce = "clearing.once", "No other clearing request asks for the payment.";
        ClearingTotal = "clearing.total", "The details are positive and add up to the amount of the request.";
        RefundOriginal = "refund.original", "What is refunded was asked for before.";
        RefundOnce = "refund.once", "The detail was not refunded before.";
        RefundAmount = "refund.amount", "The refund is not above the original, and not nothing.";
        RefundTotal = "refund.total", "The details add up to the amount of the refund.";
        QuotaNonnegative = "quota.nonnegative", "No balance is below zero.";
        QuotaReplay = "quota.replay", "The balances are those that follow from the vouchers.";
        MatchingTotal = "matching.total", "Both sides give the same total for each bank.";
        MatchingLines = "matching.lines", "Both sides give the same sum for each unit and function.";
        MatchingElements = "matching.elements", "Both sides have the same details: account, name, bank and amount.";
    }
}

codes! {
    /// What a report says beside its checks.
    NoteCode {
        DeviationRawSignature = "deviation.raw-signature", "A signature value stands as r and s side by side where DER is due.";
        DeviationExplicitDefault = "deviation.explicit-default", "A default value is written out.";
        DeviationTrailingBytes = "deviation.trailing-bytes", "Bytes follow the end of the structure.";
        DeviationTime = "deviation.time", "A time is spelled in another form than the standard's.";
        DeviationVersion = "deviation.version", "A version number is not that of the layout.";
        DeviationCertList = "deviation.cert-list", "The list of certificates holds something else.";
        DeviationBareCertificate = "deviation.bare-certificate", "A certificate stands without its OCTET STRING.";
        DeviationStringType = "deviation.string-type", "A field has another ASN.1 type than the standard's.";
        DeviationEncoding = "deviation.encoding", "A length or an integer is not in its shortest form.";
        DeviationTag = "deviation.tag", "An optional field carries another tag than the usual one.";
        DeviationAlgorithm = "deviation.algorithm", "An algorithm is named by another identifier than the standard's.";
        DeviationDigest = "deviation.digest", "The digest would agree if it had been made in another way.";
        DeviationSignatureInput = "deviation.signature-input", "The signature would be good over another input than the standard's.";
        DeviationUserId = "deviation.user-id", "The signature would be good under another user id.";
        DeviationCharacters = "deviation.characters", "A string holds characters that its type does not allow.";
        DeviationPictureType = "deviation.picture-type", "A picture is of a type that the standard does not name, or its type is spelled otherwise.";
        DeviationCiphertext = "deviation.ciphertext", "An encrypted key is C1, C2 and C3 side by side where DER in the order C1, C3, C2 is due.";
        DeviationRecipient = "deviation.recipient", "A recipient is named in a way that the standard does not have.";
        MessageBer = "message.ber", "The message is in BER, with open lengths or strings in pieces; it was read as the same in DER.";
        DeviationLeadingBytes = "deviation.leading-bytes", "Bytes stand before a package.";
        DeviationName = "deviation.name", "A name in a package is in another encoding than the standard's, or not marked.";
        DeviationNamespace = "deviation.namespace", "A part of a document is in another namespace than the standard's.";
        DeviationPath = "deviation.path", "A location differs in case or form from the name of the part that it means.";
        DeviationElement = "deviation.element", "An element or attribute of a document stands otherwise than the standard says.";
        DeviationMissingPart = "deviation.missing-part", "A document names a part that it can do without, and the part is not there.";
        DocumentOpen = "document.open", "A signature leaves part of a document open on purpose: others may be added or taken away.";
        CertificateUsage = "certificate.usage", "A certificate's extensions contradict one another.";
        ExpiredSince = "since.expired", "Good at the moment it is judged for, expired since.";
        RevokedSince = "since.revoked", "Good at the moment it is judged for, revoked since.";
        SealStateSince = "since.seal-state", "The seal was active at the moment it is judged for; its state has changed since.";
        SealStateRetroactive = "seal.state.retroactive", "A change of a seal's state was recorded after it took effect; both times are given.";
        TimeClaimed = "time.claimed", "A time is the signer's own statement and proves nothing.";
        TextNotNormal = "text.not-normal", "A text is not in Unicode's normal form C.";
        TypeUnknown = "catalogue.unknown-type", "The catalogue has no entry for this voucher type.";
        EnvelopeGap = "envelope.gap", "Packets before this one have not come.";
        EnvelopeLate = "envelope.late", "The packet came after later ones of its conversation.";
        RevocationPolicy = "policy.revocation", "The policy in force does not require revocation to be known.";
        SealStatePolicy = "policy.seal-state", "The policy in force does not look at the states of seals.";
        LedgerUncovered = "ledger.uncovered", "Entries stand after the last checkpoint: nothing covers them yet.";
        LedgerClock = "ledger.clock", "A time in the ledger is before one that was recorded earlier: the clock went back.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_come_back() {
        let mut seen = HashSet::new();
        for code in CheckCode::ALL {
            assert!(seen.insert(code.name()));
            assert_eq!(CheckCode::from_name(code.name()), Some(*code));
        }
        for code in NoteCode::ALL {
            assert!(seen.insert(code.name()));
        }
    }
}
