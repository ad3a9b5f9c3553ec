//! Pictures that go into a document: PNG and JPEG, whole from the first to the last part.

use super::limits::{MAX_PICTURE, MAX_PIXELS};
use crate::error::{Code, Error, Result};
use flate2::Crc;

/// The type of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Png,
    Jpeg,
}

impl Kind {
    /// The name in OFD's attribute `Format`.
    pub(super) fn format(self) -> &'static str {
        match self {
            Kind::Png => "PNG",
            Kind::Jpeg => "JPEG",
        }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Kind::Png => "png",
            Kind::Jpeg => "jpg",
        }
    }
}

/// The type of a picture whose parts are all there; the pixels themselves are not decoded.
///
/// # Errors
///
/// [`Code::Size`], [`Code::Form`] for another type, [`Code::Structure`] for a broken picture.
pub(super) fn inspect(name: &str, data: &[u8]) -> Result<Kind> {
    let fail = |code, message: String| Err(Error::new(code, format!("picture {name:?}"), message));
    if data.len() > MAX_PICTURE {
        return fail(Code::Size, format!("{} bytes are more than {MAX_PICTURE}", data.len()));
    }
    let (kind, size) = if data.starts_with(PNG) {
        (Kind::Png, png(data))
    } else if data.starts_with(b"\xff\xd8\xff") {
        (Kind::Jpeg, jpeg(data))
    } else {
        return fail(Code::Form, "neither PNG nor JPEG".to_owned());
    };
    match size {
        Ok((width, height)) if width.max(height) > MAX_PIXELS => {
            fail(Code::Size, format!("{width} x {height} pixels are more than {MAX_PIXELS}"))
        }
        Ok((width, height)) if width.min(height) == 0 => {
            fail(Code::Structure, "a picture without pixels".to_owned())
        }
        Ok(_) => Ok(kind),
        Err(what) => fail(Code::Structure, what.to_owned()),
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

type Found = std::result::Result<(u32, u32), &'static str>;

/// Chunks from IHDR to IEND, each with its checksum, and data among them.
fn png(data: &[u8]) -> Found {
    let mut rest = &data[PNG.len()..];
    let mut size = None;
    let mut pixels = false;
    loop {
        let (length, body) = rest.split_first_chunk::<4>().ok_or("the picture is cut off")?;
        let length = u32::from_be_bytes(*length) as usize;
        let cut = "the picture is cut off";
        let chunk = length.checked_add(4).and_then(|end| body.get(..end)).ok_or(cut)?;
        let sum = body.get(chunk.len()..).and_then(|after| after.first_chunk::<4>()).ok_or(cut)?;
        if crc32(chunk) != u32::from_be_bytes(*sum) {
            return Err("a part of the picture does not match its checksum");
        }
        rest = &body[chunk.len() + 4..];
        let (kind, contents) = chunk.split_at(4);
        match (kind, size) {
            (b"IHDR", None) if contents.len() == 13 => {
                size = Some((be32(&contents[..4]), be32(&contents[4..8])));
            }
            (b"IHDR", _) | (_, None) => return Err("the picture does not begin with its header"),
            (b"IDAT", _) => pixels = true,
            (b"IEND", Some(size)) if pixels && rest.is_empty() => return Ok(size),
            (b"IEND", _) => return Err("no pixels, or bytes behind the end of the picture"),
            _ => {}
        }
    }
}

/// Segments up to the scan, and the mark of the end behind it.
fn jpeg(data: &[u8]) -> Found {
    let mut rest = &data[2..];
    let mut size = None;
    loop {
        let (marker, after) = match rest {
            [0xff, 0xff, ..] => {
                rest = &rest[1..];
                continue;
            }
            [0xff, marker, after @ ..] => (*marker, after),
            _ => return Err("the picture is cut off"),
        };
        let length = after.first_chunk::<2>().map(|two| usize::from(u16::from_be_bytes(*two)));
        let segment = length.filter(|length| *length >= 2).and_then(|length| after.get(2..length));
        let segment = segment.ok_or("the picture is cut off")?;
        rest = &after[segment.len() + 2..];
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let [_, h1, h2, w1, w2, ..] = segment else { return Err("no size") };
                let pair = |high: u8, low: u8| u32::from(u16::from_be_bytes([high, low]));
                size = Some((pair(*w1, *w2), pair(*h1, *h2)));
            }
            0xda => break,
            0xd8 | 0xd9 | 0x01 | 0x00 => return Err("a mark that stands in the wrong place"),
            _ => {}
        }
    }
    if !rest.ends_with(b"\xff\xd9") {
        return Err("the picture has no end, or bytes behind it");
    }
    size.ok_or("no size")
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(data);
    crc.sum()
}

fn be32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
        let body = [kind, data].concat();
        let sum = crc32(&body).to_be_bytes();
        [&(data.len() as u32).to_be_bytes()[..], &body, &sum].concat()
    }

    fn png_of(width: u32) -> Vec<u8> {
        let header = [&width.to_be_bytes()[..], &[0, 0, 0, 1, 8, 0, 0, 0, 0]].concat();
        [PNG, &chunk(b"IHDR", &header), &chunk(b"IDAT", b"x"), &chunk(b"IEND", b"")].concat()
    }

    fn jpeg_of() -> Vec<u8> {
        let frame = [0xff, 0xc0, 0, 11, 8, 0, 9, 0, 7, 1, 1, 0x11, 0];
        let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9];
        [&b"\xff\xd8"[..], &[0xff, 0xe0, 0, 4, 1, 2], &frame, &scan].concat()
    }

    #[test]
    fn whole_pictures_pass_and_cut_ones_fail() {
        let (png, jpeg) = (png_of(3), jpeg_of());
        assert_eq!(inspect("a", &png), Ok(Kind::Png));
        assert_eq!(inspect("a", &jpeg), Ok(Kind::Jpeg));
        for whole in [&png, &jpeg] {
            for end in 0..whole.len() {
                assert!(inspect("a", &whole[..end]).is_err(), "{end}");
            }
            assert_eq!(
                inspect("a", &[&whole[..], b"x"].concat()).unwrap_err().code(),
                Code::Structure
            );
        }
    }

    #[test]
    fn every_byte_of_a_png_counts() {
        let png = png_of(3);
        for at in 0..png.len() {
            let mut changed = png.clone();
            changed[at] ^= 1;
            assert!(inspect("a", &changed).is_err(), "{at}");
        }
    }

    #[test]
    fn other_types_and_sizes_are_refused() {
        let code = |data: &[u8]| inspect("a", data).unwrap_err().code();
        assert_eq!(code(b"GIF89a\x01\0\x01\0"), Code::Form);
        assert_eq!(code(b""), Code::Form);
        assert_eq!(code(&png_of(0)), Code::Structure);
        assert_eq!(code(&png_of(MAX_PIXELS + 1)), Code::Size);
        assert_eq!(code(&vec![0; MAX_PICTURE + 1]), Code::Size);
    }
}
