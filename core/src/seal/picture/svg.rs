//! SVG: the size of a drawing, what it may not hold, and a plain round seal.

use super::Pixels;
use crate::error::{Code, Error, Result};
use std::fmt::Write;

/// Draws a plain round seal: a red ring, the name along it, a five-pointed star and, below the
/// star, an optional short text.
///
/// `name` is 1 to 40 characters, `centre` up to 12, `diameter_mm` 10 to 100. The characters are
/// shown in whatever serif font the reader has; the file holds no font.
///
/// # Errors
///
/// `Argument`: a text or the diameter is out of its range, or a text holds control characters.
pub fn svg_round_seal(name: &str, centre: Option<&str>, diameter_mm: u32) -> Result<Vec<u8>> {
    let centre = centre.unwrap_or_default();
    let count = name.chars().count();
    let bad = |message: &'static str| Err(Error::new(Code::Argument, "svg_round_seal", message));
    if !(1..=40).contains(&count) || centre.chars().count() > 12 {
        return bad("the name has 1 to 40 characters, the text in the centre up to 12");
    }
    if name.chars().chain(centre.chars()).any(char::is_control) {
        return bad("the texts hold no control characters");
    }
    if !(10..=100).contains(&diameter_mm) {
        return bad("the diameter is 10 to 100 mm");
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{diameter_mm}mm\" \
         height=\"{diameter_mm}mm\" viewBox=\"0 0 400 400\" fill=\"#e60012\" \
         font-family=\"SimSun,Songti SC,Noto Serif CJK SC,serif\" text-anchor=\"middle\">\n\
         <circle cx=\"200\" cy=\"200\" r=\"192\" fill=\"none\" stroke=\"#e60012\" \
         stroke-width=\"12\"/>\n<polygon points=\"{}\"/>\n",
        star(200.0, 200.0, 60.0)
    );
    // Characters stand around the upper arc, each turned about the centre.
    let step = (260.0 / count as f64).min(30.0);
    let size = (step * 2.2).clamp(14.0, 54.0);
    let start = -step * (count as f64 - 1.0) / 2.0;
    for (at, character) in name.chars().enumerate() {
        let angle = start + step * at as f64;
        let _ = writeln!(
            svg,
            "<text x=\"200\" y=\"{:.1}\" font-size=\"{size:.1}\" \
             transform=\"rotate({angle:.2} 200 200)\">{}</text>",
            24.0 + size,
            escaped(character)
        );
    }
    if !centre.is_empty() {
        let text: String = centre.chars().map(escaped).collect();
        let _ = writeln!(svg, "<text x=\"200\" y=\"320\" font-size=\"32\">{text}</text>");
    }
    svg.push_str("</svg>\n");
    Ok(svg.into_bytes())
}

/// Five points outside, five inside.
fn star(x: f64, y: f64, radius: f64) -> String {
    let mut points = String::new();
    for at in 0..10 {
        let angle = f64::from(at) * std::f64::consts::PI / 5.0;
        let r = if at % 2 == 0 { radius } else { radius * 0.382 };
        let _ = write!(points, "{:.2},{:.2} ", x + r * angle.sin(), y - r * angle.cos());
    }
    points.trim_end().to_owned()
}

fn escaped(character: char) -> String {
    match character {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '"' => "&quot;".into(),
        '\'' => "&#39;".into(),
        other => other.into(),
    }
}

/// What a drawing may not hold: what runs, what is fetched, what grows.
const FORBIDDEN: [&str; 7] =
    ["<!doctype", "<!entity", "<script", "<foreignobject", "javascript:", "@import", "<iframe"];

/// What an SVG drawing holds that runs, is fetched from elsewhere or may grow without bound, if it does.
pub fn active_content(data: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(data).to_ascii_lowercase();
    FORBIDDEN.into_iter().find(|part| text.contains(part)).or_else(|| reference_or_handler(&text))
}

/// A reference that leaves the file, or an attribute `on...=`.
fn reference_or_handler(text: &str) -> Option<&'static str> {
    let outside = |value: &str| {
        let value = value.trim_start_matches(['"', '\'', ' ', '\t', '\r', '\n']);
        !(value.starts_with('#') || value.starts_with("data:image/"))
    };
    for (at, word) in text.match_indices("href") {
        let after = text.get(at + word.len()..)?.trim_start();
        if after.strip_prefix('=').is_some_and(outside) {
            return Some("a reference that leaves the file");
        }
    }
    for (at, _) in text.match_indices("on") {
        let (before, rest) = text.split_at_checked(at)?;
        let name = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let starts = before.ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
        if starts && rest.get(name..)?.trim_start().starts_with('=') {
            return Some("an event handler");
        }
    }
    None
}

