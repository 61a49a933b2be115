//! Files and folders that are not complete yet: a signal that ends the run removes them.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, Once, PoisonError};

use tempfile::{NamedTempFile, TempDir};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

static WATCHED: Once = Once::new();

/// Added to a signal's number for the exit code of a program that the signal has ended.
const ENDED_BY_SIGNAL: i32 = 128;

/// Creates a file with `make`, which is removed if a signal ends the run before the file is
/// complete.
pub(super) fn create(
    make: impl FnOnce() -> io::Result<NamedTempFile>,
) -> io::Result<NamedTempFile> {
    registered(make, |file| file.path().to_path_buf())
}

/// The same for a folder, which is removed with everything in it.
pub(super) fn create_folder(make: impl FnOnce() -> io::Result<TempDir>) -> io::Result<TempDir> {
    registered(make, |folder| folder.path().to_path_buf())
}

/// A file among the system's temporary ones, which is removed when it is dropped, or by a signal.
pub(crate) fn temporary() -> io::Result<NamedTempFile> {
    create(|| tempfile::Builder::new().prefix(".voxev-").tempfile())
}

fn registered<T>(
    create: impl FnOnce() -> io::Result<T>,
    path: impl FnOnce(&T) -> PathBuf,
) -> io::Result<T> {
    WATCHED.call_once(watch);
    // Held while it is created, so that a signal in between waits until it is registered.
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    let made = create()?;
    unfinished.push(path(&made));
    Ok(made)
}

/// If no handler can be set, an interrupted run leaves a file called `.voxev-*`.
#[cfg(unix)]
fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let ignored = ignored();
    let heeded = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|it| ignored & (1 << (it - 1)) == 0);
    let Ok(mut signals) = Signals::new(heeded) else { return };
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            remove_all_and_exit(signal);
        }
    };
    let _ = std::thread::Builder::new().name("signals".into()).spawn(wait);
}

/// Signals that are ignored since voxev started, as with nohup and background jobs of scripts; a
/// handler would override that. One bit for each, from SIGHUP on; only Linux reports it.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

#[cfg(windows)]
fn watch() {
    /// C's number for Ctrl-C.
    const SIGINT: i32 = 2;
    let _ = ctrlc::set_handler(|| remove_all_and_exit(SIGINT));
}

#[cfg(not(any(unix, windows)))]
fn watch() {}

#[cfg(any(unix, windows))]
#[expect(clippy::exit, reason = "the reader may be blocked on a pipe: nobody else can end the run")]
fn remove_all_and_exit(signal: i32) {
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        if path.is_dir() {
            let _ = std::fs::remove_dir_all(path);
        } else {
            let _ = std::fs::remove_file(path);
        }
    }
    std::process::exit(ENDED_BY_SIGNAL + signal);
}
