//! Where the parts of a seal stand: on single pages, and across the edges of many (骑缝章).
//!
//! A part of a seal is drawn as the whole picture in its boundary, of which a clip shows a piece.

use super::length::{Area, Length};
use crate::error::{Code, Error, Result};

/// The narrowest piece of a seal that is left on one page.
const NARROWEST: i64 = 500;

/// The size of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize {
    /// The width.
    pub width: Length,
    /// The height.
    pub height: Length,
}

/// The picture of a seal, or a piece of it, on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The page, counted from 0.
    pub page: usize,
    /// The box of the whole picture on the page; pieces of it may lie outside.
    pub boundary: Area,
    /// What is shown of it, counted from the boundary's corner; all of it, if there is none.
    pub clip: Option<Area>,
}

/// An edge of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The right edge, where documents that are bound on the left lie open.
    Right,
    /// The left edge.
    Left,
    /// The upper edge.
    Top,
    /// The lower edge.
    Bottom,
}

/// How a seal is divided over pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// One seal over all pages, a piece on each.
    Whole,
    /// One seal over every group of at most so many pages; the groups are made as equal as can be.
    Groups(usize),
    /// One seal on each gap between two pages (对开章): the page before it shows so many thousandths
    /// of the seal, the page after it the rest.
    Gaps(u16),
}

/// A seal across the edges of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Straddle {
    /// The edge that carries the pieces; for [`Division::Gaps`] that of the page before the gap,
    /// the page after it carries its piece at the opposite edge.
    pub edge: Edge,
    /// How the seal is divided.
    pub division: Division,
    /// How far from the start of the edge, its upper or left end, the seal stands; the middle, if
    /// nothing is given.
    pub offset: Option<Length>,
    /// How far from the edge the pieces stay.
    pub margin: Length,
}

impl Straddle {
    /// One seal over all pages at this edge, in its middle.
    pub fn new(edge: Edge) -> Straddle {
        Straddle { edge, division: Division::Whole, offset: None, margin: Length::ZERO }
    }

    /// Where the pieces of a seal of this size stand on pages of these sizes.
    ///
    /// # Errors
    ///
    /// [`Code::Argument`] for fewer than two pages, a seal or a piece that does not fit on a page,
    /// pieces of less than half a millimetre, and numbers out of their range.
    pub fn place(&self, pages: &[PageSize], size: PageSize) -> Result<Vec<Placed>> {
        if pages.len() < 2 {
            return Err(wrong("a straddle seal takes two pages or more"));
        }
        if self.margin < Length::ZERO {
            return Err(wrong("the margin is negative"));
        }
        let along = if self.is_upright() { size.width } else { size.height };
        let mut placed = Vec::new();
        match self.division {
            Division::Whole => self.group(pages, 0, size, along, &mut placed)?,
            Division::Groups(0) => return Err(wrong("groups of no page")),
            Division::Groups(most) => {
                let groups = pages.len().div_ceil(most);
                for group in 0..groups {
                    let start = group * pages.len() / groups;
                    let end = (group + 1) * pages.len() / groups;
                    let members = pages.get(start..end).unwrap_or_default();
                    self.group(members, start, size, along, &mut placed)?;
                }
            }
            Division::Gaps(thousandths) => {
                let cut = along.cut(usize::from(thousandths), 1000);
                if thousandths >= 1000 {
                    return Err(wrong("the share of the first page is not between 0 and 1000"));
                }
                for (first, pair) in pages.windows(2).enumerate() {
                    let (before, after) = ((Length::ZERO, cut), (cut, along));
                    let (near, far) = match self.edge {
                        Edge::Right | Edge::Bottom => (before, after),
                        Edge::Left | Edge::Top => (after, before),
                    };
                    for (edge, at, piece, page) in [
                        (self.edge, first, near, pair.first()),
                        (self.edge.opposite(), first + 1, far, pair.last()),
                    ] {
                        let page = page.ok_or_else(|| wrong("no page"))?;
                        placed.push(self.piece(edge, at, page, size, piece)?);
                    }
                }
            }
        }
        Ok(placed)
    }

    /// One seal over these pages, of which the first has this number.
    fn group(
        &self,
        pages: &[PageSize],
        start: usize,
        size: PageSize,
        along: Length,
        placed: &mut Vec<Placed>,
    ) -> Result<()> {
        let count = pages.len();
        for (index, page) in pages.iter().enumerate() {
            // The outermost page shows the piece that lies next to the others when they are fanned.
            let piece = match self.edge {
                Edge::Right | Edge::Bottom => index,
                Edge::Left | Edge::Top => count - 1 - index,
            };
            let piece = (along.cut(piece, count), along.cut(piece + 1, count));
            placed.push(self.piece(self.edge, start + index, page, size, piece)?);
        }
        Ok(())
    }

    /// The piece of the picture from `from` to `to` at this edge of a page.
    fn piece(
        &self,
        edge: Edge,
        page: usize,
        paper: &PageSize,
        size: PageSize,
        (from, to): (Length, Length),
    ) -> Result<Placed> {
        let shown = to.minus(from);
        if shown.micrometres() < NARROWEST {
            let message = "pieces of less than half a millimetre: divide the pages into groups";
            return Err(wrong(message));
        }
        let upright = matches!(edge, Edge::Right | Edge::Left);
        let (depth, breadth) =
            if upright { (paper.width, paper.height) } else { (paper.height, paper.width) };
        let seal_breadth = if upright { size.height } else { size.width };
        // Where the whole picture begins, so that the piece ends at the edge.
        let across = match edge {
            Edge::Right | Edge::Bottom => depth.minus(self.margin).minus(to),
            Edge::Left | Edge::Top => self.margin.minus(from),
        };
        let along = match self.offset {
            Some(offset) => offset,
            None => breadth.minus(seal_breadth).cut(1, 2),
        };
        if along < Length::ZERO
            || along.plus(seal_breadth) > breadth
            || shown.plus(self.margin) > depth
        {
            let message = format!("the seal does not fit on the edge of page {}", page + 1);
            return Err(Error::new(Code::Argument, "straddle", message));
        }
        let (x, y) = if upright { (across, along) } else { (along, across) };
        let clip = if upright {
            Area { x: from, y: Length::ZERO, width: shown, height: size.height }
        } else {
            Area { x: Length::ZERO, y: from, width: size.width, height: shown }
        };
        let boundary = Area { x, y, width: size.width, height: size.height };
        Ok(Placed { page, boundary, clip: Some(clip) })
    }

    fn is_upright(&self) -> bool {
        matches!(self.edge, Edge::Right | Edge::Left)
    }
}

impl Edge {
    fn opposite(self) -> Edge {
        match self {
            Edge::Right => Edge::Left,
            Edge::Left => Edge::Right,
            Edge::Top => Edge::Bottom,
            Edge::Bottom => Edge::Top,
        }
    }
}

fn wrong(message: &'static str) -> Error {
    Error::new(Code::Argument, "straddle", message)
}
