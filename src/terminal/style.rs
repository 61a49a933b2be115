//! Colours and characters for people: decided once, from what the plan knows of the terminal.

use owo_colors::Style;

use crate::contract::Severity;
use crate::json::Token;

/// How text for people looks.
#[derive(Debug, Clone)]
pub(crate) struct TextStyle {
    pub(crate) colour: Colour,
    pub(crate) charset: Charset,
    /// Columns of the terminal.
    pub(crate) width: usize,
}

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Off,
    On,
}

/// Which characters the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    Ascii,
    Unicode,
}

impl TextStyle {
    /// `style` where colours are on.
    fn only_if_coloured(&self, style: Style) -> Style {
        match self.colour {
            Colour::On => style,
            Colour::Off => Style::new(),
        }
    }

    /// File names, line numbers.
    pub(crate) fn faint(&self) -> Style {
        self.only_if_coloured(Style::new().dimmed())
    }

    /// Event names, headings.
    pub(crate) fn strong(&self) -> Style {
        self.only_if_coloured(Style::new().bold())
    }

    /// The word for a severity.
    pub(crate) fn severity(&self, severity: Severity) -> Style {
        self.only_if_coloured(match severity {
            Severity::Error => Style::new().red().bold(),
            Severity::Warning => Style::new().yellow().bold(),
            Severity::Allowed => Style::new().dimmed(),
        })
    }

    /// A token of JSON text.
    pub(crate) fn token(&self, token: Token) -> Style {
        self.only_if_coloured(match token {
            Token::Key => Style::new().blue(),
            Token::String => Style::new().green(),
            Token::Number => Style::new().cyan(),
            Token::Literal => Style::new().magenta(),
            Token::Punctuation => Style::new().dimmed(),
        })
    }

    /// What helps to understand: advice, and places that a finding is not about.
    pub(crate) fn note(&self) -> Style {
        self.only_if_coloured(Style::new().cyan().bold())
    }

    /// What stands between the first and the last of several lines.
    pub(crate) fn range(&self) -> &'static str {
        match self.charset {
            Charset::Ascii => "-",
            Charset::Unicode => "–",
        }
    }

    /// Three dots where text was left out.
    pub(crate) fn ellipsis(&self) -> &'static str {
        match self.charset {
            Charset::Ascii => "...",
            Charset::Unicode => "…",
        }
    }
}
