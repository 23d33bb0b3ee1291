//! The request of the public API that gives what the other tabs show, and a form to try others.

use serde::Serialize;

use super::super::Answer;
use super::super::query::with_query;
use super::{Cx, Tab};
use crate::render::view;

/// Records of the request shown.
const LIMIT: u64 = 20;

/// What the fields of the form hold: the current filters, as the API writes them.
#[derive(Default, Serialize)]
struct Console {
    select: String,
    #[serde(rename = "where")]
    condition: String,
    group_by: String,
    order_by: String,
    refine: String,
    limit: u64,
    offset: u64,
}

pub(super) fn show(cx: &Cx<'_>) -> Answer {
    let mut pairs = cx.query.api_pairs();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let console = Console {
        condition: value("where"),
        refine: value("refine"),
        limit: LIMIT,
        ..Console::default()
    };
    pairs.push(("limit".to_owned(), LIMIT.to_string()));
    let records = format!("{}/records", cx.api_path());
    let request = with_query(&records, &pairs);
    let data = view! {
        records_path => records,
        request_url => format!("{}{request}", cx.visit.origin),
        request_path => request,
        console => console,
        table_url => cx.query.url(&cx.path(Tab::Table)),
        ..cx.active_filters()
    };
    cx.render("dataset/api.html", data)
}
