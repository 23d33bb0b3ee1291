//! How an answer came about, for who asks with `explain`: nothing of it is kept, and nothing of it tells what the caller may not see.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parvis_engine::{Context, FacetTree, FacetsRequest, RecordsRequest, Trace, Way};
use parvis_odsql::{Condition, ConditionKind, Fields, Kind, Query, SelectItem};
use serde::Serialize;

use crate::answers::Key;
use crate::catalog::CatalogPage;
use crate::query::Parsed;
use crate::records::{Page, RecordsPage};
use crate::{Clauses, Parvis, Result, Viewer};

/// What callers are told of a permission.
const RESTRICTED: &str = "restricted to what you may see";

/// How an answer came about.
#[derive(Clone, Debug, Serialize)]
pub struct Explain {
    /// The ways it was found by, in order.
    pub answered_by: Vec<&'static str>,
    /// The clauses as they were understood.
    pub query: Understood,
    /// Said when permissions hide records or fields from the caller: never which.
    pub permissions: Option<&'static str>,
    /// The fields that the clauses or the answer name.
    pub columns: Vec<String>,
    /// Records gone through, at most; `None` where the caller may not know how many there are.
    pub records_read: Option<u64>,
    /// Records that match, whatever the page and the groups.
    pub records_matched: u64,
    /// DataFusion's physical plans, where it ran.
    pub plans: Vec<String>,
    /// Milliseconds until the clauses were read.
    pub planning_ms: f64,
    /// Milliseconds that the answer took from then on.
    pub running_ms: f64,
    /// The version of the dataset; `None` for the catalogue.
    pub version: Option<String>,
}

/// Clauses as text that means the same, whatever way they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// `select`; empty is everything.
    pub select: Vec<String>,
    /// `where`, `qv1` and words: all must hold.
    #[serde(rename = "where")]
    pub filter: Vec<String>,
    /// `refine`.
    pub refine: Vec<String>,
    /// `exclude`.
    pub exclude: Vec<String>,
    /// `group_by`.
    pub group_by: Vec<String>,
    /// `order_by`.
    pub order_by: Vec<String>,
    /// `facet`.
    pub facet: Vec<String>,
}

impl Understood {
    fn of(parsed: &Parsed) -> Self {
        fn texts<T: Display>(items: &[T]) -> Vec<String> {
            items.iter().map(ToString::to_string).collect()
        }
        let Parsed { query, facets } = parsed;
        Self {
            select: texts(&query.select),
            filter: texts(&query.filter),
            refine: texts(&query.refine),
            exclude: texts(&query.exclude),
            group_by: texts(&query.group_by),
            order_by: texts(&query.order_by),
            facet: texts(facets),
        }
    }
}

/// Fields that remember which of them were asked for.
struct Recorder<'a> {
    fields: &'a dyn Fields,
    asked: RefCell<BTreeSet<String>>,
}

impl Fields for Recorder<'_> {
    fn kind(&self, name: &str) -> Option<Kind> {
        let kind = self.fields.kind(name)?;
        self.asked.borrow_mut().insert(name.to_owned());
        Some(kind)
    }

    fn names(&self) -> Vec<&str> {
        self.fields.names()
    }

    fn is_sortable(&self, name: &str) -> bool {
        self.fields.is_sortable(name)
    }
}

/// The fields that `query` reads, `shown` being the columns of its answer, in the order of the dataset; then the technical ones.
fn columns(query: &Query, shown: &[String], fields: &dyn Fields) -> Vec<String> {
    let recorder = Recorder {
        fields,
        asked: RefCell::default(),
    };
    // A query that has run has no mistake: what matters is which fields the check looks up.
    let _ = parvis_odsql::check(query, &recorder);
    let mut asked = recorder.asked.into_inner();
    let everywhere = query.filter.iter().any(reads_all_texts);
    let whole = !query.is_grouped() && query.select.iter().any(|item| !matches!(item, SelectItem::Expr { .. }));
    let mut used = Vec::new();
    for name in fields.names() {
        let text = matches!(fields.kind(name), Some(Kind::Text | Kind::MultiText));
        let is_shown = (whole || query.select.is_empty()) && shown.iter().any(|column| column == name);
        if asked.remove(name) || is_shown || (everywhere && text) {
            used.push(name.to_owned());
        }
    }
    used.extend(asked);
    used
}

/// Whether a condition looks for words in every text.
fn reads_all_texts(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter().any(reads_all_texts),
        ConditionKind::Not(inner) => reads_all_texts(inner),
        ConditionKind::FullText(_) => true,
        ConditionKind::Text(_, fields, _) => fields.is_empty(),
        _ => false,
    }
}

/// A question whose clauses have been read, and whose answer is watched.
struct Watched {
    plain: parvis_engine::Dataset,
    traced: parvis_engine::Dataset,
    trace: Arc<Trace>,
    context: Context,
    parsed: Parsed,
    understood: Understood,
    planning: Duration,
    running: Instant,
}

impl Watched {
    fn read(started: Instant, plain: parvis_engine::Dataset, context: Context, clauses: &Clauses) -> Result<Self> {
        let (traced, trace) = plain.traced(&context);
        let parsed = clauses.parse(&plain.fields(&context))?;
        Ok(Self {
            understood: Understood::of(&parsed),
            traced,
            trace,
            plain,
            context,
            parsed,
            planning: started.elapsed(),
            running: Instant::now(),
        })
    }

