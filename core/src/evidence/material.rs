//! Certificates and answers that are kept with evidence.

use super::{MAX_MEMBERS, STRUCTURE, der};
use crate::cert::{Certificate, Crl, OcspResponse};
use crate::error::{Code, Error, Result};
use crate::time::Time;
use crate::trust::{Record, SealStates, Trust};

/// What one archive time stamp covers beside digests: certificates, answers about revocation and
/// lists of the states of seals, as they were received. None of it brings trust.
#[derive(Debug, Clone)]
pub struct Material {
    pub(super) der: Vec<u8>,
    pub(super) certificates: Vec<Certificate>,
    pub(super) crls: Vec<Crl>,
    pub(super) ocsp: Vec<OcspResponse>,
    pub(super) seal_states: Vec<SealStates>,
}

impl Material {
    /// What the trust at hand holds about these certificates and this seal: the certificates above
    /// them, and the answers that are in force.
    ///
    /// # Errors
    ///
    /// [`Code::Count`] above the limits of this module.
    pub(crate) fn gather(
        trust: &Trust,
        ends: &[Certificate],
        seal: Option<&[u8; 32]>,
        now: Time,
    ) -> Result<Material> {
        let in_force = |list: &&SealStates| {
            (list.this_update()..=list.next_update()).contains(&now)
                && seal.is_some_and(|seal| list.entry(seal).is_some())
        };
        let seal_states: Vec<SealStates> =
            trust.seal_states().iter().filter(in_force).cloned().collect();
        let mut certificates: Vec<Certificate> = Vec::new();
        let issuers = seal_states.iter().map(SealStates::certificate);
        add(&mut certificates, ends.iter().chain(issuers))?;
        close(&mut certificates, trust)?;
        let ocsp: Vec<OcspResponse> = trust
            .ocsp()
            .iter()
            .filter(|response| answers(response, &certificates))
            .cloned()
            .collect();
        add(&mut certificates, ocsp.iter().flat_map(OcspResponse::certificates))?;
        let in_force = |crl: &&Crl| {
            let until = crl.next_update().is_some_and(|until| now <= until);
            crl.this_update() <= now && until && crl.problem().is_none()
        };
        let concerns = |crl: &&Crl| {
            crl.is_indirect() || certificates.iter().any(|issuer| crl.names_issuer(issuer))
        };
        let crls: Vec<Crl> =
            trust.crls().iter().filter(in_force).filter(concerns).cloned().collect();
        let signers = all_of(trust)
            .filter(|signer| crls.iter().any(|crl| crl.is_indirect() && crl.names_issuer(signer)));
        add(&mut certificates, signers)?;
        close(&mut certificates, trust)?;
        Material::new(certificates, crls, ocsp, seal_states)
    }

    fn new(
        certificates: Vec<Certificate>,
        crls: Vec<Crl>,
        ocsp: Vec<OcspResponse>,
        seal_states: Vec<SealStates>,
    ) -> Result<Material> {
        if [certificates.len(), crls.len(), ocsp.len(), seal_states.len()]
            .into_iter()
            .any(|count| count > MAX_MEMBERS)
        {
            return Err(too_many());
        }
        let mut material = Material { der: Vec::new(), certificates, crls, ocsp, seal_states };
        material.der = der::write_material(&material);
        Ok(material)
    }

    /// How much there is of everything.
    pub(super) fn len(&self) -> usize {
        self.certificates.len() + self.crls.len() + self.ocsp.len() + self.seal_states.len()
    }

    /// The material as received.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The certificates.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The revocation lists.
    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// The OCSP responses.
    pub fn ocsp(&self) -> &[OcspResponse] {
        &self.ocsp
    }

    /// The lists of the states of seals.
    pub fn seal_states(&self) -> &[SealStates] {
        &self.seal_states
    }

    /// The same as what is proven to have been there at this moment.
    pub(crate) fn recorded(&self, at: Time) -> Record {
        Record {
            at,
            certificates: self.certificates.clone(),
            crls: self.crls.clone(),
            ocsp: self.ocsp.clone(),
            seal_states: self.seal_states.clone(),
        }
    }
}

/// Adds every certificate at hand that bears the name of an issuer of one that is there already.
fn close(certificates: &mut Vec<Certificate>, trust: &Trust) -> Result<()> {
    let mut done = 0;
    while let Some(certificate) = certificates.get(done).cloned() {
        let above = all_of(trust).filter(|other| certificate.names_issuer(other));
        add(certificates, above)?;
        done += 1;
    }
    Ok(())
}

fn all_of(trust: &Trust) -> impl Iterator<Item = &Certificate> {
    trust.intermediates().iter().chain(trust.anchors())
}

fn add<'c>(
    certificates: &mut Vec<Certificate>,
    others: impl Iterator<Item = &'c Certificate>,
) -> Result<()> {
    for other in others {
        if !certificates.contains(other) {
            if certificates.len() == MAX_MEMBERS {
                return Err(too_many());
            }
            certificates.push(other.clone());
        }
    }
    Ok(())
}

/// Whether a response answers about one of the certificates, by the name of an issuer among them.
fn answers(response: &OcspResponse, certificates: &[Certificate]) -> bool {
    certificates.iter().any(|certificate| {
        let mut above = certificates.iter().filter(|other| certificate.names_issuer(other));
        above.any(|issuer| response.is_about(certificate, issuer))
    })
}

fn too_many() -> Error {
    Error::new(Code::Count, STRUCTURE, "more certificates or answers than MAX_MEMBERS")
}
