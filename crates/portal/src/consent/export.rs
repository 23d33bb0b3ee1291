//! The ledger as a file: JSON that anybody can verify, or CSV to read.

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _, unfold};
use parvis_cookies::ledger::{Framing, Record};
use parvis_model::PortalId;
use parvis_store::ConsentRow;

use super::officer::{Chain, PAGE, stamp};
use crate::export::ExportBody;
use crate::{Parvis, Result, Viewer};

const COLUMNS: &str = "seq,time,action,receipt,replaces,verdicts,until,registry_revision,registry_hash,text_hash,language,\
                       ui_hash,gpc,dnt,way,audit,previous,hash\r\n";

/// The forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentFormat {
    /// Everything, for verification.
    Json,
    /// One line a record, for reading.
    Csv,
}

impl ConsentFormat {
    /// Reads a name: `json` or `csv`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Where an export stands.
struct Pages {
    parvis: Parvis,
    portal: PortalId,
    format: ConsentFormat,
    framing: Framing,
    after: u64,
    last: u64,
    step: Step,
}

enum Step {
    Start,
    First,
    Rest,
    Done,
}

impl Parvis {
    /// The portal's ledger as it is now, as a stream.
    ///
    /// # Errors
    /// The viewer may not; the store failed.
    pub async fn export_consent(&self, viewer: &Viewer, format: ConsentFormat) -> Result<ExportBody> {
        self.may_see(viewer)?;
        let portal = viewer.portal.id.clone();
        let chain = Chain::of(self.store(), &portal).await?;
        let key = self.ledger().key.public();
        let framing = match format {
            ConsentFormat::Json => Framing::new(
                portal.as_str(),
                &key,
                self.now(),
                chain.checkpoint.as_ref(),
                &chain.heads,
            ),
            ConsentFormat::Csv => Framing {
                before: COLUMNS.to_owned(),
                after: String::new(),
            },
        };
        let filename = format!("consent-{portal}-{}.{}", stamp(self.now()), format.name());
        let pages = Pages {
            parvis: self.clone(),
            portal,
            format,
            framing,
            after: 0,
            last: chain.last,
            step: Step::Start,
        };
        Ok(ExportBody {
            media_type: format.media_type(),
            filename,
            bytes: stream(pages),
        })
    }
}

fn stream(pages: Pages) -> BoxStream<'static, Result<Bytes>> {
    unfold(pages, |mut pages| async move {
        match pages.next().await {
            Ok(Some(text)) => Some((Ok(Bytes::from(text)), pages)),
            Ok(None) => None,
            Err(error) => {
                pages.step = Step::Done;
                Some((Err(error), pages))
            }
        }
    })
    .boxed()
}

impl Pages {
    async fn next(&mut self) -> Result<Option<String>> {
        match self.step {
            Step::Start => {
                self.step = Step::First;
                Ok(Some(std::mem::take(&mut self.framing.before)))
            }
            Step::First | Step::Rest => {
                let store = self.parvis.store();
                let mut rows = store.consent_rows(&self.portal, self.after, PAGE).await?;
                rows.retain(|row| row.seq <= self.last);
                let Some(last) = rows.last() else {
                    self.step = Step::Done;
                    return Ok(Some(std::mem::take(&mut self.framing.after)));
                };
                self.after = last.seq;
                Ok(Some(self.write(&rows)))
            }
            Step::Done => Ok(None),
        }
    }

    fn write(&mut self, rows: &[ConsentRow]) -> String {
        let mut out = String::with_capacity(rows.len() * 1024);
        for row in rows {
            match self.format {
                ConsentFormat::Json => {
                    out.push_str(if matches!(self.step, Step::First) { "\n" } else { ",\n" });
                    json(&row.body, &mut out);
                }
                ConsentFormat::Csv => csv(row, &mut out),
            }
            self.step = Step::Rest;
        }
        out
    }
}

/// The record as it is kept; what is no JSON any more is shown as a text, so that the document stays one.
fn json(body: &str, out: &mut String) {
    if serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok() {
        out.push_str(body);
    } else {
        out.push_str(&serde_json::Value::from(body).to_string());
    }
}

/// Every value but the verdicts is made of letters, digits and `-._:` and needs no quotes.
fn csv(row: &ConsentRow, out: &mut String) {
    let Some(record) = Record::read(&row.body) else {
        out.push_str(&format!("{},unreadable\r\n", row.seq));
        return;
    };
    let verdicts: Vec<String> = record
        .verdicts
        .iter()
        .map(|(id, agreed)| format!("{id}={agreed}"))
        .collect();
    let shown = &record.shown;
    let cells = [
        record.seq.to_string(),
        record.time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        record.action.as_str().to_owned(),
        record.receipt,
        record.replaces.unwrap_or_default(),
        verdicts.join(" "),
        record.until.to_string(),
        shown.revision.clone(),
        shown.registry.clone(),
        shown.text.clone(),
        shown.lang.clone(),
        shown.ui.clone(),
        record.signal.gpc.to_string(),
        record.signal.dnt.to_string(),
        record.way.as_str().to_owned(),
        record.audit.to_string(),
        record.previous,
        hex::encode(row.hash),
    ];
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}
