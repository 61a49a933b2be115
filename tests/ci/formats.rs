//! Reports, each read by a parser or checked by a schema that is not ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::run::{BROKEN, REPOSITORY, RIGHT, command, folder, voxev};

/// Findings as `--format json` has them: what every other report must agree with.
fn findings(paths: &[&str]) -> Vec<Value> {
    let run =
        voxev(REPOSITORY, &[&["validate", "--lifecycle", "--format", "json"], paths].concat());
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("it is JSON Lines")).collect()
}

fn report(format: &str, paths: &[&str]) -> String {
    voxev(REPOSITORY, &[&["validate", "--lifecycle", "-q", "--format", format], paths].concat())
        .stdout
}

const CAPTURES: [&str; 5] = [
    "fixtures/invalid",
    "fixtures/hostile",
    "fixtures/shapes",
    "fixtures/documented",
    "fixtures/lifecycle/broken",
];

/// The platform that tests run on.
fn host() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let said = Command::new(rustc).arg("-vV").output().expect("rustc can be run").stdout;
    let said = String::from_utf8(said).expect("it is text");
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc knows its host").to_owned()
}

/// The schema that OASIS publishes, as the crate `serde-sarif` carries it in its sources.
fn sarif_schema() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        // Crates of other platforms are not there to be asked about.
        .args(["--filter-platform", &host()])
        .current_dir(REPOSITORY)
        .output()
        .expect("cargo can be run");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("metadata is JSON");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let package = packages.iter().find(|it| it["name"] == "serde-sarif").expect("we use it");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("it has a manifest"));
    let schema = manifest.with_file_name("src").join("schema.json");
    serde_json::from_slice(&std::fs::read(schema).expect("the crate carries the schema"))
        .expect("the schema is JSON")
}

#[test]
fn sarif_is_what_the_official_schema_and_serde_sarif_accept() {
    let text = report("sarif", &CAPTURES);
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    let mut schema = sarif_schema();
    for name in ["run", "toolComponent"] {
        // Its pattern has a bracket too many, which not every engine for patterns overlooks, and
        // we write no language.
        let language = &mut schema["definitions"][name]["properties"]["language"];
        language.as_object_mut().expect("it is described").remove("pattern");
    }
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = schema.iter_errors(&document).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());

    let sarif: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("it is SARIF");
    let run = &sarif.runs[0];
    let rules = run.tool.driver.rules.as_deref().expect("there are rules");
    let results = run.results.as_deref().expect("there are results");
    let expected = findings(&CAPTURES);
    assert_eq!(results.len(), expected.len());
    for (result, finding) in results.iter().zip(&expected) {
        let index = usize::try_from(result.rule_index.expect("it has one")).expect("it is one");
        assert_eq!(Some(&rules[index].id), result.rule_id.as_ref());
        assert_eq!(finding["rule"], rules[index].id.as_str());
        let place =
            result.locations.as_ref().expect("it is somewhere")[0].physical_location.as_ref();
        let place = place.expect("it is in a file");
        let region = place.region.as_ref().expect("it has a region");
        assert_eq!(finding["line"], region.start_line.expect("it has a line"));
        assert_eq!(finding["column"], region.start_column.expect("it has a column"));
        assert_eq!(finding["offset"], region.byte_offset.expect("it has an offset"));
    }
    assert!(rules.iter().all(|rule| rule.help.is_some() && rule.short_description.is_some()));
}

#[test]
fn no_two_findings_of_a_run_have_the_same_fingerprint() {
    let document: Value = serde_json::from_str(&report("sarif", &CAPTURES)).expect("it is JSON");
    let results = document["runs"][0]["results"].as_array().expect("there are results");
    let prints: BTreeSet<&str> = results
        .iter()
        .map(|it| it["partialFingerprints"]["voxev/v2"].as_str().expect("it has one"))
        .collect();
    assert_eq!(prints.len(), results.len());
}

#[test]
fn fingerprints_stay_when_lines_move_and_equal_findings_are_told_apart() {
    let before = folder(&[("a.jsonl", &[BROKEN, BROKEN].concat())]);
    let after = folder(&[("a.jsonl", &["\n", RIGHT, BROKEN, RIGHT, BROKEN].concat())]);
    let prints = |folder: &tempfile::TempDir| -> Vec<Value> {
        let run = voxev(folder, &["validate", "-q", "--format", "gitlab", "a.jsonl"]);
        let entries: Vec<Value> = serde_json::from_str(&run.stdout).expect("it is JSON");
        entries.into_iter().map(|entry| entry["fingerprint"].clone()).collect()
    };
    let before = prints(&before);
    assert_eq!(before, prints(&after));
    assert_ne!(before[0], before[1]);
}

