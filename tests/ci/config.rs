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
        ("api = 1\n", "voxev.toml: API version 1 is not known"),
        ("api = \"66\"\n", "voxev.toml:1:7: expected a whole number"),
        ("api = \n", "voxev.toml:1:"),
        ("files = [\"a[\"]\n", "voxev.toml: \"a[\" is not a valid pattern"),
        ("[overrides]\n\"a[\" = {}\n", "voxev.toml: \"a[\" is not a valid pattern"),
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
