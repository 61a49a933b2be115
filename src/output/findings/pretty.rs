//! Findings for people, in the style of compilers: what is wrong, the relevant part of the line
//! with labels, and help.
//!
//! It implements miette's [`ReportHandler`] and draws any diagnostic. miette's own graphical
//! handler cannot write code and message on one line.

use std::error::Error;
use std::fmt;
use std::io::Write as _;
use std::ops::Range;

use miette::{Diagnostic, ReportHandler, SourceCode};
use owo_colors::{OwoColorize as _, Style};
use unicode_width::UnicodeWidthStr as _;

use super::diagnostic::FindingDiagnostic;
use super::excerpt::{Excerpt, Importance, Target, excerpts};
use super::window::Window;
use crate::check::{Finding, Line};
use crate::contract::Severity;
use crate::output::FindingFormat;
use crate::terminal::{Charset, TextStyle};
use crate::text::{visible, wrapping};

/// `validate --format pretty`.
pub(crate) struct Pretty {
    style: TextStyle,
}

/// A diagnostic in this format.
struct Drawn<'a>(&'a Pretty, &'a dyn Diagnostic);

/// The parts below the heading, in order.
enum Item<'a> {
    Excerpt(Excerpt<'a>),
    Note(Note),
}

/// `= help: TEXT`
struct Note {
    word: &'static str,
    text: String,
}

/// A label as drawn: columns from 0.
struct Mark {
    start: usize,
    end: usize,
    label: String,
    importance: Importance,
    style: Style,
}

/// The characters of the drawing.
struct Characters {
    place: &'static str,
    bar: &'static str,
    primary: &'static str,
    secondary: &'static str,
    /// From a mark down to its label on the right, or on the left.
    right: &'static str,
    left: &'static str,
}

const UNICODE: Characters =
    Characters {
        place: "╭─", bar: "│", primary: "━", secondary: "─", right: "╰─ ", left: " ─╯"
    };

const ASCII: Characters =
    Characters { place: "--", bar: "|", primary: "^", secondary: "-", right: "`- ", left: " -'" };

impl Pretty {
    pub(crate) fn new(style: TextStyle) -> Self {
        Self { style }
    }
}

impl FindingFormat for Pretty {
    fn write(&self, line: &Line<'_>, finding: &Finding, out: &mut Vec<u8>) {
        let _ = writeln!(out, "{}", Drawn(self, &FindingDiagnostic::new(line, finding)));
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(self.1, f)
    }
}

impl ReportHandler for Pretty {
    fn debug(&self, error: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.heading(error, f)?;
        let mut items = Vec::new();
        add_items(error, None, Importance::Primary, &mut items);
        let lines = items.iter().map(|item| match item {
            Item::Excerpt(excerpt) => excerpt.line,
            Item::Note(_) => 0,
        });
        let margin = lines.max().unwrap_or_default().to_string().len();
        let style = self.style.severity(severity(error).0);
        for item in &items {
            match item {
                Item::Excerpt(excerpt) => self.excerpt(excerpt, style, margin, f)?,
                Item::Note(note) => self.note(note, margin, f)?,
            }
        }
        Ok(())
    }
}

/// The lines that a diagnostic refers to, then related diagnostics and causes, then help. A related
/// diagnostic without source code has its labels in that of the previous one.
fn add_items<'a>(
    error: &'a dyn Diagnostic,
    source: Option<&'a dyn SourceCode>,
    importance: Importance,
    items: &mut Vec<Item<'a>>,
) {
    let source = error.source_code().or(source);
    let excerpts = source.map(|source| excerpts(error, source, importance)).unwrap_or_default();
    if importance == Importance::Secondary {
        let text = error.to_string();
        let is_said = |it: &Excerpt<'_>| it.targets.iter().any(|target| target.label == text);
        if !excerpts.iter().any(is_said) {
            items.push(Item::Note(Note { word: "note", text }));
        }
    }
    items.extend(excerpts.into_iter().map(Item::Excerpt));
    for related in error.related().into_iter().flatten() {
        add_items(related, source, Importance::Secondary, items);
    }
    match error.diagnostic_source() {
        Some(cause) => add_items(cause, None, Importance::Secondary, items),
        None => add_causes(error.source(), items),
    }
    let help = error.help().map(|help| Note { word: "help", text: help.to_string() });
    let url = error.url().map(|url| Note { word: "note", text: format!("see {url}") });
    items.extend(help.into_iter().chain(url).map(Item::Note));
}

