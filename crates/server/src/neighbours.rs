//! Portals that browsers take for one site, because they share a parent domain that is no public suffix (R-TEN-08).

use std::collections::BTreeMap;
use std::fmt;

use parvis_model::Portal;

/// What to do about it.
pub const MITIGATION: &str = "a page or script of one can plant cookies for the others. Parvis refuses planted cookies and expires \
    them, and takes no form of one portal on another. To part them, give each a domain of its own, or have the parent put on the \
    Public Suffix List; until then run nothing under that parent whose scripts you do not trust";

/// Suffixes of several labels under which strangers register, from the Public Suffix List: those of the countries whose
/// administrations run portals like ours, and of hosts that many publish on. A suffix that is missing here is warned of once
/// too often, no more.
const SUFFIXES: [&str; 45] = [
    "ac.uk",
    "asso.fr",
    "asso.re",
    "co.at",
    "co.uk",
    "com.au",
    "com.br",
    "com.es",
    "com.fr",
    "com.pl",
    "com.pt",
    "edu.au",
    "edu.es",
    "edu.pl",
    "edu.pt",
    "gob.es",
    "gouv.ci",
    "gouv.fr",
    "gouv.sn",
    "gov.au",
    "gov.br",
    "gov.ie",
    "gov.it",
    "gov.pl",
    "gov.pt",
    "gov.uk",
    "gv.at",
    "nhs.uk",
    "nom.es",
    "nom.fr",
    "or.at",
    "org.au",
    "org.es",
    "org.pl",
    "org.pt",
    "org.uk",
    "prd.fr",
    "tm.fr",
    "com.re",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "netlify.app",
    "pages.dev",
    "vercel.app",
];

/// Portals of one site.
#[derive(Debug, PartialEq, Eq)]
pub struct SharedSite {
    parent: String,
    /// Each portal with its host, in order.
    portals: Vec<(String, String)>,
}

impl fmt::Display for SharedSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<String> = self.portals.iter().map(|(id, host)| format!("{id} ({host})")).collect();
        write!(
            f,
            "the portals {} share the parent domain {}, which is one site for browsers",
            named.join(" and "),
            self.parent
        )
    }
}

/// The sites that more than one portal is on, by their canonical hosts.
pub fn sites(portals: &[Portal]) -> Vec<SharedSite> {
    let mut by_site: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for portal in portals {
        if let Some((host, site)) = portal.hosts.first().and_then(|host| Some((host, site_of(host)?))) {
            by_site
                .entry(site)
                .or_default()
                .push((portal.id.to_string(), host.clone()));
        }
    }
    let shared = by_site.into_iter().filter(|(_, portals)| portals.len() > 1);
    shared
        .map(|(parent, portals)| SharedSite {
            parent: parent.to_owned(),
            portals,
        })
        .collect()
}

/// The site of a host: its public suffix and one label more. `None` for an address, and for a public suffix itself.
fn site_of(host: &str) -> Option<&str> {
    let last = host.rsplit('.').next()?;
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let suffixes = host.match_indices('.').map(|(at, _)| (at, &host[at + 1..]));
    let (at, _) = suffixes
        .into_iter()
        .find(|(_, suffix)| SUFFIXES.contains(suffix) || !suffix.contains('.'))?;
    if SUFFIXES.contains(&host) {
        return None;
    }
    let start = host[..at].rfind('.').map_or(0, |dot| dot + 1);
    Some(&host[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_public_suffix_and_one_label_more() {
        for (host, site) in [
            ("data.ville.example", Some("ville.example")),
            ("ville.example", Some("ville.example")),
            ("a.b.c.ville.example", Some("ville.example")),
            ("cesson.localhost", Some("cesson.localhost")),
            ("luz.paysbasque.localhost", Some("paysbasque.localhost")),
            ("data.ville.gouv.fr", Some("ville.gouv.fr")),
            ("ville.gouv.fr", Some("ville.gouv.fr")),
            ("data.ville.co.uk", Some("ville.co.uk")),
            ("gouv.fr", None),
            ("localhost", None),
            ("127.0.0.1", None),
        ] {
            assert_eq!(site_of(host), site, "{host}");
        }
    }
}
