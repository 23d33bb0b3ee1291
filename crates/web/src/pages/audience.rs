//! The back office "Audience": how the portal is used, as sums, without a visitor in them.

mod chart;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use parvis_model::{ErrorCode, Permission};
use parvis_portal::audience::{AudienceFormat, DatasetTotals, Period, Published, Report, Shares, Totals};
use serde::Serialize;

use self::chart::{Chart, Step, charts, steps};
use super::charter::parameter;
use super::forms::Form;
use super::frame::{Page, Section};
use super::{Answer, Failure, finish, machine_time, viewer};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

const HOME: &str = "/backoffice/audience/";
/// Datasets that the page lists; the file has all.
const LISTED: usize = 20;

#[derive(Serialize)]
struct PeriodView {
    name: &'static str,
    url: String,
    current: bool,
}

/// A sum with what it was before.
#[derive(Serialize)]
struct Card {
    key: &'static str,
    value: u64,
    /// In percent; none when there is nothing to compare with.
    change: Option<i64>,
}

#[derive(Serialize)]
struct DatasetView {
    title: String,
    id: String,
    url: Option<String>,
    views: u64,
    downloads: u64,
    calls: u64,
}

#[derive(Serialize)]
struct ShareView {
    key: String,
    count: u64,
    /// In whole percent of all, rounded.
    percent: u64,
}

#[derive(Serialize)]
struct PublishedView {
    url: String,
    id: String,
    title: String,
    restricted: bool,
    written_at: String,
}

fn per_cent(part: u64, whole: u64) -> u64 {
    let whole = u128::from(whole.max(1));
    u64::try_from((u128::from(part) * 200 + whole) / (2 * whole)).unwrap_or(u64::MAX)
}

/// By how much `now` differs from `before`, in percent of `before`.
fn change(now: u64, before: u64) -> Option<i64> {
    if before == 0 {
        return None;
    }
    let percent = i64::try_from(per_cent(now.abs_diff(before), before)).ok()?;
    Some(if now < before { -percent } else { percent })
}

fn cards(report: &Report) -> Vec<Card> {
    let card = |key, of: fn(&Totals) -> u64| Card {
        key,
        value: of(&report.totals),
        change: report
            .previous
            .and_then(|before| change(of(&report.totals), of(&before))),
    };
    vec![
        card("views", |totals| totals.views),
        card("downloads", |totals| totals.downloads),
        card("calls", |totals| totals.calls),
        card("searches", |totals| totals.searches),
        card("fruitless", |totals| totals.fruitless),
    ]
}

fn shares(shares: &Shares) -> Vec<ShareView> {
    let whole: u64 = shares.iter().map(|(_, count)| count).sum();
    let share = |(key, count): &(String, u64)| ShareView {
        key: key.replace('_', "-"),
        count: *count,
        percent: per_cent(*count, whole),
    };
    shares.iter().map(share).collect()
}

fn dataset_view(one: &DatasetTotals, lang: &str) -> DatasetView {
    let dataset = one.dataset.as_deref();
    DatasetView {
        title: dataset.map_or_else(String::new, |dataset| dataset.title(lang).to_owned()),
        id: dataset.map_or(one.uid.as_str(), |dataset| &dataset.slug).to_owned(),
        url: dataset
            .filter(|dataset| dataset.version.is_some())
            .map(|dataset| format!("/explore/dataset/{}/information/", dataset.slug)),
        views: one.totals.views,
        downloads: one.totals.downloads,
        calls: one.totals.calls,
    }
}

fn published_view(published: &Published, lang: &str) -> PublishedView {
    let dataset = &published.dataset;
    PublishedView {
        url: format!("/explore/dataset/{}/table/", dataset.slug),
        id: dataset.slug.clone(),
        title: dataset.title(lang).to_owned(),
        restricted: dataset.restricted,
        written_at: machine_time(published.written_at),
    }
}

/// What may not be seen is told to those who have signed in; the others may do so.
fn refused(visit: &Visit, error: parvis_portal::Error) -> Failure {
    match error.code() {
        ErrorCode::ForbiddenAccess if visit.actor.user().is_none() => Failure::SignIn,
        ErrorCode::ForbiddenAccess => Failure::Forbidden,
        _ => error.into(),
    }
}

/// The period that an address names; thirty days if none that is known.
fn period_of(query: Option<&str>) -> Period {
    parameter(query, "period")
        .and_then(|name| Period::parse(&name))
        .unwrap_or(Period::Month)
}

