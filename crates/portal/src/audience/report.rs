//! The figures of a period, added up for people.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use parvis_model::audience::{Kind, NOTHING};
use parvis_model::{Dataset, DatasetUid, Permission};
use parvis_store::AudienceSum;

use crate::{Parvis, Result, Viewer};

/// What a report is about: a span that ends today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
    /// Ninety days.
    Quarter,
    /// Twelve months.
    Year,
}

impl Period {
    /// Every period, the shortest first.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "12m",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.name() == name)
    }

    /// The first day of the period that ends with `last`.
    pub fn first(self, last: NaiveDate) -> NaiveDate {
        let days = match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => {
                let before = last.checked_sub_months(Months::new(12)).unwrap_or(NaiveDate::MIN);
                return before.succ_opt().unwrap_or(before);
            }
        };
        last.checked_sub_days(Days::new(days - 1)).unwrap_or(NaiveDate::MIN)
    }
}

/// Sums of what people did, or robots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Pages that were opened.
    pub views: u64,
    /// Exports that were begun.
    pub downloads: u64,
    /// Calls of the API.
    pub calls: u64,
    /// Searches.
    pub searches: u64,
    /// Those of them that found nothing.
    pub fruitless: u64,
}

impl Totals {
    fn add(&mut self, kind: Kind, detail: &str, count: u64) {
        match kind {
            Kind::View => self.views += count,
            Kind::Download => self.downloads += count,
            Kind::ApiCall => self.calls += count,
            Kind::Search => {
                self.searches += count;
                if detail == NOTHING {
                    self.fruitless += count;
                }
            }
            Kind::Error => {}
        }
    }
}

/// What people did on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The day.
    pub day: NaiveDate,
    /// Sums.
    pub totals: Totals,
}

/// What people did with a dataset.
#[derive(Clone, Debug)]
pub struct DatasetTotals {
    /// Its permanent identifier.
    pub uid: DatasetUid,
    /// The dataset; none when it is gone.
    pub dataset: Option<Arc<Dataset>>,
    /// Sums.
    pub totals: Totals,
}

/// Sums by word of a closed list, the largest first.
pub type Shares = Vec<(String, u64)>;

/// The figures of a period.
#[derive(Clone, Debug)]
pub struct Report {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The first day of which there is any figure at all.
    pub since: Option<NaiveDate>,
    /// What people did.
    pub totals: Totals,
    /// What they did in the period before; none when not all of it was counted.
    pub previous: Option<Totals>,
    /// By day, each day of the period.
    pub days: Vec<Point>,
    /// By dataset, the most asked for first.
    pub datasets: Vec<DatasetTotals>,
    /// Views by page.
    pub pages: Shares,
    /// Downloads by format.
    pub formats: Shares,
    /// Calls of the API by name.
    pub calls: Shares,
    /// Requests that were refused or failed, whoever made them.
    pub errors: Shares,
    /// What robots did that say so.
    pub robots: Totals,
}

fn shares(sums: &[AudienceSum], kind: Kind) -> Shares {
    let mut by_detail: BTreeMap<&str, u64> = BTreeMap::new();
    let wanted = |sum: &&AudienceSum| sum.kind == kind && (!sum.robot || kind == Kind::Error);
    for sum in sums.iter().filter(wanted) {
        *by_detail.entry(&sum.detail).or_default() += sum.count;
    }
    let mut shares: Shares = by_detail
        .into_iter()
        .map(|(detail, count)| (detail.to_owned(), count))
        .collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.1));
    shares
}

fn totals<'a>(sums: impl Iterator<Item = &'a AudienceSum>) -> Totals {
    let mut totals = Totals::default();
    for sum in sums {
        totals.add(sum.kind, &sum.detail, sum.count);
    }
    totals
}

impl Parvis {
    /// The figures of the period that ends today, with what has been counted up to now.
    ///
    /// # Errors
    /// `Forbidden` for those who may not see them; the store failed.
    pub async fn audience_report(&self, viewer: &Viewer, period: Period) -> Result<Report> {
        self.may_see_audience(viewer)?;
        self.flush_audience_across_portals().await?;
        let (store, portal) = (self.store(), &viewer.portal.id);
        let to = self.audience_today();
        let from = period.first(to);
        let sums = store.audience_by_day(portal, from, to).await?;
        let since = store.audience_extent(portal).await?.first;
        let last_before = from.pred_opt().unwrap_or(from);
        let first_before = period.first(last_before);
        let previous = if since.is_some_and(|since| since <= first_before) {
            let before = store.audience_by_day(portal, first_before, last_before).await?;
            Some(totals(before.iter().filter(|sum| !sum.robot)))
        } else {
            None
        };
        let mut by_day: HashMap<NaiveDate, Totals> = HashMap::new();
        for sum in sums.iter().filter(|sum| !sum.robot) {
            let day = by_day.entry(sum.day.unwrap_or(from)).or_default();
            day.add(sum.kind, &sum.detail, sum.count);
        }
        let days = from.iter_days().take_while(|day| *day <= to);
        Ok(Report {
            from,
            to,
            since,
            totals: totals(sums.iter().filter(|sum| !sum.robot)),
            previous,
            days: days
                .map(|day| Point {
                    day,
                    totals: by_day.get(&day).copied().unwrap_or_default(),
                })
                .collect(),
            datasets: self.dataset_totals(viewer, from, to).await?,
            pages: shares(&sums, Kind::View),
            formats: shares(&sums, Kind::Download),
            calls: shares(&sums, Kind::ApiCall),
            errors: shares(&sums, Kind::Error),
            robots: totals(sums.iter().filter(|sum| sum.robot)),
        })
    }

    async fn dataset_totals(&self, viewer: &Viewer, from: NaiveDate, to: NaiveDate) -> Result<Vec<DatasetTotals>> {
        let mut by_dataset: BTreeMap<DatasetUid, Totals> = BTreeMap::new();
        for (uid, kind, count) in self.store().audience_by_dataset(&viewer.portal.id, from, to).await? {
            by_dataset.entry(uid).or_default().add(kind, "", count);
        }
        let catalogue = self.catalogue(viewer).await?;
        let mut all: Vec<DatasetTotals> = by_dataset
            .into_iter()
            .map(|(uid, totals)| DatasetTotals {
                dataset: catalogue.find(uid.as_str()).cloned(),
                uid,
                totals,
            })
            .collect();
        all.sort_by_key(|one| {
            let Totals {
                views,
                downloads,
                calls,
                ..
            } = one.totals;
            std::cmp::Reverse(views + downloads + calls)
        });
        Ok(all)
    }

    /// Refuses those who may not see figures.
    pub(super) fn may_see_audience(&self, viewer: &Viewer) -> Result<()> {
        viewer.require(
            Permission::ExploreMonitoring,
            "only publishers and administrators see how the portal is used",
        )
    }
}
