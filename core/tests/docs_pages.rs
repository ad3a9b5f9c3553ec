//! The pages of the repository: links lead somewhere, and both front pages show the same code.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every page, but those of build folders.
fn pages(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        let path = entry.path();
        if path.is_dir() {
            if !name.starts_with('.') && !matches!(name.as_str(), "target" | "node_modules") {
                pages(&path, out);
            }
        } else if name.ends_with(".md") {
            out.push(path);
        }
    }
}

/// The targets of `[text](target)` outside of code.
fn links(text: &str) -> Vec<&str> {
    let outside = text.split("\n```").step_by(2);
    outside
        .flat_map(|part| part.split("](").skip(1))
        .filter_map(|rest| rest.split([')', ' ']).next())
        .collect()
}

fn code_blocks(text: &str) -> Vec<&str> {
    text.split("\n```").skip(1).step_by(2).collect()
}

#[test]
fn links_lead_to_files() {
    let mut found = Vec::new();
    pages(&root(), &mut found);
    assert!(found.len() >= 5, "the pages were not found");
    for page in found {
        for link in links(&read(&page)) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            let target = page.parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link} leads nowhere", page.display());
        }
    }
}

#[test]
fn both_front_pages_show_the_same_code() {
    let english = read(&root().join("README.md"));
    let chinese = read(&root().join("README.zh.md"));
    let (english, chinese) = (code_blocks(&english), code_blocks(&chinese));
    assert!(!english.is_empty());
    assert_eq!(english, chinese);
}

#[test]
fn links_and_blocks_are_told_apart() {
    let text = "a [b](c.md#d) [e](f)\n```sh\n[g](h)\n```\nx [i](j \"k\")\n";
    assert_eq!(links(text), ["c.md#d", "f", "j"]);
    assert_eq!(code_blocks(text), ["sh\n[g](h)"]);
}
