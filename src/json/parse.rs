//! Parses RFC 8259's grammar byte by byte: a tree with positions, or the first invalid byte.

use std::collections::HashMap;
use std::ops::Range;

use super::syntax::{Expected, Fault};
use super::{Kind, Member, Node, SyntaxError, decode, decode_lossy, join};

/// The JSON value of a line, and its duplicate keys.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) root: Node,
    pub(crate) repeated: Vec<Repeated>,
}

/// A key that occurred in its object before.
#[derive(Debug, PartialEq)]
pub(crate) struct Repeated {
    pub(crate) first: Range<usize>,
    pub(crate) second: Range<usize>,
    /// JSON Pointer of the duplicate property.
    pub(crate) pointer: String,
}

/// Why a text could not be parsed.
#[derive(Debug)]
pub(crate) enum Trouble {
    Syntax(SyntaxError),
    /// The bracket at this byte would exceed the nesting limit.
    TooDeep(usize),
}

/// Reads the one JSON value of a line of valid UTF-8, up to `max_depth` arrays and objects deep.
pub(crate) fn parse(text: &[u8], max_depth: usize) -> Result<Document, Trouble> {
    let mut parser =
        Parser { text, at: 0, max_depth, open: Vec::new(), path: Vec::new(), repeated: Vec::new() };
    let root = parser.document().map_err(|stop| match stop {
        Stop::TooDeep(at) => Trouble::TooDeep(at),
        Stop::Fault(fault) => Trouble::Syntax(SyntaxError::explain(text, &fault, &parser.open)),
    })?;
    Ok(Document { root, repeated: parser.repeated })
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    max_depth: usize,
    /// Positions of the arrays and objects that are open.
    open: Vec<usize>,
    path: Vec<Step>,
    repeated: Vec<Repeated>,
}

enum Step {
    Key(Range<usize>),
    Index(usize),
}

enum Stop {
    Fault(Fault),
    TooDeep(usize),
}

type Parsed<T> = Result<T, Stop>;

/// Below this number of members, pairwise comparison is cheaper than a hash map.
const FEW_MEMBERS: usize = 16;

