//! Server-rendered pages. Each works without scripts; `data-island` marks what a script may improve.

mod account;
mod audience;
mod audits;
mod backoffice;
mod banner;
mod cards;
mod cells;
mod charter;
mod consent;
mod cookies;
mod dataset;
mod decision;
mod declared;
mod dress;
mod embed;
mod explore;
mod facets;
mod failure;
mod files;
mod forms;
mod frame;
mod home;
mod language;
mod paging;
mod portals;
mod query;
mod quotas;
mod registry;
mod reports;
mod revisions;
mod sign;
mod theme;
mod tiles;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Europe;
use parvis_portal::Viewer;

use crate::state::AppState;
use crate::visit::Visit;

pub use decision::ShownCache;
pub use dress::dress;
pub use failure::{Failure, neutral};
pub use portals::list as portal_list;
pub(crate) use query::ListQuery;
pub use reports::Reports;

/// What a page's handler gives.
pub(crate) type Answer = Result<Response, Failure>;

/// The routes of the pages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/explore/", get(explore::show))
        .route("/explore", get(slash))
        .route("/explore/dataset/{id}", get(slash))
        .route("/explore/dataset/{id}/", get(dataset::open))
        .route("/explore/dataset/{id}/{tab}", get(slash))
        .route("/explore/dataset/{id}/{tab}/", get(dataset::tab))
        .route("/login/", get(sign::form).post(sign::sign_in))
        .route("/logout/", get(sign::confirm).post(sign::sign_out))
        .route("/account/", get(account::show))
        .route("/account/profile/", get(account::back).post(account::profile))
        .route("/account/password/", get(account::back).post(account::password))
        .route("/account/api-keys/", get(account::back).post(account::create_key))
        .route("/account/api-keys/{id}/revoke/", post(account::revoke_key))
        .route("/backoffice/", get(backoffice::show))
        .route("/backoffice/audience/", get(audience::show))
        .route("/backoffice/audience", get(slash))
        .route("/backoffice/audience/export/", get(audience::export))
        .route("/backoffice/audience/dataset/", post(audience::publish))
        .route("/backoffice/quotas/", get(quotas::show).post(quotas::change))
        .route("/backoffice/quotas", get(slash))
        .route("/backoffice/consent/", get(consent::show))
        .route("/backoffice/consent/export/", get(consent::export))
        .route("/backoffice/consent/shown/{id}/", get(consent::shown))
        .route("/i18n/", get(language::show))
        .route("/terms/cookies-policy/", get(charter::show))
        .route("/terms/cookies-policy/key/", get(charter::key))
        .route("/terms/cookies-policy/history/", get(charter::history::list))
        .route("/terms/cookies-policy/history/{number}/", get(charter::history::show))
        .route("/terms/cookies-policy/history", get(slash))
        .route("/cookies/preferences/", get(cookies::preferences).post(cookies::record))
        .route("/cookies/proof.json", get(consent::published))
        .route("/tiles/{service}/{zoom}/{column}/{row}", get(tiles::show))
        .route("/cookies/audit/", get(audits::public))
        .route("/cookies/audit", get(slash))
        .route("/cookies/audit.json", get(audits::json))
        .route("/cookies/audit/{number}/", get(audits::report))
        .route("/backoffice/audits/", get(audits::backoffice))
        .route("/cookies/banner.css", get(banner::banner_css))
        .route("/cookies/state/", get(banner::state))
        .route("/embed/{service}/", get(embed::get).post(embed::once))
        .route("/.well-known/gpc.json", get(banner::gpc))
        .route(crate::edge::csrf::REPORTS, post(reports::take))
        .route("/login", get(slash))
        .route("/logout", get(slash))
        .route("/account", get(slash))
        .route("/backoffice", get(slash))
        .route("/backoffice/consent", get(slash))
        .route("/i18n", get(slash))
        .route("/terms/cookies-policy", get(slash))
        .route("/cookies/preferences", get(slash))
        .route("/theme.css", get(theme::css))
        .route("/logo.svg", get(theme::logo))
        .route("/favicon.svg", get(theme::logo))
        .route("/favicon.ico", get(theme::logo))
        .route("/robots.txt", get(files::robots))
        .route("/sitemap.xml", get(files::sitemap))
        .merge(registry::routes())
        .fallback(not_found)
}

/// Every page has one address, which ends with a slash.
async fn slash(visit: Visit) -> axum::response::Redirect {
    let (path, query) = visit
        .target
        .split_once('?')
        .map_or((visit.target.as_str(), None), |(path, query)| (path, Some(query)));
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    axum::response::Redirect::permanent(&format!("/{}/{query}", path.trim_start_matches('/')))
}

async fn not_found(State(state): State<AppState>, visit: Visit) -> Response {
    Failure::NotFound.page(&state, &visit)
}

/// The page, or what went wrong as a page.
pub(crate) fn finish(state: &AppState, visit: &Visit, answer: Answer) -> Response {
    answer.unwrap_or_else(|failure| failure.page(state, visit))
}

/// The visitor as the use-cases see them. Instants are shown in the time of France.
pub(crate) fn viewer(visit: &Visit) -> Viewer {
    Viewer {
        portal: visit.portal.clone(),
        actor: visit.actor.clone(),
        lang: visit.lang.clone(),
        timezone: Europe::Paris,
        at: None,
    }
}

/// A time as machines read it, and as templates take it.
pub(crate) fn machine_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The query string of a visit.
pub(crate) fn query_of(visit: &Visit) -> &str {
    visit.target.split_once('?').map_or("", |(_, query)| query)
}

#[cfg(test)]
mod tests;