fn add_causes(mut cause: Option<&(dyn Error + 'static)>, items: &mut Vec<Item<'_>>) {
    while let Some(error) = cause {
        items.push(Item::Note(Note { word: "note", text: error.to_string() }));
        cause = error.source();
    }
}

/// The severity of a diagnostic, and its name.
fn severity(error: &dyn Diagnostic) -> (Severity, &'static str) {
    match error.severity().unwrap_or_default() {
        miette::Severity::Error => (Severity::Error, Severity::Error.name()),
        miette::Severity::Warning => (Severity::Warning, Severity::Warning.name()),
        miette::Severity::Advice => (Severity::Allowed, "advice"),
    }
}

impl Pretty {
    fn characters(&self) -> &'static Characters {
        match self.style.charset {
            Charset::Ascii => &ASCII,
            Charset::Unicode => &UNICODE,
        }
    }

    /// `error[rule]: message`, on one line.
    fn heading(&self, error: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (severity, word) = severity(error);
        let code = error.code().map_or_else(String::new, |code| format!("[{code}]"));
        let code = format!("{word}{}", visible(&code));
        let code = code.style(self.style.severity(severity));
        let message = error.to_string();
        let message = visible(&message);
        writeln!(f, "{code}{}", format_args!(": {message}").style(self.style.strong()))
    }

    /// The position, the line, and the marks below it.
    fn excerpt(
        &self,
        excerpt: &Excerpt<'_>,
        style: Style,
        margin: usize,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let (characters, faint) = (self.characters(), self.style.faint());
        let Excerpt { line, column, .. } = excerpt;
        write!(f, "{:margin$} {} ", "", characters.place.style(faint))?;
        if let Some(name) = &excerpt.name {
            write!(f, "{}:", visible(name))?;
        }
        writeln!(f, "{line}:{column}")?;
        if excerpt.text.is_empty() {
            return Ok(());
        }
        // One column more than the number and the bar, for a mark at the very end of the line.
        let room = self.style.width.saturating_sub(margin + 4).max(20);
        let spans: Vec<_> = excerpt.targets.iter().map(|target| target.span.clone()).collect();
        let window = Window::new(excerpt.text, &spans, room, self.style.ellipsis());
        let number = format!("{line:margin$} {}", characters.bar);
        writeln!(f, "{} {}", number.style(faint), window.text)?;
        let below = format!("{:margin$} {}", "", characters.bar);
        for row in self.rows(&window, &excerpt.targets, room, style) {
            writeln!(f, "{} {row}", below.style(faint))?;
        }
        Ok(())
    }

    /// The rows below the line: the marks, the last one's label beside it if there is room, and the
    /// other labels in rows of their own.
    fn rows(&self, window: &Window, targets: &[Target], room: usize, style: Style) -> Vec<String> {
        let shown = window.spans.iter().zip(targets);
        let mut marks: Vec<Mark> =
            shown.map(|(span, target)| self.mark(&window.text, span, target, style)).collect();
        let mut row = Row::default();
        for mark in &marks {
            let character = match mark.importance {
                Importance::Primary => self.characters().primary,
                Importance::Secondary => self.characters().secondary,
            };
            row.put(mark.start, &character.repeat(mark.end - mark.start), mark.style);
        }
        if let Some(last) = marks.pop_if(|it| it.end + 1 + it.label.width() <= room) {
            row.put(last.end + 1, &last.label, last.style);
        }
        marks.retain(|it| !it.label.is_empty());
        let mut rows = vec![row.text];
        while let Some(mark) = marks.pop() {
            rows.push(self.label(&mark, &marks, room));
        }
        rows
    }

    fn mark(&self, text: &str, span: &Range<usize>, target: &Target, style: Style) -> Mark {
        let start = text[..span.start].width();
        let end = start + text[span.clone()].width().max(1);
        let style = match target.importance {
            Importance::Primary => style,
            Importance::Secondary => self.style.note(),
        };
        let label = visible(&target.label).into_owned();
        Mark { start, end, label, importance: target.importance, style }
    }

    /// A row with the label of `mark`, and bars down from the remaining ones.
    fn label(&self, mark: &Mark, others: &[Mark], room: usize) -> String {
        let Characters { bar, right, left, .. } = self.characters();
        let width = mark.label.width() + right.width();
        let is_on_the_left = mark.start + width > room && width <= mark.start + 1;
        let (start, text) = if is_on_the_left {
            (mark.start + 1 - width, format!("{}{left}", mark.label))
        } else {
            (mark.start, format!("{right}{}", mark.label))
        };
        let mut row = Row::default();
        for other in others.iter().filter(|other| other.start < start) {
            row.put(other.start, bar, other.style);
        }
        row.put(start, &text, mark.style);
        row.text
    }

    fn note(&self, note: &Note, margin: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = format!("{:margin$} = {}: ", "", note.word);
        let rest = " ".repeat(first.len());
        let options = wrapping(self.style.width).initial_indent(&first).subsequent_indent(&rest);
        let text = textwrap::fill(&visible(&note.text), options);
        let text = text.get(first.len()..).unwrap_or_default();
        let sign = "=".style(self.style.faint());
        let word = format_args!("{}:", note.word);
        writeln!(f, "{:margin$} {sign} {} {text}", "", word.style(self.style.note()))
    }
}

