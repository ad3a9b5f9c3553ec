//! The folder of a store.
//!
//! | file | what |
//! |---|---|
//! | `store.sqlite` | the store (docs/storage.md); SQLite keeps files of its own beside it |
//! | `roles.json` | who may do what (`yinxin:roles:1`) |
//! | `office.json` | what else the office goes by (`yinxin:office:1`) |

use crate::commands::seal::hex;
use crate::failure::Failure;
use crate::files;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use yinxin::error::{Code, Error};
use yinxin::store::sqlite::{Options, SqliteStorage, Summary};
use yinxin::store::{Identity, Office, Roles, Snapshot, Storage};

/// The names of the files.
pub const STORE: &str = "store.sqlite";
pub const ROLES: &str = "roles.json";
pub const OFFICE: &str = "office.json";

/// The folder of a store that is open.
pub struct Place {
    folder: PathBuf,
    pub storage: SqliteStorage,
}

impl Place {
    /// Opens the store in a folder.
    pub fn open(folder: &Path) -> Result<Place, Failure> {
        let file = folder.join(STORE);
        if !file.is_file() {
            let message = format!("there is no {STORE} in this folder");
            return Err(
                Error::new(Code::StoreMissing, folder.display().to_string(), message).into()
            );
        }
        let storage = SqliteStorage::open(&file, &Options::default())?;
        Ok(Place { folder: folder.to_owned(), storage })
    }

    /// What the office goes by.
    pub fn office(&self) -> Result<Office, Failure> {
        let roles = Roles::from_json(&files::read(&self.folder.join(ROLES))?)?;
        Ok(Office::from_json(&files::read(&self.folder.join(OFFICE))?, roles)?)
    }

    /// What is read of the store at one moment.
    pub fn view<T>(
        &mut self,
        mut read: impl FnMut(&dyn Snapshot) -> yinxin::Result<T>,
    ) -> Result<T, Failure> {
        let mut found = None;
        self.storage.view(&mut |snapshot| {
            found = Some(read(snapshot)?);
            Ok(())
        })?;
        let nothing = || Error::new(Code::StoreFault, "store", "nothing was read");
        Ok(found.ok_or_else(nothing)?)
    }
}

/// A folder that may be made, or that holds nothing. A new one is for its owner alone: what a store
/// holds is nobody else's business.
pub fn require_free(folder: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| -> Failure {
        Error::new(Code::Write, folder.display().to_string(), error.to_string()).into()
    };
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(failed)?;
    if std::fs::read_dir(folder).map_err(failed)?.next().is_some() {
        let message = "the folder has something in it; nothing is overwritten";
        return Err(Error::new(Code::Exists, folder.display().to_string(), message).into());
    }
    Ok(())
}

/// Which store it is.
pub fn describe(identity: &Identity) -> Value {
    json!({
        "id": hex(&identity.id),
        "role": identity.role.name(),
        "org": identity.org,
        "created": identity.created.to_string(),
    })
}

/// How much a store holds.
pub fn summary(summary: &Summary) -> Value {
    json!({
        "vouchers": summary.vouchers,
        "documents": summary.documents,
        "seals": summary.seals,
        "balances": summary.balances,
        "logs": summary.logs,
        "entries": summary.entries,
    })
}
