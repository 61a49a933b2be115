//! Parsers for option values: reports, sizes, and names that completion and help offer.

use clap::ValueEnum;
use clap::builder::{PossibleValue, TypedValueParser};

use crate::contract::{EventId, Rule};
use crate::output::Format;
use crate::output::ReportSpec;
use crate::text::suggest::nearest;

/// `sarif=voxev.sarif`.
pub(super) fn parse_report(text: &str) -> Result<ReportSpec, String> {
    let known = || Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = known().map(|it| it.get_name().to_owned()).collect();
    let Some((name, path)) = text.split_once('=') else {
        return Err(format!("expected FORMAT=PATH, where FORMAT is one of {}", names.join(", ")));
    };
    let Ok(format) = Format::from_str(name, false) else {
        let alike = nearest(name, names.iter().map(String::as_str));
        let advice = alike.map_or_else(
            || format!("expected one of {}", names.join(", ")),
            |alike| format!("did you mean {alike}?"),
        );
        return Err(format!("unknown format {name:?}: {advice}"));
    };
    match path {
        "" => Err(format!("missing path after {name}=")),
        "-" => {
            Err(format!("a report needs a file; use --format {name} to write to standard output"))
        }
        path => Ok(ReportSpec { format, path: Some(path.into()) }),
    }
}

/// An API version. Whether there is a contract for it is checked later.
pub(super) fn parse_api(text: &str) -> Result<u64, String> {
    text.parse().ok().ok_or_else(|| "expected a version number, for example 66".into())
}

/// The longest line to check: `1048576`, `512KiB`, `16MiB`, `1GiB`.
pub(super) fn parse_size(text: &str) -> Result<usize, String> {
    let size = usize::try_from(parse_amount(text)?).ok();
    let size = size.filter(|size| (16..=1 << 32).contains(size));
    size.ok_or_else(|| "expected a size between 16 bytes and 4GiB".into())
}

/// Any number of bytes except 0.
pub(super) fn parse_amount(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => return Err("expected a number of bytes, KiB, MiB or GiB, for example 16MiB".into()),
    };
    let number: u64 = number.parse().map_err(|error| format!("not a valid size: {error}"))?;
    let size = number.checked_mul(factor).filter(|size| *size > 0);
    size.ok_or_else(|| "expected a size above 0, for example 16MiB".into())
}

/// Names that completion and help offer. They are checked later, where --any-type is known and
/// better advice than a list of 19 names can be given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names(pub(super) fn() -> Vec<&'static str>);

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        _command: &clap::Command,
        _argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0().into_iter().map(PossibleValue::new)))
    }
}

pub(super) fn event_names() -> Vec<&'static str> {
    EventId::all().map(EventId::name).collect()
}

pub(super) fn topics() -> Vec<&'static str> {
    event_names().into_iter().chain(Rule::ALL.map(Rule::code)).chain(["limits"]).collect()
}

impl ValueEnum for Rule {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.code()).help(self.info().summary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_size("512KiB"), Ok(524_288));
        assert_eq!(parse_size("1048576"), Ok(1_048_576));
        assert!(parse_size("big").is_err() && parse_size("0").is_err());
    }
}
