//! Writing packages: what was there stays, and the parts of a seal meet.

#![cfg(feature = "ofd")]

mod ofd_write_common;

use ofd_write_common::{document, packed, part, parts, path, text};
use proptest::prelude::*;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{
    Area, Division, Edge, Length, ListEntry, Package, PageSize, Placed, Rewrite, Straddle,
    with_signature, with_signature_list,
};
use yinxin::error::Code;
use yinxin::{Error, Time};

fn mm(millimetres: u16) -> Length {
    Length::from_millimetres(millimetres)
}

const A4: fn() -> PageSize = || PageSize { width: mm(210), height: mm(297) };
const SEAL: fn() -> PageSize = || PageSize { width: mm(40), height: mm(40) };

fn place(straddle: Straddle, pages: usize) -> Result<Vec<Placed>, Error> {
    straddle.place(&vec![A4(); pages], SEAL())
}

fn shown(placed: &[Placed]) -> Vec<(usize, String, String)> {
    let one = |p: &Placed| (p.page, p.boundary.to_string(), p.clip.unwrap().to_string());
    placed.iter().map(one).collect()
}

#[test]
fn the_five_pages_of_the_standard_s_example() {
    let mut straddle = Straddle::new(Edge::Right);
    straddle.offset = Some(mm(40));
    let expected = [
        (0, "202 40 40 40", "0 0 8 40"),
        (1, "194 40 40 40", "8 0 8 40"),
        (2, "186 40 40 40", "16 0 8 40"),
        (3, "178 40 40 40", "24 0 8 40"),
        (4, "170 40 40 40", "32 0 8 40"),
    ];
    let expected: Vec<_> =
        expected.map(|(page, a, b)| (page, a.to_owned(), b.to_owned())).into_iter().collect();
    assert_eq!(shown(&place(straddle, 5).unwrap()), expected);

    let left = shown(&place(Straddle { edge: Edge::Left, ..straddle }, 5).unwrap());
    assert_eq!(left[0], (0, "-32 40 40 40".into(), "32 0 8 40".into()));
    assert_eq!(left[4], (4, "0 40 40 40".into(), "0 0 8 40".into()));
    let bottom = shown(&place(Straddle::new(Edge::Bottom), 5).unwrap());
    assert_eq!(bottom[0], (0, "85 289 40 40".into(), "0 0 40 8".into()));
    let top = shown(&place(Straddle { margin: mm(2), ..Straddle::new(Edge::Top) }, 5).unwrap());
    assert_eq!(top[0], (0, "85 -30 40 40".into(), "0 32 40 8".into()));
}

#[test]
fn long_documents_are_divided_evenly() {
    let straddle = Straddle { division: Division::Groups(4), ..Straddle::new(Edge::Right) };
    let placed = place(straddle, 10).unwrap();
    // 3, 3 and 4 pages.
    let starts: Vec<usize> =
        placed.iter().filter(|p| p.clip.unwrap().x == Length::ZERO).map(|p| p.page).collect();
    assert_eq!(starts, [0, 3, 6]);
    assert_eq!(placed.len(), 10);
}

#[test]
fn facing_pages_carry_a_half_each() {
    let straddle = Straddle { division: Division::Gaps(500), ..Straddle::new(Edge::Right) };
    let expected = [
        (0, "190 128.5 40 40", "0 0 20 40"),
        (1, "-20 128.5 40 40", "20 0 20 40"),
        (1, "190 128.5 40 40", "0 0 20 40"),
        (2, "-20 128.5 40 40", "20 0 20 40"),
    ];
    let expected: Vec<_> =
        expected.map(|(page, a, b)| (page, a.to_owned(), b.to_owned())).into_iter().collect();
    assert_eq!(shown(&place(straddle, 3).unwrap()), expected);
}

#[test]
fn what_does_not_fit_is_refused() {
    let right = Straddle::new(Edge::Right);
    for (straddle, pages) in [
        (right, 1),
        (right, 0),
        (right, 81),
        (Straddle { offset: Some(mm(258)), ..right }, 3),
        (Straddle { offset: Some(Length::parse("-1").unwrap()), ..right }, 3),
        (Straddle { margin: Length::parse("-0.001").unwrap(), ..right }, 3),
        (Straddle { margin: mm(205), ..right }, 3),
        (Straddle { division: Division::Groups(0), ..right }, 3),
        (Straddle { division: Division::Gaps(0), ..right }, 3),
        (Straddle { division: Division::Gaps(1000), ..right }, 3),
        (Straddle { division: Division::Gaps(1001), ..right }, 3),
        (Straddle { division: Division::Gaps(12), ..right }, 3),
    ] {
        let error = place(straddle, pages).unwrap_err();
        assert_eq!(error.code(), Code::Argument, "{straddle:?} on {pages} pages: {error}");
    }
    assert!(place(right, 80).is_ok());
    let tall = PageSize { width: mm(40), height: mm(298) };
    assert!(right.place(&[A4(), A4()], tall).is_err());
}

