//! What search engines read.

use std::fmt::Write as _;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use parvis_portal::catalog::CatalogItems;
use parvis_portal::records::Page as Rows;
use parvis_portal::{Clauses, Viewer};

use super::{Answer, finish};
use crate::state::AppState;
use crate::visit::Visit;

/// Datasets asked for at a time.
const STEP: u64 = 100;
/// Most datasets in the sitemap: the API's own limit.
const MOST: u64 = 9_900;

fn typed(media_type: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

/// `GET /robots.txt`
pub async fn robots(visit: Visit) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /account/\nDisallow: /backoffice/\nDisallow: /login/\nDisallow: /logout/\nDisallow: /i18n/\n\
         Disallow: /cookies/\nSitemap: {}/sitemap.xml\n",
        visit.portal.public_url
    );
    typed("text/plain; charset=utf-8", text)
}

async fn map(state: &AppState, visit: &Visit) -> Answer {
    // The same for everybody: what an anonymous visitor may see.
    let viewer = Viewer::anonymous(visit.portal.clone());
    let base = &visit.portal.public_url;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut put = |path: &str, modified: Option<String>| {
        let modified = modified
            .map(|day| format!("<lastmod>{day}</lastmod>"))
            .unwrap_or_default();
        writeln!(xml, "<url><loc>{base}{path}</loc>{modified}</url>").expect("a String takes all text");
    };
    for path in ["/", "/explore/", "/terms/cookies-policy/"] {
        put(path, None);
    }
    let mut offset = 0;
    while offset < MOST {
        let page = state
            .parvis
            .catalog(&viewer, &Clauses::default(), Rows::new(STEP, offset))
            .await?;
        let CatalogItems::Datasets(datasets) = page.items else {
            break;
        };
        for dataset in &datasets {
            let modified = dataset.modified().format("%Y-%m-%d").to_string();
            put(
                &format!("/explore/dataset/{}/information/", dataset.slug),
                Some(modified),
            );
        }
        offset += STEP;
        if offset >= page.total {
            break;
        }
    }
    xml.push_str("</urlset>\n");
    Ok(typed("application/xml; charset=utf-8", xml))
}

/// `GET /sitemap.xml`
pub async fn sitemap(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = map(&state, &visit).await;
    finish(&state, &visit, answer)
}
