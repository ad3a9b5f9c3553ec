//! Where a part of a package stands.

use super::name;
use crate::error::{Code, Error, Result};
use std::fmt;
use std::sync::Arc;

/// The place of a part: an absolute path such as `/Doc_0/Document.xml`, which never leads out of
/// the package.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartPath(Arc<str>);

impl PartPath {
    /// `/OFD.xml`, the part that everything starts from.
    pub fn root() -> PartPath {
        PartPath("/OFD.xml".into())
    }

    /// A path from the root of the package, with or without the first `/`.
    ///
    /// # Errors
    ///
    /// [`Code::Structure`], [`Code::Size`] or [`Code::Depth`] if it is no path of a part.
    pub fn parse(path: &str) -> Result<PartPath> {
        let relative = path.strip_prefix('/').unwrap_or(path);
        name::check(relative)?;
        Ok(PartPath(format!("/{relative}").into()))
    }

    /// The place that the location `loc` (ST_Loc) means where it stands in this part: from the root
    /// with a first `/`, else from the folder of this part.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if it is empty, leads upward, or has characters of a URL or of a system's
    /// own paths.
    pub fn resolve(&self, loc: &str) -> Result<PartPath> {
        self.resolve_in("", loc)
    }

    /// [`resolve`](Self::resolve), from a folder below that of this part.
    pub(crate) fn resolve_in(&self, base: &str, loc: &str) -> Result<PartPath> {
        let refuse = |why: String| {
            let shown: String = loc.chars().take(80).collect();
            Err(Error::new(Code::Value, "ST_Loc", format!("the location {shown:?} {why}")))
        };
        if loc.contains(['%', '?', '#', '*']) {
            return refuse("has characters of a URL".into());
        }
        let relative = match loc.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => {
                let folder = self.folder().trim_start_matches('/');
                let base = base.strip_suffix('/').unwrap_or(base);
                match base.strip_prefix('/') {
                    Some(base) => format!("{base}/{loc}"),
                    None if base.is_empty() => format!("{folder}{loc}"),
                    None => format!("{folder}{base}/{loc}"),
                }
            }
        };
        match name::check(&relative) {
            Ok(()) => Ok(PartPath(format!("/{relative}").into())),
            Err(error) => refuse(format!("is refused: {}", error.message())),
        }
    }

    /// Another part of the same folder; `name` is a constant of ours.
    pub(crate) fn sibling(&self, name: &str) -> PartPath {
        PartPath(format!("{}{name}", self.folder()).into())
    }

    /// The path, with its first `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as the entries of the package write it, without the first `/`.
    pub fn entry_name(&self) -> &str {
        self.0.get(1..).unwrap_or_default()
    }

    /// The folder, with `/` at both ends; `/` for a part at the root.
    pub fn folder(&self) -> &str {
        let end = self.0.rfind('/').map_or(0, |at| at + 1);
        self.0.get(..end).unwrap_or("/")
    }

    /// What stands after the last `/`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// What is equal for two paths that some system takes for one.
    pub(super) fn folded(&self) -> String {
        name::folded(self.entry_name())
    }
}

impl fmt::Display for PartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_stay_inside() {
        let page = PartPath::parse("Doc_0/Pages/Page_0/Content.xml").unwrap();
        assert_eq!(page.resolve("Res.xml").unwrap().as_str(), "/Doc_0/Pages/Page_0/Res.xml");
        assert_eq!(page.resolve("/OFD.xml").unwrap(), PartPath::root());
        assert_eq!(page.resolve_in("R/", "a.png").unwrap().as_str(), "/Doc_0/Pages/Page_0/R/a.png");
        assert_eq!(page.resolve_in("/R", "a.png").unwrap().as_str(), "/R/a.png");
        assert_eq!(page.resolve_in("/R", "/a.png").unwrap().as_str(), "/a.png");
        assert_eq!(PartPath::root().resolve("Doc_0/a").unwrap().folder(), "/Doc_0/");
        for bad in [
            "",
            "/",
            "../a",
            "/../a",
            "a/../../b",
            "file:///etc/passwd",
            "http://a/b",
            "a\\b",
            "%2e",
            "a?b",
            "a#b",
            "//a",
            "C:/a",
            ".",
        ] {
            assert!(page.resolve(bad).is_err(), "{bad:?}");
        }
    }
}
