//! Name constraints: which names an authority may give to those below it.
//!
//! Every name in the subject and in subjectAltName of every certificate below the authority is
//! held against its constraints. A constraint of a kind that is not understood is a violation as
//! soon as a name of that kind turns up.

use super::{ChainError, ChainErrorKind, MAX_NAME_COMPARISONS};
use crate::asn1::reader::tag;
use crate::asn1::{Reader, Tlv};
use crate::cert::certificate::Certificate;
use crate::cert::name::Name;
use crate::error::Result;

/// Holds every name of a path, leaf first, anchor last, against the constraints above it.
pub(super) fn check(path: &[&Certificate]) -> std::result::Result<(), ChainError> {
    if path.iter().all(|certificate| certificate.extensions().name_constraints.is_none()) {
        return Ok(());
    }
    let names: Vec<Vec<GeneralName>> = path
        .iter()
        .map(|certificate| malformed(certificate, names_of(certificate)))
        .collect::<std::result::Result<_, _>>()?;
    let mut budget = MAX_NAME_COMPARISONS;
    for (at, authority) in path.iter().enumerate().skip(1) {
        let Some(constraints) = &authority.extensions().name_constraints else { continue };
        let constraints = malformed(authority, read_constraints(constraints))?;
        for (index, certificate) in path.iter().enumerate().take(at) {
            // RFC 5280 §6.1.3 (b): a key rollover does not change whom it is about.
            if index > 0 && certificate.is_self_issued() {
                continue;
            }
            for name in names.get(index).into_iter().flatten() {
                let compared = constraints.permitted.len() + constraints.excluded.len();
                budget = budget.checked_sub(compared).ok_or_else(|| {
                    let detail = "the certificates make too many comparisons of names";
                    ChainError::new(ChainErrorKind::Budget, detail)
                })?;
                if !constraints.allow(name) {
                    let detail =
                        format!("a name is outside the constraints of {}", authority.subject());
                    return Err(ChainError::about(ChainErrorKind::Constraint, certificate, detail));
                }
            }
        }
    }
    Ok(())
}

/// Whether all constraints in a certificate are about host names and addresses.
pub(super) fn only_hosts(certificate: &Certificate) -> bool {
    let Some(constraints) = &certificate.extensions().name_constraints else { return true };
    read_constraints(constraints).is_ok_and(|constraints| {
        let mut bases = constraints.permitted.iter().chain(&constraints.excluded);
        bases.all(|base| matches!(base, GeneralName::Dns(_) | GeneralName::Ip(_)))
    })
}

fn malformed<T>(
    certificate: &Certificate,
    result: Result<T>,
) -> std::result::Result<T, ChainError> {
    result.map_err(|error| ChainError::about(ChainErrorKind::Constraint, certificate, error))
}

/// # Source
///
/// RFC 5280 `NameConstraints ::= SEQUENCE { permittedSubtrees [0] OPTIONAL, excludedSubtrees [1]
/// OPTIONAL }`, each `SEQUENCE OF SEQUENCE { base GeneralName, minimum [0] DEFAULT 0,
/// maximum [1] OPTIONAL }`.
struct Constraints {
    permitted: Vec<GeneralName>,
    excluded: Vec<GeneralName>,
}

#[derive(Debug)]
enum GeneralName {
    Email(String),
    Dns(String),
    Directory(Name),
    Uri(String),
    Ip(Vec<u8>),
    /// A kind that is not understood: its tag.
    Other(u8),
}

fn read_constraints(value: &[u8]) -> Result<Constraints> {
    let mut constraints = Reader::new(value, "NameConstraints").sequence()?;
    let permitted = constraints.optional(tag::context(0))?.map(|list| read_subtrees(&list));
    let excluded = constraints.optional(tag::context(1))?.map(|list| read_subtrees(&list));
    constraints.finish()?;
    Ok(Constraints {
        permitted: permitted.transpose()?.unwrap_or_default(),
        excluded: excluded.transpose()?.unwrap_or_default(),
    })
}

fn read_subtrees(list: &Tlv<'_>) -> Result<Vec<GeneralName>> {
    let mut found = Vec::new();
    let mut subtrees = list.contents();
    while !subtrees.is_empty() {
        let mut subtree = subtrees.sequence()?;
        let base = subtree.read()?;
        let name = read_general_name(&base)?;
        // Minimum and maximum are not used with any kind of name (RFC 5280 §4.2.1.10).
        subtree.finish()?;
        let good = match &name {
            GeneralName::Dns(host) => !host.starts_with('.') && !host.contains('*'),
            GeneralName::Ip(range) => is_range(range),
            _ => true,
        };
        if !good {
            return Err(base.error("not the form of a constraint"));
        }
        found.push(name);
    }
    Ok(found)
}

