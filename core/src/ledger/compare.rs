//! Where two copies of a log part.

use super::nodes::Nodes;
use super::proof::root_at;
use crate::error::Result;

/// The index of the first leaf in which the first `size` leaves of two trees differ; `None` if they are
/// the same.
///
/// Goes down from the roots: about twice 64 hashes are read of each, whatever the size. Nodes that are
/// stored are believed; that they belong to the entries is shown by computing them anew.
///
/// # Errors
///
/// [`Code::Argument`](crate::error::Code::Argument) for a size above
/// [`MAX_SIZE`](super::MAX_SIZE); what the sources say.
pub fn first_difference(a: &dyn Nodes, b: &dyn Nodes, size: u64) -> Result<Option<u64>> {
    if root_at(a, size)? == root_at(b, size)? {
        return Ok(None);
    }
    let mut start = 0;
    while start < size {
        let level = (size - start).ilog2();
        if differ(a, b, level, start >> level)? {
            return first_below(a, b, level, start >> level).map(Some);
        }
        start += 1 << level;
    }
    Ok(None)
}

/// The first differing leaf below a node that differs.
fn first_below(a: &dyn Nodes, b: &dyn Nodes, mut level: u32, mut index: u64) -> Result<u64> {
    while level > 0 {
        level -= 1;
        index *= 2;
        if !differ(a, b, level, index)? {
            index += 1;
        }
    }
    Ok(index)
}

fn differ(a: &dyn Nodes, b: &dyn Nodes, level: u32, index: u64) -> Result<bool> {
    Ok(a.node(level, index)? != b.node(level, index)?)
}
