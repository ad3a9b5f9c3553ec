//! Documents that are made: read back by the strict reader, the same for the same input, and refused
//! where something does not fit.

#![cfg(feature = "ofd")]

use proptest::prelude::*;
use yinxin::asn1::Profile;
use yinxin::container::ofd::make::limits::{MAX_PAGES, MAX_PICTURE};
use yinxin::container::ofd::make::{
    Align, Block, Cell, Date, Description, Fixed, Item, Made, Maker, Paper, Paragraph, Picture,
    Row, Rule, Style, Table,
};
use yinxin::container::ofd::{Document, Length, Ofd, Package};
use yinxin::error::Code;

const ID: &str = "0123456789abcdef0123456789abcdef";

fn maker() -> Maker {
    Maker::new(Description::new(ID, Date::new(2026, 3, 2).unwrap()))
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(Paragraph::new(text, Style::default()))
}

fn mm(length: u16) -> Length {
    Length::from_millimetres(length)
}

fn um(length: i64) -> Length {
    Length::from_micrometres(length).unwrap()
}

/// The texts of all pages, and the document with its package.
fn read(bytes: &[u8], see: impl FnOnce(&Document, &Package<'_>)) -> Vec<String> {
    let package = Package::open(&bytes, Profile::Conforming).unwrap();
    assert!(package.notes().is_empty(), "{:?}", package.notes());
    let (ofd, notes) = Ofd::read(&package).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
    let (document, notes) = Document::read(&package, &ofd.bodies[0].doc_root).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(document.faults(&package), []);
    see(&document, &package);
    document.pages.iter().map(|page| document.page_text(&package, page).unwrap()).collect()
}

fn texts(bytes: &[u8]) -> Vec<String> {
    read(bytes, |_, _| {})
}

/// A PNG of one grey pixel.
fn png() -> Vec<u8> {
    let hex = "89504e470d0a1a0a0000000d494844520000000100000001080000000 03a7e9b55\
               0000000a49444154789c63680000008200817 7cd72b60000000049454e44ae426082";
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn table(columns: &[u16], rows: &[&[&str]]) -> Table {
    let row = |texts: &&[&str]| Row {
        cells: texts.iter().map(|text| Cell::new(*text, Style::default())).collect(),
        ..Row::default()
    };
    Table {
        columns: columns.iter().map(|width| mm(*width)).collect(),
        rows: rows.iter().map(row).collect(),
        border: Some(Rule::default()),
        padding: mm(1),
        ..Table::default()
    }
}

#[test]
fn a_letter_is_read_back() {
    let mut maker = maker();
    let text =
        "根据《示例市本级预算管理办法》，现将公用经费共计人民币36,000.17元拨付给你局。<&\"'>";
    maker
        .paper(Paper {
            footer: Some("第 {page} 页 共 {pages} 页".to_owned()), ..Paper::default()
        })
        .block(paragraph("示例市教育局："))
        .block(Block::Rule(Rule::default()))
        .block(paragraph(text))
        .block(Block::Table(table(&[40, 40], &[&["单位", "金额"], &["第一中学", "1.00"]])))
        .block(Block::NewPage)
        .block(Block::Picture(
            Picture { name: "a".into(), width: mm(20), height: mm(10) },
            Align::Centre,
        ))
        .fix(Fixed {
            page: 3,
            x: mm(10),
            y: mm(10),
            item: Item::Text("编号 000012".into(), Style::default()),
        })
        .picture("a", png())
        .attach("明细.XML", "<list/>")
        .attach_for("test:1", "无类型", vec![0, 1, 2]);
    let made = maker.build().unwrap();
    assert_eq!(made.pages, 3);
    let pages = read(&made.bytes, |document, package| {
        let (attached, notes) = document.attachments(package).unwrap();
        assert!(notes.is_empty());
        let names: Vec<_> =
            attached.iter().map(|a| (a.name.as_str(), a.format.as_deref())).collect();
        assert_eq!(names, [("明细.XML", Some("xml")), ("无类型", None)]);
        assert_eq!(attached[1].usage.as_deref(), Some("test:1"));
        let list = package.part(&attached[0].path).unwrap();
        assert_eq!(package.read(list, 100).unwrap(), b"<list/>");
        let picture = package.parts().find(|part| part.path().as_str().ends_with(".png")).unwrap();
        assert_eq!(package.read(picture, MAX_PICTURE).unwrap(), png());
        let page = document.page_box(package, &document.pages[0]).unwrap();
        assert_eq!((page.width, page.height), (210.0, 297.0));
    });
    assert!(pages[0].starts_with("示例市教育局：\n根据《示例市"), "{}", pages[0]);
    assert!(pages[0].replace('\n', "").contains("36,000.17元拨付给你局。<&\"'>"), "{}", pages[0]);
    assert!(pages[0].contains("单位 金额\n第一中学 1.00\n第 1 页 共 3 页\n"), "{}", pages[0]);
    assert_eq!(pages[2], "编号 000012\n第 3 页 共 3 页\n");
}

#[test]
fn equal_input_gives_equal_bytes() {
    let make = || {
        let mut maker = maker();
        maker.block(paragraph("一")).picture("a", png()).attach("b", "c");
        maker.build().unwrap()
    };
    assert_eq!(make(), make());
}

#[test]
fn attachments_that_would_pack_like_a_bomb_are_stored() {
    let zeros = vec![0; 3 << 20];
    let mut maker = maker();
    maker.attach("zeros", zeros.clone());
    let made = maker.build().unwrap();
    read(&made.bytes, |document, package| {
        let (attached, _) = document.attachments(package).unwrap();
        let entry = package.part(&attached[0].path).unwrap();
        assert!(!entry.is_deflated());
        assert_eq!(package.read(entry, 4 << 20).unwrap(), zeros);
    });
}

#[test]
fn identifiers_are_unique_and_below_the_highest() {
    let mut maker = maker();
    for _ in 0..100 {
        maker.block(paragraph("一二三"));
    }
    maker.picture("a", png());
    let made = maker.build().unwrap();
    read(&made.bytes, |document, package| {
        let mut ids = Vec::new();
        for part in package.parts().filter(|part| part.path().as_str() != "/OFD.xml") {
            let bytes = package.read(part, 1 << 20).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            ids.extend(
                text.split(" ID=\"")
                    .skip(1)
                    .map(|rest| rest.split_once('"').unwrap().0.parse::<u64>().unwrap()),
            );
        }
        let count = ids.len();
        assert!(count > 100);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert_eq!(document.max_unit_id, ids.last().copied());
    });
}

#[test]
fn a_table_goes_on_on_the_next_page_under_its_head() {
    let mut table = table(&[30, 60], &[&["序号", "单位"]]);
    for number in 0..100 {
        let row = [number.to_string(), "示例市第一中学".to_owned()];
        let cells = row.map(|text| Cell::new(text, Style::default())).to_vec();
        table.rows.push(Row { cells, ..Row::default() });
    }
    table.head = 1;
    // The last row is higher than a page.
    table.rows[100].cells[1].text = "高".repeat(1000);
    table.rows[100].cells[1].place = Some("last".to_owned());
    let mut maker = maker();
    maker.block(Block::Table(table));
    let made = maker.build().unwrap();
    let pages = texts(&made.bytes);
    assert!(pages.len() >= 5, "{}", pages.len());
    assert!(pages.iter().all(|page| page.starts_with("序号 单位\n")), "{pages:?}");
    let all = pages.concat();
    assert_eq!(all.matches('高').count(), 1000);
    for number in 0..100 {
        assert!(all.lines().any(|line| line.split(' ').next() == Some(&number.to_string())));
    }
    assert_eq!(made.places.len(), 1);
    assert_eq!((made.places[0].name.as_str(), made.places[0].page), ("last", pages.len()));
}

/// The code and the place of what a document is refused for.
fn refused(change: impl FnOnce(&mut Maker) -> &mut Maker) -> (Code, String) {
    let mut maker = maker();
    change(&mut maker);
    let error = maker.build().unwrap_err();
    (error.code(), error.structure().to_owned())
}

#[test]
fn what_cannot_be_seen_is_refused_everywhere() {
    for bad in ["a\u{202e}b", "a\u{200b}b", "a\tb", "a\u{0}b", "a\u{e000}", "a\u{fffe}"] {
        let text = bad.to_owned();
        let style = Style { font: bad.to_owned(), ..Style::default() };
        let made: [(&str, (Code, String)); 8] = [
            ("block 1", refused(|m| m.block(paragraph(&text)))),
            ("block 1", refused(|m| m.block(Block::Paragraph(Paragraph::new("a", style))))),
            (
                "block 1, row 1, cell 1",
                refused(|m| m.block(Block::Table(table(&[50], &[&[&text]])))),
            ),
            (
                "fixed 1",
                refused(|m| {
                    let item = Item::Text(text.clone(), Style::default());
                    m.fix(Fixed { page: 1, x: mm(10), y: mm(10), item })
                }),
            ),
            ("attachment", refused(|m| m.attach(&text, ""))),
            ("attachment \"a\"", refused(|m| m.attach_for(&text, "a", ""))),
            (
                "footer",
                refused(|m| m.paper(Paper { footer: Some(text.clone()), ..Paper::default() })),
            ),
            ("title", {
                let mut description = Description::new(ID, Date::new(2026, 3, 2).unwrap());
                description.title = Some(text.clone());
                let error = Maker::new(description).build().unwrap_err();
                (error.code(), error.structure().to_owned())
            }),
        ];
        for (place, found) in made {
            assert_eq!(found, (Code::Text, place.to_owned()), "{bad:?}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    let value = |place: &str| (Code::Value, place.to_owned());
    let with_picture = |width, height| {
        let picture = Picture { name: "a".into(), width: mm(width), height: mm(height) };
        refused(|m| m.picture("a", png()).block(Block::Picture(picture, Align::Left)))
    };
    // A character wider than its cell.
    let narrow = refused(|m| m.block(Block::Table(table(&[5], &[&["字"]]))));
    assert_eq!(narrow, value("block 1, row 1, cell 1"));
    assert_eq!(refused(|m| m.block(Block::Table(table(&[100, 100], &[])))), value("block 1"));
    assert_eq!(refused(|m| m.block(Block::Table(table(&[2], &[])))), value("block 1"));
    let cells = refused(|m| m.block(Block::Table(table(&[20, 20], &[&["a"]]))));
    assert_eq!(cells, value("block 1, row 1"));
    let cells = refused(|m| m.block(Block::Table(table(&[20], &[&["a", "b"]]))));
    assert_eq!(cells, value("block 1, row 1, cell 2"));
    assert_eq!(with_picture(161, 10), value("block 1"));
    assert_eq!(with_picture(10, 248), value("block 1"));
    assert_eq!(with_picture(0, 10), value("block 1"));
    let unknown = Picture { name: "b".into(), width: mm(1), height: mm(1) };
    assert_eq!(refused(|m| m.block(Block::Picture(unknown, Align::Left))), value("block 1"));
    for (x, y) in [(200, 10), (10, 296)] {
        let item = Item::Text("很长的一行字".into(), Style::default());
        let fixed = Fixed { page: 1, x: mm(x), y: mm(y), item };
        assert_eq!(refused(|m| m.fix(fixed)), value("fixed 1"));
    }
    let item = Item::Line(mm(10), mm(10), Rule::default());
    let fixed = Fixed { page: 0, x: mm(1), y: mm(1), item };
    assert_eq!(refused(|m| m.fix(fixed)), value("fixed 1"));
    let margins = Paper { margins: [mm(150); 4], ..Paper::default() };
    assert_eq!(refused(|m| m.paper(margins)), value("page"));
    assert_eq!(refused(|m| m.attach("a", "").attach("a", "")).0, Code::Value);
    assert_eq!(refused(|m| m.attach(" ", "")), value("attachment"));
    for id in ["", "0123456789ABCDEF0123456789abcdef", "0123"] {
        let maker = Maker::new(Description::new(id, Date::new(2026, 3, 2).unwrap()));
        assert_eq!(maker.build().unwrap_err().structure(), "id");
    }
    let style = Style { size: Length::ZERO, ..Style::default() };
    let block = Block::Paragraph(Paragraph::new("a", style));
    assert_eq!(refused(|m| m.block(block)), value("block 1"));
}

#[test]
fn broken_pictures_and_other_types_are_refused() {
    let broken = &png()[..40];
    assert_eq!(refused(|m| m.picture("a", broken)).0, Code::Structure);
    assert_eq!(refused(|m| m.picture("a", "GIF89a")).0, Code::Form);
    assert_eq!(refused(|m| m.picture("a", vec![0; MAX_PICTURE + 1])).0, Code::Size);
}

#[test]
fn pages_are_counted() {
    let found = refused(|m| {
        for _ in 0..MAX_PAGES {
            m.block(Block::NewPage);
        }
        m
    });
    assert_eq!(found.0, Code::Count);
    let item = Item::Line(mm(1), mm(1), Rule::default());
    let far = Fixed { page: usize::MAX, x: mm(1), y: mm(1), item };
    assert_eq!(refused(|m| m.fix(far)).0, Code::Count);
}

fn json(blocks: &str) -> String {
    format!(r#"{{"format":"yinxin:ofd:1","id":"{ID}","created":"2026-03-02","blocks":[{blocks}]}}"#)
}

fn from_json(text: &str) -> yinxin::Result<Made> {
    Maker::from_json(text.as_bytes(), &[("a.png", &png()), ("b", b"bytes")])?.build()
}

#[test]
fn json_says_the_same_as_calls() {
    let text = r##"{"format":"yinxin:ofd:1","id":"0123456789abcdef0123456789abcdef","created":"20260302",
      "page":{"margins":[25,25,25,25],"footer":"{page}"},
      "styles":{"default":{"font":"仿宋","points":16},"head":{"colour":"#FF0000","align":"centre"}},
      "blocks":[{"text":"标题","style":"head"},{"space":5},{"rule":{"width":0.5}},
        {"table":{"columns":[40,40],"head":1,"rows":[["甲","乙"],{"height":20,"cells":[{"text":"章","span":2,"place":"p"}]}]}},
        {"picture":"a.png","width":20,"height":12.5},{"newPage":true},{"text":"正文","indent":2}],
      "fixed":[{"page":1,"x":10,"y":10,"line":[50,0]}],
      "attachments":[{"name":"附件.txt","file":"b","usage":"u"}]}"##;
    assert_eq!(Maker::files_of_json(text.as_bytes()).unwrap(), ["a.png", "b"]);
    let made = from_json(text).unwrap();
    assert_eq!((made.pages, made.places[0].name.as_str()), (2, "p"));
    assert_eq!(made.places[0].area.height, mm(20));

    let style = Style::default().of("仿宋", 32);
    let red = style.clone().coloured(yinxin::container::ofd::make::Colour::RED);
    let mut maker = maker();
    let mut cells = table(&[40, 40], &[&["甲", "乙"]]);
    cells.rows[0].cells.iter_mut().for_each(|cell| cell.style = style.clone());
    let place =
        Cell { more_columns: 1, place: Some("p".into()), ..Cell::new("章", style.clone()) };
    cells.rows.push(Row { cells: vec![place], height: mm(20) });
    cells.head = 1;
    maker
        .paper(Paper { footer: Some("{page}".into()), ..Paper::default() })
        .block(Block::Paragraph(Paragraph::new("标题", red.aligned(Align::Centre))))
        .block(Block::Space(mm(5)))
        .block(Block::Rule(Rule { width: um(500), ..Rule::default() }))
        .block(Block::Table(cells))
        .block(Block::Picture(
            Picture { name: "a.png".into(), width: mm(20), height: um(12_500) },
            Align::Left,
        ))
        .block(Block::NewPage)
        .block(Block::Paragraph(Paragraph { indent: 2, ..Paragraph::new("正文", style) }))
        .fix(Fixed {
            page: 1,
            x: mm(10),
            y: mm(10),
            item: Item::Line(mm(50), Length::ZERO, Rule::default()),
        })
        .picture("a.png", png())
        .attach_for("u", "附件.txt", "bytes");
    assert_eq!(maker.build().unwrap(), made);
}

#[test]
fn other_json_is_refused() {
    let code = |blocks: &str| from_json(&json(blocks)).unwrap_err().code();
    for (blocks, expected) in [
        (r#"{"text":"a","more":1}"#, Code::Json),
        (r#"{"text":"a","text":"b"}"#, Code::Json),
        (r#"{"text":"a"},"#, Code::Json),
        (r#"{"text":1}"#, Code::Json),
        (r#"{}"#, Code::Value),
        (r#"{"text":"a","space":1}"#, Code::Value),
        (r#"{"space":1,"style":"x"}"#, Code::Value),
        (r#"{"space":-1}"#, Code::Value),
        (r#"{"space":1e300}"#, Code::Value),
        (r#"{"text":"a","style":"x"}"#, Code::Value),
        (r#"{"picture":"a.png"}"#, Code::Value),
        (r#"{"picture":"none.png","width":1,"height":1}"#, Code::Value),
        (r##"{"rule":{"colour":"red"}}"##, Code::Value),
        (r##"{"rule":{"width":0}}"##, Code::Value),
        (r#"{"table":{"columns":[],"rows":[]}}"#, Code::Count),
        (r#"{"table":{"columns":[10],"rows":[[{"text":"a","span":0}]]}}"#, Code::Value),
        // Lists of what an object has, in the order of its members.
        (r#"["a",null,null,null,null,null,null,null,null,null,null,null]"#, Code::Json),
        (r#"{"rule":[1,null]}"#, Code::Json),
        (r#"{"table":[[10],[["a"]],0,null,null,null]}"#, Code::Json),
        (r#"{"table":{"columns":[10],"rows":[[["a"],20]]}}"#, Code::Json),
        (r#"{"table":{"columns":[10],"rows":[[["a",null,null,null,false,null]]]}}"#, Code::Json),
        (r#"{"table":{"columns":[10],"rows":[["a"]],"border":[1,null]}}"#, Code::Json),
    ] {
        assert_eq!(code(blocks), expected, "{blocks}");
    }
    let list = format!(r#"["yinxin:ofd:1","{ID}","2026-03-02",null,null,null,null,{{}},[],[],[]]"#);
    assert_eq!(from_json(&list).unwrap_err().code(), Code::Json);
    for member in [
        r#""page":[210,297,null,null]"#,
        r#""styles":{"a":[null,12,null,null,null,null]}"#,
        r#""fixed":[[1,10,10,"a",null,null,null,null,null,null]]"#,
        r#""fixed":[{"page":1,"x":1,"y":1,"line":[1,1],"rule":[1,null]}]"#,
        r#""attachments":[["b",null,null]]"#,
    ] {
        let text = json("").replace(r#""blocks":[]"#, member);
        assert_eq!(from_json(&text).unwrap_err().code(), Code::Json, "{text}");
    }
    let whole = json("");
    assert!(from_json(&whole).is_ok());
    for (from, to, expected) in [
        ("yinxin:ofd:1", "yinxin:ofd:2", Code::Version),
        ("2026-03-02", "2026-02-30", Code::Value),
        (ID, "x", Code::Value),
        ("}", "} x", Code::Json),
    ] {
        assert_eq!(from_json(&whole.replace(from, to)).unwrap_err().code(), expected, "{to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn all_text_comes_back(
        texts in prop::collection::vec("[!-~中文市局财政凭证，。（）《》“”×𬭚]{1,80}", 1..6),
        size in 8u16..60,
        align in prop::sample::select(vec![Align::Left, Align::Centre, Align::Right, Align::Justified]),
    ) {
        let mut maker = maker();
        for text in &texts {
            let style = Style::default().of("宋体", size).aligned(align);
            maker.block(Block::Paragraph(Paragraph::new(text, style)));
        }
        let made = maker.build().unwrap();
        let found = self::texts(&made.bytes).concat();
        let bare = |text: &str| text.replace([' ', '\n'], "");
        prop_assert_eq!(bare(&found), bare(&texts.concat()));
    }

    #[test]
    fn no_json_makes_it_panic(blocks in "[ -~]{0,200}") {
        let _ = from_json(&json(&blocks));
        let _ = from_json(&blocks);
    }
}
