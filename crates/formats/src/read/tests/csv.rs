use super::*;

#[test]
fn a_french_file_is_understood() {
    let read = read(
        "communes.csv",
        "Code INSEE;Nom;Population;Superficie (km²);Chef-lieu;Créée le;Position\r\n\
         01001;L'Abergement;1 234;12,5;oui;31/12/2019;48.85, 2.35\r\n\
         2A004;\"Ajaccio; la \"\"ville\"\"\";70817;8,03;non;01/02/1790;41.92, 8.73\r\n\
         75056;;;;;;\r\n",
    );
    assert_eq!(
        read.types(),
        [
            ("code_insee", FieldType::Text),
            ("nom", FieldType::Text),
            ("population", FieldType::Int),
            ("superficie_km2", FieldType::Double),
            ("chef_lieu", FieldType::Boolean),
            ("creee_le", FieldType::Date),
            ("position", FieldType::GeoPoint2d),
        ]
    );
    assert_eq!(read.texts("code_insee"), [Some("01001"), Some("2A004"), Some("75056")]);
    assert_eq!(
        read.texts("nom"),
        [Some("L'Abergement"), Some("Ajaccio; la \"ville\""), None]
    );
    assert_eq!(read.ints("population"), [Some(1234), Some(70817), None]);
    assert_eq!(read.doubles("superficie_km2"), [Some(12.5), Some(8.03), None]);
    assert_eq!(
        read.points("position"),
        [Some((2.35, 48.85)), Some((8.73, 41.92)), None]
    );
    let dates: Vec<_> = read.batch.column(5).as_primitive::<Date32Type>().iter().collect();
    assert_eq!(dates, [Some(18_261), Some(-65_712), None]);
    assert!(read.problems.is_empty());
    assert_eq!(read.inspection.schema.fields[3].label("fr"), "Superficie (km²)");
    assert_eq!(read.inspection.dialect.unwrap().delimiter, b';');
}

#[test]
fn digits_that_are_codes_stay_text() {
    let read = read(
        "codes.csv",
        "siret,cp,code_region,telephone,annee,identifiant,codes_postaux,idattribuant\n\
         21350051600018,75001,11,+33612345678,2019,00017,64100,20006001000010\n\
         21350051600019,44000,53,+33612345679,2020,18,\"64100,64200\",24350013900189\n",
    );
    assert_eq!(
        read.types(),
        [
            ("siret", FieldType::Text),
            ("cp", FieldType::Text),
            ("code_region", FieldType::Text),
            ("telephone", FieldType::Text),
            ("annee", FieldType::Int),
            ("identifiant", FieldType::Text),
            ("codes_postaux", FieldType::Text),
            ("idattribuant", FieldType::Text),
        ]
    );
}

#[test]
fn a_pair_of_coordinates_becomes_a_point_only_when_they_are_degrees() {
    let degrees = read("a.csv", "nom,Xlong,Ylat\na,2.35,48.85\nb,,\n");
    assert_eq!(
        degrees.types()[1..],
        [
            ("xlong", FieldType::Double),
            ("ylat", FieldType::Double),
            ("geo_point_2d", FieldType::GeoPoint2d)
        ]
    );
    assert_eq!(degrees.points("geo_point_2d"), [Some((2.35, 48.85)), None]);
    let metres = read("b.csv", "nom,longitude,latitude\na,652000.5,6862000.5\n");
    assert_eq!(metres.types().len(), 3);
    let alone = read("c.csv", "nom,longitude\na,2.35\n");
    assert_eq!(alone.types().len(), 2);
}

#[test]
fn the_whole_column_decides_whether_the_day_or_the_month_comes_first() {
    let french = read("a.csv", "d\n01/02/2024\n13/02/2024\n");
    let american = read("b.csv", "d\n01/02/2024\n02/13/2024\n");
    let neither = read("c.csv", "d\n01/02/2024\n13/02/2024\n02/13/2024\n");
    let day = |read: &Read| read.batch.column(0).as_primitive::<Date32Type>().value(0);
    assert_eq!(day(&french), 19_754);
    assert_eq!(day(&american), 19_724);
    assert_eq!(neither.types(), [("d", FieldType::Text)]);
    let months = read("d.csv", "d;n\n2024-01;1\n2024-02;2\n");
    assert_eq!(
        months.inspection.schema.fields[0].annotations.timeserie_precision,
        Some(Precision::Month)
    );
}

