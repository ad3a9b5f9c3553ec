//! Tables: rows that go on on the next page, cells that tell where they stand.

use super::Place;
use super::blocks::{Cell, Row, Table};
use super::draw::Object;
use super::flow::{BrokenLine, Flow, lines, rule_width, value};
use super::limits::{MAX_BLOCKS, MAX_COLUMNS, MAX_NAME};
use super::style::Style;
use crate::container::ofd::{Area, Length};
use crate::error::{Code, Error, Result};

/// Lays a table out.
pub(super) fn lay_out(flow: &mut Flow<'_>, table: &Table, place: &str) -> Result<()> {
    let grid = Grid::of(flow, table, place)?;
    let head = table.rows.get(..table.head).unwrap_or_default();
    let mut heads = Vec::new();
    for (number, row) in head.iter().enumerate() {
        heads.push(grid.row(row, &format!("{place}, row {}", number + 1))?);
    }
    let head_height: i64 = heads.iter().map(|row| grid.height(row)).sum();
    if !flow.is_at_top() && head_height > flow.room() {
        flow.new_page()?;
    }
    let mut first = true;
    for row in &heads {
        grid.draw_whole(flow, row, first)?;
        first = false;
    }
    for (number, row) in table.rows.iter().enumerate().skip(table.head) {
        let mut row = grid.row(row, &format!("{place}, row {}", number + 1))?;
        loop {
            let fresh = flow.room() + head_height >= flow.full_room();
            if grid.height(&row) <= flow.room() {
                grid.draw_whole(flow, &row, first)?;
                first = false;
                break;
            }
            if fresh {
                grid.draw_part(flow, &mut row, first)?;
            }
            flow.new_page()?;
            first = true;
            for head in &heads {
                grid.draw_whole(flow, head, first)?;
                first = false;
            }
        }
    }
    Ok(())
}

/// Where the columns are.
struct Grid<'t> {
    table: &'t Table,
    /// The left edge of each column, and the right edge of the last.
    edges: Vec<i64>,
    padding: i64,
    line: Option<i64>,
    place: &'t str,
}

/// A row whose texts are broken into lines.
struct BrokenRow<'t> {
    cells: Vec<BrokenCell<'t>>,
    least: i64,
    place: String,
}

struct BrokenCell<'t> {
    cell: &'t Cell,
    left: i64,
    width: i64,
    lines: Vec<BrokenLine<'t>>,
}

impl BrokenCell<'_> {
    fn style(&self) -> &Style {
        &self.cell.style
    }

    fn height(&self) -> i64 {
        self.style().line_height() * self.lines.len() as i64
    }
}

impl<'t> Grid<'t> {
    fn of(flow: &Flow<'_>, table: &'t Table, place: &'t str) -> Result<Self> {
        if table.columns.is_empty() || table.columns.len() > MAX_COLUMNS {
            let message = format!("a table has 1 to {MAX_COLUMNS} columns");
            return Err(Error::new(Code::Count, place.to_owned(), message));
        }
        if table.rows.len() > MAX_BLOCKS {
            let message = format!("more than {MAX_BLOCKS} rows");
            return Err(Error::new(Code::Count, place.to_owned(), message));
        }
        if table.head > table.rows.len() {
            return Err(value(place, "more rows in the head than in the table"));
        }
        let padding = table.padding.micrometres();
        if padding < 0 || table.columns.iter().any(|width| width.micrometres() <= 2 * padding) {
            return Err(value(place, "a column narrower than what stays free in its cells"));
        }
        let width: i64 = table.columns.iter().map(|width| width.micrometres()).sum();
        let (left, room) = flow.body();
        if width > room {
            return Err(value(place, "wider than the text of the page"));
        }
        let mut edges = vec![left + (room - width) / 2];
        let mut edge = edges[0];
        for width in &table.columns {
            edge += width.micrometres();
            edges.push(edge);
        }
        let line = match &table.border {
            Some(rule) => Some(rule_width(rule, place)?),
            None => None,
        };
        Ok(Grid { table, edges, padding, line, place })
    }

