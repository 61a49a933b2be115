//! Overrides apply to every part of a capture.

use std::fmt::Write as _;
use std::fs;

use crate::support::run_on;

const DETAIL: &str = r#""detail":{"callId":"c-1","note":"more"}"#;

#[test]
fn the_rest_of_a_long_line_goes_where_its_beginning_went() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let config = root.path().join("voxev.toml");
    fs::write(
        &config,
        "[overrides]\n\"allowed.jsonl\" = { rules = { line-too-long = \"allow\" } }\n",
    )
    .expect("it is written");
    // Its parts: a beginning, and two more reads after it.
    let line = format!("{{\"type\":\"note\",\"text\":\"{}\"}}\n", "long ".repeat(150_000));
    let text = format!("{line}{{\"type\":\"mute\",{DETAIL}}}\n");
    for (name, options, whole) in [
        ("allowed.jsonl", "--valid", text.as_str()),
        ("allowed.jsonl", "--invalid", ""),
        ("other.jsonl", "--valid", &text[line.len()..]),
        ("other.jsonl", "--invalid", line.as_str()),
    ] {
        let path = root.path().join(name);
        fs::write(&path, &text).expect("it is written");
        for threads in ["1", "3"] {
            let (config, path) = (config.to_string_lossy(), path.to_string_lossy());
            let options = ["filter", options, "--config", &config, "--max-line-bytes", "1000"];
            let run = run_on(&[&options[..], &["-j", threads, &path]].concat());
            assert!(
                run.stdout == whole.as_bytes(),
                "{name} {options:?}: {} bytes",
                run.stdout.len()
            );
        }
    }
}

#[test]
fn undocumented_properties_are_counted_by_the_contract_of_their_capture() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let config = root.path().join("voxev.toml");
    fs::write(&config, "api = 54\n[overrides]\n\"new.jsonl\" = { api = 68 }\n")
        .expect("it is written");
    let path = root.path().join("new.jsonl");
    fs::write(&path, format!("{{\"type\":\"mute\",{DETAIL}}}\n").repeat(3)).expect("it is written");
    let run = run_on(&["validate", "--config", &config.to_string_lossy(), &path.to_string_lossy()]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("undocumented properties: mute note 3\n"), "{}", run.stderr);
}

#[test]
fn what_a_limit_leaves_out_does_not_depend_on_where_blocks_end() {
    let mut text = String::new();
    for number in 0..3_000 {
        text.push_str("\\ not json\n");
        let _ = writeln!(text, "{{\"type\":\"mute\",\"detail\":{{\"callId\":\"c-{number}\"}}}}");
    }
    let root = tempfile::tempdir().expect("a folder can be made");
    let path = root.path().join("a.jsonl");
    fs::write(&path, &text).expect("it is written");
    let rejects = root.path().join("rejects").to_string_lossy().into_owned();
    for extra in [&[][..], &["--rejects", &rejects], &["--around", "1"], &["--count"]] {
        let path = path.to_string_lossy();
        let options =
            [&["filter", "--type", "mute", "-m", "7", "-j", "3", &path][..], extra].concat();
        let run = run_on(&options);
        assert!(
            run.stderr.starts_with("voxev: 7 lines that may match"),
            "{extra:?} {}",
            run.stderr
        );
        if let [_, rejects] = extra
            && extra.contains(&"--rejects")
        {
            let kept = fs::read_to_string(rejects).expect("it was written");
            assert_eq!(kept.lines().count(), 7, "{extra:?}");
        }
    }
}
