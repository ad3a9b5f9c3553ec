//! Who may act where: the verifier's own list of seals and certificates.

use super::act_to_sign::ActToSign;
use super::config::{Members, Value, parse};
use super::id::require_identifier;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::report::Outcome;
use crate::time::Time;

const NAME: &str = "authorisation";
const FORMAT: &str = "yinxin:authorisation:1";

/// The seals and certificates that may act on vouchers, by division, year, type, position and role.
#[derive(Debug, Clone, Default)]
pub struct Authorisation {
    entries: Vec<AuthorisationEntry>,
}

/// Who may act at one position, and when.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct AuthorisationEntry {
    /// `AdmDivCode`, exactly.
    pub adm_div_code: String,
    /// `StYear`, exactly.
    pub st_year: String,
    /// `VtCode`, exactly.
    pub vt_code: String,
    /// The position, exactly.
    pub position: String,
    /// The role, exactly.
    pub role: String,
    /// The office that an act must name; any, if absent.
    pub org: Option<String>,
    /// SM3 of the seals that may stamp here. An entry without any allows no stamp.
    pub seals: Vec<[u8; 32]>,
    /// SM3 of the certificates (DER) that may sign here. An entry with seals and certificates
    /// allows a stamp only where both are listed; one without certificates allows no signature.
    pub certificates: Vec<[u8; 32]>,
    /// From when; always, if absent.
    pub from: Option<Time>,
    /// Until when, the moment itself included; always, if absent.
    pub until: Option<Time>,
}

/// What an act was made with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instrument {
    /// SM3 of the seal, for a stamp.
    pub(super) seal: Option<[u8; 32]>,
    /// SM3 of the signer's certificate.
    pub(super) certificate: [u8; 32],
}

impl Authorisation {
    /// Authorisations as JSON: `{"format":"yinxin:authorisation:1","entries":[...]}`.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] with what is wrong.
    pub fn from_json(text: &[u8]) -> Result<Authorisation> {
        let value = parse(text, NAME)?;
        let mut members = Members::of(&value, NAME)?;
        if members.text("format")? != FORMAT {
            return Err(Error::new(Code::Version, NAME, format!("the format is not {FORMAT}")));
        }
        let entries = members.array("entries")?.iter().map(read_entry).collect::<Result<_>>()?;
        members.finish()?;
        Ok(Authorisation { entries })
    }

    /// The same as JSON, in the form that [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        let entries: Vec<_> = self.entries.iter().map(AuthorisationEntry::as_json).collect();
        serde_json::json!({ "format": FORMAT, "entries": entries }).to_string()
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: AuthorisationEntry) {
        self.entries.push(entry);
    }

    /// The entries.
    pub fn entries(&self) -> &[AuthorisationEntry] {
        &self.entries
    }

    /// Whether the instrument is allowed at the act's position at one of these moments; the first
    /// is the judged one. Allowed only at a later one is not known to have been allowed.
    pub(super) fn judge(
        &self,
        act: &ActToSign,
        instrument: &Instrument,
        moments: &[Time],
    ) -> (Outcome, String) {
        let here: Vec<_> = self.entries.iter().filter(|entry| entry.is_for(act)).collect();
        if here.is_empty() {
            let message = format!("nobody is authorised at {} as {}", act.position, act.role);
            return (Outcome::Failed, message);
        }
        let mine: Vec<_> = here.into_iter().filter(|entry| entry.allows(instrument)).collect();
        if mine.is_empty() {
            return (Outcome::Failed, "another seal or signer is authorised here".to_owned());
        }
        let mut allowed = moments.iter().map(|at| mine.iter().any(|entry| entry.covers(*at)));
        if allowed.next() == Some(true) {
            return (Outcome::Passed, String::new());
        }
        if allowed.any(|allowed| allowed) {
            let message = "authorised at the stated time, which nothing proves, but not now";
            return (Outcome::NotDetermined, message.to_owned());
        }
        (Outcome::Failed, "authorised at other times only".to_owned())
    }
}

impl AuthorisationEntry {
    /// An entry for one position that allows nothing yet.
    pub fn at(
        adm_div_code: &str,
        st_year: &str,
        vt_code: &str,
        position: &str,
        role: &str,
    ) -> Self {
        AuthorisationEntry {
            adm_div_code: adm_div_code.to_owned(),
            st_year: st_year.to_owned(),
            vt_code: vt_code.to_owned(),
            position: position.to_owned(),
            role: role.to_owned(),
            ..AuthorisationEntry::default()
        }
    }

    fn as_json(&self) -> serde_json::Value {
        let hex = |digests: &[[u8; 32]]| -> Vec<String> {
            digests.iter().map(|digest| hex::encode(digest)).collect()
        };
        let mut fields = serde_json::Map::new();
        let mut text = |name: &str, value: &str| {
            fields.insert(name.to_owned(), value.into());
        };
        text("admDivCode", &self.adm_div_code);
        text("stYear", &self.st_year);
        text("vtCode", &self.vt_code);
        text("position", &self.position);
        text("role", &self.role);
        for (name, value) in [
            ("org", self.org.clone()),
            ("from", self.from.map(|time| time.to_string())),
            ("until", self.until.map(|time| time.to_string())),
        ] {
            if let Some(value) = value {
                text(name, &value);
            }
        }
        fields.insert("seals".to_owned(), hex(&self.seals).into());
        fields.insert("certificates".to_owned(), hex(&self.certificates).into());
        fields.into()
    }

