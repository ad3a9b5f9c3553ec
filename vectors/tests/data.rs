//! Every vector file of the project, every case.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use yinxin_vectors::{Options, Tally, run_file};

#[test]
fn every_case_agrees() {
    let mut disagreements = String::new();
    let mut choices = String::new();
    let mut total = Tally::default();
    for path in data_files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut line = |line: &str| {
            let line = line.split_once(&name).unwrap().1;
            match line.split_once(": acceptable, ") {
                Some((case, choice)) => {
                    let choice = choice.split([' ', '[']).next().unwrap();
                    writeln!(choices, "{name}{case}: {choice}").unwrap();
                }
                None => writeln!(disagreements, "{name}{line}").unwrap(),
            }
        };
        let tally = run_file(&path, &Options::default(), &mut line).unwrap();
        println!("{name}: {}", tally.with_reasons());
        assert!(tally.agreed > 0, "{name}");
        total += &tally;
    }
    assert_eq!(disagreements, "");
    assert!(total.agreed > 500, "{total}");
    same_choices(&choices);
}

/// What may go either way goes the way that is written down; `UPDATE=1` writes it.
fn same_choices(choices: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/choices.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, choices).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(choices, written, "UPDATE=1 writes data/choices.txt anew");
}

fn data_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    assert!(files.len() >= 5);
    files
}
