//! Which event an object holds, and where: the name, and the detail that belongs to it.

use super::names::Names;
use crate::contract::{Bundle, Name};
use crate::json::{self, Kind, Member, Node};

/// An event as an object has it.
#[derive(Debug)]
pub(super) struct Envelope<'n, 'a> {
    pub(super) name: Name<'a>,
    /// The name as the object spells it.
    pub(super) spelled: String,
    pub(super) form: Form<'n>,
}

/// How the name and the detail are put together.
#[derive(Debug)]
pub(super) enum Form<'n> {
    /// As in a payload: under `type` and `detail`.
    Payload { kind: &'n Node, detail: Detail<'n> },
    /// Under other keys, next to each other.
    Pair(Detail<'n>),
    /// The members of the detail stand beside the name, which is the member at this index.
    Flattened(usize),
    /// Under `type` and `detail`, but the detail is no object: for `validate` to judge.
    Unusual,
    /// There is no detail.
    Nothing,
}

/// The detail: an object, or the text of one.
#[derive(Debug)]
pub(super) enum Detail<'n> {
    Node(&'n Node),
    Text(Vec<u8>),
}

/// Longest string that is looked at as a name.
const LONGEST_NAME: usize = 80;

/// The event of an object with a `type` and a `detail`.
pub(super) fn payload<'n, 'a>(
    node: &'n Node,
    text: &[u8],
    names: &'a Names,
) -> Option<Envelope<'n, 'a>> {
    let kind = node.get(text, "type")?;
    let (name, spelled) = named(kind, text, names)?;
    let detail = detail(node.get(text, "detail")?, text)?;
    Some(Envelope { name, spelled, form: Form::Payload { kind, detail } })
}

/// The event of an object that names one, under `type` or elsewhere, and has the rest of it in another
/// member or beside the name.
pub(super) fn loose<'n, 'a>(
    node: &'n Node,
    text: &[u8],
    names: &'a Names,
    bundle: &Bundle,
) -> Option<Envelope<'n, 'a>> {
    let (index, name, spelled) = only_name(node, text, names)?;
    let is_type = node.members().get(index).is_some_and(|it| key(it, text) == "type");
    let form = match data(node, text, bundle) {
        Some(data) => Form::Pair(data),
        None if !is_type => return None,
        None if has_detail(node, text, name, bundle) => Form::Flattened(index),
        None => match node.get(text, "detail").map(|it| &it.kind) {
            None | Some(Kind::Null) => Form::Nothing,
            Some(_) => Form::Unusual,
        },
    };
    Some(Envelope { name, spelled, form })
}

/// The member that names an event: `type`, or the only one of the others.
fn only_name<'a>(node: &Node, text: &[u8], names: &'a Names) -> Option<(usize, Name<'a>, String)> {
    let mut found = None;
    for (index, member) in node.members().iter().enumerate() {
        let Some((name, spelled)) = named(&member.value, text, names) else { continue };
        if key(member, text) == "type" {
            return Some((index, name, spelled));
        }
        // A value such as "hold" may mean anything unless it is the only name.
        if names.exact(&spelled).is_some() && found.replace((index, name, spelled)).is_some() {
            return None;
        }
    }
    found
}

fn named<'a>(node: &Node, text: &[u8], names: &'a Names) -> Option<(Name<'a>, String)> {
    let spelled = (node.span.len() <= LONGEST_NAME).then(|| node.as_text(text))??;
    Some((names.value(&spelled)?, spelled))
}

/// The object that goes with a name: the only one, or the only one with a callId.
fn data<'n>(node: &'n Node, text: &[u8], bundle: &Bundle) -> Option<Detail<'n>> {
    let objects = || node.members().iter().filter_map(|it| detail(&it.value, text));
    let mut all = objects();
    match (all.next(), all.next()) {
        (None, _) => None,
        (Some(one), None) => Some(one),
        (Some(_), Some(_)) => {
            let is_of_call = |it: &Detail<'_>| match it {
                Detail::Node(node) => call_id(node, text, bundle).is_some(),
                Detail::Text(_) => false,
            };
            let mut of_calls = objects().filter(is_of_call);
            of_calls.next().filter(|_| of_calls.next().is_none())
        }
    }
}

/// An object that is not empty, or the text of one.
fn detail<'n>(node: &'n Node, text: &[u8]) -> Option<Detail<'n>> {
    match &node.kind {
        Kind::Object(members) => (!members.is_empty()).then_some(Detail::Node(node)),
        Kind::String => {
            let decoded = json::decode_utf8(&text[node.span.clone()]);
            let is_object = decoded.trim_ascii_start().starts_with(b"{");
            is_object.then(|| Detail::Text(decoded.trim_ascii().to_vec()))
        }
        Kind::Null | Kind::Bool(_) | Kind::Number | Kind::Array(_) => None,
    }
}

/// Whether a member of the object is a documented one of the event's detail.
fn has_detail(node: &Node, text: &[u8], name: Name<'_>, bundle: &Bundle) -> bool {
    let documented = |key: &str| {
        name.events.iter().any(|id| {
            let properties = &bundle.event(*id).properties;
            let is_key = |name: &str| name.split('.').next() == Some(key);
            properties.iter().any(|it| it.pointer != "/type" && is_key(&it.name))
        })
    };
    node.members().iter().any(|member| documented(&key(member, text)))
}

/// The call's identifier in a detail: a string that is not empty, or a number.
pub(super) fn call_id<'n>(detail: &'n Node, text: &[u8], bundle: &Bundle) -> Option<&'n Node> {
    let pointers = bundle.call_id_pointers(None).iter();
    pointers.filter_map(|it| it.strip_prefix("/detail")).find_map(|pointer| {
        let node = detail.at(text, pointer)?;
        let is_id = match node.kind {
            Kind::String => node.span.len() > 2,
            Kind::Number => true,
            Kind::Null | Kind::Bool(_) | Kind::Array(_) | Kind::Object(_) => false,
        };
        is_id.then_some(node)
    })
}

/// A member's key, decoded.
pub(super) fn key(member: &Member, text: &[u8]) -> String {
    json::decode_lossy(&text[member.key.clone()])
}
