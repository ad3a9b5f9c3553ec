//! The generated tables of the SM2 engine, worked out again from RustCrypto's curve and from numbers
//! of any length. With YINXIN_WRITE set, the file is written; that is how it is made.

use num_bigint::BigUint;
use sm2::elliptic_curve::group::Group;
use sm2::elliptic_curve::point::AffineCoordinates;
use sm2::{ProjectivePoint, Scalar};
use std::fs;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/crypto/sm2/portable/");

const HEAD: &str = "\
// Made by: YINXIN_WRITE=1 cargo test -p yinxin --test sm2_tables

//! Multiples of the base point, each the limbs of x and of y as the field keeps them.

use super::comb::{ENTRIES, WINDOWS};
use super::point::Affine;
use super::verify::BASE_ENTRIES;

const fn p(l: [u64; 8]) -> Affine {
    Affine::stored([l[0], l[1], l[2], l[3]], [l[4], l[5], l[6], l[7]])
}
";

const WIDE_HEAD: &str = "\
// Made by: YINXIN_WRITE=1 cargo test -p yinxin --test sm2_tables

//! Multiples of the base point in wide windows, for verification.

use super::point::{Affine, Lines};
use super::prepared::{BASE_ENTRIES, BASE_WINDOWS};

const fn p(l: [u64; 8]) -> Affine {
    Affine::stored([l[0], l[1], l[2], l[3]], [l[4], l[5], l[6], l[7]])
}
";

const WIDE_WIDTH: u64 = 8;
const WIDE_WINDOWS: usize = 32;
const WIDE_ENTRIES: u64 = 128;
const WIDTH: u64 = 6;
const WINDOWS: usize = 43;
const ENTRIES: u64 = 32;
const BASE_ENTRIES: u64 = 128;
/// How many points stand in a line, and how many of a wide window, so that there are fewer lines.
const LINE: usize = 4;
const WIDE_LINE: usize = 8;

#[test]
fn the_tables_are_what_their_command_makes() {
    for (name, text) in [("tables.rs", text()), ("base_table.rs", wide_text())] {
        let file = format!("{FOLDER}{name}");
        if std::env::var_os("YINXIN_WRITE").is_some() {
            fs::write(&file, &text).unwrap();
        }
        let found = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
        assert!(found == text, "{name} differs from what the command in its line 1 makes");
    }
}

fn wide_text() -> String {
    let mut text = String::from(WIDE_HEAD);
    text.push_str("\n/// [i][j] is (j+1) * 2^(8i) * G.\n");
    text.push_str(
        "pub(super) static BASE: Lines<[[Affine; BASE_ENTRIES]; BASE_WINDOWS]> = Lines([\n",
    );
    write_windows(&mut text, WIDE_WIDTH, WIDE_WINDOWS, WIDE_ENTRIES);
    text.push_str("]);\n");
    text
}

fn text() -> String {
    let mut text = String::from(HEAD);
    text.push_str("\n/// [i][j] is (j+1) * 2^(6i) * G.\n");
    text.push_str("pub(super) static COMB: [[Affine; ENTRIES]; WINDOWS] = [\n");
    write_windows(&mut text, WIDTH, WINDOWS, ENTRIES);
    text.push_str("];\n\n/// [i] is (2i+1) * G.\n");
    text.push_str("pub(super) static ODD: [Affine; BASE_ENTRIES] = [\n");
    let base = ProjectivePoint::generator();
    write_points(&mut text, (0..BASE_ENTRIES).map(|i| base * Scalar::from(2 * i + 1)), LINE);
    text.push_str("];\n");
    text
}

/// The first multiples of 2^(width*i) * G for each window i.
fn write_windows(text: &mut String, width: u64, windows: usize, entries: u64) {
    let line = if width == WIDE_WIDTH { WIDE_LINE } else { LINE };
    let mut window = ProjectivePoint::generator();
    for _ in 0..windows {
        text.push_str("[\n");
        write_points(text, (1..=entries).map(|number| window * Scalar::from(number)), line);
        text.push_str("],\n");
        window *= Scalar::from(1u64 << width);
    }
}

fn write_points(text: &mut String, points: impl Iterator<Item = ProjectivePoint>, line: usize) {
    let points: Vec<String> = points.map(|point| written(&point)).collect();
    for line in points.chunks(line) {
        text.push_str(&line.concat());
        text.push('\n');
    }
}

fn written(point: &ProjectivePoint) -> String {
    let affine = point.to_affine();
    let limbs = [kept(&affine.x()), kept(&affine.y())].concat();
    let limbs: Vec<String> = limbs.iter().map(|limb| format!("{limb:#x}")).collect();
    format!("p([{}]),", limbs.join(","))
}

/// The four limbs of a * 2^256 mod p.
fn kept(coordinate: &[u8]) -> Vec<u64> {
    let one = BigUint::from(1u8);
    let p = (&one << 256u32) - (&one << 224u32) - (&one << 96u32) + (&one << 64u32) - &one;
    let mut limbs = ((BigUint::from_bytes_be(coordinate) << 256u32) % p).to_u64_digits();
    limbs.resize(4, 0);
    limbs
}
