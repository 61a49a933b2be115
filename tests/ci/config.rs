//! `voxev.toml`: found, checked, applied, shown.

use serde_json::Value;

use super::run::{BROKEN, REPOSITORY, RIGHT, folder, voxev};

#[test]
fn the_nearest_file_upward_holds_and_its_patterns_start_at_its_folder() {
    let folder = folder(&[
        ("voxev.toml", "files = [\"captures/**/*.jsonl\"]\n"),
        ("captures/deep/a.jsonl", BROKEN),
        ("sub/other.jsonl", BROKEN),
    ]);
    let run = voxev(folder.path().join("sub"), &["validate", "--format", "short"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout.starts_with("../captures/deep/a.jsonl:1:35: error[wrong-type]"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("in 1 capture"), "{}", run.stderr);
    let note =
        "voxev: reading the files of ../voxev.toml; `voxev validate -` reads standard input\n";
    assert!(run.stderr.starts_with(note), "{}", run.stderr);
}

#[test]
fn flags_win_over_overrides_and_overrides_over_the_file() {
    let folder = folder(&[
        (
            "voxev.toml",
            "[rules]\nwrong-type = \"warn\"\n[overrides]\n\"old/**\" = { rules = { wrong-type = \"allow\" } }\n",
        ),
        ("new.jsonl", BROKEN),
        ("old/a.jsonl", BROKEN),
    ]);
    let said = |arguments: &[&str]| {
        let run = voxev(&folder, &[&["validate", "-q", "--format", "short"], arguments].concat());
        (run.code, run.stdout.matches("warning[").count(), run.stdout.matches("error[").count())
    };
    assert_eq!(said(&["new.jsonl", "old"]), (0, 1, 0));
    assert_eq!(said(&["--deny", "wrong-type", "new.jsonl", "old"]), (1, 0, 2));
    assert_eq!(said(&["--strict", "new.jsonl", "old"]), (1, 0, 2));
    assert_eq!(said(&["--no-config", "new.jsonl", "old"]), (1, 0, 2));
    assert_eq!(said(&["./old/../old/a.jsonl"]), (0, 0, 0));
}

#[test]
fn an_override_may_change_the_contract_of_some_captures() {
    let old =
        std::fs::read_to_string(format!("{REPOSITORY}/fixtures/invalid/newer-than-api.jsonl"))
            .expect("it is a fixture");
    let folder = folder(&[
        ("voxev.toml", "strict = true\n[overrides]\n\"old/*\" = { api = 64 }\n"),
        ("new.jsonl", &old),
        ("old/a.jsonl", &old),
    ]);
    let run = voxev(&folder, &["validate", "-q", "--format", "short", "new.jsonl", "old"]);
    assert!(run.stdout.contains("old/a.jsonl"), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.starts_with("old/")), "{}", run.stdout);
}

#[test]
fn filter_agrees_with_validate() {
    let folder = folder(&[
        ("voxev.toml", "[rules]\nwrong-type = \"warn\"\n"),
        ("a.jsonl", &[BROKEN, RIGHT].concat()),
    ]);
    assert_eq!(voxev(&folder, &["filter", "--invalid", "a.jsonl"]).stdout, "");
    assert_eq!(voxev(&folder, &["filter", "--no-config", "--invalid", "a.jsonl"]).stdout, BROKEN);
}

#[test]
fn what_is_wrong_with_the_file_is_said_before_any_work() {
    let cases = [
        ("stict = true\n", "voxev.toml:1:1: unknown key \"stict\": did you mean \"strict\"?"),
        ("[rules]\nwrong-typ = \"warn\"\n", "did you mean \"wrong-type\"?"),
        ("strict = true\napi = 1\n", "voxev.toml:2:7: unknown API version 1"),
        (
            "required-version = \">=99\"\nnew = 1\n",
            concat!("voxev.toml:1:20: this is voxev ", env!("CARGO_PKG_VERSION")),
        ),
        (
            "required-version = \"^1\"\n",
            "voxev.toml:1:20: \"^1\" is not a valid version requirement",
        ),
        ("baseline = \"b.json\"\n", "voxev.toml:1:12: the baseline \"b.json\" does not exist"),
        ("exclude = [\"a\", \"a[\"]\n", "voxev.toml:1:17: \"a[\" is not a valid pattern"),
        ("files = [\n]\n", "voxev.toml:1:9: the list of files is empty"),
        ("api = \"66\"\n", "voxev.toml:1:7: expected a whole number"),
        ("api = \n", "voxev.toml:1:"),
        ("files = [\"a[\"]\n", "voxev.toml:1:10: \"a[\" is not a valid pattern"),
        ("[overrides]\n\"a[\" = {}\n", "voxev.toml:2:1: \"a[\" is not a valid pattern"),
    ];
    for (text, expected) in cases {
        let folder = folder(&[("voxev.toml", text)]);
        let run = voxev(&folder, &["validate", "--report", "json=out.json"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        assert!(run.stderr.contains(expected), "{text}: {}", run.stderr);
        assert!(!folder.path().join("out.json").exists());
    }
    let run = voxev(REPOSITORY, &["validate", "--config", "nope.toml", "fixtures/valid"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (2, "voxev: cannot read \"nope.toml\": no such file; check the path\n")
    );
}

#[test]
fn show_config_is_a_voxev_toml_that_says_where_each_value_is_from() {
    let text = "files = [\"a/*.jsonl\"]\napi = 64\n[rules]\nwrong-type = \"warn\"\n[overrides]\n\"b/**\" = { strict = true, lifecycle = true }\n";
    let folder = folder(&[("voxev.toml", text)]);
    let run = voxev(&folder, &["validate", "--show-config", "--allow", "out-of-range"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for line in [
        "api = 64  # voxev.toml",
        "strict = false  # default",
        "wrong-type = \"warn\"               # voxev.toml",
        "out-of-range = \"allow\"            # command line",
        "missing-property = \"deny\"         # default",
        "\"b/**\" = { strict = true, lifecycle = true }  # voxev.toml",
        "\"lifecycle/hold\" = \"warn\"         # default",
        "lifecycle = false  # default",
    ] {
        assert!(run.stdout.lines().any(|it| it == line), "{line} is not in\n{}", run.stdout);
    }
    std::fs::write(folder.path().join("voxev.toml"), &run.stdout).expect("there is room");
    let again = voxev(&folder, &["validate", "--show-config"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
}

#[test]
fn the_schema_of_the_file_accepts_what_voxev_accepts() {
    let run = voxev(REPOSITORY, &["schema", "--config"]);
    let schema: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let all = voxev(REPOSITORY, &["validate", "--no-config", "--show-config"]).stdout;
    let cases = [
        all.as_str(),
        "",
        "files = [\"a\"]\n",
        "[overrides.\"a/**\"]\napi = 64\nstrict = false\nrules = { wrong-type = \"allow\" }\n",
        "lifecycle = true\n[rules]\n\"lifecycle/hold\" = \"deny\"\n",
        "[overrides]\n\"b/**\" = { lifecycle = false }\n",
        "lifecycle = \"yes\"\n",
        "stict = true\n",
        "strict = 1\n",
        "[rules]\nwrong-type = \"warning\"\n",
        "[rules]\nwrong-typ = \"warn\"\n",
        "[overrides.\"a\"]\nfiles = []\n",
        "files = \"a\"\n",
        "files = []\nexclude = [\"a/**\"]\nbaseline = \"known.json\"\n",
        "exclude = \"a\"\n",
        "baseline = []\n",
        "required-version = \" >= 0.1 ,<9\"\n",
        "required-version = \"0.1.0\"\n",
        "required-version = \"^0.1\"\n",
        "required-version = \"0.1.0.0\"\n",
        "required-version = 1\n",
    ];
    for text in cases {
        let value: Value = toml::from_str(text).expect("the example is TOML");
        let folder = folder(&[("voxev.toml", text)]);
        let is_accepted = voxev(&folder, &["validate", "--show-config"]).code == 0;
        assert_eq!(validator.is_valid(&value), is_accepted, "{text}");
    }
}

#[test]
fn every_rule_is_in_the_schema_of_the_file() {
    let schema: Value = serde_json::from_str(&voxev(REPOSITORY, &["schema", "--config"]).stdout)
        .expect("it is JSON");
    let described = schema["$defs"]["rules"]["properties"].as_object().expect("rules are there");
    let codes: Vec<&str> = voxev::Rule::ALL.map(voxev::Rule::code).to_vec();
    assert_eq!(described.keys().map(String::as_str).collect::<Vec<_>>(), codes);
}

#[test]
fn files_that_overlap_are_checked_once() {
    let folder = folder(&[
        ("voxev.toml", "files = [\"a/x.jsonl\", \"a/**/*.jsonl\", \"a\"]\n"),
        ("a/x.jsonl", BROKEN),
        ("a/y.jsonl", RIGHT),
    ]);
    let run = voxev(&folder, &["validate", "--format", "short"]);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    assert!(run.stderr.contains("2 lines in 2 captures: 1 error"), "{}", run.stderr);
    let run = voxev(&folder, &["validate", "a", "./a/y.jsonl", "a/../a/x.jsonl", "a/*"]);
    assert!(run.stderr.contains("2 lines in 2 captures: 1 error"), "{}", run.stderr);
}

#[test]
fn what_is_excluded_is_checked_only_where_it_is_named() {
    let folder = folder(&[
        (
            "voxev.toml",
            "files = [\"a\", \"b/**\"]\nexclude = [\"**/draft-*.jsonl\", \"b/old/**\"]\n",
        ),
        ("a/x.jsonl", RIGHT),
        ("a/draft-1.jsonl", BROKEN),
        ("b/y.jsonl", RIGHT),
        ("b/old/deep/z.jsonl", BROKEN),
    ]);
    let counts = |arguments: &[&str], expected: &str| {
        let run = voxev(&folder, &[&["validate"], arguments].concat());
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    };
    counts(&[], "2 lines in 2 captures: no errors");
    counts(&["a", "b"], "2 lines in 2 captures: no errors");
    counts(&["**/*.jsonl"], "2 lines in 2 captures: no errors");
    counts(&["a/draft-1.jsonl"], "1 line in 1 capture: 1 error");
    counts(&["--no-config", "a"], "2 lines in 2 captures: 1 error");
    let run = voxev(&folder, &["validate", "b/old"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no capture is left in \"b/old\""), "{}", run.stderr);
    let run = voxev(&folder, &["filter", "--type", "mute", "a"]);
    assert_eq!(run.stdout.lines().count(), 2, "only validate passes them over");
}

#[test]
fn a_pattern_that_matches_nothing_says_so_and_where_it_is() {
    let toml = "files = [\"a.jsonl\", \"nope.jsonl\",\n\"n/*.jsonl\"]\n[overrides]\n\"a.*\" = {}\n\"old/**\" = {}\n\"**/b.jsonl\" = {}\n";
    let folder = folder(&[("voxev.toml", toml), ("a.jsonl", RIGHT), ("c.jsonl", RIGHT)]);
    let run = voxev(&folder, &["validate"]);
    assert_eq!(run.code, 2);
    for expected in [
        "voxev: voxev.toml:1:21: \"nope.jsonl\" matches nothing: check the path",
        "voxev: voxev.toml:2:1: \"n/*.jsonl\" matches nothing: check the path",
        "voxev: voxev.toml:5:1: the override \"old/**\" matches no capture: check the pattern",
        "voxev: voxev.toml:6:1: the override \"**/b.jsonl\" matches no capture: check the pattern",
    ] {
        assert!(run.stderr.contains(expected), "{expected} is not in\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("no such file"), "{}", run.stderr);
    assert!(!run.stderr.contains("override \"a.*\""), "{}", run.stderr);
    // An override may be for captures that were not named; where it starts, there must be something.
    let run = voxev(&folder, &["validate", "c.jsonl"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("the override \"old/**\" matches no capture"), "{}", run.stderr);
    assert_eq!(run.stderr.matches("matches no").count(), 1, "{}", run.stderr);
    assert_eq!(voxev(&folder, &["validate", "-qq", "c.jsonl"]).stderr, "");
}

#[test]
fn the_baseline_of_the_file_holds_wherever_voxev_starts() {
    let folder = folder(&[
        ("voxev.toml", "files = [\"a.jsonl\"]\nbaseline = \"ci/known.json\"\n"),
        ("a.jsonl", BROKEN),
        ("ci/x", ""),
        (".git/HEAD", ""),
    ]);
    let run = voxev(&folder, &["validate"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("create it with --write-baseline ci/known.json"), "{}", run.stderr);
    let run = voxev(&folder, &["validate", "--write-baseline", "ci/known.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = voxev(&folder, &["validate"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("ignored by the baseline: 1"), "{}", run.stderr);
    assert_eq!(voxev(folder.path().join("ci"), &["validate"]).code, 0);
    assert_eq!(voxev(&folder, &["validate", "--no-baseline"]).code, 1);
    let run = voxev(&folder, &["validate", "--fail-fast"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .starts_with("voxev: voxev.toml:2:12: --fail-fast cannot be used with the baseline"),
        "{}",
        run.stderr
    );
    assert_eq!(voxev(&folder, &["validate", "--fail-fast", "--no-baseline"]).code, 1);
}

#[test]
fn show_config_of_a_file_has_its_overrides_applied() {
    let toml = "api = 64\nexclude = [\"old/draft*\"]\n[overrides]\n\"old/**\" = { strict = true }\n\"**/b.jsonl\" = { api = 60, rules = { wrong-type = \"warn\" } }\n";
    let folder = folder(&[("voxev.toml", toml), ("old/b.jsonl", RIGHT)]);
    let run = voxev(&folder, &["validate", "--show-config", "old/b.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for line in [
        "# voxev.toml, for old/b.jsonl; the command line takes precedence",
        "api = 60  # voxev.toml:5:1, override \"**/b.jsonl\"",
        "strict = true  # voxev.toml:4:1, override \"old/**\"",
        "missing-property = \"deny\"         # voxev.toml:4:1, override \"old/**\"",
        "wrong-type = \"warn\"               # voxev.toml:5:1, override \"**/b.jsonl\"",
        "lifecycle = false  # default",
    ] {
        assert!(run.stdout.lines().any(|it| it == line), "{line} is not in\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("[overrides]"), "they are applied: {}", run.stdout);
    let run = voxev(&folder, &["validate", "--show-config", "--api", "66", "other.jsonl"]);
    assert!(run.stdout.contains("api = 66  # command line\nstrict = false  # default\n"));
    let run = voxev(&folder, &["validate", "--show-config", "old/draft.jsonl"]);
    let note =
        "# excluded by \"old/draft*\" (voxev.toml:2:12): checked only if it is named explicitly\n";
    assert!(run.stdout.contains(note), "{}", run.stdout);
    for wrong in [&["old"][..], &["a", "b"], &["-"]] {
        let run = voxev(&folder, &[&["validate", "--show-config"], wrong].concat());
        assert_eq!(run.code, 2, "{wrong:?}");
        assert!(run.stderr.contains("takes one FILE"), "{wrong:?}: {}", run.stderr);
    }
}
