//! Records as statements, in the direct way: a record is a thing, its fields are its properties.

use arrow::record_batch::RecordBatch;
use parvis_model::Precision;

use super::super::value::{Cell, Clock, Values};
use super::super::xml;
use super::{Name, Node, Object, Prefixes, Syntax};
use crate::Error;
use crate::output::{ColumnKind, RowFormat, Table, WriterOptions};

const XSD: &str = "xsd";
const GEO: &str = "geo";
/// The dataset's own terms.
const FIELD: &str = "field";

/// Writes records as statements.
pub struct Statements {
    syntax: Syntax,
    table: Table,
    options: WriterOptions,
    prefixes: Prefixes,
    /// The property of each column; `None` for the one that names the record.
    properties: Vec<Option<Name>>,
}

impl Statements {
    /// For the columns of a table.
    pub fn new(table: &Table, options: WriterOptions, syntax: Syntax) -> Self {
        let names = xml::names(table.columns.iter().map(|column| column.key.as_str()));
        let columns = table.columns.iter().zip(names);
        let properties =
            columns.map(|(column, name)| (column.key != super::super::ID).then(|| Name::made(FIELD, name)));
        Self {
            syntax,
            properties: properties.collect(),
            prefixes: [
                (FIELD, format!("{}#", options.address.trim_end_matches('/'))),
                (XSD, "http://www.w3.org/2001/XMLSchema#".to_owned()),
                (GEO, "http://www.opengis.net/ont/geosparql#".to_owned()),
                ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#".to_owned()),
            ]
            .map(|(prefix, namespace)| (prefix.to_owned(), namespace))
            .to_vec(),
            table: table.clone(),
            options,
        }
    }

    fn node(&self, columns: &[Values], row: usize, clock: &mut Clock) -> Node {
        let mut node = Node::default();
        for ((values, property), column) in columns.iter().zip(&self.properties).zip(&self.table.columns) {
            match property {
                None => {
                    let id = values.text(row, "", clock);
                    node.iri = Some(format!("{}/records/{id}", self.options.address.trim_end_matches('/')));
                }
                Some(property) => {
                    let objects = objects(values, row, column.kind, clock);
                    node.properties
                        .extend(objects.into_iter().map(|object| (property.clone(), object)));
                }
            }
        }
        node
    }
}

/// What a cell says: nothing, one thing, or one for each text of a list.
fn objects(values: &Values, row: usize, kind: ColumnKind, clock: &mut Clock) -> Vec<Object> {
    let typed = |text: String, prefix, local| vec![Object::Typed(text, Name::of(prefix, local))];
    let place = |row: usize| values.geometry_of(row);
    match values.cell(row) {
        Cell::Null => Vec::new(),
        Cell::Text(text) if kind == ColumnKind::Json => typed(text.to_owned(), "rdf", "JSON"),
        Cell::Text(_) | Cell::Point(_) if matches!(kind, ColumnKind::GeoShape | ColumnKind::GeoPoint) => {
            place(row).map_or_else(Vec::new, |shape| typed(shape.wkt(), GEO, "wktLiteral"))
        }
        Cell::Text(text) => vec![Object::Text(text.to_owned())],
        Cell::List => values.items(row).map(|text| Object::Text(text.to_owned())).collect(),
        Cell::Int(_) => typed(values.text(row, "", clock), XSD, "integer"),
        // Numbers that JSON does not have are empty here.
        Cell::Double(value) if value.is_finite() => typed(values.text(row, "", clock), XSD, "double"),
        Cell::Double(_) | Cell::Point(_) => Vec::new(),
        Cell::Boolean(value) => typed(value.to_string(), XSD, "boolean"),
        Cell::Date(_, precision) => {
            let local = match precision {
                Some(Precision::Year) => "gYear",
                Some(Precision::Month) => "gYearMonth",
                _ => "date",
            };
            typed(values.text(row, "", clock), XSD, local)
        }
        Cell::Datetime(_) => typed(values.text(row, "", clock), XSD, "dateTime"),
    }
}

impl RowFormat for Statements {
    fn head(&self, out: &mut Vec<u8>) {
        self.syntax.head(&self.prefixes, out);
    }

    fn rows(&self, batch: &RecordBatch, first: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let columns = super::super::value::columns(&self.table, batch)?;
        let mut clock = Clock::new(self.table.timezone);
        for row in 0..batch.num_rows() {
            let node = self.node(&columns, row, &mut clock);
            // Of a record of nothing but nulls nothing is known; in JSON it keeps its place between the commas.
            if self.syntax == Syntax::Json || !node.properties.is_empty() {
                self.syntax.node(&node, &self.prefixes, first && row == 0, out);
            }
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        self.syntax.tail(out);
    }
}
