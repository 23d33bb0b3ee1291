//! `/embed/<service>/?at=…`: the documents through which services are shown or measure, each in a frame (R-GATE-01). The server
//! makes a placeholder of each unless a valid choice for that service comes with the request.

mod measure;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use fluent_bundle::FluentArgs;
use http::{HeaderValue, StatusCode, header};
use minijinja::Value;
use parvis_cookies::embed::{Contact, is_measure};
use parvis_cookies::{Embed, Service};
use parvis_model::id::random_text;
use parvis_portal::markup::{Frame, Shown};
use serde::Serialize;

use super::banner::{self, ServiceView};
use super::forms::Form;
use super::{Failure, dataset};
use crate::render::{Texts, view};
use crate::state::AppState;
use crate::visit::Visit;

/// The policy of a document that contacts nobody.
const CLOSED: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'self'; report-uri /cookies/reports/; report-to violations";

/// A frame with the document of a service, as pages hold it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FrameView {
    path: String,
    title: String,
    sandbox: &'static str,
}

impl FrameView {
    /// The frame of `embed`, called `title`.
    pub fn of(embed: &Embed<'_>, title: String) -> Self {
        Self {
            path: embed.path(),
            title,
            sandbox: embed.sandbox(),
        }
    }
}

/// What becomes of a frame that an author put in a text: a document of a declared service, or a sentence (R-GATE-02).
pub(super) fn authored(frame: &Frame, visit: &Visit, texts: &Texts) -> Shown {
    if let Some(embed) = Embed::of_frame(&visit.registry, &frame.src) {
        let label = embed.service.label.get(&visit.lang, visit.portal.default_language());
        return Shown::Own {
            path: embed.path(),
            title: label.unwrap_or(&embed.service.id).to_owned(),
            sandbox: embed.sandbox(),
        };
    }
    let mut args = FluentArgs::new();
    args.set("host", frame.src.host_str().unwrap_or_default());
    Shown::Refused(texts.get(&visit.lang, "embed-refused", &args).unwrap_or_default())
}

/// What is asked of a document.
struct Asked<'a> {
    state: &'a AppState,
    visit: &'a Visit,
    query: &'a str,
}

impl Asked<'_> {
    fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    fn text(&self, key: &str) -> String {
        self.state.templates.texts().plain(&self.visit.lang, key)
    }

    fn label(&self, service: &Service) -> String {
        let default = self.visit.portal.default_language();
        service
            .label
            .get(&self.visit.lang, default)
            .unwrap_or(&service.id)
            .to_owned()
    }

    fn document(&self, template: &str, title: String, data: Value) -> Result<String, Failure> {
        let frame = view! { title, theme_url => super::theme::url(&self.visit.portal) };
        let data = minijinja::value::merge_maps([frame, data]);
        Ok(self.state.templates.render(template, &self.visit.lang, data)?)
    }

    /// What stands there without a choice: for a measurement nothing, else who would be contacted and what for.
    fn placeholder(&self, embed: &Embed<'_>) -> Result<Response, Failure> {
        if is_measure(&embed.service.kind) {
            return Ok(answer(StatusCode::OK, CLOSED, measure::nothing(&self.visit.lang)));
        }
        // The page that asks again holds a token; the first one is the same for everybody and sets nothing.
        let asked = self.parameter("asked").is_some();
        let again = view! {
            token => if asked { self.visit.browser.csrf_token() } else { String::new() },
            blocked => self.parameter("blocked").is_some(),
        };
        let html = self.ask(embed.service, &embed.path(), embed.source(), again)?;
        Ok(answer(StatusCode::OK, CLOSED, html))
    }

    /// The text of a placeholder; `again` holds what the page that asks once more adds.
    fn ask(&self, service: &Service, path: &str, source: Option<String>, again: Value) -> Result<String, Failure> {
        let data = view! { service => ServiceView::of(service, self.visit, None), path, source };
        let data = minijinja::value::merge_maps([data, again]);
        self.document("embed/placeholder.html", self.label(service), data)
    }

    /// The document that contacts the service.
    async fn open(&self, embed: &Embed<'_>) -> Result<Response, Failure> {
        let nonce = random_text(16, b"abcdefghijklmnopqrstuvwxyz0123456789", &*self.state.rng);
        let page = &self.visit.portal.public_url;
        let Some(contact) = embed.contact(page, &nonce) else {
            return Err(Failure::NotFound);
        };
        let hosts = embed.service.all_hosts();
        let title = self.label(embed.service);
        let (script, html) = match &contact {
            Contact::Frame(src) => (None, self.document("embed/frame.html", title, view! { src })?),
            Contact::Pixel(src) => (None, measure::pixel(&self.visit.lang, src)),
            Contact::Script { src, start } => {
                let (source, html) = measure::script(&self.visit.lang, src, start, &format!("{page}{}", embed.at()));
                (Some(source), html)
            }
            Contact::Tiles {
                template,
                attribution,
                max_zoom,
            } => {
                let tiles = dataset::TilesView {
                    template: template.clone(),
                    attribution: attribution.clone(),
                    max_zoom: *max_zoom,
                };
                let map = dataset::map_of(self.state, self.visit, embed.at()).await?;
                (None, self.document("embed/map.html", title, view! { map, tiles })?)
            }
        };
        Ok(answer(StatusCode::OK, &contact.policy(&hosts, script.as_deref()), html))
    }

    fn missing(&self) -> Result<Response, Failure> {
        let html = self.document(
            "embed/missing.html",
            self.text("embed-missing"),
            view! { missing => true },
        )?;
        Ok(answer(StatusCode::NOT_FOUND, CLOSED, html))
    }
}

/// The placeholder of `service` as everybody is shown it, whatever it stands in the place of.
///
/// # Errors
/// The template is wrong: our fault.
pub(super) fn placeholder_html(state: &AppState, visit: &Visit, service: &Service) -> Result<String, Failure> {
    let asked = Asked {
        state,
        visit,
        query: "",
    };
    let path = format!("/embed/{}/", service.id);
    asked.ask(service, &path, None, view! { token => "", blocked => false })
}

/// A document for this visitor and this moment only.
fn answer(status: StatusCode, policy: &str, html: String) -> Response {
    let policy = HeaderValue::from_str(policy).unwrap_or(HeaderValue::from_static(CLOSED));
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::VARY, HeaderValue::from_static("Cookie")),
    ];
    (status, headers, Html(html)).into_response()
}

async fn show(asked: &Asked<'_>, id: &str, once: bool) -> Response {
    let at = asked.parameter("at").unwrap_or_default();
    let service = asked.visit.registry.service(id);
    let answer = match service.and_then(|service| Embed::new(service, &at)) {
        None => asked.missing(),
        Some(embed) if once || banner::allows(asked.visit, embed.service) => match asked.open(&embed).await {
            Err(Failure::NotFound) => asked.missing(),
            other => other,
        },
        Some(embed) => asked.placeholder(&embed),
    };
    super::finish(asked.state, asked.visit, answer)
}

/// `GET /embed/<service>/?at=…`
pub async fn get(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked {
        state: &state,
        visit: &visit,
        query: query.as_deref().unwrap_or_default(),
    };
    show(&asked, &id, false).await
}

/// `POST /embed/<service>/?at=…` with `action=once`: shown this time, and nothing is remembered (R-CON-09).
pub async fn once(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    form: Form,
) -> Response {
    let asked = Asked {
        state: &state,
        visit: &visit,
        query: query.as_deref().unwrap_or_default(),
    };
    show(&asked, &id, form.get("action") == "once").await
}
