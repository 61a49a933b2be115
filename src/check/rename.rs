//! Properties that are missing or not documented: often one is a misspelling of the other. Cold.

use std::collections::HashSet;

use serde_json::Value;

use super::description::{Description, EXCERPT, FindingBuilder, article, lower_first};
use crate::check::path::{Items, dotted};
use crate::contract::{Rule, Violation};
use crate::json::{self, Applicability, Edit, Fix, Member, Node};
use crate::text::shortened;
use crate::text::suggest::{Certainty, is_same_name, meant, nearest, one_of};

/// Members and their keys, decoded.
type Keyed<'a> = (&'a str, &'a Member);

/// The member whose key stands for `name`, where no other does. `absent` are the names that its
/// object does not have, `name` among them.
pub(super) fn misspelt<'a>(
    name: &str,
    members: &[Keyed<'a>],
    absent: &[&str],
) -> Option<(&'a Member, Applicability)> {
    let (key, certainty) = meant(name, members.iter().map(|(key, _)| *key))?;
    let (back, _) = meant(key, absent.iter().copied())?;
    let mut same = members.iter().filter(|(other, _)| *other == key);
    let (_, member) = same.next()?;
    if back != name || same.next().is_some() {
        return None;
    }
    let applicability = match certainty {
        Certainty::Same | Certainty::Slip => Applicability::Safe,
        Certainty::Alike => Applicability::Suggested,
    };
    Some((member, applicability))
}

/// `rename "callid" to "callId"`
pub(super) fn title(key: &str, name: &str) -> String {
    format!("rename {} to {}", json::quote(&shortened(key, EXCERPT)), json::quote(name))
}

/// Renames the key of `member`, which reads `key`.
pub(super) fn fix(member: &Member, (key, name): (&str, &str), applicability: Applicability) -> Fix {
    let edit = Edit::replace(member.key.clone(), json::quote(name));
    Fix { applicability, ..Fix::safe(title(key, name), vec![edit]) }
}

/// The documented names that an object does not have, and the undocumented member that stands for
/// each.
struct Renamings<'a> {
    absent: Vec<&'a str>,
    found: Vec<(&'a str, &'a Member, Applicability)>,
}

