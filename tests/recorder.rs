//! `voxev recorder`: the files of the bundle. `.ci/peer/recorder.sh` compiles and drives it.

use std::fs;
use std::path::Path;

use voxev::EventId;

use crate::support::run_in;

/// The files of the bundle below `folder`, with their texts.
fn bundle(folder: &Path) -> Vec<(String, String)> {
    let names = [
        "__tests__/voxevRecorder.test.js",
        "recording.js",
        "redaction.js",
        "toolkitEvents.js",
        "voxevRecorder.html",
        "voxevRecorder.js",
        "voxevRecorder.js-meta.xml",
    ];
    let text = |name: &str| fs::read_to_string(folder.join("voxevRecorder").join(name));
    names.map(|name| (name.to_owned(), text(name).expect("it was written"))).to_vec()
}

#[test]
fn the_recorder_listens_to_every_event() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let run = run_in(folder.path(), &["recorder"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let files = bundle(folder.path());
    let events = &files.iter().find(|(name, _)| name == "toolkitEvents.js").expect("listed").1;
    let list = events.split("EVENTS = [").nth(1).and_then(|rest| rest.split("];").next());
    let named: Vec<&str> = list.expect("the list").split('\'').skip(1).step_by(2).collect();
    assert_eq!(named, EventId::all().map(EventId::name).collect::<Vec<_>>());
}

#[test]
fn it_says_what_it_wrote_and_what_to_do_next() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let run = run_in(folder.path(), &["recorder", "--out", "my app"]);
    let files = bundle(&folder.path().join("my app"));
    for (name, _) in &files {
        assert!(run.text().contains(&format!("wrote my app/voxevRecorder/{name}\n")), "{name}");
    }
    let command = "  sf project deploy start --source-dir 'my app/voxevRecorder'\n";
    assert!(run.text().contains(command), "{}", run.text());
}

#[test]
fn in_a_project_it_goes_where_components_are() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let usual = folder.path().join("force-app/main/default/lwc");
    fs::create_dir_all(&usual).expect("it is made");
    assert_eq!(run_in(folder.path(), &["recorder"]).code, Some(0));
    bundle(&usual);
    assert!(!folder.path().join("voxevRecorder").exists());
}

#[test]
fn an_existing_file_is_overwritten_only_by_force() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    assert_eq!(run_in(folder.path(), &["recorder"]).code, Some(0));
    let before = bundle(folder.path());
    let own = folder.path().join("voxevRecorder/redaction.js");
    fs::write(&own, "mine").expect("it is written");
    let refused = run_in(folder.path(), &["recorder"]);
    assert!(refused.code == Some(2) && refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&own).expect("it is there"), "mine");
    assert_eq!(run_in(folder.path(), &["recorder", "--force"]).code, Some(0));
    assert_eq!(bundle(folder.path()), before);
    let file = run_in(folder.path(), &["recorder", "--out", "voxevRecorder/redaction.js"]);
    assert!(file.code == Some(2) && file.stderr.contains("cannot write"), "{}", file.stderr);
}
