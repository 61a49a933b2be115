//! `voxev schema --format typescript`. Whether the declarations are right is checked by the compiler
//! itself, in `.ci/peer/typescript.mjs`.

use crate::support::run_on;

#[test]
fn the_events_that_are_named_are_declared_each_once_in_the_contract_s_order() {
    let run = run_on(&["schema", "--format", "typescript", "note", "hold", "note"]);
    let text = run.text();
    let names = text.lines().filter_map(|line| line.strip_prefix("export "));
    let names: Vec<&str> = names.collect();
    assert_eq!(
        names,
        [
            "interface HoldEvent {",
            "interface NoteEvent {",
            "type ToolkitEvent =",
            "interface ToolkitEventMap {"
        ]
    );
    assert!(text.contains("export type ToolkitEvent =\n  | HoldEvent\n  | NoteEvent;\n"), "{text}");
}

#[test]
fn titles_and_descriptions_of_the_schemas_are_comments() {
    let text = run_on(&["schema", "--format", "typescript", "hold"]).text();
    assert!(
        text.contains("/**\n * Fired when a participant is put on hold.\n */\nexport interface")
    );
    assert!(text.contains("    /**\n     * Participant\n     *\n     * "));
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_json_schema_is_for_one_event() {
    let two = run_on(&["schema", "note", "hold"]);
    assert!(two.code == Some(2) && two.stderr.contains("use --all for all events"), "{two:?}");
    let unknown = run_on(&["schema", "--format", "typescript", "holt"]);
    assert!(unknown.code == Some(2) && unknown.stderr.contains("\"hold\""), "{unknown:?}");
}