/// A row that is filled from left to right.
#[derive(Default)]
struct Row {
    text: String,
    /// Width of `text` in columns, without colour codes.
    width: usize,
}

impl Row {
    /// Adds `text` at a column, or at the first free column after it.
    fn put(&mut self, column: usize, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        let spaces = column.saturating_sub(self.width);
        self.text.push_str(&" ".repeat(spaces));
        self.text.push_str(&text.style(style).to_string());
        self.width += spaces + text.width();
    }
}

#[cfg(test)]
mod tests {
    use miette::LabeledSpan;
    use proptest::prelude::*;

    use super::*;
    use crate::contract::Rule;
    use crate::terminal::Colour;

    fn pretty(width: usize) -> Pretty {
        Pretty::new(TextStyle { colour: Colour::Off, charset: Charset::Unicode, width })
    }

    /// What is drawn for one place of `line`, and a second one before it.
    fn drawn(line: &str, spans: &[(Range<usize>, &str)], width: usize) -> Vec<String> {
        let line = Line::new("c", 7, 0, line.as_bytes());
        let about = Finding::about_line(&line, Rule::WrongType, 0..0, "m".into());
        let mut spans = spans.iter().map(|(span, label)| (span.clone(), (*label).to_owned()));
        let (span, label) = spans.next().expect("a place");
        let finding = Finding {
            place: crate::check::Place { span, ..about.place },
            label,
            also: spans.next(),
            ..about
        };
        let mut out = Vec::new();
        pretty(width).write(&line, &finding, &mut out);
        let text = String::from_utf8(out).expect("it is UTF-8");
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_label_stands_beside_its_place() {
        let rows = drawn("{\"é\":\"3\"}", &[(6..9, "must be a number")], 80);
        assert_eq!(rows[2..4], ["7 │ {\"é\":\"3\"}", "  │      ━━━ must be a number"]);
    }

    #[test]
    fn two_labels_stand_below_one_another() {
        let rows = drawn("aaa bb ccc", &[(7..10, "again"), (0..3, "first here")], 80);
        assert_eq!(rows[3..5], ["  │ ───    ━━━ again", "  │ ╰─ first here"]);
        let long = "a label that is too long";
        let rows = drawn("aaa bb ccc", &[(0..3, "the first"), (7..10, long)], 36);
        let expected = ["  │ ━━━    ───", &format!("  │ │      ╰─ {long}"), "  │ ╰─ the first"];
        assert_eq!(rows[3..6], expected);
    }

    #[test]
    fn a_label_without_room_on_the_right_stands_on_the_left() {
        let rows = drawn(&format!("{}xx", "a".repeat(30)), &[(30..32, "too far right")], 40);
        let expected = [format!("  │ {:30}━━", ""), format!("  │ {:15}too far right ─╯", "")];
        assert_eq!(rows[3..5], expected);
    }

    #[test]
    fn the_end_of_the_line_can_be_pointed_at() {
        let rows = drawn("{\"a\":1", &[(6..6, "expected `}`")], 80);
        assert_eq!(rows[2..4], ["7 │ {\"a\":1", "  │       ━ expected `}`"]);
    }

    /// A diagnostic that does not come from voxev.
    #[derive(Debug)]
    struct Foreign {
        source: miette::NamedSource<&'static str>,
        related: Vec<miette::MietteDiagnostic>,
        cause: std::io::Error,
    }

    impl fmt::Display for Foreign {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a key\nis missing")
        }
    }

