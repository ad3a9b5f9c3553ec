//! Packages, sound and hostile.

#![cfg(feature = "ofd")]

mod ofd_common;

use ofd_common::{Around, Item, package, package_with, samples};
use std::io::Read;
use yinxin::asn1::Profile;
use yinxin::container::ofd::{
    Document, Ofd, Package, PartPath, SignatureFile, SignatureList, limits,
};
use yinxin::error::{Code, Family};
use yinxin::report::NoteCode;

const XML: &str = "<OFD xmlns='http://www.ofdspec.org/2016'/>";

#[allow(clippy::ptr_arg)] // a slice is not sized, as a trait object has to be
fn open(bytes: &Vec<u8>) -> yinxin::Result<Package<'_>> {
    Package::open(bytes, Profile::Conforming)
}

#[allow(clippy::ptr_arg)]
fn refused(bytes: &Vec<u8>, why: &str) {
    for profile in [Profile::Conforming, Profile::AsFound] {
        let error = Package::open(bytes, profile).expect_err(why);
        assert!(matches!(error.family(), Family::Malformed | Family::Unsupported | Family::Limit));
        assert!(error.message().contains(why), "{why}: {error}");
    }
}

/// Opens, and is refused when this part is read.
fn broken_part(bytes: &Vec<u8>, part: &str, why: &str) {
    let package = open(bytes).expect(why);
    let entry = package.part(&PartPath::parse(part).unwrap()).unwrap();
    let error = package.read(entry, 1 << 20).expect_err(why);
    assert!(error.message().contains(why), "{why}: {error}");
    let mut piecewise = Vec::new();
    assert!(package.open_entry(entry).read_to_end(&mut piecewise).is_err(), "{why}");
}

#[test]
fn entries_are_read_in_every_form() {
    let long: Vec<u8> = (0..300_000u32).flat_map(|n| (n % 251).to_le_bytes()).collect();
    let bytes = package(&[
        Item::new("OFD.xml", XML.as_bytes()),
        Item::new("Doc_0/", b""),
        Item::deflated("Doc_0/long", &long),
        Item::streamed("Doc_0/图.png", b"picture", true),
        Item::streamed("Doc_0/b", b"", false),
        Item::new("Doc_0/empty", b""),
    ]);
    let package = open(&bytes).unwrap();
    let read = |name: &str| {
        let entry = package.part(&PartPath::parse(name).unwrap()).unwrap();
        package.read(entry, 2 << 20).unwrap()
    };
    assert_eq!(read("OFD.xml"), XML.as_bytes());
    assert_eq!(read("/Doc_0/long"), long);
    assert_eq!(read("/Doc_0/图.png"), b"picture");
    assert_eq!(read("/Doc_0/b"), b"");
    assert_eq!(read("/Doc_0/empty"), b"");
    assert_eq!((package.entries().len(), package.parts().count()), (6, 5));
    assert!(package.part(&PartPath::parse("Doc_0").unwrap()).is_none(), "a folder is no part");
    let long = package.part(&PartPath::parse("Doc_0/long").unwrap()).unwrap();
    assert_eq!(package.read(long, 100).unwrap_err().code(), Code::Size);
    // The extents and the directory are the whole package.
    let mut at = 0;
    for entry in package.entries() {
        assert_eq!(entry.extent().start, at);
        at = entry.extent().end;
    }
    assert_eq!(at, package.directory().start);
}

