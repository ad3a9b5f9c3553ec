//! What a party goes by when it judges others: a folder of its own, made of the cards that it was given.

use super::keys::{Card, Keys, card_name, create};
use super::positions;
use super::who::{Post, Who};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::trust::TrustArguments;
use std::path::Path;
use yinxin::asn1::pem;
use yinxin::signature::Verifier;
use yinxin::store::role::RoleHolder;
use yinxin::store::{Office, Partner, Role, Roles};
use yinxin::voucher::{Authorisation, Templates};

/// Whose cards a party holds: those of its partners, and at the treasury also the unit's, whose
/// vouchers come as evidence.
pub fn known(who: Who) -> Vec<Who> {
    match who {
        Who::CentralBank => Who::ALL.to_vec(),
        _ => [&[who], who.partners()].concat(),
    }
}

/// Makes the trust folder and the office's page from the cards in the party's folder.
pub fn make(who: Who, folder: &Path, keys: &Keys, year: &str) -> Result<(), Failure> {
    let trust = folder.join("trust");
    create(&trust)?;
    create(&trust.join("anchors"))?;
    create(&trust.join("crls"))?;
    let write = |name: &str, text: &str| {
        files::write(&trust.join(name), text.as_bytes(), Secrecy::Public, false)
    };
    let mut authorised = Authorisation::default();
    let mut office = Office::default();
    for known in known(who) {
        let card = Card::read(&folder.join(card_name(known)))?;
        if card.who != known {
            return Err(Failure::usage(format!("the card of {} is another's", known.name())));
        }
        let root = pem::encode("CERTIFICATE", card.root.as_der());
        write(&format!("anchors/{}.pem", known.name()), &root)?;
        let crl = pem::encode("X509 CRL", card.crl.as_der());
        write(&format!("crls/{}.pem", known.name()), &crl)?;
        card.authorisation.entries().iter().for_each(|entry| authorised.add(entry.clone()));
        if who.partners().contains(&known) {
            let (role, org) = (known.role(), known.org());
            let signing = [card.packets];
            office.partners.push(Partner::new(known.name(), role, org, &signing, card.mailbox)?);
        }
    }
    let roles = roles(who, keys)?;
    office.divisions.insert(super::papers::DIVISION.to_owned());
    office.years.insert(year.to_owned());
    write("authorisation.json", &authorised.to_json())?;
    write("templates.json", positions::local_templates())?;
    // Beside the store, where `yinxin store` looks for them too.
    write("../office.json", &office.to_json())?;
    write("../roles.json", &roles.to_json())
}

/// Who may do what. The maker of finance may review the vouchers of others, and never its own.
fn roles(who: Who, keys: &Keys) -> Result<Roles, Failure> {
    let mut roles = Roles::default();
    for post in Post::ALL {
        let Some(role) = post.role() else { continue };
        let mut holder = RoleHolder::new(&format!("{}-{}", who.name(), post.name()), who.org());
        holder.certificates.push(keys.holder(post)?.certificate.digest());
        holder.roles.push(role);
        if (who, post) == (Who::Finance, Post::Maker) {
            holder.roles.push(Role::Reviewer);
        }
        roles.add(holder)?;
    }
    Ok(roles)
}

/// The verifier by a trust folder.
pub fn verifier(trust: &Path, templates: &Templates) -> Result<Verifier, Failure> {
    let arguments = TrustArguments {
        trust: vec![trust.join("anchors")],
        crl: vec![trust.join("crls")],
        ..TrustArguments::default()
    };
    let authorised = Authorisation::from_json(&files::read(&trust.join("authorisation.json"))?)?;
    Ok(Verifier::new(arguments.load()?)
        .with_templates(templates.clone())
        .with_authorisation(authorised))
}

/// The office by its page, and its people, in the party's folder.
pub fn office(folder: &Path) -> Result<Office, Failure> {
    let roles = Roles::from_json(&files::read(&folder.join("roles.json"))?)?;
    Ok(Office::from_json(&files::read(&folder.join("office.json"))?, roles)?)
}
