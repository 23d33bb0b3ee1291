//! The columns of an answer.

use parvis_formats::{Column, ColumnKind};
use parvis_odsql::SelectItem;

use super::{Scope, Value};
use crate::Error;

/// A column of an answer and how it is computed.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) value: Value,
}

impl Output {
    /// The column as formats know it.
    pub(crate) fn column(&self) -> Column {
        Column {
            key: self.key.clone(),
            label: self.label.clone(),
            kind: self.value.column_kind(),
        }
    }

    /// A column that is added to what was asked for.
    pub(crate) fn extra(key: &str, value: Value) -> Self {
        Self {
            key: key.to_owned(),
            label: key.to_owned(),
            value,
        }
    }
}

/// Whether a name fits a pattern: itself, or what comes before a trailing `*`.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Adds a column, in the place of one with the same key.
fn put(outputs: &mut Vec<Output>, output: Output) {
    match outputs.iter_mut().find(|other| other.key == output.key) {
        Some(other) => *other = output,
        None => outputs.push(output),
    }
}

impl Scope<'_> {
    /// The columns that `select` asks for; all fields when it is empty.
    pub(crate) fn outputs(&self, select: &[SelectItem]) -> Result<Vec<Output>, Error> {
        let scope = self.clause("select");
        let mut outputs = Vec::new();
        // Exclusions alone mean everything but what they name.
        let only_exclusions = select.iter().all(|item| matches!(item, SelectItem::Exclude(_)));
        if only_exclusions {
            scope.put_fields("*", &mut outputs);
        }
        for item in select {
            match item {
                SelectItem::All => scope.put_fields("*", &mut outputs),
                SelectItem::Include(pattern) => {
                    if !pattern.ends_with('*') {
                        scope.field(pattern)?;
                    }
                    scope.put_fields(pattern, &mut outputs);
                }
                SelectItem::Exclude(_) => {}
                SelectItem::Expr { expr, label, text } => {
                    let value = scope.expr(expr)?;
                    let named = match &expr.kind {
                        parvis_odsql::ExprKind::Field(name) => scope.find(name),
                        _ => None,
                    };
                    // A field typed between back quotes has its name as its key.
                    let key = match (label, named) {
                        (Some(label), _) => label.clone(),
                        (None, Some(field)) => field.name.clone(),
                        (None, None) => text.clone(),
                    };
                    let shown = match (label, named) {
                        (None, Some(field)) => field.label(&self.context.lang).to_owned(),
                        _ => key.clone(),
                    };
                    put(
                        &mut outputs,
                        Output {
                            key,
                            label: shown,
                            value,
                        },
                    );
                }
            }
        }
        for item in select {
            if let SelectItem::Exclude(pattern) = item {
                if !pattern.ends_with('*') {
                    scope.field(pattern)?;
                }
                outputs.retain(|output| !fits(&output.key, pattern));
            }
        }
        Ok(outputs)
    }

    fn put_fields(&self, pattern: &str, outputs: &mut Vec<Output>) {
        for field in self.fields().filter(|field| fits(&field.name, pattern)) {
            let output = Output {
                key: field.name.clone(),
                label: field.label(&self.context.lang).to_owned(),
                value: Value::field(field),
            };
            put(outputs, output);
        }
    }
}

/// The columns of an answer as formats know them.
pub(crate) fn columns(outputs: &[Output]) -> Vec<Column> {
    outputs.iter().map(Output::column).collect()
}

/// Whether answers hold places in this column.
pub(crate) fn is_point(kind: ColumnKind) -> bool {
    kind == ColumnKind::GeoPoint
}
