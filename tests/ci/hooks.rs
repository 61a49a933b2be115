//! What other repositories take from this one. The real `pre-commit` and actionlint are run by
//! `.ci/peers`, which says aloud what it has to skip.

use std::path::Path;
use std::process::Command;

use super::run::REPOSITORY;

#[test]
fn the_package_holds_everything_that_is_compiled_in() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["package", "--list", "--allow-dirty", "--offline", "--locked"])
        .current_dir(REPOSITORY)
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).expect("it is text");
    for name in ["Cargo.lock", "schemas/common.json", "src/config/voxev.schema.json"] {
        assert!(list.lines().any(|line| line == name), "{name} is not packaged");
    }
    for rule in voxev::Rule::ALL.map(voxev::Rule::code) {
        let name = match rule.strip_prefix("lifecycle/") {
            Some(rule) => format!("fixtures/lifecycle/broken/{rule}.jsonl"),
            None => format!("fixtures/invalid/{rule}.jsonl"),
        };
        let is_it = |line: &str| line.strip_suffix(".gz").unwrap_or(line) == name;
        assert!(list.lines().any(is_it), "{name} is not packaged");
    }
    for page in crate::links::documents() {
        let is_it = |line: &str| Path::new(line) == page;
        assert!(list.lines().any(is_it), "{} is not packaged", page.display());
    }
    assert!(!list.lines().any(|line| line.starts_with(".ci/") || line.starts_with("target/")));
}

#[test]
fn the_hook_runs_a_command_that_there_is() {
    let hooks = std::fs::read_to_string(Path::new(REPOSITORY).join(".pre-commit-hooks.yaml"))
        .expect("there are hooks");
    assert!(hooks.contains("entry: voxev validate\n") && hooks.contains("language: rust\n"));
}
