//! Fields of a row that come in more than one form.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A host as text, or as Parvis' registry writes it: `"host_only"` or `{"third_party": "host"}`.
pub fn host<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(input)?;
    let named = value.as_str().or_else(|| value["third_party"].as_str());
    Ok(named
        .filter(|text| !text.is_empty() && *text != "host_only")
        .map(str::to_owned))
}

/// A life in seconds; `null` says that it ends with the browser, which is something else than saying nothing.
pub fn life<'de, D: Deserializer<'de>>(input: D) -> Result<Option<u32>, D::Error> {
    let life = Option::<u32>::deserialize(input)?;
    Ok(Some(life.unwrap_or(0)))
}
