//! The edits that mend a place where a text leaves JSON's grammar, where its meaning is certain or
//! probable. Cold.
//!
//! A fix concerns one fault, as a finding does: what follows is parsed again. Edits hold punctuation
//! and words of JSON, never text of the line, which may be personal.

use super::fix::{Edit, Fix};
use super::syntax::{BYTE_ORDER_MARK, CURLY, Expected, Place, closing, control_escape, literal};

/// Digits of a line number. Longer numbers are data.
const LONGEST_LINE_NUMBER: usize = 4;

/// Quotes and backslashes within a string that gets other quotes. A string with more is no string.
const MOST_INNER_EDITS: usize = 64;

impl Place<'_> {
    /// The fix for this place.
    pub(super) fn fix(&self) -> Option<Fix> {
        if self.rest().starts_with(BYTE_ORDER_MARK) && self.is_between_tokens() {
            let mark = self.at..self.at + BYTE_ORDER_MARK.len_utf8();
            return Some(Fix::safe("remove the byte order mark", vec![Edit::delete(mark)]));
        }
        if self.is_between_tokens()
            && let Some(fix) = self.comment()
        {
            return Some(fix);
        }
        match self.expected {
            Expected::Key | Expected::KeyOrEnd => {
                self.trailing_comma().or_else(|| self.quotes(&[':'])).or_else(|| self.key())
            }
            Expected::Value | Expected::ValueOrEnd => self
                .trailing_comma()
                .or_else(|| self.quotes(&[',', '}', ']']))
                .or_else(|| self.literal()),
            Expected::CommaOr(_) => self
                .closing_brackets()
                .or_else(|| self.missing_comma())
                .or_else(|| self.line_number()),
            Expected::End { value_end } => {
                self.comma_after_payload().or_else(|| self.first_line_number(value_end))
            }
            Expected::NoControlCharacter => self.control_character_fix(),
            Expected::Colon
            | Expected::StringEnd { .. }
            | Expected::Escape
            | Expected::HexDigit
            | Expected::Digit
            | Expected::NoLeadingZero => None,
        }
    }

    /// Whether the fault is where a token could begin, and not within one.
    fn is_between_tokens(&self) -> bool {
        match self.expected {
            Expected::Value
            | Expected::ValueOrEnd
            | Expected::Key
            | Expected::KeyOrEnd
            | Expected::Colon
            | Expected::CommaOr(_)
            | Expected::End { .. } => true,
            Expected::StringEnd { .. }
            | Expected::NoControlCharacter
            | Expected::Escape
            | Expected::HexDigit
            | Expected::Digit
            | Expected::NoLeadingZero => false,
        }
    }

    /// `/* … */` anywhere, and `// …` after the payload: elsewhere, what stands behind it may be a
    /// part of the payload that lost its own line.
    fn comment(&self) -> Option<Fix> {
        let rest = self.rest();
        let length = if let Some(comment) = rest.strip_prefix("/*") {
            let length = "/*".len() + comment.find("*/")? + "*/".len();
            let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            let before = self.at.checked_sub(1).and_then(|before| self.text.get(before));
            if is_word(before) && is_word(rest.as_bytes().get(length)) {
                return None;
            }
            length
        } else if rest.starts_with("//") && matches!(self.expected, Expected::End { .. }) {
            rest.len()
        } else {
            return None;
        };
        let comment = Edit::delete(self.at..self.at + length);
        Some(Fix::safe("remove the comment", vec![comment]))
    }

    /// The comma before a closing bracket.
    fn trailing_comma(&self) -> Option<Fix> {
        let before = self.text[..self.at].trim_ascii_end();
        let close = self.open.last().map(|&at| closing(self.text[at]))?;
        let is_trailing = self.rest().starts_with(close) && before.ends_with(b",");
        let comma = before.len().saturating_sub(1)..before.len();
        is_trailing.then(|| Fix::safe(REMOVE_COMMA, vec![Edit::delete(comma)]))
    }

    /// A comma behind the payload, as lines of an array have it.
    fn comma_after_payload(&self) -> Option<Fix> {
        let behind = self.rest().strip_prefix(',')?.trim_start();
        let is_last = behind.is_empty() || behind.starts_with("//");
        is_last.then(|| Fix::safe(REMOVE_COMMA, vec![Edit::delete(self.at..self.at + 1)]))
    }

    /// A string in single or curly quotes, in front of one of `next`, or of the line's end where a
    /// value may stand.
    fn quotes(&self, next: &[char]) -> Option<Fix> {
        let edits = requoted(self.rest(), self.at, next)?;
        Some(Fix::safe("use straight double quotes", edits))
    }

    /// A key without quotes, or a line number before a key.
    fn key(&self) -> Option<Fix> {
        let word = long_word(self.rest());
        let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let behind = self.rest()[word.len()..].trim_start();
        if !word.is_empty() && behind.starts_with(':') {
            let end = self.at + word.len();
            let edits = vec![Edit::insert(self.at, "\""), Edit::insert(end, "\"")];
            return Some(Fix::safe("put the key in double quotes", edits));
        }
        if is_number { self.line_number() } else { None }
    }

    /// `NULL`, `True`, `undefined` and the like within an array or an object.
    fn literal(&self) -> Option<Fix> {
        let word = long_word(self.rest());
        let right = literal(word).filter(|_| !self.open.is_empty())?;
        let edit = Edit::replace(self.at..self.at + word.len(), right);
        Some(Fix::safe(format!("replace `{word}` with `{right}`"), vec![edit]))
    }

    /// The brackets that are still open where the line ends after a whole value.
    fn closing_brackets(&self) -> Option<Fix> {
        if !self.rest().is_empty() {
            return None;
        }
        let missing: String = self.open.iter().rev().map(|&at| closing(self.text[at])).collect();
        let end = self.text.trim_ascii_end().len();
        Some(Fix::suggested(
            format!("add the missing `{missing}`"),
            vec![Edit::insert(end, missing)],
        ))
    }

    /// A comma between two members, or between two strings, arrays or objects of an array.
    fn missing_comma(&self) -> Option<Fix> {
        let before = self.text[..self.at].trim_ascii_end();
        let ends = |end: u8| before.last() == Some(&end);
        let is_missing = if self.expected == Expected::CommaOr(b'}') {
            is_key(self.rest())
        } else {
            (ends(b'"') || ends(b'}') || ends(b']')) && self.rest().starts_with(['"', '{', '['])
        };
        is_missing.then(|| Fix::safe("insert a comma", vec![Edit::insert(before.len(), ",")]))
    }

    /// A number that a page of documentation put before the rest of an object.
    fn line_number(&self) -> Option<Fix> {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind = rest[digits..].trim_start();
        let before = self.text[..self.at].trim_ascii_end().last();
        // After a number, it may be a part of that.
        let is_apart = before.is_some_and(|byte| {
            matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b'"' | b'a'..=b'z')
        });
        let is_number = (1..=LONGEST_LINE_NUMBER).contains(&digits)
            && is_apart
            && (is_key(behind) || behind.starts_with(['}', ']']));
        is_number.then(|| number_removed(self.at..self.at + digits))
    }

    /// The same at the beginning of the line, where the number is a whole value.
    fn first_line_number(&self, value_end: usize) -> Option<Fix> {
        let start = self.text[..value_end].len() - self.text[..value_end].trim_ascii_start().len();
        let is_number = (start + 1..=start + LONGEST_LINE_NUMBER).contains(&value_end)
            && self.text[start..value_end].iter().all(u8::is_ascii_digit);
        let is_followed = self.rest().starts_with(['{', '}', '"', ']']);
        (is_number && is_followed).then(|| number_removed(start..value_end))
    }

    fn control_character_fix(&self) -> Option<Fix> {
        let byte = *self.text.get(self.at).filter(|byte| **byte != 0)?;
        let escape = control_escape(byte);
        let edit = Edit::replace(self.at..self.at + 1, escape.as_str());
        Some(Fix::safe(format!("escape it as {escape}"), vec![edit]))
    }
}

