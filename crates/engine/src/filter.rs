//! Which records a query is about: the caller's permissions first, then `where`, `refine` and `exclude`.

use datafusion::logical_expr::Expr;
use parvis_odsql::{CompareOp, Condition, ConditionKind, FacetRequest, Query};

use crate::plan::Scope;
use crate::plan::condition::joined;
use crate::plan::refine::Refinements;
use crate::scan::Filter;
use crate::{Context, Dataset, Error};

/// The conditions of a query.
#[derive(Clone, Debug)]
pub(crate) struct Matching {
    /// The permissions' and the query's, without the refinements.
    fixed: Vec<Expr>,
    refinements: Refinements,
    late: bool,
}

impl Matching {
    /// Reads the conditions of `query`.
    pub(crate) fn new(
        dataset: &Dataset,
        query: &Query,
        facets: &[FacetRequest],
        context: &Context,
    ) -> Result<Self, Error> {
        let client = Scope::of_client(dataset, context);
        let mut fixed = Vec::new();
        if let Some(condition) = &context.row_filter {
            fixed.push(Scope::of_permissions(dataset, context).condition(condition)?);
        }
        for condition in &query.filter {
            fixed.push(client.condition(condition)?);
        }
        let refinements = Refinements::new(query, facets, &client)?;
        let conditions = context.row_filter.iter().chain(&query.filter);
        let late = conditions.clone().any(has_equality) || !query.refine.is_empty();
        Ok(Self {
            fixed,
            refinements,
            late,
        })
    }

    /// All conditions as one; without the refinements of the facet `except`, when its values are alternatives.
    pub(crate) fn filter(&self, except: Option<&str>) -> Filter {
        let conditions = self.fixed.iter().cloned().chain(self.refinements.conditions(except));
        Filter {
            expr: joined(conditions.collect(), Expr::and),
            late: self.late,
        }
    }
}

/// Whether a condition keeps few records for sure: an equality that always has to hold.
fn has_equality(condition: &Condition) -> bool {
    match &condition.kind {
        ConditionKind::And(parts) => parts.iter().any(has_equality),
        ConditionKind::Compare(_, op, _) => *op == CompareOp::Eq,
        ConditionKind::InList(..) | ConditionKind::Contains(..) => true,
        _ => false,
    }
}
