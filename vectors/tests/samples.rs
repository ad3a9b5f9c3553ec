//! Other people's vectors of the same shape, where the folder with samples is there.

use std::path::{Path, PathBuf};

use yinxin_vectors::{FileError, Options, Tally, run_file, run_limbo, run_pkits};

type Run = fn(&Path, &Options, &mut dyn FnMut(&str)) -> Result<Tally, FileError>;

#[test]
fn examples_of_every_group_type() {
    let Some(folder) = std::env::var_os("YINXIN_SAMPLES") else {
        println!("skipped: YINXIN_SAMPLES is not set");
        return;
    };
    let folder = PathBuf::from(folder).join("vectors");
    let mut judged = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("example-") && name.ends_with(".json") {
            judged += judge(run_file, &path);
        }
    }
    judged += judge(run_limbo, &folder.join("example-limbo.json"));
    judged += judge(run_pkits, &folder.join("example-pkits/pkits.json"));
    judged += judge(run_file, &folder.join("example-ofd/ofd_cases.json"));
    assert!(judged > 40, "{judged}");
}

/// How many cases of a file agree; none may disagree.
fn judge(run: Run, path: &Path) -> u64 {
    let mut disagreements = Vec::new();
    let tally = run(path, &Options::default(), &mut |line| {
        if !line.contains(": acceptable, ") {
            disagreements.push(line.to_string());
        }
    });
    let tally = tally.unwrap();
    println!("{}: {}", path.display(), tally.with_reasons());
    assert_eq!((disagreements, tally.disagreed), (Vec::new(), 0), "{}", path.display());
    tally.agreed
}
