//! No file of a run is written twice, or written and read; nothing is touched before that is known.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use super::run::{BROKEN, RIGHT, Run, command, folder, voxev};

/// Everything in a folder: names and contents.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("it is there") {
            let path = entry.expect("it can be read").path();
            let name = path.to_string_lossy().into_owned();
            match fs::read(&path) {
                Ok(bytes) => _ = found.insert(name, bytes),
                Err(_) if path.is_dir() => folders.push(path),
                // A link to nothing.
                Err(_) => _ = found.insert(name, Vec::new()),
            }
        }
    }
    found
}

fn captures() -> tempfile::TempDir {
    let both = [RIGHT, BROKEN].concat();
    let folder = folder(&[("k.jsonl", &both), ("d/m.jsonl", RIGHT), ("voxev.toml", "")]);
    #[cfg(unix)]
    {
        let at = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink("k.jsonl", at("link")).expect("links can be made");
        std::os::unix::fs::symlink("../x", at("d/nowhere")).expect("links can be made");
        fs::hard_link(at("k.jsonl"), at("hard")).expect("links can be made");
    }
    folder
}

#[track_caller]
fn refused(folder: &tempfile::TempDir, arguments: &[&str], expected: &str) {
    let before = contents(folder.path());
    let run = voxev(folder, arguments);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
    assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    assert!(contents(folder.path()) == before, "{arguments:?} changed something");
}

#[test]
fn no_two_outputs_of_a_run_are_the_same_file() {
    let folder = captures();
    let filter = ["filter", "--type", "mute", "k.jsonl"];
    let convert = ["convert", "--to", "jsonl", "k.jsonl"];
    let generate = ["generate", "--faults", "0.5"];
    let same = "are the same file: use different files";
    for (command, options) in [
        (&filter[..], &["-o", "m", "--rejects", "m"][..]),
        (&filter, &["-o", "m", "--rejects", "./d/../m"]),
        (&filter, &["--rejects", "-"]),
        (&filter, &["-o", "-", "--rejects", "-"]),
        (&convert, &["-o", "new.csv", "--rejects", "d/../new.csv"]),
        (&generate, &["-o", "g", "--sidecar", "g"]),
        (&generate, &["--sidecar", "-"]),
        (&["validate", "k.jsonl"], &["--report", "sarif=x", "--report", "junit=./x"]),
        (&["validate", "k.jsonl"], &["--report", "sarif=x", "--write-baseline", "d/../x"]),
        (&["validate", "k.jsonl"], &["--write-baseline", "-"]),
    ] {
        refused(&folder, &[command, options].concat(), same);
    }
    #[cfg(unix)]
    refused(&folder, &[&filter[..], &["-o", "x", "--rejects", "d/nowhere"]].concat(), same);
}

#[test]
fn no_output_is_a_capture_that_will_be_read() {
    let folder = captures();
    let whole = folder.path().join("k.jsonl");
    let whole = whole.to_str().expect("the path is UTF-8");
    let mut outputs = vec!["k.jsonl", "./k.jsonl", "d/../k.jsonl", whole];
    if cfg!(unix) {
        outputs.extend(["link", "hard"]);
    }
    for output in outputs {
        let expected = format!("{output:?} is the capture ");
        for arguments in [
            &["filter", "--type", "mute", "--rejects", output, "k.jsonl"][..],
            &["filter", "--valid", "-o", output, "k.jsonl"],
            &["convert", "--to", "jsonl", "--rejects", output, "k.jsonl"],
            &["convert", "--to", "csv", "-o", output, "d/m.jsonl", "*.jsonl"],
            &["validate", "--write-baseline", output, "."],
            &["validate", "--report", &format!("json={output}"), "k.jsonl"],
        ] {
            refused(&folder, arguments, &expected);
        }
    }
    refused(&folder, &["convert", "--to", "csv", "-o", "d/m.jsonl", "d"], "is the capture");
}