/// The attributes of the root element, if this is an SVG drawing in UTF-8.
pub(super) fn root(data: &[u8]) -> Option<&str> {
    let mut text = std::str::from_utf8(data).ok()?.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if text.starts_with("<?") {
            text.find("?>")? + 2
        } else if text.starts_with("<!--") {
            text.find("-->")? + 3
        } else if text.starts_with("<!DOCTYPE svg") {
            text.find('>')? + 1
        } else {
            break;
        };
        text = text.get(end..)?.trim_start();
    }
    let attributes = text.strip_prefix("<svg").or_else(|| text.strip_prefix("<svg:svg"))?;
    if !attributes.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/') {
        return None;
    }
    attributes.get(..attributes.find('>')?)
}

/// The size of the view box, else width and height, in the units of the drawing.
pub(super) fn size(attributes: &str) -> Option<Pixels> {
    if let Some(view) = attribute(attributes, "viewBox") {
        let mut parts = view.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
        return pixels(parts.next()?, parts.next()?);
    }
    pixels(attribute(attributes, "width")?, attribute(attributes, "height")?)
}

fn pixels(width: &str, height: &str) -> Option<Pixels> {
    let read = |text: &str| {
        let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        let value: f64 = digits.parse().ok()?;
        (value > 0.0 && value <= 1e9).then(|| value.ceil() as u32)
    };
    Some(Pixels { width: read(width)?, height: read(height)? })
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    for (at, _) in attributes.match_indices(name) {
        let (before, rest) = attributes.split_at_checked(at)?;
        let after = rest.get(name.len()..)?.trim_start();
        if let Some(value) = after.strip_prefix('=')
            && before.ends_with(|c: char| c.is_ascii_whitespace())
        {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            return value.get(1..)?.split(quote).next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, sniff};
    use super::*;

    #[test]
    fn a_drawn_seal_is_what_it_says() {
        let svg = svg_round_seal("某某市财政局<&>", Some("\"国库\""), 42).unwrap();
        let (kind, size) = sniff(&svg).unwrap();
        assert_eq!(kind, Kind::Svg);
        assert_eq!(size, Some(Pixels { width: 400, height: 400 }));
        assert_eq!(active_content(&svg), None);
        let text = String::from_utf8(svg).unwrap();
        assert!(text.contains("&lt;") && text.contains("&amp;") && text.contains("&quot;国库"));
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut characters = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(tag) if tag.name().as_ref() == "text" => {
                    characters += 1;
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(characters, "某某市财政局<&>".chars().count() + 1);
    }

    #[test]
    fn ranges_are_kept() {
        for (name, centre, diameter) in [
            ("", None, 40),
            ("章", Some("0123456789abc"), 40),
            ("章", None, 9),
            ("章", None, 101),
            ("a\u{7}", None, 40),
        ] {
            let error = svg_round_seal(name, centre, diameter).unwrap_err();
            assert_eq!(error.code(), Code::Argument);
        }
        assert!(svg_round_seal(&"章".repeat(41), None, 40).is_err());
        assert!(svg_round_seal(&"章".repeat(40), None, 40).is_ok());
    }

    #[test]
    fn drawings_of_others() {
        let sniffed = |text: &str| sniff(text.as_bytes());
        let drawing = "<?xml version='1.0'?><!-- x -->\n<svg width='30mm' height=\"20mm\"/>";
        assert_eq!(sniffed(drawing), Some((Kind::Svg, Some(Pixels { width: 30, height: 20 }))));
        assert_eq!(sniffed("<svg/>"), Some((Kind::Svg, None)));
        assert_eq!(sniffed("<svgx/>"), None);
        assert_eq!(sniffed("<html><svg/></html>"), None);
        for bad in [
            "<svg><script>1</script></svg>",
            "<svg><image xlink:href='http://x/y.png'/></svg>",
            "<svg onload = 'x()'/>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        ] {
            assert!(active_content(bad.as_bytes()).is_some(), "{bad}");
        }
        assert_eq!(active_content(b"<svg><use href='#a'/><text>button on </text></svg>"), None);
    }
}