fn names_of(certificate: &Certificate) -> Result<Vec<GeneralName>> {
    let mut names = Vec::new();
    if let Some(value) = &certificate.extensions().subject_alt_name {
        let mut list = Reader::new(value, "SubjectAltName").sequence()?;
        while !list.is_empty() {
            let name = list.read()?;
            names.push(read_general_name(&name)?);
        }
    }
    let subject = certificate.subject_name();
    if !names.iter().any(|name| matches!(name, GeneralName::Email(_))) {
        names.extend(subject.emails().map(|email| GeneralName::Email(email.to_owned())));
    }
    if !subject.is_empty() {
        names.push(GeneralName::Directory(subject.clone()));
    }
    Ok(names)
}

fn read_general_name(name: &Tlv<'_>) -> Result<GeneralName> {
    const EMAIL: u8 = tag::context_primitive(1);
    const DNS: u8 = tag::context_primitive(2);
    const DIRECTORY: u8 = tag::context(4);
    const URI: u8 = tag::context_primitive(6);
    const IP: u8 = tag::context_primitive(7);
    let text = || name.ia5().map(str::to_ascii_lowercase);
    Ok(match name.tag {
        EMAIL => GeneralName::Email(name.ia5()?.to_owned()),
        DNS => GeneralName::Dns(text()?),
        URI => GeneralName::Uri(text()?),
        IP => GeneralName::Ip(name.value.to_vec()),
        DIRECTORY => {
            let mut contents = name.contents();
            let directory = Name::read(contents.expect(tag::SEQUENCE)?)?;
            contents.finish()?;
            GeneralName::Directory(directory)
        }
        0xa0 | 0xa3 | 0xa5 | 0x88 => GeneralName::Other(name.tag),
        _ => return Err(name.error("not a GeneralName")),
    })
}

impl Constraints {
    /// Whether a name is in no excluded subtree, and in a permitted one if its kind has any.
    fn allow(&self, name: &GeneralName) -> bool {
        let of_kind = |base: &&GeneralName| same_kind(base, name);
        let excluded = self.excluded.iter().filter(of_kind).any(|base| touches(name, base));
        let mut permitted = self.permitted.iter().filter(of_kind).peekable();
        !excluded && (permitted.peek().is_none() || permitted.any(|base| lies_in(name, base)))
    }
}

