//! What templates can call. The functions know the language of the page; they are values of each page rather than of the
//! environment so that macros see them too.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, Value, context};

use super::texts::Texts;
use super::{date, number};
use crate::assets::Assets;

fn refuse(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// `t("key", name=value)`: a text.
fn text(texts: &Texts, lang: &str, key: &str, kwargs: &Kwargs) -> Result<String, Error> {
    let mut args = FluentArgs::new();
    for name in kwargs.args() {
        let value: Value = kwargs.get(name)?;
        let value = match value.kind() {
            ValueKind::Number => f64::try_from(value).map(FluentValue::from)?,
            ValueKind::Undefined | ValueKind::None => {
                return Err(refuse(format!("the text {key} was given no value for {name}")));
            }
            _ => FluentValue::from(value.to_string()),
        };
        args.set(name.to_owned(), value);
    }
    texts
        .get(lang, key, &args)
        .ok_or_else(|| refuse(format!("there is no text {key} in {lang} for these arguments")))
}

/// `number(value)` or `number(value, decimals=2)`.
fn number_text(value: &Value, lang: &str, decimals: Option<usize>) -> Result<String, Error> {
    if let (Some(whole), None) = (value.as_i64(), decimals) {
        return Ok(number::integer(whole, lang));
    }
    let float = f64::try_from(value.clone())?;
    Ok(match decimals {
        Some(decimals) => number::fixed(float, lang, decimals),
        None => number::decimal(float, lang, 6),
    })
}

fn day_text(value: &str, lang: &str) -> Result<String, Error> {
    let day = value.get(..10).unwrap_or(value);
    let day =
        NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|error| refuse(format!("`{value}` is no date: {error}")))?;
    Ok(date::day(day, lang))
}

fn instant_text(value: &str, lang: &str) -> Result<String, Error> {
    let time =
        DateTime::parse_from_rfc3339(value).map_err(|error| refuse(format!("`{value}` is no instant: {error}")))?;
    Ok(date::instant(&time, lang))
}

/// The functions of a page in `lang`: `t`, `number`, `bytes`, `date`, `instant`, `asset`.
pub(super) fn of(lang: &str, texts: &Arc<Texts>, assets: &Arc<Assets>) -> Value {
    let lang: Arc<str> = Arc::from(lang);
    let with_lang = || Arc::clone(&lang);
    let (t_lang, number_lang, bytes_lang, date_lang, instant_lang) =
        (with_lang(), with_lang(), with_lang(), with_lang(), with_lang());
    let (texts, assets) = (Arc::clone(texts), Arc::clone(assets));
    context! {
        t => Value::from_function(move |key: String, kwargs: Kwargs| text(&texts, &t_lang, &key, &kwargs)),
        number => Value::from_function(move |value: Value, kwargs: Kwargs| {
            let decimals: Option<usize> = kwargs.get("decimals")?;
            kwargs.assert_all_used()?;
            number_text(&value, &number_lang, decimals)
        }),
        bytes => Value::from_function(move |size: u64| number::bytes(size, &bytes_lang)),
        date => Value::from_function(move |value: String| day_text(&value, &date_lang)),
        instant => Value::from_function(move |value: String| instant_text(&value, &instant_lang)),
        asset => Value::from_function(move |name: String| assets.url(&name)),
    }
}
