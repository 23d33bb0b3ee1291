//! Reads `Accept-Language` as Django does: any mistake in it and the whole header is ignored.

/// Longest header that is read; of a longer one only what comes before the last comma within it.
const MAX_HEADER: usize = 500;

/// One wish of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The language range, lower-case, or `*`.
    pub tag: String,
    /// How much it is wished for, in thousandths; 0 refuses it.
    pub quality: u16,
}

impl Range {
    /// How specially the range covers `code`: the length of what they share. `None` when it does not.
    pub(super) fn covers(&self, code: &str) -> Option<usize> {
        if self.tag == "*" {
            return Some(0);
        }
        let head = code
            .get(..self.tag.len())
            .filter(|head| head.eq_ignore_ascii_case(&self.tag))?;
        let rest = &code[head.len()..];
        (rest.is_empty() || rest.starts_with('-')).then_some(head.len())
    }
}

/// The wishes in the order in which they are written. Empty when the header is, or when it holds a mistake.
pub fn parse_accept(header: &str) -> Vec<Range> {
    let mut header = header;
    if header.len() > MAX_HEADER {
        let Some(comma) = header.as_bytes()[..MAX_HEADER].iter().rposition(|byte| *byte == b',') else {
            return Vec::new();
        };
        header = &header[..comma];
    }
    let mut rest = header.as_bytes();
    let mut ranges = Vec::new();
    while !rest.is_empty() {
        let Some((range, tail)) = range(rest) else {
            return Vec::new();
        };
        ranges.push(range);
        rest = tail;
    }
    ranges
}

/// One range with its quality, and the comma after it unless it is the last.
fn range(text: &[u8]) -> Option<(Range, &[u8])> {
    let (tag, rest) = tag(text)?;
    let (quality, rest) = quality(rest).unwrap_or((1000, rest));
    let after = rest.trim_ascii_start();
    let rest = match after {
        [b',', tail @ ..] => tail.trim_ascii_start(),
        // White space that leads nowhere is a mistake.
        [] if rest.is_empty() => rest,
        _ => return None,
    };
    let tag = String::from_utf8_lossy(tag).to_ascii_lowercase();
    Some((Range { tag, quality }, rest))
}

/// `*`, or 1–8 letters and then subtags of 1–8 letters and digits.
fn tag(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.first() == Some(&b'*') {
        return Some(text.split_at(1));
    }
    let run = |from: usize| {
        text[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    };
    let mut end = run(0);
    if !(1..=8).contains(&end) || !text[..end].iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    while text.get(end) == Some(&b'-') {
        let len = run(end + 1);
        if !(1..=8).contains(&len) {
            return None;
        }
        end += 1 + len;
    }
    Some(text.split_at(end))
}

/// `;q=` and a number from 0 to 1 with at most three decimals, in thousandths.
fn quality(text: &[u8]) -> Option<(u16, &[u8])> {
    let rest = text.trim_ascii_start().strip_prefix(b";")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"q=").or_else(|| rest.strip_prefix(b"Q="))?;
    let (whole, rest) = rest.split_first().filter(|(digit, _)| matches!(**digit, b'0' | b'1'))?;
    let mut value = u16::from(whole - b'0') * 1000;
    let Some(rest) = rest.strip_prefix(b".") else {
        return Some((value, rest));
    };
    let decimals = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if decimals > 3 || (value > 0 && rest[..decimals].iter().any(|digit| *digit != b'0')) {
        return None;
    }
    for (digit, weight) in rest[..decimals].iter().zip([100, 10, 1]) {
        value += u16::from(digit - b'0') * weight;
    }
    Some((value, &rest[decimals..]))
}
