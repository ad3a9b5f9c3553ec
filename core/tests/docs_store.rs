//! The tables of `docs/store.md`, held against the rules of the store.
//!
//! `UPDATE=1 cargo test -p yinxin --test docs_store` writes them between their marks.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use yinxin::store::LegStatus;
use yinxin::store::life_cycle::{Guard, Move, Rule, Table, To};
use yinxin::store::{State, View};

fn list<T>(items: impl IntoIterator<Item = T>, name: impl Fn(T) -> String) -> String {
    let names: Vec<String> = items.into_iter().map(name).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}

fn states() -> String {
    let mut page = String::from("| number | state | at rest for | meaning |\n|---|---|---|---|\n");
    for state in State::ALL {
        let views = View::ALL.into_iter().filter(|view| state.is_terminal(*view));
        let rest = list(views, |view| view.name().to_owned());
        let _ = writeln!(
            page,
            "| {} | {} | {rest} | {} |",
            state.number(),
            state.name(),
            state.meaning()
        );
    }
    page
}

fn moves() -> String {
    let mut page = String::from(
        "| move | store | by | role | from | to | guards | effects | repeat |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for rule in Table::standard().rules() {
        let _ = writeln!(page, "{}", row(rule));
    }
    page.push_str("\n| move | what it is |\n|---|---|\n");
    for one in Move::ALL {
        let _ = writeln!(page, "| {} | {} |", one.name(), one.meaning());
    }
    page
}

fn row(rule: &Rule) -> String {
    let state = |state: &State| state.name().to_owned();
    let to = match rule.to {
        To::Same => "same".to_owned(),
        To::One(one) => state(&one),
        To::Among(among) => among.iter().map(state).collect::<Vec<_>>().join(" or "),
    };
    let mut from = list(&rule.from, state);
    if let Some((document, legs)) = &rule.leg {
        let legs: Vec<&str> = legs.iter().map(|leg| leg.name()).collect();
        let _ = write!(from, "; {} {}", format!("{document:?}").to_lowercase(), legs.join(" or "));
    }
    format!(
        "| {} | {} | {} | {} | {from} | {to} | {} | {} | {} |",
        rule.name.name(),
        list(&rule.views, |view| view.name().to_owned()),
        rule.party.name(),
        list(&rule.roles, |role| role.name().to_owned()),
        list(&rule.guards, |guard| guard.name().to_owned()),
        list(&rule.effects, |effect| effect.name()),
        rule.name.repeat().name(),
    )
}

fn guards() -> String {
    let mut page = String::from("| guard | error | what holds |\n|---|---|---|\n");
    for guard in Guard::ALL {
        let code = guard.code().number();
        let _ = writeln!(page, "| {} | {code} | {} |", guard.name(), guard.meaning());
    }
    page
}

fn statuses() -> String {
    let mut page = String::from("| number | meaning |\n|---|---|\n");
    for status in LegStatus::ALL {
        let _ = writeln!(page, "| {} | {} |", status.number(), status.meaning());
    }
    page
}

#[test]
fn the_tables_of_the_page_are_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/store.md");
    let found = fs::read_to_string(&path).expect("docs/store.md").replace("\r\n", "\n");
    let mut page = found.clone();
    for (name, table) in
        [("states", states()), ("moves", moves()), ("guards", guards()), ("status", statuses())]
    {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let from = page.find(&begin).unwrap_or_else(|| panic!("no mark {name}")) + begin.len();
        let to = page.find(&end).unwrap_or_else(|| panic!("no end of {name}"));
        page.replace_range(from..to, &format!("\n{table}\n"));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &page).expect("the page can be written");
        return;
    }
    assert!(
        page == found,
        "docs/store.md is not current: UPDATE=1 cargo test -p yinxin --test docs_store"
    );
}
