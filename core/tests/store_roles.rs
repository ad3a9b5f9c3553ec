//! Who holds which role, as it is read, written and asked for.

mod cert_common;

use cert_common::{from, root, until};
use yinxin::Time;
use yinxin::authority::{Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::error::Code;
use yinxin::store::role::RoleHolder;
use yinxin::store::{Role, Roles};

fn certificate(name: &str) -> Certificate {
    let subject = Subject::new(&[("CN", name)]).unwrap();
    root().issue_new_key(subject, Profile::Signer, from(), until()).unwrap().1
}

fn holder(name: &str, certificates: &[&Certificate], roles: &[Role]) -> RoleHolder {
    let mut holder = RoleHolder::new(name, "011");
    holder.certificates = certificates.iter().map(|one| one.digest()).collect();
    holder.roles = roles.to_vec();
    holder
}

fn day(day: &str) -> Time {
    Time::parse_rfc3339(&format!("{day}T00:00:00Z")).unwrap()
}

#[test]
fn roles_hold_for_a_certificate_and_a_time() {
    let (li, wang) = (certificate("Li"), certificate("Wang"));
    let mut roles = Roles::default();
    let mut first = holder("Li", &[&li], &[Role::Maker]);
    (first.from, first.until) = (Some(day("2026-01-01")), Some(day("2026-06-30")));
    let mut second = holder("Li", &[&li], &[Role::Reviewer]);
    second.from = Some(day("2026-06-30"));
    roles.add(first).unwrap();
    roles.add(second).unwrap();
    let held = |at: &str| roles.actor(&li, day(at)).map(|actor| actor.roles);
    assert_eq!(held("2026-03-01").unwrap(), [Role::Maker]);
    assert_eq!(held("2026-06-30").unwrap(), [Role::Maker, Role::Reviewer]);
    assert_eq!(held("2026-07-01").unwrap(), [Role::Reviewer]);
    assert_eq!(held("2025-12-31").unwrap_err().code(), Code::RoleMissing);
    let stranger = roles.actor(&wang, day("2026-03-01"));
    assert_eq!(stranger.unwrap_err().code(), Code::RoleMissing);
    let actor = roles.actor(&li, day("2026-03-01")).unwrap();
    assert_eq!((actor.person.name.as_str(), actor.person.org.as_str()), ("Li", "011"));
}

#[test]
fn one_certificate_is_one_persons() {
    let (li, wang) = (certificate("Li"), certificate("Wang"));
    let mut roles = Roles::default();
    roles.add(holder("Li", &[&li], &[Role::Maker])).unwrap();
    roles.add(holder("Wang", &[&wang], &[Role::Reviewer])).unwrap();
    let before = roles.clone();
    let shared = roles.add(holder("Wang", &[&wang, &li], &[Role::Sealer]));
    assert_eq!(shared.unwrap_err().code(), Code::Value);
    let mut elsewhere = holder("Li", &[&li], &[Role::Maker]);
    elsewhere.org = "102".to_owned();
    assert_eq!(roles.add(elsewhere).unwrap_err().code(), Code::Value);
    assert_eq!(roles, before);
}

#[test]
fn what_is_written_is_read_again() {
    let mut roles = Roles::default();
    let mut li = holder("李\"四", &[&certificate("Li")], &[Role::Maker, Role::Sender]);
    li.until = Some(day("2026-06-30"));
    roles.add(li).unwrap();
    roles.add(holder("Wang", &[&certificate("Wang")], &[Role::Reviewer])).unwrap();
    assert_eq!(Roles::from_json(roles.to_json().as_bytes()).unwrap(), roles);
}

#[test]
fn other_files_are_refused() {
    let digest = "00".repeat(32);
    let person =
        format!(r#"{{"name":"Li","org":"011","certificates":["{digest}"],"roles":["maker"]}}"#);
    let file = |people: &str| format!(r#"{{"format":"yinxin:roles:1","people":[{people}]}}"#);
    assert_eq!(Roles::from_json(file(&person).as_bytes()).unwrap().holders().len(), 1);
    let changed = |old: &str, new: &str| {
        assert!(person.contains(old), "{old}");
        file(&person.replacen(old, new, 1))
    };
    let lists = format!(r#"["yinxin:roles:1",[{person}]]"#);
    let list = file(&format!(r#"["Li","011",["{digest}"],["maker"],null,null]"#));
    let twice = file(&person.replacen("\"org\"", "\"name\":\"Wang\",\"org\"", 1));
    let cases = [
        (String::new(), Code::Json),
        (lists, Code::Json),
        (list, Code::Json),
        (twice, Code::Json),
        (file(&person).replace("roles:1", "roles:2"), Code::Version),
        (file(&person).replacen('{', "{\"more\":1,", 1), Code::Json),
        (changed("\"name\"", "\"nick\""), Code::Json),
        (changed("\"Li\"", "7"), Code::Json),
        (changed("\"Li\"", "\"\""), Code::Value),
        (changed("\"Li\"", "\" Li\""), Code::Value),
        (changed("\"Li\"", "\"\\u202eLi\""), Code::Text),
        (changed("\"maker\"", "\"king\""), Code::Value),
        (changed("\"maker\"", "1"), Code::Json),
        (changed("[\"maker\"]", "[]"), Code::Value),
        (changed("[\"maker\"]", "\"maker\""), Code::Json),
        (changed(&digest, "00"), Code::Value),
        (changed("\"org\"", "\"from\":\"yesterday\",\"org\""), Code::Value),
        (changed("\"org\"", "\"until\":1,\"org\""), Code::Json),
        (file(&person) + " x", Code::Json),
        ("[".repeat(100_000), Code::Json),
        (" ".repeat((16 << 20) + 1), Code::Size),
    ];
    for (text, code) in cases {
        let error = Roles::from_json(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{}: {error}", text.get(..200).unwrap_or(&text));
    }
}
