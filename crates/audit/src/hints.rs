//! Who an unknown name may belong to: a hint for whoever mends a finding (R-AUD-05). It never clears anything.
//!
//! A short list of our own, from the vendors' documentation. No public database that could be shipped was found in the
//! registries: the one there is (`@ghostery/trackerdb`) forbids commercial use.

/// Beginnings of names, and whose they usually are.
const NAMES: [(&str, &str); 33] = [
    ("_ga", "Google Analytics"),
    ("_gid", "Google Analytics"),
    ("_gat", "Google Analytics"),
    ("_gcl_", "Google Ads"),
    ("__utm", "Google Analytics (old)"),
    ("_pk_", "Matomo"),
    ("mtm_", "Matomo"),
    ("MATOMO_SESSID", "Matomo"),
    ("_pctx", "Piano Analytics"),
    ("_pcid", "Piano Analytics"),
    ("pa_privacy", "Piano Analytics"),
    ("xtvrn", "AT Internet"),
    ("atuserid", "AT Internet"),
    ("atid", "AT Internet"),
    ("VISITOR_INFO1_LIVE", "YouTube"),
    ("YSC", "YouTube"),
    ("yt-", "YouTube"),
    ("ytidb::", "YouTube"),
    ("vuid", "Vimeo"),
    ("player", "Vimeo"),
    ("dmvk", "Dailymotion"),
    ("v1st", "Dailymotion"),
    ("_fbp", "Meta"),
    ("fr", "Meta"),
    ("IDE", "Google DoubleClick"),
    ("NID", "Google"),
    ("CONSENT", "Google"),
    ("__cf", "Cloudflare"),
    ("cf_clearance", "Cloudflare"),
    ("_hj", "Hotjar"),
    ("AWSALB", "Amazon load balancer"),
    ("ods-", "Opendatasoft"),
    ("JSESSIONID", "a Java application server"),
];

/// Domains, and whose they are.
const HOSTS: [(&str, &str); 26] = [
    ("google-analytics.com", "Google Analytics"),
    ("googletagmanager.com", "Google Tag Manager"),
    ("doubleclick.net", "Google DoubleClick"),
    ("fonts.googleapis.com", "Google Fonts"),
    ("gstatic.com", "Google"),
    ("google.com", "Google"),
    ("youtube.com", "YouTube"),
    ("youtube-nocookie.com", "YouTube"),
    ("ytimg.com", "YouTube"),
    ("vimeo.com", "Vimeo"),
    ("vimeocdn.com", "Vimeo"),
    ("dailymotion.com", "Dailymotion"),
    ("dmcdn.net", "Dailymotion"),
    ("facebook.net", "Meta"),
    ("facebook.com", "Meta"),
    ("matomo.cloud", "Matomo Cloud"),
    ("xiti.com", "AT Internet"),
    ("pa-cd.com", "Piano Analytics"),
    ("tile.openstreetmap.org", "OpenStreetMap tiles"),
    ("jawg.io", "Jawg Maps"),
    ("mapbox.com", "Mapbox"),
    ("hotjar.com", "Hotjar"),
    ("cloudflareinsights.com", "Cloudflare"),
    ("jsdelivr.net", "jsDelivr"),
    ("unpkg.com", "UNPKG"),
    ("gravatar.com", "Gravatar"),
];

/// Whose a cookie or key may be.
pub fn of_name(name: &str) -> &'static str {
    // Short entries name the whole, long ones a beginning.
    let fits = |known: &str| {
        if known.len() <= 3 && !known.starts_with('_') {
            name == known
        } else {
            name.starts_with(known)
        }
    };
    NAMES
        .iter()
        .find(|(known, _)| fits(known))
        .map_or("", |(_, whose)| whose)
}

/// Whose a host may be.
pub fn of_host(host: &str) -> &'static str {
    let fits = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    HOSTS
        .iter()
        .find(|(domain, _)| fits(domain))
        .map_or("", |(_, whose)| whose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hosts_are_recognised_and_look_alikes_are_not() {
        assert_eq!(
            (of_name("_ga_ABC"), of_name("frame"), of_name("fr")),
            ("Google Analytics", "", "Meta")
        );
        assert_eq!((of_host("www.youtube.com"), of_host("notyoutube.com")), ("YouTube", ""));
    }
}
