//! How a query was answered, noted while it runs for somebody who asked to know.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::physical_plan::displayable;
use datafusion::prelude::DataFrame;

use crate::{Context, Dataset, Error};

/// A way to the answer, the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The answer was counted before and kept.
    Kept,
    /// Nothing decides on the records but their number.
    Numbers,
    /// Columns that are kept in memory.
    Columns,
    /// The dataset is decoded in memory as a whole.
    Table,
    /// DataFusion, over the dataset that is in memory.
    TablePlan,
    /// DataFusion, over the version's Parquet file.
    Parquet,
}

impl Way {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept answer",
            Self::Numbers => "record numbers",
            Self::Columns => "columns in memory",
            Self::Table => "resident table",
            Self::TablePlan => "DataFusion over the resident table",
            Self::Parquet => "DataFusion over Parquet",
        }
    }
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How.
    pub way: Way,
    /// Records gone through, at most; `None` where the caller may not know how many there are.
    pub records: Option<u64>,
    /// DataFusion's physical plan, where there is one and it tells nothing that the caller may not know.
    pub plan: Option<String>,
}

/// What was done for one query.
#[derive(Debug)]
pub struct Trace {
    /// The caller sees a part of the records or of the fields: plans would show the condition, and counts what it hides.
    restricted: bool,
    steps: Mutex<Vec<Step>>,
}

impl Trace {
    /// Whether permissions hide records or fields from the caller.
    pub fn is_restricted(&self) -> bool {
        self.restricted
    }

    /// What was done until now, in order; the same thing done several times (for several facets) once.
    pub fn steps(&self) -> Vec<Step> {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut different: Vec<Step> = Vec::with_capacity(steps.len());
        for step in steps.iter() {
            if !different.contains(step) {
                different.push(step.clone());
            }
        }
        different
    }

    fn add(&self, way: Way, records: u64, plan: Option<String>) {
        let step = Step {
            way,
            records: Some(records).filter(|_| !self.restricted),
            plan: plan.filter(|_| !self.restricted),
        };
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }
}

/// Where a query notes what it does; most note nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tracing(Option<Arc<Trace>>);

impl Tracing {
    /// Notes that `records` records were gone through.
    pub(crate) fn note(&self, way: Way, records: u64) {
        if let Some(trace) = &self.0 {
            trace.add(way, records, None);
        }
    }

    /// Notes what DataFusion is about to do.
    pub(crate) async fn note_plan(&self, way: Way, records: u64, frame: &DataFrame) -> Result<(), Error> {
        if let Some(trace) = &self.0 {
            // Apart, so that the queries that nobody watches take no room for it.
            let plan = Box::pin(frame.clone().create_physical_plan()).await?;
            let text = displayable(plan.as_ref()).indent(false).to_string();
            trace.add(way, records, Some(text));
        }
        Ok(())
    }
}

impl Dataset {
    /// The same dataset, whose queries note what they do for a caller who sees what `context` lets them see.
    pub fn traced(&self, context: &Context) -> (Self, Arc<Trace>) {
        let trace = Arc::new(Trace {
            restricted: context.row_filter.is_some() || context.visible.is_some(),
            steps: Mutex::default(),
        });
        let mut dataset = self.clone();
        dataset.engine.tracing = Tracing(Some(Arc::clone(&trace)));
        (dataset, trace)
    }
}