#[test]
fn sarif_names_files_by_relative_uris() {
    let folder = folder(&[("a b/ü%#.jsonl", BROKEN), (".git/x", "")]);
    let run =
        voxev(folder.path().join("a b"), &["validate", "-q", "--format", "sarif", "ü%#.jsonl"]);
    let document: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let place = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC%25%23.jsonl");
}

#[test]
fn a_bounded_report_says_what_it_leaves_out() {
    let folder = folder(&[("a.jsonl", &BROKEN.repeat(5))]);
    let run = |format| {
        let arguments = ["validate", "-q", "--max-findings", "2", "--format", format, "a.jsonl"];
        voxev(&folder, &arguments).stdout
    };
    let sarif: Value = serde_json::from_str(&run("sarif")).expect("it is JSON");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(2));
    let notes = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let said = "3 more findings are not in this report; --max-findings N includes more";
    assert_eq!(notes[0]["message"]["text"], said);
    let gitlab: Value = serde_json::from_str(&run("gitlab")).expect("it is JSON");
    assert_eq!(gitlab[2]["description"], said);
    assert!(run("junit").contains(said));
}

#[test]
fn junit_is_what_two_parsers_read_and_no_two_cases_share_a_name() {
    let text = report("junit", &CAPTURES);
    let ours = quick_junit::Report::deserialize_from_str(&text).expect("quick-junit reads it");
    let theirs = junit_parser::from_reader(text.as_bytes()).expect("junit-parser reads it");
    assert_eq!(ours.test_suites.len(), theirs.suites.len());
    assert_eq!(
        (ours.tests, ours.failures),
        (
            usize::try_from(theirs.tests).expect("it fits"),
            usize::try_from(theirs.failures).expect("it fits"),
        )
    );
    let mut names = BTreeSet::new();
    for case in theirs.suites.iter().flat_map(|suite| &suite.cases) {
        assert!(names.insert((case.classname.clone(), case.name.clone())), "twice: {}", case.name);
    }
    let errors = findings(&CAPTURES).iter().filter(|it| it["severity"] == "error").count();
    let counted = ours.test_suites.iter().flat_map(|suite| &suite.properties);
    let counted = counted.filter(|property| property.name.as_str() == "errors");
    let counted: usize =
        counted.map(|it| it.value.as_str().parse::<usize>().expect("it is a number")).sum();
    assert_eq!(counted, errors);
}

/// Cases of the capture `text` in JUnit: name, lines, and whether it passes.
fn junit_cases(text: &str) -> Vec<(String, String, bool)> {
    let folder = folder(&[("a.jsonl", text)]);
    let run = voxev(&folder, &["validate", "-q", "--format", "junit", "a.jsonl"]);
    let report = quick_junit::Report::deserialize_from_str(&run.stdout).expect("it is JUnit");
    let cases = report.test_suites.into_iter().flat_map(|suite| suite.test_cases);
    let cases = cases.filter(|case| case.classname.is_some()).map(|case| {
        let lines = case.properties.iter().find(|property| property.name.as_str() == "lines");
        let lines = lines.map(|property| property.value.to_string()).unwrap_or_default();
        let passes = matches!(case.status, quick_junit::TestCaseStatus::Success { .. });
        (case.name.to_string(), lines, passes)
    });
    cases.collect()
}

#[test]
fn a_line_that_is_json_but_no_event_is_not_unreadable_in_junit() {
    let case = |name: &str, lines: &str, passes| (name.to_owned(), lines.to_owned(), passes);
    let unknown_events = |lines| case("unknown events", lines, false);
    for line in ["{}", "[1]", "7", "{\"a\":1,\"a\":2}", "{\"type\":7}", "{\"type\":\"own\"}"] {
        assert_eq!(junit_cases(&format!("{line}\n")), [unknown_events("1")], "{line}");
    }
    let unreadable = case("unreadable", "1", false);
    let long = "x".repeat(1 << 21);
    let deep = "[".repeat(200);
    for line in ["x", &long, &deep] {
        assert_eq!(junit_cases(&format!("{line}\n")), std::slice::from_ref(&unreadable));
    }
    let all = junit_cases(&["x\n", BROKEN, "{}\n", RIGHT, "[]\n"].concat());
    assert_eq!(all, [case("mute", "2", false), unknown_events("2"), unreadable]);
    assert_eq!(junit_cases(""), [case("the capture", "0", true)], "it is a warning");
}

