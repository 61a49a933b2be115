//! The names of limits, and where they come from: `--limits list`.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;

use crate::calls::LIMIT_PRESETS;
use crate::terminal::TextStyle;
use crate::text::wrapping;

/// Columns before what a name means.
const INDENT: usize = 10;

/// Each name with its limits and their source.
pub(crate) fn limits_listed(style: &TextStyle) -> String {
    let mut text = String::new();
    let indent = " ".repeat(INDENT);
    let options = wrapping(style.width).initial_indent(&indent).subsequent_indent(&indent);
    for preset in &LIMIT_PRESETS {
        let name = format!("{:<INDENT$}", preset.name);
        let head = format!("{}{}", name.style(style.strong()), preset.limits);
        let _ = writeln!(text, "{}", head.trim_end());
        let _ = writeln!(text, "{}", textwrap::fill(preset.source, &options));
    }
    text.push('\n');
    let more = "A list of your own: figures are loss (percent of packets), mos, r, rtt and jitter (95th \
                percentiles of round trip and jitter buffer, in ms), for example loss>2%,mos<3.5. A call \
                is beyond a limit if one of its channels is.";
    let _ = writeln!(text, "{}", textwrap::fill(more, wrapping(style.width)));
    text
}
