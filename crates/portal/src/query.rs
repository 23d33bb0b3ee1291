//! The clauses of a query, from text to tree.

use chrono_tz::Tz;
use parvis_engine::{Context, RecordsRequest};
use parvis_model::Permission;
use parvis_odsql::{
    CompareOp, Condition, ConditionKind, Expr, ExprKind, FacetRequest, Fields, Literal, Query, Span, parse_exclude,
    parse_facet, parse_group_by, parse_order_by, parse_refine, parse_select, parse_v1, parse_where,
};

use crate::records::{After, Page};
use crate::{Parvis, Result, Viewer};

/// The clauses as a client wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clauses {
    /// `select`.
    pub select: Option<String>,
    /// `where`, each time it was given: all must hold.
    pub filter: Vec<String>,
    /// Words to be found anywhere (`q` of the pages): taken as they are, no syntax.
    pub text: Option<String>,
    /// `group_by`.
    pub group_by: Option<String>,
    /// `order_by`.
    pub order_by: Option<String>,
    /// `refine`, each time it was given.
    pub refine: Vec<String>,
    /// `exclude`, each time it was given.
    pub exclude: Vec<String>,
    /// `facet`, each time it was given.
    pub facets: Vec<String>,
    /// `qv1`, or `q` of the API v1, each time it was given: all must hold.
    pub v1: Vec<String>,
}

/// Clauses that have been read.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub query: Query,
    pub facets: Vec<FacetRequest>,
}

impl Parsed {
    /// What is asked of the engine for a page of records.
    pub fn request(self, page: Page, app_metas: bool, context: Context) -> RecordsRequest {
        RecordsRequest {
            query: self.query,
            facets: self.facets,
            limit: page.limit,
            offset: page.offset,
            after: match page.after {
                Some(After::Row(row)) => Some(row),
                Some(After::Start) | None => None,
            },
            app_metas,
            context,
        }
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

impl Clauses {
    /// What was written in any of the clauses.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let single = [&self.select, &self.text, &self.group_by, &self.order_by];
        let several = [&self.filter, &self.refine, &self.exclude, &self.facets, &self.v1];
        let single = single.into_iter().flatten();
        single.chain(several.into_iter().flatten()).map(String::as_str)
    }

    /// Reads every clause, over the fields that the caller may name.
    ///
    /// # Errors
    /// The first clause that cannot be read, with its position.
    pub(crate) fn parse(&self, fields: &dyn Fields) -> Result<Parsed> {
        let mut query = Query::default();
        if let Some(select) = given(self.select.as_deref()) {
            query.select = parse_select(select)?;
        }
        for filter in self.filter.iter().filter_map(|filter| given(Some(filter))) {
            query.filter.push(parse_where(filter)?);
        }
        for text in self.v1.iter().filter_map(|text| given(Some(text))) {
            query.filter.push(parse_v1(text, fields)?);
        }
        if let Some(text) = given(self.text.as_deref()) {
            query.filter.push(node(ConditionKind::FullText(text.to_owned())));
        }
        if let Some(group_by) = given(self.group_by.as_deref()) {
            query.group_by = parse_group_by(group_by)?;
        }
        if let Some(order_by) = given(self.order_by.as_deref()) {
            query.order_by = parse_order_by(order_by)?;
        }
        query.refine = self
            .refine
            .iter()
            .map(|text| parse_refine(text))
            .collect::<Result<_, _>>()?;
        query.exclude = self
            .exclude
            .iter()
            .map(|text| parse_exclude(text))
            .collect::<Result<_, _>>()?;
        let facets = self
            .facets
            .iter()
            .map(|text| parse_facet(text))
            .collect::<Result<_, _>>()?;
        Ok(Parsed { query, facets })
    }
}

fn node(kind: ConditionKind) -> Condition {
    Condition {
        kind,
        span: Span::default(),
    }
}

/// `field = "value"`, for filters that the platform adds.
pub(crate) fn equals(field: &str, value: &str) -> Condition {
    let expr = |kind| Expr {
        kind,
        span: Span::default(),
    };
    let left = expr(ExprKind::Field(field.to_owned()));
    let right = expr(ExprKind::Literal(Literal::String(value.to_owned())));
    node(ConditionKind::Compare(left, CompareOp::Eq, right))
}

impl Parvis {
    /// How the engine is to read values for `viewer`, with nothing hidden.
    pub(crate) fn context(&self, viewer: &Viewer) -> Context {
        Context {
            timezone: viewer.timezone,
            lang: viewer.lang.clone(),
            now: self.now(),
            row_filter: None,
            visible: None,
            collated: false,
        }
    }

    /// The same for the catalogue: restricted datasets are hidden from those who may not explore them, and titles stand in
    /// the order in which people look for them.
    pub(crate) fn catalogue_context(&self, viewer: &Viewer) -> Context {
        let all = viewer.may(Permission::ExploreRestrictedDataset);
        let row_filter = (!all).then(|| equals("visibility", "domain"));
        Context {
            row_filter,
            collated: true,
            ..self.context(viewer)
        }
    }
}

/// Reads the name of a time zone, as IANA spells it.
pub fn parse_timezone(name: &str) -> Option<Tz> {
    name.parse().ok()
}
