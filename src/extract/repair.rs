//! Repairs the syntax of an object that is not JSON: text in, JSON out, and a list of what was done.
//!
//! It understands what JavaScript, consoles, word processors and documentation pages write. Values
//! stay what they are: where it cannot tell what a value is, it puts a mark, [`COLLAPSED`] or
//! [`UNREADABLE`]. One pass, with a stack of brackets instead of recursion.

use super::literal::{is_label, literal};
use super::numbering::{is_numbered, length_of_number};
use super::quoted::{self, CURLY};
use super::treatment::Treatment;
use super::treatments::Treatments;

/// An object in JSON, and what was done for that.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repaired {
    pub(super) text: Vec<u8>,
    pub(super) repairs: Treatments,
}

/// Stands for what a console has left out: an object with this member.
pub(super) const COLLAPSED: &str = "{\"…\":null}";

/// Stands for a value that is not JSON, nor anything that is known.
pub(super) const UNREADABLE: &str = "{\"\u{fffd}\":null}";

pub(super) const ELLIPSIS: &str = "…";

/// Repairs the object that `text` begins with, whose brackets may nest `max_depth` levels deep.
/// `None` where no reading is certain enough.
pub(super) fn repair(text: &[u8], max_depth: usize) -> Option<Repaired> {
    let text = std::str::from_utf8(text).ok()?;
    let mut repairer = Repairer {
        text: text.as_bytes(),
        at: 0,
        numbered: is_numbered(text),
        max_depth,
        open: Vec::new(),
        state: State::Value,
        out: Vec::with_capacity(text.len() + 16),
        repairs: Treatments::NONE,
    };
    repairer.run()?;
    Some(Repaired { text: repairer.out, repairs: repairer.repairs })
}

struct Repairer<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether each line begins with its number.
    numbered: bool,
    max_depth: usize,
    open: Vec<Bracket>,
    state: State,
    out: Vec<u8>,
    repairs: Treatments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Object,
    Array,
}

/// What is due next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// An item, or the end of the object or array; with a comma before it, if there was one.
    Item {
        comma: Comma,
    },
    Colon,
    Value,
    /// A comma or the end.
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comma {
    /// Nothing has come yet.
    First,
    Seen,
    Missing,
}

