//! JSON text without a tree: where values end, what the members of an object are. Digits stay as they were written.

use std::borrow::Cow;

use memchr::memchr2;
use serde::de::IgnoredAny;

/// Whether the text is one valid JSON value.
pub fn is_valid(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

/// The first position at or after `at` that is not white space.
pub fn skip_space(text: &[u8], at: usize) -> usize {
    at + text[at.min(text.len())..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        .count()
}

/// The position after the string that begins at `at`, or `None` when it does not end.
pub fn string_end(text: &[u8], at: usize) -> Option<usize> {
    let mut position = at + 1;
    loop {
        position += memchr2(b'"', b'\\', text.get(position..)?)?;
        if text[position] == b'"' {
            return Some(position + 1);
        }
        position += 2;
    }
}

/// The position after the value that begins at `at`, or `None` when it does not end. Only the nesting is looked at.
pub fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at),
        b'{' | b'[' => {
            let (mut depth, mut position) = (0_usize, at);
            loop {
                match text.get(position)? {
                    b'"' => position = string_end(text, position)? - 1,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                position += 1;
                if depth == 0 {
                    return Some(position);
                }
            }
        }
        _ => {
            let rest = &text[at..];
            let end = rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'));
            Some(at + end.unwrap_or(rest.len()))
        }
    }
}

/// The text that a JSON string stands for.
pub fn decode(raw: &[u8]) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if memchr::memchr(b'\\', inner).is_none() {
        return std::str::from_utf8(inner).ok().map(Cow::Borrowed);
    }
    serde_json::from_slice::<String>(raw).ok().map(Cow::Owned)
}

/// The members of an object, in order: decoded key, value as it stands. Ends early on text that is not an object.
pub struct Members<'a> {
    text: &'a [u8],
    position: usize,
}

impl<'a> Members<'a> {
    /// The members of the object that `text` is.
    pub fn of(text: &'a [u8]) -> Self {
        let start = skip_space(text, 0);
        let position = if text.get(start) == Some(&b'{') {
            start + 1
        } else {
            text.len()
        };
        Self { text, position }
    }

    /// The value of the first member called `key`.
    pub fn get(text: &'a [u8], key: &str) -> Option<&'a [u8]> {
        Self::of(text).find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Cow<'a, str>, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut start = skip_space(self.text, self.position);
        if self.text.get(start) == Some(&b',') {
            start = skip_space(self.text, start + 1);
        }
        if self.text.get(start) != Some(&b'"') {
            return None;
        }
        let key_end = string_end(self.text, start)?;
        let key = decode(&self.text[start..key_end])?;
        let colon = skip_space(self.text, key_end);
        if self.text.get(colon) != Some(&b':') {
            return None;
        }
        let value = skip_space(self.text, colon + 1);
        self.position = value_end(self.text, value)?;
        Some((key, &self.text[value..self.position]))
    }
}

/// The elements of the array that `text` is, as they stand.
pub fn elements(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut position = if text.first() == Some(&b'[') { 1 } else { text.len() };
    std::iter::from_fn(move || {
        let mut start = skip_space(text, position);
        if text.get(start) == Some(&b',') {
            start = skip_space(text, start + 1);
        }
        if matches!(text.get(start), None | Some(b']')) {
            return None;
        }
        position = value_end(text, start)?;
        Some(&text[start..position])
    })
}

/// Appends the value without white space between its parts.
pub fn minify(raw: &str, out: &mut String) {
    let bytes = raw.as_bytes();
    let mut position = 0;
    while let Some(&byte) = bytes.get(position) {
        let end = match byte {
            b'"' => string_end(bytes, position).unwrap_or(bytes.len()),
            b' ' | b'\t' | b'\n' | b'\r' => {
                position += 1;
                continue;
            }
            _ => {
                let rest = &bytes[position..];
                position
                    + rest
                        .iter()
                        .position(|byte| matches!(byte, b'"' | b' ' | b'\t' | b'\n' | b'\r'))
                        .unwrap_or(rest.len())
            }
        };
        out.push_str(&raw[position..end]);
        position = end;
    }
}
