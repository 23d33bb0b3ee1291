//! A page of records with its facets and filters: what the table and the map share.

use crate::render::view;
use minijinja::Value;
use parvis_model::{Field, FieldType};
use parvis_portal::Clauses;
use parvis_portal::records::Page as Rows;
use serde_json::Value as Json;

use super::super::Failure;
use super::super::cells::{Cell, cell};
use super::super::facets::{FacetContext, FacetInfo, FacetKind};
use super::super::paging::paging;
use super::super::query::with_query;
use super::{Cx, Tab};

/// How far the pages of a table reach: the API's own limit.
pub(super) const REACH: u64 = 9_900;

/// Records of one page, as cells.
pub(super) struct Found {
    pub total: u64,
    pub rows: Vec<Vec<Cell>>,
}

/// A field's name in the query language.
pub(super) fn quoted_field(name: &str) -> String {
    let mut bytes = name.bytes();
    let plain = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain { name.to_owned() } else { format!("`{name}`") }
}

impl Cx<'_> {
    /// The facets of the dataset, as its fields say.
    fn facet_infos(&self) -> Vec<FacetInfo> {
        let kind = |field: &Field| match field.field_type {
            FieldType::Boolean => FacetKind::Boolean,
            FieldType::Date | FieldType::Datetime => FacetKind::Date,
            _ => FacetKind::Plain,
        };
        let info = |field: &Field| FacetInfo {
            name: field.name.clone(),
            label: field.label(self.lang()).to_owned(),
            several: field.annotations.disjunctive || field.is_multivalued(),
            kind: kind(field),
        };
        self.dataset
            .schema
            .fields
            .iter()
            .filter(|field| field.annotations.facet)
            .map(info)
            .collect()
    }

    fn facet_context<'b>(&'b self, path: &'b str) -> FacetContext<'b> {
        FacetContext {
            query: &self.query,
            path,
            texts: self.state.templates.texts(),
            lang: self.lang(),
            count_key: "records-found",
        }
    }

    /// The values that every filtered tab shows: facets, active filters, the hidden fields of its search form.
    pub(super) async fn filters(&self) -> Result<Value, Failure> {
        let infos = self.facet_infos();
        let trees = if infos.is_empty() {
            Vec::new()
        } else {
            self.state
                .parvis
                .facets(&self.viewer, &self.dataset.slug, &self.query.clauses())
                .await?
        };
        let path = self.path(self.tab);
        let facets = self.facet_context(&path);
        Ok(view! { facet_list => facets.facets(&infos, &trees), ..self.active_filters() })
    }

    /// The same without the facets.
    pub(super) fn active_filters(&self) -> Value {
        let path = self.path(self.tab);
        view! {
            text => self.query.text,
            hidden_pairs => self.query.pairs_without(&["q"]),
            chip_list => self.facet_context(&path).chips(&self.facet_infos()),
            clear_url => self.query.cleared().url(&path),
            filtered => self.query.is_filtered(),
        }
    }

    /// One page of records, `fields` of each.
    pub(super) async fn found(&self, fields: &[&Field], size: u64, order_by: Option<String>) -> Result<Found, Failure> {
        let select = fields
            .iter()
            .map(|field| quoted_field(&field.name))
            .collect::<Vec<_>>()
            .join(", ");
        let clauses = Clauses {
            select: Some(select),
            order_by,
            ..self.query.clauses()
        };
        let rows = Rows::new(size, (self.query.page.min(REACH / size) - 1) * size);
        let page = self
            .state
            .parvis
            .records(&self.viewer, &self.dataset.slug, &clauses, rows, false)
            .await?;
        let records: Vec<serde_json::Map<String, Json>> = serde_json::from_slice(&page.json)
            .map_err(|error| parvis_portal::Error::Internal(format!("a page of records is no JSON: {error}")))?;
        let map = self.path(Tab::Map);
        let map_url = |lat: f64, lon: f64| {
            let mut pairs = self.query.pairs();
            pairs.push(("location".to_owned(), format!("15,{lat:.5},{lon:.5}")));
            with_query(&map, &pairs)
        };
        let row = |record: &serde_json::Map<String, Json>| {
            let value = |field: &&Field| {
                cell(
                    record.get(&field.name).unwrap_or(&Json::Null),
                    field,
                    self.lang(),
                    &map_url,
                )
            };
            fields.iter().map(value).collect()
        };
        Ok(Found {
            total: page.total,
            rows: records.iter().map(row).collect(),
        })
    }

    /// The links to the other pages of `total` records.
    pub(super) fn pages(&self, total: u64, size: u64) -> super::super::paging::Paging {
        let path = self.path(self.tab);
        paging(total, size, REACH, self.query.page, |number| {
            self.query.at_page(number).url(&path)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::quoted_field;

    #[test]
    fn names_that_are_no_words_are_quoted() {
        assert_eq!(quoted_field("code_insee"), "code_insee");
        assert_eq!(quoted_field("2024_total"), "`2024_total`");
        assert_eq!(quoted_field("é"), "`é`");
    }
}
