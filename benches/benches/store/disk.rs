//! On what the figures were taken: the disk, how long it takes to sync, and what else runs.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

const SYNCS: usize = 200;

/// Prints the folder's file system, the load and the time of a sync.
pub fn show(folder: &Path) {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("folder {}: {}", folder.display(), file_system(folder));
    println!("load {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "));
    let times = syncs(folder);
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e6;
    println!(
        "fsync after 4 KB appended, {SYNCS} times: best {:.0} us, median {:.0} us, p99 {:.0} us\n",
        at(0),
        at(50),
        at(99)
    );
}

/// How long this process has worked, in its own code and in the system, as Linux tells it: what the
/// clock says depends on what else runs.
pub fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields 14 and 15, counted behind the name in brackets; a hundred ticks to the second.
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// How long this thread has worked, as Linux tells it.
pub fn thread_worked() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// How long each of some syncs took, ascending.
fn syncs(folder: &Path) -> Vec<Duration> {
    let mut file: File = tempfile::tempfile_in(folder).unwrap();
    let mut once = || {
        file.write_all(&[7; 4096]).unwrap();
        let start = Instant::now();
        file.sync_all().unwrap();
        start.elapsed()
    };
    let mut times: Vec<Duration> = (0..SYNCS).map(|_| once()).collect();
    times.sort();
    times
}

/// The device and kind of the file system, as Linux tells it.
fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap();
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let over = fields.filter(|fields| fields.len() > 2 && folder.starts_with(fields[1]));
    match over.max_by_key(|fields| fields[1].len()) {
        Some(fields) => format!("{} ({})", fields[0], fields[2]),
        None => "a file system that is not known".to_owned(),
    }
}
