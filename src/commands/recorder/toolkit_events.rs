//! The module `toolkitEvents.js` of the recorder: the events, and how redaction treats each of
//! their properties.

use crate::contract::{Bundle, EventId, Position, Privacy};

/// The module for the contract of `bundle`.
pub(super) fn module(bundle: &Bundle) -> String {
    let mut text = format!(
        "// The events of API version {} and their documented properties. Written by `voxev recorder`.\n\n\
         export const EVENTS = [\n",
        bundle.api()
    );
    let names: Vec<String> = EventId::all().map(|id| format!("    '{}'", id.name())).collect();
    text.push_str(&names.join(",\n"));
    text.push_str(
        "\n];\n\n/**\n * What redaction does with each property: it keeps it, or replaces a participant, a \
         name or a text.\n * What is not here is left out.\n */\nexport const PROPERTIES = ",
    );
    let events = EventId::all().map(|id| (id.name(), bundle.event(id).positions()));
    let members: Vec<String> = events
        .map(|(name, position)| {
            let detail = position.member("detail").map_or_else(|| "{}".into(), |it| value(it, 1));
            format!("    {name}: {detail}")
        })
        .collect();
    text + "{\n" + &members.join(",\n") + "\n};\n"
}

/// What becomes of the value at `position`, indented by `depth` levels.
fn value(position: &Position, depth: usize) -> String {
    if let Some(item) = position.item() {
        return format!("[{}]", value(item, depth));
    }
    let members: Vec<String> = position
        .members()
        .map(|(key, below)| format!("{}{key}: {}", indent(depth + 1), value(below, depth + 1)))
        .collect();
    if members.is_empty() {
        return format!("'{}'", kind(position.privacy));
    }
    format!("{{\n{}\n{}}}", members.join(",\n"), indent(depth))
}

fn indent(depth: usize) -> String {
    "    ".repeat(depth)
}

/// A pseudonym is a key that the events of a call share, so it stays.
fn kind(privacy: Option<Privacy>) -> &'static str {
    match privacy {
        None | Some(Privacy::Pseudonymous) => "keep",
        Some(Privacy::Party) => "party",
        Some(Privacy::Name) => "name",
        Some(Privacy::Text) => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_listed_and_every_personal_property_is_replaced() {
        let bundle = Bundle::newest();
        let text = module(&bundle);
        for id in EventId::all() {
            assert!(text.contains(&format!("    '{}'", id.name())), "{}", id.name());
            for property in &bundle.event(id).properties {
                let Some((_, key)) = property.pointer.rsplit_once('/') else { continue };
                let is_personal = property.privacy.as_deref() == Some("personal");
                assert!(!is_personal || !text.contains(&format!("{key}: 'keep'")), "{key}");
            }
        }
        assert!(text.contains("participant: 'party'") && text.contains("displayName: 'name'"));
    }

    #[test]
    fn keys_are_identifiers_so_that_they_need_no_quotes() {
        let text = module(&Bundle::newest());
        let keys = text.lines().filter_map(|line| line.trim().split_once(": "));
        for (key, _) in keys.filter(|(key, _)| !key.starts_with(['*', '/'])) {
            assert!(key.bytes().all(|it| it.is_ascii_alphanumeric()), "{key}");
        }
    }
}
