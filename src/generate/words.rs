//! Names, numbers and sentences for synthetic calls. All are invented; numbers 555-01xx are
//! reserved for fiction.

use super::random::Random;
use crate::json;

/// JSON string contents, without their quotes; each `#` stands for any digit.
#[derive(Debug)]
pub(super) struct Words {
    said: Vec<Vec<u8>>,
    written: Vec<Vec<u8>>,
    desks: Vec<Vec<u8>>,
}

const SAID: [&str; 26] = [
    "Good morning, you are speaking with the service desk. What can I do for you?",
    "Hello",
    "May I have your order number, please?",
    "Your order ##### left our warehouse yesterday.",
    "I see. Let me look that up.",
    "That is # ## for you: no charge.",
    "Could you spell your name for me?",
    "Yes.",
    "I am sorry to hear that the parcel arrived damaged.",
    "We can send you a new one, or give you the money back. Which would you like better?",
    "The reference is ###-####. Please keep it until the matter is closed.",
    "One moment please, the system is a little slow today.",
    "The label says \"this side up\", doesn't it?",
    "Our shop in the Rue de l'Église closes at 6 o'clock; the one in Köln is open until 8.",
    "Thank you for waiting, Zoë.",
    "The café has it on table ##: the receipt should show €#.## in all.",
    "Please look under Settings \\ Network and tell me what you see.",
    "No problem at all, take your time.",
    "I have put a note into your file, so that my colleagues know what we agreed.",
    "Is there anything else I can help you with?",
    "谢谢。 Did I pronounce that well?",
    "So the amount on the invoice should have been $###.##, and not twice as much.",
    "Great 😀",
    "I will call you back on Thursday between ## and ## hours.",
    "You will get an e-mail with everything we have talked about within the next hour, and if \
     something in it is not what you expected, just reply to it and we take it from there.",
    "Thank you for calling. Goodbye!",
];

const WRITTEN: [&str; 8] = [
    "The customer wants a credit note.",
    "Can somebody from billing join? Invoice ######.",
    "Customer asks for a supervisor.",
    "Fine with me.",
    "Refund of $##.## approved, see case #####.",
    "Please listen in: this is the third call about \"the blue one\".",
    "Address changed; old one is in the file.",
    "Offer him the café voucher.",
];

const DESKS: [&str; 8] = [
    "Billing Queue",
    "Returns",
    "Technical Support",
    "Supervisor on Duty",
    "Claims (Europe)",
    "Spanish Desk",
    "Field Service",
    "Translator",
];

const FIRST_NAMES: [&str; 10] =
    ["Angela", "Ben", "Chloe", "Dmitri", "Esra", "Femi", "Grace", "Hiro", "Inés", "Jorge"];
const LAST_NAMES: [&str; 7] = ["Agent", "Berg", "Costa", "Doyle", "Eriksson", "Fontaine", "Gupta"];

const AREAS: [&str; 8] = ["202", "206", "212", "312", "415", "512", "617", "808"];

const HEX: &[u8; 16] = b"0123456789abcdef";
const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl Words {
    pub(super) fn new() -> Self {
        let quote = |list: &[&str]| list.iter().map(|text| contents(text)).collect();
        Self { said: quote(&SAID), written: quote(&WRITTEN), desks: quote(&DESKS) }
    }

    /// Appends one to three spoken sentences.
    pub(super) fn say(&self, random: &mut Random, out: &mut Vec<u8>) {
        for sentence in 0..=random.below(3) {
            if sentence > 0 {
                out.push(b' ');
            }
            let sentence = random.pick(&self.said);
            fill(sentence, random, out);
        }
    }

    /// Appends a typed message.
    pub(super) fn write(&self, random: &mut Random, out: &mut Vec<u8>) {
        let text = random.pick(&self.written);
        fill(text, random, out);
    }

    /// A third party: a quick connect's name, or a number.
    pub(super) fn colleague(&self, random: &mut Random) -> Vec<u8> {
        match random.below(3) {
            0 => phone_number(50..100, random),
            _ => random.pick(&self.desks).clone(),
        }
    }
}

/// A person's name.
pub(super) fn person(random: &mut Random) -> Vec<u8> {
    contents(&format!("{} {}", random.pick(&FIRST_NAMES), random.pick(&LAST_NAMES)))
}

/// A customer's number.
pub(super) fn customer(random: &mut Random) -> Vec<u8> {
    phone_number(0..50, random)
}

/// A fictitious number. Customers and colleagues use different `lines`, so nobody is added to a
/// call that they are already in.
fn phone_number(lines: std::ops::Range<u64>, random: &mut Random) -> Vec<u8> {
    let area = random.pick(&AREAS);
    format!("+1 ({area}) 555-01{:02}", random.within(lines)).into_bytes()
}

/// A random (version 4) UUID.
pub(super) fn uuid(random: &mut Random) -> [u8; 36] {
    let bits = (u128::from(random.bits()) << 64) | u128::from(random.bits());
    let version = 0x4000_u128 << 64;
    let variant = 0x8000_u128 << 48;
    let bits = bits & !(0xf000_u128 << 64) & !(0xc000_u128 << 48) | version | variant;
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (index, byte) in bits.to_be_bytes().into_iter().enumerate() {
        at += usize::from(matches!(index, 4 | 6 | 8 | 10));
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    text
}

/// A Salesforce record ID: the prefix of voice calls, an instance, and random characters.
pub(super) fn voice_call_id(random: &mut Random) -> [u8; 15] {
    let mut id = *b"0LQRM0000000000";
    for letter in &mut id[9..] {
        *letter = *random.pick(LETTERS);
    }
    id
}

/// Text as it stands between the quotes of a JSON string.
fn contents(text: &str) -> Vec<u8> {
    let quoted = json::quote(text).into_bytes();
    quoted[1..quoted.len() - 1].to_vec()
}

fn fill(template: &[u8], random: &mut Random, out: &mut Vec<u8>) {
    for &byte in template {
        out.push(if byte == b'#' { b'0' + digit(random) } else { byte });
    }
}

fn digit(random: &mut Random) -> u8 {
    u8::try_from(random.below(10)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        let mut random = Random::new(7);
        for _ in 0..100 {
            let id = uuid(&mut random);
            assert_eq!([id[8], id[13], id[14], id[18], id[23]], *b"--4--");
            assert!(b"89ab".contains(&id[19]));
        }
    }

    #[test]
    fn a_number_is_fictional() {
        let number = String::from_utf8(customer(&mut Random::new(1))).expect("it is ASCII");
        assert!(number.contains(" 555-01"), "{number}");
    }
}
