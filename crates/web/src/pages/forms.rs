//! What people typed into a form.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::StatusCode;
use url::form_urlencoded;

/// Largest form, in bytes.
const MAX_FORM: usize = 64 * 1024;

/// The fields of a form, in order. Names may come several times.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The fields of a form that was sent as `text`.
    #[cfg(test)]
    pub fn of(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The first value of a field, else nothing.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The same form, with `values` for the fields it lacks.
    #[must_use]
    pub fn or(mut self, values: &BTreeMap<String, String>) -> Self {
        let lacking = values
            .iter()
            .filter(|(name, _)| !self.0.iter().any(|(key, _)| key == *name));
        let lacking: Vec<_> = lacking.map(|(name, value)| (name.clone(), value.clone())).collect();
        self.0.extend(lacking);
        self
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Self::Rejection> {
        use axum::response::IntoResponse as _;
        let body = axum::body::to_bytes(request.into_body(), MAX_FORM).await;
        let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    async fn read(body: Vec<u8>) -> Result<Form, StatusCode> {
        Form::from_request(Request::new(Body::from(body)), &())
            .await
            .map_err(|response| response.status())
    }

    #[tokio::test]
    async fn fields_are_read_in_order_and_may_repeat() {
        let form = read(b"a=1&b=x+y&a=2".to_vec()).await.unwrap();
        assert_eq!((form.get("a"), form.get("b"), form.get("c")), ("1", "x y", ""));
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
    }

    #[tokio::test]
    async fn a_form_that_is_too_large_is_refused() {
        assert_eq!(
            read(vec![b'a'; MAX_FORM + 1]).await.unwrap_err(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }
}
