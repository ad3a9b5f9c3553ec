//! How many stamped vouchers does a store keep in a second, beside a bare table with the same bytes, and
//! how long does recomputing a million moves take? Every commit is synced, in both.
//!
//! ```sh
//! cargo bench -p yinxin-benches --bench store [-- [insert] [goal] [million] [--folder F] [--rounds N]]
//! ```
//!
//! The folder has to be on a real disk: the default is `target/`.

mod bare;
mod disk;
mod goal;
mod insert;
mod million;
mod world;

use std::path::PathBuf;

/// Where and how often is measured.
struct Setting {
    folder: PathBuf,
    rounds: usize,
}

fn main() {
    let (mut names, mut rounds) = (Vec::new(), 3);
    let mut folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target"));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value");
        match argument.as_str() {
            "--folder" => folder = value().into(),
            "--rounds" => rounds = value().parse().expect("a number"),
            // What cargo says to every benchmark.
            "--bench" => {}
            // What this program says to itself.
            "--recompute" => return million::recompute(&value(), &PathBuf::from(value())),
            _ => names.push(argument),
        }
    }
    let setting = Setting { folder, rounds };
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    disk::show(&setting.folder);
    if wanted("insert") {
        insert::run(&setting);
    }
    if wanted("goal") {
        goal::run(&setting);
    }
    if wanted("million") {
        million::run(&setting);
    }
}
