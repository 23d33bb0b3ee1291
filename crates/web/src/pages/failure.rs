//! What went wrong, as a page. The only place where a use-case's error becomes a status and words for people.

use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use parvis_model::{ErrorCode, Rng};
use serde::Serialize;

use crate::pages::frame::{Page, Section};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// Why a page cannot be shown.
#[derive(Debug)]
pub enum Failure {
    /// A use-case refused or failed.
    UseCase(parvis_portal::Error),
    /// A template or text is wrong.
    Render(crate::render::Error),
    /// Nobody has signed in, and the page is for those who have.
    SignIn,
    /// The page is for others.
    Forbidden,
    /// There is no such page.
    NotFound,
}

impl From<parvis_portal::Error> for Failure {
    fn from(error: parvis_portal::Error) -> Self {
        Self::UseCase(error)
    }
}

impl From<crate::render::Error> for Failure {
    fn from(error: crate::render::Error) -> Self {
        Self::Render(error)
    }
}

impl Failure {
    /// The code that decides on the status.
    fn code(&self) -> ErrorCode {
        match self {
            Self::UseCase(error) => error.code(),
            Self::Render(_) => ErrorCode::InternalServerError,
            Self::SignIn => ErrorCode::Unauthorized,
            Self::Forbidden => ErrorCode::ForbiddenAccess,
            Self::NotFound => ErrorCode::NotFoundURI,
        }
    }

    /// The details, for the log.
    fn detail(&self) -> String {
        match self {
            Self::UseCase(error) => error.to_string(),
            Self::Render(error) => error.to_string(),
            Self::SignIn | Self::Forbidden | Self::NotFound => String::new(),
        }
    }

    /// The page that says so to a visitor of a portal.
    pub fn page(&self, state: &AppState, visit: &Visit) -> Response {
        if matches!(self, Self::SignIn) {
            let next: String = url::form_urlencoded::byte_serialize(visit.target.as_bytes()).collect();
            return Redirect::to(&format!("/login/?next={next}")).into_response();
        }
        if let Self::UseCase(parvis_portal::Error::Renamed(slug)) = self
            && let Some(rest) = renamed(&visit.target, slug)
        {
            return (StatusCode::MOVED_PERMANENTLY, [(http::header::LOCATION, rest)]).into_response();
        }
        let code = self.code();
        let reference = (!code.is_public()).then(|| reference(state));
        if let Some(reference) = &reference {
            tracing::error!(reference, detail = self.detail(), "a page failed");
        }
        let view = ErrorView::new(code, reference, self.explanation());
        let status = view.status();
        let title = state.templates.texts().plain(&visit.lang, view.title_key());
        let page = Page::new("error.html", Section::Other, title).status(status);
        let mut response = page
            .render(state, visit, view! { error => view })
            .unwrap_or_else(|failure| {
                tracing::error!(detail = failure.detail(), "the error page failed");
                (status, Html("<!doctype html><title>500</title>")).into_response()
            });
        if let Some(seconds) = self.retry_after() {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            // Only the moment is wrong.
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        response
    }

    /// In how many seconds it makes sense to ask again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::UseCase(error) => error.retry_after(),
            _ => None,
        }
    }

    /// What a client may know of the cause: the query language's own words.
    fn explanation(&self) -> Option<String> {
        match self {
            Self::UseCase(
                error @ (parvis_portal::Error::Odsql(_)
                | parvis_portal::Error::Engine(_)
                | parvis_portal::Error::Invalid(_)),
            ) if error.code().is_public() => Some(error.to_string()),
            _ => None,
        }
    }
}

/// The address of the same page under a dataset's new name.
fn renamed(target: &str, slug: &str) -> Option<String> {
    let rest = target.strip_prefix("/explore/dataset/")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    Some(format!("/explore/dataset/{slug}{}", &rest[end..]))
}

/// A short random reference that a visitor can quote and an operator can find in the log.
fn reference(state: &AppState) -> String {
    let rng: &dyn Rng = &*state.rng;
    parvis_model::id::random_text(10, b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", rng)
}

/// What an error page shows.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorView {
    /// The HTTP status.
    pub status: u16,
    /// Which texts are shown: `error-<kind>-title` and `error-<kind>-text`.
    pub kind: &'static str,
    /// What to quote to the operator.
    pub reference: Option<String>,
    /// More about the cause, in the query language's words.
    pub explanation: Option<String>,
}

impl ErrorView {
    /// The page for `code`.
    pub fn new(code: ErrorCode, reference: Option<String>, explanation: Option<String>) -> Self {
        let kind = match code {
            ErrorCode::NotFoundResource => "dataset",
            ErrorCode::NotFoundURI | ErrorCode::Gone => "missing",
            ErrorCode::Unauthorized | ErrorCode::ForbiddenAccess => "forbidden",
            ErrorCode::CsrfFailed => "csrf",
            ErrorCode::MisdirectedRequest => "misdirected",
            ErrorCode::TooManyRequests | ErrorCode::ServiceUnavailable => "busy",
            ErrorCode::HeadersTooLarge => "headers",
            ErrorCode::InternalServerError | ErrorCode::BadGateway => "server",
            ErrorCode::ODSQLError
            | ErrorCode::ODSQLSyntaxError
            | ErrorCode::InvalidRESTParameterError
            | ErrorCode::BadRequest
            | ErrorCode::MethodNotAllowed
            | ErrorCode::PayloadTooLarge
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::QueryBudgetExceeded
            | ErrorCode::NotImplemented => "request",
        };
        Self {
            status: code.status(),
            kind,
            reference,
            explanation,
        }
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn title_key(&self) -> &'static str {
        match self.kind {
            "dataset" => "error-dataset-title",
            "missing" => "error-missing-title",
            "forbidden" => "error-forbidden-title",
            "csrf" => "error-csrf-title",
            "misdirected" => "error-misdirected-title",
            "busy" => "error-busy-title",
            "headers" => "error-headers-title",
            "server" => "error-server-title",
            _ => "error-request-title",
        }
    }
}

/// A page that belongs to no portal: for requests whose host is unknown or malformed (R-TEN-05), or whose headers are too
/// large. It names nothing and sets nothing. `lang` is one of the interface's languages.
pub fn neutral(state: &AppState, lang: &str, code: ErrorCode) -> Response {
    let view = ErrorView::new(code, None, None);
    let status = view.status();
    let html = state.templates.render("neutral.html", lang, view! { error => view });
    html.map_or_else(|_| status.into_response(), |html| (status, Html(html)).into_response())
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn a_renamed_dataset_keeps_the_rest_of_its_address() {
        assert_eq!(
            renamed("/explore/dataset/old/table/?q=a", "new").as_deref(),
            Some("/explore/dataset/new/table/?q=a")
        );
        assert_eq!(
            renamed("/explore/dataset/old", "new").as_deref(),
            Some("/explore/dataset/new")
        );
        assert_eq!(renamed("/api/old", "new"), None);
    }
}
