//! JSON Pointers (RFC 6901): splitting and joining.

use std::borrow::Cow;

use serde_json::Value;

/// The pointer's reference tokens, unescaped.
pub(crate) fn split(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    // Byte by byte: tokens are too short for a search to pay.
    let slash = |text: &str| text.bytes().position(|byte| byte == b'/');
    let mut rest = slash(pointer).map(|at| &pointer[at + 1..]);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = slash(text);
        let token = &text[..end.unwrap_or(text.len())];
        rest = end.map(|at| &text[at + 1..]);
        Some(if token.bytes().any(|byte| byte == b'~') {
            Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(token)
        })
    })
}

/// The value at `pointer` in `value`. Unlike [`serde_json::Value::pointer`] it allocates only if a
/// token is escaped, which matters if every line has findings.
pub(crate) fn follow<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    split(pointer).try_fold(value, |value, token| match value {
        // Hashing a key costs more than comparing it with the few of a schema.
        Value::Object(members) if members.len() <= FEW => {
            members.iter().find(|(key, _)| **key == *token).map(|(_, value)| value)
        }
        Value::Object(members) => members.get(&*token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// Members of an object that are searched one by one.
const FEW: usize = 24;

/// `pointer` with one more token, escaped.
pub(crate) fn join(pointer: &str, token: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + 1 + token.len());
    joined.push_str(pointer);
    joined.push('/');
    if token.contains(['~', '/']) {
        joined.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        joined.push_str(token);
    }
    joined
}

/// A JSON Pointer (RFC 6901).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pointer {
    text: String,
    keys: Vec<String>,
}

impl Pointer {
    /// Reads `/data/event`; the empty pointer is the whole line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_escape = |rest: &str| rest.starts_with(['0', '1']);
        let is_pointer = text.is_empty() || text.starts_with('/');
        if !is_pointer || !text.split('~').skip(1).all(is_escape) {
            let advice = if is_pointer { "~ is spelled ~0 or ~1" } else { "it begins with /" };
            return Err(format!("not a valid JSON Pointer: {advice}, as in /data/event"));
        }
        let keys = split(text).map(|key| key.to_string()).collect();
        Ok(Self { text: text.to_owned(), keys })
    }

    /// The keys that lead to the value.
    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    /// As it was typed.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_the_round_trip() {
        let pointer = join(&join("", "a/b"), "~1");
        assert_eq!(pointer, "/a~1b/~01");
        assert_eq!(split(&pointer).collect::<Vec<_>>(), ["a/b", "~1"]);
        for (pointer, tokens) in [("", &[][..]), ("/", &[""]), ("/a//é/", &["a", "", "é", ""])] {
            assert_eq!(split(pointer).collect::<Vec<_>>(), tokens, "{pointer}");
        }
    }

    #[test]
    fn a_pointer_is_checked_when_it_is_read() {
        for (text, keys) in
            [("", &[][..]), ("/payload", &["payload"]), ("/a~1b/~0/0", &["a/b", "~", "0"])]
        {
            assert_eq!(Pointer::parse(text).expect(text).keys, keys);
        }
        for text in ["payload", "/~", "/a~2", "$.payload"] {
            assert!(Pointer::parse(text).is_err(), "{text}");
        }
    }
}
