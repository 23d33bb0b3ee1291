//! A row of an answer, its values as they were written: numbers pass through to the last digit.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::api::error::ApiError;

/// An object whose members keep their order.
#[derive(Debug, Default)]
pub(super) struct Row(pub Vec<(String, Box<RawValue>)>);

impl Row {
    /// Takes a member out.
    pub fn take(&mut self, key: &str) -> Option<Box<RawValue>> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// Writes the member `key` anew.
    pub fn rewrite(&mut self, key: &str, how: impl Fn(&str) -> Option<String>) {
        for (name, value) in &mut self.0 {
            if name == key
                && let Some(written) = how(value.get())
                && let Ok(written) = RawValue::from_string(written)
            {
                *value = written;
            }
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Row;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Row(members))
    }
}

/// The rows of a list that the use-cases wrote.
pub(super) fn rows(json: &[u8]) -> Result<Vec<Row>, ApiError> {
    serde_json::from_slice(json).map_err(broken)
}

/// One row that the use-cases wrote.
pub(super) fn row(json: &[u8]) -> Result<Row, ApiError> {
    serde_json::from_slice(json).map_err(broken)
}

#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
fn broken(error: serde_json::Error) -> ApiError {
    let message = format!("rows are not JSON: {error}");
    ApiError::new(parvis_model::ErrorCode::InternalServerError, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_their_digits() {
        let text = r#"[{"b":1.10,"a":27.480000000000001,"c":{"lon":2,"lat":48},"é":"x"}]"#;
        let mut read = rows(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let row = &mut read[0];
        assert_eq!(row.take("c").unwrap().get(), r#"{"lon":2,"lat":48}"#);
        row.rewrite("b", |number| Some(format!("\"{number}\"")));
        row.rewrite("é", |_| Some("not JSON".to_owned()));
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"[{"b":"1.10","a":27.480000000000001,"é":"x"}]"#
        );
    }
}
