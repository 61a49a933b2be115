//! Properties that are missing or not documented: often one is a misspelling of the other. Cold.

use std::borrow::Cow;

use serde_json::Value;

use super::description::{Description, EXCERPT, FindingBuilder, Site, article, lower_first};
use crate::check::path::{Items, dotted};
use crate::contract::Rule;
use crate::json::{self, Applicability, Edit, Fix, Member, Node};
use crate::text::shortened;
use crate::text::suggest::{Certainty, Closest, closest, is_same_name, meant, nearest, one_of};

/// Members and their keys, decoded.
type Keyed<'a> = (&'a str, &'a Member);

/// The member whose key stands for `name`, where no other does. `absent` are the names that its
/// object does not have, `name` among them.
pub(super) fn misspelt<'a>(
    name: &str,
    members: &[Keyed<'a>],
    absent: &[&str],
) -> Option<(&'a Member, Applicability)> {
    let closest = closest(name, members.iter().map(|(key, _)| *key))?;
    stands_for(name, &closest, members, absent)
}

/// The same where the key that is most like `name` is known.
fn stands_for<'a>(
    name: &str,
    closest: &Closest<'_>,
    members: &[Keyed<'a>],
    absent: &[&str],
) -> Option<(&'a Member, Applicability)> {
    let (key, certainty) = (closest.name, closest.certainty?);
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
#[derive(Default)]
struct Renamings<'a> {
    absent: Vec<&'a str>,
    found: Vec<(&'a str, &'a Member, Applicability)>,
}

