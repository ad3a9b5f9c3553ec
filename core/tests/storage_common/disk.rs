//! A disk in memory for SQLite: it can lose power, fail at any call, be full or be read-only.
//!
//! Writes are kept apart from what was synced. A cut of the power takes an [`Image`] of what may be
//! left: of what was not synced each sector on its own is there or not. Names of files become
//! durable when SQLite syncs the folder, as its VFS for Unix does: with the first sync of a new
//! journal or log, and at a deletion that asks for it.
#![allow(unsafe_code)]

use rusqlite::ffi;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

const SECTOR: usize = 512;

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(at, written) => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(written);
            }
            Change::Truncate(length) => bytes.truncate(*length),
        }
    }
}

#[derive(Clone, Default)]
struct File {
    now: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
    /// Whether its first sync has still to sync the folder.
    folder: bool,
}

/// What a disk holds.
#[derive(Clone, Default)]
pub struct Image {
    files: BTreeMap<usize, File>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
}

/// What of the writes that were not synced is left after a cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Left {
    Nothing,
    Everything,
    /// Each sector is there or not, by chance.
    Torn,
}

impl Image {
    /// The disk after a cut of the power, when it is on again.
    pub fn after_cut(&self, left: Left, chance: &mut Chance) -> Image {
        let names = match left {
            Left::Nothing => &self.durable_names,
            Left::Everything => &self.names,
            Left::Torn if chance.one_in(2) => &self.durable_names,
            Left::Torn => &self.names,
        };
        let mut files = BTreeMap::new();
        for id in names.values() {
            let file = &self.files[id];
            let mut bytes = file.durable.clone();
            for change in &file.pending {
                match (left, change) {
                    (Left::Nothing, _) => {}
                    (Left::Torn, Change::Write(at, written)) => {
                        let mut start = 0;
                        while start < written.len() {
                            let room = SECTOR - (at + start) % SECTOR;
                            let end = written.len().min(start + room);
                            if chance.one_in(2) {
                                let piece = written[start..end].to_vec();
                                Change::Write(at + start, piece).apply(&mut bytes);
                            }
                            start = end;
                        }
                    }
                    (Left::Torn, Change::Truncate(_)) if chance.one_in(2) => {}
                    _ => change.apply(&mut bytes),
                }
            }
            let now = bytes.clone();
            files.insert(*id, File { now, durable: bytes, pending: Vec::new(), folder: false });
        }
        Image { files, names: names.clone(), durable_names: names.clone() }
    }

    /// How many bytes were written and not synced.
    pub fn pending(&self) -> usize {
        self.files.values().map(|file| file.pending.len()).sum()
    }

    /// The bytes of a file.
    pub fn read(&self, name: &str) -> Option<&[u8]> {
        self.names.get(name).map(|id| self.files[id].now.as_slice())
    }

    fn new_id(&self) -> usize {
        self.files.keys().next_back().map_or(0, |last| last + 1)
    }
}

/// Numbers that look like chance and are the same in every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_in(&mut self, many: u64) -> bool {
        (self.number() >> 16).is_multiple_of(many)
    }
}

#[derive(Default)]
pub struct State {
    pub image: Image,
    /// Calls that can fail, counted.
    pub calls: u64,
    /// Fails the call of this number, and if `lasting` all after it.
    pub fail_at: Option<u64>,
    pub lasting: bool,
    /// Whether a failing sync is told as such, or any call.
    pub only_syncs: bool,
    /// No file may be longer together than so many bytes.
    pub capacity: Option<usize>,
    pub read_only: bool,
    /// Set to keep what the disk held just before each sync.
    pub keep_cuts: bool,
    /// What the caller has been told, at each cut.
    pub acknowledged: u64,
    pub cuts: Vec<(Image, u64)>,
    shared: BTreeMap<usize, Vec<Box<[u64]>>>,
}

impl State {
    /// Whether this call fails.
    fn fails(&mut self, sync: bool) -> bool {
        if self.only_syncs && !sync {
            return false;
        }
        self.calls += 1;
        match self.fail_at {
            Some(at) => self.calls == at || (self.lasting && self.calls > at),
            None => false,
        }
    }

    fn sync_folder(&mut self) {
        self.image.durable_names = self.image.names.clone();
    }
}

/// A disk, registered with SQLite under a name of its own.
pub struct Disk {
    pub name: String,
    state: &'static Mutex<State>,
}

#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    state: &'static Mutex<State>,
    id: usize,
    delete: bool,
}