#[test]
fn no_output_is_the_baseline_or_the_configuration_that_is_read() {
    let folder = captures();
    voxev(&folder, &["validate", "--write-baseline", "b", "k.jsonl"]);
    let report = ["validate", "--baseline", "b", "--report", "json=./b", "k.jsonl"];
    refused(&folder, &report, "--report \"./b\" is the baseline \"b\", which is read");
    for option in ["-o", "--rejects"] {
        let arguments = ["filter", "--valid", option, "voxev.toml", "k.jsonl"];
        refused(&folder, &arguments, "is the configuration ");
    }
    let both = ["validate", "--baseline", "b", "--write-baseline", "./b", "k.jsonl"];
    assert_eq!(voxev(&folder, &both).code, 0, "a baseline is brought up to date in place");
}

/// `voxev ARGUMENTS`, with standard output at the end of `output`, and standard input from `input`.
#[cfg(unix)]
fn redirected(folder: &Path, arguments: &[&str], input: &str, output: &str) -> Run {
    let output = File::options().append(true).open(folder.join(output)).expect("it is there");
    let input = File::open(folder.join(input)).expect("it is there");
    let mut command = command(folder, arguments);
    command.stdin(input).stdout(output).stderr(Stdio::piped());
    command.spawn().and_then(std::process::Child::wait_with_output).expect("voxev runs").into()
}

#[cfg(unix)]
#[test]
fn a_capture_that_standard_output_is_appended_to_is_noticed() {
    let folder = captures();
    let path = folder.path();
    for (arguments, input, output) in [
        (&["convert", "--to", "jsonl", "k.jsonl"][..], "d/m.jsonl", "k.jsonl"),
        (&["convert", "--to", "jsonl", "hard", "-o", "-"], "d/m.jsonl", "k.jsonl"),
        (&["pretty"], "k.jsonl", "k.jsonl"),
        (&["validate", "."], "k.jsonl", "d/m.jsonl"),
        (&["stats", "--merge", "k.jsonl"], "d/m.jsonl", "k.jsonl"),
        // What is read may also be what is replaced.
        (&["convert", "--to", "csv", "-o", "k.jsonl"], "k.jsonl", "d/m.jsonl"),
    ] {
        let before = contents(path);
        let run = redirected(path, arguments, input, output);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(
            run.stderr.contains("which is read: write to another file"),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(contents(path) == before, "{arguments:?} changed something");
    }
    fs::write(path.join("out"), "").expect("there is room");
    let rejects = ["filter", "--valid", "--rejects", "out", "k.jsonl"];
    let run = redirected(path, &rejects, "d/m.jsonl", "out");
    assert!(run.stderr.contains("standard output and --rejects \"out\" are the same file"));
    let apart = redirected(path, &["convert", "--to", "jsonl", "k.jsonl"], "d/m.jsonl", "out");
    assert_eq!((apart.code, apart.stderr.as_str()), (0, ""));
    assert!(fs::read_to_string(path.join("out")).expect("it is there").starts_with("{\"type\""));
}

#[cfg(unix)]
#[test]
fn a_device_may_be_named_as_often_as_one_likes() {
    let folder = captures();
    let null = ["filter", "--valid", "-o", "/dev/null", "--rejects", "/dev/null", "k.jsonl"];
    assert_eq!(voxev(&folder, &null).code, 0);
    let nothing = ["convert", "--to", "csv", "-o", "/dev/null", "/dev/null"];
    assert_eq!(voxev(&folder, &nothing).code, 0);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = captures();
    let said = voxev(&folder, &["convert", "--to", "jsonl", "k.jsonl"]).stdout;
    assert_eq!(voxev(&folder, &["convert", "--to", "jsonl", "-o", "-", "k.jsonl"]).stdout, said);
    let made = voxev(&folder, &["generate", "--calls", "1", "-o", "-"]).stdout;
    assert_eq!(made, voxev(&folder, &["generate", "--calls", "1"]).stdout);
    let swapped = ["filter", "--valid", "-o", "good", "--rejects", "-", "k.jsonl"];
    assert_eq!(voxev(&folder, &swapped).code, 0);
    assert!(!folder.path().join("-").exists());
    voxev(&folder, &["convert", "--to", "jsonl", "-o", "./-", "k.jsonl"]);
    assert!(folder.path().join("-").exists());
}