/// <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>, as read in 2025.
fn gitlab_schema() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let lines = json!({
        "type": "object",
        "required": ["begin"],
        "properties": {"begin": {"type": "integer", "minimum": 1}}
    });
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": text, "check_name": text, "fingerprint": text,
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "not": {"pattern": "^(\\./|/)"}},
                        "lines": lines
                    }
                }
            }
        }
    })
}

#[test]
fn gitlab_entries_follow_the_documented_format() {
    let document: Value = serde_json::from_str(&report("gitlab", &CAPTURES)).expect("it is JSON");
    let schema = jsonschema::validator_for(&gitlab_schema()).expect("the schema is one");
    let errors: Vec<String> = schema.iter_errors(&document).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(document.as_array().map(Vec::len), Some(findings(&CAPTURES).len()));
    assert_eq!(report("gitlab", &["fixtures/valid"]), "[]\n");
}

/// A workflow command as the runner reads it: `::name key=value,key=value::message`.
fn workflow_command(line: &str) -> (String, BTreeMap<String, String>, String) {
    let (head, data) =
        line.strip_prefix("::").expect("it is a command").split_once("::").expect("it ends");
    let (name, properties) = head.split_once(' ').expect("it has properties");
    let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let property =
        |text: &str| unescape(text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let properties = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').expect("a property has a value");
        (key.to_owned(), property(value))
    });
    (name.to_owned(), properties.collect(), unescape(data).replace("%25", "%"))
}

#[test]
fn github_commands_are_read_as_the_runner_reads_them() {
    let folder = folder(&[("100%, x:y.jsonl", BROKEN)]);
    let run = voxev(&folder, &["validate", "-q", "--format", "github", "100%, x:y.jsonl"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let (name, properties, message) = workflow_command(run.stdout.trim_end());
    assert_eq!(name, "error");
    assert_eq!(properties["file"], "100%, x:y.jsonl");
    assert_eq!((properties["line"].as_str(), properties["col"].as_str()), ("1", "35"));
    assert_eq!(properties["title"], "voxev: wrong-type");
    assert!(message.starts_with("callId is 7, but must be a string\nhelp: quote it: \"7\""));
}

#[test]
fn github_gets_no_more_annotations_than_it_shows_and_the_summary_has_the_tally() {
    let folder = tempfile::tempdir().expect("there is room");
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "before\n").expect("there is room");
    let run: super::run::Run =
        command(REPOSITORY.as_ref(), &["validate", "--format", "github", "fixtures/invalid"])
            .env("GITHUB_STEP_SUMMARY", &summary)
            .output()
            .expect("voxev can be run")
            .into();
    let commands: Vec<_> = run.stdout.lines().map(workflow_command).collect();
    let number = |wanted: &str| commands.iter().filter(|(name, _, _)| name == wanted).count();
    assert_eq!((number("error"), number("warning"), number("notice")), (10, 9, 1));
    let rules: BTreeSet<&String> = commands.iter().map(|(_, it, _)| &it["title"]).collect();
    assert!(rules.len() > 10, "each rule is shown before a second finding of another: {rules:?}");
    let errors =
        findings(&["fixtures/invalid"]).iter().filter(|it| it["severity"] == "error").count();
    assert!(commands.last().expect("there are some").2.starts_with(&(errors - 10).to_string()));
    let summary = std::fs::read_to_string(summary).expect("it was there before");
    assert!(summary.starts_with("before\n### voxev: 64 errors, 9 warnings\n"), "{summary}");
    assert!(
        summary.contains("| error | `wrong-type` | fixtures/invalid/wrong-type.jsonl | 8 | 3 |")
    );
}

#[test]
fn one_run_writes_every_report_and_they_agree() {
    let folder = folder(&[("a.jsonl", &[RIGHT, BROKEN, BROKEN].concat())]);
    let formats = ["pretty", "short", "json", "github", "gitlab", "sarif", "junit"];
    let reports = formats.map(|format| format!("--report={format}={format}.out"));
    let mut arguments = vec!["validate", "--format", "short", "a.jsonl"];
    arguments.extend(reports.iter().map(String::as_str));
    let run = voxev(&folder, &arguments);
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.starts_with("3 lines in 1 capture: 2 errors in 2 lines, 0 warnings\n"),
        "{}",
        run.stderr
    );
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("it is there");
    for format in formats {
        let alone =
            voxev(&folder, &["validate", "-q", "--format", format, "--color", "never", "a.jsonl"]);
        assert_eq!(read(&format!("{format}.out")), alone.stdout, "{format}");
    }
}