async fn render(state: &AppState, visit: &Visit, query: Option<&str>, problem: Option<String>) -> Answer {
    let (viewer, lang) = (viewer(visit), visit.lang.as_str());
    let refused = |error| refused(visit, error);
    let period = period_of(query);
    let report = state.parvis.audience_report(&viewer, period).await.map_err(refused)?;
    let published = state.parvis.audience_dataset(&viewer).await.map_err(refused)?;
    let steps: Vec<Step> = steps(&report.days, period, lang);
    let charts: Vec<Chart> = charts(&steps);
    let periods = Period::ALL.map(|one| PeriodView {
        name: one.name(),
        url: format!("{HOME}?period={}", one.name()),
        current: one == period,
    });
    let datasets = report.datasets.iter().take(LISTED);
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let done = parameter(query, "done").is_some();
    let data = view! {
        periods,
        period => period.name(),
        from => report.from.to_string(),
        to => report.to.to_string(),
        since => report.since.map(|day| day.to_string()),
        compared => report.previous.is_some(),
        cards => cards(&report),
        charts,
        steps,
        datasets => datasets.map(|one| dataset_view(one, lang)).collect::<Vec<_>>(),
        more => report.datasets.len().saturating_sub(LISTED),
        pages => shares(&report.pages),
        formats => shares(&report.formats),
        calls => shares(&report.calls),
        errors => shares(&report.errors),
        robots => report.robots.views + report.robots.downloads + report.robots.calls,
        published => published.as_ref().map(|published| published_view(published, lang)),
        may_publish => viewer.may(Permission::PublishDataset) && viewer.may(Permission::CreateDataset),
        token => visit.browser.csrf_token(),
        problem,
        done,
    };
    let title = state.templates.texts().plain(lang, "audience-title");
    Page::new("audience.html", Section::Backoffice, title)
        .status(status)
        .render(state, visit, data)
}

/// `GET /backoffice/audience/?period=7d|30d|90d|12m`
pub async fn show(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = render(&state, &visit, query.as_deref(), None).await;
    finish(&state, &visit, answer)
}

/// `GET /backoffice/audience/export/?period=…&format=csv|json`: the figures of the period, day by day.
pub async fn export(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let answer = async {
        let query = query.as_deref();
        let format = parameter(query, "format").unwrap_or_else(|| "csv".to_owned());
        let format = AudienceFormat::parse(&format).ok_or(Failure::NotFound)?;
        let to = state.parvis.audience_today();
        let from = period_of(query).first(to);
        let body = state
            .parvis
            .export_audience(&viewer(&visit), Some(from), Some(to), format)
            .await
            .map_err(|error| refused(&visit, error))?;
        let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", body.filename));
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(body.media_type)),
            (header::CONTENT_DISPOSITION, disposition.map_err(|_| Failure::NotFound)?),
        ];
        Ok((headers, Body::from_stream(body.bytes)).into_response())
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/audience/dataset/`: writes the figures as a dataset, opens it to everybody, or to staff only.
pub async fn publish(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        let restricted = match form.get("action") {
            "open" => Some(false),
            "restrict" => Some(true),
            _ => None,
        };
        let made = state.parvis.publish_audience(&viewer(&visit), None, restricted).await;
        let back = format!(
            "{HOME}?period={}&done=1#dataset",
            period_of(Some(&format!("period={}", form.get("period")))).name()
        );
        match made {
            Ok(_) => Ok(Redirect::to(&back).into_response()),
            Err(error) if error.code() == ErrorCode::BadRequest => {
                let query = format!("period={}", form.get("period"));
                render(&state, &visit, Some(&query), Some(error.to_string())).await
            }
            Err(error) => Err(refused(&visit, error)),
        }
    };
    finish(&state, &visit, answer.await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_whole_percent_of_what_was_before() {
        assert_eq!(change(150, 100), Some(50));
        assert_eq!(change(1, 3), Some(-67));
        assert_eq!(change(3, 3), Some(0));
        assert_eq!(change(5, 0), None);
        assert_eq!(per_cent(1, 0), 100);
        assert_eq!(per_cent(0, 0), 0);
    }

    #[test]
    fn a_period_that_is_not_known_is_thirty_days() {
        assert_eq!(period_of(Some("period=7d")), Period::Week);
        assert_eq!(period_of(Some("period=1000y")), Period::Month);
        assert_eq!(period_of(None), Period::Month);
    }
}
