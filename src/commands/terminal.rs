//! What the terminal and the environment say of how text may look.

use std::env;
use std::io::{self, IsTerminal};

use crate::cli::When;
use crate::terminal::{Charset, Colour, TextStyle};

/// The terminal that voxev runs in: asked once.
pub(super) struct Terminal {
    pub(super) stdout: TextStyle,
    pub(super) stderr: TextStyle,
    /// Columns of standard output, where it is a terminal.
    pub(super) stdout_columns: Option<usize>,
    /// Whether somebody would have to type a capture.
    pub(super) is_stdin_typed: bool,
    /// Whether progress can be shown: on standard error, unless output scrolls over the terminal.
    pub(super) shows_progress: bool,
}

impl Terminal {
    pub(super) fn ask(color: When) -> Self {
        let is_dumb = env::var_os("TERM").is_some_and(|it| it == "dumb");
        Self {
            stdout: style(&io::stdout(), color),
            stderr: style(&io::stderr(), color),
            stdout_columns: columns().filter(|_| io::stdout().is_terminal()),
            is_stdin_typed: io::stdin().is_terminal(),
            shows_progress: io::stderr().is_terminal() && !io::stdout().is_terminal() && !is_dumb,
        }
    }
}

/// Columns where there is no terminal to ask.
pub(super) const USUAL_WIDTH: usize = 100;

/// How text looks on `stream`. Colours: the flag, then NO_COLOR, CLICOLOR_FORCE, CLICOLOR and
/// TERM (no-color.org, bixense.com/clicolors), then whether it is a terminal.
pub(crate) fn style(stream: &impl IsTerminal, color: When) -> TextStyle {
    let is_terminal = stream.is_terminal();
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, value: &str| env::var_os(name).is_some_and(|it| it == value);
    let automatic = if set("NO_COLOR") {
        false
    } else if set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") {
        true
    } else {
        is_terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb")
    };
    let coloured = match color {
        When::Auto => automatic,
        When::Always => true,
        When::Never => false,
    };
    let width = if is_terminal { columns() } else { asked_columns() };
    TextStyle {
        colour: if coloured { Colour::On } else { Colour::Off },
        charset: if is_terminal { charset() } else { Charset::Unicode },
        width: width.unwrap_or(USUAL_WIDTH).clamp(40, 200),
    }
}

/// Columns of the terminal.
fn columns() -> Option<usize> {
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    asked_columns().or_else(measured)
}

fn asked_columns() -> Option<usize> {
    env::var("COLUMNS").ok().and_then(|value| value.parse().ok())
}

/// The characters that the terminal's locale can encode. Files and pipes are always UTF-8.
fn charset() -> Charset {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = names.iter().filter_map(|name| env::var(name).ok()).find(|it| !it.is_empty());
    let locale = locale.unwrap_or_default().to_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") {
        Charset::Unicode
    } else {
        Charset::Ascii
    }
}