#[test]
fn a_few_bad_cells_are_reported_with_their_line_and_do_not_change_the_type() {
    let mut text = "id;n\n".to_owned();
    for row in 0..5000 {
        let cell = match row {
            10 => "\"deux\nlignes\"".to_owned(),
            11 => "inconnu".to_owned(),
            12 => "NA".to_owned(),
            _ => row.to_string(),
        };
        text += &format!("{row};{cell}\n");
    }
    let read = read("a.csv", &text);
    assert_eq!(read.types()[1], ("n", FieldType::Int));
    assert_eq!(read.ints("n")[9..14], [Some(9), None, None, None, Some(13)]);
    let lines: Vec<_> = read
        .problems
        .iter()
        .map(|problem| (problem.line, problem.found.as_str()))
        .collect();
    assert_eq!(lines, [(12, "deux\nlignes"), (14, "inconnu")]);
    assert_eq!(read.problems[1].column, "n");
    assert_eq!(read.problems[1].row, "11;inconnu");
    assert_eq!(read.inspection.warnings.len(), 1);
    let many = super::read("b.csv", &text.replace("1;1", "1;x1"));
    assert_eq!(many.types()[1], ("n", FieldType::Text));
}

#[test]
fn ragged_rows_are_kept_and_reported() {
    let read = read("a.csv", "a;b;c\n1;2;3\n4;5\n6;7;8;9\n10;11;12;;\n\n13;14;\"x\"y\n");
    assert_eq!(read.ints("a"), [Some(1), Some(4), Some(6), Some(10), Some(13)]);
    assert_eq!(
        read.texts("c"),
        [Some("3"), None, Some("8"), Some("12"), Some("\"x\"y")]
    );
    let lines: Vec<_> = read.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn every_dialect_and_encoding_gives_the_same_records() {
    let text = "nom;été;n\nÉcole;oui;1\n\"a;b\";non;2\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let windows: Vec<u8> = text.chars().map(|character| character as u8).collect();
    let mut marked = vec![0xFF, 0xFE];
    marked.extend(utf16(u16::to_le_bytes));
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-8", format!("\u{FEFF}{text}").into_bytes()),
        ("utf-8", text.replace('\n', "\r\n").into_bytes()),
        ("utf-8", text.replace('\n', "\r").into_bytes()),
        (
            "utf-8",
            text.replace("a;b", "a,b")
                .replace(';', "\t")
                .replace("a,b", "a;b")
                .into_bytes(),
        ),
        (
            "utf-8",
            text.replace("a;b", "#")
                .replace(';', "|")
                .replace('#', "a;b")
                .into_bytes(),
        ),
        ("windows-1252", windows),
        ("utf-16le", marked),
        ("utf-16le", utf16(u16::to_le_bytes)),
        ("utf-16be", utf16(u16::to_be_bytes)),
    ];
    for (encoding, bytes) in cases {
        let read = try_read("a.csv", &bytes, &InspectOptions::default()).unwrap();
        assert_eq!(read.inspection.encoding, encoding);
        assert_eq!(
            read.types(),
            [
                ("nom", FieldType::Text),
                ("ete", FieldType::Boolean),
                ("n", FieldType::Int)
            ]
        );
        assert_eq!(read.texts("nom"), [Some("École"), Some("a;b")]);
    }
}

#[test]
fn a_byte_that_is_not_utf8_far_into_the_file_is_noticed() {
    let mut bytes = b"nom,n\n".to_vec();
    for row in 0..200_000 {
        bytes.extend_from_slice(format!("commune {row},{row}\n").as_bytes());
    }
    bytes.extend_from_slice(b"\xC9vreux,1\n");
    let read = try_read("a.csv", &bytes, &InspectOptions::default()).unwrap();
    assert_eq!(read.inspection.encoding, "windows-1252");
    assert_eq!(*read.texts("nom").last().unwrap(), Some("Évreux"));
    let forced = InspectOptions {
        encoding: Some("utf-8".to_owned()),
        ..InspectOptions::default()
    };
    let error = try_read("a.csv", &bytes, &forced).err().unwrap().to_string();
    assert!(error.contains("not valid UTF-8"), "{error}");
}

