//! The store in an SQLite file: what it keeps, what it refuses, and copies of it.
#![cfg(feature = "sqlite")]

mod storage_common;

use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use storage_common::{
    COMMON, CONVERSATION, World, added, changes, create, entry, file, key, log, message, now,
    open_or_create, packed_as, packet, prefix, sealed,
};
use yinxin::envelope::Answer;
use yinxin::error::{Code, Error, Result};
use yinxin::store::sqlite::{APPLICATION_ID, Options, SqliteStorage, VERSION};
use yinxin::store::{
    AnsweredChange, Balance, Changes, Content, Filter, LogChange, Mark, MarkKind, NewAttachments,
    NewMessage, PackedChange, Post, Storage, StoreRole, VoucherKey, VoucherUpdate, limits,
};
use yinxin::voucher::{Body, Encoding, Envelope, Layer, Voucher};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A store with some transactions, closed.
    fn filled(&self, name: &str, count: u64, content: &Content) -> PathBuf {
        let path = self.path(name);
        let mut store = create(&path, &Options::default()).unwrap();
        for number in 0..count {
            store.transact(&mut |_| Ok(changes(number, content))).unwrap();
        }
        path
    }
}

fn open(path: &Path) -> Result<SqliteStorage> {
    SqliteStorage::open(path, &Options::default())
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("an error").code()
}

#[test]
fn vouchers_come_back_byte_for_byte() {
    let world = World::new();
    let place = Place::new();
    let mut store = create(&place.path("store"), &Options::default()).unwrap();
    let (sealed, receipt) = (world.sealed(), world.receipt());
    let mut plain = Body::original(storage_common::vouchers::voucher()).unwrap();
    plain.set_attach(Some("SUCCESS")).unwrap();
    let json = Voucher::from_json(storage_common::vouchers::voucher().to_json()).unwrap();
    let bodies = [sealed, receipt, plain, Body::original(json).unwrap()];
    let contents: Vec<Content> = bodies.iter().map(Content::of).collect();
    assert_eq!(contents[0].shared().len(), 2, "two stamps");
    store
        .transact(&mut |_| {
            let added = (0..).zip(&contents).map(|(number, content)| added(number, content));
            Ok(Changes { added: added.collect(), ..Changes::default() })
        })
        .unwrap();
    drop(store);
    let mut store = open(&place.path("store")).unwrap();
    let summary = store.verify().unwrap();
    assert_eq!((summary.vouchers, summary.documents), (4, 4));
    // The receipt has the two stamps of its original and one of its own; every seal is kept once.
    let seals: std::collections::HashSet<&[u8]> = contents
        .iter()
        .flat_map(|content| content.shared().iter().map(|at| &content.as_bytes()[at.clone()]))
        .collect();
    assert_eq!(summary.seals, seals.len() as u64);
    store
        .view(&mut |snapshot| {
            for ((number, body), content) in (0..).zip(&bodies).zip(&contents) {
                let kept = snapshot.document(&key(number), Layer::Issuer)?.unwrap();
                assert_eq!(&kept, content);
                let again = kept.to_body()?;
                assert_eq!((again.id(), again.layer()), (body.id(), body.layer()));
                assert_eq!(again.voucher().as_bytes(), body.voucher().as_bytes());
                assert_eq!(again.acts(), body.acts());
                assert_eq!(again.part().attach(), body.part().attach());
                if number < 3 {
                    let xml = |body: &Body| Envelope::of(body.clone()).to_xml(Encoding::Gbk);
                    assert_eq!(xml(&again).unwrap(), xml(body).unwrap());
                }
                assert_eq!(Content::of(&again), *content);
            }
            Ok(())
        })
        .unwrap();
    assert!(world.check(&contents[1].to_body().unwrap()).is_valid());
}

