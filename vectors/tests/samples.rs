//! Other people's vectors of the same shape, where the folder with samples is there.

use std::path::PathBuf;

use yinxin_vectors::{Options, run_file};

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
        if !name.starts_with("example-") || !name.ends_with(".json") || name == "example-limbo.json"
        {
            continue;
        }
        let mut disagreements = Vec::new();
        let options = Options { skip_unknown: true, ..Options::default() };
        let tally = run_file(&path, &options, &mut |line| {
            if !line.contains(": acceptable, ") {
                disagreements.push(line.to_string());
            }
        });
        let tally = tally.unwrap();
        println!("{name}: {}", tally.with_reasons());
        assert_eq!((disagreements, tally.disagreed), (Vec::new(), 0), "{name}");
        judged += tally.agreed;
    }
    assert!(judged > 20, "{judged}");
}
