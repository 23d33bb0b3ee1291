//! Facets: how many records have each value, level by level of a tree.

use std::borrow::Cow;
use std::cmp::Reverse;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::lit;
use datafusion::prelude::ident;
use futures::{StreamExt, TryStreamExt};
use parvis_model::{FacetSort, collate};
use parvis_odsql::{FacetRequest, Query, Refinement};
use std::sync::Arc;

use crate::explain::Way;
use crate::filter::Matching;
use crate::plan::refine::Facet;
use crate::plan::{Kind, Scope};
use crate::scan::{Groups, Records};
use crate::{Context, Dataset, Error, FacetState, FacetTree, FacetValue, FacetsRequest};

/// Facets counted side by side.
const TOGETHER: usize = 4;
/// Name of the column of values.
const VALUE: &str = "__v";
/// Deepest level of a tree of dates: day.
const DATE_LEVELS: usize = 3;

impl Dataset {
    /// Counts the values of facets among the records that match. A facet whose values are alternatives is counted without its
    /// own refinements.
    ///
    /// # Errors
    /// [`Error::Query`] when a field is unknown or cannot be a facet; else as [`Dataset::records`].
    pub async fn facets(&self, request: &FacetsRequest) -> Result<Vec<FacetTree>, Error> {
        self.engine.query(&self.portal, self.trees(request)).await
    }

    async fn trees(&self, request: &FacetsRequest) -> Result<Vec<FacetTree>, Error> {
        let FacetsRequest { query, facets, context } = request;
        let query = Query {
            filter: query.filter.clone(),
            refine: query.refine.clone(),
            exclude: query.exclude.clone(),
            ..Query::default()
        };
        self.check(&query, context)?;
        let scope = Scope::of_client(self, context).clause("facet");
        let wanted = self.wanted(facets, &scope)?;
        let unfiltered = query.filter.is_empty()
            && query.refine.is_empty()
            && query.exclude.is_empty()
            && context.row_filter.is_none();
        let kept = match (&self.path, unfiltered) {
            (Some(path), true) => {
                // Everything that the answer depends on beside the version, whose annotations may change.
                let key = format!("{wanted:?} {}", context.timezone);
                Some((path.clone(), key))
            }
            _ => None,
        };
        if let Some(trees) = kept.as_ref().and_then(|key| self.engine.inner.facets.get(key)) {
            self.engine.tracing.note(Way::Kept, 0);
            return Ok(trees.as_ref().clone());
        }
        let matching = Matching::new(self, &query, facets, context)?;
        let records = self.records_near().await?;
        let trees = wanted
            .into_iter()
            .map(|facet| self.tree(facet, &query, &matching, &records, context));
        let trees: Vec<FacetTree> = futures::stream::iter(trees).buffered(TOGETHER).try_collect().await?;
        if let Some(key) = kept {
            self.engine.inner.facets.insert(key, Arc::new(trees.clone()));
        }
        Ok(trees)
    }

    /// The facets asked for, or every field annotated as one.
    fn wanted(&self, requests: &[FacetRequest], scope: &Scope<'_>) -> Result<Vec<Facet>, Error> {
        if requests.is_empty() {
            let annotated = scope
                .fields()
                .filter(|field| field.annotations.facet && !field.field_type.is_geo());
            return annotated.map(|field| Facet::new(field, None)).collect();
        }
        let asked = requests.iter().map(|request| {
            parvis_odsql::check_facet(request, scope).map_err(|error| Error::Query(error.message))?;
            Facet::new(scope.field(&request.name)?, Some(request))
        });
        asked.collect()
    }

    /// The counted values of one facet.
    async fn tree(
        &self,
        facet: Facet,
        query: &Query,
        matching: &Matching,
        records: &Records,
        context: &Context,
    ) -> Result<FacetTree, Error> {
        let of_facet = |list: &[Refinement]| -> Vec<String> {
            let own = list.iter().filter(|refinement| refinement.field == facet.name);
            own.map(|refinement| facet.canonical(&refinement.value)).collect()
        };
        let (refined, excluded) = (of_facet(&query.refine), of_facet(&query.exclude));
        let deepest = refined
            .iter()
            .map(|path| facet.parts(path).len() + 1)
            .max()
            .unwrap_or(1);
        let levels = match (facet.separator(), facet.value.kind.is_temporal()) {
            (None, _) => 1,
            (Some(_), true) => deepest.min(DATE_LEVELS),
            (Some(_), false) => deepest,
        };
        let mut counted = Vec::with_capacity(levels);
        for level in 1..=levels {
            counted.push(self.counts(&facet, level, matching, records, context).await?);
        }
        let tree = Tree {
            facet: &facet,
            counted,
            refined,
            excluded,
        };
        let values = tree.values(None);
        Ok(FacetTree {
            name: facet.name.clone(),
            values,
        })
    }

    /// How many records have each path of a level.
    async fn counts(
        &self,
        facet: &Facet,
        level: usize,
        matching: &Matching,
        records: &Records,
        context: &Context,
    ) -> Result<Level, Error> {
        let scope = Scope::of_client(self, context);
        let value = facet.level(level, &scope).alias(VALUE);
        let mut groups = Groups {
            filter: matching.filter(Some(&facet.name)),
            aggregates: vec![count(lit(1_i64)).alias("__n")],
            ..Groups::default()
        };
        if facet.value.kind == Kind::List {
            groups.columns = vec![value];
            groups.lists = vec![VALUE.to_owned()];
            groups.keys = vec![ident(VALUE)];
        } else {
            groups.keys = vec![value];
        }
        let batch = records.aggregate(&self.engine, groups).await?;
        Level::new(&batch)
    }
}

