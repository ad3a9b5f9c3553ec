//! People, the roles that they hold, and how a key tells who somebody is.

use crate::cert::Certificate;
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::time::Time;
use crate::voucher::config::{self, Members, Value};
use crate::voucher::limits::MAX_ACT_TEXT;
use crate::voucher::text;
use std::collections::BTreeMap;

const NAME: &str = "roles";
const FORMAT: &str = "yinxin:roles:1";

/// A part that a person may play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Makes originals (经办).
    Maker,
    /// Reviews what a maker or a teller made (复核).
    Reviewer,
    /// Makes the second review where one is due (审批).
    Approver,
    /// Holds an office's or a head's seal (签章).
    Sealer,
    /// Sends, and speaks for the office to its peers (收发).
    Sender,
    /// Takes vouchers in, carries them out and answers them (柜员).
    Teller,
    /// Reconciles with other parties (对账).
    Clerk,
    /// Files and destroys (档案).
    Archivist,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] = [
        Role::Maker,
        Role::Reviewer,
        Role::Approver,
        Role::Sealer,
        Role::Sender,
        Role::Teller,
        Role::Clerk,
        Role::Archivist,
    ];

    /// The name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Role::Maker => "maker",
            Role::Reviewer => "reviewer",
            Role::Approver => "approver",
            Role::Sealer => "sealer",
            Role::Sender => "sender",
            Role::Teller => "teller",
            Role::Clerk => "clerk",
            Role::Archivist => "archivist",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The role that a position of a template asks for. Whoever acts under a name that is not a
    /// step of the life cycle (`office`, `head`, ...) holds a seal.
    pub fn of_position(role: &str) -> Role {
        match Role::from_name(role) {
            Some(role @ (Role::Maker | Role::Reviewer | Role::Approver | Role::Teller)) => role,
            _ => Role::Sealer,
        }
    }
}

/// A person, known by name and office and by the key and certificate that they act with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Person {
    /// The name; unique in the office.
    pub name: String,
    /// The office.
    pub org: String,
    /// SM3 of the certificate in DER.
    pub certificate: [u8; 32],
    /// SM3 of the public key, the contents of its BIT STRING: the same in every certificate.
    pub key: [u8; 32],
}

impl Person {
    /// A person of this name and office who acts with this certificate.
    pub fn new(name: &str, org: &str, certificate: &Certificate) -> Person {
        let (certificate, key) = digests(certificate);
        Person { name: name.to_owned(), org: org.to_owned(), certificate, key }
    }

    /// A person by digests alone, as records hold them.
    pub fn from_digests(name: &str, org: &str, certificate: [u8; 32], key: [u8; 32]) -> Person {
        Person { name: name.to_owned(), org: org.to_owned(), certificate, key }
    }

    /// Whether both are one: the same name in the same office, the same certificate, or the same
    /// key. A second certificate makes nobody a second person, nor does a second name.
    pub fn is(&self, other: &Person) -> bool {
        (self.name == other.name && self.org == other.org)
            || self.certificate == other.certificate
            || self.key == other.key
    }
}

/// A person with the roles that they hold at the time of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// Who acts.
    pub person: Person,
    /// What they may do now.
    pub roles: Vec<Role>,
}

impl Actor {
    /// A person with roles that the caller answers for; [`Roles::actor`] finds them as recorded.
    pub fn new(person: Person, roles: &[Role]) -> Actor {
        Actor { person, roles: roles.to_vec() }
    }

    /// Whether the actor holds the role.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Who holds which role, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    holders: Vec<RoleHolder>,
    /// Of each certificate the first holder that has it; they all are one person.
    owners: BTreeMap<[u8; 32], usize>,
}

/// One person's certificates and roles.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleHolder {
    /// The name; one name in one office is one person.
    pub name: String,
    /// The office.
    pub org: String,
    /// SM3 of the certificates (DER) that the person acts with.
    pub certificates: Vec<[u8; 32]>,
    /// What the person may do.
    pub roles: Vec<Role>,
    /// From when; always, if absent.
    pub from: Option<Time>,
    /// Until when, the moment itself included; always, if absent.
    pub until: Option<Time>,
}

impl RoleHolder {
    /// A person without any certificate or role yet.
    pub fn new(name: &str, org: &str) -> RoleHolder {
        RoleHolder {
            name: name.to_owned(),
            org: org.to_owned(),
            certificates: Vec::new(),
            roles: Vec::new(),
            from: None,
            until: None,
        }
    }

    fn covers(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at <= until)
    }
}

impl Roles {
    /// Roles as JSON: `{"format":"yinxin:roles:1","people":[{"name","org","certificates","roles",
    /// "from","until"}]}`; certificates are SM3 digests in hexadecimal, times in RFC 3339.
    ///
    /// # Errors
    ///
    /// [`Code::Json`], [`Code::Version`], [`Code::Text`] or [`Code::Value`] with what is wrong,
    /// [`Code::Size`] above [`MAX_CONFIGURATION`](crate::voucher::limits::MAX_CONFIGURATION); one
    /// certificate under two people is wrong too.
    pub fn from_json(text: &[u8]) -> Result<Roles> {
        let value = config::parse(text, NAME)?;
        let mut members = Members::of(&value, NAME)?;
        if members.text("format")? != FORMAT {
            return Err(Error::new(Code::Version, NAME, format!("the format is not {FORMAT}")));
        }
        let mut roles = Roles::default();
        for (number, person) in members.array("people")?.iter().enumerate() {
            roles.add(read_holder(person, number)?)?;
        }
        members.finish()?;
        Ok(roles)
    }

