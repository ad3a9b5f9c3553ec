//! The same work on many items, on threads that end with the call.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The most threads that one call uses, whatever it is asked for.
pub const MAX_THREADS: usize = 256;

/// The stack of a worker. Eight lanes keep their tables there: without the optimiser that is more than
/// the two MiB that threads have by default. Only what is touched takes memory.
const STACK: usize = 16 << 20;

/// Applies `f` to every item on up to `threads` threads; results in the order of the items.
///
/// 0 or 1 means the caller's thread alone. The caller's thread always works too, so a system that
/// refuses a new thread makes the call slower and nothing else. No thread outlives the call.
///
/// # Panics
///
/// If `f` panics, on the caller's thread after all threads have ended.
pub fn map<T: Sync, R: Send>(items: &[T], threads: usize, f: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(items.len()).min(MAX_THREADS);
    if threads <= 1 {
        return items.iter().map(f).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, f(item)));
        }
    };
    let mut results = Vec::with_capacity(items.len());
    thread::scope(|scope| {
        let spawned: Vec<_> = (1..threads)
            .filter_map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok())
            .collect();
        results.extend(work());
        for handle in spawned {
            match handle.join() {
                Ok(done) => results.extend(done),
                Err(payload) => panic::resume_unwind(payload),
            }
        }
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Applies `f` to runs of at most `run` items and joins the results in order.
///
/// `f` gives one result for each item of its run; its second argument is the index of the first.
pub(crate) fn map_runs<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    run: usize,
    f: impl Fn(&[T], usize) -> Vec<R> + Sync,
) -> Vec<R> {
    let run = run.min(items.len().div_ceil(threads.max(1))).max(1);
    let runs: Vec<(usize, &[T])> =
        items.chunks(run).enumerate().map(|(number, items)| (number * run, items)).collect();
    map(&runs, threads, |(start, items)| f(items, *start)).into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_depends_on_nothing() {
        let items: Vec<usize> = (0..1000).collect();
        let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
        for threads in [0, 1, 2, 3, 7, 5000] {
            assert_eq!(map(&items, threads, |item| item * 2), expected);
            for run in [1, 3, 64, 4096] {
                let doubled = |items: &[usize], start: usize| {
                    assert_eq!(items[0], start);
                    items.iter().map(|item| item * 2).collect()
                };
                assert_eq!(map_runs(&items, threads, run, doubled), expected);
            }
        }
        assert!(map(&[0u8; 0], 4, |_| 0).is_empty());
        assert!(map_runs(&[0u8; 0], 4, 8, |_, _| vec![0]).is_empty());
    }

    #[test]
    fn a_panic_comes_back() {
        let items = [1, 2, 3, 4];
        let caught = panic::catch_unwind(|| {
            map(&items, 2, |item| assert!(*item < 4, "planted"));
        });
        assert!(caught.is_err());
    }
}
