//! The headers of every answer of the API, as live portals send them.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION,
    SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode, Uri};

use super::error::RenamedTo;
use super::limits::Bill;
use crate::visit::CookieOrders;

const HEADERS: [(HeaderName, &str); 8] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, OPTIONS"),
    (ACCESS_CONTROL_MAX_AGE, "1000"),
    (
        ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, X-Requested-With, Origin, ODS-API-Analytics-App, ODS-API-Analytics-Embed-Type, \
         ODS-API-Analytics-Embed-Referrer, ODS-Widgets-Version, Accept, If-None-Match, Range, If-Range",
    ),
    (
        ACCESS_CONTROL_EXPOSE_HEADERS,
        "ODS-Explore-API-Deprecation, Link, X-RateLimit-Remaining, X-RateLimit-Limit, X-RateLimit-Reset, \
         X-RateLimit-dataset-Remaining, X-RateLimit-dataset-Limit, X-RateLimit-dataset-Reset, ETag, Content-Range, \
         Accept-Ranges",
    ),
    (CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate"),
    (VARY, "Accept-Language, Cookie, Host"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Adds the headers, sends callers of an old name to the new one, and makes sure that nothing here writes a cookie.
pub(super) async fn add(mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let bill = Bill::default();
    request.extensions_mut().insert(bill.clone());
    let mut response = next.run(request).await;
    if let Some(RenamedTo(slug)) = response.extensions_mut().remove::<RenamedTo>()
        && let Some(location) = renamed(&uri, &slug).and_then(|target| HeaderValue::from_str(&target).ok())
    {
        response = (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response();
    }
    response.extensions_mut().remove::<CookieOrders>();
    let headers = response.headers_mut();
    headers.remove(SET_COOKIE);
    if headers
        .get(CONTENT_TYPE)
        .is_some_and(|found| found == "application/json")
    {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
    }
    bill.write(headers);
    // Live portals send these words, so whoever did not choose a form by `Accept` gets them too: nothing may be stored anyway.
    let by_accept = headers.contains_key(VARY);
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if by_accept {
        headers.append(VARY, HeaderValue::from_static("Accept"));
    }
    response
}

/// The same address with the dataset's name replaced.
fn renamed(uri: &Uri, slug: &str) -> Option<String> {
    let mut segments: Vec<&str> = uri.path().split('/').collect();
    let after = segments
        .iter()
        .position(|segment| matches!(*segment, "datasets" | "dataset"))?
        + 1;
    *segments.get_mut(after)? = slug;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", segments.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_name_is_replaced_where_it_stands_and_the_rest_is_kept() {
        let target = |uri: &str| renamed(&uri.parse().unwrap(), "new");
        assert_eq!(
            target("/api/explore/v2.1/catalog/datasets/old/records/?limit=2&where=a%3D1"),
            Some("/api/explore/v2.1/catalog/datasets/new/records/?limit=2&where=a%3D1".to_owned())
        );
        assert_eq!(
            target("/explore/dataset/old/download/"),
            Some("/explore/dataset/new/download/".to_owned())
        );
        assert_eq!(target("/api/explore/v2.1/catalog"), None);
    }
}
