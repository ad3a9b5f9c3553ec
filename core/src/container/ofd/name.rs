//! Names inside a package: which are taken, and which would be one file on some system.

use super::limits::{MAX_LEVELS, MAX_PATH};
use crate::error::{Code, Error, Result};
use unicode_normalization::UnicodeNormalization;

/// What is wrong with a path from the root of a package, written with `/` between its levels.
pub(super) fn check(path: &str) -> Result<()> {
    let refuse = |why: &str| {
        Err(Error::new(Code::Structure, "OFD package", format!("the path {path:?} {why}")))
    };
    if path.len() > MAX_PATH {
        let shown: String = path.chars().take(40).collect();
        let message = format!("a path longer than {MAX_PATH} bytes: {shown:?}...");
        return Err(Error::new(Code::Size, "OFD package", message));
    }
    if path.split('/').count() > MAX_LEVELS {
        let message = format!("the path {path:?} has more than {MAX_LEVELS} levels");
        return Err(Error::new(Code::Depth, "OFD package", message));
    }
    if path.contains('\\') {
        return refuse("has a backslash");
    }
    if path.contains(':') {
        return refuse("has a colon, as drives and streams have");
    }
    if path.chars().any(|c| c.is_control() || is_invisible(c)) {
        return refuse("has a control or invisible character");
    }
    for level in path.split('/') {
        match level {
            "" => return refuse("has an empty level"),
            "." | ".." => return refuse("leads upward or to itself"),
            _ => {}
        }
    }
    Ok(())
}

/// What is equal for two paths that some system takes for one: case, Unicode's normal form, and
/// dots and spaces at the end of a level do not count.
pub(super) fn folded(path: &str) -> String {
    let level = |level: &str| {
        let upper: String = level.nfc().flat_map(char::to_uppercase).collect();
        let lower: String = upper.chars().flat_map(char::to_lowercase).nfc().collect();
        lower.trim_end_matches(['.', ' ']).to_owned()
    };
    if path.is_ascii() && !path.split('/').any(|level| level.ends_with(['.', ' '])) {
        return path.to_ascii_lowercase();
    }
    path.split('/').map(level).collect::<Vec<_>>().join("/")
}

/// Characters that show nothing or turn the direction of writing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "",
            "/a",
            "a/",
            "a//b",
            "a/../b",
            "..",
            "./a",
            "a\\b",
            "C:/a",
            "a:b",
            "a\0b",
            "a\nb",
            "a\u{202e}b",
            "a\u{200b}",
        ] {
            assert!(check(name).is_err(), "{name:?}");
        }
        for name in ["OFD.xml", "Doc_0/Res/图片 1.png", "a.b/..c", "100%.txt"] {
            assert!(check(name).is_ok(), "{name:?}");
        }
        assert_eq!(check(&"a/".repeat(40)).unwrap_err().code(), Code::Depth);
        assert_eq!(check(&"a".repeat(600)).unwrap_err().code(), Code::Size);
    }

    #[test]
    fn names_that_are_one_fold_alike() {
        for (one, other) in [
            ("Doc_0/TPLS", "doc_0/Tpls"),
            ("a./b", "a/b"),
            ("a /b. .", "a/b"),
            ("caf\u{e9}", "CAFE\u{301}"),
            ("\u{212a}", "k"),
            ("stra\u{df}e", "STRASSE"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("a/b"), folded("a/c"));
    }
}
