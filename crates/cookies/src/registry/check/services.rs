//! What an administrator may declare of a service.

use super::{Desk, MAX_SERVICES, MAX_TEXT, Part, Problem, address, is_id};
use crate::service::{Service, ServiceKind};

impl Desk<'_> {
    pub(super) fn services(&mut self) {
        let additions = self.additions;
        for (at, service) in additions.services.iter().enumerate() {
            let part = Part::Service(service.id.clone());
            self.require(at < MAX_SERVICES, &part, "id", Problem::TooMany);
            self.require(is_id(&service.id), &part, "id", Problem::Slug);
            let earlier = additions.services[..at].iter().any(|other| other.id == service.id);
            self.require(!earlier, &part, "id", Problem::Taken);
            self.provider(&service.provider, &part);
            self.localized(&service.label, true, 100, &part, "label");
            self.localized(&service.description, true, MAX_TEXT, &part, "description");
            if let Some(url) = &service.policy_url {
                self.require(address::is_https(url), &part, "policy_url", Problem::Https);
            }
            for host in &service.hosts {
                self.require(self.is_foreign(host), &part, "hosts", Problem::Host);
            }
            let many = service.hosts.len() <= 50;
            self.require(many, &part, "hosts", Problem::TooMany);
            let proxied = service.is_proxied() && !service.hosts.is_empty();
            self.require(!proxied, &part, "hosts", Problem::Setting);
            let label = service.exemption.is_some() && !service.kind.can_be_exempt();
            self.require(!label, &part, "exemption", Problem::NotExempt);
            self.kind(service, &part);
        }
    }

    fn kind(&mut self, service: &Service, part: &Part) {
        match &service.kind {
            ServiceKind::YouTube {} | ServiceKind::Vimeo {} | ServiceKind::Dailymotion {} | ServiceKind::Own {} => {}
            ServiceKind::Matomo { url, site_id, .. } => {
                let whole = self.is_foreign_address(url) && !url.ends_with('/') && !url.contains(['?', '#']);
                self.require(whole, part, "url", Problem::Https);
                self.require(*site_id > 0, part, "site_id", Problem::Setting);
            }
            ServiceKind::GoogleAnalytics { measurement_id } => {
                let code = measurement_id.strip_prefix("G-").unwrap_or_default();
                let whole = (4..=20).contains(&code.len());
                let plain = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                self.require(whole && plain, part, "measurement_id", Problem::Setting);
            }
            ServiceKind::Piano { site, collection } => {
                self.require(*site > 0, part, "site", Problem::Setting);
                let exact = self.is_foreign(collection) && !collection.starts_with('*');
                self.require(exact, part, "collection", Problem::Host);
            }
            ServiceKind::Iframe { url_prefix } => {
                let folder = url_prefix.ends_with('/') && !url_prefix.contains(['?', '#', '*']);
                let whole = self.is_foreign_address(url_prefix) && folder && !url_prefix.contains("/../");
                self.require(whole, part, "url_prefix", Problem::Https);
            }
            ServiceKind::Tiles {
                template,
                attribution,
                max_zoom,
                ..
            } => {
                let places = ["{z}", "{x}", "{y}"]
                    .iter()
                    .all(|place| template.matches(place).count() == 1);
                let rest = ["{z}", "{x}", "{y}"]
                    .iter()
                    .fold(template.clone(), |t, place| t.replace(place, "0"));
                let plain = !rest.contains(['{', '}']);
                let whole = self.is_foreign_address(&rest) && address::host_of(&rest) == address::host_of(template);
                self.require(places && plain && whole, part, "template", Problem::Setting);
                self.require(!attribution.trim().is_empty(), part, "attribution", Problem::Missing);
                self.line(attribution, 200, part, "attribution");
                self.require((1..=24).contains(max_zoom), part, "max_zoom", Problem::Setting);
            }
        }
    }

    fn is_foreign_address(&self, url: &str) -> bool {
        address::is_https(url) && address::host_of(url).is_some_and(|host| self.is_foreign(&host))
    }
}
