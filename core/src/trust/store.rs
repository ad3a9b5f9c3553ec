//! The terms of anchors as JSON, alone or for the files of a folder.

use super::algorithms::{Algorithm, AlgorithmTerms, Algorithms, MAX_ALGORITHM_LINES};
use super::anchors::{AnchorPurpose, AnchorTerms};
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::time::Time;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The largest page of terms that is read, in bytes. Source: ours.
pub const MAX_STORE_BYTES: usize = 4 << 20;
/// The most lines of such a page. Source: ours.
pub const MAX_STORE_LINES: usize = 10_000;
/// The name of the page in a folder of anchors.
pub const STORE_FILE: &str = "trust.json";

const FORMAT: &str = "yinxin:trust:1";
const STRUCTURE: &str = "trust";

/// Which file of a folder holds anchors on which terms: `{"format":"yinxin:trust:1","anchors":[...]}`.
///
/// Each line is `{"file":"root.cer","purposes":["signer","seal-maker"],"from":"...","until":"...",
/// "distrusted":"...","makers":["..."]}`; all but the file may be left out. A file may stand on
/// several lines: it then counts on the terms of each. Beside `anchors` there may be `algorithms`, each
/// `{"algorithm":"RSA","below":3072,"until":"..."}`, the bits for RSA alone and `null` for never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustStore {
    lines: Vec<(String, AnchorTerms)>,
    algorithms: Vec<AlgorithmTerms>,
}

impl TrustStore {
    /// Reads a page of terms. Members that are not known are refused, and so are those that stand
    /// twice and files outside of the folder.
    ///
    /// # Errors
    ///
    /// [`Code::Json`], [`Code::Version`] for another format, [`Code::Value`] for a value out of its
    /// form, [`Code::Size`] and [`Code::Count`] above the limits of this module.
    pub fn from_json(text: &[u8]) -> Result<TrustStore> {
        let page: Page = parse(text)?;
        if page.format != FORMAT {
            return Err(Error::new(
                Code::Version,
                STRUCTURE,
                format!("the format is not {FORMAT}"),
            ));
        }
        if page.anchors.len() > MAX_STORE_LINES {
            return Err(Error::new(Code::Count, STRUCTURE, "more lines than MAX_STORE_LINES"));
        }
        let line = |mut line: Line| {
            let file = line.file.take().ok_or_else(|| json("a line names its file"))?;
            if !is_plain(&file) {
                return Err(value("file", "the plain name of a file of the folder"));
            }
            let named =
                |error: Error| Error::new(error.code(), file.clone(), error.message().to_owned());
            let terms = line.terms().map_err(named)?;
            Ok((file, terms))
        };
        if page.algorithms.len() > MAX_ALGORITHM_LINES {
            let message = "more lines than MAX_ALGORITHM_LINES";
            return Err(Error::new(Code::Count, STRUCTURE, message));
        }
        let algorithms = page.algorithms.iter().map(algorithm_terms).collect::<Result<_>>()?;
        let lines = page.anchors.into_iter().map(line).collect::<Result<_>>()?;
        Ok(TrustStore { lines, algorithms })
    }

    /// Until when algorithms count, in the order of the page: lines for
    /// [`Policy::algorithms`](super::Policy::algorithms).
    pub fn algorithms(&self) -> &[AlgorithmTerms] {
        &self.algorithms
    }

    /// The files and their terms, in the order of the page.
    pub fn lines(&self) -> &[(String, AnchorTerms)] {
        &self.lines
    }
}

impl AnchorTerms {
    /// Reads terms as JSON: a line of [`TrustStore`] without its file.
    ///
    /// # Errors
    ///
    /// As [`TrustStore::from_json`].
    pub fn from_json(text: &[u8]) -> Result<AnchorTerms> {
        let line: Line = parse(text)?;
        if line.file.is_some() {
            return Err(json("terms alone name no file"));
        }
        line.terms()
    }
}

