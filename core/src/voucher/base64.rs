//! Base64 of documents and acts: strict when read, and fast, for an act with a seal in it is 25 KB.
//!
//! The digits are turned by vector instructions; the crate that works byte by byte says what is
//! wrong with text that is refused.

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

/// Appends octets in base64.
pub(super) fn append(out: &mut Vec<u8>, octets: &[u8]) {
    base64_simd::STANDARD.encode_append(octets, out);
}

/// The octets of canonical base64; line breaks and other white space do not count.
///
/// # Errors
///
/// What is wrong, at which digit, white space not counted.
pub(super) fn decode(text: &str) -> std::result::Result<Vec<u8>, String> {
    // White space is no digit, so text that has some is refused at first.
    if let Ok(octets) = base64_simd::STANDARD.decode_to_vec(text) {
        return Ok(octets);
    }
    let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let digits: Vec<u8> = text.bytes().filter(|byte| !space(byte)).collect();
    STANDARD.decode(digits).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &[u8]) -> Option<Vec<u8>> {
        let fast = base64_simd::STANDARD.decode_to_vec(text).ok();
        assert_eq!(fast, STANDARD.decode(text).ok(), "{text:?}");
        fast
    }

    #[test]
    fn both_crates_write_the_same() {
        let octets: Vec<u8> = (0..300).map(|n| (n * 7 % 256) as u8).collect();
        for start in 0..3 {
            for end in start..octets.len() {
                let mut out = b"before".to_vec();
                append(&mut out, &octets[start..end]);
                assert_eq!(
                    out,
                    [&b"before"[..], STANDARD.encode(&octets[start..end]).as_bytes()].concat()
                );
                assert_eq!(both(&out[6..]).unwrap(), octets[start..end]);
            }
        }
    }

    #[test]
    fn both_crates_refuse_the_same() {
        let mut accepted = 0;
        let digits = b"AQgwBCDEFPX+/=9z-_ \n\x00\xff";
        // The last four digits, after nothing and after what fills the vectors.
        for before in ["", "QUJD", &"QUJD".repeat(24)] {
            for number in 0..digits.len().pow(4) {
                let mut text = before.as_bytes().to_vec();
                let places = [1, 2, 3].map(|power| digits.len().pow(power));
                for place in [1, places[0], places[1], places[2]] {
                    text.push(digits[number / place % digits.len()]);
                }
                accepted += usize::from(both(&text).is_some());
            }
        }
        assert!(accepted > 10_000, "{accepted}");
        let text = "QUJD".repeat(60);
        for at in 0..text.len() {
            for byte in 0..=255 {
                let mut changed = text.clone().into_bytes();
                changed[at] = byte;
                both(&changed);
            }
            both(&text.as_bytes()[..at]);
        }
    }

    #[test]
    fn white_space_does_not_count() {
        assert_eq!(decode(" QU\r\nJD\tRA== ").unwrap(), b"ABCD");
        assert_eq!(decode("").unwrap(), b"");
        for text in ["QUJDRA=", "QUJDRB==", "QUJDRA", "QUJDRA==QUJD", "QUJ-", "Q\u{a0}UJD", "="] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert!(decode(" Q U J -").unwrap_err().contains("offset 3"));
    }
}
