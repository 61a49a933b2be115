//! Findings for people, as compilers show them: what is wrong, the part of the line that matters,
//! the place in it underlined, and what to do.

use std::io::Write as _;
use std::ops::Range;

use owo_colors::{OwoColorize as _, Style};
use unicode_width::UnicodeWidthStr as _;

use super::window::Window;
use crate::check::{Finding, Line};
use crate::output::FindingFormat;
use crate::terminal::{Charset, TextStyle};
use crate::text::{visible, wrapping};

/// `validate --format pretty`.
pub(crate) struct Pretty {
    style: TextStyle,
}

/// A line of the capture, and what to point at in it.
struct Excerpt<'a> {
    /// What people call the capture.
    name: &'a str,
    line: u64,
    column: u64,
    text: &'a [u8],
    /// Bytes of `text`, sorted and apart.
    targets: Vec<Target<'a>>,
}

struct Target<'a> {
    span: Range<usize>,
    label: &'a str,
    importance: Importance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Importance {
    /// What is wrong.
    Primary,
    /// What it is wrong about.
    Secondary,
}

/// A target as it is drawn: columns from 0.
struct Mark<'a> {
    start: usize,
    end: usize,
    label: &'a str,
    importance: Importance,
    style: Style,
}

/// The characters that excerpts are drawn with.
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
        self.heading(finding, out);
        let (name, label) = (visible(line.capture), visible(&finding.label));
        let primary = (finding.place.span.clone(), &*label, Importance::Primary);
        let also = finding.also.iter();
        let also = also.map(|(span, label)| (span.clone(), label.as_str(), Importance::Secondary));
        let place = (&*name, finding.place.line, finding.place.column);
        let mut excerpts = vec![Excerpt::new(place, line.bytes, [primary].into_iter().chain(also))];
        if let Some(earlier) = finding.earlier.as_ref().filter(|it| !it.span.is_empty()) {
            let target = (earlier.span.clone(), earlier.label, Importance::Secondary);
            let place = (&*name, earlier.line, earlier.column);
            excerpts.push(Excerpt::new(place, &earlier.text, [target].into_iter()));
        }
        let lines = excerpts.iter().map(|it| it.line);
        let margin = lines.max().unwrap_or_default().to_string().len();
        for excerpt in &excerpts {
            self.excerpt(excerpt, self.style.severity(finding.severity), margin, out);
        }
        if let Some(help) = &finding.help {
            self.help(help, margin, out);
        }
        out.push(b'\n');
    }
}

impl<'a> Excerpt<'a> {
    fn new(
        (name, line, column): (&'a str, u64, u64),
        text: &'a [u8],
        targets: impl Iterator<Item = (Range<usize>, &'a str, Importance)>,
    ) -> Self {
        let target = |(span, label, importance)| Target { span, label, importance };
        let mut targets: Vec<Target<'a>> = targets.map(target).collect();
        targets.sort_by_key(|target| target.span.start);
        Self { name, line, column, text, targets }
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
    fn heading(&self, finding: &Finding, out: &mut Vec<u8>) {
        // Where the earlier line is not shown, the message names it.
        let is_left_out = finding.earlier.as_ref().is_some_and(|it| it.span.is_empty());
        let full = is_left_out.then(|| finding.full_message());
        let message = visible(full.as_deref().unwrap_or(&finding.message));
        let code = format!("{}[{}]", finding.severity.name(), finding.rule);
        let code = code.style(self.style.severity(finding.severity));
        let _ = writeln!(out, "{code}{}", format_args!(": {message}").style(self.style.strong()));
    }

    /// The place, the line, and the marks below it.
    fn excerpt(&self, excerpt: &Excerpt<'_>, style: Style, margin: usize, out: &mut Vec<u8>) {
        let (characters, faint) = (self.characters(), self.style.faint());
        let Excerpt { name, line, column, .. } = excerpt;
        let _ = writeln!(
            out,
            "{:margin$} {} {name}:{line}:{column}",
            "",
            characters.place.style(faint)
        );
        if excerpt.text.is_empty() {
            return;
        }
        // Beside the number and the bar, one column for a mark at the very end of the line.
        let room = self.style.width.saturating_sub(margin + 4).max(20);
        let spans: Vec<_> = excerpt.targets.iter().map(|target| target.span.clone()).collect();
        let window = Window::new(excerpt.text, &spans, room, self.style.ellipsis());
        let number = format!("{line:margin$} {}", characters.bar);
        let _ = writeln!(out, "{} {}", number.style(faint), window.text);
        let below = format!("{:margin$} {}", "", characters.bar);
        for row in self.rows(&window, &excerpt.targets, room, style) {
            let _ = writeln!(out, "{} {row}", below.style(faint));
        }
    }

    /// What stands below the line: the marks, the last one's label beside it where there is room,
    /// and the other labels in rows of their own.
    fn rows(
        &self,
        window: &Window,
        targets: &[Target<'_>],
        room: usize,
        style: Style,
    ) -> Vec<String> {
        let shown = window.spans.iter().zip(targets);
        let mut marks: Vec<Mark<'_>> =
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
            row.put(last.end + 1, last.label, last.style);
        }
        let mut rows = vec![row.text];
        while let Some(mark) = marks.pop() {
            rows.push(self.label(&mark, &marks, room));
        }
        rows
    }

    fn mark<'a>(
        &self,
        text: &str,
        span: &Range<usize>,
        target: &Target<'a>,
        style: Style,
    ) -> Mark<'a> {
        let start = text[..span.start].width();
        let end = start + text[span.clone()].width().max(1);
        let style = match target.importance {
            Importance::Primary => style,
            Importance::Secondary => self.style.note(),
        };
        Mark { start, end, label: target.label, importance: target.importance, style }
    }

    /// A row with the label of `mark`, and bars from those that are still to come.
    fn label(&self, mark: &Mark<'_>, others: &[Mark<'_>], room: usize) -> String {
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

    fn help(&self, help: &str, margin: usize, out: &mut Vec<u8>) {
        let first = format!("{:margin$} = help: ", "");
        let rest = " ".repeat(first.len());
        let options = wrapping(self.style.width).initial_indent(&first).subsequent_indent(&rest);
        let text = textwrap::fill(&visible(help), options);
        let text = text.get(first.len()..).unwrap_or_default();
        let sign = "=".style(self.style.faint());
        let _ = writeln!(out, "{:margin$} {sign} {} {text}", "", "help:".style(self.style.note()));
    }
}

/// A row that is filled from left to right.
#[derive(Default)]
struct Row {
    text: String,
    /// Columns of `text`, without its colours.
    width: usize,
}

impl Row {
    /// Adds `text` at a column, or as near behind it as there is room.
    fn put(&mut self, column: usize, text: &str, style: Style) {
        let spaces = column.saturating_sub(self.width);
        self.text.push_str(&" ".repeat(spaces));
        self.text.push_str(&text.style(style).to_string());
        self.width += spaces + text.width();
    }
}

#[cfg(test)]
mod tests {
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
