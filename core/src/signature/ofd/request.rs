//! What a signature over a document is asked to be: with which seal, where on which pages, open or last.

use crate::container::ofd::limits::MAX_STAMPS;
use crate::container::ofd::{Area, Length, PageSize, Placed, Straddle};
use crate::error::{Code, Error, Result};
use crate::seal::Seal;
use crate::time::Time;

/// Where the picture of a seal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OfdPosition {
    /// On one page, counted from 1; its upper left corner from that of the page.
    Page {
        /// The page.
        page: usize,
        /// From the left.
        x: Length,
        /// From the top.
        y: Length,
    },
    /// At the same place on every page.
    EveryPage {
        /// From the left.
        x: Length,
        /// From the top.
        y: Length,
    },
    /// Across the edges of the pages (骑缝章).
    Straddle(Straddle),
}

/// A picture of the seal, or one for each page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfdPlacement {
    /// Where.
    pub position: OfdPosition,
    /// The width and the height; those that the seal states, if nothing is given.
    pub size: Option<(Length, Length)>,
}

impl From<OfdPosition> for OfdPlacement {
    /// In the seal's own size.
    fn from(position: OfdPosition) -> OfdPlacement {
        OfdPlacement { position, size: None }
    }
}

/// A signature over a document of a package.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OfdRequest<'a> {
    /// The seal of a stamp (Type Seal); without one it is a signature after GB/T 35275 (Type Sign).
    pub seal: Option<&'a Seal>,
    /// Where the seal's pictures stand; a stamp without any is not seen on the pages.
    pub placements: &'a [OfdPlacement],
    /// The stated signing time, written in whole seconds.
    pub time: Time,
    /// Whether it is the last one: it protects the list of signatures too.
    pub lock: bool,
    /// Which document of the package is signed, from 0: pages are its, and its list names the
    /// signature. What is protected is the whole package.
    pub document: usize,
}

impl<'a> OfdRequest<'a> {
    /// A stamp on the first document that leaves it open for further signatures.
    pub fn stamp(seal: &'a Seal, placements: &'a [OfdPlacement], time: Time) -> OfdRequest<'a> {
        OfdRequest { seal: Some(seal), placements, time, lock: false, document: 0 }
    }

    /// A signature on the first document that leaves it open for further ones.
    pub fn sign(time: Time) -> OfdRequest<'static> {
        OfdRequest { seal: None, placements: &[], time, lock: false, document: 0 }
    }

    /// The same, as the last one.
    #[must_use]
    pub fn locking(self) -> Self {
        OfdRequest { lock: true, ..self }
    }

    /// The same on another document of the package, from 0.
    #[must_use]
    pub fn of_document(self, document: usize) -> Self {
        OfdRequest { document, ..self }
    }

    /// The stated signing time in whole seconds.
    pub(super) fn second(&self) -> Time {
        self.time.with_nanos(0).unwrap_or(self.time)
    }

    /// The pictures on a document of so many pages; `size_of` is asked for the sizes that matter.
    pub(super) fn pictures(
        &self,
        pages: usize,
        size_of: &dyn Fn(usize) -> Result<PageSize>,
    ) -> Result<Vec<Placed>> {
        let Some(seal) = self.seal else {
            return match self.placements {
                [] => Ok(Vec::new()),
                _ => Err(wrong("a signature without a seal has no pictures".to_owned())),
            };
        };
        let mut pictures = Vec::new();
        for placement in self.placements {
            let size = match placement.size {
                Some((width, height)) => PageSize { width, height },
                None => own_size(seal)?,
            };
            if size.width <= Length::ZERO || size.height <= Length::ZERO {
                return Err(wrong(format!("a picture of {} by {} mm", size.width, size.height)));
            }
            match placement.position {
                OfdPosition::Page { page, x, y } => {
                    let index = page.checked_sub(1).filter(|index| *index < pages);
                    let index = index.ok_or_else(|| {
                        wrong(format!("page {page} of a document of {pages} pages"))
                    })?;
                    pictures.push(whole(index, &size_of(index)?, x, y, size)?);
                }
                OfdPosition::EveryPage { x, y } => {
                    for index in 0..pages {
                        pictures.push(whole(index, &size_of(index)?, x, y, size)?);
                    }
                }
                OfdPosition::Straddle(straddle) => {
                    let papers: Result<Vec<PageSize>> = (0..pages).map(size_of).collect();
                    pictures.extend(straddle.place(&papers?, size)?);
                }
            }
            if pictures.len() > MAX_STAMPS {
                let message = "more pictures of the seal than MAX_STAMPS";
                return Err(Error::new(Code::Count, "placements", message));
            }
        }
        Ok(pictures)
    }
}

/// The whole picture on a page, on which it must lie.
fn whole(page: usize, paper: &PageSize, x: Length, y: Length, size: PageSize) -> Result<Placed> {
    let boundary = Area { x, y, width: size.width, height: size.height };
    let fits =
        |at: Length, length: Length, room: Length| at >= Length::ZERO && at.plus(length) <= room;
    if fits(x, size.width, paper.width) && fits(y, size.height, paper.height) {
        return Ok(Placed { page, boundary, clip: None });
    }
    let (number, width, height) = (page + 1, paper.width, paper.height);
    Err(wrong(format!("{boundary} is not within page {number}, {width} by {height} mm")))
}

/// The size that a seal states.
fn own_size(seal: &Seal) -> Result<PageSize> {
    let picture = seal.picture();
    let length = |millimetres: i64| {
        let micrometres = millimetres.checked_mul(1000).unwrap_or(i64::MAX);
        Length::from_micrometres(micrometres)
    };
    Ok(PageSize { width: length(picture.width_mm)?, height: length(picture.height_mm)? })
}

fn wrong(message: String) -> Error {
    Error::new(Code::Argument, "placements", message)
}
