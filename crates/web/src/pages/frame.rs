//! What every page shares: header, footer, and how a page is answered.

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use minijinja::Value;
use parvis_cookies::{Embed, Service, embed};
use parvis_model::{Permission, Portal};
use serde::Serialize;
use url::form_urlencoded::byte_serialize;

use super::banner::{self, PurposeView};
use super::declared;
use crate::pages::failure::Failure;
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// What the layout shows of a portal.
#[derive(Clone, Debug, Serialize)]
pub struct PortalView {
    id: String,
    name: String,
    tagline: Option<String>,
    logo: bool,
}

impl PortalView {
    /// The portal in `lang`.
    pub fn of(portal: &Portal, lang: &str) -> Self {
        Self {
            id: portal.id.as_str().to_owned(),
            name: portal.name(lang).to_owned(),
            tagline: portal.tagline.get(lang, portal.default_language()).map(str::to_owned),
            logo: !portal.logo.is_empty(),
        }
    }
}

/// A language that the portal speaks.
#[derive(Clone, Debug, Serialize)]
pub struct Language {
    /// Code.
    pub code: String,
    /// What it calls itself.
    pub name: String,
    /// Whether the page is in it.
    pub current: bool,
    /// The address of this page in it.
    pub url: String,
}

/// What a language calls itself.
fn own_name(code: &str) -> &str {
    match code {
        "fr" => "Français",
        "en" => "English",
        "eu" => "Euskara",
        other => other,
    }
}

/// Where the page stands in the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// The front page.
    Home,
    /// The catalogue and its datasets.
    Explore,
    /// The account.
    Account,
    /// The back office.
    Backoffice,
    /// Anything else.
    Other,
}

/// The layout's values.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    title: String,
    description: Option<String>,
    portal: PortalView,
    languages: Vec<Language>,
    section: Section,
    user: Option<String>,
    staff: bool,
    /// Whether the visitor may change the portal's settings.
    admin: bool,
    /// The page's own path and query, encoded for `next=`.
    next: String,
    canonical: Option<String>,
    theme_url: String,
    indexed: bool,
    /// The page's own path and query.
    target: String,
    /// What the banner asks; nothing where nothing needs consent, or the page itself asks. The same for every visitor.
    consent: Vec<PurposeView>,
    /// What scripts may write, for the gate.
    declared: String,
    /// Frames of audience measurement.
    measures: Vec<Measure>,
}

/// A frame that measures this page. Whether it contacts anybody is for its own document to decide.
#[derive(Clone, Debug, Serialize)]
struct Measure {
    name: String,
    path: String,
    sandbox: &'static str,
}

/// The measurement of a public page, by the path that search engines know: neither what somebody searches for nor pages of
/// an account are measured.
fn measures(visit: &Visit, canonical: Option<&str>) -> Vec<Measure> {
    let Some(page) = canonical else {
        return Vec::new();
    };
    let services = visit.registry.services().iter();
    let measuring = services.filter(|service| embed::is_measure(&service.kind));
    let measure = |service: &Service| {
        let embed = Embed::new(service, page)?;
        Some(Measure {
            name: service
                .label
                .get(&visit.lang, visit.portal.default_language())?
                .to_owned(),
            path: embed.path(),
            sandbox: embed.sandbox(),
        })
    };
    measuring.filter_map(measure).collect()
}

/// `target` with its `lang` parameter set to `code`.
fn in_language(target: &str, code: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name != "lang")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    pairs.push(("lang".to_owned(), code.to_owned()));
    super::query::with_query(path, &pairs)
}

/// The languages of a portal, as links to the same page.
pub fn languages(portal: &Portal, lang: &str, target: &str) -> Vec<Language> {
    let view = |code: &String| Language {
        code: code.clone(),
        name: own_name(code).to_owned(),
        current: code == lang,
        url: in_language(target, code),
    };
    portal.languages.iter().map(view).collect()
}

/// A page being made: its template, its title, where it stands, and its data.
pub struct Page<'a> {
    template: &'static str,
    title: String,
    description: Option<String>,
    section: Section,
    canonical: Option<&'a str>,
    status: StatusCode,
    banner: bool,
}

impl<'a> Page<'a> {
    /// A page made of `template`. Its title comes before the portal's name.
    pub fn new(template: &'static str, section: Section, title: impl Into<String>) -> Self {
        Self {
            template,
            title: title.into(),
            description: None,
            section,
            canonical: None,
            status: StatusCode::OK,
            banner: true,
        }
    }

    /// A sentence for search engines.
    #[must_use]
    pub fn description(self, description: Option<String>) -> Self {
        Self { description, ..self }
    }

    /// The path by which search engines are to know the page; a page without one is not to be indexed.
    #[must_use]
    pub fn canonical(self, path: &'a str) -> Self {
        Self {
            canonical: Some(path),
            ..self
        }
    }

    /// The status, if it is not 200.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// No banner: the page itself asks for the choice.
    #[must_use]
    pub fn without_banner(self) -> Self {
        Self { banner: false, ..self }
    }

    /// Makes the answer.
    ///
    /// # Errors
    /// The template is wrong: our fault.
    pub fn render(self, state: &AppState, visit: &Visit, data: Value) -> Result<Response, Failure> {
        let status = self.status;
        Ok((status, Html(self.html(state, visit, data)?)).into_response())
    }

    /// Makes the text of the page.
    ///
    /// # Errors
    /// The template is wrong: our fault.
    pub fn html(self, state: &AppState, visit: &Visit, data: Value) -> Result<String, Failure> {
        let portal = &visit.portal;
        let frame = Frame {
            title: self.title,
            description: self.description,
            portal: PortalView::of(portal, &visit.lang),
            languages: languages(portal, &visit.lang, &visit.target),
            section: self.section,
            user: visit.user_name.clone(),
            staff: visit.actor.may(Permission::EditDataset, &portal.id),
            admin: visit.actor.may(Permission::EditDomain, &portal.id),
            next: byte_serialize(visit.target.as_bytes()).collect(),
            canonical: self.canonical.map(|path| format!("{}{path}", portal.public_url)),
            theme_url: super::theme::url(portal),
            indexed: self.canonical.is_some(),
            target: visit.target.clone(),
            consent: if self.banner {
                banner::purposes(visit, None)
            } else {
                Vec::new()
            },
            declared: declared::statement(&visit.registry),
            measures: measures(visit, self.canonical),
        };
        Ok(state
            .templates
            .render(self.template, &visit.lang, view! { frame, ..data })?)
    }
}

#[cfg(test)]
mod tests {
    use super::in_language;

    #[test]
    fn a_page_in_another_language_keeps_its_query() {
        assert_eq!(in_language("/explore/", "en"), "/explore/?lang=en");
        assert_eq!(
            in_language("/explore/?q=eau&lang=fr&sort=title", "en"),
            "/explore/?q=eau&sort=title&lang=en"
        );
    }
}
