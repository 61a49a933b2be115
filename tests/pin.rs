//! What every command prints, writes and exits with is what `tests/pin/recorded.txt` holds.
//!
//! A case is a line of shell over the fixtures, over two captures that `voxev generate` once made
//! (`clean.jsonl`, and `faulty.jsonl` with faults) and over one that is put together of them
//! (`large.jsonl`, several blocks long). Of what it leaves behind, hashes are recorded. What must
//! not matter is not recorded but compared: a case that reads a capture says the same of it
//! compressed, on other numbers of threads, and through a slow pipe.
//!
//! `PIN=overwrite cargo test --test suite pin::` records anew. `PIN=keep` writes what every case
//! leaves behind to `target/tmp/pin/kept`: two checkouts that did so can be compared by `diff -r`.
//! Usually each case is run in some of the ways that must not matter, others for each case;
//! `PIN=thorough` takes them all, which takes minutes.

mod cases;
mod folders;
mod record;
mod run;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cases::Case;
use folders::Folders;
use record::Entry;

/// More would find the machine's cores busy with other tests.
const WORKERS: usize = 2;

/// Differences that a failure describes; the rest is counted.
const MOST_DESCRIBED: usize = 20;

/// What `PIN` asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Compare,
    Overwrite,
    Keep,
    Thorough,
}

/// What came of one case: what to record, and what is wrong.
struct Found {
    entry: Entry,
    complaints: Vec<String>,
}

#[test]
fn every_command_leaves_behind_what_is_recorded() {
    let mode = mode();
    for name in ["changed", "kept"] {
        let _ = fs::remove_dir_all(root().join(name));
    }
    let cases = cases::all();
    // What is to be written anew may be full of conflicts.
    let recorded = if mode == Mode::Overwrite { BTreeMap::new() } else { record::read() };
    let found = run_all(&cases, &recorded, mode);
    if mode == Mode::Overwrite {
        record::write(found.iter().map(|(at, it)| (cases[*at].line.as_str(), &it.entry)));
    }
    let mut complaints: Vec<String> = found.into_values().flat_map(|it| it.complaints).collect();
    let is_case = |name: &str| cases.iter().any(|case| case.line == name);
    let gone = recorded.keys().filter(|name| !is_case(name));
    complaints.extend(gone.map(|name| format!("{name}\n  recorded, but no case any more\n")));
    assert!(complaints.is_empty(), "{}", described(&complaints));
}

#[test]
fn no_case_is_there_twice() {
    let mut lines: Vec<String> = cases::all().into_iter().map(|case| case.line).collect();
    lines.sort();
    let twice: Vec<&[String]> = lines.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

fn mode() -> Mode {
    let known = [
        ("", Mode::Compare),
        ("overwrite", Mode::Overwrite),
        ("keep", Mode::Keep),
        ("thorough", Mode::Thorough),
    ];
    let asked = std::env::var("PIN").unwrap_or_default();
    let mode = known.into_iter().find(|(name, _)| *name == asked);
    mode.expect("PIN is overwrite, keep or thorough").1
}

/// Where cases run, and where their outputs can be looked at afterwards.
fn root() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("pin")
}

/// Runs the cases on several threads, each of which has folders of its own.
fn run_all(
    cases: &[Case],
    recorded: &BTreeMap<String, Entry>,
    mode: Mode,
) -> BTreeMap<usize, Found> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(BTreeMap::new());
    let work = |worker: usize| {
        let folders = Folders::new(&root().join(worker.to_string()));
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(at) else { return };
            let it = check(case, &folders, recorded.get(&case.line), mode);
            found.lock().expect("no case panics").insert(at, it);
        }
    };
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            scope.spawn(move || work(worker));
        }
    });
    found.into_inner().expect("no case panics")
}

/// Runs `case` in all its variants and compares it with what is recorded of it.
fn check(case: &Case, folders: &Folders, recorded: Option<&Entry>, mode: Mode) -> Found {
    let plain = run::run(case, folders, run::PLAIN);
    let entry = Entry::of(&plain);
    let mut complaints = Vec::new();
    if mode == Mode::Keep {
        plain.save(&root().join("kept").join(case.folder()));
    }
    let changed = root().join("changed").join(case.folder());
    if mode != Mode::Overwrite && recorded != Some(&entry) {
        plain.save(&changed.join("now"));
        complaints.push(changes(case, recorded, &entry, &changed.join("now"), folders));
    }
    for variant in case.variants(mode == Mode::Thorough) {
        let other = run::run(case, folders, variant);
        let is_same = if variant.is_editable() {
            other == plain
        } else {
            other.without_fixes() == plain.without_fixes()
        };
        if !is_same {
            let name = variant.to_string().replace(' ', "-");
            plain.save(&changed.join("plain"));
            other.save(&changed.join(&name));
            let what = Entry::of(&other).differences(&entry);
            complaints.push(format!(
                "{}\n  {what} otherwise than plain on one thread: {variant}\n  \
                 to see it: diff -r {changed}/plain {changed}/{name}\n",
                case.line,
                changed = changed.display(),
            ));
        }
    }
    Found { entry, complaints }
}

/// What is not as recorded, and how to look at it.
fn changes(
    case: &Case,
    recorded: Option<&Entry>,
    entry: &Entry,
    saved: &Path,
    folders: &Folders,
) -> String {
    let what = match recorded {
        None => "not recorded yet".to_owned(),
        Some(recorded) => {
            let what = entry.differences(recorded);
            format!("changed: {what}\n  recorded {recorded}\n  now      {entry}")
        }
    };
    format!(
        "{}\n  {what}\n  now in {}\n  to run it: cd {} && PATH={}:$PATH && {}\n",
        case.line,
        saved.display(),
        folders.plain().display(),
        run::binary_folder().display(),
        run::PLAIN.line(case),
    )
}

fn described(complaints: &[String]) -> String {
    let mut text = format!("{} differences\n\n", complaints.len());
    for complaint in complaints.iter().take(MOST_DESCRIBED) {
        let _ = writeln!(text, "{complaint}");
    }
    if complaints.len() > MOST_DESCRIBED {
        let _ = writeln!(text, "and {} more\n", complaints.len() - MOST_DESCRIBED);
        for complaint in complaints.iter().skip(MOST_DESCRIBED) {
            let _ = writeln!(text, "{}", complaint.lines().next().unwrap_or_default());
        }
    }
    text.push_str(
        "\nWhere the change is meant: PIN=overwrite cargo test --test suite pin::\n\
         To see what it was: PIN=keep there and in a checkout that passes, then diff -r the two \
         target/tmp/pin/kept\n",
    );
    text
}