impl FindingBuilder<'_> {
    pub(super) fn missing(&self, violation: &Violation, name: &str) -> Description {
        let pointer = json::join(&violation.pointer, name);
        let what = dotted(&pointer, Items::Numbered);
        let documented = &self.schema(violation)["properties"];
        let keys = self.keys(violation);
        let undocumented: Vec<Keyed<'_>> = keys
            .iter()
            .map(|(key, member)| (key.as_str(), *member))
            .filter(|&(key, member)| {
                documented.get(key).is_none() && self.can_be(violation, name, (key, &member.value))
            })
            .collect();
        let alike = nearest(name, undocumented.iter().map(|(key, _)| *key));
        let misspelled = undocumented.iter().find(|(key, _)| Some(*key) == alike);
        let absent = self.absent(violation, Some(name));
        let fix = misspelt(name, &undocumented, &absent)
            .and_then(|(member, it)| self.rename_fix(violation, (name, member), it));
        let (span, label, help) = match misspelled {
            Some((key, member)) => (
                member.key.clone(),
                format!("did you mean {}?", json::quote(name)),
                Some(self.rename(violation, name, (key, &member.value))),
            ),
            None => (
                self.span(&violation.pointer),
                format!("{} is missing here", json::quote(name)),
                self.meaning(violation, name),
            ),
        };
        Description {
            rule: self.rule(violation, Rule::MissingProperty),
            pointer: violation.pointer.clone(),
            span,
            message: format!("{} has no {what}", self.event.id.name()),
            label,
            help,
            fix,
        }
    }

    /// One walk over the object's members: a hostile payload may have a hundred thousand.
    pub(super) fn undocumented(&self, violation: &Violation, names: &[String]) -> Vec<Description> {
        let names: HashSet<&str> = names.iter().map(String::as_str).collect();
        let keys = self.keys(violation);
        let absent = self.absent(violation, None);
        let mut told = HashSet::new();
        let undocumented = keys.iter().rev().map(|(key, member)| (key.as_str(), *member));
        let undocumented: Vec<(Keyed<'_>, Option<&str>)> = undocumented
            .filter(|(key, _)| names.contains(key) && told.insert(*key))
            .map(|it| (it, self.alike(violation, it, &absent)))
            .collect();
        let found = absent.iter().filter_map(|&name| {
            let alike = undocumented.iter().filter(|(_, alike)| *alike == Some(name));
            let members: Vec<Keyed<'_>> = alike.map(|(it, _)| *it).collect();
            let (member, applicability) = misspelt(name, &members, &absent)?;
            Some((name, member, applicability))
        });
        let renamings = Renamings { found: found.collect(), absent };
        undocumented
            .iter()
            .map(|&((key, member), _)| {
                self.undocumented_member(violation, (key, member), &renamings)
            })
            .collect()
    }

    fn undocumented_member(
        &self,
        violation: &Violation,
        (key, member): Keyed<'_>,
        renamings: &Renamings<'_>,
    ) -> Description {
        let span = member.key.clone();
        let pointer = json::join(&violation.pointer, key);
        let what = dotted(&pointer, Items::Numbered);
        let event = self.event.id.name();
        if let Some(newer) = self.event.newer.iter().find(|newer| newer.pointer == pointer) {
            return Description {
                rule: Rule::NewerThanApi,
                span,
                message: format!(
                    "{event} has {what}, which was added in API version {}",
                    newer.since
                ),
                label: format!("not in API version {}", self.bundle.api()),
                help: Some(self.newer_help(newer.since)),
                fix: None,
                pointer,
            };
        }
        let renaming = renamings.found.iter().find(|(_, found, _)| found.key == member.key);
        let alike = || self.alike(violation, (key, member), &renamings.absent);
        let help = match renaming {
            Some((name, ..)) => self.rename(violation, name, (key, &member.value)),
            None => match alike() {
                Some(right) => format!("did you mean {}?", json::quote(right)),
                None => format!("`voxev explain {event}` lists the documented properties"),
            },
        };
        Description {
            rule: self.rule(violation, Rule::UndocumentedProperty),
            span,
            message: format!("{event} has an undocumented property {}", shortened(&what, EXCERPT)),
            label: "not documented".into(),
            help: Some(help),
            fix: renaming.and_then(|&(name, member, applicability)| {
                self.rename_fix(violation, (name, member), applicability)
            }),
            pointer,
        }
    }

    /// The members of the object that `violation` is about, and their keys.
    fn keys(&self, violation: &Violation) -> Vec<(String, &Member)> {
        let members = self.node(&violation.pointer).map_or(&[][..], Node::members);
        let key = |member: &Member| json::decode_lossy(&self.line.bytes[member.key.clone()]);
        members.iter().map(|member| (key(member), member)).collect()
    }

    /// The documented names that this object does not have, and `name`, which may be required
    /// without being described.
    fn absent<'b>(&'b self, violation: &Violation, name: Option<&'b str>) -> Vec<&'b str> {
        let object = self.node(&violation.pointer);
        let has = |key: &str| object.is_some_and(|it| it.get(self.line.bytes, key).is_some());
        let documented = self.schema(violation)["properties"].as_object();
        let documented = documented.into_iter().flatten().map(|(key, _)| key.as_str());
        let mut absent: Vec<&str> = documented.filter(|key| !has(key)).collect();
        absent.extend(name.filter(|name| !absent.contains(name)));
        absent
    }

    /// The absent name that a member's key is most like.
    fn alike<'b>(
        &self,
        violation: &Violation,
        (key, member): Keyed<'_>,
        absent: &[&'b str],
    ) -> Option<&'b str> {
        let can_be = |name: &&str| self.can_be(violation, name, (key, &member.value));
        nearest(key, absent.iter().copied().filter(can_be))
    }

    /// Renames `member` to `name`, and gives its value the type of `name` if it does not have it.
    fn rename_fix(
        &self,
        violation: &Violation,
        (name, member): (&str, &Member),
        applicability: Applicability,
    ) -> Option<Fix> {
        let key = json::decode_lossy(&self.line.bytes[member.key.clone()]);
        let fix = fix(member, (&key, name), applicability);
        if self.wanted_instead(violation, name, &member.value).is_none() {
            return Some(fix);
        }
        let schema = self.property_schema(violation, name);
        let retyped = self.mistyped(&member.value, schema, kinds(schema)).fix()?;
        let title = format!("{}, and {}", fix.title, retyped.title);
        Some(Fix::suggested(title, [fix.edits, retyped.edits].concat()))
    }

    /// Whether `key` may be a misspelling of `name`. A value of another type rules that out, unless
    /// the names differ only in case.
    fn can_be(&self, violation: &Violation, name: &str, (key, value): (&str, &Node)) -> bool {
        is_same_name(key, name) || self.wanted_instead(violation, name, value).is_none()
    }

    fn rename(&self, violation: &Violation, name: &str, (key, value): (&str, &Node)) -> String {
        let rename = title(key, name);
        match self.wanted_instead(violation, name, value) {
            None => rename,
            Some(kinds) => format!("{rename}, and make it {kinds}"),
        }
    }

    /// The types that the property `name` may have, where `value` has none of them.
    fn wanted_instead(&self, violation: &Violation, name: &str, value: &Node) -> Option<String> {
        let kinds = kinds(self.property_schema(violation, name));
        let found = value.type_name();
        let fits = |kind: &&str| *kind == found || *kind == "integer" && found == "number";
        let is_right = kinds.is_empty() || kinds.iter().any(fits);
        (!is_right).then(|| one_of(&kinds.into_iter().map(article).collect::<Vec<_>>()))
    }

    /// `"participant" is …`: what a property means, in the schema's own words.
    fn meaning(&self, violation: &Violation, name: &str) -> Option<String> {
        let description = self.property_schema(violation, name)["description"].as_str()?;
        Some(format!("add {}: {}", json::quote(name), lower_first(description)))
    }
}

/// The types that `schema` accepts; none where any will do.
fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}
