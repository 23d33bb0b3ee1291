use serde_json::Value;

use super::*;

/// The examples of a schema's fields, where it has them.
fn examples(schema: &Value) -> Vec<(String, String)> {
    let example = |field: &Value| match &field["example"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let fields = schema["fields"].as_array().into_iter().flatten();
    fields
        .map(|field| (field["name"].as_str().unwrap().to_owned(), example(field)))
        .collect()
}

#[test]
fn a_file_with_the_columns_of_any_scdl_schema_is_read_whole() {
    let Some(folder) = parvis_testkit::fixtures("scdl") else {
        return;
    };
    let mut schemas = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let schema: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let examples = examples(&schema);
        if examples.is_empty() {
            continue;
        }
        schemas += 1;
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let line = |cell: fn(&(String, String)) -> &str| {
            examples
                .iter()
                .map(|pair| quoted(cell(pair)))
                .collect::<Vec<_>>()
                .join(";")
        };
        let text = format!("{}\n{}\n", line(|pair| &pair.0), line(|pair| &pair.1));
        let options = InspectOptions {
            header: Some(true),
            ..InspectOptions::default()
        };
        let read = try_read("a.csv", text.as_bytes(), &options).unwrap();
        assert_eq!(
            (read.inspection.rows, &read.problems),
            (1, &Vec::new()),
            "{}",
            path.display()
        );
        assert!(read.types().len() >= examples.len(), "{}", path.display());
        for (field, (header, example)) in read.inspection.schema.fields.iter().zip(&examples) {
            assert_eq!(field.label("fr"), header);
            let is_code = example.len() == 14 && example.bytes().all(|byte| byte.is_ascii_digit());
            assert!(
                !is_code || field.field_type == FieldType::Text,
                "{}: {header}",
                path.display()
            );
        }
        let has = |wanted: &str| {
            examples
                .iter()
                .any(|(name, value)| name.to_lowercase() == wanted && !value.is_empty())
        };
        let pairs = [
            ("latitude", "longitude"),
            ("ylat", "xlong"),
            ("lat_coor1", "long_coor1"),
            ("equip_lat", "equip_long"),
        ];
        if pairs.iter().any(|(lat, lon)| has(lat) && has(lon)) {
            assert!(
                read.types().iter().any(|field| field.1 == FieldType::GeoPoint2d),
                "{}",
                path.display()
            );
        }
    }
    assert!(schemas > 20, "{schemas}");
}
