//! `/tiles/<service>/<zoom>/<column>/<row>`: tiles that the portal brings itself, so that the visitor meets nobody else.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use parvis_cookies::Service;
use parvis_portal::tiles::{At, KEPT_FOR};

use crate::edge::Cx;
use crate::state::AppState;

/// Where the tiles of a service are, with `{z}`, `{x}` and `{y}` for a map to fill in.
pub(super) fn template(service: &Service) -> String {
    format!("/tiles/{}/{{z}}/{{x}}/{{y}}", service.id)
}

/// `GET /tiles/<service>/<zoom>/<column>/<row>`. The same for everybody; whoever asks reads no words, so there are none.
pub async fn show(
    State(state): State<AppState>,
    cx: Cx,
    Path((service, zoom, column, row)): Path<(String, u8, u32, u32)>,
) -> Response {
    let Some(service) = cx.registry().service(&service) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match state
        .parvis
        .tile(&cx.portal().id, service, At { zoom, column, row })
        .await
    {
        Ok(Some(tile)) => {
            let life = format!("public, max-age={}", KEPT_FOR.as_secs());
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(tile.media_type)),
                (
                    header::CACHE_CONTROL,
                    HeaderValue::from_str(&life).unwrap_or(HeaderValue::from_static("no-store")),
                ),
            ];
            (headers, tile.body).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(service = service.id, cause = %error, "a tile could not be brought");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}
