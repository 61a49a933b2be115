//! Leaves out lines, then properties and elements of arrays, until none can go.

use super::judge::{Changed, Judge, KeptLine};
use super::minimise::minimise;
use super::payload_parts;
use crate::json;

/// The fewest of `lines`, and the fewest properties of these, that `judge` accepts. `first` are
/// lines that may do without the others.
pub(super) fn shrunk(
    judge: &mut Judge<'_>,
    lines: Vec<KeptLine>,
    first: &[usize],
) -> Vec<KeptLine> {
    let few = chosen(&lines, first);
    let mut kept = if judge.holds(&few, Changed::None) == Some(true) { few } else { lines };
    loop {
        let before = kept.clone();
        let left = minimise(kept.len(), |left| judge.holds(&chosen(&kept, left), Changed::None));
        kept = chosen(&kept, &left);
        for at in 0..kept.len() {
            shrink_payload(judge, &mut kept, at);
        }
        if kept == before {
            return kept;
        }
    }
}

fn chosen(lines: &[KeptLine], which: &[usize]) -> Vec<KeptLine> {
    which.iter().filter_map(|at| lines.get(*at).cloned()).collect()
}

/// Leaves out what it can of the payload in the line at `at`, from the outside to the inside: what
/// an object needs is in it only if the object is needed.
fn shrink_payload(judge: &mut Judge<'_>, lines: &mut [KeptLine], at: usize) {
    let mut depth = 0;
    loop {
        let Some(line) = lines.get(at).cloned() else { return };
        let max_depth = judge.validator.limits.max_depth;
        let Ok(json::Document { root, .. }) = json::parse(&line.text, max_depth) else { return };
        let parts = payload_parts::at_depth(&root, depth);
        if parts.is_empty() {
            return;
        }
        let without = |kept: &[usize]| {
            let kept: Vec<usize> = kept.iter().filter_map(|it| parts.get(*it).copied()).collect();
            let is_gone = |part: &&usize| kept.binary_search(part).is_err();
            let left_out = parts.iter().filter(is_gone).copied().collect();
            payload_parts::without(&line.text, &root, &left_out)
        };
        let kept = minimise(parts.len(), |kept| {
            if let Some(line) = lines.get_mut(at) {
                line.text = without(kept);
            }
            judge.holds(lines, Changed::One(at))
        });
        if let Some(changed) = lines.get_mut(at) {
            changed.text =
                if kept.len() < parts.len() { without(&kept) } else { line.text.clone() };
        }
        depth += 1;
    }
}