    /// What is known once the answer is there; `kept` when it had been given before. `shown` are the columns of the answer.
    async fn explain(self, kept: bool, shown: &[String], version: Option<String>) -> Result<Explain> {
        let running = self.running.elapsed();
        let (steps, query) = (self.trace.steps(), &self.parsed.query);
        let columns = columns(query, shown, &self.plain.fields(&self.context));
        let mut ways: Vec<&'static str> = Vec::new();
        for way in kept
            .then_some(Way::Kept)
            .into_iter()
            .chain(steps.iter().map(|step| step.way))
        {
            if !ways.contains(&way.name()) {
                ways.push(way.name());
            }
        }
        let restricted = self.trace.is_restricted();
        let (planning, understood) = (self.planning, self.understood.clone());
        Ok(Explain {
            answered_by: ways,
            query: understood,
            permissions: restricted.then_some(RESTRICTED),
            columns,
            records_read: (!restricted).then(|| steps.iter().filter_map(|step| step.records).sum()),
            records_matched: self.matched().await?,
            plans: steps.into_iter().filter_map(|step| step.plan).collect(),
            planning_ms: milliseconds(planning),
            running_ms: milliseconds(running),
            version,
        })
    }

    /// How many records the conditions leave.
    async fn matched(self) -> Result<u64> {
        let Parsed { query, facets } = self.parsed;
        let request = RecordsRequest {
            query: conditions(query),
            facets,
            limit: 0,
            offset: 0,
            after: None,
            app_metas: false,
            context: self.context,
        };
        Ok(self.plain.records(&request).await?.total)
    }

    fn facets_request(&self) -> FacetsRequest {
        FacetsRequest {
            query: self.parsed.query.clone(),
            facets: self.parsed.facets.clone(),
            context: self.context.clone(),
        }
    }
}

/// A query with nothing but its conditions.
fn conditions(query: Query) -> Query {
    Query {
        filter: query.filter,
        refine: query.refine,
        exclude: query.exclude,
        ..Query::default()
    }
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn names(trees: &[FacetTree]) -> Vec<String> {
    trees.iter().map(|tree| tree.name.clone()).collect()
}

fn keys(page: &RecordsPage) -> Vec<String> {
    page.columns.iter().map(|column| column.key.clone()).collect()
}

impl Parvis {
    /// As [`Parvis::records`], and how the answer came about.
    ///
    /// # Errors
    /// As [`Parvis::records`].
    pub async fn records_explained(
        &self,
        viewer: &Viewer,
        id: &str,
        clauses: &Clauses,
        page: Page,
        app_metas: bool,
    ) -> Result<(Arc<RecordsPage>, Explain)> {
        let started = Instant::now();
        let catalogue = self.catalogue(viewer).await?;
        let dataset = self.dataset_in(&catalogue, viewer, id).await?;
        let version = dataset.version.as_ref().map(|version| version.id.as_str().to_owned());
        let watched = Watched::read(started, self.open_version(&dataset)?, self.context(viewer), clauses)?;
        let key = Key::new(viewer, catalogue.generation, &dataset, clauses, page, app_metas);
        let kept = key.and_then(|key| self.answers().get(&key));
        let was_kept = kept.is_some();
        let found = match kept {
            Some(kept) => kept,
            None => {
                let request = watched.parsed.clone().request(page, app_metas, watched.context.clone());
                let records = watched.traced.records(&request).await?;
                Arc::new(RecordsPage::of_dataset(records, &dataset, page)?)
            }
        };
        let explain = watched.explain(was_kept, &keys(&found), version).await?;
        Ok((found, explain))
    }

    /// As [`Parvis::facets`], and how the answer came about.
    ///
    /// # Errors
    /// As [`Parvis::facets`].
    pub async fn facets_explained(
        &self,
        viewer: &Viewer,
        id: &str,
        clauses: &Clauses,
    ) -> Result<(Vec<FacetTree>, Explain)> {
        let started = Instant::now();
        let dataset = self.dataset(viewer, id).await?;
        let version = dataset.version.as_ref().map(|version| version.id.as_str().to_owned());
        let mut watched = Watched::read(started, self.open_version(&dataset)?, self.context(viewer), clauses)?;
        let trees = watched.traced.facets(&watched.facets_request()).await?;
        watched.parsed.query = conditions(watched.parsed.query);
        let explain = watched.explain(false, &names(&trees), version).await?;
        Ok((trees, explain))
    }

    /// As [`Parvis::catalog`], and how the answer came about.
    ///
    /// # Errors
    /// As [`Parvis::catalog`].
    pub async fn catalog_explained(
        &self,
        viewer: &Viewer,
        clauses: &Clauses,
        page: Page,
    ) -> Result<(CatalogPage, Explain)> {
        let started = Instant::now();
        let catalogue = self.catalogue(viewer).await?;
        let context = self.catalogue_context(viewer);
        let watched = Watched::read(started, catalogue.table().clone(), context, clauses)?;
        let found = catalogue
            .page(&watched.traced, watched.parsed.clone(), page, watched.context.clone())
            .await?;
        let explain = watched.explain(false, &[], None).await?;
        Ok((found, explain))
    }

    /// As [`Parvis::catalog_facets`], and how the answer came about.
    ///
    /// # Errors
    /// As [`Parvis::catalog_facets`].
    pub async fn catalog_facets_explained(
        &self,
        viewer: &Viewer,
        clauses: &Clauses,
    ) -> Result<(Vec<FacetTree>, Explain)> {
        let started = Instant::now();
        let catalogue = self.catalogue(viewer).await?;
        let context = self.catalogue_context(viewer);
        let mut watched = Watched::read(started, catalogue.table().clone(), context, clauses)?;
        let trees = watched.traced.facets(&watched.facets_request()).await?;
        watched.parsed.query = conditions(watched.parsed.query);
        let explain = watched.explain(false, &names(&trees), None).await?;
        Ok((trees, explain))
    }
}
