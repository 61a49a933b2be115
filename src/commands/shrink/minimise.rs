//! Delta debugging: leaves out ever smaller groups of parts, as long as what is left still holds
//! (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002).

/// The indices of some of `count` parts that still hold, of which no single one can be left out.
/// `holds` tests a choice of parts, and returns `None` if no more attempts are allowed.
pub(super) fn minimise(
    count: usize,
    mut holds: impl FnMut(&[usize]) -> Option<bool>,
) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..count).collect();
    let mut size = count;
    while size > 0 {
        let before = kept.len();
        let mut at = 0;
        while at < kept.len() {
            let end = (at + size).min(kept.len());
            let rest = [&kept[..at], &kept[end..]].concat();
            match holds(&rest) {
                Some(true) => kept = rest,
                Some(false) => at = end,
                None => return kept,
            }
        }
        size = match size {
            // What one part needed may be gone.
            1 => usize::from(kept.len() < before),
            _ => size.min(kept.len()).div_ceil(2),
        };
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(count: usize, parts: &[usize]) -> (Vec<usize>, usize) {
        let mut attempts = 0;
        let kept = minimise(count, |kept| {
            attempts += 1;
            Some(parts.iter().all(|part| kept.contains(part)))
        });
        (kept, attempts)
    }

    #[test]
    fn what_is_needed_is_what_is_kept() {
        for parts in [&[][..], &[0], &[999], &[3, 700], &[1, 2, 3], &[0, 250, 500, 999]] {
            let (kept, attempts) = needed(1000, parts);
            assert_eq!(kept, parts);
            assert!(attempts < 90, "{attempts} attempts for {parts:?}");
        }
        assert_eq!(needed(0, &[]).0, [0; 0]);
    }

    #[test]
    fn a_part_that_only_another_one_needs_goes_with_it() {
        // Each needs the next one, so only the first can go, then the second, and so on.
        let kept = minimise(9, |kept| {
            Some(kept.windows(2).all(|pair| pair[0] + 1 == pair[1]) && kept.last() == Some(&8))
        });
        assert_eq!(kept, [8]);
    }

    #[test]
    fn without_attempts_everything_stays() {
        assert_eq!(minimise(3, |_| None), [0, 1, 2]);
    }
}