impl Repairer<'_> {
    fn run(&mut self) -> Option<()> {
        loop {
            self.skip()?;
            let Some(&byte) = self.text.get(self.at) else { return self.close_all() };
            match self.state {
                State::Item { comma } => self.item(byte, comma)?,
                State::Colon if byte == b':' => {
                    self.out.push(b':');
                    self.at += 1;
                    self.state = State::Value;
                }
                State::Colon => return None,
                State::Value => self.value(byte)?,
                State::After => self.after(byte)?,
            }
            if self.open.is_empty() {
                return Some(());
            }
        }
    }

    fn done(&mut self, treatment: Treatment) {
        self.repairs = self.repairs.with(treatment);
    }

    /// At the end of the text: closes what is open, if the last thing there was a closing bracket.
    fn close_all(&mut self) -> Option<()> {
        let ends_closed = self.text.trim_ascii_end().last().is_some_and(|it| b"}]".contains(it));
        if self.state != State::After || !ends_closed {
            return None;
        }
        self.done(Treatment::ClosedBrackets);
        while let Some(bracket) = self.open.pop() {
            self.out.push(if bracket == Bracket::Object { b'}' } else { b']' });
        }
        Some(())
    }

    fn item(&mut self, byte: u8, comma: Comma) -> Option<()> {
        match byte {
            b'}' | b']' => {
                if comma == Comma::Seen {
                    self.done(Treatment::ExtraCommas);
                }
                return self.close(byte);
            }
            b',' => {
                self.done(Treatment::ExtraCommas);
                self.at += 1;
                return Some(());
            }
            _ => {}
        }
        if comma != Comma::First {
            self.out.push(b',');
        }
        if comma == Comma::Missing {
            self.done(Treatment::MissingCommas);
        }
        if self.open.last() == Some(&Bracket::Array) {
            self.state = State::Value;
            return Some(());
        }
        if self.skip_unknown() {
            self.out.extend_from_slice(&COLLAPSED.as_bytes()[1..COLLAPSED.len() - 1]);
            self.state = State::After;
            return Some(());
        }
        self.key(byte)
    }

    fn key(&mut self, byte: u8) -> Option<()> {
        self.state = State::Colon;
        if self.begins_string(byte) {
            return self.string();
        }
        let word = self.word();
        let is_name = word.bytes().next().is_some_and(|first| !first.is_ascii_digit());
        if !is_name {
            return None;
        }
        let quoted = format!("\"{word}\"");
        self.at += word.len();
        self.out.extend_from_slice(quoted.as_bytes());
        self.done(Treatment::UnquotedKeys);
        Some(())
    }

    fn value(&mut self, byte: u8) -> Option<()> {
        match byte {
            b'{' | b'[' => return self.enter(byte),
            b']' if self.open.last() == Some(&Bracket::Array) => return self.close(byte),
            b'}' | b']' | b',' | b':' => return None,
            _ if self.begins_string(byte) => self.string()?,
            _ if self.skip_unknown() => self.out.extend_from_slice(COLLAPSED.as_bytes()),
            _ => return self.bare(),
        }
        self.state = State::After;
        Some(())
    }

    /// A number, a literal, or a console's name of a type before an object.
    fn bare(&mut self) -> Option<()> {
        let end = self.end_of_bare();
        let bare = std::str::from_utf8(&self.text[self.at..end]).ok()?.trim_ascii_end();
        if let [b'{' | b'[', ..] = &self.text[end..]
            && is_label(bare)
        {
            self.at = end;
            self.done(Treatment::Labels);
            return Some(());
        }
        let literal = literal(bare);
        if literal.is_some_and(|it| it != bare) {
            self.done(Treatment::Literals);
        }
        self.at += bare.len();
        self.out.extend_from_slice(literal.unwrap_or(UNREADABLE).as_bytes());
        self.state = State::After;
        (!bare.is_empty()).then_some(())
    }

    fn end_of_bare(&self) -> usize {
        let rest = &self.text[self.at..];
        let is_end = |byte: &u8| b",{}[]\n\"'`".contains(byte);
        self.at + rest.iter().position(is_end).unwrap_or(rest.len())
    }

    fn after(&mut self, byte: u8) -> Option<()> {
        let comma = match byte {
            b'}' | b']' => return self.close(byte),
            b',' => {
                self.at += 1;
                Comma::Seen
            }
            // A comma is missing where something follows that can only be another item.
            _ if self.begins_string(byte) || matches!(byte, b'{' | b'[') => Comma::Missing,
            _ if self.open.last() == Some(&Bracket::Object) && !self.word().is_empty() => {
                Comma::Missing
            }
            _ => return None,
        };
        self.state = State::Item { comma };
        Some(())
    }

    fn enter(&mut self, byte: u8) -> Option<()> {
        if self.open.len() >= self.max_depth {
            return None;
        }
        self.open.push(if byte == b'{' { Bracket::Object } else { Bracket::Array });
        self.out.push(byte);
        self.at += 1;
        self.state = State::Item { comma: Comma::First };
        Some(())
    }

    fn close(&mut self, byte: u8) -> Option<()> {
        let bracket = self.open.pop()?;
        let expected = if bracket == Bracket::Object { b'}' } else { b']' };
        self.out.push(byte);
        self.at += 1;
        self.state = State::After;
        (byte == expected).then_some(())
    }

    /// Steps over an ellipsis, or the `(...)` of a console, if that stands here.
    fn skip_unknown(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let marks = [ELLIPSIS.as_bytes(), b"(...)", b"...", b"[native code]", "ƒ".as_bytes()];
        let Some(mark) = marks.iter().find(|mark| rest.starts_with(mark)) else { return false };
        self.at += mark.len();
        if *mark == "ƒ".as_bytes() {
            self.at = self.end_of_bare();
        }
        true
    }

    /// The identifier that stands here.
    fn word(&self) -> &str {
        let rest = &self.text[self.at..];
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
        let length = rest.iter().take_while(is_word).count();
        std::str::from_utf8(&rest[..length]).unwrap_or_default()
    }

    fn begins_string(&self, byte: u8) -> bool {
        let rest = &self.text[self.at..];
        matches!(byte, b'"' | b'\'' | b'`')
            || CURLY.iter().any(|quote| rest.starts_with(quote.as_bytes()))
    }

    /// Passes over white space, comments and the numbers of lines.
    fn skip(&mut self) -> Option<()> {
        loop {
            let rest = &self.text[self.at..];
            self.at += match rest {
                [b'\n', ..] if self.numbered => {
                    self.done(Treatment::LineNumbers);
                    1 + length_of_number(&rest[1..])
                }
                [b' ' | b'\t' | b'\n' | b'\r', ..] => 1,
                [b'/', b'/', ..] => {
                    self.done(Treatment::Comments);
                    memchr::memchr(b'\n', rest).unwrap_or(rest.len())
                }
                [b'/', b'*', ..] => {
                    self.done(Treatment::Comments);
                    memchr::memmem::find(rest, b"*/")? + 2
                }
                _ => match SPACES.iter().find(|space| rest.starts_with(space.as_bytes())) {
                    Some(space) => {
                        self.done(Treatment::Spaces);
                        space.len()
                    }
                    None => return Some(()),
                },
            };
        }
    }

    /// Writes the string that begins here in JSON.
    fn string(&mut self) -> Option<()> {
        let (string, repairs) = quoted::string(&self.text[self.at..], &mut self.out)?;
        self.at += string;
        self.repairs = self.repairs.and(repairs);
        Some(())
    }
}

