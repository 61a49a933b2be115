//! `--keep`: which undocumented values stay as they are.

use std::collections::BTreeMap;

use crate::contract::Position;
use crate::json;

/// What the pointers lead to.
#[derive(Debug, Default)]
pub(crate) struct Keep(Branch);

/// A place, and the places below it that pointers lead through.
#[derive(Debug, Default)]
pub(super) struct Branch {
    pub(super) is_kept: bool,
    below: BTreeMap<String, Branch>,
}

impl Branch {
    pub(super) fn below(&self, token: &str) -> Option<&Self> {
        self.below.get(token)
    }
}

impl Keep {
    /// Takes the JSON Pointers. Says in an error which one leads to, or to what is above or below, a
    /// value that `documented` says is somebody's.
    pub(crate) fn new(pointers: &[String], documented: &Position) -> Result<Self, String> {
        let mut root = Branch::default();
        for pointer in pointers {
            if !pointer.starts_with('/') || pointer.len() < 2 {
                return Err(format!(
                    "--keep {pointer:?} is not a JSON Pointer to a property: write it as \
                     /detail/callAttributes"
                ));
            }
            if let Some(private) = private(pointer, documented) {
                return Err(format!(
                    "--keep {pointer} would keep {private}, which is personal or an identifier: \
                     keep undocumented properties only"
                ));
            }
            let mut branch = &mut root;
            for token in json::split(pointer) {
                branch = branch.below.entry(token.into_owned()).or_default();
            }
            branch.is_kept = true;
        }
        Ok(Self(root))
    }

    pub(super) fn root(&self) -> &Branch {
        &self.0
    }
}

/// The pointer of a value that is somebody's and that `pointer` leads to, above, or below.
fn private(pointer: &str, documented: &Position) -> Option<String> {
    let mut position = documented;
    let mut so_far = String::new();
    for token in json::split(pointer) {
        let is_index = token.bytes().all(|byte| byte.is_ascii_digit());
        let below = position.member(&token).or(position.item().filter(|_| is_index));
        so_far = json::join(&so_far, &token);
        position = below?;
        if position.privacy.is_some() {
            return Some(so_far);
        }
    }
    first_private(position, &so_far)
}

fn first_private(position: &Position, pointer: &str) -> Option<String> {
    if position.privacy.is_some() {
        return Some(pointer.to_owned());
    }
    let below =
        position.members().find_map(|(key, it)| first_private(it, &json::join(pointer, key)));
    below.or_else(|| first_private(position.item()?, &json::join(pointer, "0")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Bundle;

    fn keep(pointer: &str) -> Result<Keep, String> {
        Keep::new(&[pointer.to_owned()], &Bundle::newest().positions_of_any())
    }

    #[test]
    fn nothing_personal_can_be_kept() {
        for (pointer, private) in [
            ("/detail", "/detail/audioStats/callId"),
            ("/detail/participant", "/detail/participant"),
            ("/detail/participant/name", "/detail/participant"),
            ("/detail/content", "/detail/content/text"),
            ("/detail/audioStats", "/detail/audioStats/callId"),
        ] {
            let said = keep(pointer).expect_err(pointer);
            assert!(said.contains(&format!("would keep {private},")), "{said}");
        }
        for pointer in ["", "/", "detail", "callAttributes"] {
            assert!(keep(pointer).is_err(), "{pointer}");
        }
        for pointer in ["/recordedAt", "/detail/callAttributes", "/detail/content/html", "/type"] {
            assert!(keep(pointer).is_ok(), "{pointer}");
        }
    }
}
