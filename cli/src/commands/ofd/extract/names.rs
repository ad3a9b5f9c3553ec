//! Names of files that a document chose, made safe for every system.

use std::collections::HashSet;

/// Bytes of a name, without what is added to tell two apart.
const MAX_NAME: usize = 120;

/// The names that were given in one folder.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// A name for a file that the document calls `wanted`: one component, visible, with no meaning
    /// to any system, and given once, whatever the case of its letters.
    pub fn of(&mut self, wanted: &str, format: Option<&str>) -> String {
        let mut name = safe(wanted);
        if let Some(format) = format.map(safe).filter(|format| !format.is_empty()) {
            let ending = format!(".{}", format.to_lowercase());
            if !name.to_lowercase().ends_with(&ending) {
                name = cut(&name, MAX_NAME - ending.len().min(40));
                name.push_str(&cut(&ending, 40));
            }
        }
        if name.is_empty() {
            name.push_str("unnamed");
        }
        let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
        if RESERVED.contains(&stem.trim_end()) {
            name.insert(0, '_');
        }
        let mut given = name.clone();
        let mut number = 1;
        while !self.0.insert(given.to_lowercase()) {
            number += 1;
            given = match name.rsplit_once('.') {
                Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({number}).{ending}"),
                _ => format!("{name} ({number})"),
            };
        }
        given
    }
}

/// Names that Windows keeps for devices, with any ending.
const RESERVED: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

fn safe(text: &str) -> String {
    let meant = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c) || is_hidden(c);
    let text: String = text.chars().map(|c| if meant(c) { '_' } else { c }).collect();
    let text = text.trim_matches(|c: char| c == '.' || c.is_whitespace());
    cut(text, MAX_NAME).trim_end_matches(|c: char| c == '.' || c.is_whitespace()).to_owned()
}

/// Characters that turn the others around or cannot be seen, and would make `fdp.exe` of `exe.pdf`.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffd}' | '\u{e0000}'..='\u{e0fff}')
}

fn cut(text: &str, limit: usize) -> String {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_component_and_differ() {
        for (wanted, format, name) in [
            ("invoice.xml", Some("xml"), "invoice.xml"),
            ("original_invoice", Some("xml"), "original_invoice.xml"),
            ("../../etc/passwd", None, "_.._etc_passwd"),
            ("C:\\Windows\\x", Some("DLL"), "C__Windows_x.dll"),
            ("..", None, "unnamed"),
            ("", Some("xml"), "unnamed.xml"),
            ("a\0b\nc", None, "a_b_c"),
            ("nul.txt", None, "_nul.txt"),
            (" .hidden. ", None, "hidden"),
            ("cod\u{202e}fdp.exe", None, "cod_fdp.exe"),
            ("发票", Some("../x"), "发票._x"),
        ] {
            let found = Names::default().of(wanted, format);
            assert!(!found.contains(['/', '\\']), "{found}");
            if !wanted.is_empty() {
                assert_eq!(found, name, "{wanted:?}");
            }
        }
        let mut names = Names::default();
        let all: Vec<String> = (0..3).map(|_| names.of("A.xml", None)).collect();
        assert_eq!(all, ["A.xml", "A (2).xml", "A (3).xml"]);
        assert_eq!(names.of("a.XML", None), "a (4).XML");
        assert!(names.of(&"长".repeat(500), Some("xml")).len() <= MAX_NAME);
    }
}