    fn is_for(&self, act: &ActToSign) -> bool {
        self.adm_div_code == act.id.adm_div_code
            && self.st_year == act.id.st_year
            && self.vt_code == act.id.vt_code
            && self.position == act.position
            && self.role == act.role
            && self.org.as_ref().is_none_or(|org| *org == act.org)
    }

    fn allows(&self, instrument: &Instrument) -> bool {
        let listed = self.certificates.contains(&instrument.certificate);
        match instrument.seal {
            Some(seal) => self.seals.contains(&seal) && (self.certificates.is_empty() || listed),
            None => listed,
        }
    }

    fn covers(&self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at <= until)
    }
}

fn read_entry(value: &Value) -> Result<AuthorisationEntry> {
    let mut members = Members::of(value, NAME)?;
    let mut identifier = |name: &'static str| -> Result<String> {
        let text = members.text(name)?;
        require_identifier(name, text)?;
        Ok(text.to_owned())
    };
    let [adm_div_code, st_year, vt_code, position, role] = [
        identifier("admDivCode")?,
        identifier("stYear")?,
        identifier("vtCode")?,
        identifier("position")?,
        identifier("role")?,
    ];
    let org = members.optional_text("org")?.map(str::to_owned);
    let seals = digests(&mut members, "seals")?;
    let certificates = digests(&mut members, "certificates")?;
    if seals.is_empty() && certificates.is_empty() {
        return Err(members.error(format!("{position} allows neither a seal nor a certificate")));
    }
    let (from, until) = (time(&mut members, "from")?, time(&mut members, "until")?);
    members.finish()?;
    Ok(AuthorisationEntry {
        adm_div_code,
        st_year,
        vt_code,
        position,
        role,
        org,
        seals,
        certificates,
        from,
        until,
    })
}

fn digests(members: &mut Members<'_>, name: &str) -> Result<Vec<[u8; 32]>> {
    let items = match members.optional(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(members.error(format!("{name:?} is an array"))),
    };
    let one = |item: &Value| match item {
        Value::String(text) => hex::decode(text),
        _ => None,
    };
    let digests: Option<Vec<_>> = items.iter().map(one).collect();
    digests.ok_or_else(|| members.error(format!("{name:?} holds digests of 64 hexadecimal digits")))
}

fn time(members: &mut Members<'_>, name: &str) -> Result<Option<Time>> {
    let Some(text) = members.optional_text(name)? else { return Ok(None) };
    let time = Time::parse_rfc3339(text);
    time.map(Some).ok_or_else(|| members.error(format!("{name:?} is a time of RFC 3339")))
}

#[cfg(test)]
mod tests {
    use super::super::act_to_sign::tests::sample;
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse_rfc3339(text).unwrap()
    }

    fn text() -> String {
        format!(
            r#"{{"format":"yinxin:authorisation:1","entries":[{{"admDivCode":"330000",
            "stYear":"2026","vtCode":"5201","position":"yh_ywz","role":"stamper",
            "seals":["{}"],"certificates":["{}"],"from":"2026-01-01T00:00:00+08:00",
            "until":"2026-12-31T23:59:59+08:00"}}]}}"#,
            "AA".repeat(32),
            "bb".repeat(32)
        )
    }

    #[test]
    fn only_what_is_listed_is_allowed() {
        let list = Authorisation::from_json(text().as_bytes()).unwrap();
        let good = Instrument { seal: Some([0xaa; 32]), certificate: [0xbb; 32] };
        let inside = [at("2026-03-01T00:00:00Z")];
        let judge = |instrument, moments: &[Time]| list.judge(&sample(), &instrument, moments).0;
        assert_eq!(judge(good, &inside), Outcome::Passed);
        assert_eq!(judge(Instrument { seal: Some([0xbb; 32]), ..good }, &inside), Outcome::Failed);
        assert_eq!(judge(Instrument { certificate: [0; 32], ..good }, &inside), Outcome::Failed);
        assert_eq!(judge(Instrument { seal: None, ..good }, &inside), Outcome::Passed);
        let after = at("2027-01-01T00:00:00Z");
        assert_eq!(judge(good, &[after]), Outcome::Failed);
        assert_eq!(judge(good, &[after, inside[0]]), Outcome::NotDetermined);
        let changes: [fn(&mut ActToSign); 5] = [
            |act| act.position = "other".to_owned(),
            |act| act.role = "maker".to_owned(),
            |act| act.id.adm_div_code = "330001".to_owned(),
            |act| act.id.st_year = "2025".to_owned(),
            |act| act.id.vt_code = "8202".to_owned(),
        ];
        for change in changes {
            let mut act = sample();
            change(&mut act);
            assert_eq!(list.judge(&act, &good, &inside).0, Outcome::Failed);
        }
    }

    #[test]
    fn entries_are_strictly_read() {
        let text = text();
        for (from, to) in [
            ("authorisation:1", "authorisation:2"),
            ("\"from\"", "\"form\""),
            ("2026-01-01T", "2026-13-01T"),
            ("AAAA", "AA"),
            ("AAAA", "AAAx"),
            ("\"2026\"", "2026"),
            ("\"yh_ywz\"", "\"\""),
        ] {
            assert!(
                Authorisation::from_json(text.replacen(from, to, 1).as_bytes()).is_err(),
                "{to}"
            );
        }
        for end in 0..text.len() {
            assert!(Authorisation::from_json(&text.as_bytes()[..end]).is_err());
        }
    }
}