    impl Error for Foreign {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.cause)
        }
    }

    impl Diagnostic for Foreign {
        fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
            Some(Box::new("config::key"))
        }

        fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
            Some(Box::new("https://example.com"))
        }

        fn source_code(&self) -> Option<&dyn SourceCode> {
            Some(&self.source)
        }

        fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
            let labels = [LabeledSpan::at(8..11, "this one"), LabeledSpan::underline(0..3)];
            Some(Box::new(labels.into_iter()))
        }

        fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
            Some(Box::new(self.related.iter().map(|it| it as &dyn Diagnostic)))
        }
    }

    #[test]
    fn a_diagnostic_that_is_no_finding_is_drawn_too() {
        let related = miette::MietteDiagnostic::new("it was read here")
            .with_label(LabeledSpan::at(4..7, "second"))
            .with_help("add it");
        let foreign = Foreign {
            source: miette::NamedSource::new("a.toml", "one\ntwo three\n"),
            related: vec![related],
            cause: std::io::Error::other("the disk is full"),
        };
        let expected = "\
error[config::key]: a key\\u{a}is missing
  ╭─ a.toml:2:5
2 │ two three
  │     ━━━ this one
  ╭─ a.toml:1:1
1 │ one
  │ ───
  = note: it was read here
  ╭─ a.toml:2:1
2 │ two three
  │ ─── second
  = help: add it
  = note: the disk is full
  = note: see https://example.com
";
        assert_eq!(Drawn(&pretty(80), &foreign).to_string(), expected);
    }

    #[test]
    fn a_diagnostic_without_code_or_source_is_a_heading() {
        let plain = miette::MietteDiagnostic::new("m").with_severity(miette::Severity::Advice);
        assert_eq!(Drawn(&pretty(80), &plain).to_string(), "advice: m\n");
        let text: Box<dyn Diagnostic> = "out of tea".into();
        assert_eq!(Drawn(&pretty(80), &*text).to_string(), "error: out of tea\n");
    }

    proptest! {
        #[test]
        fn nothing_but_a_label_is_wider_than_the_terminal(
            line in "\\PC{0,60}[a\u{1b}東e\u{301}]{0,60}", width in 30_usize..100, cuts in prop::array::uniform4(0..120_usize),
        ) {
            let mut cuts = cuts.map(|cut| line.floor_char_boundary(cut.min(line.len())));
            cuts.sort_unstable();
            let spans = [(cuts[2]..cuts[3], "second"), (cuts[0]..cuts[1], "first")];
            for row in drawn(&line, &spans, width).iter().skip(1) {
                prop_assert!(row.width() <= width.max(24) + 8, "{row}");
            }
        }
    }
}
