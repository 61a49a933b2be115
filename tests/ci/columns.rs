//! What `convert --columns` leaves out is said.

use super::run::{RIGHT, Run, folder, voxev};

/// What `convert --to csv --columns COLUMNS` says of `lines` on standard error.
fn left_out(lines: &str, columns: &str, more: &[&str]) -> Run {
    let folder = folder(&[("a.jsonl", lines)]);
    let arguments = ["convert", "--to", "csv", "a.jsonl", "--columns", columns];
    voxev(&folder, &[&arguments[..], more].concat())
}

#[test]
fn columns_without_extra_say_what_no_column_holds() {
    let stats = "{\"type\":\"audiostats\",\"detail\":{\"callId\":\"a\",\"stats\":\"inputChannelStats\",\"packetsLost\":1,\"packetsCount\":2,\"jitterBufferMillis\":3,\"roundTripTimeMillis\":0}}\n";
    let odd = "{\"type\":\"mute\",\"detail\":{\"callId\":7,\"mood\":{\"is\":\"good\"}}}\n";
    let bell = "{\"type\":\"mute\",\"detail\":{\"callId\":\"\\u0007\"}}\n";
    let said = |lines: &str, columns| left_out(lines, columns, &[]).stderr;
    assert_eq!(
        said(stats, "callId,packetsLost"),
        "voxev: not in any column: type, stats, packetsCount, jitterBufferMillis, roundTripTimeMillis; add the column extra to include them\n"
    );
    assert_eq!(said(RIGHT, "type,callId"), "");
    assert_eq!(
        said(odd, "type,callId"),
        "voxev: not in any column: callId, mood.is; add the column extra to include them\n"
    );
    assert_eq!(said(odd, "type,callId,extra"), "");
    assert_eq!(said(odd, "callId,extra"), "");
    assert_eq!(
        said(bell, "type,callId"),
        "voxev: not in any column: callId; add the column extra to include them\n"
    );
    let run = left_out(RIGHT, "callId,detail.callId", &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--columns names \"callId\" twice"), "{}", run.stderr);
}

#[test]
fn what_is_left_out_is_said_alike_on_any_number_of_threads() {
    let mut lines = String::new();
    for at in (0..40_000).rev() {
        let name = at % 23;
        let line = format!(
            "{{\"type\":\"mute\",\"detail\":{{\"callId\":\"a\",\"own{name:02}\":1,\"pad\":\"{at:060}\"}}}}\n"
        );
        lines.push_str(&line);
    }
    let names: Vec<String> = (0..10).map(|at| format!("own{at:02}")).collect();
    let expected = format!(
        "voxev: not in any column: {}, more; add the column extra to include them\n",
        names.join(", ")
    );
    for threads in ["1", "3"] {
        assert_eq!(left_out(&lines, "type,callId", &["-j", threads]).stderr, expected);
    }
}