const REMOVE_COMMA: &str = "remove the comma";

fn number_removed(digits: std::ops::Range<usize>) -> Fix {
    Fix::safe("remove the line number", vec![Edit::delete(digits)])
}

/// The letters, digits, `_` and `$` that `text` starts with.
fn long_word(text: &str) -> &str {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    &text[..text.bytes().take_while(is_word).count()]
}

/// Whether `text` starts with a key, in any quotes or none, and its colon.
fn is_key(text: &str) -> bool {
    let word = long_word(text);
    if word.starts_with(|first: char| !first.is_ascii_digit()) {
        return text[word.len()..].trim_start().starts_with(':');
    }
    let Some(string) = text.strip_prefix('"') else {
        return requoted(text, 0, &[':']).is_some();
    };
    let mut escaped = false;
    let end = string.bytes().position(|byte| {
        let is_end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_end
    });
    end.is_some_and(|end| string[end + 1..].trim_start().starts_with(':'))
}

/// Single and double quotes as word processors write them.
fn is_single(quote: char) -> bool {
    matches!(quote, '\'' | '\u{2018}' | '\u{2019}')
}

/// The edits that put the string at the start of `text`, which is in single or curly quotes, into
/// straight double ones. It ends at the first quote of its kind with one of `next` behind it, or with
/// nothing where a value may end the line. `base` is where `text` begins in the line.
fn requoted(text: &str, base: usize, next: &[char]) -> Option<Vec<Edit>> {
    let opening = text.chars().next().filter(|it| *it == '\'' || CURLY.contains(it))?;
    let is_curly = opening != '\'';
    let is_kind = |one: char| match (is_single(opening), is_curly) {
        (true, true) => matches!(one, '\u{2018}' | '\u{2019}'),
        (true, false) => one == '\'',
        (false, _) => matches!(one, '\u{201c}' | '\u{201d}' | '"'),
    };
    let mut edits = vec![Edit::replace(base..base + opening.len_utf8(), "\"")];
    let mut backslash = None;
    for (at, one) in text.char_indices().skip(1) {
        if edits.len() > MOST_INNER_EDITS || one.is_ascii_control() {
            return None;
        }
        let place = base + at..base + at + one.len_utf8();
        if let Some(before) = backslash.take() {
            if one == '\'' {
                // JSON has no `\'`.
                edits.push(Edit::delete(before..place.start));
            }
            continue;
        }
        if is_kind(one) {
            let behind = text[at + one.len_utf8()..].trim_start();
            let is_at_end = behind.is_empty() && !next.contains(&':');
            if is_at_end || behind.starts_with(next) {
                edits.push(Edit::replace(place, "\""));
                return Some(edits);
            }
        }
        match one {
            '\\' => backslash = Some(place.start),
            '"' => edits.push(Edit::insert(place.start, "\\")),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::fix::{Applicability, apply};
    use super::super::{Trouble, parse};

    /// `text` with the fix for its first fault, and whether that is safe.
    fn fixed(text: &str) -> Option<(String, bool)> {
        let Err(Trouble::Syntax(error)) = parse(text.as_bytes(), 128) else { return None };
        let fix = error.fix?;
        let edited = apply(text.as_bytes(), &fix.edits);
        let is_safe = fix.applicability == Applicability::Safe;
        Some((String::from_utf8(edited).expect("it is UTF-8"), is_safe))
    }

    #[test]
    fn each_fault_has_its_edit() {
        for (text, expected) in [
            ("{“a”:1}", r#"{"a":1}"#),
            ("{\"a\":“it’s ”x”}", r#"{"a":"it’s ”x"}"#),
            ("{'a':1}", r#"{"a":1}"#),
            (r#"{"a":'it\'s "x"'}"#, r#"{"a":"it's \"x\""}"#),
            (r#"{"a":['x','y']}"#, r#"{"a":["x",'y']}"#),
            ("{a:1}", r#"{"a":1}"#),
            ("{ $a_1 : 1}", r#"{ "$a_1" : 1}"#),
            ("{7:1}", r#"{"7":1}"#),
            (r#"{"a":1,}"#, r#"{"a":1}"#),
            (r#"{"a":[1 , ]}"#, r#"{"a":[1  ]}"#),
            (r#"{"a":1},"#, r#"{"a":1}"#),
            (r#"{"a":1 "b":2}"#, r#"{"a":1, "b":2}"#),
            (r"{'a':1 'b':2}", r#"{"a":1 'b':2}"#),
            (r#"{"a":1 b:2}"#, r#"{"a":1, b:2}"#),
            (r#"{"a":[{} {}]}"#, r#"{"a":[{}, {}]}"#),
            (r#"{"a":NULL}"#, r#"{"a":null}"#),
            (r#"{"a":True}"#, r#"{"a":true}"#),
            (r#"{"a":undefined}"#, r#"{"a":null}"#),
            (r#"1{"a":1}"#, r#"{"a":1}"#),
            (r#"{ 2 "a":1}"#, r#"{  "a":1}"#),
            (r#"{"a":"x" 3 "b":1}"#, r#"{"a":"x"  "b":1}"#),
            (r#"{"a":{} 4}"#, r#"{"a":{} }"#),
            (r#"{"a":1} // end"#, r#"{"a":1} "#),
            (r#"/* x */{"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":/* x */1}"#, r#"{"a":1}"#),
            ("{\"a\":\"x\ty\"}", r#"{"a":"x\ty"}"#),
            ("\u{feff}{}", "{}"),
        ] {
            assert_eq!(fixed(text), Some((expected.to_owned(), true)), "{text}");
        }
        let closed = Some((r#"{"a":[{"b":1}]} "#.to_owned(), false));
        assert_eq!(fixed(r#"{"a":[{"b":1 "#), closed);
    }

    #[test]
    fn what_has_more_than_one_reading_stays() {
        for text in [
            r#"{"a":"cut"#,
            r#"{"a":1,"#,
            r#"{"a":"#,
            r#"{"a":1}}"#,
            r#"{"a":1 497}"#,
            r#"{"a":12345 "b"}"#,
            r#"{"a":"say "hi" now"}"#,
            r#"{"a":"x" "y"}"#,
            r#"{"a":1 // "b":2}"#,
            r#"{"a":1/* x */2}"#,
            r#"{"a":'it's}"#,
            r#"{"a":01}"#,
            r#"{"a":NaN}"#,
            "NULL",
            "undefined",
            "{\"a\":\"\0\"}",
            r#"{"a":1},{"b":2}"#,
            r#"{"a":1,]}"#,
            "12345{}",
        ] {
            assert_eq!(fixed(text), None, "{text}");
        }
    }
}