fn same_kind(a: &GeneralName, b: &GeneralName) -> bool {
    match (a, b) {
        (GeneralName::Other(a), GeneralName::Other(b)) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Whether all that the name can stand for lies in the subtree; kinds that are not understood,
/// and names that cannot be read, never do.
fn lies_in(name: &GeneralName, base: &GeneralName) -> bool {
    match (name, base) {
        (GeneralName::Directory(name), GeneralName::Directory(base)) => name.is_under(base),
        (GeneralName::Dns(name), GeneralName::Dns(base)) => {
            is_same_or_below(name.strip_prefix("*.").unwrap_or(name), base)
        }
        (GeneralName::Email(name), GeneralName::Email(base)) => {
            mail_matches(name, base).unwrap_or(false)
        }
        (GeneralName::Uri(name), GeneralName::Uri(base)) => {
            uri_host(name).is_some_and(|host| host_matches(host, base))
        }
        (GeneralName::Ip(address), GeneralName::Ip(range)) => {
            matches!(address.len(), 4 | 16) && in_range(address, range)
        }
        _ => false,
    }
}

/// Whether anything that the name can stand for lies in the subtree; kinds that are not
/// understood, and names that cannot be read, always do.
fn touches(name: &GeneralName, base: &GeneralName) -> bool {
    match (name, base) {
        (GeneralName::Dns(name), GeneralName::Dns(base)) => match name.strip_prefix("*.") {
            Some(parent) => is_same_or_below(parent, base) || is_same_or_below(base, parent),
            None => is_same_or_below(name, base),
        },
        (GeneralName::Email(name), GeneralName::Email(base)) => {
            mail_matches(name, base).unwrap_or(true)
        }
        (GeneralName::Uri(name), GeneralName::Uri(base)) => {
            uri_host(name).is_none_or(|host| host_matches(host, base))
        }
        (GeneralName::Ip(address), GeneralName::Ip(range)) => {
            !matches!(address.len(), 4 | 16) || in_range(address, range)
        }
        (GeneralName::Other(_), _) => true,
        _ => lies_in(name, base),
    }
}

/// `base` itself or a host below it; every host is below the empty one.
fn is_same_or_below(host: &str, base: &str) -> bool {
    base.is_empty()
        || host.strip_suffix(base).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// `.domain` for every host below a domain, else one host.
fn host_matches(host: &str, base: &str) -> bool {
    if base.starts_with('.') {
        host.len() > base.len() && host.ends_with(base)
    } else {
        host == base
    }
}

/// A mailbox, a host or a `.domain`; `None` if the name is no mailbox.
fn mail_matches(name: &str, base: &str) -> Option<bool> {
    let (local, host) = name.rsplit_once('@').filter(|(local, host)| {
        !local.is_empty() && !host.is_empty() && !local.contains(['@', '"'])
    })?;
    let host = host.to_ascii_lowercase();
    Some(match base.rsplit_once('@') {
        Some((mailbox, base)) => mailbox == local && host == base.to_ascii_lowercase(),
        None => host_matches(&host, &base.to_ascii_lowercase()),
    })
}

/// The host of a URI; `None` if it has none or an address in its place.
fn uri_host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let is_name = host.contains(|c: char| c.is_ascii_alphabetic())
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_name.then_some(host)
}

/// An address and a mask of ones followed by zeros, 4 or 16 bytes each.
fn is_range(range: &[u8]) -> bool {
    if !matches!(range.len(), 8 | 32) {
        return false;
    }
    let mask = &range[range.len() / 2..];
    let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let leading = mask.iter().take_while(|byte| **byte == 0xff).count();
    let next = mask.get(leading).map_or(0, |byte| byte.leading_ones());
    ones == leading as u32 * 8 + next
}

fn in_range(address: &[u8], range: &[u8]) -> bool {
    let (base, mask) = range.split_at(range.len() / 2);
    address.len() == base.len()
        && address.iter().zip(base).zip(mask).all(|((a, b), mask)| a & mask == b & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dns(host: &str) -> GeneralName {
        GeneralName::Dns(host.to_owned())
    }

    fn allow(permitted: Vec<GeneralName>, excluded: Vec<GeneralName>, name: &GeneralName) -> bool {
        Constraints { permitted, excluded }.allow(name)
    }

    #[test]
    fn hosts() {
        for (name, base, lies) in [
            ("example.com", "example.com", true),
            ("a.example.com", "example.com", true),
            ("aexample.com", "example.com", false),
            ("example.com", "a.example.com", false),
            ("anything", "", true),
            ("*.example.com", "example.com", true),
            ("*.com", "example.com", false),
        ] {
            assert_eq!(allow(vec![dns(base)], vec![], &dns(name)), lies, "{name} in {base}");
        }
        assert!(!allow(vec![], vec![dns("a.example.com")], &dns("*.example.com")));
        assert!(allow(vec![], vec![dns("a.example.org")], &dns("*.example.com")));
    }

    #[test]
    fn mail() {
        let mail = |text: &str| GeneralName::Email(text.to_owned());
        for (name, base, lies) in [
            ("a@example.com", "example.com", true),
            ("a@Example.com", "example.COM", true),
            ("a@b.example.com", "example.com", false),
            ("a@b.example.com", ".example.com", true),
            ("a@example.com", ".example.com", false),
            ("a@example.com", "a@example.com", true),
            ("A@example.com", "a@example.com", false),
            ("no mailbox", "example.com", false),
        ] {
            assert_eq!(allow(vec![mail(base)], vec![], &mail(name)), lies, "{name} in {base}");
        }
        assert!(!allow(vec![], vec![mail("example.com")], &mail("no mailbox")));
    }

    #[test]
    fn uris_and_addresses() {
        let uri = |text: &str| GeneralName::Uri(text.to_owned());
        assert!(allow(vec![uri(".example.com")], vec![], &uri("http://u@a.example.com:8/x")));
        assert!(!allow(vec![uri("example.com")], vec![], &uri("http://a.example.com/")));
        assert!(!allow(vec![], vec![uri("example.com")], &uri("urn:x")));
        assert!(!allow(vec![], vec![uri("example.com")], &uri("http://127.0.0.1/")));
        let ip = |bytes: &[u8]| GeneralName::Ip(bytes.to_vec());
        let net = ip(&[10, 1, 0, 0, 255, 255, 0, 0]);
        assert!(allow(vec![net], vec![], &ip(&[10, 1, 2, 3])));
        assert!(!allow(vec![ip(&[10, 1, 0, 0, 255, 255, 0, 0])], vec![], &ip(&[10, 2, 2, 3])));
        assert!(!allow(vec![], vec![ip(&[10, 1, 0, 0, 255, 255, 0, 0])], &ip(&[10])));
        assert!(
            is_range(&[0; 8]) && is_range(&[255; 8]) && is_range(&[0, 0, 0, 0, 255, 240, 0, 0])
        );
        assert!(!is_range(&[0, 0, 0, 0, 255, 0, 255, 0]) && !is_range(&[0; 4]));
    }

    #[test]
    fn what_is_not_understood_is_outside() {
        assert!(!allow(vec![], vec![GeneralName::Other(0xa0)], &GeneralName::Other(0xa0)));
        assert!(!allow(vec![GeneralName::Other(0xa0)], vec![], &GeneralName::Other(0xa0)));
        assert!(allow(vec![GeneralName::Other(0xa0)], vec![], &GeneralName::Other(0x88)));
    }
}
