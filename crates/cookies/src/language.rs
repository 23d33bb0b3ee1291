//! Which language answers a request (R-LANG-01, R-LANG-04).
//!
//! Every code is looked up in the portal's own short list; nothing is remembered by what a client sent.

mod accept;

pub use accept::{Range, parse_accept};

/// Longest language code that is looked at, in bytes.
pub const MAX_CODE: usize = 500;

/// What decided on a language. It tells what the answer varies on (R-CACHE-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The address: `?lang=`.
    Url,
    /// The `django_language` cookie.
    Cookie,
    /// `Accept-Language`, or its absence.
    Header,
}

/// What a request says about languages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    /// The `lang` parameter of the address.
    pub url: Option<&'a str>,
    /// The value of `django_language`, if there is no doubt about it.
    pub cookie: Option<&'a str>,
    /// `Accept-Language`.
    pub header: Option<&'a str>,
}

/// The language of the answer, one of `listed` (the portal's codes, the first is its default), and what decided:
/// the address, then the cookie, then the header, then the default.
///
/// An address counts only with a listed code. A cookie's code may be more general or more special than a listed one. In
/// the header `q=0` refuses a language, also the default, as long as another is left.
pub fn resolve<'a>(listed: &'a [String], wish: &Wish<'_>) -> (&'a str, Source) {
    if let Some(code) = wish.url.and_then(|code| exact(listed, code)) {
        return (code, Source::Url);
    }
    if let Some(code) = wish.cookie.and_then(|code| variant(listed, code)) {
        return (code, Source::Cookie);
    }
    (negotiate(listed, wish.header.unwrap_or_default()), Source::Header)
}

/// Whether a text has the form of a language code: 1–8 letters, then subtags of 1–8 letters and digits, then perhaps
/// `@` and a script of 1–20.
pub fn is_code(text: &str) -> bool {
    let (tags, script) = text
        .split_once('@')
        .map_or((text, None), |(tags, script)| (tags, Some(script)));
    let sized =
        |tag: &str, most: usize| (1..=most).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric());
    let mut tags = tags.split('-');
    let first = tags.next().unwrap_or_default();
    text.len() <= MAX_CODE
        && sized(first, 8)
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && tags.all(|tag| sized(tag, 8))
        && script.is_none_or(|script| sized(script, 20))
}

/// The listed code that a visitor may choose as `code`. Django stores any language it ships; we only those the portal
/// lists.
pub fn choose<'a>(listed: &'a [String], code: &str) -> Option<&'a str> {
    is_code(code).then(|| exact(listed, code)).flatten()
}

/// Puts `code` into the `lang` parameter of an address that has one, so that a change of language also shows there.
pub fn swap(target: &str, code: &str) -> String {
    let (rest, fragment) = target.split_at(target.find('#').unwrap_or(target.len()));
    let Some((path, query)) = rest.split_once('?') else {
        return target.to_owned();
    };
    let names_lang = |pair: &str| pair == "lang" || pair.starts_with("lang=");
    let pairs = query.split('&').map(|pair| {
        if names_lang(pair) {
            format!("lang={code}")
        } else {
            pair.to_owned()
        }
    });
    format!("{path}?{}{fragment}", pairs.collect::<Vec<_>>().join("&"))
}

fn exact<'a>(listed: &'a [String], code: &str) -> Option<&'a str> {
    listed
        .iter()
        .map(String::as_str)
        .find(|known| known.eq_ignore_ascii_case(code))
}

/// A listed code for `code`: itself, its special fall-back, ever shorter forms of it (`es-us` → `es`), then a listed
/// country form of the same language (`pt` → `pt-br`).
fn variant<'a>(listed: &'a [String], code: &str) -> Option<&'a str> {
    if code.is_empty() || code.len() > MAX_CODE {
        return None;
    }
    if let Some(found) = exact(listed, code).or_else(|| fallback(code).and_then(|code| exact(listed, code))) {
        return Some(found);
    }
    let shorter = code.rmatch_indices('-').map(|(at, _)| &code[..at]);
    let general = code.split('-').next().unwrap_or(code);
    shorter.into_iter().find_map(|code| exact(listed, code)).or_else(|| {
        listed.iter().map(String::as_str).find(|known| {
            known
                .split_once('-')
                .is_some_and(|(language, _)| !general.is_empty() && language.eq_ignore_ascii_case(general))
        })
    })
}

/// Chinese by place is Chinese in a script.
fn fallback(code: &str) -> Option<&'static str> {
    match code.to_ascii_lowercase().as_str() {
        "zh-cn" | "zh-my" | "zh-sg" => Some("zh-hans"),
        "zh-hk" | "zh-mo" | "zh-tw" => Some("zh-hant"),
        _ => None,
    }
}

fn negotiate<'a>(listed: &'a [String], header: &str) -> &'a str {
    let mut ranges = parse_accept(header);
    let refused: Vec<Range> = ranges.extract_if(.., |range| range.quality == 0).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.quality));
    let is_refused = |code: &str| {
        // The most special range that covers a language speaks for it; a wish named in full beats a refusal in general.
        let refusal = refused.iter().filter_map(|range| range.covers(code)).max();
        let wish = ranges.iter().filter_map(|range| range.covers(code)).max();
        refusal.is_some_and(|refusal| wish.is_none_or(|wish| refusal >= wish))
    };
    for range in &ranges {
        if range.tag == "*" {
            break;
        }
        if let Some(code) = variant(listed, &range.tag).filter(|code| !is_refused(code)) {
            return code;
        }
    }
    let mut codes = listed.iter().map(String::as_str);
    let default = listed.first().map_or("fr", String::as_str);
    codes.find(|code| !is_refused(code)).unwrap_or(default)
}

#[cfg(test)]
mod tests;
