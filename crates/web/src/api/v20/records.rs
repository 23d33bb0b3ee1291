//! `…/records`, `…/query` and `…/aggregates` of v2.0.

use axum::extract::{Path, State};
use axum::response::Response;
use parvis_portal::explain::Explain;
use parvis_portal::records::{Page, RecordsPage};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::groups::Question;
use super::row::{Row, row, rows};
use crate::api::caller::Caller;
use crate::api::error::ApiError;
use crate::api::links::{self, link};
use crate::api::params::GROUP_WINDOW;
use crate::api::records::json_body;
use crate::api::validators::{Validity, tagged};
use crate::state::AppState;

/// A record with where it is.
#[derive(Serialize)]
struct Linked {
    links: Vec<Value>,
    record: Record,
}

#[derive(Serialize)]
struct Record {
    id: Option<Box<RawValue>>,
    timestamp: Option<Box<RawValue>>,
    size: Option<Box<RawValue>>,
    fields: Row,
}

#[derive(Serialize)]
struct Records {
    total_count: u64,
    links: Vec<Value>,
    records: Vec<Linked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explain>,
}

#[derive(Serialize)]
struct Groups {
    total_count: u64,
    links: Vec<Value>,
    records: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explain>,
}

/// The rows of `…/aggregates`.
#[derive(Serialize)]
pub(super) struct Aggregations {
    pub links: Vec<Value>,
    pub aggregations: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explain>,
}

impl Linked {
    fn of(caller: &Caller, dataset: &str, mut fields: Row) -> Self {
        let id = fields.take("_id");
        let name = id.as_ref().map_or("", |id| id.get().trim_matches('"'));
        let links = vec![
            link("self", caller.dataset_href(dataset, &format!("/records/{name}"))),
            link("datasets", caller.href("/catalog/datasets")),
            link("dataset", caller.dataset_href(dataset, "")),
        ];
        let record = Record {
            timestamp: fields.take("_timestamp"),
            size: fields.take("_size"),
            id,
            fields,
        };
        Self { links, record }
    }
}

/// `GET …/datasets/{id}/records` and `GET …/datasets/{id}/query`.
pub(in crate::api) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let page = caller.params.page()?;
    let question = Question::of(&caller.params)?;
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let (found, explain) = ask(&state, &caller, &id, &question, page).await?;
    let total_count = found.total;
    let mut links = links::pages(&caller, total_count, page.limit, page.offset);
    links.push(link("dataset", caller.dataset_href(&id, "")));
    let rows = question.rows(&found)?;
    let answer = if question.grouped {
        body(&Groups {
            total_count,
            links,
            records: rows,
            explain,
        })
    } else {
        let records = rows
            .into_iter()
            .map(|fields| Linked::of(&caller, &id, fields))
            .collect();
        body(&Records {
            total_count,
            links,
            records,
            explain,
        })
    };
    Ok(tagged(tag, answer?))
}

/// `GET …/datasets/{id}/records/{record_id}`.
pub(in crate::api) async fn one(
    State(state): State<AppState>,
    Path((id, record)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let question = Question::of(&caller.params)?;
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let found = state
        .parvis
        .record(&caller.viewer, &id, &record, caller.params.get("select"), true)
        .await?;
    let mut fields = [row(&found)?];
    question.rewrite(&mut fields, &[]);
    let [fields] = fields;
    Ok(tagged(tag, body(&Linked::of(&caller, &id, fields))?))
}

/// `GET …/datasets/{id}/aggregates`. Groups are all given unless `limit` says otherwise.
pub(in crate::api) async fn aggregates(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let page = page_of_groups(&caller)?;
    let question = Question::of(&caller.params)?;
    question.require_groups()?;
    let tag = match caller.validate(&state, &id).await? {
        Validity::Unchanged(response) => return Ok(response),
        Validity::Tag(tag) => tag,
    };
    let (found, explain) = ask(&state, &caller, &id, &question, page).await?;
    let answer = Aggregations {
        links: vec![
            link("self", caller.here()),
            link("dataset", caller.dataset_href(&id, "")),
        ],
        aggregations: question.rows(&found)?,
        explain,
    };
    Ok(tagged(tag, body(&answer)?))
}

/// The page of a list of groups that is complete unless a limit is given.
pub(super) fn page_of_groups(caller: &Caller) -> Result<Page, ApiError> {
    let page = caller.params.page()?;
    let all = caller.params.get("limit").is_none() && caller.params.get("group_by").is_some();
    let limit = if all {
        GROUP_WINDOW.saturating_sub(page.offset)
    } else {
        page.limit
    };
    Ok(Page { limit, ..page })
}

async fn ask(
    state: &AppState,
    caller: &Caller,
    id: &str,
    question: &Question,
    page: Page,
) -> Result<(std::sync::Arc<RecordsPage>, Option<Explain>), ApiError> {
    let app_metas = !question.grouped;
    caller.records(state, id, &question.clauses, page, app_metas).await
}

impl Question {
    /// The rows of an answer, written as v2.0 does.
    pub(super) fn rows(&self, found: &RecordsPage) -> Result<Vec<Row>, ApiError> {
        let mut rows = rows(&found.json)?;
        self.rewrite(&mut rows, &found.columns);
        Ok(rows)
    }

    /// Refuses a question whose rows are no groups.
    pub(super) fn require_groups(&self) -> Result<(), ApiError> {
        if self.grouped {
            return Ok(());
        }
        let message = "An aggregation needs an aggregate in select, such as count(*), or a group_by.";
        Err(ApiError::new(parvis_model::ErrorCode::ODSQLError, message))
    }
}

/// An answer that holds `value` as JSON.
pub(super) fn body<T: Serialize>(value: &T) -> Result<Response, ApiError> {
    let text = serde_json::to_vec(value).map_err(|error| {
        let message = format!("an answer could not be written: {error}");
        ApiError::new(parvis_model::ErrorCode::InternalServerError, message)
    })?;
    Ok(json_body(text))
}
