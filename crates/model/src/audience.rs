//! What is counted of a portal's audience. Everything here is a word of a closed list: nothing that a client sends can become
//! part of a figure, and nothing of a visitor has a place in one.

use chrono::NaiveDate;

use crate::id::DatasetUid;

/// Longest time that figures may be kept, in months: what the CNIL recommends for audience measurement without consent.
pub const MAX_MONTHS: u32 = 25;

/// What sort of request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A page was opened. The detail is which.
    View,
    /// Records, or the catalogue, were exported. The detail is the format.
    Download,
    /// The API answered. The detail is the API's name for the call.
    ApiCall,
    /// Words were looked for. The detail is whether anything was found.
    Search,
    /// A request was refused or failed. The detail is how.
    Error,
}

impl Kind {
    /// Every kind, in the order in which people read of them.
    pub const ALL: [Self; 5] = [Self::View, Self::Download, Self::ApiCall, Self::Search, Self::Error];

    /// The name in the store, in exports and in the published dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Download => "download",
            Self::ApiCall => "api_call",
            Self::Search => "search",
            Self::Error => "error",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A search that found something.
pub const FOUND: &str = "found";
/// A search that found nothing.
pub const NOTHING: &str = "nothing";

/// One thing that happened, with nothing of the one who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Event {
    /// What sort.
    pub kind: Kind,
    /// Which of its sort: a word of ours, never one of the client's.
    pub detail: &'static str,
    /// The client says of itself that it is a robot.
    pub robot: bool,
}

/// A figure: how often something happened on a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Figure {
    /// The day.
    pub day: NaiveDate,
    /// What sort.
    pub kind: Kind,
    /// The dataset that it was about; none for the rest of the portal.
    pub dataset: Option<DatasetUid>,
    /// Which of its sort.
    pub detail: String,
    /// Done by robots that say so.
    pub robot: bool,
    /// How often.
    pub count: u64,
}

/// Words by which robots name themselves in `User-Agent`, in lower case, with the letters that would make it another word.
const ROBOTS: [(&str, &str); 8] = [
    // Cubot makes telephones.
    ("bot", "cu"),
    ("crawl", ""),
    ("spider", ""),
    ("slurp", ""),
    ("scrap", ""),
    ("archiver", ""),
    ("externalhit", ""),
    ("preview", ""),
];

/// Whether a client says of itself that it is a robot that walks through sites. Programs that fetch data (`curl`, libraries)
/// do not count as such. Looks at the first 512 bytes.
pub fn is_robot(agent: &[u8]) -> bool {
    let agent = &agent[..agent.len().min(512)];
    (0..agent.len()).any(|at| {
        // Most letters begin none of the words.
        matches!(agent[at] | 0x20, b'b' | b'c' | b's' | b'a' | b'e' | b'p')
            && ROBOTS.iter().any(|(word, not_after)| {
                agent[at..]
                    .get(..word.len())
                    .is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
                    && (not_after.is_empty() || !ends_with(&agent[..at], not_after))
            })
    })
}

fn ends_with(text: &[u8], end: &str) -> bool {
    text.len() >= end.len() && text[text.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_are_those_that_say_so() {
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "facebookexternalhit/1.1",
            "Baiduspider",
            "CCBot/2.0",
            "SCREAMING FROG CRAWLER",
        ] {
            assert!(is_robot(agent.as_bytes()), "{agent}");
        }
        for agent in [
            "",
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
            "curl/8.5.0",
            "python-requests/2.32",
            "bo",
        ] {
            assert!(!is_robot(agent.as_bytes()), "{agent}");
        }
        let far = [b"x".repeat(600), b"Googlebot".to_vec()].concat();
        assert!(!is_robot(&far));
    }

    #[test]
    fn kinds_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::parse("visitor"), None);
    }
}
