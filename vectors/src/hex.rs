//! Byte strings in hexadecimal.

/// The bytes that `text` writes as pairs of hexadecimal digits; `None` if it is anything else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// The bytes as lower-case hexadecimal digits.
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes as lower-case hexadecimal digits, cut after 40 bytes.
pub fn brief(bytes: &[u8]) -> String {
    let shown = encode(&bytes[..bytes.len().min(40)]);
    match bytes.len() {
        0 => "nothing".to_string(),
        1..=40 => shown,
        length => format!("{shown}... ({length} bytes)"),
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pairs_of_digits_are_bytes() {
        assert_eq!(decode("00fFa5"), Some(vec![0, 255, 165]));
        assert_eq!(decode(""), Some(vec![]));
        for bad in ["0", "0g", " 00", "0x00", "é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
