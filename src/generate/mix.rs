//! Shares of the events in a capture: by `--mix`, otherwise as usual.

use crate::check::unknown_event;
use crate::contract::{Bundle, EventId};
use crate::error::Error;
use crate::text::visible;

/// A whole capture, in millionths, the unit of shares.
pub(super) const WHOLE: u64 = 1_000_000;

/// A percent of a capture.
const PERCENT: u64 = WHOLE / 100;

/// The usual share of each event: 4 % for everything except statistics, if a call of 48 minutes
/// with two reports every 30 seconds has one or two of each other event.
pub(super) const USUAL: [(EventId, u64); EventId::COUNT] = [
    (EventId::AudioStats, 960_000),
    (EventId::CallStarted, 5_000),
    (EventId::CallConnected, 5_000),
    (EventId::CallEnded, 5_000),
    (EventId::WrapUpEnded, 4_000),
    (EventId::Transcript, 6_800),
    (EventId::Hold, 2_200),
    (EventId::Resume, 2_000),
    (EventId::Mute, 1_500),
    (EventId::Unmute, 1_500),
    (EventId::ParticipantAdded, 1_200),
    (EventId::ParticipantRemoved, 800),
    (EventId::Conference, 600),
    (EventId::Swap, 400),
    (EventId::PauseRecording, 800),
    (EventId::ResumeRecording, 800),
    (EventId::FlagRaise, 900),
    (EventId::FlagLower, 900),
    (EventId::Note, 600),
];

/// Events that occur equally often: setting one of them sets the others.
const TOGETHER: [&[EventId]; 5] = [
    &[EventId::CallStarted, EventId::CallConnected, EventId::CallEnded],
    &[EventId::Mute, EventId::Unmute],
    &[EventId::PauseRecording, EventId::ResumeRecording],
    &[EventId::FlagRaise, EventId::FlagLower],
    &[EventId::Hold, EventId::Resume],
];

/// The share of lines that each event has, in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix([u64; EventId::COUNT]);

impl Mix {
    /// The usual mix of the events that `bundle` has, of which 96 % are audiostats.
    #[must_use]
    pub fn usual(bundle: &Bundle) -> Self {
        Self([0; EventId::COUNT]).filled(&[None; EventId::COUNT], WHOLE, bundle)
    }

    /// The mix that `asked` describes: `transcript=3` makes 3 % of the lines transcripts. The rest
    /// is divided among the other events in their usual proportions.
    pub(crate) fn new(asked: &[String], bundle: &Bundle) -> Result<Self, Error> {
        let mut named = [None; EventId::COUNT];
        for text in asked {
            let (event, share) = share(text, bundle)?;
            if named[event.index()].replace(share).is_some() {
                let name = event.name();
                return Err(usage(format!("--mix names {name} twice")));
            }
        }
        for group in TOGETHER {
            keep_together(group, &mut named)?;
        }
        let sum: u64 = named.iter().flatten().sum();
        let is_too_little = sum < WHOLE && named.iter().all(Option::is_some);
        if sum > WHOLE || is_too_little {
            return Err(usage(format!(
                "the shares in --mix add up to {} %, {} than 100 % (including events that come in \
                 pairs)",
                percent(sum),
                if is_too_little { "less" } else { "more" }
            )));
        }
        Ok(Self([0; EventId::COUNT]).filled(&named, WHOLE - sum, bundle))
    }

    pub(super) fn share(&self, event: EventId) -> u64 {
        self.0[event.index()]
    }

    /// Sets the shares of the named events and divides `rest` among the others.
    fn filled(mut self, named: &[Option<u64>; EventId::COUNT], rest: u64, bundle: &Bundle) -> Self {
        let mut weights = [0; EventId::COUNT];
        for (event, usual) in USUAL {
            let is_open = named[event.index()].is_none() && exists(event, bundle);
            weights[event.index()] = if is_open { usual } else { 0 };
        }
        let all: u64 = weights.iter().sum();
        for (index, share) in self.0.iter_mut().enumerate() {
            *share = named[index].unwrap_or_else(|| rest * weights[index] / all.max(1));
        }
        self
    }
}

/// Whether the contract of this API version has the event.
fn exists(event: EventId, bundle: &Bundle) -> bool {
    bundle.event(event).since <= bundle.api()
}