proptest! {
    /// The pieces of one seal cover it without a gap and without covering anything twice, and each
    /// ends at the edge of its page.
    #[test]
    fn pieces_cover_the_seal(
        pages in 2usize..60,
        width in 30_001i64..60_000,
        height in 30_001i64..60_000,
        margin in 0i64..3_000,
        edge in prop::sample::select(vec![Edge::Right, Edge::Left, Edge::Top, Edge::Bottom]),
        paper in prop::collection::vec((100u16..420, 100u16..420), 60),
    ) {
        let length = |micrometres| Length::from_micrometres(micrometres).unwrap();
        let size = PageSize { width: length(width), height: length(height) };
        let paper: Vec<PageSize> = paper[..pages]
            .iter()
            .map(|(width, height)| PageSize { width: mm(*width), height: mm(*height) })
            .collect();
        let straddle = Straddle { margin: length(margin), ..Straddle::new(edge) };
        let placed = straddle.place(&paper, size).unwrap();
        prop_assert_eq!(placed.len(), pages);
        let across = matches!(edge, Edge::Right | Edge::Left);
        let mut pieces: Vec<(i64, i64)> = Vec::new();
        for (index, one) in placed.iter().enumerate() {
            prop_assert_eq!(one.page, index);
            let Area { x, y, width, height } = one.clip.unwrap();
            prop_assert_eq!((one.boundary.width, one.boundary.height), (size.width, size.height));
            let m = Length::micrometres;
            let page = paper[index];
            let (from, shown, at, depth, full, own) = if across {
                (m(x), m(width), m(one.boundary.x), m(page.width), m(height), m(size.height))
            } else {
                (m(y), m(height), m(one.boundary.y), m(page.height), m(width), m(size.width))
            };
            prop_assert_eq!(full, own);
            match edge {
                Edge::Right | Edge::Bottom => prop_assert_eq!(at + from + shown, depth - margin),
                Edge::Left | Edge::Top => prop_assert_eq!(at + from, margin),
            }
            pieces.push((from, from + shown));
        }
        pieces.sort_unstable();
        let whole = if across { width } else { height };
        prop_assert_eq!((pieces[0].0, pieces[pages - 1].1), (0, whole));
        prop_assert!(pieces.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }
}

#[test]
fn what_was_there_keeps_its_bytes() {
    let before = document(3);
    let package = Package::open(&before, Profile::Conforming).unwrap();
    let mut rewrite = Rewrite::new(&package, Time::parse_rfc3339("2026-06-01T08:00:01Z").unwrap());
    rewrite.put(path("OFD.xml"), b"<changed/>".to_vec());
    rewrite.put(path("Doc_0/Signs/新.dat"), vec![7; 5000]);
    rewrite.put(path("Doc_0/Signs/新.dat"), vec![8; 5000]);
    let mut after = Vec::new();
    assert_eq!(rewrite.write_to(&mut after).unwrap(), after.len() as u64);

    assert_eq!(part(&after, "OFD.xml"), b"<changed/>");
    assert_eq!(part(&after, "Doc_0/Signs/新.dat"), [8; 5000]);
    let written = Package::open(&after, Profile::Conforming).unwrap();
    assert_eq!(written.entries().len(), package.entries().len() + 1);
    for entry in package.entries().iter().filter(|entry| entry.path() != &path("OFD.xml")) {
        let kept = written.part(entry.path()).unwrap();
        let at = |bytes: &[u8], range: std::ops::Range<u64>| {
            bytes[range.start as usize..range.end as usize].to_vec()
        };
        assert_eq!(at(&after, kept.extent()), at(&before, entry.extent()), "{}", entry.path());
    }
    // Python's reader and others agree: the same names in the same order, then the new one.
    let names: Vec<&str> = written.entries().iter().map(|entry| entry.path().as_str()).collect();
    assert_eq!(names[0], "/OFD.xml");
    assert_eq!(names[names.len() - 1], "/Doc_0/Signs/新.dat");
}

#[test]
fn a_failing_sink_is_an_error() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let before = document(2);
    let package = Package::open(&before, Profile::Conforming).unwrap();
    let rewrite = Rewrite::new(&package, Time::parse_rfc3339("2026-06-01T08:00:01Z").unwrap());
    for room in [0, 1, 40, 500, before.len() - 1] {
        assert_eq!(rewrite.write_to(&mut Full(room)).unwrap_err().code(), Code::Write);
    }
    assert_eq!(rewrite.write_to(&mut Full(before.len())).unwrap(), before.len() as u64);
}