/// White space that JSON does not know, as copied web pages have it.
const SPACES: [&str; 6] = ["\u{a0}", "\u{2003}", "\u{2009}", "\u{200b}", "\u{202f}", "\u{feff}"];

#[cfg(test)]
mod tests {
    use super::*;
    use Treatment as T;

    fn repaired(text: &str) -> Option<(String, Vec<Treatment>)> {
        let repaired = repair(text.as_bytes(), 128)?;
        let json = String::from_utf8(repaired.text).expect("it is UTF-8");
        crate::json::parse(json.as_bytes(), 128).expect("what was repaired is JSON");
        Some((json, repaired.repairs.iter().collect()))
    }

    #[test]
    fn each_repair_does_what_its_name_says() {
        for (text, json, repairs) in [
            ("{ “a”: “b” }", r#"{"a":"b"}"#, &[T::CurlyQuotes][..]),
            ("{'a': 'it\\'s \"b\"'}", r#"{"a":"it's \"b\""}"#, &[T::SingleQuotes]),
            ("{a: 1, $b_2: `x`}", r#"{"a":1,"$b_2":"x"}"#, &[T::SingleQuotes, T::UnquotedKeys]),
            (
                "{\"a\":1 \"b\":2\n\"c\":[1 \"x\"]}",
                r#"{"a":1,"b":2,"c":[1,"x"]}"#,
                &[T::MissingCommas],
            ),
            (r#"{,"a":[1,],}"#, r#"{"a":[1]}"#, &[T::ExtraCommas]),
            (
                r#"{"a":NULL,"b":True,"c":undefined}"#,
                r#"{"a":null,"b":true,"c":null}"#,
                &[T::Literals],
            ),
            ("{\n2 \"a\": 1,\n3\"b\":2\n4}", r#"{"a":1,"b":2}"#, &[T::LineNumbers]),
            ("{\"a\":1, // one\n/* two */ \"b\":2}", r#"{"a":1,"b":2}"#, &[T::Comments]),
            (r#"{"a":{"b":[{}]}"#, r#"{"a":{"b":[{}]}}"#, &[T::ClosedBrackets]),
            (r#"{"a": Object {"b": Array(1) [2]}}"#, r#"{"a":{"b":[2]}}"#, &[T::Labels]),
            ("{\u{a0}\"a\":\u{2009}1}", r#"{"a":1}"#, &[T::Spaces]),
            ("{\"a\":\"x\ty\"}", r#"{"a":"x\ty"}"#, &[T::ControlCharacters]),
            (r#"{"a":"\x41\v\q"}"#, r#"{"a":"\u0041\u000bq"}"#, &[T::Escapes]),
        ] {
            assert_eq!(repaired(text), Some((json.to_owned(), repairs.to_vec())), "{text}");
        }
    }

    #[test]
    fn what_a_console_left_out_is_marked() {
        for text in ["{…}", "{type: 'hold', detail: {…}}", "{a: ƒ}", "{a: (...), b: 1}"] {
            let (json, _) = repaired(text).expect("it is read");
            assert!(json.contains(ELLIPSIS), "{json}");
        }
    }

    #[test]
    fn a_value_that_is_nothing_known_is_marked() {
        for text in ["{a: div#main.x}", "{a: +1415}", "{a: 01}"] {
            assert_eq!(repaired(text).map(|it| it.0), Some(format!("{{\"a\":{UNREADABLE}}}")));
        }
    }

    #[test]
    fn what_has_no_certain_reading_is_left_alone() {
        for text in [
            r#"{"a":"b"#,
            r#"{"a":1"#,
            r#"{"a":"#,
            r#"{"a" 1}"#,
            r#"{"a":]}"#,
            "{1:2}",
            "{a}",
            "{\"a\":\"b\n\"}",
            "{(}",
            "{\"a\":,}",
        ] {
            assert_eq!(repaired(text), None, "{text}");
        }
    }

    #[test]
    fn json_stays_the_same_but_for_white_space() {
        let text = r#"{"a":[1,-2.5e+3,true,null,{"b":"\u00e9\"\\ ©"}],"":{}}"#;
        assert_eq!(repaired(text), Some((text.to_owned(), Vec::new())));
    }
}
