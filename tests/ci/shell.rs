//! Completions and man pages, tried with the real shells and readers where they are there.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::run::{REPOSITORY, command, folder, voxev};
use crate::support::skip;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// What voxev offers `shell` for the last of `words`.
fn offered(shell: &str, words: &[&str]) -> String {
    let mut asked = command(REPOSITORY.as_ref(), &["--", "voxev"]);
    asked.args(words).env("VOXEV_COMPLETE", shell);
    asked.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).env("_CLAP_IFS", "\n");
    asked.env("_CLAP_COMPLETE_COMP_TYPE", "9").env("_CLAP_COMPLETE_SPACE", "true");
    let output = asked.output().expect("voxev can be run");
    assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

#[test]
fn every_shell_is_offered_events_rules_and_formats() {
    for shell in SHELLS {
        let events = offered(shell, &["filter", "--type", "flag"]);
        assert!(events.contains("flagraise") && events.contains("flaglower"), "{shell}: {events}");
        let rules = offered(shell, &["validate", "--deny", "unk"]);
        assert!(rules.contains("unknown-event"), "{shell}: {rules}");
        let formats = offered(shell, &["validate", "--format", ""]);
        for format in ["github", "gitlab", "sarif", "junit", "short"] {
            assert!(formats.contains(format), "{shell}: {formats}");
        }
        let reports = offered(shell, &["validate", "--report", "sa"]);
        assert!(reports.contains("sarif="), "{shell}: {reports}");
        let properties = offered(shell, &["filter", "--where", "pack"]);
        assert!(properties.contains("packetsLost"), "{shell}: {properties}");
        assert!(!properties.contains("participant"), "{shell}: {properties}");
        let limits = offered(shell, &["stats", "--limits", "twilio,lo"]);
        assert!(limits.contains("twilio,loss>") && !limits.contains("cqd"), "{shell}: {limits}");
        assert!(offered(shell, &["stats", "--fail-on", ""]).contains("mos<"), "{shell}");
        let columns = offered(shell, &["convert", "--columns", "type,sen"]);
        assert!(columns.contains("type,sender.role"), "{shell}: {columns}");
        assert!(offered(shell, &["convert", "--columns", "ex"]).contains("extra"), "{shell}");
        let shares = offered(shell, &["generate", "--mix", "note=1,tran"]);
        assert!(shares.contains("note=1,transcript="), "{shell}: {shares}");
        for command in ["validate", "filter", "schema", "explain", "generate"] {
            let versions = offered(shell, &[command, "--api", "6"]);
            assert!(versions.contains("66") && !versions.contains("54"), "{shell}: {versions}");
        }
        let topics = offered(shell, &["explain", "wrong"]);
        assert!(topics.contains("wrong-type"), "{shell}: {topics}");
    }
}

#[test]
fn a_second_event_is_completed_after_a_comma() {
    let events = offered("fish", &["filter", "--type", "hold,flagr"]);
    assert!(events.contains("hold,flagraise"), "{events}");
}

#[test]
fn every_documented_property_can_begin_a_condition() {
    let bundle = voxev::Bundle::newest();
    let all = offered("fish", &["filter", "--where", ""]);
    let offers: Vec<&str> = all.lines().filter_map(|line| line.split('\t').next()).collect();
    for property in voxev::EventId::all().flat_map(|id| &bundle.event(id).properties) {
        let count = offers.iter().filter(|it| **it == property.name).count();
        assert_eq!(count, 1, "{} in {all}", property.name);
    }
    let nested = offered("fish", &["filter", "--where", "detail.sender."]);
    assert!(nested.contains("detail.sender.role\tSender's role"), "{nested}");
    let values = offered("fish", &["filter", "--where", "stats="]);
    assert!(values.contains("stats=inputChannelStats"), "{values}");
    let values = offered("fish", &["filter", "--where", "sender.role!=S"]);
    assert!(values.contains("sender.role!=Supervisor") && !values.contains("Agent"), "{values}");
    assert_eq!(offered("fish", &["filter", "--where", "packetsLost>"]), "");
}

#[test]
fn every_shell_gets_a_script() {
    for shell in SHELLS {
        let run = voxev(REPOSITORY, &["completions", shell]);
        assert_eq!(run.code, 0, "{shell}: {}", run.stderr);
        assert!(run.stdout.contains("VOXEV_COMPLETE"), "{shell}: {}", run.stdout);
    }
    let run = voxev(REPOSITORY, &["completions", "tcsh"]);
    assert_eq!(run.code, 2);
}

