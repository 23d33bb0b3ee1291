//! Whole and decimal numbers, in French and English forms.

use serde::{Deserialize, Serialize};

/// What a comma means in the numbers of a column. A point is always a decimal point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommaMeans {
    /// The decimals follow (`12,5`).
    #[default]
    Decimals,
    /// Thousands follow (`12,500`).
    Thousands,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberForm {
    /// Whole, within 64 bits.
    Int,
    /// Whole, beyond 64 bits.
    BigInt,
    /// A useless leading zero, or `+` and 10 to 15 digits (a telephone number).
    Code,
    /// Decimal point or signed exponent.
    Dot,
    /// Decimal comma.
    Comma,
    /// One comma before exactly three digits.
    CommaThree,
    /// A whole number with commas between thousands, without doubt.
    EnglishWhole,
    /// The same with decimals after a point.
    English,
    /// An exponent without sign after a whole number.
    BareExponent,
}

/// Powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Counts the digits that `text` begins with.
fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Length of the separator of thousands (space, no-break space, narrow no-break space) that `text` begins with.
fn space(text: &[u8]) -> usize {
    match text {
        [b' ', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF, ..] => 3,
        _ => 0,
    }
}

/// Says how a number is written, or `None` when the text is not a number. `text` is trimmed.
pub fn classify(text: &[u8]) -> Option<NumberForm> {
    let (sign, rest) = match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, text),
    };
    let whole = digits(rest);
    let code = whole > 1 && rest[0] == b'0';
    let tail = &rest[whole..];
    let form = match tail {
        [] => match whole {
            0 => return None,
            _ if code => NumberForm::Code,
            10..=15 if sign == Some(b'+') => NumberForm::Code,
            1..=18 => NumberForm::Int,
            _ => whole_form(text),
        },
        [b'.', tail @ ..] => {
            let fraction = digits(tail);
            (whole + fraction > 0 && exponent(&tail[fraction..]).is_some()).then_some(NumberForm::Dot)?
        }
        [b',', tail @ ..] if whole > 0 => comma(whole, rest[0] == b'0', tail)?,
        [b'e' | b'E', ..] if whole > 0 => match exponent(tail)? {
            true => NumberForm::Dot,
            false => NumberForm::BareExponent,
        },
        _ => grouped(whole, tail)?,
    };
    let code = code || (grouped_zero(rest, tail));
    Some(if code { NumberForm::Code } else { form })
}

/// `0 123 456`: a code, not thousands.
fn grouped_zero(rest: &[u8], tail: &[u8]) -> bool {
    rest[0] == b'0' && space(tail) > 0
}

fn whole_form(text: &[u8]) -> NumberForm {
    let text = std::str::from_utf8(text).unwrap_or_default();
    if text.parse::<i64>().is_ok() {
        NumberForm::Int
    } else {
        NumberForm::BigInt
    }
}

/// Reads an exponent up to the end: whether it is signed (true as well when there is none).
fn exponent(text: &[u8]) -> Option<bool> {
    let [b'e' | b'E', rest @ ..] = text else {
        return text.is_empty().then_some(true);
    };
    let (signed, rest) = match rest {
        [b'+' | b'-', rest @ ..] => (true, rest),
        _ => (false, rest),
    };
    (!rest.is_empty() && digits(rest) == rest.len()).then_some(signed)
}

/// What follows the first comma.
fn comma(whole: usize, zero: bool, tail: &[u8]) -> Option<NumberForm> {
    let count = digits(tail);
    let rest = &tail[count..];
    let thousand = count == 3 && whole <= 3 && !zero;
    match rest {
        [] if thousand => Some(NumberForm::CommaThree),
        [] => (count > 0).then_some(NumberForm::Comma),
        [b'e' | b'E', ..] => (count > 0 && exponent(rest).is_some()).then_some(NumberForm::Comma),
        [b',', tail @ ..] if thousand => match comma(3, false, tail)? {
            NumberForm::Comma => None,
            NumberForm::CommaThree => Some(NumberForm::EnglishWhole),
            form => Some(form),
        },
        [b'.', tail @ ..] if thousand => (digits(tail) == tail.len()).then_some(NumberForm::English),
        _ => None,
    }
}

