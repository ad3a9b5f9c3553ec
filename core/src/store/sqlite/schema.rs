//! The tables, version by version.

use super::fault::Faulty;
use crate::error::{Code, Error, Result};
use crate::store::content::damaged;
use crate::store::storage::{Identity, StoreRole};
use crate::time::Time;
use rusqlite::{Connection, TransactionBehavior, params};

/// `application_id` in the header of the file: `yxST`.
pub const APPLICATION_ID: i64 = 0x7978_5354;

/// `user_version` in the header of the file: the version of the tables.
pub const VERSION: i64 = STEPS.len() as i64;

/// The statements that lead from each version to the next. A step that was published stays as it is.
const STEPS: [&str; 3] = [
    "CREATE TABLE store (
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
    ) STRICT;",
    "CREATE INDEX voucher_waiting ON voucher (id) WHERE waiting = 1;",
    "CREATE INDEX voucher_state ON voucher (state, id);
    CREATE TABLE attachment (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
        bytes BLOB NOT NULL
    ) STRICT;
    CREATE TABLE attached (
        id INTEGER PRIMARY KEY,
        voucher INTEGER NOT NULL REFERENCES voucher (id),
        flag INTEGER NOT NULL CHECK (flag IN (0, 1)),
        name TEXT NOT NULL,
        attachment INTEGER NOT NULL REFERENCES attachment (id),
        UNIQUE (voucher, flag, name)
    ) STRICT;
    CREATE INDEX attached_attachment ON attached (attachment);
    CREATE TABLE outbox (
        place INTEGER PRIMARY KEY,
        partner TEXT NOT NULL,
        kind TEXT NOT NULL,
        voucher INTEGER NOT NULL REFERENCES voucher (id),
        flag INTEGER NOT NULL CHECK (flag IN (0, 1)),
        stage INTEGER NOT NULL CHECK (stage IN (0, 1, 2)),
        conversation TEXT CHECK ((conversation IS NULL) = (stage = 0)),
        sequence INTEGER CHECK ((sequence IS NULL) = (stage = 0) AND sequence > 0),
        digest BLOB CHECK ((digest IS NULL) = (stage = 0) AND length(digest) = 32),
        header BLOB CHECK ((header IS NULL) = (stage = 0)),
        code INTEGER CHECK ((code IS NULL) = (stage < 2) AND code >= 0),
        reason TEXT CHECK ((reason IS NULL) = (stage < 2)),
        bytes BLOB NOT NULL,
        UNIQUE (conversation, sequence),
        UNIQUE (digest)
    ) STRICT;
    CREATE INDEX outbox_stage ON outbox (stage, place) WHERE stage < 2;",
];

/// Makes the tables and writes the identity, in one transaction.
pub(super) fn create(connection: &mut Connection, identity: &Identity) -> Result<()> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Exclusive).faulty()?;
    // Another may have made a store of it since it was found empty.
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .faulty()?;
    if tables != 0 {
        return Err(Error::new(Code::Exists, "store", "the file has something in it"));
    }
    for step in STEPS {
        transaction.execute_batch(step).faulty()?;
    }
    transaction
        .execute(
            "INSERT INTO store (id, role, org, created) VALUES (?1, ?2, ?3, ?4)",
            params![identity.id, identity.role.name(), identity.org, identity.created.to_string()],
        )
        .faulty()?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID).faulty()?;
    transaction.pragma_update(None, "user_version", VERSION).faulty()?;
    transaction.commit().faulty()
}

/// That the file says that it is a store, of a version that is known.
pub(super) fn require_store(connection: &Connection) -> Result<()> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if number("application_id").faulty()? != APPLICATION_ID {
        return Err(Error::new(
            Code::NotAStore,
            "store",
            "the file does not say that it is a store",
        ));
    }
    let version = number("user_version").faulty()?;
    if !(1..=VERSION).contains(&version) {
        let message = format!("version {version}; known are 1 to {VERSION}");
        return Err(Error::new(Code::StoreVersion, "store", message));
    }
    Ok(())
}

/// Takes the steps from the file's version to the present one, in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let version = |connection: &Connection| {
        connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).faulty()
    };
    if version(connection)? == VERSION {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).faulty()?;
    // Another may have been faster.
    let from = usize::try_from(version(&transaction)?).unwrap_or(usize::MAX);
    for step in STEPS.iter().skip(from) {
        transaction.execute_batch(step).faulty()?;
    }
    transaction.pragma_update(None, "user_version", VERSION).faulty()?;
    transaction.commit().faulty()
}

/// That the tables are those that were made, and nothing else is there: no trigger, no view, no
/// column that a statement of ours would not see.
pub(super) fn require_made(connection: &Connection) -> Result<()> {
    let empty = Connection::open_in_memory().faulty()?;
    for step in STEPS {
        empty.execute_batch(step).faulty()?;
    }
    if tables(connection)? != tables(&empty)? {
        return Err(damaged("the tables are not those of a store"));
    }
    Ok(())
}

type Table = (String, String, String, Option<String>);

fn tables(connection: &Connection) -> Result<Vec<Table>> {
    // SQLite's own planner may have left its statistics.
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema
        WHERE name NOT LIKE 'sqlite_stat_' ORDER BY type, name";
    let mut statement = connection.prepare(sql).faulty()?;
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .faulty()?;
    rows.collect::<rusqlite::Result<_>>().faulty()
}

pub(super) fn identity(connection: &Connection) -> Result<Identity> {
    let rows = connection
        .prepare("SELECT id, role, org, created FROM store")
        .and_then(|mut statement| {
            let row = |row: &rusqlite::Row<'_>| {
                Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, String>(3)?))
            };
            statement.query_map([], row)?.collect::<rusqlite::Result<Vec<_>>>()
        })
        .faulty()?;
    let Ok([(id, role, org, created)]) = <[_; 1]>::try_from(rows) else {
        return Err(damaged("not exactly one identity"));
    };
    let role = StoreRole::from_name(&role).ok_or_else(|| damaged("a role that is none"))?;
    let created = Time::parse_rfc3339(&created).ok_or_else(|| damaged("a time that is none"))?;
    Ok(Identity { id, role, org, created })
}