impl Disk {
    /// A new, empty disk. It stays registered as long as the process lives.
    pub fn new() -> Disk {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let name = format!("yinxin-disk-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let state: &'static Mutex<State> = Box::leak(Box::default());
        let c_name = Box::leak(CString::new(name.clone()).unwrap().into_boxed_c_str());
        // SAFETY: an all-zero sqlite3_vfs is a valid one: its pointers are null and its functions absent.
        let mut vfs: ffi::sqlite3_vfs = unsafe { std::mem::zeroed() };
        vfs.iVersion = 2;
        vfs.szOsFile = size_of::<Handle>() as c_int;
        vfs.mxPathname = 512;
        vfs.zName = c_name.as_ptr();
        vfs.pAppData = std::ptr::from_ref(state).cast_mut().cast();
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        vfs.xAccess = Some(access);
        vfs.xFullPathname = Some(full_path);
        vfs.xRandomness = Some(randomness);
        vfs.xSleep = Some(sleep);
        vfs.xCurrentTime = Some(current_time);
        vfs.xGetLastError = Some(last_error);
        vfs.xCurrentTimeInt64 = Some(current_time_int64);
        let vfs = Box::leak(Box::new(vfs));
        // SAFETY: the VFS, its name and its state live as long as the process.
        assert_eq!(unsafe { ffi::sqlite3_vfs_register(vfs, 0) }, ffi::SQLITE_OK);
        Disk { name, state }
    }

    pub fn state(&self) -> MutexGuard<'static, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The disk as it is now.
    pub fn image(&self) -> Image {
        self.state().image.clone()
    }

    /// Puts this image in, with nothing wrong with the disk.
    pub fn load(&self, image: Image) {
        *self.state() = State { image, ..State::default() };
    }
}

fn lock(state: &'static Mutex<State>) -> MutexGuard<'static, State> {
    state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The state of the disk to which a VFS belongs.
///
/// # Safety
///
/// `vfs` is one that [`Disk::new`] registered.
unsafe fn state_of(vfs: *mut ffi::sqlite3_vfs) -> &'static Mutex<State> {
    // SAFETY: pAppData is the leaked state of that disk.
    unsafe { &*(*vfs).pAppData.cast::<Mutex<State>>() }
}

/// The handle of an open file.
///
/// # Safety
///
/// `file` is one that [`open`] filled in and `close` has not been called on.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a Handle {
    // SAFETY: SQLite keeps szOsFile bytes for it, and `open` wrote a Handle there.
    unsafe { &*file.cast::<Handle>() }
}

/// A name as SQLite gives it.
///
/// # Safety
///
/// `name` is null or a string that ends with a zero.
unsafe fn text(name: *const c_char) -> Option<String> {
    // SAFETY: as the caller promises.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock_file),
    xUnlock: Some(lock_file),
    xCheckReservedLock: Some(check_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls the VFS with itself, a name or null, and room for a Handle.
    let (state, name) = unsafe { (state_of(vfs), text(name)) };
    // SAFETY: as above; a file without methods needs no close.
    unsafe { (*file).pMethods = std::ptr::null() };
    let mut guard = lock(state);
    if guard.fails(false) {
        return ffi::SQLITE_CANTOPEN;
    }
    let name = name.unwrap_or_else(|| format!("temporary {}", guard.image.new_id()));
    let id = match guard.image.names.get(&name) {
        Some(id) => *id,
        None if flags & ffi::SQLITE_OPEN_CREATE == 0 || guard.read_only => {
            return ffi::SQLITE_CANTOPEN;
        }
        None => {
            let id = guard.image.new_id();
            let journal = ffi::SQLITE_OPEN_MAIN_JOURNAL
                | ffi::SQLITE_OPEN_SUPER_JOURNAL
                | ffi::SQLITE_OPEN_WAL;
            let new = File { folder: flags & journal != 0, ..File::default() };
            guard.image.files.insert(id, new);
            guard.image.names.insert(name, id);
            id
        }
    };
    let given = match guard.read_only {
        true => flags & !ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_READONLY,
        false => flags,
    };
    let delete = flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0;
    let base = ffi::sqlite3_file { pMethods: &METHODS };
    // SAFETY: SQLite keeps szOsFile bytes at `file`, aligned as its own structures are.
    unsafe { file.cast::<Handle>().write(Handle { base, state, id, delete }) };
    if !out.is_null() {
        // SAFETY: where it is not null SQLite wants the flags there.
        unsafe { *out = given };
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file.
    let handle = unsafe { handle(file) };
    if handle.delete {
        lock(handle.state).image.names.retain(|_, id| *id != handle.id);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    count: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: an open file, and `count` bytes of room.
    let (handle, out) =
        unsafe { (handle(file), std::slice::from_raw_parts_mut(out.cast::<u8>(), count as usize)) };
    let mut state = lock(handle.state);
    if state.fails(false) {
        return ffi::SQLITE_IOERR_READ;
    }
    let bytes = &state.image.files[&handle.id].now;
    let rest = bytes.get(at as usize..).unwrap_or_default();
    let found = rest.len().min(out.len());
    out[..found].copy_from_slice(&rest[..found]);
    out[found..].fill(0);
    if found < out.len() { ffi::SQLITE_IOERR_SHORT_READ } else { ffi::SQLITE_OK }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: an open file, and `count` bytes.
    let (handle, bytes) =
        unsafe { (handle(file), std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize)) };
    let mut state = lock(handle.state);
    if state.fails(false) {
        return ffi::SQLITE_IOERR_WRITE;
    }
    let all: usize = state.image.files.values().map(|file| file.now.len()).sum();
    let own = state.image.files[&handle.id].now.len();
    let grown = (at as usize + bytes.len()).saturating_sub(own);
    if state.capacity.is_some_and(|capacity| all + grown > capacity) {
        return ffi::SQLITE_FULL;
    }
    change(&mut state, handle.id, Change::Write(at as usize, bytes.to_vec()))
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: an open file.
    let handle = unsafe { handle(file) };
    let mut state = lock(handle.state);
    if state.fails(false) {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    change(&mut state, handle.id, Change::Truncate(size as usize))
}

fn change(state: &mut State, id: usize, change: Change) -> c_int {
    let file = state.image.files.get_mut(&id).expect("an open file");
    change.apply(&mut file.now);
    file.pending.push(change);
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: an open file.
    let handle = unsafe { handle(file) };
    let mut state = lock(handle.state);
    if state.keep_cuts {
        let cut = (state.image.clone(), state.acknowledged);
        state.cuts.push(cut);
    }
    if state.fails(true) {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    let file = state.image.files.get_mut(&handle.id).expect("an open file");
    file.pending.clear();
    file.durable = file.now.clone();
    if std::mem::take(&mut file.folder) {
        state.sync_folder();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_size(
    file: *mut ffi::sqlite3_file,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: an open file, and room for the number.
    unsafe {
        let handle = handle(file);
        *out = lock(handle.state).image.files[&handle.id].now.len() as ffi::sqlite3_int64;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock_file(_file: *mut ffi::sqlite3_file, _level: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_lock(_file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: room for the answer.
    unsafe { *out = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(
    _file: *mut ffi::sqlite3_file,
    _operation: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_file: *mut ffi::sqlite3_file) -> c_int {
    SECTOR as c_int
}

unsafe extern "C" fn characteristics(_file: *mut ffi::sqlite3_file) -> c_int {
    0
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file.
    let handle = unsafe { handle(file) };
    let mut state = lock(handle.state);
    if state.fails(false) {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    let regions = state.shared.entry(handle.id).or_default();
    while extend != 0 && regions.len() <= region as usize {
        regions.push(vec![0; (size as usize).div_ceil(8)].into_boxed_slice());
    }
    let found = regions.get_mut(region as usize);
    let start = found.map_or(std::ptr::null_mut(), |bytes| bytes.as_mut_ptr().cast());
    // SAFETY: room for the pointer; the boxes stay where they are until the disk is loaded anew,
    // which happens only when no file is open.
    unsafe { *out = start };
    ffi::SQLITE_OK
}

/// One connection at a time uses a disk, so nobody has to wait.
unsafe extern "C" fn shm_lock(
    _file: *mut ffi::sqlite3_file,
    _offset: c_int,
    _count: c_int,
    _flags: c_int,
) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_barrier(_file: *mut ffi::sqlite3_file) {}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    if delete != 0 {
        // SAFETY: an open file.
        let handle = unsafe { handle(file) };
        lock(handle.state).shared.remove(&handle.id);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: SQLite calls the VFS with itself and a name.
    let (state, name) = unsafe { (state_of(vfs), text(name)) };
    let mut state = lock(state);
    if state.fails(false) {
        return ffi::SQLITE_IOERR_DELETE;
    }
    if state.image.names.remove(&name.unwrap_or_default()).is_none() {
        return ffi::SQLITE_IOERR_DELETE_NOENT;
    }
    if sync_folder != 0 {
        state.sync_folder();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls the VFS with itself, a name, and room for the answer.
    let (state, name) = unsafe { (state_of(vfs), text(name)) };
    let mut state = lock(state);
    if state.fails(false) {
        return ffi::SQLITE_IOERR_ACCESS;
    }
    let there = state.image.names.contains_key(&name.unwrap_or_default());
    // SAFETY: as above.
    unsafe { *out = c_int::from(there) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_path(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: a name, and `room` bytes for its copy.
    unsafe {
        let name = CStr::from_ptr(name).to_bytes_with_nul();
        if name.len() > room as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(name.as_ptr().cast(), out, name.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(
    vfs: *mut ffi::sqlite3_vfs,
    count: c_int,
    out: *mut c_char,
) -> c_int {
    static SEED: AtomicU64 = AtomicU64::new(0x9e37_79b9_7f4a_7c15);
    let _ = vfs;
    let mut chance = Chance(SEED.fetch_add(0x2545_f491_4f6c_dd1d, Ordering::Relaxed) | 1);
    for at in 0..count as usize {
        // SAFETY: `count` bytes of room.
        unsafe { *out.add(at) = chance.number() as c_char };
    }
    count
}

unsafe extern "C" fn sleep(_vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    microseconds
}

unsafe extern "C" fn current_time(_vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: room for the number.
    unsafe { *out = 2_461_000.5 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time_int64(
    _vfs: *mut ffi::sqlite3_vfs,
    out: *mut ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: room for the number.
    unsafe { *out = 212_630_443_200_000 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn last_error(
    _vfs: *mut ffi::sqlite3_vfs,
    _count: c_int,
    _out: *mut c_char,
) -> c_int {
    0
}
