//! JSON Pointers in dotted notation, with `detail` omitted.

use std::fmt::Write as _;

/// How the items of an array appear in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Items {
    /// `stats[3]`: a single item.
    Numbered,
    /// `stats[]`: all items.
    Together,
}

/// `/detail/content/text` as `content.text`; `/type` as `type`; the root as `the payload`.
pub(crate) fn dotted(pointer: &str, items: Items) -> String {
    let below = pointer.strip_prefix("/detail/").map(|_| &pointer["/detail".len()..]);
    let mut path = String::new();
    for token in crate::json::split(below.unwrap_or(pointer)) {
        let is_item = !path.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        match items {
            Items::Numbered if is_item => _ = write!(path, "[{token}]"),
            Items::Together if is_item => path.push_str("[]"),
            Items::Numbered | Items::Together => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(&token);
            }
        }
    }
    if path.is_empty() { "the payload".into() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detail_goes_without_saying() {
        assert_eq!(dotted("/detail/content/text", Items::Numbered), "content.text");
        assert_eq!(dotted("/detail", Items::Numbered), "detail");
        assert_eq!(dotted("/type", Items::Numbered), "type");
        assert_eq!(dotted("/detail/a/0/b", Items::Numbered), "a[0].b");
        assert_eq!(dotted("/detail/a/0/b", Items::Together), "a[].b");
    }
}
