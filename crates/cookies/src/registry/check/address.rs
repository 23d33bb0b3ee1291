//! Host names and addresses that an administrator types.

/// Whether `host` is a host name of at least two labels in lower case, or `*.` and one. Addresses in numbers, ports and
/// names of one label are not.
pub fn is_host(host: &str) -> bool {
    let name = host.strip_prefix("*.").unwrap_or(host);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.contains('.') && name.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

/// The host of an address that begins with `https://` (or `http://`), without its port, in lower case.
pub fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].split(':').next()?;
    Some(host.to_ascii_lowercase())
}

/// Whether `url` is an address that begins with `https://` and a host name, without user, port, spaces or odd characters.
pub fn is_https(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"'<>\\^`".contains(&b);
    url.len() <= 500 && is_host(&rest[..end]) && !rest.starts_with('*') && rest.bytes().all(plain)
}
