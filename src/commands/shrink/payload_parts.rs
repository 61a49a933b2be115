//! The parts of a payload that can be left out: properties of objects and elements of arrays.

use std::collections::HashSet;
use std::ops::Range;

use crate::json::{Kind, Node};

/// Where the parts at `depth` begin: at 0 those of the payload itself, at 1 those of its values.
pub(super) fn at_depth(root: &Node, depth: usize) -> Vec<usize> {
    let mut level = vec![root];
    for _ in 0..depth {
        level = level.into_iter().flat_map(children).collect();
    }
    level.into_iter().flat_map(parts).map(|(range, _)| range.start).collect()
}

/// Number of properties in a value.
pub(super) fn properties(node: &Node) -> u64 {
    let own = node.members().len() as u64;
    own + children(node).map(properties).sum::<u64>()
}

/// `text`, whose value is `root`, without the parts that begin where `left_out` says. The white
/// space before a part goes with it.
pub(super) fn without(text: &[u8], root: &Node, left_out: &HashSet<usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    write(text, root, left_out, &mut out);
    out
}

fn write(text: &[u8], node: &Node, left_out: &HashSet<usize>, out: &mut Vec<u8>) {
    let all: Vec<_> = parts(node).collect();
    let [.., (last, _)] = all.as_slice() else {
        return out.extend_from_slice(&text[node.span.clone()]);
    };
    let (last, mut before) = (last.end, node.span.start + 1);
    out.push(text[node.span.start]);
    let mut is_first = true;
    for (range, value) in all {
        let between = &text[before..range.start];
        before = range.end;
        if left_out.contains(&range.start) {
            continue;
        }
        let comma = between.iter().position(|byte| *byte == b',').map_or(0, |at| at + 1);
        // The first part that stays follows the bracket.
        out.extend_from_slice(if is_first { &between[comma..] } else { between });
        is_first = false;
        out.extend_from_slice(&text[range.start..value.span.start]);
        write(text, value, left_out, out);
    }
    let end = if is_first { node.span.end - 1 } else { last };
    out.extend_from_slice(&text[end..node.span.end]);
}

fn children(node: &Node) -> impl Iterator<Item = &Node> {
    parts(node).map(|(_, value)| value)
}

/// The range of each part, with its key if it has one, and its value.
fn parts(node: &Node) -> Box<dyn Iterator<Item = (Range<usize>, &Node)> + '_> {
    match &node.kind {
        Kind::Object(members) => {
            Box::new(members.iter().map(|it| (it.key.start..it.value.span.end, &it.value)))
        }
        Kind::Array(items) => Box::new(items.iter().map(|item| (item.span.clone(), item))),
        Kind::Null | Kind::Bool(_) | Kind::Number | Kind::String => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    const TEXT: &[u8] = br#" { "a" : [1, [2 ,3], {"x":4}] , "b":{} ,"a": null } "#;

    #[test]
    fn parts_are_known_by_their_depth() {
        let root = parse(TEXT, 9).expect("it is JSON").root;
        let texts = |depth: usize| -> Vec<String> {
            let starts = at_depth(&root, depth).into_iter();
            starts.map(|at| String::from_utf8_lossy(&TEXT[at..at + 2]).into_owned()).collect()
        };
        assert_eq!(texts(0), ["\"a", "\"b", "\"a"]);
        assert_eq!(texts(1), ["1,", "[2", "{\""]);
        assert_eq!(texts(2), ["2 ", "3]", "\"x"]);
        assert_eq!((texts(3).len(), properties(&root)), (0, 4));
    }

    #[test]
    fn what_stays_is_spelled_as_before_and_is_json() {
        let root = parse(TEXT, 9).expect("it is JSON").root;
        let all: Vec<usize> = (0..3).flat_map(|depth| at_depth(&root, depth)).collect();
        let nothing = without(TEXT, &root, &HashSet::new());
        assert_eq!(nothing, TEXT.trim_ascii());
        for choice in 0..1_u32 << all.len() {
            let gone = all.iter().zip(0..).filter(|(_, bit)| choice >> bit & 1 == 1);
            let text = without(TEXT, &root, &gone.map(|(at, _)| *at).collect());
            assert!(parse(&text, 9).is_ok(), "{}", String::from_utf8_lossy(&text));
        }
        let text = without(TEXT, &root, &all[..2].iter().copied().collect());
        assert_eq!(text, br#"{"a": null }"#);
        let text = without(TEXT, &root, &all[2..4].iter().copied().collect());
        assert_eq!(text, br#"{ "a" : [ [2 ,3], {"x":4}] , "b":{} }"#);
    }
}