/// The paths of one level and how many records have each; nulls are no values.
struct Level {
    paths: StringArray,
    counts: Int64Array,
}

impl Level {
    /// The result of counting.
    fn new(batch: &RecordBatch) -> Result<Self, Error> {
        let (values, counts) = (batch.column(0), batch.column(1).as_primitive::<Int64Type>().clone());
        let paths = match values.as_string_opt::<i32>() {
            Some(texts) => texts.clone(),
            None => (0..values.len())
                .map(|row| text_of(values, row))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { paths, counts })
    }

    /// Each path with its count.
    fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        let counts = self.counts.values().iter().map(|count| count.cast_unsigned());
        self.paths
            .iter()
            .zip(counts)
            .filter_map(|(path, count)| Some((path?, count)))
    }
}

/// A value as `refine` takes it.
fn text_of(values: &ArrayRef, row: usize) -> Result<Option<String>, Error> {
    if values.is_null(row) {
        return Ok(None);
    }
    Ok(Some(match values.data_type() {
        DataType::Utf8 => values.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => values.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => values.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Boolean => values.as_boolean().value(row).to_string(),
        other => return Err(Error::Internal(format!("a facet of type {other}"))),
    }))
}

/// The counted paths of a facet and how they stand in the query.
struct Tree<'a> {
    facet: &'a Facet,
    /// By level, from the first.
    counted: Vec<Level>,
    refined: Vec<String>,
    excluded: Vec<String>,
}

impl Tree<'_> {
    /// The values under `parent`, or the first level.
    fn values(&self, parent: Option<&str>) -> Vec<FacetValue> {
        let separator = self.facet.separator().unwrap_or_default();
        let level = parent.map_or(0, |path| self.facet.parts(path).len());
        let start = parent.map(|path| format!("{path}{separator}")).unwrap_or_default();
        let Some(counted) = self.counted.get(level) else {
            return Vec::new();
        };
        let counted = counted.iter().filter(|(path, _)| path.starts_with(&start));
        let mut paths: Vec<(Cow<'_, str>, u64)> = counted.map(|(path, count)| (Cow::Borrowed(path), count)).collect();
        // What the query names is shown even when no record is left, or it could not be lifted.
        for named in self.refined.iter().chain(&self.excluded) {
            let parts = self.facet.parts(named);
            let Some(parts) = parts.get(..=level) else { continue };
            let path = parts.join(separator);
            let known = paths.iter().any(|(other, _)| *other == path);
            if path.starts_with(&start) && !known {
                paths.push((Cow::Owned(path), 0));
            }
        }
        keep_most_frequent(&mut paths, self.facet.sort, self.facet.limit);
        paths.sort_by_cached_key(|(path, count)| Rank::new(self.facet.sort, path, *count));
        paths.truncate(self.facet.limit);
        paths
            .into_iter()
            .map(|(path, count)| self.value(path.into_owned(), count))
            .collect()
    }

    fn value(&self, path: String, count: u64) -> FacetValue {
        let refined = self.refined.iter().any(|named| self.leads_to(&path, named));
        let state = if refined {
            FacetState::Refined
        } else if self.excluded.contains(&path) {
            FacetState::Excluded
        } else {
            FacetState::Displayed
        };
        let children = if refined { self.values(Some(&path)) } else { Vec::new() };
        let name = self
            .facet
            .parts(&path)
            .last()
            .map_or(path.as_str(), |name| name)
            .to_owned();
        FacetValue {
            name,
            value: path,
            count,
            state,
            children,
        }
    }

    /// Whether `path` is `named` or above it.
    fn leads_to(&self, path: &str, named: &str) -> bool {
        let (path, named) = (self.facet.parts(path), self.facet.parts(named));
        named.get(..path.len()) == Some(path.as_slice())
    }
}

/// Leaves out values that are too rare to be among the first `limit`, before names are compared.
fn keep_most_frequent(paths: &mut Vec<(Cow<'_, str>, u64)>, sort: FacetSort, limit: usize) {
    if sort != FacetSort::CountDesc || paths.len() <= limit || limit == 0 {
        return;
    }
    let mut counts: Vec<u64> = paths.iter().map(|(_, count)| *count).collect();
    let (_, least, _) = counts.select_nth_unstable_by(limit - 1, |a, b| b.cmp(a));
    let least = *least;
    paths.retain(|(_, count)| *count >= least);
}

/// A name as people order it, then by its characters: the order of [`collate::compare`].
type NameKey = (String, String);

/// Where a value with its count stands in an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// By a number, smallest first, then by name.
    Number(i128, NameKey),
    Name(NameKey),
    NameDown(Reverse<NameKey>),
}

impl Rank {
    fn new(sort: FacetSort, path: &str, count: u64) -> Self {
        let name = (collate::fold(path), path.to_owned());
        match sort {
            FacetSort::Count => Self::Number(count.into(), name),
            FacetSort::CountDesc => Self::Number(-i128::from(count), name),
            FacetSort::Alphanum => Self::Name(name),
            FacetSort::AlphanumDesc => Self::NameDown(Reverse(name)),
            FacetSort::Num => Self::Number(number(path), name),
            FacetSort::NumDesc => Self::Number(-number(path), name),
        }
    }
}

/// A number as a whole one that has the same order; what is no number is larger than all.
fn number(text: &str) -> i128 {
    let bits = text.parse::<f64>().unwrap_or(f64::NAN).to_bits().cast_signed();
    // IEEE 754: of negative numbers, the larger bits are the smaller number.
    i128::from(if bits < 0 { bits ^ i64::MAX } else { bits })
}
