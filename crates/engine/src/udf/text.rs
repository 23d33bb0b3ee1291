//! Functions of texts and lists of texts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, StringArray, StringBuilder};
use arrow::array::{ListBuilder, make_array};
use arrow::datatypes::DataType;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use parvis_formats::layout;
use parvis_model::collate::fold;
use parvis_odsql::CompareOp;

use super::call;

/// Calls `each` on every text of record `row`: one, or those of a list.
pub(crate) fn each_text<'a>(array: &'a ArrayRef, row: usize, each: &mut dyn FnMut(&'a str)) {
    if array.is_null(row) {
        return;
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        each(texts.value(row));
    } else if let Some(lists) = array.as_list_opt::<i32>() {
        let offsets = lists.value_offsets();
        let texts = lists.values().as_string::<i32>();
        let item = |offset: i32| usize::try_from(offset).expect("offsets are not negative");
        for place in item(offsets[row])..item(offsets[row + 1]) {
            if !texts.is_null(place) {
                each(texts.value(place));
            }
        }
    }
}

/// Whether one of the texts of `fields` begins with `prefix`, case and accents included.
pub(crate) fn any_starts_with(fields: Vec<Expr>, prefix: String) -> Expr {
    let name = format!("starts{prefix:?}");
    call(name, DataType::Boolean, fields, move |arguments| {
        let rows = arguments[0].len();
        let mut matches = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut found = false;
            for array in arguments {
                each_text(array, row, &mut |text| found = found || text.starts_with(&prefix));
            }
            matches.push(found);
        }
        Ok(Arc::new(BooleanArray::from(matches)) as ArrayRef)
    })
}

/// Whether an item of `list` stands in the relation `op` to `value`; null when there is none to compare.
pub(crate) fn any_item(list: Expr, op: CompareOp, value: Expr) -> Expr {
    let name = format!("any{op:?}");
    call(name, DataType::Boolean, vec![list, value], move |arguments| {
        let values = arguments[1].as_string::<i32>();
        let matches = (0..arguments[0].len()).map(|row| {
            if arguments[0].is_null(row) || values.is_null(row) {
                return None;
            }
            let value = values.value(row);
            let (mut any, mut equal) = (false, false);
            each_text(&arguments[0], row, &mut |item| {
                equal = equal || item == value;
                any = any
                    || match op {
                        CompareOp::Eq | CompareOp::NotEq => item == value,
                        CompareOp::Lt => item < value,
                        CompareOp::LtEq => item <= value,
                        CompareOp::Gt => item > value,
                        CompareOp::GtEq => item >= value,
                    };
            });
            Some(if op == CompareOp::NotEq { !equal } else { any })
        });
        Ok(Arc::new(matches.collect::<BooleanArray>()) as ArrayRef)
    })
}

/// Applies `map` to every text, and to every item of a list.
fn map_texts(array: &ArrayRef, map: &dyn Fn(&str) -> String) -> DataFusionResult<ArrayRef> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        let mapped = texts.iter().map(|text| text.map(map));
        return Ok(Arc::new(mapped.collect::<StringArray>()));
    }
    let lists: &ListArray = array.as_list::<i32>();
    let mapped = map_texts(lists.values(), map)?;
    let data = lists
        .to_data()
        .into_builder()
        .child_data(vec![mapped.to_data()])
        .build()?;
    Ok(make_array(data))
}

/// `lower(text)`.
pub(crate) fn lower(value: Expr, returns: DataType) -> Expr {
    call("lower", returns, vec![value], |arguments| {
        map_texts(&arguments[0], &str::to_lowercase)
    })
}

/// A text without case and accents, to order by (`parvis_model::collate`).
pub(crate) fn folded(value: Expr) -> Expr {
    call("folded", DataType::Utf8, vec![value], |arguments| {
        map_texts(&arguments[0], &fold)
    })
}

/// `length(text)`: characters; of a list, those of all its texts.
pub(crate) fn length(value: Expr) -> Expr {
    call("length", DataType::Int64, vec![value], |arguments| {
        let array = &arguments[0];
        let lengths = (0..array.len()).map(|row| {
            let mut characters = 0_i64;
            each_text(array, row, &mut |text| {
                characters += i64::try_from(text.chars().count()).expect("a text fits in memory");
            });
            (!array.is_null(row)).then_some(characters)
        });
        Ok(Arc::new(lengths.collect::<Int64Array>()) as ArrayRef)
    })
}