#[test]
fn what_cannot_be_read_is_in_every_report_and_the_rest_is_done() {
    let folder = folder(&[("a.jsonl", BROKEN)]);
    for format in ["github", "gitlab", "sarif", "junit"] {
        let run = voxev(&folder, &["validate", "-q", "--format", format, "nope.jsonl", "a.jsonl"]);
        assert_eq!(run.code, 2, "{format}");
        assert!(run.stdout.contains("cannot read"), "{format}: {}", run.stdout);
        assert!(run.stdout.contains("callId is 7"), "{format}: {}", run.stdout);
    }
}

#[test]
fn paths_in_reports_start_at_the_checkout() {
    let folder = folder(&[("sub/a.jsonl", BROKEN)]);
    let here = folder.path().canonicalize().expect("it is there");
    let run: super::run::Run =
        command(&here.join("sub"), &["validate", "-q", "--format", "github", "./a.jsonl"])
            .env("GITHUB_WORKSPACE", &here)
            .output()
            .expect("voxev can be run")
            .into();
    assert!(run.stdout.starts_with("::error file=sub/a.jsonl,"), "{}", run.stdout);
}

#[test]
fn control_characters_stay_out_of_xml_and_commands() {
    let folder = folder(&[("a.jsonl", "{\"type\":\"\\u0000\\u001b\u{fffe}]]>\",\"detail\":{}}\n")]);
    let run = voxev(&folder, &["validate", "-q", "--format", "junit", "a.jsonl"]);
    junit_parser::from_reader(run.stdout.as_bytes()).expect("it is XML");
    assert!(!run.stdout.contains(['\u{0}', '\u{1b}', '\u{fffe}']), "{:?}", run.stdout);
}

#[test]
fn what_a_terminal_would_obey_is_escaped_in_every_json_report() {
    let line =
        "{\"type\":\"mu\u{202e}te\",\"detail\":{\"callId\":\"a\",\"\u{9b}\":1,\"\u{9b}\":2}}\n";
    let folder = folder(&[("a\u{202e}.jsonl", line)]);
    let name = "a\u{202e}.jsonl";
    voxev(&folder, &["validate", "--write-baseline", "known.json", name]);
    let known = std::fs::read_to_string(folder.path().join("known.json")).expect("it is there");
    let mut reports = vec![known];
    for format in ["sarif", "gitlab"] {
        reports
            .push(voxev(&folder, &["validate", "-q", "--strict", "--format", format, name]).stdout);
    }
    for report in reports {
        serde_json::from_str::<Value>(&report).expect("it is JSON");
        assert!(!report.contains(['\u{202e}', '\u{9b}']), "{report}");
        assert!(report.contains("\\u202e"), "{report}");
    }
}

#[test]
fn junit_tells_a_line_that_is_json_but_no_event_from_one_that_cannot_be_read() {
    let folder = folder(&[("a.jsonl", &["[1]\n", RIGHT].concat())]);
    let text = voxev(&folder, &["validate", "-q", "--format", "junit", "a.jsonl"]).stdout;
    let report = quick_junit::Report::deserialize_from_str(&text).expect("quick-junit reads it");
    let cases = &report.test_suites[0].test_cases;
    let names: Vec<(&str, bool)> = cases
        .iter()
        .map(|case| {
            let passed = matches!(case.status, quick_junit::TestCaseStatus::Success { .. });
            (case.name.as_str(), passed)
        })
        .collect();
    assert_eq!(names, [("mute", true), ("unknown events", false)]);
}

#[cfg(target_os = "linux")]
#[test]
fn files_whose_names_are_not_utf_8_stay_apart_in_reports() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for name in [&b"a\xff.jsonl"[..], b"a\xfe.jsonl"] {
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::write(path, BROKEN).expect("such names are possible");
    }
    let run = voxev(&folder, &["validate", "-q", "--format", "sarif", "."]);
    let document: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let results = document["runs"][0]["results"].as_array().expect("there are results");
    let uris: Vec<&str> = results
        .iter()
        .filter_map(|it| it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str())
        .collect();
    assert_eq!(uris, ["a%FE.jsonl", "a%FF.jsonl"]);
    voxev(&folder, &["validate", "--write-baseline", "known.json", "."]);
    let known = std::fs::read_to_string(folder.path().join("known.json")).expect("it is there");
    let known: Value = serde_json::from_str(&known).expect("it is JSON");
    let entries = known["findings"].as_array().expect("there are findings");
    assert_eq!(entries.len(), 2);
}
