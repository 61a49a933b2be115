//! What `stats` shows in terminals of four widths, in colour and plain: snapshots, and what holds of
//! every line.

use std::fs;

use unicode_width::UnicodeWidthStr as _;

use crate::support::{run, run_on, voxev};

const WIDTHS: [&str; 4] = ["40", "80", "120", "200"];

/// A screen: its name, and what is asked for.
const SCREENS: [(&str, &[&str]); 5] = [
    ("calls", &["--top", "8"]),
    ("groups", &["--by", "day", "--by", "direction"]),
    ("participants", &["--by", "participant", "--top", "4"]),
    ("compared", &["--top", "2", "--fail-on", "poor>+1pp,mos<2"]),
    ("call", &["--call-id", "6d16"]),
];

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    /// Calls of one day, and the figures of an earlier one.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Self { folder };
        let generated = |calls: &str, seed: &str| {
            let mix = ["--mix", "audiostats=80"];
            run_on(&[&["generate", "--calls", calls, "--seed", seed], &mix[..]].concat()).stdout
        };
        fs::write(files.path("now.jsonl"), generated("120", "5")).expect("it is written");
        let earlier = run(&["stats", "--format", "json"], &generated("60", "3")).stdout;
        fs::write(files.path("earlier.json"), earlier).expect("it is written");
        files
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn screen(&self, (name, arguments): (&str, &[&str]), width: &str, color: &str) -> String {
        let mut command = voxev(&["stats", "--time-zone", "UTC", "--color", color]);
        command.args(arguments).current_dir(self.folder.path()).env("COLUMNS", width);
        if name == "compared" {
            command.args(["--compare", "earlier.json"]);
        }
        let output = command.arg("now.jsonl").output().expect("voxev can be run");
        let text = String::from_utf8(output.stdout).expect("it is UTF-8");
        assert!(!text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        text
    }
}

/// The text without its colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').map_or("", |(_, text)| text));
    first + &rest.collect::<String>()
}

#[test]
fn every_screen_is_as_it_was_looked_at() {
    let files = Files::new();
    for screen in SCREENS {
        for color in ["never", "always"] {
            let mut shown = String::new();
            for width in WIDTHS {
                let text = files.screen(screen, width, color).replace('\u{1b}', "␛");
                shown.extend(["=== ", width, " columns\n", &*text, "\n"]);
            }
            insta::assert_snapshot!(format!("stats-{}-{color}", screen.0), shown);
        }
    }
}

#[test]
fn no_line_is_longer_than_the_terminal_from_40_columns_on() {
    let files = Files::new();
    for screen in SCREENS {
        for width in [40, 47, 60, 72, 80, 100, 120, 131, 200] {
            let text = files.screen(screen, &width.to_string(), "never");
            for line in text.lines() {
                assert!(line.width() <= width, "{} at {width}: {line:?}", screen.0);
                assert_eq!(line, line.trim_end(), "{} at {width}", screen.0);
            }
            let coloured = files.screen(screen, &width.to_string(), "always");
            assert_eq!(plain(&coloured), text, "colours change nothing else");
        }
    }
}

#[test]
fn the_overview_fits_a_screen_of_24_lines() {
    let files = Files::new();
    for width in ["80", "120", "200"] {
        let text = files.screen(("overview", &["--top", "0"]), width, "never");
        assert!(text.trim_end().lines().count() <= 23, "a prompt follows: {text}");
        assert!(text.contains("at worst, for") && text.contains("beyond --limits"), "{text}");
    }
}

#[test]
fn the_wide_table_has_all_columns_at_any_width() {
    let files = Files::new();
    let wide = ["--wide", "--top", "3"];
    let narrow = files.screen(("wide", &wide), "40", "never");
    let table = |text: &str| -> Vec<String> {
        let lines = text.lines().skip_while(|line| !line.contains("worst report"));
        lines.take(5).map(str::to_owned).collect()
    };
    assert_eq!(table(&narrow), table(&files.screen(("wide", &wide), "200", "never")));
    assert!(table(&narrow).iter().all(|line| line.width() > 120), "{narrow}");
}
