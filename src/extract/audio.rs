//! The audio statistics that a connector nests: one payload for each channel of each report.

use super::envelope;
use super::payload::{self, Source};
use crate::contract::{Bundle, Event, Role};
use crate::json::{self, Kind, Member, Node};
use crate::text::suggest::nearest;

/// The reports that are nested in a detail of `event`.
pub(super) fn reports<'n>(event: &Event, detail: &'n Node, text: &[u8]) -> Option<&'n [Node]> {
    let pointer = event.reports_pointer()?.strip_prefix("/detail")?;
    let Kind::Array(items) = &detail.at(text, pointer)?.kind else { return None };
    (!items.is_empty()).then_some(items)
}

/// The detail in which the list of reports, which `detail` has itself, is where connectors nest it.
pub(super) fn wrapped(event: &Event, detail: &Node, text: &[u8]) -> Option<Vec<u8>> {
    let (container, list) = keys(event)?;
    let is_list = |node: &Node| matches!(node.kind, Kind::Array(_));
    if detail.get(text, container).is_some() || !detail.get(text, list).is_some_and(is_list) {
        return None;
    }
    let mut wrapped = format!("{{{}:", json::quote(container)).into_bytes();
    wrapped.extend_from_slice(&text[detail.span.clone()]);
    wrapped.push(b'}');
    Some(wrapped)
}

/// The keys under which a detail nests its reports.
fn keys(event: &Event) -> Option<(&str, &str)> {
    event.reports_pointer()?.strip_prefix("/detail/")?.split_once('/')
}

/// The payloads of the nested reports, if all of them is understood: there is a callId, and each report
/// has nothing but channels.
pub(super) fn split(bundle: &Bundle, event: &Event, source: Source<'_>) -> Option<Vec<Vec<u8>>> {
    let Source { detail, text, recorded_at } = source;
    let reports = reports(event, detail, text)?;
    let (container, list) = keys(event)?;
    let call_id = envelope::call_id(detail, text, bundle)?;
    let call_key = &event.in_role(Role::CallId)?.name;
    let is_known = |member: &Member, known: &str| {
        let key = envelope::key(member, text);
        key == known || key == *call_key
    };
    let container_members = detail.get(text, container)?.members();
    if !container_members.iter().all(|member| is_known(member, list)) {
        return None;
    }
    let others: Vec<&Member> =
        detail.members().iter().filter(|member| !is_known(member, container)).collect();
    let mut lines = Vec::new();
    for report in reports {
        if report.members().is_empty() {
            return None;
        }
        for channel in report.members() {
            let name = channel_name(event, &envelope::key(channel, text))?;
            let mut line = Vec::new();
            payload::begin(event.id, &mut line);
            line.extend_from_slice(format!("{{{}:", json::quote(call_key)).as_bytes());
            line.extend_from_slice(&text[call_id.span.clone()]);
            let key = json::quote(&event.in_role(Role::Channel)?.name);
            line.extend_from_slice(format!(",{key}:{}", json::quote(name)).as_bytes());
            let Kind::Object(figures) = &channel.value.kind else { return None };
            for member in figures.iter().chain(others.iter().copied()) {
                line.push(b',');
                line.extend_from_slice(&text[member.key.start..member.value.span.end]);
            }
            line.push(b'}');
            payload::end(recorded_at, &mut line);
            lines.push(line);
        }
    }
    Some(lines)
}

/// The channel that a key names, or is a slip of.
fn channel_name<'e>(event: &'e Event, key: &str) -> Option<&'e str> {
    let channels = event.in_role(Role::Channel).into_iter().flat_map(|it| &it.values);
    nearest(key, channels.filter_map(|value| value.as_str()))
}
