//! Bars and small charts made of characters.

use crate::terminal::Charset;

/// Characters from the lowest to the highest.
fn steps(charset: Charset) -> [char; 8] {
    match charset {
        Charset::Unicode => ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
        Charset::Ascii => ['_', '.', '-', '=', '+', '*', '%', '#'],
    }
}

/// A bar as long as `part` of `whole`, at most `width` columns; never empty where there is a part.
#[expect(clippy::cast_precision_loss, reason = "a share of a line is exact enough")]
pub(super) fn bar(part: u64, whole: u64, width: usize, charset: Charset) -> String {
    if part == 0 || whole == 0 {
        return String::new();
    }
    let eighths = (8.0 * width as f64 * part as f64 / whole as f64).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a number of eighths of a line"
    )]
    let eighths = (eighths as usize).clamp(1, 8 * width);
    match charset {
        Charset::Ascii => "#".repeat(eighths.div_ceil(8)),
        Charset::Unicode => {
            let ends = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
            format!("{}{}", "█".repeat(eighths / 8), ends[eighths % 8])
        }
    }
}

/// A column for each count, as high as its share of the greatest. A count that is not 0 always
/// shows.
pub(super) fn histogram(counts: &[u64], charset: Charset) -> String {
    let steps = steps(charset);
    let greatest = counts.iter().copied().max().unwrap_or_default().max(1);
    let column = |count: &u64| match *count {
        0 => ' ',
        count => {
            let index = (count.saturating_mul(8)).div_ceil(greatest).clamp(1, 8) - 1;
            steps[usize::try_from(index).unwrap_or(7)]
        }
    };
    counts.iter().map(column).collect()
}

/// A character for each value, by where it is between `least` and `greatest`; `?` where there is
/// none.
pub(super) fn line(values: &[Option<f64>], least: f64, greatest: f64, charset: Charset) -> String {
    let steps = steps(charset);
    let range = greatest - least;
    let step = |value: &Option<f64>| {
        let Some(value) = *value else { return '?' };
        let share = if range > 0.0 { (value - least) / range } else { 0.0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of seven"
        )]
        let index = (share * 7.0).round().clamp(0.0, 7.0) as usize;
        steps[index]
    };
    values.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_empty() {
        let bars = [bar(0, 9, 8, Charset::Unicode), bar(1, 1000, 8, Charset::Unicode)];
        assert_eq!(bars, ["", "▏"]);
        let bars = [bar(9, 9, 8, Charset::Unicode), bar(3, 16, 8, Charset::Unicode)];
        assert_eq!(bars, ["████████", "█▌"]);
        assert_eq!(bar(3, 16, 8, Charset::Ascii), "##");
    }

    #[test]
    fn a_histogram_shows_every_count_that_is_not_zero() {
        assert_eq!(histogram(&[1000, 500, 0, 1], Charset::Unicode), "█▄ ▁");
        assert_eq!(histogram(&[0, 0], Charset::Ascii), "  ");
    }

    #[test]
    fn a_line_goes_from_the_least_value_to_the_greatest() {
        let values = [Some(40.0), Some(42.0), None, Some(44.0)];
        assert_eq!(line(&values, 40.0, 44.0, Charset::Unicode), "▁▅?█");
        assert_eq!(line(&values, 0.0, 44.0, Charset::Ascii), "%#?#");
        assert_eq!(line(&[Some(4.0)], 4.0, 4.0, Charset::Unicode), "▁");
    }
}