    fn row<'r>(&self, row: &'r Row, place: &str) -> Result<BrokenRow<'r>> {
        let mut cells = Vec::with_capacity(row.cells.len());
        let mut column = 0;
        for (number, cell) in row.cells.iter().enumerate() {
            let place = format!("{place}, cell {}", number + 1);
            cell.style.check(&place)?;
            if cell.place.as_ref().is_some_and(|name| name.len() > MAX_NAME) {
                return Err(value(&place, "the name of the place is too long"));
            }
            let end = column + 1 + usize::from(cell.more_columns);
            let (Some(left), Some(right)) = (self.edges.get(column), self.edges.get(end)) else {
                return Err(value(&place, "beyond the last column"));
            };
            let (left, width) = (left + self.padding, right - left - 2 * self.padding);
            let lines = lines(&cell.text, &cell.style, width, width, &place)?;
            cells.push(BrokenCell { cell, left, width, lines });
            column = end;
        }
        if column + 1 != self.edges.len() {
            return Err(value(place, "the cells do not fill the columns"));
        }
        let least = row.height.micrometres();
        Ok(BrokenRow { cells, least, place: place.to_owned() })
    }

    fn height(&self, row: &BrokenRow<'_>) -> i64 {
        let text = row.cells.iter().map(BrokenCell::height).max().unwrap_or(0);
        (text + 2 * self.padding).max(row.least)
    }

    fn draw_whole(&self, flow: &mut Flow<'_>, row: &BrokenRow<'_>, first: bool) -> Result<()> {
        let height = self.height(row);
        if height > flow.room() {
            return Err(value(self.place, "the head of the table is higher than a page"));
        }
        let (page, y) = flow.here();
        for cell in &row.cells {
            let free = height - 2 * self.padding - cell.height();
            let top = y + self.padding + if cell.cell.top { 0 } else { free / 2 };
            draw_lines(flow, cell, &cell.lines, page, top)?;
            if let Some(name) = &cell.cell.place {
                let [x, width] = [cell.left - self.padding, cell.width + 2 * self.padding];
                flow.places.push(Place {
                    name: name.clone(),
                    page: page + 1,
                    area: area([x, y, width, height])?,
                });
            }
        }
        self.draw_border(flow, row, [y, height], first)?;
        flow.down(height);
        Ok(())
    }

    /// Draws as many lines of each cell as the page takes, and leaves the rest in the row.
    fn draw_part(&self, flow: &mut Flow<'_>, row: &mut BrokenRow<'_>, first: bool) -> Result<()> {
        let (page, y) = flow.here();
        let room = flow.room();
        let mut drawn = 0;
        for cell in &mut row.cells {
            let fit = (room - 2 * self.padding) / cell.style().line_height().max(1);
            let fit = usize::try_from(fit).unwrap_or(0).min(cell.lines.len());
            let rest = cell.lines.split_off(fit);
            let now = std::mem::replace(&mut cell.lines, rest);
            draw_lines(flow, cell, &now, page, y + self.padding)?;
            drawn += now.len();
        }
        if drawn == 0 || row.least > room {
            return Err(value(&row.place, "higher than a page"));
        }
        self.draw_border(flow, row, [y, room], first)?;
        flow.down(room);
        Ok(())
    }

    fn draw_border(
        &self,
        flow: &mut Flow<'_>,
        row: &BrokenRow<'_>,
        [y, height]: [i64; 2],
        first: bool,
    ) -> Result<()> {
        let (Some(width), Some(rule)) = (self.line, &self.table.border) else { return Ok(()) };
        let (Some(left), Some(right)) = (self.edges.first(), self.edges.last()) else {
            return Ok(());
        };
        let (left, right, bottom) = (*left, *right, y + height);
        // Lines across reach to the outer edges of those down, so that corners are square.
        let across = |y: i64| [left - width / 2, y, right + width / 2, y];
        let mut segments = Vec::with_capacity(row.cells.len() + 3);
        if first {
            segments.push(across(y));
        }
        segments.push(across(bottom));
        for cell in &row.cells {
            let x = cell.left - self.padding;
            segments.push([x, y, x, bottom]);
        }
        segments.push([right, y, right, bottom]);
        let (page, _) = flow.here();
        flow.sheets.draw(page, Object::Lines { colour: rule.colour, width, segments })
    }
}

fn draw_lines(
    flow: &mut Flow<'_>,
    cell: &BrokenCell<'_>,
    lines: &[BrokenLine<'_>],
    page: usize,
    mut top: i64,
) -> Result<()> {
    for line in lines {
        let bounds = [cell.left, cell.width, top];
        flow.sheets.text(page, line.text, cell.style(), bounds, line.last)?;
        top += cell.style().line_height();
    }
    Ok(())
}

fn area([x, y, width, height]: [i64; 4]) -> Result<Area> {
    let length = Length::from_micrometres;
    Ok(Area { x: length(x)?, y: length(y)?, width: length(width)?, height: length(height)? })
}