#[test]
fn content_that_is_cut_or_changed_is_damaged_and_never_a_panic() {
    let content = Content::of(&World::new().receipt());
    let bytes = content.as_bytes();
    for end in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        let cut = Content::from_bytes(bytes[..end].to_vec());
        assert_eq!(code(cut.to_body()), Code::StoreDamaged, "cut at {end}");
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert_eq!(code(Content::from_bytes(longer).to_body()), Code::StoreDamaged);
    for at in (0..bytes.len()).step_by(11) {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x41;
        match Content::from_bytes(changed.clone()).to_body() {
            Ok(body) => assert_eq!(Content::of(&body).as_bytes(), changed, "at {at}"),
            Err(error) => assert_eq!(error.code(), Code::StoreDamaged, "at {at}: {error}"),
        }
    }
}

#[test]
fn what_one_move_writes_is_there_whole_or_not_at_all() {
    let (place, content) = (Place::new(), sealed());
    let path = place.filled("store", 3, &content);
    let mut store = open(&path).unwrap();
    let update = |revision| VoucherUpdate {
        key: key(2),
        revision,
        state: 9,
        waiting: false,
        life: String::new(),
        documents: Vec::new(),
    };
    let append = |first| LogChange {
        log: log(),
        first,
        entries: vec![entry(first)],
        frontier: b"frontier".to_vec(),
    };
    let mark = |key: u64| Mark {
        kind: MarkKind::Request,
        key: key.to_be_bytes().to_vec(),
        value: Vec::new(),
        replace: false,
    };
    // Each is a whole good transaction but for one thing.
    type Spoil<'a> = &'a dyn Fn(&mut Changes);
    let spoilt: [(Code, Spoil<'_>); 33] = [
        (Code::Duplicate, &|changes| changes.added.push(added(0, &content))),
        (Code::Duplicate, &|changes| changes.added.push(added(3, &content))),
        (Code::Duplicate, &|changes| changes.marks.push(mark(1))),
        (Code::Stale, &|changes| changes.updated.push(update(0))),
        (Code::Stale, &|changes| changes.updated[0].revision = 7),
        (Code::Stale, &|changes| changes.updated[0].key = key(77)),
        (Code::Stale, &|changes| changes.logs[0].first = 2),
        (Code::Stale, &|changes| changes.logs[0].first = 4),
        (Code::Stale, &|changes| changes.logs.push(append(0))),
        (Code::QuotaExceeded, &|changes| changes.balances[0].fen = -1),
        (Code::Size, &|changes| changes.marks[0].value = vec![0; limits::MAX_VALUE + 1]),
        (Code::Size, &|changes| changes.logs[0].entries[0].bytes = vec![0; limits::MAX_ENTRY + 1]),
        (Code::Count, &|changes| changes.logs[0].entries.clear()),
        (Code::Argument, &|changes| {
            let document = changes.added[0].documents[0].clone();
            changes.added[0].documents.push(document);
        }),
        // Files and messages.
        (Code::Stale, &|changes| changes.attached[0].key = key(77)),
        (Code::Argument, &|changes| changes.attached[0].files[1].0 = "说明.pdf".to_owned()),
        (Code::Argument, &|changes| changes.attached[0].files[1].0.clear()),
        (Code::Size, &|changes| changes.attached[0].files[1].0 = "n".repeat(limits::MAX_VALUE + 1)),
        (Code::Size, &|changes| changes.attached[0].files[1].1 = vec![0; limits::MAX_FILE + 1]),
        (Code::Count, &|changes| {
            let files = (0..=limits::MAX_FILES).map(|number| (number.to_string(), Vec::new()));
            changes.attached[0].files = files.collect();
        }),
        (Code::Stale, &|changes| changes.destroyed = vec![key(77)]),
        (Code::Stale, &|changes| changes.posted[0].key = key(77)),
        (Code::Size, &|changes| changes.posted[0].body = vec![0; limits::MAX_FILE + 1]),
        (Code::Count, &|changes| {
            changes.posted = vec![message(0); limits::MAX_CHANGES + 1];
        }),
        (Code::Stale, &|changes| changes.packed[0].place = 1),
        (Code::Stale, &|changes| changes.packed[0].place = 2),
        (Code::Stale, &|changes| changes.packed[0].place = 4),
        (Code::Stale, &|changes| changes.packed[0].packed.sequence = 2),
        (Code::Stale, &|changes| changes.packed[0].packed.sequence = 4),
        (Code::Stale, &|changes| changes.packed[0].packed.conversation = "another".to_owned()),
        (Code::Stale, &|changes| changes.answered[0].place = 1),
        (Code::Stale, &|changes| changes.answered[0].place = 3),
        (Code::Argument, &|changes| {
            changes.answered[0].answer = Answer::Refused { code: 0, reason: String::new() };
        }),
    ];
    for (expected, spoil) in spoilt {
        let mut spoilt = changes(3, &content);
        spoil(&mut spoilt);
        assert_eq!(code(store.transact(&mut |_| Ok(spoilt.clone()))), expected);
        assert_eq!(prefix(&mut store, &content), 3, "{expected:?}");
    }
    let own = Error::new(Code::Rules, "rule", "refused by the caller");
    assert_eq!(store.transact(&mut |_| Err(own.clone())).unwrap_err(), own);
    assert_eq!(prefix(&mut store, &content), 3);
    store.transact(&mut |_| Ok(changes(3, &content))).unwrap();
    assert_eq!(prefix(&mut store, &content), 4);
    assert_eq!(store.verify().unwrap().entries, 4);
}

#[test]
fn what_is_read_and_listed() {
    let (place, content) = (Place::new(), sealed());
    let path = place.filled("store", 5, &content);
    let mut store = open(&path).unwrap();
    let again = VoucherKey { version: 2, ..key(1) };
    store
        .transact(&mut |_| {
            let mut voucher = added(1, &content);
            voucher.key = again.clone();
            Ok(Changes {
                added: vec![voucher],
                balances: vec![Balance { key: "a".to_owned(), fen: i64::MAX }],
                ..Changes::default()
            })
        })
        .unwrap();
    store
        .view(&mut |snapshot| {
            let keys = |filter: &Filter, after, limit| -> Vec<VoucherKey> {
                let rows = snapshot.list(filter, after, limit).unwrap();
                rows.into_iter().map(|(_, row)| row.key).collect()
            };
            let all = Filter::default();
            let mut expected: Vec<VoucherKey> = (0..5).map(key).collect();
            expected.push(again.clone());
            assert_eq!(keys(&all, 0, 100), expected);
            let (place, _) = snapshot.list(&all, 0, 2)?.pop().unwrap();
            assert_eq!(keys(&all, place, 3), expected[2..5]);
            let waiting = Filter { waiting: true, ..Filter::default() };
            assert_eq!(keys(&waiting, 0, 100), [key(4), again.clone()]);
            assert_eq!(keys(&waiting, 0, 1), [key(4)]);
            let state = |state| Filter { state: Some(state), ..Filter::default() };
            assert_eq!(keys(&state(2), 0, 100), expected[..4]);
            assert!(keys(&state(3), 0, 100).is_empty());
            for (adm, year, vt, found) in [
                ("990000", "2026", "5201", 6),
                ("990001", "2026", "5201", 0),
                ("990000", "2025", "5201", 0),
                ("990000", "2026", "8202", 0),
            ] {
                let filter = Filter {
                    adm_div_code: Some(adm.to_owned()),
                    st_year: Some(year.to_owned()),
                    vt_code: Some(vt.to_owned()),
                    ..Filter::default()
                };
                assert_eq!(keys(&filter, 0, 100).len(), found);
            }
            assert_eq!(snapshot.latest(&key(1).id)?.unwrap().key, again);
            assert_eq!(snapshot.latest(&key(2).id)?.unwrap().key, key(2));
            assert_eq!(snapshot.latest(&key(9).id)?, None);
            assert_ne!(
                snapshot.digest(&key(1), Layer::Issuer)?,
                snapshot.digest(&key(9), Layer::Issuer)?
            );
            assert_eq!(snapshot.balances("", 10)?.len(), 2);
            assert_eq!(snapshot.balances("a", 10)?.len(), 1);
            assert_eq!(snapshot.marks(MarkKind::Request, &[], 3)?.len(), 3);
            assert!(snapshot.marks(MarkKind::Claim, &[], 3)?.is_empty());
            assert_eq!(snapshot.logs()?, [log()]);
            assert_eq!(snapshot.entries(&log(), 3, 10)?, [entry(3), entry(4)]);
            let placed = snapshot.entries_of_all(3, 10)?;
            assert_eq!((placed[0].place, placed[0].number), (4, 3));
            assert_eq!(snapshot.last_checkpoint()?.unwrap().place, 4);
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_is_no_store_is_told_by_its_own_code_and_left_alone() {
    let (place, content) = (Place::new(), sealed());
    assert_eq!(code(open(&place.path("missing"))), Code::StoreMissing);
    assert!(!place.path("missing").exists());
    assert_eq!(code(open(place.folder.path())), Code::StoreMissing);
    for name in ["", ":memory:", "file:x?mode=memory"] {
        assert_eq!(code(open(Path::new(name))), Code::Argument);
        assert_eq!(code(create(Path::new(name), &Options::default())), Code::Argument);
    }
    let good = fs::read(place.filled("good", 2, &content)).unwrap();
    let text = b"not a database, but long enough to be taken for one".repeat(40);
    for (name, bytes, expected) in [
        ("text", &text[..], Code::NotAStore),
        ("empty", b"", Code::NotAStore),
        ("header", &good[..100], Code::StoreDamaged),
        ("half", &good[..good.len() / 2], Code::StoreDamaged),
        ("page", &good[..good.len() - 4096], Code::StoreDamaged),
    ] {
        let path = place.path(name);
        fs::write(&path, bytes).unwrap();
        assert_eq!(code(open(&path)), expected, "{name}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
        if name != "empty" {
            assert_eq!(code(create(&path, &Options::default())), Code::Exists, "{name}");
            assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
        }
    }
    // Another program's database.
    let path = place.path("other");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert_eq!(code(open(&path)), Code::NotAStore);
    assert_eq!(code(create(&path, &Options::default())), Code::Exists);
    assert_eq!(code(create(&place.path("good"), &Options::default())), Code::Exists);
    assert_eq!(prefix(&mut open(&place.path("good")).unwrap(), &content), 2);
    for version in [0, VERSION + 1] {
        let path = place.path(&format!("version {version}"));
        fs::write(&path, &good).unwrap();
        Connection::open(&path).unwrap().pragma_update(None, "user_version", version).unwrap();
        assert_eq!(code(open(&path)), Code::StoreVersion);
    }
    let long = "x".repeat(65);
    for org in ["", &long] {
        let made = SqliteStorage::create(
            &place.path("org"),
            StoreRole::Bank,
            org,
            now(),
            &Options::default(),
        );
        assert_eq!(code(made), Code::Argument);
    }
}

#[test]
fn what_others_changed_in_the_file_is_found() {
    let (place, content) = (Place::new(), sealed());
    let good = fs::read(place.filled("good", 4, &content)).unwrap();
    let changed = |name: &str, sql: &str| {
        let path = place.path(name);
        fs::write(&path, &good).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
        connection.execute_batch(sql).unwrap();
        path
    };
    // Tables that are not those that were made are refused when the store is opened.
    for (name, sql) in [
        ("trigger", "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END"),
        ("view", "CREATE VIEW v AS SELECT 1"),
        ("column", "ALTER TABLE balance ADD COLUMN more TEXT"),
        ("index", "DROP INDEX voucher_waiting"),
        ("index of the outbox", "DROP INDEX outbox_stage"),
        ("table", "DROP TABLE checkpoint"),
        ("two", "INSERT INTO store SELECT randomblob(16), role, org, created FROM store"),
        ("role", "UPDATE store SET role = 'other'"),
    ] {
        assert_eq!(code(open(&changed(name, sql))), Code::StoreDamaged, "{name}");
    }
    // Rows that are not what they were are found by verifying.
    for (name, sql) in [
        ("content", "UPDATE document SET content = zeroblob(9) WHERE id = 2"),
        ("seal", "UPDATE seal SET bytes = zeroblob(length(bytes)) WHERE id = 1"),
        ("seal gone", "DELETE FROM seal WHERE id = 2"),
        ("voucher gone", "DELETE FROM voucher WHERE id = 1"),
        ("entry gone", "DELETE FROM entry WHERE number = 1"),
        ("log cut", "DELETE FROM entry WHERE number = 3"),
        ("entry moved", "UPDATE entry SET number = 9 WHERE number = 3"),
        ("balance", "UPDATE balance SET fen = -1"),
        ("time", "UPDATE voucher SET recorded = 'yesterday'"),
        ("file", "UPDATE attachment SET bytes = x'00' WHERE id = 2"),
        ("file gone", "DELETE FROM attachment WHERE id = 1"),
        ("packet", "UPDATE outbox SET bytes = x'00' WHERE place = 3"),
        ("packet gone", "DELETE FROM outbox WHERE place = 1"),
        ("number", "UPDATE outbox SET sequence = 9 WHERE place = 3"),
        ("stage", "UPDATE outbox SET stage = 3 WHERE place = 1"),
        ("answered for nobody", "UPDATE outbox SET stage = 2 WHERE place = 4"),
    ] {
        let mut store = open(&changed(name, sql)).unwrap();
        let error = store.verify().unwrap_err();
        assert_eq!(error.code(), Code::StoreDamaged, "{name}");
        // A store that is damaged answers nothing more.
        assert_eq!(store.view(&mut |_| Ok(())).unwrap_err(), error, "{name}");
    }
    let mut store =
        open(&changed("read", "UPDATE document SET content = x'00' WHERE id = 1")).unwrap();
    let read = store.view(&mut |snapshot| snapshot.document(&key(0), Layer::Issuer).map(drop));
    assert_eq!(code(read), Code::StoreDamaged);
    assert_eq!(code(store.transact(&mut |_| Ok(changes(4, &content)))), Code::StoreDamaged);
}

/// The tables of the first version, as the first libraries made them.
const FIRST: &str = "
CREATE TABLE store (
        id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
        role TEXT NOT NULL,
        org TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT;
CREATE TABLE seal (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
        bytes BLOB NOT NULL
    ) STRICT;
CREATE TABLE voucher (
        id INTEGER PRIMARY KEY,
        adm_div_code TEXT NOT NULL,
        st_year TEXT NOT NULL,
        vt_code TEXT NOT NULL,
        voucher_no TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        revision INTEGER NOT NULL,
        state INTEGER NOT NULL,
        waiting INTEGER NOT NULL CHECK (waiting IN (0, 1)),
        recorded TEXT NOT NULL,
        life TEXT NOT NULL,
        UNIQUE (adm_div_code, st_year, vt_code, voucher_no, version)
    ) STRICT;
CREATE TABLE document (
        id INTEGER PRIMARY KEY,
        voucher INTEGER NOT NULL REFERENCES voucher (id),
        flag INTEGER NOT NULL CHECK (flag IN (0, 1)),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        content BLOB NOT NULL,
        UNIQUE (voucher, flag)
    ) STRICT;
CREATE TABLE balance (
        key TEXT NOT NULL PRIMARY KEY,
        fen INTEGER NOT NULL CHECK (fen >= 0)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE mark (
        kind INTEGER NOT NULL,
        key BLOB NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE log (
        id INTEGER PRIMARY KEY,
        adm_div_code TEXT NOT NULL,
        st_year TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size > 0),
        frontier BLOB NOT NULL,
        UNIQUE (adm_div_code, st_year)
    ) STRICT;
CREATE TABLE entry (
        place INTEGER PRIMARY KEY,
        log INTEGER NOT NULL REFERENCES log (id),
        number INTEGER NOT NULL CHECK (number >= 0),
        bytes BLOB NOT NULL,
        nodes BLOB NOT NULL,
        UNIQUE (log, number)
    ) STRICT;
CREATE TABLE checkpoint (
        place INTEGER PRIMARY KEY,
        bytes BLOB NOT NULL
    ) STRICT;
";

/// What the second version added to them.
const SECOND: &str = "CREATE INDEX voucher_waiting ON voucher (id) WHERE waiting = 1;";

#[test]
fn stores_of_earlier_versions_are_brought_to_the_present_one() {
    for (version, steps) in [(1, &[FIRST][..]), (2, &[FIRST, SECOND])] {
        brought_to_the_present(version, steps);
    }
}

fn brought_to_the_present(from: i64, steps: &[&str]) {
    let (place, content) = (Place::new(), sealed());
    let path = place.path("earlier");
    let mut connection = Connection::open(&path).unwrap();
    let transaction = connection.transaction().unwrap();
    for step in steps {
        transaction.execute_batch(step).unwrap();
    }
    transaction
        .execute(
            "INSERT INTO store VALUES (zeroblob(16), 'bank', '102', '2026-01-02T03:04:05Z')",
            [],
        )
        .unwrap();
    let waiting = "INSERT INTO voucher (adm_div_code, st_year, vt_code, voucher_no, version, \
         revision, state, waiting, recorded, life) \
         VALUES ('990000', '2026', '5201', 'old', 1, 0, 5, 1, '2026-01-02T03:04:05Z', '{}')";
    transaction.execute(waiting, []).unwrap();
    transaction.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    transaction.pragma_update(None, "user_version", from).unwrap();
    transaction.commit().unwrap();
    drop(connection);
    assert!(VERSION > from);
    let mut store = open(&path).unwrap();
    assert_eq!((store.identity().role, &store.identity().org[..]), (StoreRole::Bank, "102"));
    let summary = store.verify().unwrap();
    assert_eq!((summary.vouchers, summary.messages, summary.attachments), (1, 0, 0));
    let waiting = Filter { waiting: true, ..Filter::default() };
    let state = Filter { state: Some(5), ..Filter::default() };
    store
        .view(&mut |snapshot| {
            for filter in [&waiting, &state] {
                assert_eq!(snapshot.list(filter, 0, 9)?[0].1.key.id.voucher_no, "old");
            }
            Ok(())
        })
        .unwrap();
    store.transact(&mut |_| Ok(changes(0, &content))).unwrap();
    drop(store);
    let connection = Connection::open(&path).unwrap();
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, VERSION);
    drop(connection);
    assert_eq!(prefix(&mut open(&path).unwrap(), &content), 1);
}

#[test]
fn files_are_kept_once_and_replaced_and_destroyed() {
    let (place, content) = (Place::new(), sealed());
    let path = place.filled("store", 3, &content);
    let mut store = open(&path).unwrap();
    let contents = |store: &mut SqliteStorage| store.verify().unwrap().attachments;
    assert_eq!(contents(&mut store), 1 + 3, "the one that all have, and their own");
    // Other files in the place of those of a draft: what nobody has any more goes.
    let large = vec![0x5a; 3 << 20];
    let replace = |number, files: &[(&str, &[u8])]| NewAttachments {
        key: key(number),
        layer: Layer::Issuer,
        files: files.iter().map(|(name, bytes)| (name.to_string(), bytes.to_vec())).collect(),
    };
    let attached = vec![replace(1, &[("large", &large), ("again", &large), ("empty", b"")])];
    store
        .transact(&mut |_| Ok(Changes { attached: attached.clone(), ..Changes::default() }))
        .unwrap();
    assert_eq!(contents(&mut store), 1 + 2 + 2);
    store
        .view(&mut |snapshot| {
            let files = snapshot.attachments(&key(1), Layer::Issuer)?;
            let names: Vec<&str> = files.iter().map(|file| &file.name[..]).collect();
            assert_eq!(names, ["large", "again", "empty"]);
            assert_eq!(snapshot.attachment(&files[1].digest)?.as_ref(), Some(&large));
            assert_eq!(snapshot.attachment(&files[2].digest)?, Some(Vec::new()));
            assert_eq!(snapshot.attachment(&[0; 32])?, None);
            Ok(())
        })
        .unwrap();
    let destroyed = vec![key(0)];
    store
        .transact(&mut |_| Ok(Changes { destroyed: destroyed.clone(), ..Changes::default() }))
        .unwrap();
    // The common file is still voucher 2's.
    assert_eq!(contents(&mut store), 1 + 1 + 2);
    store
        .view(&mut |snapshot| {
            for layer in [Layer::Issuer, Layer::Responder] {
                assert_eq!(snapshot.document(&key(0), layer)?, None);
                assert!(snapshot.attachments(&key(0), layer)?.is_empty());
            }
            assert!(snapshot.row(&key(0))?.is_some());
            assert!(snapshot.document(&key(1), Layer::Issuer)?.is_some());
            let left = snapshot.attachments(&key(2), Layer::Issuer)?;
            assert_eq!(snapshot.attachment(&left[0].digest)?.as_deref(), Some(COMMON));
            Ok(())
        })
        .unwrap();
    // What was destroyed is not in the file any more, once SQLite's log was carried into it.
    let kept = |bytes: &[u8]| {
        let all = fs::read(&path).unwrap();
        all.windows(bytes.len()).any(|window| window == bytes)
    };
    store.checkpoint().unwrap();
    assert!(kept(COMMON) && kept(&file(2)));
    assert!(!kept(&file(0)), "the file of a voucher that was destroyed");
}

#[test]
fn the_outbox_gives_what_waits_and_what_is_not_answered() {
    let (place, content) = (Place::new(), sealed());
    let path = place.filled("store", 1, &content);
    let mut store = open(&path).unwrap();
    let body = vec![7; limits::MAX_READ / 2];
    let posted = |count: usize| -> Vec<_> {
        (0..count).map(|_| NewMessage { body: body.clone(), ..message(0) }).collect()
    };
    store.transact(&mut |_| Ok(Changes { posted: posted(3), ..Changes::default() })).unwrap();
    let places = |store: &mut SqliteStorage, after, limit| {
        let mut found = Vec::new();
        store
            .view(&mut |snapshot| {
                let rows = snapshot.unpacked(after, limit)?;
                found = rows.iter().map(|row| row.place).collect();
                Ok(())
            })
            .unwrap();
        found
    };
    // As many as fit, and at least one.
    assert_eq!(places(&mut store, 0, 100), [1, 2]);
    assert_eq!(places(&mut store, 1, 100), [2, 3]);
    assert_eq!(places(&mut store, 1, 1), [2]);
    assert_eq!(places(&mut store, 3, 100), [4]);
    assert!(places(&mut store, 4, 100).is_empty());
    // A packet in the place of what it carries; nothing in the place of a packet that is answered.
    let pack = |place: u64, number| PackedChange {
        place,
        packed: packed_as(number),
        packet: packet(number),
    };
    let packed = vec![pack(1, 0), pack(3, 1)];
    store.transact(&mut |_| Ok(Changes { packed: packed.clone(), ..Changes::default() })).unwrap();
    assert_eq!(places(&mut store, 0, 100), [2, 4]);
    let answered = vec![AnsweredChange { place: 3, answer: Answer::Received }];
    let answer = Changes { answered, ..Changes::default() };
    store.transact(&mut |_| Ok(answer.clone())).unwrap();
    assert_eq!(code(store.transact(&mut |_| Ok(answer.clone()))), Code::Stale, "answered before");
    store
        .view(&mut |snapshot| {
            let unanswered = snapshot.unanswered(0, 100)?;
            assert_eq!(unanswered.len(), 1);
            let expected = Post::Packed { packed: packed_as(0), packet: packet(0) };
            assert_eq!((unanswered[0].place, &unanswered[0].post), (1, &expected));
            let sent = snapshot.sent(&packed_as(1).digest)?.unwrap();
            let expected = Post::Answered { packed: packed_as(1), answer: Answer::Received };
            assert_eq!((sent.place, sent.post), (3, expected));
            assert_eq!(snapshot.sent(&[0; 32])?, None);
            assert_eq!(snapshot.last_sequence(CONVERSATION)?, Some(2));
            assert_eq!(snapshot.last_sequence("another")?, None);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.verify().unwrap().messages, 4);
}

#[test]
fn a_copy_is_made_in_use_and_taken_back() {
    let (place, content) = (Place::new(), sealed());
    let path = place.filled("store", 3, &content);
    let mut store = open(&path).unwrap();
    let mut other = open(&path).unwrap();
    let copy = place.path("copy");
    // While another has a transaction under way, the copy is of the moment before it.
    other
        .transact(&mut |_| {
            assert_eq!(store.backup(&copy)?.entries, 3);
            Ok(changes(3, &content))
        })
        .unwrap();
    assert_eq!(prefix(&mut store, &content), 4);
    assert_eq!(prefix(&mut open(&copy).unwrap(), &content), 3);
    assert_eq!(code(store.backup(&copy)), Code::Exists);
    assert_eq!(code(store.backup(&place.path("no/such/folder"))), Code::StoreMissing);
    assert_eq!(prefix(&mut store, &content), 4, "that the copy failed is not the store's fault");
    let id = store.identity().id;
    let options = Options::default();
    let back = place.path("back");
    let mut restored = SqliteStorage::restore(&copy, &back, Some(&id), &options).unwrap();
    assert_eq!(restored.identity(), store.identity());
    assert_eq!(prefix(&mut restored, &content), 3);
    restored.transact(&mut |_| Ok(changes(3, &content))).unwrap();
    // Never over a store that is there, never from another store, never from what is damaged.
    assert_eq!(code(SqliteStorage::restore(&copy, &path, Some(&id), &options)), Code::Exists);
    let another = place.filled("another", 2, &content);
    let to = place.path("to");
    assert_eq!(code(SqliteStorage::restore(&another, &to, Some(&id), &options)), Code::OtherStore);
    assert!(!to.exists());
    Connection::open(&another).unwrap().execute("DELETE FROM seal", []).unwrap();
    assert_eq!(code(SqliteStorage::restore(&another, &to, None, &options)), Code::StoreDamaged);
    assert!(!to.exists());
    assert_eq!(prefix(&mut open(&path).unwrap(), &content), 4);
}

#[test]
fn who_waits_too_long_is_told() {
    let (place, content) = (Place::new(), sealed());
    let path = place.filled("store", 1, &content);
    let mut few = Options::default();
    few.tries = 2;
    let mut patient = open(&path).unwrap();
    let mut hasty = SqliteStorage::open(&path, &few).unwrap();
    patient
        .transact(&mut |_| {
            assert_eq!(code(hasty.transact(&mut |_| Ok(changes(1, &content)))), Code::StoreBusy);
            // Readers do not wait for a writer.
            assert_eq!(prefix(&mut hasty, &content), 1);
            Ok(Changes::default())
        })
        .unwrap();
    hasty.transact(&mut |_| Ok(changes(1, &content))).unwrap();
    assert_eq!(prefix(&mut patient, &content), 2);
}

#[test]
fn a_batch_of_vouchers_is_one_transaction() {
    let (place, content) = (Place::new(), sealed());
    let path = place.path("store");
    let mut store = open_or_create(&path, &Options::default()).unwrap();
    let batch = |count: u64| Changes {
        added: (0..count).map(|number| added(number, &content)).collect(),
        ..Changes::default()
    };
    let too_many = batch(limits::MAX_CHANGES as u64 + 1);
    assert_eq!(code(store.transact(&mut |_| Ok(too_many.clone()))), Code::Count);
    store.transact(&mut |_| Ok(batch(2_500))).unwrap();
    let summary = store.verify().unwrap();
    assert_eq!((summary.vouchers, summary.documents, summary.seals), (2_500, 2_500, 2));
    store.checkpoint().unwrap();
    let file = fs::metadata(&path).unwrap().len() as usize;
    let whole = 2_500 * content.as_bytes().len();
    let seals: usize = content.shared().iter().map(|range| range.len()).sum();
    let without_seals = 2_500 * (content.as_bytes().len() - seals);
    assert!(file < whole && file < without_seals * 3 / 2, "{file} of {whole}, {without_seals}");
}
