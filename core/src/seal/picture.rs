//! Pictures of seals: what their bytes really are, and a plain round seal drawn as SVG.

mod sniff;
mod svg;

pub use sniff::{Kind, Pixels, sniff};
pub use svg::{active_content, svg_round_seal};

/// The largest width or height of a picture, in pixels.
pub const MAX_PIXELS: u32 = 10_000;
/// The largest picture, in bytes.
pub const MAX_BYTES: usize = 8 << 20;

/// What is wrong with a picture of the stated type: another type, a size that is none or too
/// large, active content.
///
/// # Errors
///
/// What is wrong, for people.
pub fn judge(stated: &str, data: &[u8]) -> Result<(), String> {
    if data.len() > MAX_BYTES {
        return Err(format!("{} bytes are more than {MAX_BYTES}", data.len()));
    }
    let Some((kind, pixels)) = sniff(data) else {
        return Err("the bytes are no picture of a known type".to_owned());
    };
    if Kind::from_name(stated) != Some(kind) {
        return Err(format!("stated as {stated:?}, it is {}", kind.name()));
    }
    match pixels {
        None if kind != Kind::Ofd => return Err("no width and height can be read".to_owned()),
        Some(Pixels { width, height }) if width.max(height) > MAX_PIXELS => {
            return Err(format!("{width} x {height} is more than {MAX_PIXELS}"));
        }
        _ => {}
    }
    match active_content(data).filter(|_| kind == Kind::Svg) {
        Some(found) => Err(format!("the drawing holds {found}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_are_named() {
        let png = |width: u32| {
            [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &width.to_be_bytes(), &[0, 0, 0, 9]]
                .concat()
        };
        assert_eq!(judge("PNG", &png(10)), Ok(()));
        assert_eq!(judge("png", &png(10)), Ok(()));
        for (kind, data) in [
            ("JPG", png(10)),
            ("TIFF", png(10)),
            ("PNG", png(0)),
            ("PNG", png(MAX_PIXELS + 1)),
            ("PNG", b"text".to_vec()),
            ("SVG", b"<svg width='1' height='1'><script/></svg>".to_vec()),
        ] {
            assert!(judge(kind, &data).is_err(), "{kind}");
        }
        assert_eq!(judge("ofd", b"PK\x03\x04"), Ok(()));
    }
}
