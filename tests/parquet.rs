//! `convert --to parquet`, read back by the crate's own reader. `.ci/peer/parquet.py` compares with
//! what DuckDB and pyarrow read.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use parquet::basic::{Compression, LogicalType, TimeUnit, Type as PhysicalType};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;

use crate::support::{captures, run, run_in, run_on, voxev};

const CALL: &str = "fixtures/valid/call.jsonl";

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

fn reader(path: &Path) -> SerializedFileReader<fs::File> {
    SerializedFileReader::new(fs::File::open(path).expect("it is there")).expect("it is Parquet")
}

/// The rows of a file; in each the columns that have a value.
fn rows(path: &Path) -> Vec<Vec<(String, String)>> {
    let cell = |(name, field): (&String, &Field)| {
        let value = match field {
            Field::Null => return None,
            Field::Str(text) => text.clone(),
            Field::TimestampMillis(millis) => format!("{millis} ms"),
            other => other.to_string(),
        };
        Some((name.clone(), value))
    };
    let rows = reader(path).into_iter().map(|row| row.expect("it can be read"));
    rows.map(|row| row.get_column_iter().filter_map(cell).collect()).collect()
}

/// The rows that `convert` writes for a capture.
fn converted(options: &[&str], capture: &[u8]) -> Vec<Vec<(String, String)>> {
    let folder = scratch();
    let file = folder.path().join("rows.parquet");
    let fixed = ["convert", "--to", "parquet", "-o", text(&file)];
    let run = run(&[&fixed, options].concat(), capture);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    rows(&file)
}

