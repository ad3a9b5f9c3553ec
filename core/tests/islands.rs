//! The files of `core` that may hold `unsafe`, held against the list in ARCHITECTURE.md.
//!
//! The compiler refuses `unsafe` everywhere (`deny(unsafe_code)`); a file in the ```` ```islands ````
//! block of ARCHITECTURE.md, a path below `core/src` on each line, lifts that for itself in its first
//! lines. No other file does, and none in the list does so without need.

use std::fs;
use std::path::Path;

const LIFT: &str = "#![allow(unsafe_code)]";

#[test]
fn unsafe_code_stands_on_its_islands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let block = page.split_once("```islands\n").expect("the block").1;
    let mut listed: Vec<&str> = block.split_once("```").unwrap().0.lines().collect();
    listed.sort_unstable();

    let mut found = Vec::new();
    files(&root.join("src"), &mut |path, text| {
        let name = path.strip_prefix(root.join("src")).unwrap().to_str().unwrap().to_owned();
        let lifts = text.lines().any(|line| line.trim() == LIFT);
        let uses =
            text.lines().map(code).any(|line| line.contains("unsafe ") || line.contains("unsafe{"));
        assert!(
            !text.contains("allow(unsafe_code)") || lifts,
            "{name} lifts it for a part of itself"
        );
        assert_eq!(lifts, uses, "{name}: the lift and the use of unsafe");
        if lifts {
            found.push(name);
        }
    });
    found.sort_unstable();
    assert_eq!(found, listed, "ARCHITECTURE.md lists the islands");
}

fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

fn files(folder: &Path, see: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, see);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            see(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
