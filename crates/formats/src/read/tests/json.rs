use super::*;

#[test]
fn an_array_of_objects_keeps_the_order_of_first_appearance() {
    let read = read(
        "a.json",
        r#"[
          {"nom": "É\u00e9", "n": 1, "code": "01", "tags": ["a", "b"], "le": "2024-05-31", "x": {"a": 1}},
          {"n": 2.5, "nom": null, "ok": true, "tags": [], "code": "12", "lieu": {"lon": 2.35, "lat": 48.85}, "x": "t"}
        ]"#,
    );
    assert_eq!(
        read.types(),
        [
            ("nom", FieldType::Text),
            ("n", FieldType::Double),
            ("code", FieldType::Text),
            ("tags", FieldType::Text),
            ("le", FieldType::Date),
            ("x", FieldType::JsonBlob),
            ("ok", FieldType::Boolean),
            ("lieu", FieldType::GeoPoint2d),
        ]
    );
    assert_eq!(read.texts("nom"), [Some("Éé"), None]);
    assert_eq!(read.doubles("n"), [Some(1.0), Some(2.5)]);
    assert_eq!(read.texts("x"), [Some(r#"{"a":1}"#), Some("\"t\"")]);
    assert_eq!(read.points("lieu"), [None, Some((2.35, 48.85))]);
    let lists = read.batch.column(3).as_list::<i32>();
    assert_eq!(
        lists.value(0).as_string::<i32>().iter().flatten().collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(read.inspection.schema.fields[3].is_multivalued());
}

#[test]
fn records_are_found_where_portals_put_them() {
    let cases = [
        r#"{"total_count": 2, "links": [{"a": 0}], "results": [{"n": 1}, {"n": 2}]}"#,
        r#"{"nhits": 2, "parameters": {"x": [1]}, "records": [
            {"recordid": "a", "fields": {"n": 1}}, {"recordid": "b", "fields": {"n": 2}}]}"#,
        r#"{"records": [{"links": [], "record": {"id": "a", "fields": {"n": 1}}}, {"record": {"id": "b", "fields": {"n": 2}}}]}"#,
        "{\"n\": 1}\n{\"n\": 2}\n",
        "[{\"n\":1},{\"n\":2}]",
    ];
    for text in cases {
        let read = read("a.json", text);
        assert_eq!(read.types(), [("n", FieldType::Int)], "{text}");
        assert_eq!(read.ints("n"), [Some(1), Some(2)], "{text}");
    }
    let one = read("a.json", r#"{"nom": "seul", "n": 1}"#);
    assert_eq!((one.inspection.rows, one.types().len()), (1, 2));
}

#[test]
fn features_give_a_point_or_a_shape_with_its_middle() {
    let points = read(
        "a.geojson",
        r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2.35, 48.85]}, "properties": {"nom": "a"}},
            {"type": "Feature", "geometry": null, "properties": {"nom": "b"}}]}"#,
    );
    assert_eq!(points.inspection.format, InputFormat::Geojson);
    assert_eq!(
        points.types(),
        [("nom", FieldType::Text), ("geo_point_2d", FieldType::GeoPoint2d)]
    );
    assert_eq!(points.points("geo_point_2d"), [Some((2.35, 48.85)), None]);
    let shapes = read(
        "b.geojson",
        r#"{"features": [{"type": "Feature", "properties": {"geo_shape": "x"},
            "geometry": {"type": "LineString", "coordinates": [[0, 0], [2, 0]]}}], "type": "FeatureCollection"}"#,
    );
    assert_eq!(
        shapes.types(),
        [
            ("geo_shape", FieldType::Text),
            ("geo_shape_2", FieldType::GeoShape),
            ("geo_point_2d", FieldType::GeoPoint2d)
        ]
    );
    assert_eq!(
        shapes.texts("geo_shape_2"),
        [Some(r#"{"type":"LineString","coordinates":[[0,0],[2,0]]}"#)]
    );
    assert_eq!(shapes.points("geo_point_2d"), [Some((1.0, 0.0))]);
}

#[test]
fn a_geometry_in_metres_is_refused_and_a_single_bad_one_is_reported() {
    let feature = |x: f64| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"a\":1}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{x},1]}}}}"
        )
    };
    let collection = |features: &[String]| {
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[\n{}]}}",
            features.join(",\n")
        )
    };
    let metres = collection(&[feature(652_000.0)]);
    let error = try_read("a.geojson", metres.as_bytes(), &InspectOptions::default())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("WGS 84") && error.contains("line 2"), "{error}");
    let read = read("a.geojson", &collection(&[feature(1.0), feature(652_000.0)]));
    assert_eq!(read.points("geo_point_2d"), [Some((1.0, 1.0)), None]);
    assert_eq!((read.problems.len(), read.problems[0].line), (1, 3));
}

#[test]
fn latitude_and_longitude_members_become_a_point() {
    let read = read(
        "a.jsonl",
        "{\"lat\": 48.85, \"lng\": 2.35}\n{\"lat\": null, \"lng\": 2}\n",
    );
    assert_eq!(read.types()[2], ("geo_point_2d", FieldType::GeoPoint2d));
    assert_eq!(read.points("geo_point_2d"), [Some((2.35, 48.85)), None]);
}

#[test]
fn broken_json_is_refused_with_its_line() {
    let cases = [
        ("[{\"a\": 1},\n{\"a\": nope}]", "line 2"),
        ("[{\"a\": 1},\n{\"a\": 1", "line 1"),
        ("[{\"a\": 1},\n3]", "not an object"),
        ("{\"a\": 1}\n{\"a\": \"", "cut short"),
        ("[]", "no record"),
    ];
    for (text, expected) in cases {
        let error = try_read("a.json", text.as_bytes(), &InspectOptions::default())
            .err()
            .unwrap()
            .to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn digits_of_numbers_survive() {
    let read = read("a.json", r#"[{"x": 0.1234567890123456789, "y": 12345678901234567890}]"#);
    assert_eq!(read.doubles("x"), [Some(0.123_456_789_012_345_68)]);
    assert_eq!(read.texts("y"), [Some("12345678901234567890")]);
}