#[test]
fn what_readers_may_see_differently_is_refused() {
    let ofd = || Item::new("OFD.xml", XML.as_bytes());
    let other = || Item::new("a.xml", b"<a/>");
    let with = |change: fn(&mut Item)| {
        let mut item = Item::deflated("a.xml", b"<a>aaaaaaaaaaaaaaaaaaaaaaaaaaaa</a>");
        change(&mut item);
        package(&[ofd(), item])
    };
    refused(&Vec::new(), "no end record");
    refused(&b"PK\x05\x06".to_vec(), "cut off");
    refused(&with(|item| item.local_name = Some(b"b.xml".to_vec())), "differ in the name");
    refused(&with(|item| item.local_method = Some(0)), "differ in the method");
    refused(&with(|item| item.local_flags = Some(8)), "differ in the flags");
    refused(&with(|item| item.local_crc = Some(1)), "differ in the checksum");
    refused(&with(|item| item.local_size = Some(1)), "differ in the size");
    refused(&with(|item| item.flags |= 1), "encrypted");
    refused(&with(|item| item.flags |= 1 << 6), "encrypted");
    refused(&with(|item| item.method = 12), "neither stored nor packed");
    refused(&with(|item| item.behind = b"hidden".to_vec()), "belong to no entry");
    refused(&with(|item| item.extra = b"\x01\x00\x08\x00aaaaaaaa".to_vec()), "64-bit");
    refused(&with(|item| item.extra = b"\x75\x70\x06\x00\x01aaaab".to_vec()), "second name");
    refused(&with(|item| item.extra = b"\x01\x99\x01\x00a".to_vec()), "encrypted");
    refused(&with(|item| item.extra = b"\x34\x12\x09\x00a".to_vec()), "cut off");
    refused(&with(|item| item.offset = Some(0)), "overlaps");
    refused(&with(|item| (item.made_by, item.attributes) = (0x031e, 0o120777 << 16)), "symbolic");
    refused(&with(|item| (item.made_by, item.attributes) = (0x031e, 0o020777 << 16)), "neither");
    refused(&with(|item| (item.method, item.local_method) = (0, Some(0))), "another size");
    let hidden = Item { unlisted: true, ..other() };
    refused(&package(&[ofd(), hidden.clone()]), "belong to no entry");
    refused(&package(&[hidden, ofd()]), "hidden entry");
    let twice = Item { unwritten: true, offset: Some(0), ..ofd() };
    refused(&package(&[ofd(), twice]), "overlaps");
    let around = |around: Around| package_with(&[ofd(), other()], &around);
    refused(&around(Around { gap: b"x".to_vec(), ..Around::default() }), "belong to no entry");
    refused(&around(Around { behind: b"x".to_vec(), ..Around::default() }), "does not end");
    refused(&around(Around { count: Some(1), ..Around::default() }), "more than its entries");
    refused(&around(Around { count: Some(3), ..Around::default() }), "cut off");
    refused(&around(Around { count: Some(0xffff), ..Around::default() }), "64-bit");
    let mut second = around(Around::default());
    let end = second.len() - 22;
    let record = second[end..].to_vec();
    second.extend(record);
    refused(&second, "no record of the directory");
    let mut comment = around(Around::default());
    let end = comment.len() - 22;
    let mut record = comment[end..].to_vec();
    comment[end + 20] = 22;
    record[16] = 0;
    comment.extend(record);
    refused(&comment, "no record of the directory");
    let descriptor = |change: fn(&mut Item)| {
        let mut item = Item::streamed("a.xml", b"<a/>", true);
        change(&mut item);
        package(&[ofd(), item])
    };
    assert!(open(&descriptor(|_| {})).is_ok());
    refused(&descriptor(|item| item.behind[5] ^= 1), "another checksum");
    refused(&descriptor(|item| item.behind.truncate(4)), "not followed by");
    refused(&descriptor(|item| item.behind.extend(b"more")), "not followed by");
}

#[test]
fn sizes_of_64_bits_in_a_local_header_are_read() {
    let with = |size: u64| {
        let mut item = Item::new("a", b"twelve bytes");
        item.local_size = Some(u32::MAX);
        item.local_extra = b"\x01\x00\x08\x00".to_vec();
        item.local_extra.extend(size.to_le_bytes());
        package(&[item])
    };
    assert!(open(&with(12)).is_ok());
    refused(&with(13), "differ in the size");
    let mut cut = Item::new("a", b"twelve bytes");
    cut.local_size = Some(u32::MAX);
    refused(&package(&[cut]), "differ in the size");
}

