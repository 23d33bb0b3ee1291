//! Columns for what templates say: the standard ones always, those of a portal as its datasets have them.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use parvis_model::meta::{BASIC, MetaKind, MetaValue, STANDARD, time};
use parvis_model::{Annotations, Dataset, Field, FieldType};

use super::{texts, times};

/// What a column holds.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Texts,
    Time,
    Int,
    Flag,
}

/// The columns, each with its field. Fields of the basic template go by two names.
pub(super) fn columns(datasets: &[&Dataset]) -> Vec<(Field, ArrayRef)> {
    let mut columns = Vec::new();
    for (template, name, kind) in STANDARD {
        let form = match kind {
            MetaKind::Text | MetaKind::Address => Form::Text,
            MetaKind::Texts | MetaKind::Addresses | MetaKind::HvdCategories => Form::Texts,
            MetaKind::Time => Form::Time,
        };
        let values = array(datasets, template, name, form);
        if template == BASIC {
            columns.push((field(name.to_owned(), form), Arc::clone(&values)));
        }
        columns.push((field(format!("{template}.{name}"), form), values));
    }
    let own: BTreeSet<(&str, &str)> = datasets
        .iter()
        .flat_map(|dataset| &dataset.metas.templates)
        .flat_map(|(template, fields)| fields.keys().map(move |name| (template.as_str(), name.as_str())))
        .filter(|own| !STANDARD.iter().any(|(template, name, _)| own == &(*template, *name)))
        .collect();
    for (template, name) in own {
        let form = form_of(datasets.iter().filter_map(|dataset| dataset.meta(template, name)));
        columns.push((
            field(format!("{template}.{name}"), form),
            array(datasets, template, name, form),
        ));
    }
    columns
}

/// The form that all values of a field fit.
fn form_of<'a>(values: impl Iterator<Item = &'a MetaValue>) -> Form {
    let form = |value: &MetaValue| match value {
        MetaValue::Flag(_) => Form::Flag,
        MetaValue::Int(_) => Form::Int,
        MetaValue::Text(_) => Form::Text,
        MetaValue::Texts(_) => Form::Texts,
    };
    let common = values.map(form).reduce(|one, other| match (one, other) {
        (Form::Flag, Form::Flag) => Form::Flag,
        (Form::Int, Form::Int) => Form::Int,
        (Form::Texts, _) | (_, Form::Texts) => Form::Texts,
        _ => Form::Text,
    });
    common.unwrap_or(Form::Text)
}

fn field(name: String, form: Form) -> Field {
    let (field_type, multivalued) = match form {
        Form::Text => (FieldType::Text, None),
        Form::Texts => (FieldType::Text, Some(",".to_owned())),
        Form::Time => (FieldType::Datetime, None),
        Form::Int => (FieldType::Int, None),
        Form::Flag => (FieldType::Boolean, None),
    };
    Field {
        annotations: Annotations {
            multivalued,
            sortable: true,
            ..Annotations::default()
        },
        ..Field::new(name, field_type)
    }
}

fn array(datasets: &[&Dataset], template: &str, name: &str, form: Form) -> ArrayRef {
    let values = datasets.iter().map(|dataset| dataset.meta(template, name));
    let joined = |value: Option<&MetaValue>| value.map(|value| value.texts().join(", "));
    match form {
        Form::Text => Arc::new(values.map(joined).collect::<StringArray>()),
        Form::Texts => texts(values.map(|value| value.map(MetaValue::texts).unwrap_or_default())),
        Form::Time => times(values.map(|value| time(&joined(value)?))),
        Form::Int => {
            let number = |value: Option<&MetaValue>| match value {
                Some(MetaValue::Int(number)) => Some(*number),
                _ => None,
            };
            Arc::new(values.map(number).collect::<Int64Array>())
        }
        Form::Flag => {
            let flag = |value: Option<&MetaValue>| match value {
                Some(MetaValue::Flag(flag)) => Some(*flag),
                _ => None,
            };
            Arc::new(values.map(flag).collect::<BooleanArray>())
        }
    }
}
