//! Breadth first through every state that a world can reach.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::hash::Hash;
use yinxin::store::Table;

/// A small world in which a table is tried.
pub trait World: Clone + Eq + Hash + Sized {
    const NAME: &'static str;
    /// Where it begins.
    fn starts() -> Vec<Self>;
    /// All that may happen next, with names.
    fn next(&self, table: &Table) -> Vec<(String, Self)>;
    /// What must not be, if it is.
    fn wrong(&self) -> Option<String>;
    /// Whether everything may rest here for good.
    fn at_rest(&self) -> bool;
}

/// More states than any of the worlds has.
const LIMIT: usize = 1_500_000;

/// The number of states, or what is wrong and the steps that lead to it.
pub fn explore<W: World>(table: &Table) -> Result<usize, String> {
    explore_from(table, W::starts())
}

/// The same from some of the starts.
pub fn explore_from<W: World>(table: &Table, starts: Vec<W>) -> Result<usize, String> {
    let mut states: Vec<W> = Vec::new();
    let mut known: HashMap<W, usize> = HashMap::new();
    let mut from: Vec<Option<(usize, String)>> = Vec::new();
    let mut backward: Vec<Vec<usize>> = Vec::new();
    let mut open: VecDeque<usize> = VecDeque::new();
    for start in starts {
        known.insert(start.clone(), states.len());
        open.push_back(states.len());
        states.push(start);
        from.push(None);
        backward.push(Vec::new());
    }
    while let Some(index) = open.pop_front() {
        if let Some(wrong) = states[index].wrong() {
            return Err(format!("{wrong}: {}", path(&from, index)));
        }
        for (name, next) in states[index].next(table) {
            if let Some(target) = known.get(&next) {
                if *target != index {
                    backward[*target].push(index);
                }
                continue;
            }
            let target = states.len();
            assert!(target < LIMIT, "{} has too many states", W::NAME);
            known.insert(next.clone(), target);
            states.push(next);
            from.push(Some((index, name)));
            backward.push(vec![index]);
            open.push_back(target);
        }
    }
    // Backward from rest: what is not reached is stranded.
    let mut reached = vec![false; states.len()];
    let mut open: Vec<usize> = (0..states.len()).filter(|index| states[*index].at_rest()).collect();
    open.iter().for_each(|index| reached[*index] = true);
    while let Some(index) = open.pop() {
        for before in &backward[index] {
            if !reached[*before] {
                reached[*before] = true;
                open.push(*before);
            }
        }
    }
    match reached.iter().position(|reached| !reached) {
        Some(index) => Err(format!("stranded: {}", path(&from, index))),
        None => Ok(states.len()),
    }
}

fn path(from: &[Option<(usize, String)>], mut index: usize) -> String {
    let mut names = Vec::new();
    while let Some((before, name)) = &from[index] {
        names.push(name.as_str());
        index = *before;
    }
    names.reverse();
    names.join(", ")
}