fn row(cells: &[(&str, &str)]) -> Vec<(String, String)> {
    cells.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn message(sent: &str, text: &str) -> String {
    format!(
        "{{\"type\":\"transcript\",\"detail\":{{\"id\":\"m\",\"clientSentTimestamp\":{sent},\
         \"serverReceivedTimestamp\":2e0,\"content\":{{\"formatType\":\"Text\",\"text\":{text}}},\
         \"callId\":\"c\",\"sender\":{{\"role\":\"Agent\"}}}}}}\n"
    )
}

#[test]
fn a_column_has_the_type_of_its_property() {
    let folder = scratch();
    let file = folder.path().join("rows.parquet");
    let options = ["convert", "--to", "parquet", "-o", text(&file), CALL];
    assert_eq!(run_on(&options).code, Some(0));
    let reader = reader(&file);
    let metadata = reader.metadata().file_metadata();
    let schema = metadata.schema_descr();
    let named = |name: &str| {
        let column = schema.columns().iter().find(|it| it.name() == name).expect(name);
        (column.physical_type(), column.logical_type_ref().cloned())
    };
    let string = (PhysicalType::BYTE_ARRAY, Some(LogicalType::String));
    for name in ["type", "callId", "content.text", "sender.role", "extra"] {
        assert_eq!(named(name), string, "{name}");
    }
    assert_eq!(named("packetsLost"), (PhysicalType::INT64, None));
    let time = Some(LogicalType::timestamp(true, TimeUnit::MILLIS));
    for name in ["clientSentTimestamp", "serverReceivedTimestamp"] {
        assert_eq!(named(name), (PhysicalType::INT64, time.clone()), "{name}");
    }
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(metadata.created_by(), Some(format!("voxev version {version}").as_str()));
    let values = metadata.key_value_metadata().expect("there are some");
    assert!(
        values.iter().any(|it| it.key == "voxev.version" && it.value.as_deref() == Some(version))
    );
    let columns = reader.metadata().row_group(0).columns();
    assert!(columns.iter().all(|it| matches!(it.compression(), Compression::ZSTD(_))));
    assert!(columns.iter().all(|it| it.dictionary_page_offset().is_some()));
}

#[test]
fn the_columns_are_those_of_the_csv() {
    for options in [
        &[][..],
        &["--type", "audiostats"],
        &["--type", "hold,mute"],
        &["--columns", "extra,callId,type"],
    ] {
        let csv = run_on(&[&["convert", "--to", "csv", CALL], options].concat()).text();
        let header = csv.lines().next().expect("there is a header").to_owned();
        let folder = scratch();
        let file = folder.path().join("rows.parquet");
        let fixed = ["convert", "--to", "parquet", "-o", text(&file), CALL];
        assert_eq!(run_on(&[&fixed, options].concat()).code, Some(0));
        let reader = reader(&file);
        let columns = reader.metadata().file_metadata().schema_descr().columns();
        let names: Vec<&str> = columns.iter().map(|it| it.name()).collect();
        assert_eq!(names.join(","), header);
        assert_eq!(rows(&file).len(), csv.lines().count() - 1, "{options:?}");
    }
}

#[test]
fn a_value_that_its_column_cannot_hold_is_in_extra() {
    let found = |sent: &str, words: &str| {
        converted(
            &["--columns", "clientSentTimestamp,content.text,extra"],
            message(sent, words).as_bytes(),
        )
    };
    let others = "\"id\":\"m\",\"serverReceivedTimestamp\":2e0,";
    let tail = "\"callId\":\"c\",\"sender\":{\"role\":\"Agent\"}}}";
    let extra = |sent: &str, words: &str| {
        let sent = if sent.is_empty() {
            String::new()
        } else {
            format!("\"clientSentTimestamp\":{sent},")
        };
        let others = others.replacen(',', &format!(",{sent}"), 1);
        format!(
            "{{\"type\":\"transcript\",\"detail\":{{{others}\"content\":{{\"formatType\":\"Text\"{words}}},{tail}"
        )
    };
    assert_eq!(
        found("1.5", "\"é\\u0000\""),
        [row(&[("content.text", "é\0"), ("extra", &extra("1.5", ""))])]
    );
    assert_eq!(
        found("1594944652299.0", "\"\\ud800\""),
        [row(&[
            ("clientSentTimestamp", "1594944652299 ms"),
            ("extra", &extra("", ",\"text\":\"\\ud800\"")),
        ])]
    );
    assert_eq!(
        found("1e3", "\"\"")[0][..2],
        row(&[("clientSentTimestamp", "1000 ms"), ("content.text", "")])
    );
    assert_eq!(found("9223372036854775808", "7")[0].len(), 1);
}

#[test]
fn documented_nulls_and_missing_properties_have_no_value() {
    let flag = "{\"type\":\"flaglower\",\"detail\":{\"content\":{\"formatType\":null,\"text\":null},\"callId\":\"c\"}}\n";
    let undocumented = "{\"type\":\"hold\",\"detail\":{\"callId\":null}}\n";
    let found = converted(&[], [flag, undocumented].concat().as_bytes());
    let expected = [
        row(&[("type", "flaglower"), ("callId", "c")]),
        row(&[("type", "hold"), ("extra", "{\"detail\":{\"callId\":null}}")]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_bytes_do_not_depend_on_threads_or_on_how_the_capture_is_read() {
    let folder = scratch();
    let capture = folder.path().join("capture.jsonl");
    let generated =
        run_on(&["generate", "--size", "3MiB", "--mix", "transcript=20", "-o", text(&capture)]);
    assert_eq!(generated.code, Some(0));
    let bytes = fs::read(&capture).expect("it is there");
    let to_stdout = ["convert", "--to", "parquet"];
    let whole = run_on(&[&to_stdout[..], &["-j1", text(&capture)]].concat()).stdout;
    for threads in ["-j2", "-j7"] {
        assert!(run_on(&[&to_stdout[..], &[threads, text(&capture)]].concat()).stdout == whole);
        assert!(run(&[&to_stdout[..], &[threads]].concat(), &bytes).stdout == whole, "a pipe");
    }
    let file = folder.path().join("rows.parquet");
    run_on(&["convert", "--to", "parquet", "-o", text(&file), text(&capture)]);
    assert!(fs::read(&file).expect("it is there") == whole);
    let compressed = folder.path().join("capture.jsonl.gz");
    run_on(&["filter", "-v", "--type", "note", "-o", text(&compressed), text(&capture)]);
    let plain = run_on(&["filter", "-v", "--type", "note", text(&capture)]).stdout;
    let of = |input: &[u8]| run(&to_stdout, input).stdout;
    assert!(of(&fs::read(&compressed).expect("it is there")) == of(&plain), "gzip");
}

#[test]
fn wrapped_payloads_and_elements_of_an_array_are_rows() {
    let lines = fs::read_to_string(CALL).expect("the fixture is there");
    let plain = converted(&[], lines.as_bytes());
    let wrap = |line: &str| format!("{{\"ts\":1,\"event\":{line}}}\n");
    let wrapped: String = lines.lines().map(wrap).collect();
    assert_eq!(converted(&["--payload", "/event", "--time", "/ts"], wrapped.as_bytes()), plain);
    let array = format!("[{}]", lines.lines().collect::<Vec<_>>().join(", "));
    assert_eq!(converted(&[], array.as_bytes()), plain);
    assert_eq!(converted(&["--input", "json"], array.replace("}, {", "},\n{").as_bytes()), plain);
    let crlf = lines.replace('\n', "\r\n\r\n");
    assert_eq!(converted(&[], crlf.as_bytes()), plain);
}

#[test]
fn lines_that_are_no_rows_are_rejected_in_order() {
    let folder = scratch();
    let (file, rejects) = (folder.path().join("rows.parquet"), folder.path().join("rejects"));
    let long =
        format!("{{\"type\":\"hold\",\"detail\":{{\"callId\":\"{}\"}}}}\n", "x".repeat(3_000));
    let capture = format!(
        "nope\n{{\"type\":\"hold\",\"type\":\"mute\"}}\n{long}\n[]\n{}",
        message("1", "\"\"")
    );
    let output = ["-o", text(&file), "--rejects", text(&rejects), "--max-line-bytes", "2000"];
    let run = run(&[&["convert", "--to", "parquet"], &output[..]].concat(), capture.as_bytes());
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    let rejected = fs::read_to_string(&rejects).expect("it is there");
    assert_eq!(rejected, format!("nope\n{{\"type\":\"hold\",\"type\":\"mute\"}}\n{long}[]\n"));
    assert_eq!(rows(&file).len(), 1);
    assert!(run.stderr.contains("4 lines of 5 not converted"), "{}", run.stderr);
}

/// The folders of an output, and the rows in each.
fn partitions(folder: &Path) -> Vec<(String, Vec<Vec<(String, String)>>)> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut found: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("it can be read").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            (name, rows(&path.join("part-0.parquet")))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_folder_per_type_holds_each_row_once() {
    let folder = scratch();
    let lake = folder.path().join("lake");
    let odd = "{\"type\":\"a/b\",\"detail\":{\"callId\":\"c\"}}\n{\"type\":\"\",\"detail\":{}}\n";
    let capture = [fs::read(CALL).expect("it is there"), odd.into()].concat();
    let output = ["convert", "--to", "parquet", "--partition-by", "type", "-o", text(&lake)];
    let run = run(&output, &capture);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let mut whole = converted(&[], &capture);
    let found = partitions(&lake);
    let mut together = Vec::new();
    for (name, rows) in found {
        let kind = name.strip_prefix("type=").expect("it names the type");
        if kind == "__HIVE_DEFAULT_PARTITION__" {
            let extras: Vec<_> =
                rows.into_iter().map(|mut row| row.pop().expect("extra").1).collect();
            assert_eq!(extras, ["{\"type\":\"a/b\"}", "{\"type\":\"\",\"detail\":{}}"]);
            continue;
        }
        let with_type = |mut row: Vec<_>| {
            row.insert(0, ("type".to_owned(), kind.to_owned()));
            row
        };
        together.extend(rows.into_iter().map(with_type));
    }
    whole.truncate(whole.len() - 2);
    whole.sort();
    together.sort();
    assert_eq!(together, whole);
}

#[test]
fn a_type_that_was_asked_for_has_a_folder_with_an_escaped_name() {
    let folder = scratch();
    let lake = folder.path().join("lake");
    fs::create_dir(&lake).expect("there is room");
    let capture =
        b"{\"type\":\"a/b=c\",\"detail\":{}}\n{\"type\":\"hold\",\"detail\":{\"callId\":\"c\"}}\n";
    let output = ["--partition-by", "type", "-o", text(&lake), "--type", "a/b=c", "--any-type"];
    let run = run(&[&["convert", "--to", "parquet"], &output[..]].concat(), capture);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let names: Vec<String> = partitions(&lake).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["type=a%2Fb%3Dc"]);
}

#[test]
fn what_cannot_be_written_is_refused_before_anything_is() {
    let folder = scratch();
    fs::create_dir(folder.path().join("full")).expect("there is room");
    fs::write(folder.path().join("full/kept"), "x").expect("there is room");
    fs::write(folder.path().join("file"), "x").expect("there is room");
    fs::write(folder.path().join("in.jsonl"), message("1", "\"\"")).expect("there is room");
    let by_type = &["--to", "parquet", "--partition-by", "type"][..];
    for (options, message) in [
        (&["--to", "parquet", "-o", "x.parquet.gz"][..], "compressed inside"),
        (&["--to", "parquet", "-o", "full"], "is a folder"),
        (&["--to", "parquet", "--spreadsheet"], "--spreadsheet needs"),
        (
            &["--to", "csv", "--partition-by", "type", "-o", "lake"],
            "--partition-by needs --to parquet",
        ),
        (by_type, "--partition-by needs --output"),
        (&[by_type, &["-o", "-"]].concat(), "--partition-by needs --output"),
        (&[by_type, &["-o", "full"]].concat(), "is not empty"),
        (&[by_type, &["-o", "file"]].concat(), "cannot write \"file\""),
        (&[by_type, &["-o", "none/lake"]].concat(), "does not exist"),
        (
            &[by_type, &["-o", "lake", "--rejects", "lake/rejects"]].concat(),
            "--rejects is in the folder",
        ),
        (&[by_type, &["-o", "lake", "--columns", "type"]].concat(), "leaves no column"),
    ] {
        let run = run_in(folder.path(), &[&["convert", "in.jsonl"], options].concat());
        assert_eq!(run.code, Some(2), "{options:?}");
        assert!(run.stderr.contains(message), "{options:?}: {}", run.stderr);
    }
    let mut names: Vec<_> = fs::read_dir(folder.path()).expect("it is there").flatten().collect();
    names.sort_by_key(fs::DirEntry::file_name);
    let names: Vec<_> = names.iter().map(fs::DirEntry::file_name).collect();
    assert_eq!(names, ["file", "full", "in.jsonl"]);
}

#[test]
fn a_capture_that_cannot_be_read_leaves_no_output() {
    let folder = scratch();
    for output in [&["-o", "rows.parquet"][..], &["--partition-by", "type", "-o", "lake"]] {
        let call = text(&captures("valid")[0]).to_owned();
        let arguments = ["convert", "--to", "parquet", &call, "missing.jsonl"];
        let run = run_in(folder.path(), &[&arguments, output].concat());
        assert_eq!(run.code, Some(2));
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0, "{output:?}");
    }
}

#[test]
fn a_capture_without_rows_is_a_file_with_columns() {
    let folder = scratch();
    let file = folder.path().join("rows.parquet");
    let run = run(&["convert", "--to", "parquet", "-o", text(&file), "--type", "hold"], b"\n");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(rows(&file).len(), 0);
    let columns = reader(&file).metadata().file_metadata().schema_descr().num_columns();
    assert!(columns > 1);
}

#[test]
fn what_is_in_no_column_is_named() {
    let folder = scratch();
    let file = folder.path().join("rows.parquet");
    let options = ["--columns", "callId", "--type", "transcript", "-o", text(&file)];
    let fixed = ["convert", "--to", "parquet", "fixtures/valid/transcript.jsonl"];
    let parquet = run_on(&[&fixed, &options[..]].concat()).stderr;
    let csv = run_on(&[&["convert", "--to", "csv", fixed[3]], &options[..4]].concat()).stderr;
    assert!(parquet.starts_with("voxev: not in any column:"), "{parquet}");
    assert_eq!(parquet, csv);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_not() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = voxev(&["convert", "--to", "parquet", CALL]);
    let output = command.stdin(Stdio::null()).stdout(full).output().expect("voxev runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("no space left"), "{stderr}");
    let mut command = voxev(&["convert", "--to", "parquet", CALL]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("voxev starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("voxev ends");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_folder_behind() {
    let folder = scratch();
    let lake = folder.path().join("lake");
    let options = ["convert", "--to", "parquet", "--partition-by", "type", "-o", text(&lake), "-"];
    let mut command = voxev(&options);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("voxev starts");
    let stdin = child.stdin.take().expect("a pipe");
    let count = || fs::read_dir(folder.path()).expect("it is there").count();
    let start = Instant::now();
    while count() == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "there is no folder");
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
    assert_eq!(child.wait().expect("voxev ends").code(), Some(143));
    drop(stdin);
    assert_eq!(count(), 0);
}
