//! Shell integration: completions and man pages.
//!
//! The shell calls voxev for completions while somebody types (`clap_complete`'s engine), so that
//! every shell completes event types, rules and formats; static scripts offer them only in bash, zsh
//! and fish.

use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::env::{CompleteEnv, Shells};

use crate::cli::{Cli, shells};
use crate::error::Error;

/// The variable with which a shell asks for completions.
const VARIABLE: &str = "VOXEV_COMPLETE";

/// Answers a shell that asks for completions; false if this is no such request.
pub(crate) fn completed() -> bool {
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Cli::command).var(VARIABLE).bin("voxev");
    asked.try_complete(std::env::args_os(), here.as_deref()).unwrap_or(false)
}

/// The script that a shell loads to complete voxev's command lines.
pub(crate) fn completions(shell: &str) -> Result<String, Error> {
    let known = Shells::builtins();
    let Some(completer) = known.completer(shell) else {
        return Err(Error::Usage(format!(
            "no completions for {shell:?}: expected one of {}",
            shells().join(", ")
        )));
    };
    let mut script = Vec::new();
    // Writing to memory cannot fail.
    let _ = completer.write_registration(VARIABLE, "voxev", "voxev", "voxev", &mut script);
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// Writes a man page for voxev and each of its commands into `folder`; the pages' names.
pub(crate) fn man(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    std::fs::create_dir_all(folder).map_err(|source| cannot_write(folder, source))?;
    let mut root = Cli::command();
    root.build();
    let mut pages = Vec::new();
    let commands = root.get_subcommands().filter(|it| it.get_name() != "help").cloned();
    let commands: Vec<clap::Command> = commands.collect();
    for command in std::iter::once(root).chain(commands) {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
        let path = folder.join(format!("{name}.1"));
        std::fs::write(&path, page(command.display_name(name)))
            .map_err(|source| cannot_write(&path, source))?;
        pages.push(path);
    }
    Ok(pages)
}

/// The man page of one command, in roff.
fn page(command: clap::Command) -> Vec<u8> {
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_subcommands = command.has_subcommands();
    let title = command.get_display_name().unwrap_or_default().to_uppercase();
    let man = clap_mangen::Man::new(command);
    // No date, which would make the pages differ from day to day; clap_mangen would leave out the
    // empty argument, and the others would move up.
    let version = env!("CARGO_PKG_VERSION");
    let mut page =
        format!(".TH \"{title}\" \"1\" \"\" \"voxev {version}\" \"voxev manual\"\n").into_bytes();
    // Writing to memory cannot fail.
    let _ = man.render_name_section(&mut page);
    let _ = man.render_synopsis_section(&mut page);
    let _ = man.render_description_section(&mut page);
    let mut options = Vec::new();
    let _ = man.render_options_section(&mut options);
    page.extend_from_slice(with_arguments(&String::from_utf8_lossy(&options)).as_bytes());
    if has_subcommands {
        let _ = man.render_subcommands_section(&mut page);
    }
    page.extend_from_slice(closing_sections(&after).as_bytes());
    page
}

/// The options, with a heading before the positional argument: `clap_mangen` puts it last, below the
/// heading of the last options.
fn with_arguments(options: &str) -> String {
    let starts = [".TP\n[\\fI", ".TP\n<\\fI"].map(|start| options.find(start));
    match starts.into_iter().flatten().min() {
        Some(at) => format!("{}.SH ARGUMENTS\n{}", &options[..at], &options[at..]),
        None => options.to_owned(),
    }
}

/// The paragraphs that follow the options in `--help`, as sections of a man page: notes, exit
/// codes, and last the examples, each on a line of its own as in `--help`.
fn closing_sections(after_help: &str) -> String {
    let (mut notes, mut codes, mut examples) = (String::new(), String::new(), String::new());
    for paragraph in after_help.trim_end().split("\n\n") {
        if let Some(lines) = paragraph.strip_prefix("Examples:\n") {
            examples.push_str(".SH EXAMPLES\n.nf\n");
            for line in lines.lines() {
                examples.push_str(&roff_line(line.strip_prefix("  ").unwrap_or(line)));
            }
            examples.push_str(".fi\n");
        } else if let Some(list) = paragraph.strip_prefix("Exit codes: ") {
            codes.push_str(".SH EXIT STATUS\n");
            let list = list.trim_end_matches('.').replace('\n', " ");
            for (code, meaning) in list.split("; ").filter_map(|it| it.split_once(' ')) {
                codes.push_str(".TP\n.B ");
                codes.push_str(&roff_line(code));
                codes.push_str(&roff_line(&format!("{meaning}.")));
            }
        } else if !paragraph.is_empty() {
            notes.push_str(if notes.is_empty() { ".SH NOTES\n" } else { ".PP\n" });
            notes.extend(paragraph.lines().map(roff_line));
        }
    }
    notes + &codes + &examples
}

/// A line of text that roff prints as it is.
fn roff_line(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    let guard = if escaped.starts_with('.') { "\\&" } else { "" };
    format!("{guard}{escaped}\n")
}

fn cannot_write(path: &Path, source: std::io::Error) -> Error {
    Error::Write { target: path.to_string_lossy().into_owned(), source }
}
