//! What a signature over a document is asked to be, as JSON: for callers in other languages.

use super::request::{OfdPlacement, OfdPosition, OfdRequest};
use crate::container::ofd::object::Object;
use crate::container::ofd::{Division, Edge, Length, Straddle};
use crate::error::{Code, Error, Result};
use crate::seal::Seal;
use crate::time::Time;
use serde::Deserialize;

const NAME: &str = "options";
const MAX_BYTES: usize = 1 << 20;

/// Where a seal stands, and whether the signature is the last one.
///
/// As JSON, every member may be left out; lengths are in millimetres, pages are counted from 1, the
/// documents of a package from 0:
///
/// ```json
/// {"places": [{"page": 1, "x": 150, "y": 220, "width": 42, "height": 42},
///             {"everyPage": true, "x": 10, "y": 10},
///             {"straddle": "right", "offset": 100, "margin": 0, "pagesPerSeal": 20}],
///  "lock": false, "document": 0}
/// ```
///
/// `straddle` is `right`, `left`, `top` or `bottom`; instead of `pagesPerSeal` it may have `gaps`, the
/// thousandths of the seal that the page before each gap shows. Without `width` and `height` the seal
/// has its own size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfdOptions {
    /// Where the seal's pictures stand.
    pub placements: Vec<OfdPlacement>,
    /// Whether it is the last signature.
    pub lock: bool,
    /// Which document of the package, from 0.
    pub document: usize,
}

impl OfdOptions {
    /// Reads options.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] for other JSON; [`Code::Value`] for a place that is none or several at once.
    pub fn from_json(text: &[u8]) -> Result<OfdOptions> {
        if text.len() > MAX_BYTES {
            return Err(Error::new(Code::Size, NAME, format!("more than {MAX_BYTES} bytes")));
        }
        let wrong = |error: serde_json::Error| Error::new(Code::Json, NAME, error.to_string());
        let Object(form): Object<Form> = serde_json::from_slice(text).map_err(wrong)?;
        let placements =
            form.places.iter().map(|Object(place)| place.placement()).collect::<Result<_>>()?;
        Ok(OfdOptions { placements, lock: form.lock, document: form.document })
    }