#[test]
fn bash_completes_with_our_script() {
    bash_completes("--type", "flagr", "flagraise");
    bash_completes("--where", "roundT", "roundTripTimeMillis");
}

fn bash_completes(option: &str, typed: &str, expected: &str) {
    let path = std::path::Path::new(env!("CARGO_BIN_EXE_voxev")).parent().expect("it has a folder");
    let script = format!(
        "source <(voxev completions bash)
        complete -p voxev | grep -o -- '-F [a-z_]*' >/dev/null || exit 3
        function=$(complete -p voxev | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        COMP_WORDS=(voxev filter {option} {typed}) COMP_CWORD=3 COMP_TYPE=9
        $function voxev {typed} {option}; echo \"${{COMPREPLY[@]}}\""
    );
    let bash = Command::new("bash")
        .args(["--norc", "-c", &script])
        .env("PATH", format!("{}:{}", path.display(), std::env::var("PATH").unwrap_or_default()))
        .output();
    let Ok(bash) = bash else {
        skip("completion: there is no bash");
        return;
    };
    let said = String::from_utf8_lossy(&bash.stdout);
    assert_eq!(said.trim(), expected, "{}", String::from_utf8_lossy(&bash.stderr));
}

#[test]
fn a_command_line_is_not_taken_for_a_question_of_a_shell() {
    let run = voxev(REPOSITORY, &["schema", "--config"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("{\n"));
}

#[test]
fn a_wrong_command_line_is_coloured_where_anything_else_would_be() {
    let is_coloured = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = command(REPOSITORY.as_ref(), arguments);
        command.envs(environment.iter().copied());
        let said = command.output().expect("voxev can be run").stderr;
        assert!(String::from_utf8_lossy(&said).contains("unrecognized subcommand"));
        said.contains(&b'\x1b')
    };
    let (forced, refused) = (("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1"));
    assert!(!is_coloured(&["bad"], &[]));
    assert!(is_coloured(&["bad"], &[forced]));
    assert!(!is_coloured(&["bad"], &[("CLICOLOR_FORCE", "0")]));
    assert!(!is_coloured(&["bad"], &[forced, refused]));
    assert!(is_coloured(&["bad", "--color", "always"], &[refused]));
    assert!(!is_coloured(&["bad", "--color=never"], &[forced]));
}

#[test]
fn there_is_a_man_page_for_voxev_and_each_command() {
    let folder = folder(&[]);
    let run = voxev(&folder, &["man", "pages"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
    let pages = folder.path().join("pages");
    for name in ["voxev", "voxev-validate", "voxev-filter", "voxev-completions", "voxev-man"] {
        let page = std::fs::read_to_string(pages.join(format!("{name}.1"))).expect("it is there");
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH DESCRIPTION"), "{name}");
        assert!(!page.contains(".SH EXTRA"), "{name}");
        let (_, examples) = page.split_once(".SH EXAMPLES\n.nf\n").expect(name);
        assert!(examples.ends_with("\n.fi\n"), "{name}");
        let title = page.lines().find(|line| line.starts_with(".TH ")).expect(name);
        let footer = concat!("\"\" \"voxev ", env!("CARGO_PKG_VERSION"), "\" \"voxev manual\"");
        assert!(title.ends_with(footer), "{title}");
    }
    for entry in std::fs::read_dir(&pages).expect("it is there") {
        let path = entry.expect("it can be read").path();
        if let Some(complaints) = lint(&path) {
            assert_eq!(complaints, "", "{}", path.display());
        }
    }
}

/// What groff or mandoc has against a page; `None` where there is neither.
fn lint(page: &std::path::Path) -> Option<String> {
    let text = std::fs::read(page).expect("it is there");
    for (program, arguments) in [
        ("mandoc", &["-T", "lint", "-W", "error"][..]),
        ("groff", &["-K", "utf8", "-man", "-ww", "-Tutf8", "-z"]),
    ] {
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else { continue };
        child.stdin.take().expect("it is piped").write_all(&text).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        return Some(format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    skip("man pages: there is neither mandoc nor groff");
    None
}