#[test]
fn names_that_mean_two_files_or_none_are_refused() {
    let with = |names: &[&str]| {
        let mut items = vec![Item::new("OFD.xml", XML.as_bytes())];
        items.extend(names.iter().map(|name| {
            let data: &[u8] = if name.ends_with('/') { b"" } else { b"x" };
            Item::new(name, data)
        }));
        package(&items)
    };
    for pair in [
        ["a.xml", "a.xml"],
        ["a.xml", "A.XML"],
        ["a/b", "a./b"],
        ["a", "a "],
        ["a/", "a"],
        ["caf\u{e9}", "cafe\u{301}"],
        ["x", "x/"],
    ] {
        refused(&with(&pair), "two entries for one name");
    }
    refused(&with(&["a", "a/b"]), "stands inside a file");
    refused(&with(&["A", "a/b/c"]), "stands inside a file");
    for (name, why) in [
        ("../a", "leads upward"),
        ("a/../b", "leads upward"),
        ("./a", "leads upward"),
        ("/a", "empty level"),
        ("a//b", "empty level"),
        ("C:/a", "colon"),
        ("a\\b", "backslash"),
        ("a\0b", "control"),
        ("", "empty level"),
        ("a\u{202e}b", "control or invisible"),
    ] {
        refused(&with(&[name]), why);
    }
    refused(&with(&["a/".repeat(17).trim_end_matches('/')]), "levels");
    refused(&with(&[&"a".repeat(513)]), "longer than");
    let folder = package(&[Item::new("a/", b"holds something")]);
    refused(&folder, "holds bytes");
    let mut gbk = Item::new("x", b"x");
    gbk.name = vec![0xd6, 0xd0];
    gbk.flags = 0;
    let bytes = package(&[gbk.clone()]);
    assert!(open(&bytes).is_err());
    let found = Package::open(&bytes, Profile::AsFound).unwrap();
    assert_eq!(found.entries()[0].path().as_str(), "/中");
    assert_eq!(found.notes()[0].0, NoteCode::DeviationName);
    gbk.flags = 1 << 11;
    refused(&package(&[gbk]), "marked as UTF-8");
}

#[test]
fn what_stands_before_or_is_said_behind_is_noted_as_found() {
    let items = [Item::new("OFD.xml", XML.as_bytes())];
    let before = Around { before: b"MZ stub".to_vec(), ..Around::default() };
    let bytes = package_with(&items, &before);
    assert!(open(&bytes).is_err());
    let found = Package::open(&bytes, Profile::AsFound).unwrap();
    assert_eq!(found.notes()[0].0, NoteCode::DeviationLeadingBytes);
    assert_eq!((found.prefix(), found.base()), (7, 7));
    assert_eq!(found.read(found.parts().next().unwrap(), 1000).unwrap(), XML.as_bytes());
    let hidden = Around { before: b"PK\x03\x04".to_vec(), ..Around::default() };
    refused(&package_with(&items, &hidden), "hidden entry");
    let long = Around { before: vec![0; 70_000], ..Around::default() };
    refused(&package_with(&items, &long), "before the package");
    let bytes = package_with(&items, &Around { comment: b"hello".to_vec(), ..Around::default() });
    assert!(open(&bytes).is_err());
    let found = Package::open(&bytes, Profile::AsFound).unwrap();
    assert_eq!(found.notes()[0].0, NoteCode::DeviationTrailingBytes);
}

#[test]
fn data_that_are_not_as_their_headers_say_are_refused() {
    let data = b"some text that is some text that is some text";
    let changed = |change: fn(&mut Item)| {
        let mut item = Item::deflated("a", data);
        change(&mut item);
        package(&[item])
    };
    broken_part(&changed(|item| item.crc ^= 1), "a", "checksum");
    broken_part(&changed(|item| item.size += 1), "a", "less than its header");
    broken_part(&changed(|item| item.size -= 1), "a", "");
    broken_part(&changed(|item| item.packed[0] = 7), "a", "not packed");
    broken_part(
        &changed(|item| {
            item.packed.push(0);
            item.packed_size += 1;
        }),
        "a",
        "behind the end",
    );
    broken_part(
        &changed(|item| {
            item.packed.truncate(item.packed.len() - 3);
            item.packed_size -= 3;
        }),
        "a",
        "not packed",
    );
}