impl FindingBuilder<'_> {
    pub(super) fn missing(&self, site: &Site<'_>, name: &str) -> Description {
        let rule = site.rule(self.mode, Rule::MissingProperty);
        let pointer = &site.violation.pointer;
        let what = dotted(&json::join(pointer, name), Items::Numbered);
        let keys = if self.advises(rule) { self.keys(site) } else { Vec::new() };
        let undocumented = self.undocumented_keys(site, name, &keys);
        let closest = closest(name, undocumented.iter().map(|(key, _)| *key));
        let is_closest = |key: &str| closest.as_ref().is_some_and(|it| it.name == key);
        let misspelled = undocumented.iter().find(|(key, _)| is_closest(key));
        let (span, label, help) = match misspelled {
            Some((key, member)) => (
                member.key.clone(),
                format!("did you mean {}?", json::quote(name)),
                Some(self.rename(site, name, (key, &member.value))),
            ),
            None => (
                self.span(pointer),
                format!("{} is missing here", json::quote(name)),
                self.advises(rule).then(|| self.meaning(site, name)).flatten(),
            ),
        };
        let fix = closest.as_ref().and_then(|closest| {
            let absent = self.absent(site, Some(name));
            let (member, applicability) = stands_for(name, closest, &undocumented, &absent)?;
            self.rename_fix(site, (name, member), applicability)
        });
        Description {
            rule,
            pointer: pointer.clone(),
            span,
            message: format!("{} has no {what}", self.event.id.name()),
            label,
            help,
            fix,
        }
    }

    /// Those of `keys` that are not documented, and may be misspellings of `name`.
    fn undocumented_keys<'b>(
        &self,
        site: &Site<'_>,
        name: &str,
        keys: &'b [(Cow<'b, str>, &'b Member)],
    ) -> Vec<Keyed<'b>> {
        let documented = &site.schema["properties"];
        let keys = keys.iter().map(|(key, member)| (&**key, *member));
        let is_meant = |&(key, member): &Keyed<'_>| {
            documented.get(key).is_none() && self.can_be(site, name, (key, &member.value))
        };
        keys.filter(is_meant).collect()
    }

    /// One walk over the object's members: a hostile payload may have a hundred thousand.
    pub(super) fn undocumented(&self, site: &Site<'_>, names: &[String]) -> Vec<Description> {
        let names: foldhash::HashSet<&str> = names.iter().map(String::as_str).collect();
        let keys = self.keys(site);
        let mut told = foldhash::HashSet::default();
        let keys = keys.iter().rev().map(|(key, member)| (&**key, *member));
        let undocumented: Vec<Keyed<'_>> =
            keys.filter(|(key, _)| names.contains(key) && told.insert(*key)).collect();
        let rule = site.rule(self.mode, Rule::UndocumentedProperty);
        let renamings = self.advises(rule).then(|| self.renamings(site, &undocumented));
        let renamings = renamings.unwrap_or_default();
        let describe = |it: &Keyed<'_>| self.undocumented_member(site, rule, *it, &renamings);
        undocumented.iter().map(describe).collect()
    }

    fn renamings<'b>(&'b self, site: &Site<'b>, undocumented: &[Keyed<'b>]) -> Renamings<'b> {
        let absent = self.absent(site, None);
        let alike: Vec<Option<&str>> =
            undocumented.iter().map(|it| self.alike(site, *it, &absent)).collect();
        let found = absent.iter().filter_map(|&name| {
            let members = undocumented.iter().zip(&alike);
            let members = members.filter(|(_, alike)| **alike == Some(name));
            let members: Vec<Keyed<'b>> = members.map(|(it, _)| *it).collect();
            let (member, applicability) = misspelt(name, &members, &absent)?;
            Some((name, member, applicability))
        });
        Renamings { found: found.collect(), absent }
    }

    fn undocumented_member(
        &self,
        site: &Site<'_>,
        rule: Rule,
        (key, member): Keyed<'_>,
        renamings: &Renamings<'_>,
    ) -> Description {
        let span = member.key.clone();
        let pointer = json::join(&site.violation.pointer, key);
        let what = dotted(&pointer, Items::Numbered);
        let event = self.event.id.name();
        if let Some(newer) = self.event.newer.iter().find(|newer| newer.pointer == pointer) {
            let since = newer.since;
            return Description {
                rule: Rule::NewerThanApi,
                span,
                message: format!("{event} has {what}, which was added in API version {since}"),
                label: format!("not in API version {}", self.bundle.api()),
                help: Some(self.newer_help(since)),
                fix: None,
                pointer,
            };
        }
        let renaming = renamings.found.iter().find(|(_, found, _)| found.key == member.key);
        let alike = || self.alike(site, (key, member), &renamings.absent);
        let help = || match renaming {
            Some((name, ..)) => self.rename(site, name, (key, &member.value)),
            None => match alike() {
                Some(right) => format!("did you mean {}?", json::quote(right)),
                None => format!("`voxev explain {event}` lists the documented properties"),
            },
        };
        Description {
            rule,
            span,
            message: format!("{event} has an undocumented property {}", shortened(&what, EXCERPT)),
            label: "not documented".into(),
            help: self.advises(rule).then(help),
            fix: renaming.and_then(|&(name, member, applicability)| {
                self.rename_fix(site, (name, member), applicability)
            }),
            pointer,
        }
    }

    /// The members of the object, and their keys.
    fn keys<'b>(&'b self, site: &Site<'b>) -> Vec<(Cow<'b, str>, &'b Member)> {
        let members = site.node.map_or(&[][..], Node::members);
        let key = |member: &Member| json::decode_text(&self.line.bytes[member.key.clone()]);
        members.iter().map(|member| (key(member), member)).collect()
    }

    /// The documented names that this object does not have, and `name`, which may be required
    /// without being described.
    fn absent<'b>(&self, site: &Site<'b>, name: Option<&'b str>) -> Vec<&'b str> {
        let has = |key: &str| site.node.is_some_and(|it| it.get(self.line.bytes, key).is_some());
        let documented = site.schema["properties"].as_object();
        let documented = documented.into_iter().flatten().map(|(key, _)| key.as_str());
        let mut absent: Vec<&str> = documented.filter(|key| !has(key)).collect();
        absent.extend(name.filter(|name| !absent.contains(name)));
        absent
    }

    /// The absent name that a member's key is most like.
    fn alike<'b>(
        &self,
        site: &Site<'_>,
        (key, member): Keyed<'_>,
        absent: &[&'b str],
    ) -> Option<&'b str> {
        let can_be = |name: &&str| self.can_be(site, name, (key, &member.value));
        nearest(key, absent.iter().copied().filter(can_be))
    }

    /// Renames `member` to `name`, and gives its value the type of `name` if it does not have it.
    fn rename_fix(
        &self,
        site: &Site<'_>,
        (name, member): (&str, &Member),
        applicability: Applicability,
    ) -> Option<Fix> {
        let key = json::decode_lossy(&self.line.bytes[member.key.clone()]);
        let fix = fix(member, (&key, name), applicability);
        let schema = self.property_schema(site, name);
        if is_of_type(schema, &member.value) {
            return Some(fix);
        }
        let retyped = self.mistyped(&member.value, schema, kinds(schema)).fix()?;
        let title = format!("{}, and {}", fix.title, retyped.title);
        Some(Fix::suggested(title, [fix.edits, retyped.edits].concat()))
    }

    /// Whether `key` may be a misspelling of `name`. A value of another type rules that out, unless
    /// the names differ only in case.
    fn can_be(&self, site: &Site<'_>, name: &str, (key, value): (&str, &Node)) -> bool {
        is_of_type(self.property_schema(site, name), value) || is_same_name(key, name)
    }

    /// What to do: with a value of another type, more than renaming.
    fn rename(&self, site: &Site<'_>, name: &str, (key, value): (&str, &Node)) -> String {
        let rename = title(key, name);
        let schema = self.property_schema(site, name);
        if is_of_type(schema, value) {
            return rename;
        }
        let kinds: Vec<String> = kinds(schema).into_iter().map(article).collect();
        format!("{rename}, and make it {}", one_of(&kinds))
    }

    /// `"participant" is …`: what a property means, in the schema's own words.
    fn meaning(&self, site: &Site<'_>, name: &str) -> Option<String> {
        let description = self.property_schema(site, name)["description"].as_str()?;
        Some(format!("add {}: {}", json::quote(name), lower_first(description)))
    }
}

/// Whether `value` has a type that `schema` accepts.
fn is_of_type(schema: &Value, value: &Node) -> bool {
    let (kinds, found) = (kinds(schema), value.type_name());
    let fits = |kind: &&str| *kind == found || *kind == "integer" && found == "number";
    kinds.is_empty() || kinds.iter().any(fits)
}

/// The types that `schema` accepts; none where any will do.
fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}
