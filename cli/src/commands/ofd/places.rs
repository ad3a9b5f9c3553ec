//! Where the pictures of a seal stand, as the command line says it.

use crate::failure::Failure;
use clap::{Args, ValueEnum};
use yinxin::container::ofd::{Division, Edge, Length, Straddle};
use yinxin::signature::{OfdPlacement, OfdPosition};

/// Where the seal is seen. Coordinates are millimetres from the upper left corner of the page.
#[derive(Args, Debug, Clone)]
pub struct PlaceArguments {
    /// The seal on one page, its upper left corner there; may be repeated
    #[arg(long, value_name = "PAGE:X,Y")]
    place: Vec<String>,
    /// The seal at the same place on every page
    #[arg(long, value_name = "X,Y")]
    every_page: Option<String>,
    /// The seal across the edges of all pages (骑缝章), a piece on each
    #[arg(long, value_enum, value_name = "EDGE")]
    straddle: Option<EdgeName>,
    /// How far from the upper or left end of the edge it stands; default: the middle
    #[arg(long, value_name = "MM", requires = "straddle")]
    straddle_offset: Option<String>,
    /// How far from the edge the pieces stay
    #[arg(long, value_name = "MM", requires = "straddle")]
    straddle_margin: Option<String>,
    /// One seal for each group of at most so many pages, for long documents
    #[arg(long, value_name = "N", requires = "straddle")]
    pages_per_seal: Option<usize>,
    /// One seal on every gap between two pages, half on each (对开章)
    #[arg(long, requires = "straddle", conflicts_with = "pages_per_seal")]
    gaps: bool,
    /// The size of the picture; default: the seal's own
    #[arg(long, value_name = "WxH")]
    size: Option<String>,
}

/// An edge of a page.
#[derive(ValueEnum, Debug, Clone, Copy)]
enum EdgeName {
    /// The right edge.
    Right,
    /// The left edge.
    Left,
    /// The upper edge.
    Top,
    /// The lower edge.
    Bottom,
}

impl PlaceArguments {
    /// The places, in the order in which the options are listed in the help.
    pub fn placements(&self) -> Result<Vec<OfdPlacement>, Failure> {
        let size = self.size.as_deref().map(|text| pair(text, 'x', "--size")).transpose()?;
        let mut positions = Vec::new();
        for text in &self.place {
            let wrong = || Failure::usage("--place takes PAGE:X,Y, as in 1:120,200");
            let (page, at) = text.split_once(':').ok_or_else(wrong)?;
            let page = page.parse().map_err(|_| wrong())?;
            let (x, y) = pair(at, ',', "--place")?;
            positions.push(OfdPosition::Page { page, x, y });
        }
        if let Some(text) = &self.every_page {
            let (x, y) = pair(text, ',', "--every-page")?;
            positions.push(OfdPosition::EveryPage { x, y });
        }
        if let Some(edge) = self.straddle {
            let edge = match edge {
                EdgeName::Right => Edge::Right,
                EdgeName::Left => Edge::Left,
                EdgeName::Top => Edge::Top,
                EdgeName::Bottom => Edge::Bottom,
            };
            let division = match self.pages_per_seal {
                Some(pages) => Division::Groups(pages),
                None if self.gaps => Division::Gaps(500),
                None => Division::Whole,
            };
            let length = |text: &Option<String>| text.as_deref().map(Length::parse).transpose();
            let offset = length(&self.straddle_offset)?;
            let margin = length(&self.straddle_margin)?.unwrap_or(Length::ZERO);
            positions.push(OfdPosition::Straddle(Straddle { edge, division, offset, margin }));
        }
        Ok(positions.into_iter().map(|position| OfdPlacement { position, size }).collect())
    }
}

fn pair(text: &str, between: char, option: &str) -> Result<(Length, Length), Failure> {
    let (first, second) = text.split_once(between).ok_or_else(|| {
        Failure::usage(format!("{option}: {text:?} is no pair of millimetres with {between:?}"))
    })?;
    Ok((Length::parse(first)?, Length::parse(second)?))
}