#[test]
fn bombs_are_refused_before_anything_is_inflated() {
    let zeros = vec![0; 3 << 20];
    refused(&package(&[Item::deflated("a", &zeros)]), "200 times");
    let mut huge = Item::deflated("a", b"x");
    huge.size = (limits::MAX_ENTRY + 1) as u32;
    refused(&package(&[huge]), "more than");
    // Many small ones that are each within the ratio that is free.
    let items: Vec<Item> =
        (0..64).map(|n| Item::deflated(&format!("a{n}"), &zeros[..1 << 20])).collect();
    refused(&package(&items), "200 times");
    // One that says less than it is.
    let mut lying = Item::deflated("a", &zeros);
    lying.size = 1000;
    broken_part(&package(&[lying]), "a", "");
    let many: Vec<Item> =
        (0..=limits::MAX_ENTRIES).map(|n| Item::new(&format!("a{n}"), b"")).collect();
    refused(&package(&many), "more than 50000 entries");
}

#[test]
fn no_byte_of_a_package_makes_it_panic() {
    let bytes = package(&[
        Item::deflated("OFD.xml", XML.as_bytes()),
        Item::streamed("Doc_0/b", b"bbbbbbbbbbbbbbbbbbb", true),
    ]);
    for at in 0..bytes.len() {
        for value in [0, 1, 0x7f, 0xff, bytes[at] ^ 0x10] {
            let mut changed = bytes.clone();
            changed[at] = value;
            if let Ok(package) = Package::open(&changed, Profile::AsFound) {
                for entry in package.parts() {
                    let _ = package.read(entry, 1 << 20);
                }
            }
        }
        let cut = bytes[..at].to_vec();
        assert!(Package::open(&cut, Profile::AsFound).is_err());
    }
}

#[test]
fn the_samples_open_and_their_parts_are_read() {
    let Some(folder) = samples() else { return };
    for place in ["ofd-real", "ofd-generated", "peerpki"] {
        for file in std::fs::read_dir(folder.join(place)).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_none_or(|extension| extension != "ofd") {
                continue;
            }
            let bytes = std::fs::read(&file).unwrap();
            let name = file.display().to_string();
            let package = Package::open(&bytes, Profile::AsFound).expect(&name);
            let (ofd, _) = Ofd::read(&package).expect(&name);
            let body = &ofd.bodies[0];
            let (document, _) = Document::read(&package, &body.doc_root).expect(&name);
            let faults = document.faults(&package);
            assert!(faults.is_empty(), "{name}: {faults:?}");
            assert!(document.page_box(&package, &document.pages[0]).unwrap().width > 100.0);
            for entry in package.parts() {
                package.read(entry, 1 << 20).unwrap();
            }
            let Some(path) = &body.signatures else { continue };
            let list = package.read(package.part(path).unwrap(), 1 << 20).unwrap();
            let (list, _) = SignatureList::parse(&list, path, Profile::AsFound).unwrap();
            assert!(!list.signatures.is_empty(), "{name}");
            for one in &list.signatures {
                let bytes = package.read(package.part(&one.path).unwrap(), 1 << 20).unwrap();
                let parsed = SignatureFile::parse(&bytes, &one.path, Profile::AsFound);
                let (file, _) = parsed.expect(&name);
                assert!(package.part(&file.signed_value).is_some(), "{name}");
                for stamp in &file.stamps {
                    assert!(document.page(&stamp.page).is_some(), "{name}");
                    stamp.boundary().and(stamp.clip()).expect(&name);
                }
            }
        }
    }
}
