//! Names and hosts with a star.

/// Whether `seen`, as a whole, is `pattern`, in which each `*` stands for any characters. Case counts (R-BAD-04).
pub fn name(pattern: &str, seen: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == seen;
    };
    let Some(mut seen) = seen.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    // `split` gives at least one part.
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, after)) = seen.split_once(part) else {
            return false;
        };
        seen = after;
    }
    seen.ends_with(last)
}

/// Whether `host` is `pattern`, or is below the domain that follows a leading `*.` or dot. Case does not count.
pub fn host(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    let domain = pattern.strip_prefix("*.").or_else(|| pattern.strip_prefix('.'));
    match domain {
        Some(domain) => host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => host == pattern,
    }
}