/// Reads `event=percent`.
fn share(text: &str, bundle: &Bundle) -> Result<(EventId, u64), Error> {
    let example = "expected events and percentages, for example audiostats=96,transcript=3";
    let Some((name, number)) = text.split_once('=') else {
        return Err(usage(format!("\"{}\" is not a valid share: {example}", visible(text))));
    };
    let name = name.trim();
    let Some(event) = EventId::from_name(name) else {
        return Err(usage(unknown_event(name, bundle, example)));
    };
    let millionths = millionths(number.trim()).ok_or_else(|| {
        let number = visible(number);
        usage(format!(
            "\"{number}\" is not a valid share for {name}: expected a percentage from 0 to 100"
        ))
    })?;
    if millionths > 0 && !exists(event, bundle) {
        let api = bundle.api();
        return Err(usage(format!(
            "API version {api} has no {name}: remove it from --mix, or use a later --api"
        )));
    }
    Ok((event, millionths))
}

/// A percent with up to four decimals, exactly: `0.25` is 2,500 millionths.
fn millionths(percent: &str) -> Option<u64> {
    let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
    let is_number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 4 {
        return None;
    }
    let share = whole.parse::<u64>().ok()?.checked_mul(PERCENT)?;
    let share = share.checked_add(format!("{part:0<4}").parse::<u64>().ok()?)?;
    (share <= WHOLE).then_some(share)
}

fn percent(millionths: u64) -> String {
    let text = format!("{}.{:04}", millionths / PERCENT, millionths % PERCENT);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn keep_together(
    group: &[EventId],
    named: &mut [Option<u64>; EventId::COUNT],
) -> Result<(), Error> {
    let mut shares = group.iter().filter_map(|&one| Some((one, named[one.index()]?)));
    let Some((first, share)) = shares.next() else { return Ok(()) };
    if let Some((other, _)) = shares.find(|(_, other)| *other != share) {
        let (first, other) = (first.name(), other.name());
        return Err(usage(format!(
            "{first} and {other} come in pairs: give them the same share, or name only one"
        )));
    }
    for &one in group {
        named[one.index()] = Some(share);
    }
    Ok(())
}

fn usage(message: String) -> Error {
    Error::Usage(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(asked: &[&str]) -> Result<Mix, String> {
        let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
        Mix::new(&asked, &Bundle::newest()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_event_has_a_usual_share() {
        for event in EventId::all() {
            assert_eq!(USUAL.iter().filter(|(listed, _)| *listed == event).count(), 1, "{event:?}");
        }
        assert_eq!(USUAL.iter().map(|(_, share)| share).sum::<u64>(), WHOLE);
    }

    #[test]
    fn what_is_not_named_shares_the_rest() {
        let mix = mix(&["transcript=50", "mute=0.5"]).expect("the mix is right");
        assert_eq!(mix.share(EventId::Transcript), 500_000);
        assert_eq!(mix.share(EventId::Unmute), 5_000);
        let audiostats = mix.share(EventId::AudioStats);
        assert!((470_000..480_000).contains(&audiostats), "{audiostats}");
    }

    #[test]
    fn an_older_contract_leaves_out_what_it_does_not_have() {
        let mix = Mix::usual(&Bundle::new(56));
        assert_eq!(mix.share(EventId::AudioStats), 0);
        assert!(mix.share(EventId::Transcript) > 100_000);
        let asked = ["audiostats=5".to_owned()];
        let error = Mix::new(&asked, &Bundle::new(56)).expect_err("56 has no audiostats");
        assert!(error.to_string().starts_with("API version 56 has no audiostats"));
    }

    #[test]
    fn a_mix_that_cannot_be_says_why() {
        let reason = |asked: &[&str]| mix(asked).expect_err("the mix is wrong");
        assert!(reason(&["audiostat=96"]).contains("audiostats"));
        assert!(reason(&["audiostats=96", "transcript=5"]).contains("add up to 101 %, more"));
        assert!(reason(&["mute=3", "unmute=2"]).contains("come in pairs"));
        assert!(reason(&["mute=3", "mute=3"]).contains("twice"));
        assert!(reason(&["mute=-1"]).contains("from 0 to 100"));
        assert!(reason(&["mute"]).contains("for example"));
    }
}
