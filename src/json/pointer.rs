//! JSON Pointers (RFC 6901): splitting and joining.

use std::borrow::Cow;

use serde_json::Value;

/// The pointer's reference tokens, unescaped.
pub(crate) fn split(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|token| {
        if token.contains('~') {
            Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(token)
        }
    })
}

/// The value at `pointer` in `value`. Unlike [`serde_json::Value::pointer`] it allocates only if a
/// token is escaped, which matters if every line has findings.
pub(crate) fn follow<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    split(pointer).try_fold(value, |value, token| match value {
        Value::Object(members) => members.get(&*token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// `pointer` with one more token, escaped.
pub(crate) fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_the_round_trip() {
        let pointer = join(&join("", "a/b"), "~1");
        assert_eq!(pointer, "/a~1b/~01");
        assert_eq!(split(&pointer).collect::<Vec<_>>(), ["a/b", "~1"]);
    }
}