impl Parser<'_> {
    fn document(&mut self) -> Parsed<Node> {
        self.skip_space();
        let root = self.value(Expected::Value)?;
        self.skip_space();
        if self.at < self.text.len() {
            return self.fail(Expected::End { value_end: root.span.end });
        }
        Ok(root)
    }

    fn value(&mut self, expected: Expected) -> Parsed<Node> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object()?,
            Some(b'[') => self.array()?,
            Some(b'"') => {
                self.string()?;
                Kind::String
            }
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                Kind::Number
            }
            _ => self.literal(expected)?,
        };
        Ok(Node { span: start..self.at, kind })
    }

    fn literal(&mut self, expected: Expected) -> Parsed<Kind> {
        let rest = &self.text[self.at..];
        let literals =
            [("null", Kind::Null), ("true", Kind::Bool(true)), ("false", Kind::Bool(false))];
        for (word, kind) in literals {
            let whole = !rest.get(word.len()).is_some_and(u8::is_ascii_alphanumeric);
            if rest.starts_with(word.as_bytes()) && whole {
                self.at += word.len();
                return Ok(kind);
            }
        }
        self.fail(expected)
    }

    fn object(&mut self) -> Parsed<Kind> {
        self.enter()?;
        let mut members = Vec::new();
        self.skip_space();
        let mut expected = Expected::KeyOrEnd;
        while members.is_empty() && self.peek() != Some(b'}') || !members.is_empty() {
            let key = self.key(expected)?;
            self.path.push(Step::Key(key.clone()));
            let value = self.value(Expected::Value)?;
            self.path.pop();
            members.push(Member { key, value });
            if !self.another(b'}')? {
                break;
            }
            expected = Expected::Key;
        }
        self.leave();
        self.note_repeated(&members);
        Ok(Kind::Object(members))
    }

    /// Reads `"key" :` and the white space around it.
    fn key(&mut self, expected: Expected) -> Parsed<Range<usize>> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.fail(expected);
        }
        self.string()?;
        let key = start..self.at;
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.fail(Expected::Colon);
        }
        self.at += 1;
        self.skip_space();
        Ok(key)
    }

    fn array(&mut self) -> Parsed<Kind> {
        self.enter()?;
        let mut items = Vec::new();
        self.skip_space();
        let mut expected = Expected::ValueOrEnd;
        while items.is_empty() && self.peek() != Some(b']') || !items.is_empty() {
            self.path.push(Step::Index(items.len()));
            items.push(self.value(expected)?);
            self.path.pop();
            if !self.another(b']')? {
                break;
            }
            expected = Expected::Value;
        }
        self.leave();
        Ok(Kind::Array(items))
    }

    fn enter(&mut self) -> Parsed<()> {
        if self.open.len() >= self.max_depth {
            return Err(Stop::TooDeep(self.at));
        }
        self.open.push(self.at);
        self.at += 1;
        Ok(())
    }

    /// Consumes the closing bracket, which is the next byte.
    fn leave(&mut self) {
        self.open.pop();
        self.at += 1;
    }

    /// After an item: consumes a comma and returns whether another item follows, or stops at
    /// `close`.
    fn another(&mut self, close: u8) -> Parsed<bool> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            Some(byte) if byte == close => Ok(false),
            _ => self.fail(Expected::CommaOr(close)),
        }
    }

    fn string(&mut self) -> Parsed<()> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0x20..) => self.at += 1,
                Some(_) => return self.fail(Expected::NoControlCharacter),
                None => return self.fail(Expected::StringEnd { start }),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Parsed<()> {
        match self.text.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                self.at += 2;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return self.fail(Expected::HexDigit);
                    }
                    self.at += 1;
                }
            }
            _ => return self.fail(Expected::Escape),
        }
        Ok(())
    }

    fn number(&mut self) -> Parsed<()> {
        self.skip_if(b"-");
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                self.at -= 1;
                return self.fail(Expected::NoLeadingZero);
            }
        } else {
            self.digits()?;
        }
        if self.skip_if(b".") {
            self.digits()?;
        }
        if self.skip_if(b"eE") {
            self.skip_if(b"+-");
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { self.fail(Expected::Digit) } else { Ok(()) }
    }

    fn skip_if(&mut self, any: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn fail<T>(&self, expected: Expected) -> Parsed<T> {
        Err(Stop::Fault(Fault { at: self.at, expected }))
    }

    fn note_repeated(&mut self, members: &[Member]) {
        if members.len() <= FEW_MEMBERS {
            let spelled = |member: &Member| &self.text[member.key.clone()];
            let is_escaped = members.iter().any(|member| spelled(member).contains(&b'\\'));
            for (index, member) in members.iter().enumerate() {
                let key = spelled(member);
                let same = |earlier: &&Member| {
                    let earlier = spelled(earlier);
                    earlier == key || is_escaped && decode(earlier) == decode(key)
                };
                if let Some(first) = members[..index].iter().find(same) {
                    self.push_repeated(first.key.clone(), member.key.clone());
                }
            }
            return;
        }
        let mut seen = HashMap::with_capacity(members.len());
        for member in members {
            let key = decode(&self.text[member.key.clone()]);
            let first = seen.entry(key).or_insert_with(|| member.key.clone()).clone();
            if first != member.key {
                self.push_repeated(first, member.key.clone());
            }
        }
    }

    fn push_repeated(&mut self, first: Range<usize>, second: Range<usize>) {
        let mut pointer = String::new();
        for step in &self.path {
            pointer = match step {
                Step::Key(key) => join(&pointer, &decode_lossy(&self.text[key.clone()])),
                Step::Index(index) => join(&pointer, &index.to_string()),
            };
        }
        pointer = join(&pointer, &decode_lossy(&self.text[second.clone()]));
        self.repeated.push(Repeated { first, second, pointer });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Document {
        parse(text.as_bytes(), 128).expect("the text is JSON")
    }

    #[test]
    fn every_value_knows_its_bytes() {
        let text = br#" {"a": [1, "x"], "b": null} "#;
        let root = parse(text, 128).expect("the text is JSON").root;
        let second = root.at(text, "/a/1").expect("the pointer leads somewhere");
        assert_eq!(&text[second.span.clone()], br#""x""#);
        assert_eq!(&text[root.span.clone()], br#"{"a": [1, "x"], "b": null}"#);
    }

    #[test]
    fn a_doubled_key_is_found_however_it_is_spelled() {
        let found = tree(r#"{"d":{"a":1,"\u0061":2}}"#).repeated;
        assert_eq!(found, [Repeated { first: 6..9, second: 12..20, pointer: "/d/a".into() }]);
    }

    #[test]
    fn a_doubled_key_is_found_among_many() {
        let keys: Vec<String> = (0..40).map(|n| format!("\"k{}\":0", n % 39)).collect();
        assert_eq!(tree(&format!("{{{}}}", keys.join(","))).repeated.len(), 1);
    }

    #[test]
    fn nesting_stops_at_the_limit() {
        assert!(parse(b"[[]]", 2).is_ok());
        assert!(matches!(parse(b"[[[]]]", 2), Err(Trouble::TooDeep(2))));
    }
}
