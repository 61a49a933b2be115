//! Packets of a channel: how many there were, and which share of them was lost.

use serde::{Deserialize, Serialize};

/// Packets in an interval: what was sent and what of it was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Packets {
    pub(crate) count: u64,
    pub(crate) lost: u64,
}

/// Indices of [`super::report::CHANNELS`].
pub(crate) const INPUT: usize = 0;
pub(crate) const OUTPUT: usize = 1;

/// What cumulative counters counted between two reports.
pub(crate) fn growth(before: Packets, now: Packets) -> Packets {
    if now.count < before.count {
        return now;
    }
    // Lost packets may be counted down where late ones arrive.
    Packets { count: now.count - before.count, lost: now.lost.saturating_sub(before.lost) }
}

/// Share of packets lost; `None` without packets, where more were lost than sent, or where the sums
/// are beyond counting.
pub(crate) fn loss(channel: usize, packets: Packets) -> Option<f64> {
    let Packets { count, lost } = packets;
    let all = match channel {
        INPUT => count.checked_add(lost)?,
        _ => count,
    };
    // A sum that is full is of no use.
    ratio(lost, all).filter(|loss| *loss <= 1.0 && all < u64::MAX)
}

/// A part of a whole; `None` where there is none.
#[expect(clippy::cast_precision_loss, reason = "a share to 15 digits is exact enough")]
pub(crate) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_beyond_counting_have_no_loss() {
        let loss = |channel, count, lost| loss(channel, Packets { count, lost });
        assert_eq!(loss(INPUT, 1 << 62, 1 << 62), Some(0.5));
        assert_eq!(loss(INPUT, 1 << 63, 1 << 63), None);
        for channel in [INPUT, OUTPUT] {
            assert_eq!(loss(channel, u64::MAX, u64::MAX), None);
            assert_eq!(loss(channel, 0, 0), None);
        }
    }
}
