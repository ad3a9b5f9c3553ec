//! The page of threats names tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rows of the page's tables: name, threat, tests.
fn rows(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter(|line| {
            line.starts_with('|') && !line.starts_with("|---") && !line.contains("| threat |")
        })
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// What is wrong with the tests that a cell names.
fn problems(cell: &str, root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for part in cell.split("; ") {
        let Some((file, names)) = part.split_once(": ") else {
            found.push(format!("{part:?} names no test"));
            continue;
        };
        let path = match file.contains('/') {
            true => root.join(file),
            false => root.join("core/tests").join(file).with_extension("rs"),
        };
        let Ok(text) = fs::read_to_string(&path) else {
            found.push(format!("{file} is missing"));
            continue;
        };
        for name in names.split(", ") {
            // A case of a vector file is named by its comment.
            let there = if file.ends_with(".json") {
                text.contains(&format!("\"comment\": \"{name}\""))
            } else {
                let mut tests = text.split("#[test]").skip(1);
                tests.any(|test| test.trim_start().starts_with(&format!("fn {name}(")))
            };
            if !there {
                found.push(format!("{file} has no test {name}"));
            }
        }
    }
    found
}

#[test]
fn every_test_named_exists_and_no_line_is_missing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/threats.md")).unwrap();
    let rows = rows(&page);
    let mut listed = BTreeSet::new();
    for row in &rows {
        let [name, threat, tests] = row[..] else { panic!("{row:?}") };
        assert_eq!(problems(tests, &root), Vec::<String>::new(), "{name} {threat}");
        listed.insert(name.to_string());
    }
    let mut due: BTreeSet<String> = (1..=14).map(|number| format!("C{number}")).collect();
    due.extend((1..=8).map(|number| format!("D{number}")));
    let others =
        ["A21", "A25", "A26", "B8", "B9", "D9", "D10", "D11", "G1", "G2", "G3", "G4", "G5", "G12"];
    due.extend(others.map(str::to_string));
    due.extend(["H5", "H7", "H8", "H9", "H10", "H11", "H12", "H14", "H15"].map(str::to_string));
    assert_eq!(due.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn what_is_not_there_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let good = "docs_threats: what_is_not_there_is_named";
    assert_eq!(problems(good, &root), Vec::<String>::new());
    for bad in [
        "",
        "docs_threats",
        "docs_threats: problems",
        "no_such_file: x",
        "docs_threats: what_is_not_there_is_named, nothing",
        "vectors/data/sm2_keys.json: no such case",
    ] {
        assert_eq!(problems(bad, &root).len(), 1, "{bad}");
    }
}
