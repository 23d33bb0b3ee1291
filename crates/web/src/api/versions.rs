//! `…/versions`, which a dataset has, and `…/changes`, what differs between two.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use http::header::CONTENT_TYPE;
use parvis_model::VersionInfo;
use parvis_portal::engine::ChangeKind;
use parvis_portal::versions::{At, Difference};
use serde_json::{Value, json};

use super::caller::Caller;
use super::error::ApiError;
use super::params::Params;
use super::records::json_body;
use super::validators::{Validity, tagged};
use crate::state::AppState;

/// Most changes of one answer, unless all are asked for.
const MOST: u64 = 1_000;
/// Changes of an answer when the caller does not say.
const DEFAULT: u64 = 100;

/// The version that a request is about: `version=`, or `as_of=` a moment.
///
/// # Errors
/// Both are given; the moment cannot be read.
pub(super) fn at(params: &Params) -> Result<Option<At>, ApiError> {
    match (params.get("version"), params.get("as_of")) {
        (None, None) => {
            // Pages that follow each other are of one version, also when another is published meanwhile.
            let after = params.after().ok().flatten();
            let version = after.and_then(|(version, _)| version);
            Ok(version.map(|version| At::Version(version.to_owned())))
        }
        (Some(version), None) => Ok(Some(At::Version(version.trim().to_owned()))),
        (None, Some(text)) => moment("as_of", text).map(|moment| Some(At::Moment(moment))),
        (Some(_), Some(text)) => Err(ApiError::parameter("as_of", text, "either version or as_of")),
    }
}

/// An instant, or a day, which is all of that day in UTC.
fn moment(name: &str, text: &str) -> Result<DateTime<Utc>, ApiError> {
    let text = text.trim();
    let instant = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
    let end_of_day = || {
        let day: NaiveDate = text.parse().ok()?;
        Some(day.and_hms_milli_opt(23, 59, 59, 999)?.and_utc())
    };
    instant
        .ok()
        .or_else(end_of_day)
        .ok_or_else(|| ApiError::parameter(name, text, "a moment such as 2026-03-04 or 2026-03-04T12:00:00Z"))
}

/// The version that `from` or `to` names: by its identifier or by a moment.
fn end(params: &Params, name: &str) -> Result<Option<At>, ApiError> {
    let Some(text) = params.get(name).map(str::trim) else {
        return Ok(None);
    };
    // Identifiers hold no punctuation, moments do.
    if text.contains('-') {
        return moment(name, text).map(|moment| Some(At::Moment(moment)));
    }
    Ok(Some(At::Version(text.to_owned())))
}

fn version(info: &VersionInfo) -> Value {
    json!({
        "version": info.id.as_str(),
        "created_at": info.created_at.to_rfc3339_opts(SecondsFormat::AutoSi, false),
        "records_count": info.records,
        "content_hash": info.content_hash,
    })
}

/// `GET …/datasets/{id}/versions`: newest first.
pub(super) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let versions = state.parvis.versions(&caller.viewer, &id).await?;
    let results: Vec<Value> = versions.iter().map(version).collect();
    let body = json!({ "total_count": results.len(), "results": results });
    Ok(json_body(body.to_string().into_bytes()))
}

/// `GET …/datasets/{id}/changes?from=…&to=…`.
pub(super) async fn changes(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let params = &caller.params;
    let from = end(params, "from")?;
    let from = from.ok_or_else(|| ApiError::parameter("from", "", "a version or a moment"))?;
    let to = end(params, "to")?;
    let (limit, offset) = (limit(params)?, params.offset()?);
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let difference = state.parvis.changes(&caller.viewer, &id, from, to).await?;
    let head = head(&difference);
    let rows = difference.json(offset, limit);
    if limit.is_none() {
        let whole = stream::iter([Ok(Bytes::from(head))])
            .chain(rows)
            .chain(stream::iter([Ok(Bytes::from_static(b"]}"))]));
        let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];
        return Ok(tagged(tag, (headers, Body::from_stream(whole)).into_response()));
    }
    let mut body = head;
    for chunk in rows.try_collect::<Vec<Bytes>>().await? {
        body.extend_from_slice(&chunk);
    }
    body.extend_from_slice(b"]}");
    Ok(tagged(tag, json_body(body)))
}

/// `None` is all.
fn limit(params: &Params) -> Result<Option<u64>, ApiError> {
    match params.export_limit()? {
        None if params.get("limit").is_none() => Ok(Some(DEFAULT)),
        Some(limit) if limit > MOST => {
            let expected = format!("-1 <= limit <= {MOST}");
            Err(ApiError::parameter("limit", &limit.to_string(), &expected))
        }
        limit => Ok(limit),
    }
}

/// The answer up to its rows.
fn head(difference: &Difference) -> Vec<u8> {
    let changes = &difference.changes;
    let head = json!({
        "total_count": changes.records.len(),
        "from": version(&difference.from),
        "to": version(&difference.to),
        "key": changes.key,
        "fields_added": changes.fields_added,
        "fields_removed": changes.fields_removed,
        "added": difference.count(ChangeKind::Added),
        "removed": difference.count(ChangeKind::Removed),
        "changed": difference.count(ChangeKind::Changed),
    });
    let mut head = head.to_string();
    head.pop();
    head.push_str(",\"results\":[");
    head.into_bytes()
}
