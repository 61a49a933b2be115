//! The README's pictures are made from what voxev prints, so they cannot go stale.
//!
//! `SNAPSHOTS=overwrite cargo test --test suite pictures` makes them anew.

use std::path::Path;

use anstyle::RgbColor;
use anstyle_svg::{Palette, Term};

use super::run::{REPOSITORY, folder, voxev};

/// Columns of the terminal in the pictures: what fits beside a README's margin.
const WIDTH: &str = "96";

/// Colours that can be read on the first one, which is the background: the blue of the usual
/// palettes cannot. Dark ones and bright ones are the same.
const COLOURS: [u32; 8] =
    [0x1e_2430, 0xff_7b72, 0x7e_e787, 0xf2_cc60, 0x79_c0ff, 0xd2_a8ff, 0x76_e3ea, 0xc9_d1d9];

/// A short call: a good start, a name of the Aura toolkit, a quoted number, and a cut line.
const CAPTURE: &str = r#"{"type":"callstarted","detail":{"callId":"5f0c1e9a","callType":"inbound","participant":"+1 (415) 999-0000"}}
{"type":"CALL_CONNECTED","detail":{"callId":"5f0c1e9a","callType":"inbound","participant":"+1 (415) 999-0000"}}
{"type":"audiostats","detail":{"callId":"5f0c1e9a","stats":"inputChannelStats","packetsLost":"3","packetsCount":1497,"jitterBufferMillis":40,"roundTripTimeMillis":0}}
{"type":"transcript","detail":{"callId":"5f0c1e9a","id":"853d452f","clientSentTimestamp":1767607200000,"serverReceivedTimestamp":1767607200025,"content":{"formatType":"Text","text":"Hello, how can I help?"},"sender":{"role":"EndUser"}}}
{"type":"callended","detail":{"callId":"5f0c1e9a"
"#;

#[test]
fn the_picture_of_validate_is_what_validate_prints() {
    check("validate", &["validate", "capture.jsonl"]);
}

#[test]
fn the_picture_of_pretty_is_what_pretty_prints() {
    check("pretty", &["pretty", "call.jsonl"]);
}

fn palette() -> Palette {
    Palette(std::array::from_fn(|at| {
        let [_, red, green, blue] = COLOURS[at % COLOURS.len()].to_be_bytes();
        RgbColor(red, green, blue)
    }))
}

fn check(name: &str, arguments: &[&str]) {
    let lines: Vec<&str> = CAPTURE.split_inclusive('\n').collect();
    let good = [lines[0], lines[3]].concat();
    let folder = folder(&[("capture.jsonl", CAPTURE), ("call.jsonl", &good)]);
    let run = {
        let mut command = super::run::command(folder.path(), arguments);
        let command = command.args(["--color", "always"]).env("COLUMNS", WIDTH);
        super::run::Run::from(command.output().expect("voxev can be run"))
    };
    let typed = format!("$ voxev {}\n", arguments.join(" "));
    let picture =
        Term::new().palette(palette()).render_svg(&format!("{typed}{}{}", run.stdout, run.stderr));
    let path = Path::new(REPOSITORY).join("docs").join(format!("{name}.svg"));
    if std::env::var_os("SNAPSHOTS").is_some_and(|it| it == "overwrite") {
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
        std::fs::write(&path, &picture).expect("there is room");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == picture,
        "{} is not what voxev prints: make it anew with SNAPSHOTS=overwrite",
        path.display()
    );
}

#[test]
fn the_capture_in_the_pictures_breaks_what_they_show() {
    let folder = folder(&[("capture.jsonl", CAPTURE)]);
    let run = voxev(&folder, &["validate", "--format", "short", "--no-config", "capture.jsonl"]);
    let rules = ["unknown-event", "wrong-type", "observed-value", "invalid-json"];
    for (line, rule) in run.stdout.lines().zip(rules) {
        assert!(line.contains(rule), "{rule}: {line}");
    }
}