impl Algorithms {
    /// The defaults and lines in JSON: the member `algorithms` of [`TrustStore`] alone, `[...]`.
    ///
    /// # Errors
    ///
    /// As [`TrustStore::from_json`].
    pub fn from_json(text: &[u8]) -> Result<Algorithms> {
        let lines: Vec<AlgorithmLine> = parse(text)?;
        let mut algorithms = Algorithms::default();
        lines.iter().try_for_each(|line| algorithms.add(algorithm_terms(line)?))?;
        Ok(algorithms)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    format: String,
    anchors: Vec<Line>,
    #[serde(default)]
    algorithms: Vec<AlgorithmLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlgorithmLine {
    algorithm: String,
    below: Option<usize>,
    // It has to be there, if only as null.
    #[serde(deserialize_with = "Option::deserialize")]
    until: Option<String>,
}

/// A line of a page, or terms alone, without a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: Option<String>,
    purposes: Option<Vec<String>>,
    from: Option<String>,
    until: Option<String>,
    distrusted: Option<String>,
    #[serde(default)]
    makers: Vec<String>,
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T> {
    if text.len() > MAX_STORE_BYTES {
        return Err(Error::new(Code::Size, STRUCTURE, "larger than MAX_STORE_BYTES"));
    }
    serde_json::from_slice(text).map_err(|error| json(error.to_string()))
}

impl Line {
    fn terms(&self) -> Result<AnchorTerms> {
        let mut terms = AnchorTerms::default();
        if let Some(names) = &self.purposes {
            let known = names.iter().map(|name| AnchorPurpose::from_name(name)).collect();
            let message = "\"signer\", \"seal-maker\", \"time-stamp\" and \"seal-state\" are known";
            let known: Option<Vec<AnchorPurpose>> = known;
            terms.purposes = known.ok_or_else(|| value("purposes", message))?;
        }
        terms.from = time("from", &self.from)?;
        terms.until = time("until", &self.until)?;
        terms.distrusted = time("distrusted", &self.distrusted)?;
        let makers: Option<Vec<[u8; 32]>> =
            self.makers.iter().map(|text| hex::decode(text)).collect();
        terms.makers = makers.ok_or_else(|| value("makers", "digests of 64 hexadecimal digits"))?;
        match terms.check() {
            // What an argument may not be, a file may not say.
            Err(error) if error.code() == Code::Argument => {
                Err(Error::new(Code::Value, "terms", error.message().to_owned()))
            }
            checked => checked.map(|()| terms),
        }
    }
}

fn algorithm_terms(line: &AlgorithmLine) -> Result<AlgorithmTerms> {
    let algorithm = Algorithm::from_name(&line.algorithm)
        .ok_or_else(|| value("algorithm", "not the name of an algorithm"))?;
    let mut terms = AlgorithmTerms::new(algorithm, time("until", &line.until)?);
    terms.below = line.below;
    if terms.below.is_some() && algorithm != Algorithm::Rsa {
        return Err(value("below", "bits are counted for RSA alone"));
    }
    Ok(terms)
}

fn is_plain(name: &str) -> bool {
    let parts = ["", ".", "..", STORE_FILE];
    !parts.contains(&name) && !name.contains(['/', '\\', ':']) && !name.contains(char::is_control)
}

fn time(name: &'static str, text: &Option<String>) -> Result<Option<Time>> {
    let Some(text) = text else { return Ok(None) };
    Time::parse_rfc3339(text).map(Some).ok_or_else(|| value(name, "a time of RFC 3339"))
}

fn json(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::Json, STRUCTURE, message)
}

fn value(name: &'static str, message: &'static str) -> Error {
    Error::new(Code::Value, name, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"file":"root.cer","purposes":["signer","seal-state"],
        "from":"2026-01-01T00:00:00+08:00","until":"2030-01-01T00:00:00Z",
        "distrusted":"2027-01-01T00:00:00Z","makers":["MM"]}"#;

    fn page(lines: &str) -> String {
        format!(r#"{{"format":"yinxin:trust:1","anchors":[{lines}]}}"#)
    }

    fn line() -> String {
        LINE.replace("MM", &"aB".repeat(32))
    }

    #[test]
    fn terms_are_read() {
        let text = page(&format!("{},{{\"file\":\"tsa.pem\"}}", line()));
        let store = TrustStore::from_json(text.as_bytes()).unwrap();
        let [(root, terms), (other, plain)] = store.lines() else { panic!() };
        assert_eq!((root.as_str(), other.as_str()), ("root.cer", "tsa.pem"));
        assert_eq!(terms.purposes, [AnchorPurpose::Signer, AnchorPurpose::SealState]);
        assert_eq!(terms.from, Time::parse_rfc3339("2025-12-31T16:00:00Z"));
        assert_eq!(terms.until, Time::parse_rfc3339("2030-01-01T00:00:00Z"));
        assert_eq!(terms.distrusted, Time::parse_rfc3339("2027-01-01T00:00:00Z"));
        assert_eq!(terms.makers, [[0xab; 32]]);
        assert_eq!(*plain, AnchorTerms::default());
        let alone = line().replace("\"file\":\"root.cer\",", "");
        assert_eq!(AnchorTerms::from_json(alone.as_bytes()).unwrap(), *terms);
        assert!(AnchorTerms::from_json(line().as_bytes()).is_err());
        assert_eq!(AnchorTerms::from_json(b"{}").unwrap(), AnchorTerms::default());
    }

    #[test]
    fn algorithms_are_read() {
        let with = |lines: &str| {
            let text = page(&line()).replace("}]}", &format!("}}],\"algorithms\":[{lines}]}}"));
            TrustStore::from_json(text.as_bytes())
        };
        let store = with(
            r#"{"algorithm":"RSA","below":3072,"until":"2030-01-01T00:00:00Z"},
            {"algorithm":"SHA-256","until":null}"#,
        );
        let until = Time::parse_rfc3339("2030-01-01T00:00:00Z");
        let expected =
            [AlgorithmTerms::rsa_below(3072, until), AlgorithmTerms::new(Algorithm::Sha256, None)];
        assert_eq!(store.unwrap().algorithms(), expected);
        for (line, code) in [
            (r#"{"algorithm":"SHA-256"}"#, Code::Json),
            (r#"{"algorithm":"SHA-256","until":null,"from":null}"#, Code::Json),
            (r#"{"algorithm":"SHA256","until":null}"#, Code::Value),
            (r#"{"algorithm":"SM3","below":256,"until":null}"#, Code::Value),
            (r#"{"algorithm":"SM3","until":"soon"}"#, Code::Value),
        ] {
            assert_eq!(with(line).unwrap_err().code(), code, "{line}");
        }
        let one = r#"{"algorithm":"SM3","until":null}"#;
        let many = vec![one; MAX_ALGORITHM_LINES + 1].join(",");
        assert_eq!(with(&many).unwrap_err().code(), Code::Count);
    }

    #[test]
    fn pages_are_strictly_read() {
        let text = page(&line());
        for (from, to, code) in [
            ("trust:1", "trust:2", Code::Version),
            ("\"until\"", "\"untill\"", Code::Json),
            ("\"until\"", "\"from\"", Code::Json),
            ("\"file\":\"root.cer\",", "", Code::Json),
            ("\"anchors\"", "\"x\":1,\"anchors\"", Code::Json),
            ("root.cer", "../root.cer", Code::Value),
            ("root.cer", "..", Code::Value),
            ("root.cer", "a\\\\b", Code::Value),
            ("root.cer", "trust.json", Code::Value),
            ("\"signer\"", "\"signers\"", Code::Value),
            ("[\"signer\",\"seal-state\"]", "[]", Code::Value),
            ("\"seal-state\"", "\"time-stamp\"", Code::Value),
            ("2026-01-01T", "2026-13-01T", Code::Value),
            ("2026-01-01T", "2031-01-01T", Code::Value),
            ("aBaB", "aB", Code::Value),
            ("aBaB", "aBxB", Code::Value),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            let error = TrustStore::from_json(changed.as_bytes()).unwrap_err();
            assert_eq!(error.code(), code, "{to}: {error}");
        }
        for end in 0..text.len() {
            assert!(TrustStore::from_json(&text.as_bytes()[..end]).is_err());
        }
        let many = page(&vec!["{\"file\":\"a\"}"; MAX_STORE_LINES + 1].join(","));
        assert_eq!(TrustStore::from_json(many.as_bytes()).unwrap_err().code(), Code::Count);
        let large = vec![b' '; MAX_STORE_BYTES + 1];
        assert_eq!(TrustStore::from_json(&large).unwrap_err().code(), Code::Size);
    }
}
