//! Audience measurement of our own: how often pages, downloads, the API and searches were asked for, by dataset and day.
//! There is no visitor in it: what is counted is a word of a closed list, a dataset of the portal and a day, and counts are
//! added up in memory before anything is stored.

mod counters;
mod export;
mod publish;
mod report;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::{Europe, Tz};
use parvis_model::audience::{Event, Figure, MAX_MONTHS};
use parvis_model::{DatasetUid, Portal, PortalId};

pub(crate) use counters::Counters;
use counters::{HOUR, Held};
pub use export::AudienceFormat;
pub use publish::Published;
pub use report::{DatasetTotals, Period, Point, Report, Shares, Totals};

use crate::{Parvis, Result, Viewer};

/// The clock on the wall by which days are told: that of the pages.
const WALL: Tz = Europe::Paris;

/// The day of an instant.
fn day_of(time: DateTime<Utc>) -> NaiveDate {
    time.with_timezone(&WALL).date_naive()
}

/// The day of an hour of UTC, counted from 1970. The wall's clock differs from UTC by whole hours.
fn day_of_hour(hour: i64) -> NaiveDate {
    DateTime::from_timestamp(hour.saturating_mul(HOUR), 0).map_or(NaiveDate::MIN, day_of)
}

/// The first day whose figures are kept `months` months; never more than the law's counsel allows.
fn first_kept(today: NaiveDate, months: u32) -> NaiveDate {
    today
        .checked_sub_months(Months::new(months.clamp(1, MAX_MONTHS)))
        .unwrap_or(NaiveDate::MIN)
}

impl Parvis {
    /// Counts what was answered, in memory. `dataset` is the slug or uid of a dataset that was found, so that there are no
    /// more names than datasets.
    pub fn count(&self, portal: &PortalId, event: Event, dataset: Option<&str>) {
        self.counters().add(portal, self.now().timestamp(), event, dataset);
    }

    /// The day that it is, by the clock of the figures.
    pub fn audience_today(&self) -> NaiveDate {
        day_of(self.now())
    }

    /// Adds what was counted to the store. Once this answers, everything counted before the call is on the disk. Answers how
    /// many figures were touched.
    ///
    /// # Errors
    /// The store failed: what was counted stays in memory, for the next time.
    pub async fn flush_audience_across_portals(&self) -> Result<u64> {
        let parvis = self.clone();
        // Whoever waits may leave: what was taken out of memory is stored, or put back, all the same.
        let task = tokio::spawn(async move {
            let _turn = parvis.counters().turn.lock().await;
            let held = parvis.counters().take();
            let stored = parvis.store_counts(&held).await;
            if stored.is_err() {
                parvis.counters().put_back(held);
            }
            stored
        });
        task.await.map_err(|error| crate::Error::lost_task(&error))?
    }

    async fn store_counts(&self, held: &[Held]) -> Result<u64> {
        if held.is_empty() {
            return Ok(0);
        }
        let portals = self.portals().await?;
        let portals: HashMap<PortalId, Arc<Portal>> = portals
            .into_iter()
            .map(|portal| (portal.id.clone(), Arc::new(portal)))
            .collect();
        let mut figures: BTreeMap<(PortalId, Figure), u64> = BTreeMap::new();
        for one in held {
            // A portal that is gone keeps no figures.
            let Some(portal) = portals.get(&one.portal) else {
                continue;
            };
            let figure = Figure {
                day: day_of_hour(one.hour),
                kind: one.event.kind,
                dataset: self.named(portal, &one.dataset).await?,
                detail: one.event.detail.to_owned(),
                robot: one.event.robot,
                count: 0,
            };
            *figures.entry((portal.id.clone(), figure)).or_default() += one.count;
        }
        let figures: Vec<(PortalId, Figure)> = figures
            .into_iter()
            .map(|((portal, figure), count)| (portal, Figure { count, ..figure }))
            .collect();
        self.store().add_audience_across_portals(&figures).await?;
        Ok(figures.len() as u64)
    }

    /// The dataset of `portal` with this slug, present or past, or uid.
    async fn named(&self, portal: &Arc<Portal>, name: &str) -> Result<Option<DatasetUid>> {
        if name.is_empty() {
            return Ok(None);
        }
        let catalogue = self.catalogue(&Viewer::anonymous(Arc::clone(portal))).await?;
        if let Some(dataset) = catalogue.find(name) {
            return Ok(Some(dataset.uid.clone()));
        }
        let renamed = self.store().dataset_by_slug(&portal.id, name).await?;
        Ok(renamed.map(|dataset| dataset.uid))
    }

    /// Forgets figures older than `months` months, 25 at most, and versions of the published ones that still hold them.
    /// Answers how many figures went.
    ///
    /// # Errors
    /// The store or the disk failed.
    pub async fn purge_audience_across_portals(&self, months: u32) -> Result<u64> {
        let before = first_kept(self.audience_today(), months);
        let purged = self.store().purge_audience_across_portals(before).await?;
        for portal in self.portals().await? {
            self.forget_published(&portal.id).await?;
        }
        Ok(purged)
    }
}

#[cfg(test)]
mod tests;
