//! Comparisons such as `packetsLost>10`: name, operator and operand. Used by `--where` and limits.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::visible;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// The text contains the operand, case-sensitively.
    Contains,
}

/// A name, an operator and an operand, without surrounding spaces.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Comparison<'a> {
    pub(crate) name: &'a str,
    pub(crate) operator: Operator,
    /// Without the quotes that may surround it.
    pub(crate) operand: Cow<'a, str>,
}

/// The operators, for messages.
pub(crate) const OPERATORS: &str = "= != < <= > >= ~";

const SPELLINGS: [(&str, Operator); 8] = [
    ("=", Operator::Equal),
    ("==", Operator::Equal),
    ("!=", Operator::Unequal),
    ("<", Operator::Less),
    ("<=", Operator::AtMost),
    (">", Operator::Greater),
    (">=", Operator::AtLeast),
    ("~", Operator::Contains),
];

impl<'a> Comparison<'a> {
    /// Parses `text`; `None` if it has no operator, an error if its operator does not exist.
    pub(crate) fn parse(text: &'a str) -> Option<Result<Self, String>> {
        let is_sign = |letter: char| "!<>=~".contains(letter);
        let (name, rest) = text.split_at(text.find(is_sign)?);
        let operand = rest.trim_start_matches(is_sign);
        let sign = &rest[..rest.len() - operand.len()];
        let Some((_, operator)) = SPELLINGS.into_iter().find(|(known, _)| *known == sign) else {
            return Some(Err(format!(
                "\"{sign}\" in \"{}\" is not an operator: expected one of {OPERATORS}; put a value \
                 that begins with such a character in double quotes",
                visible(text)
            )));
        };
        Some(Ok(Self { name: name.trim(), operator, operand: unquoted(operand.trim()) }))
    }
}

impl Operator {
    /// Whether a value that compares to the operand like this satisfies the comparison.
    pub(crate) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Contains => false,
        }
    }

    /// Whether the operator needs ordered values.
    pub(crate) fn needs_order(self) -> bool {
        match self {
            Self::Less | Self::AtMost | Self::Greater | Self::AtLeast => true,
            Self::Equal | Self::Unequal | Self::Contains => false,
        }
    }
}

/// The text in double quotes, with JSON escapes resolved; other text unchanged.
fn unquoted(operand: &str) -> Cow<'_, str> {
    let Some(inner) = operand.strip_prefix('"').and_then(|it| it.strip_suffix('"')) else {
        return Cow::Borrowed(operand);
    };
    serde_json::from_str(operand).map_or(Cow::Borrowed(inner), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (&str, Operator, String) {
        let it = Comparison::parse(text).expect("an operator").expect("one that exists");
        (it.name, it.operator, it.operand.into_owned())
    }

    #[test]
    fn every_operator_is_read_with_and_without_spaces() {
        for (sign, operator) in SPELLINGS {
            for text in [format!("loss{sign}1%"), format!(" loss {sign}  1% ")] {
                assert_eq!(parse(&text), ("loss", operator, "1%".into()), "{text}");
            }
        }
    }

    #[test]
    fn an_operand_may_stand_in_quotes() {
        for (text, operand) in [
            (r#"a~"555""#, "555"),
            (r"a~555", "555"),
            (r#"a="=x""#, "=x"),
            (r#"a="  ""#, "  "),
            (r#"a="say \"hi\"""#, r#"say "hi""#),
            (r#"a="\u00e9""#, "é"),
            (r#"a="C:\path""#, r"C:\path"),
            (r#"a=""#, "\""),
            (r#"a="""#, ""),
            (r#"a=""5"#, "\"\"5"),
            ("a=", ""),
        ] {
            assert_eq!(parse(text).2, operand, "{text}");
        }
    }

    #[test]
    fn signs_that_are_no_operator_are_told() {
        for sign in ["=~", "<>", "=<", "=>", "!", "!~", "===", "~=", "<<"] {
            let text = format!("a{sign}5");
            let said = Comparison::parse(&text).expect("a sign").expect_err(&text);
            assert!(said.starts_with(&format!("\"{sign}\" in \"{text}\" is not an op")), "{said}");
        }
        assert_eq!(Comparison::parse("twilio"), None);
    }

    #[test]
    fn an_operator_holds_for_the_orders_that_it_names() {
        use Ordering::{Equal, Greater, Less};
        for (operator, orders) in [
            (Operator::Equal, &[Equal][..]),
            (Operator::Unequal, &[Less, Greater]),
            (Operator::Less, &[Less]),
            (Operator::AtMost, &[Less, Equal]),
            (Operator::Greater, &[Greater]),
            (Operator::AtLeast, &[Equal, Greater]),
            (Operator::Contains, &[]),
        ] {
            let held = [Less, Equal, Greater].into_iter().filter(|it| operator.holds(*it));
            assert_eq!(held.collect::<Vec<_>>(), orders, "{operator:?}");
        }
    }
}
