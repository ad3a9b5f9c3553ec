//! PEM, as far as vector files need it.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes as PEM with this label.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word = group.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - group.len()));
        for index in 0..4 {
            let digit = (word >> (18 - 6 * index) & 63) as usize;
            text.push(if index <= group.len() { DIGITS[digit] as char } else { '=' });
        }
    }
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The bytes of the one PEM block with this label; `None` if the text is anything else.
pub(crate) fn decode(label: &str, text: &str) -> Option<Vec<u8>> {
    let body = text.trim().strip_prefix(&format!("-----BEGIN {label}-----"))?;
    let body = body.strip_suffix(&format!("-----END {label}-----"))?;
    let mut bytes = Vec::new();
    let (mut word, mut bits) = (0u32, 0);
    for c in body.bytes().filter(|c| !c.is_ascii_whitespace() && *c != b'=') {
        let digit = DIGITS.iter().position(|digit| *digit == c)?;
        word = (word << 6 | digit as u32) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in 0..100 {
            let bytes: Vec<u8> = (0..length).map(|i| (i * 37 + 11) as u8).collect();
            assert_eq!(decode("X Y", &encode("X Y", &bytes)), Some(bytes));
        }
        assert_eq!(encode("A", b"ab"), "-----BEGIN A-----\nYWI=\n-----END A-----\n");
        assert_eq!(decode("A", "-----BEGIN B-----\nYWI=\n-----END B-----\n"), None);
        assert_eq!(decode("A", "YWI="), None);
    }
}