#[test]
fn headers_are_found_or_made() {
    let without = read("a.csv", "1,2.5\n3,4.5\n");
    assert_eq!(
        without.types(),
        [("column_1", FieldType::Int), ("column_2", FieldType::Double)]
    );
    let years = read("b.csv", "commune,2019,2020\nA,1,2\n");
    assert_eq!(years.types()[1], ("2019", FieldType::Int));
    let twice = read("c.csv", "nom,nom,,\na,b,c,\n");
    assert_eq!(
        twice.types().iter().map(|field| field.0).collect::<Vec<_>>(),
        ["nom", "nom_2", "column_3"]
    );
    let only = read("d.csv", "a;b\n");
    assert_eq!((only.inspection.rows, only.types().len()), (0, 2));
    let single = read("e.csv", "nom\nabc\ndef\n");
    assert_eq!(single.texts("nom"), [Some("abc"), Some("def")]);
}

#[test]
fn what_is_known_about_a_column_wins() {
    let options = InspectOptions {
        fields: vec![
            FieldOverride {
                name: "Thèmes".into(),
                multivalued: Some("|".into()),
                ..Default::default()
            },
            FieldOverride {
                name: "n".into(),
                field_type: Some(FieldType::Text),
                ..Default::default()
            },
            FieldOverride {
                name: "m".into(),
                field_type: Some(FieldType::Int),
                ..Default::default()
            },
        ],
        ..InspectOptions::default()
    };
    let read = try_read("a.csv", "Thèmes,n,m\na|b | c,1,x\n,2,3\n".as_bytes(), &options).unwrap();
    let lists = read.batch.column(0).as_list::<i32>();
    assert_eq!(
        lists.value(0).as_string::<i32>().iter().flatten().collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    assert_eq!(read.texts("n"), [Some("1"), Some("2")]);
    assert_eq!(read.ints("m"), [None, Some(3)]);
    assert_eq!(read.problems.len(), 1);
}

#[test]
fn shapes_in_cells_are_kept_on_one_line() {
    let read = read(
        "a.csv",
        "id;geo\n1;\"{\"\"type\"\": \"\"Point\"\",\n \"\"coordinates\"\": [1.50, 2]}\"\n",
    );
    assert_eq!(read.types()[1], ("geo", FieldType::GeoShape));
    assert_eq!(read.texts("geo"), [Some(r#"{"type":"Point","coordinates":[1.50,2]}"#)]);
}

#[test]
fn what_cannot_be_a_dataset_is_refused_with_a_reason() {
    let message = |bytes: &[u8]| {
        try_read("a.csv", bytes, &InspectOptions::default())
            .err()
            .unwrap()
            .to_string()
    };
    assert!(message(b"").contains("empty"));
    assert!(message(b" \n\n").contains("empty"));
    let wide = vec!["x"; 501].join(";");
    assert!(message(wide.as_bytes()).contains("501 columns"));
}

#[test]
fn many_short_records_come_in_chunks_of_limited_size() {
    let text = format!("n\n{}", "1\n".repeat(400_000));
    let (_folder, path) = file("a.csv", text.as_bytes());
    let inspection = inspect(&path, &InspectOptions::default(), &mut |_, _| {}).unwrap();
    assert_eq!((inspection.rows, inspection.format), (400_000, InputFormat::Csv));
    let mut source = open(&path, &inspection).unwrap();
    let mut rows = 0;
    while let Some(chunk) = source.next_chunk().unwrap() {
        let count = (chunk.parse)().unwrap().batch.num_rows();
        assert!(count <= crate::source::MAX_RECORDS);
        rows += count;
    }
    assert_eq!(rows, 400_000);
    assert_eq!(source.progress().0, text.len() as u64);
}
