//! What of a request decides on its answer.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, HOST, HeaderName, IF_NONE_MATCH, RANGE, UPGRADE,
};
use http::{HeaderValue, Method, Request};

use crate::edge::HeadersCut;

/// Most bytes of headers of a request that is looked up. More goes the long way, where limits are checked.
const MOST_BYTES: usize = 8 << 10;

/// A request whose answer may be kept.
#[derive(Debug)]
pub(crate) struct Asked {
    /// All that an answer may depend on, as one text.
    pub key: String,
}

impl Asked {
    /// `None` for requests whose answer is nobody else's: other than plain reading of the API, with a credential, or with a
    /// header that asks for a part.
    pub fn of<B>(request: &Request<B>) -> Option<Self> {
        let uri = request.uri();
        let path = uri.path();
        if !path.starts_with("/api/")
            || crate::api::below(path).is_none()
            || *request.method() != Method::GET
            || uri.authority().is_some()
        {
            return None;
        }
        if request.extensions().get::<HeadersCut>().is_some() {
            return None;
        }
        let query = uri.query().unwrap_or_default();
        if may_name_a_credential(query) {
            return None;
        }
        let (mut host, mut bytes) = (None, 0);
        let (mut language, mut coding) = (&[][..], &[][..]);
        for (name, value) in request.headers() {
            bytes += name.as_str().len() + value.len();
            let twice = match name {
                &HOST => host.replace(value.as_bytes()).is_some(),
                &ACCEPT_LANGUAGE => !std::mem::replace(&mut language, value.as_bytes()).is_empty(),
                // What such a client takes is not what others are given.
                &ACCEPT => crate::api::takes_arrow(value),
                &ACCEPT_ENCODING => !std::mem::replace(&mut coding, value.as_bytes()).is_empty(),
                name if is_particular(name) => true,
                _ => false,
            };
            if twice || bytes > MOST_BYTES {
                return None;
            }
        }
        // A line's end stands in no header and no address.
        let parts = [host?, language, coding, path.as_bytes(), query.as_bytes()];
        let mut key = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
        for part in parts {
            key.push_str(std::str::from_utf8(part).ok()?);
            key.push('\n');
        }
        Some(Self { key })
    }
}

/// Whether a request with this header asks for itself, or for a part.
fn is_particular(name: &HeaderName) -> bool {
    [COOKIE, AUTHORIZATION, RANGE, UPGRADE].contains(name)
}

/// Whether a query may hold a key or a token, however it is encoded.
fn may_name_a_credential(query: &str) -> bool {
    let names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    let mut names = names.filter(|name| name.starts_with('a'));
    names.any(|name| name == "apikey" || name == "access_token")
}

/// Whether `held` (`If-None-Match`) names `tag`. Marks of weakness count for nothing here (RFC 9110 §13.1.2).
pub(crate) fn same_tag(held: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(held), Ok(tag)) = (held.to_str(), tag.to_str()) else {
        return false;
    };
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tag = plain(tag);
    held.split(',').any(|one| plain(one) == tag)
}

/// The validators that a request holds.
pub(crate) fn held<B>(request: &Request<B>) -> Option<&HeaderValue> {
    request.headers().get(IF_NONE_MATCH)
}