/// Bytes of the values of each record: those of its texts, eight for anything else.
pub(crate) fn sizes(fields: Vec<Expr>) -> Expr {
    call("size", DataType::Int64, fields, |arguments| {
        let rows = arguments.first().map_or(0, |array| array.len());
        let sizes = (0..rows).map(|row| {
            let size = arguments.iter().map(|array| {
                let mut bytes = 0;
                each_text(array, row, &mut |text| bytes += text.len());
                let other = matches!(array.data_type(), DataType::Utf8 | DataType::List(_)) || array.is_null(row);
                bytes + if other { 0 } else { 8 }
            });
            i64::try_from(size.sum::<usize>()).expect("a record fits in memory")
        });
        Ok(Arc::new(Int64Array::from_iter_values(sizes)) as ArrayRef)
    })
}

/// `json_format(text, fallback)`: the text when it is JSON; else the fallback as JSON; else the text as a JSON string.
pub(crate) fn json_format(value: Expr, fallback: Option<serde_json::Value>) -> Expr {
    let name = format!("json{fallback:?}");
    call(name, DataType::Utf8, vec![value], move |arguments| {
        let texts = arguments[0].as_string::<i32>();
        let formatted = texts.iter().map(|text| {
            let text = text?;
            if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
                return Some(text.to_owned());
            }
            match &fallback {
                Some(serde_json::Value::Null) => None,
                Some(other) => Some(other.to_string()),
                None => Some(serde_json::Value::from(text).to_string()),
            }
        });
        Ok(Arc::new(formatted.collect::<StringArray>()) as ArrayRef)
    })
}

/// Each text as a list of one; null stays null.
pub(crate) fn one_item(value: Expr) -> Expr {
    call("one_item", layout::text_list(), vec![value], |arguments| {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for text in arguments[0].as_string::<i32>() {
            if let Some(text) = text {
                lists.values().append_value(text);
            }
            lists.append(text.is_some());
        }
        Ok(Arc::new(lists.finish()) as ArrayRef)
    })
}

/// The different items of each list, so that a record is counted once per value; a list without items becomes null. With
/// `separator`, the first `level` parts of each item, those that have as many.
pub(crate) fn different_items(list: Expr, path: Option<(String, usize)>) -> Expr {
    let name = format!("items{path:?}");
    call(name, layout::text_list(), vec![list], move |arguments| {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in 0..arguments[0].len() {
            let mut items: Vec<&str> = Vec::new();
            each_text(&arguments[0], row, &mut |text| {
                let item = match &path {
                    Some((separator, level)) => first_parts(text, separator, *level),
                    None => Some(text),
                };
                items.extend(item);
            });
            items.sort_unstable();
            items.dedup();
            for item in &items {
                lists.values().append_value(item);
            }
            lists.append(!items.is_empty());
        }
        Ok(Arc::new(lists.finish()) as ArrayRef)
    })
}

/// The first `level` parts of each text, null where there are fewer.
pub(crate) fn path_start(value: Expr, separator: String, level: usize) -> Expr {
    let name = format!("path{level}{separator:?}");
    call(name, DataType::Utf8, vec![value], move |arguments| {
        let texts = arguments[0].as_string::<i32>();
        let starts = texts.iter().map(|text| first_parts(text?, &separator, level));
        Ok(Arc::new(starts.collect::<StringArray>()) as ArrayRef)
    })
}

/// The first `level` parts of a path, when it has as many.
fn first_parts<'a>(path: &'a str, separator: &str, level: usize) -> Option<&'a str> {
    if separator.is_empty() {
        return (level == 1).then_some(path);
    }
    let mut ends = path
        .match_indices(separator)
        .map(|(place, _)| place)
        .chain([path.len()]);
    ends.nth(level - 1).map(|end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_at_its_separator() {
        assert_eq!(first_parts("a/b/c", "/", 1), Some("a"));
        assert_eq!(first_parts("a/b/c", "/", 3), Some("a/b/c"));
        assert_eq!(first_parts("a/b/c", "/", 4), None);
        assert_eq!(first_parts("a > b", " > ", 2), Some("a > b"));
    }
}