#[test]
fn a_list_is_named_without_another_byte_changed() {
    let text = |ofd: &str, document| {
        with_signature_list(ofd.as_bytes(), document, "/D/S & T.xml")
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .map_err(|error| error.code())
    };
    let two = "\u{feff}<?xml version='1.0'?><!-- <DocBody></DocBody> -->\r\n<a:OFD xmlns:a='http://www.ofdspec.org/2016'>\
               <a:DocBody ><a:DocRoot>x</a:DocRoot></a:DocBody >\n\t<DocBody xmlns='http://www.ofdspec.org/2016'>\
               <![CDATA[</DocBody>]]></DocBody></a:OFD><!-- end -->";
    let first =
        two.replace("</a:DocBody >", "<a:Signatures>/D/S &amp; T.xml</a:Signatures></a:DocBody >");
    assert_eq!(text(two, 0).unwrap(), first);
    let second =
        two.replace("]]></DocBody>", "]]><Signatures>/D/S &amp; T.xml</Signatures></DocBody>");
    assert_eq!(text(two, 1).unwrap(), second);
    assert_eq!(text(two, 2), Err(Code::Structure));
    assert_eq!(text(&first, 0), Err(Code::Structure));
    let ofd = |inner: &str| format!("<OFD xmlns='http://www.ofdspec.org/2016'>{inner}");
    for (bad, code) in [
        (ofd("<DocBody/></OFD>"), Code::Structure),
        (ofd("<DocBody><Signatures/></DocBody></OFD>"), Code::Structure),
        (ofd("<DocBody></OFD>"), Code::Xml),
        (ofd("<DocBody>"), Code::Xml),
        (format!("<!DOCTYPE OFD>{}", ofd("<DocBody></DocBody></OFD>")), Code::Xml),
        (String::new(), Code::Xml),
    ] {
        assert_eq!(text(&bad, 0), Err(code), "{bad}");
    }
}

#[test]
fn a_list_grows_without_another_byte_changed() {
    let entry = ListEntry { id: "s003", kind: "Seal", location: "/D/Sign_1/Signature.xml" };
    let grown = |list: &str| {
        with_signature(list.as_bytes(), "s009", &entry)
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .map_err(|error| error.code())
    };
    let one = "<o:Signature ID=\"s001\" BaseLoc=\"x\"/>";
    let new = "<o:Signature ID=\"s003\" Type=\"Seal\" BaseLoc=\"/D/Sign_1/Signature.xml\"/>";
    let max = |id| format!("<o:MaxSignId>{id}</o:MaxSignId>");
    let list = |inner: String| {
        format!("<o:Signatures xmlns:o='http://www.ofdspec.org/2016'> {inner}\n</o:Signatures>")
    };
    for (before, after) in [
        (max("2") + one, max("s009") + one + new),
        (one.to_owned() + &max("2"), one.to_owned() + new + &max("s009")),
        (format!("<o:MaxSignId/>{one}"), max("s009") + one + new),
    ] {
        assert_eq!(grown(&list(before)).unwrap(), list(after));
    }
    let bare = grown(&list(one.to_owned())).unwrap();
    assert_eq!(bare, list(max("s009") + one + new));
    let empty = "<Signatures xmlns='http://www.ofdspec.org/2016'></Signatures>";
    let first = grown(empty).unwrap();
    assert!(first.contains("><MaxSignId>s009</MaxSignId><Signature ID="), "{first}");
    for (bad, code) in [
        ("<Signatures/>", Code::Structure),
        ("<Other></Other>", Code::Structure),
        (&list(max("1") + &max("2")), Code::Structure),
        ("<Signatures>", Code::Xml),
    ] {
        assert_eq!(grown(bad), Err(code), "{bad}");
    }
}

#[test]
fn unwritable_names_are_refused() {
    let list = "<Signatures></Signatures>";
    let entry = ListEntry { id: "a\u{1}", kind: "Seal", location: "x" };
    let error = with_signature(list.as_bytes(), "s009", &entry).unwrap_err();
    assert_eq!(error.code(), Code::Text);
}

#[test]
fn an_empty_package_and_the_largest_names() {
    let long = format!("Doc_0/{}.xml", "长".repeat(160));
    let bytes = packed(&[("OFD.xml".to_owned(), String::new()), (long.clone(), "x".to_owned())]);
    assert_eq!(text(&bytes, &long), "x");
    assert_eq!(parts(2).len(), 5);
}
