//! The type and the size of a picture, from its first bytes; nothing is decoded.

/// What a picture's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Graphics Interchange Format.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// JPEG.
    Jpg,
    /// Portable Network Graphics.
    Png,
    /// Scalable Vector Graphics.
    Svg,
    /// An OFD package (seen in invoices; no standard names it).
    Ofd,
}

impl Kind {
    /// The type as a seal states it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Gif => "GIF",
            Kind::Bmp => "BMP",
            Kind::Jpg => "JPG",
            Kind::Png => "PNG",
            Kind::Svg => "SVG",
            Kind::Ofd => "ofd",
        }
    }

    /// The type that a seal states, in any case; also `JPEG`.
    pub fn from_name(name: &str) -> Option<Kind> {
        let all = [Kind::Gif, Kind::Bmp, Kind::Jpg, Kind::Png, Kind::Svg, Kind::Ofd];
        let jpeg = name.eq_ignore_ascii_case("JPEG").then_some(Kind::Jpg);
        all.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name)).or(jpeg)
    }
}

/// The width and height of a picture; pixels, for SVG the units of its drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pixels {
    /// The width, above zero.
    pub width: u32,
    /// The height, above zero.
    pub height: u32,
}

/// The type of a picture, and its size where the first bytes tell one.
///
/// `None` if it is of no known type; a size of `None` is a broken picture, or an OFD package.
pub fn sniff(data: &[u8]) -> Option<(Kind, Option<Pixels>)> {
    if data.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some((Kind::Png, png(data)))
    } else if data.starts_with(b"\xff\xd8\xff") {
        Some((Kind::Jpg, jpg(data)))
    } else if data.starts_with(b"GIF87a") || data.starts_with(b"GIF89a") {
        Some((Kind::Gif, pair_le16(data.get(6..10))))
    } else if data.starts_with(b"PK\x03\x04") {
        Some((Kind::Ofd, None))
    } else if data.starts_with(b"BM") {
        Some((Kind::Bmp, bmp(data)))
    } else {
        super::svg::root(data).map(|root| (Kind::Svg, super::svg::size(root)))
    }
}

fn pixels(width: u32, height: u32) -> Option<Pixels> {
    (width > 0 && height > 0).then_some(Pixels { width, height })
}

/// The first chunk is IHDR, 13 bytes: width, height...
fn png(data: &[u8]) -> Option<Pixels> {
    if data.get(8..16)? != b"\0\0\0\x0dIHDR" {
        return None;
    }
    pixels(be32(data.get(16..20)?)?, be32(data.get(20..24)?)?)
}

/// Segments up to the first start of frame: length, precision, height, width...
fn jpg(data: &[u8]) -> Option<Pixels> {
    let mut rest = data.get(2..)?;
    loop {
        let (marker, after) = match rest {
            [0xff, 0xff, ..] => {
                rest = rest.get(1..)?;
                continue;
            }
            [0xff, marker, after @ ..] => (*marker, after),
            _ => return None,
        };
        match marker {
            // Start of frame; C4, C8 and CC are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let height = be16(after.get(3..5)?)?;
                return pixels(be16(after.get(5..7)?)?, height);
            }
            // No length follows.
            0x01 | 0xd0..=0xd9 => rest = after,
            // Scan data before a frame: broken.
            0xda => return None,
            _ => {
                let length = usize::try_from(be16(after.get(..2)?)?).ok()?;
                rest = after.get(length.max(2)..)?;
            }
        }
    }
}

/// The information header, or the old core header with 16-bit sizes; a height below zero means
/// top-down.
fn bmp(data: &[u8]) -> Option<Pixels> {
    if le32(data.get(14..18)?)? == 12 {
        return pair_le16(data.get(18..22));
    }
    let height = le32(data.get(22..26)?)?.cast_signed();
    pixels(le32(data.get(18..22)?)?, height.unsigned_abs())
}

fn pair_le16(bytes: Option<&[u8]>) -> Option<Pixels> {
    let [w0, w1, h0, h1] = bytes?.try_into().ok()?;
    pixels(u32::from(u16::from_le_bytes([w0, w1])), u32::from(u16::from_le_bytes([h0, h1])))
}

fn be16(bytes: &[u8]) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.try_into().ok()?)))
}

fn be32(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

fn le32(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x90\0\0\x00\xc8\x08\x06\0\0\0";
    const GIF: &[u8] = b"GIF89a\x90\x01\xc8\x00\x80\0\0";
    const JPG: &[u8] = b"\xff\xd8\xff\xe0\x00\x04AB\xff\xff\xc0\x00\x11\x08\x00\xc8\x01\x90\x03";
    const BMP: &[u8] = b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x90\x01\0\0\x38\xff\xff\xff";

    #[test]
    fn types_and_sizes() {
        let size = Some(Pixels { width: 400, height: 200 });
        assert_eq!(sniff(PNG), Some((Kind::Png, size)));
        assert_eq!(sniff(GIF), Some((Kind::Gif, size)));
        assert_eq!(sniff(JPG), Some((Kind::Jpg, size)));
        assert_eq!(sniff(BMP), Some((Kind::Bmp, size)));
        assert_eq!(sniff(b"PK\x03\x04rest"), Some((Kind::Ofd, None)));
        assert_eq!(sniff(b"%PDF-1.7"), None);
    }

    #[test]
    fn cut_off_or_bent_anywhere_is_no_panic() {
        for sample in [PNG, GIF, JPG, BMP] {
            for end in 0..sample.len() {
                if let Some((_, Some(size))) = sniff(&sample[..end]) {
                    assert_eq!(size, Pixels { width: 400, height: 200 });
                }
            }
            for at in 0..sample.len() {
                for bit in 0..8 {
                    let mut bent = sample.to_vec();
                    bent[at] ^= 1 << bit;
                    let _ = sniff(&bent);
                }
            }
        }
    }

    #[test]
    fn names_in_any_case() {
        assert_eq!(Kind::from_name("png"), Some(Kind::Png));
        assert_eq!(Kind::from_name("Jpeg"), Some(Kind::Jpg));
        assert_eq!(Kind::from_name("OFD"), Some(Kind::Ofd));
        assert_eq!(Kind::from_name("TIFF"), None);
    }
}