/// Groups of three digits after a space, then perhaps decimals.
fn grouped(whole: usize, mut tail: &[u8]) -> Option<NumberForm> {
    if !(1..=3).contains(&whole) {
        return None;
    }
    let mut total = whole;
    loop {
        match space(tail) {
            0 => break,
            width if digits(&tail[width..]) == 3 => {
                tail = &tail[width + 3..];
                total += 3;
            }
            _ => return None,
        }
    }
    let decimals = |rest: &[u8]| digits(rest) == rest.len() && !rest.is_empty();
    match tail {
        [] if total > 18 => Some(NumberForm::BigInt),
        [] => Some(NumberForm::Int),
        [b',', rest @ ..] if decimals(rest) => Some(NumberForm::Comma),
        [b'.', rest @ ..] if decimals(rest) => Some(NumberForm::Dot),
        _ => None,
    }
}

/// Reads a whole number. `text` is trimmed.
pub fn parse_int(text: &[u8], comma: CommaMeans) -> Option<i64> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if (1..=18).contains(&rest.len()) {
        let mut value = 0_i64;
        for &byte in rest {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return parse_int_slowly(text, comma);
            }
            value = value * 10 + i64::from(digit);
        }
        return Some(if negative { -value } else { value });
    }
    parse_int_slowly(text, comma)
}

fn parse_int_slowly(text: &[u8], comma: CommaMeans) -> Option<i64> {
    match (classify(text)?, comma) {
        (NumberForm::Int | NumberForm::Code, _)
        | (NumberForm::EnglishWhole | NumberForm::CommaThree, CommaMeans::Thousands) => {
            let mut buffer = [0; LONGEST];
            plain(text, comma, &mut buffer)?.parse().ok()
        }
        _ => None,
    }
}

/// Longest number read, in bytes.
const LONGEST: usize = 400;

/// The number as Rust writes it: no separator of thousands, a decimal point.
fn plain<'b>(text: &[u8], comma: CommaMeans, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    let mut length = 0;
    for &byte in text {
        let byte = match byte {
            b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E' => byte,
            b',' if comma == CommaMeans::Decimals => b'.',
            _ => continue,
        };
        *buffer.get_mut(length)? = byte;
        length += 1;
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

/// Reads a decimal number. `text` is trimmed.
pub fn parse_double(text: &[u8], comma: CommaMeans) -> Option<f64> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    // Up to 15 digits and a power of ten up to 22 are exact in a double, and so is their quotient once rounded.
    let (mut mantissa, mut point) = (0_u64, None);
    if rest.len() <= 16 {
        for (index, &byte) in rest.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit <= 9 {
                mantissa = mantissa * 10 + u64::from(digit);
            } else if point.is_none() && (byte == b'.' || byte == b',' && comma == CommaMeans::Decimals) {
                point = Some(index);
            } else {
                return parse_double_slowly(text, comma);
            }
        }
        let decimals = point.map_or(0, |index| rest.len() - 1 - index);
        if rest.len() > usize::from(point.is_some()) && mantissa < 1 << 53 {
            let value = mantissa as f64 / TENS[decimals];
            return Some(if negative { -value } else { value });
        }
    }
    parse_double_slowly(text, comma)
}

fn parse_double_slowly(text: &[u8], comma: CommaMeans) -> Option<f64> {
    match (classify(text)?, comma) {
        (NumberForm::English | NumberForm::EnglishWhole, CommaMeans::Decimals)
        | (NumberForm::Comma, CommaMeans::Thousands) => None,
        _ => {
            let mut buffer = [0; LONGEST];
            plain(text, comma, &mut buffer)?
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite())
        }
    }
}
