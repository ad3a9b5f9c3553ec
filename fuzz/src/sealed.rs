//! A voucher with every act of its issuer, made in the small world.

use yinxin::Result;
use yinxin::cert::Certificate;
use yinxin::key::Signer;
use yinxin::seal::Seal;
use yinxin::time::Time;
use yinxin::voucher::{
    ActKind, ActRequest, Authorisation, AuthorisationEntry, Body, Catalogue, Encoding, Envelope,
    Layer, Step, Templates, example, sign_act, stamp_act,
};

const TYPE: &str = "5106";
const OFFICE: &str = "Treasury";

/// What belongs to a sealed voucher.
pub struct Sealed {
    /// The envelope.
    pub envelope: Vec<u8>,
    /// Who may act on it: the one signer, with the one seal, at every position.
    pub authorisation: Authorisation,
    /// A request for each of its acts.
    pub requests: Vec<Vec<u8>>,
}

/// Seals a voucher with one key and one seal at every position of the issuer.
pub fn make(
    key: &dyn Signer,
    certificate: &Certificate,
    seal: &Seal,
    time: Time,
) -> Result<Sealed> {
    let (templates, catalogue) = (Templates::built_in(), Catalogue::built_in());
    let template = templates.template(TYPE).expect("a built-in template");
    let voucher = example::clearing_quota_notice(1)?.build(Encoding::Gbk)?;
    let mut body = Body::original(voucher)?;
    let mut authorisation = Authorisation::default();
    let mut requests = Vec::new();
    let mut positions: Vec<_> = template.positions(Layer::Issuer).collect();
    positions.sort_by_key(|position| position.sequence);
    for position in positions {
        let step = Step::of(template, Layer::Issuer, &position.position, OFFICE)?
            .with_catalogue(&catalogue);
        let (year, division) = (example::ST_YEAR, example::ADM_DIV_CODE);
        let (place, role) = (&position.position, &position.role);
        let mut entry = AuthorisationEntry::at(division, year, TYPE, place, role);
        entry.certificates = vec![certificate.digest()];
        let id = key.user_id();
        let request = if position.kind == ActKind::Stamp {
            entry.seals = vec![seal.digest()];
            let request = ActRequest::stamp(&body, &step, seal, certificate, id, time)?;
            stamp_act(&mut body, &step, seal, key, time)?;
            request
        } else {
            let request = ActRequest::signature(&body, &step, certificate, id, time)?;
            sign_act(&mut body, &step, key, time)?;
            request
        };
        requests.push(request.to_bytes());
        authorisation.add(entry);
    }
    let envelope = Envelope::of(body).to_xml(Encoding::Gbk)?;
    Ok(Sealed { envelope, authorisation, requests })
}
