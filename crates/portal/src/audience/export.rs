//! The figures as a file: a row for each day, kind, dataset and detail.

use std::sync::Arc;

use bytes::Bytes;
use chrono::NaiveDate;
use futures::stream::{BoxStream, StreamExt as _, unfold};
use parvis_model::audience::Figure;

use crate::catalog::Catalogue;
use crate::export::ExportBody;
use crate::{Error, Parvis, Result, Viewer};

/// The columns, also those of the published dataset.
pub(super) const COLUMNS: [&str; 7] = [
    "day",
    "kind",
    "dataset_id",
    "dataset_title",
    "detail",
    "client",
    "requests",
];

/// A form of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudienceFormat {
    /// Comma-separated, with a head.
    Csv,
    /// An array of objects.
    Json,
}

impl AudienceFormat {
    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// A figure as it is written, with what its dataset is called.
pub(super) struct Line<'a> {
    pub figure: &'a Figure,
    /// Slug, or the uid of a dataset that is gone.
    pub id: &'a str,
    pub title: &'a str,
}

impl Line<'_> {
    fn cells(&self) -> [String; 7] {
        let Figure {
            day,
            kind,
            detail,
            robot,
            count,
            ..
        } = self.figure;
        [
            day.to_string(),
            kind.as_str().to_owned(),
            self.id.to_owned(),
            self.title.to_owned(),
            detail.clone(),
            if *robot { "robot" } else { "person" }.to_owned(),
            count.to_string(),
        ]
    }

    /// A row of a CSV, as RFC 4180 has it.
    pub fn csv(&self) -> String {
        let cells = self.cells().map(|cell| quoted(&cell));
        format!("{}\r\n", cells.join(","))
    }

    fn json(&self) -> String {
        let [day, kind, id, title, detail, client, _] = self.cells();
        let or_null = |text: String| if text.is_empty() { None } else { Some(text) };
        serde_json::json!({
            "day": day, "kind": kind, "dataset_id": or_null(id), "dataset_title": or_null(title),
            "detail": or_null(detail), "client": client, "requests": self.figure.count,
        })
        .to_string()
    }
}

/// The head of the CSV.
pub(super) fn head() -> String {
    format!("{}\r\n", COLUMNS.join(","))
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

struct Days {
    parvis: Parvis,
    viewer: Viewer,
    catalogue: Arc<Catalogue>,
    format: AudienceFormat,
    day: NaiveDate,
    to: NaiveDate,
    begun: bool,
    any: bool,
    done: bool,
}

impl Days {
    /// The next piece; `None` at the end. A day is held at a time.
    async fn next(&mut self) -> Result<Option<String>> {
        if self.done {
            return Ok(None);
        }
        if !self.begun {
            self.begun = true;
            return Ok(Some(match self.format {
                AudienceFormat::Csv => head(),
                AudienceFormat::Json => "[".to_owned(),
            }));
        }
        if self.day > self.to {
            self.done = true;
            return Ok(match self.format {
                AudienceFormat::Csv => None,
                AudienceFormat::Json => Some("]\n".to_owned()),
            });
        }
        let figures = self
            .parvis
            .store()
            .audience_of_day(&self.viewer.portal.id, self.day)
            .await?;
        let mut text = String::new();
        for figure in &figures {
            let uid = figure.dataset.as_ref().map_or("", parvis_model::DatasetUid::as_str);
            let dataset = self.catalogue.find(uid);
            let line = Line {
                figure,
                id: dataset.map_or(uid, |dataset| &dataset.slug),
                title: dataset.map_or("", |dataset| dataset.title(&self.viewer.lang)),
            };
            match self.format {
                AudienceFormat::Csv => text.push_str(&line.csv()),
                AudienceFormat::Json => {
                    text.push_str(if self.any { ",\n" } else { "\n" });
                    text.push_str(&line.json());
                }
            }
            self.any = true;
        }
        self.day = self
            .day
            .succ_opt()
            .ok_or_else(|| Error::Internal("time ends".to_owned()))?;
        Ok(Some(text))
    }
}

impl Parvis {
    /// The figures from `from` to `to`, both included, with what has been counted up to now. Without `from` they begin with
    /// the first that are kept; without `to` they end today.
    ///
    /// # Errors
    /// `Forbidden` for those who may not see them; `Invalid` when `from` is after `to`; the store failed.
    pub async fn export_audience(
        &self,
        viewer: &Viewer,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        format: AudienceFormat,
    ) -> Result<ExportBody> {
        self.may_see_audience(viewer)?;
        self.flush_audience_across_portals().await?;
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(Error::Invalid(format!(
                "{from} is after {to}: give the earlier day first"
            )));
        }
        let extent = self.store().audience_extent(&viewer.portal.id).await?;
        let today = self.audience_today();
        // Days before and after all figures need no look.
        let day = from.max(extent.first).unwrap_or(today);
        let last = extent.last.unwrap_or(day);
        let days = Days {
            parvis: self.clone(),
            viewer: viewer.clone(),
            catalogue: self.catalogue(viewer).await?,
            format,
            day,
            to: to.unwrap_or(today).min(last),
            begun: false,
            any: false,
            done: false,
        };
        Ok(ExportBody {
            media_type: format.media_type(),
            filename: format!("audience-{}.{}", viewer.portal.id, format.name()),
            bytes: stream(days),
        })
    }
}

fn stream(days: Days) -> BoxStream<'static, Result<Bytes>> {
    unfold(days, |mut days| async move {
        match days.next().await {
            Ok(Some(text)) => Some((Ok(Bytes::from(text)), days)),
            Ok(None) => None,
            Err(error) => {
                days.done = true;
                Some((Err(error), days))
            }
        }
    })
    .boxed()
}