    /// The same as JSON, in the form that [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        let people: Vec<_> = self.holders.iter().map(as_json).collect();
        serde_json::json!({ "format": FORMAT, "people": people }).to_string()
    }

    /// Adds what one person may do. A person may stand here several times, for several periods.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if a certificate is another person's already.
    pub fn add(&mut self, holder: RoleHolder) -> Result<()> {
        for certificate in &holder.certificates {
            let owner = self.owners.get(certificate).and_then(|place| self.holders.get(*place));
            let other =
                |owner: &&RoleHolder| (&owner.name, &owner.org) != (&holder.name, &holder.org);
            if let Some(owner) = owner.filter(other) {
                let message = format!("{} and {} share a certificate", owner.name, holder.name);
                return Err(Error::new(Code::Value, NAME, message));
            }
        }
        for certificate in &holder.certificates {
            self.owners.entry(*certificate).or_insert(self.holders.len());
        }
        self.holders.push(holder);
        Ok(())
    }

    /// What is recorded.
    pub fn holders(&self) -> &[RoleHolder] {
        &self.holders
    }

    /// Who acts with this certificate, with the roles held at this time.
    ///
    /// # Errors
    ///
    /// [`Code::RoleMissing`] if nobody is recorded with the certificate, or not at this time.
    pub fn actor(&self, certificate: &Certificate, at: Time) -> Result<Actor> {
        let (digest, key) = digests(certificate);
        let mut roles = Vec::new();
        let mut found = None;
        for holder in self.holders.iter().filter(|holder| holder.certificates.contains(&digest)) {
            if holder.covers(at) {
                found = Some(holder);
                for role in &holder.roles {
                    if !roles.contains(role) {
                        roles.push(*role);
                    }
                }
            }
        }
        let Some(holder) = found else {
            let message =
                format!("nobody holds a role with certificate {} then", hex::encode(&digest));
            return Err(Error::new(Code::RoleMissing, NAME, message));
        };
        let person = Person::from_digests(&holder.name, &holder.org, digest, key);
        Ok(Actor { person, roles })
    }
}

/// SM3 of a certificate and of its public key.
fn digests(certificate: &Certificate) -> ([u8; 32], [u8; 32]) {
    (certificate.digest(), sm3::digest(certificate.public_key_bits()))
}

fn read_holder(value: &Value, number: usize) -> Result<RoleHolder> {
    let mut members = Members::of(value, format!("{NAME}: person {number}"))?;
    let name = require_name("name", members.text("name")?.to_owned())?;
    let org = require_name("org", members.text("org")?.to_owned())?;
    let fail = |message: String| Error::new(Code::Value, NAME, message);
    let mut certificates = Vec::new();
    for text in members.texts("certificates")? {
        let digest = hex::decode(text);
        let none = || fail(format!("{text:?} is no digest of 64 hexadecimal digits"));
        certificates.push(digest.ok_or_else(none)?);
    }
    let mut roles = Vec::new();
    for text in members.texts("roles")? {
        roles.push(Role::from_name(text).ok_or_else(|| fail(format!("{text:?} is no role")))?);
    }
    if certificates.is_empty() || roles.is_empty() {
        return Err(fail(format!("{name} has no certificate or no role")));
    }
    let mut time = |member| match members.optional_text(member)? {
        None => Ok(None),
        Some(text) => match Time::parse_rfc3339(text) {
            Some(time) => Ok(Some(time)),
            None => Err(fail(format!("{text:?} is no time of RFC 3339"))),
        },
    };
    let (from, until) = (time("from")?, time("until")?);
    members.finish()?;
    Ok(RoleHolder { name, org, certificates, roles, from, until })
}

/// A name that can be compared: visible, in normal form C, not empty.
pub(super) fn require_name(what: &'static str, name: String) -> Result<String> {
    if name.trim() != name || name.is_empty() || name.len() > MAX_ACT_TEXT {
        let message = format!("{name:?} is empty, too long or begins or ends with white space");
        return Err(Error::new(Code::Value, what, message));
    }
    match text::inspect(&name) {
        Ok(true) => Ok(name),
        Ok(false) => Err(Error::new(Code::Text, what, "not in Unicode's normal form C")),
        Err(refused) => Err(Error::new(Code::Text, what, refused.to_string())),
    }
}

fn as_json(holder: &RoleHolder) -> serde_json::Value {
    let certificates: Vec<String> =
        holder.certificates.iter().map(|one| hex::encode(one)).collect();
    let roles: Vec<&str> = holder.roles.iter().map(|role| role.name()).collect();
    let mut value = serde_json::json!({
        "name": holder.name, "org": holder.org, "certificates": certificates, "roles": roles,
    });
    for (name, time) in [("from", holder.from), ("until", holder.until)] {
        if let (Some(time), Some(members)) = (time, value.as_object_mut()) {
            members.insert(name.to_owned(), time.to_string().into());
        }
    }
    value
}
