//! How much datasets are used, as the template `explore` tells it: to everybody only where the portal publishes its figures to
//! everybody.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use parvis_model::audience::Kind;
use parvis_model::{Dataset, DatasetUid};
use serde_json::{Value, json};

use crate::{Parvis, Result, Viewer};

/// What people, not robots, did with a dataset as long as figures are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Popularity {
    pub views: u64,
    pub downloads: u64,
    pub calls: u64,
}

/// By dataset; `None` where figures are not published.
pub(crate) type Popularities = Option<HashMap<DatasetUid, Popularity>>;

impl Popularity {
    /// One more for ten times the use: the decimal logarithm of views, downloads and calls, to the hundredth; 0 for no use.
    #[expect(clippy::cast_precision_loss, reason = "a logarithm to two digits needs no more")]
    pub fn score(self) -> f64 {
        let used = self.views.saturating_add(self.downloads).saturating_add(self.calls);
        ((used as f64).ln_1p() / std::f64::consts::LN_10 * 100.0).round() / 100.0
    }
}

/// The use of a dataset, 0 where nobody has used it yet.
pub(crate) fn of(popularities: &Popularities, dataset: &Dataset) -> Option<Popularity> {
    let known = popularities.as_ref()?;
    Some(known.get(&dataset.uid).copied().unwrap_or_default())
}

impl Parvis {
    /// The use of the datasets of a portal, by its published figures.
    pub(super) async fn popularities(&self, viewer: &Viewer, datasets: &[Arc<Dataset>]) -> Result<Popularities> {
        let portal = &viewer.portal.id;
        let published = self.store().audience_dataset(portal).await?;
        let is_open = published.is_some_and(|published| {
            let dataset = datasets.iter().find(|dataset| dataset.uid == published.dataset);
            dataset.is_some_and(|dataset| !dataset.restricted && dataset.version.is_some())
        });
        if !is_open {
            return Ok(None);
        }
        let mut known: HashMap<DatasetUid, Popularity> = HashMap::new();
        let (first, last) = (NaiveDate::MIN, self.audience_today());
        for (uid, kind, count) in self.store().audience_by_dataset(portal, first, last).await? {
            let used = known.entry(uid).or_default();
            match kind {
                Kind::View => used.views += count,
                Kind::Download => used.downloads += count,
                Kind::ApiCall => used.calls += count,
                Kind::Search | Kind::Error => {}
            }
        }
        Ok(Some(known))
    }

    /// The template `explore` of a dataset; null where the portal publishes no figures.
    ///
    /// # Errors
    /// The store failed.
    pub async fn explore_metas(&self, viewer: &Viewer, dataset: &Dataset) -> Result<Value> {
        let catalogue = self.catalogue(viewer).await?;
        let used = of(&catalogue.popularities, dataset);
        Ok(json!({
            "download_count": used.map(|used| used.downloads),
            "api_call_count": used.map(|used| used.calls),
            "popularity_score": used.map(Popularity::score),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_times_the_use_is_one_more() {
        let used = |views, downloads, calls| Popularity {
            views,
            downloads,
            calls,
        };
        for (used, score) in [
            (used(0, 0, 0), 0.0),
            (used(9, 0, 0), 1.0),
            (used(50, 40, 9), 2.0),
            (used(u64::MAX, u64::MAX, u64::MAX), 19.27),
        ] {
            assert!((used.score() - score).abs() < 1e-9, "{used:?}: {}", used.score());
        }
    }
}