    /// The request that they make: a stamp with this seal, or without one a signature.
    pub fn request<'a>(&'a self, seal: Option<&'a Seal>, time: Time) -> OfdRequest<'a> {
        let request = match seal {
            Some(seal) => OfdRequest::stamp(seal, &self.placements, time),
            None => OfdRequest { placements: &self.placements, ..OfdRequest::sign(time) },
        };
        OfdRequest { lock: self.lock, document: self.document, ..request }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Form {
    #[serde(default)]
    places: Vec<Object<Place>>,
    #[serde(default)]
    lock: bool,
    #[serde(default)]
    document: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Place {
    page: Option<usize>,
    #[serde(default)]
    every_page: bool,
    x: Option<f64>,
    y: Option<f64>,
    straddle: Option<EdgeForm>,
    offset: Option<f64>,
    margin: Option<f64>,
    pages_per_seal: Option<usize>,
    gaps: Option<u16>,
    width: Option<f64>,
    height: Option<f64>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum EdgeForm {
    Right,
    Left,
    Top,
    Bottom,
}

impl Place {
    fn placement(&self) -> Result<OfdPlacement> {
        let wrong = |message: &str| Err(Error::new(Code::Value, "place", message.to_owned()));
        let on_page = (self.x, self.y);
        let across = self.offset.is_some()
            || self.margin.is_some()
            || self.pages_per_seal.is_some()
            || self.gaps.is_some();
        let position = match (self.page, self.every_page, self.straddle, on_page) {
            (Some(page), false, None, (Some(x), Some(y))) if !across => {
                OfdPosition::Page { page, x: length(x)?, y: length(y)? }
            }
            (None, true, None, (Some(x), Some(y))) if !across => {
                OfdPosition::EveryPage { x: length(x)?, y: length(y)? }
            }
            (None, false, Some(edge), (None, None)) => {
                let mut straddle = Straddle::new(match edge {
                    EdgeForm::Right => Edge::Right,
                    EdgeForm::Left => Edge::Left,
                    EdgeForm::Top => Edge::Top,
                    EdgeForm::Bottom => Edge::Bottom,
                });
                straddle.offset = self.offset.map(length).transpose()?;
                straddle.margin = self.margin.map_or(Ok(Length::ZERO), length)?;
                straddle.division = match (self.pages_per_seal, self.gaps) {
                    (None, None) => Division::Whole,
                    (Some(pages), None) => Division::Groups(pages),
                    (None, Some(share)) => Division::Gaps(share),
                    (Some(_), Some(_)) => return wrong("either pagesPerSeal or gaps"),
                };
                OfdPosition::Straddle(straddle)
            }
            _ => return wrong("a page with x and y, everyPage with x and y, or straddle"),
        };
        let size = match (self.width, self.height) {
            (Some(width), Some(height)) => Some((length(width)?, length(height)?)),
            (None, None) => None,
            _ => return wrong("width and height, or neither"),
        };
        Ok(OfdPlacement { position, size })
    }
}

fn length(millimetres: f64) -> Result<Length> {
    Length::parse(&millimetres.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        let text = r#"{"places": [{"page": 1, "x": 150, "y": 22.5, "width": 42, "height": 42},
            {"everyPage": true, "x": 10, "y": 10},
            {"straddle": "left", "offset": 100, "gaps": 500}], "lock": true}"#;
        let options = OfdOptions::from_json(text.as_bytes()).unwrap();
        let mm = Length::from_millimetres;
        let page = OfdPosition::Page { page: 1, x: mm(150), y: Length::parse("22.5").unwrap() };
        let first = OfdPlacement { position: page, size: Some((mm(42), mm(42))) };
        assert_eq!(options.placements[0], first);
        let straddle = Straddle {
            division: Division::Gaps(500),
            offset: Some(mm(100)),
            ..Straddle::new(Edge::Left)
        };
        assert_eq!(options.placements[2].position, OfdPosition::Straddle(straddle));
        assert!(options.lock);
        assert_eq!(OfdOptions::from_json(b"{}").unwrap(), OfdOptions::default());
    }

    #[test]
    fn other_options_are_refused() {
        for (text, code) in [
            ("", Code::Json),
            ("[]", Code::Json),
            (r#"[[],true]"#, Code::Json),
            (r#"{"places":[[1,false,10,20]]}"#, Code::Json),
            (r#"{"more":1}"#, Code::Json),
            (r#"{"lock":true,"lock":false}"#, Code::Json),
            (r#"{"places":[{}]}"#, Code::Value),
            (r#"{"places":[{"page":1}]}"#, Code::Value),
            (r#"{"places":[{"page":1,"x":1,"y":1,"everyPage":true}]}"#, Code::Value),
            (r#"{"places":[{"page":1,"x":1,"y":1,"margin":1}]}"#, Code::Value),
            (r#"{"places":[{"page":1,"x":1,"y":1,"width":1}]}"#, Code::Value),
            (r#"{"places":[{"page":1,"x":1e300,"y":1}]}"#, Code::Value),
            (r#"{"places":[{"page":-1,"x":1,"y":1}]}"#, Code::Json),
            (r#"{"places":[{"straddle":"middle"}]}"#, Code::Json),
            (r#"{"places":[{"straddle":"top","x":1,"y":1}]}"#, Code::Value),
            (r#"{"places":[{"straddle":"top","gaps":1,"pagesPerSeal":1}]}"#, Code::Value),
        ] {
            let error = OfdOptions::from_json(text.as_bytes()).unwrap_err();
            assert_eq!(error.code(), code, "{text}: {error}");
        }
    }
}
