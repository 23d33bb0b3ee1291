//! Reading the values of arguments. What cannot be read says how to write it.

use parvis_model::text::is_language;
use parvis_model::{FieldType, PortalId, Role, id::is_slug};

/// A portal's name.
pub fn portal_id(text: &str) -> Result<PortalId, String> {
    PortalId::parse(text).ok_or_else(|| "use 1 to 63 lower-case letters, digits and inner hyphens".to_owned())
}

/// A dataset's name in addresses.
pub fn slug(text: &str) -> Result<String, String> {
    if is_slug(text) {
        Ok(text.to_owned())
    } else {
        Err(
            "use lower-case letters, digits, hyphens and underscores, beginning and ending with a letter or digit"
                .to_owned(),
        )
    }
}

/// A host name alone, in lower case.
pub fn host(text: &str) -> Result<String, String> {
    let host = text.to_ascii_lowercase();
    let good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.len() <= 253 && host.split('.').all(good) {
        Ok(host)
    } else {
        Err("write a host name alone, such as data.orleans.example: no scheme, port, path or trailing dot".to_owned())
    }
}

/// A role's name.
pub fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "use reader, publisher or admin".to_owned())
}

/// A name and a value.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a name, = and a value".to_owned()),
    }
}

/// A language and a text.
pub fn localized(text: &str) -> Result<(String, String), String> {
    let (lang, text) = pair(text).map_err(|_| "write a language, = and the text: fr=Orléans".to_owned())?;
    if is_language(&lang) {
        Ok((lang, text))
    } else {
        Err(format!(
            "`{lang}` is not a language code: write two lower-case letters, such as fr"
        ))
    }
}

/// A text, perhaps with its language before it: `Arbres`, `en=Trees`.
pub fn perhaps_localized(text: &str) -> Result<(Option<String>, String), String> {
    match text.split_once('=') {
        Some((lang, rest)) if is_language(lang) && !rest.is_empty() => Ok((Some(lang.to_owned()), rest.to_owned())),
        _ if text.is_empty() => Err("write a text".to_owned()),
        _ => Ok((None, text.to_owned())),
    }
}

/// A field and its type.
pub fn field_type(text: &str) -> Result<(String, FieldType), String> {
    let (name, wanted) = pair(text)?;
    let value = serde_json::Value::String(wanted.clone());
    match serde_json::from_value(value) {
        Ok(field_type) => Ok((name, field_type)),
        Err(_) => Err(format!(
            "`{wanted}` is not a type: use text, int, double, boolean, date, datetime, geo_point_2d, geo_shape or json_blob"
        )),
    }
}

/// The delimiter of a CSV.
pub fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => Ok(*byte),
        _ if text == "tab" => Ok(b'\t'),
        _ => Err("write one character that is neither letter nor digit, or tab".to_owned()),
    }
}

/// `on` or `off`.
pub fn on(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("write on or off".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_alone_in_lower_case() {
        assert_eq!(host("Data.Orleans.Example").as_deref(), Ok("data.orleans.example"));
        for bad in ["", "a..b", "a.", "https://a", "a:80", "a/b", "-a.b", "a_b", "é.fr"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn types_have_the_names_of_the_api() {
        assert_eq!(field_type("code=text"), Ok(("code".to_owned(), FieldType::Text)));
        assert_eq!(
            field_type("p=geo_point_2d"),
            Ok(("p".to_owned(), FieldType::GeoPoint2d))
        );
        assert!(field_type("code=string").is_err() && field_type("code").is_err() && field_type("=text").is_err());
    }

    #[test]
    fn a_delimiter_is_one_sign() {
        assert_eq!((delimiter(";"), delimiter("tab")), (Ok(b';'), Ok(b'\t')));
        assert!(delimiter("a").is_err() && delimiter(";;").is_err() && delimiter("").is_err());
    }

    #[test]
    fn a_text_may_say_its_language() {
        let lang = |text| perhaps_localized(text).map(|(lang, text)| (lang.unwrap_or_default(), text));
        let pair = |lang: &str, text: &str| Ok((lang.to_owned(), text.to_owned()));
        assert_eq!(lang("Arbres"), pair("", "Arbres"));
        assert_eq!(lang("en=Trees"), pair("en", "Trees"));
        assert_eq!(lang("<a href=x>"), pair("", "<a href=x>"));
        assert!(lang("").is_err());
    }
}
