mod fuzz;

use proptest::prelude::*;

use super::*;

fn jar(header: &str) -> Jar {
    Jar::parse([header.as_bytes()])
}

#[test]
fn headers_are_read_as_django_reads_them() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("a=1; b=2", "a", Some("1")),
        ("a=1; b=2", "b", Some("2")),
        ("a=1;b=2", "b", Some("2")),
        ("  a =1", "a", None),
        ("a= 1 ", "a", Some("1")),
        ("a=b=c", "a", Some("b=c")),
        ("a=", "a", Some("")),
        ("lonely", "", Some("lonely")),
        ("", "a", None),
        (";;;", "", None),
        ("A=1", "a", None),
        ("SessionID=x", "sessionid", None),
        ("sessionid =x", "sessionid", None),
        ("__Host-sessionid=x", "sessionid", None),
        ("a=1; a=2", "a", Some("2")),
        (r#"a="x y""#, "a", Some("x y")),
        (r#"a="\054\"\\""#, "a", Some(r#","\"#)),
        (r#"a="\400""#, "a", Some("400")),
        (r#"a=""#, "a", Some("\"")),
        (r#"a="\"#, "a", Some("\"\\")),
        ("$Version=1; a=1", "$Version", Some("1")),
        ("a=é", "a", Some("é")),
    ];
    for (header, name, expected) in cases {
        assert_eq!(jar(header).get(name), *expected, "{header:?} {name:?}");
    }
}

/// One row: what it shows, the header lines, then what they say of `sessionid`: the value that counts, if there is one without
/// doubt, and whether there is doubt.
type Row<'a> = (&'a str, &'a [&'a [u8]], Option<&'a str>, bool);

#[test]
fn the_table_of_odd_headers() {
    let many = (0..200).map(|n| format!("c{n}=1")).collect::<Vec<_>>().join("; ") + "; sessionid=a";
    let long = |bytes: usize| format!("sessionid=a; x={}", "y".repeat(bytes));
    let (long_8, long_64) = (long(8 * 1024), long(64 * 1024));
    let rows: &[Row<'_>] = &[
        ("none", &[], None, false),
        ("empty", &[b""], None, false),
        ("separators only", &[b";;;"], None, false),
        ("white space only", &[b" ; \t; "], None, false),
        ("no =", &[b"sessionid"], None, false),
        ("= only", &[b"="], None, false),
        ("no value", &[b"sessionid="], Some(""), false),
        ("no name", &[b"=sessionid"], None, false),
        ("two =", &[b"sessionid=a=b"], Some("a=b"), false),
        ("white space", &[b"  sessionid= a  "], Some("a"), false),
        ("white space after the name", &[b"sessionid =a"], None, false),
        ("200 cookies", &[many.as_bytes()], Some("a"), false),
        ("8 KiB", &[long_8.as_bytes()], Some("a"), false),
        ("over 64 KiB", &[long_64.as_bytes()], None, true),
        ("NUL", &[b"sessionid=a\0b"], Some("a\0b"), false),
        (
            "carriage return and line feed",
            &[b"sessionid=a\r\nb"],
            Some("a\r\nb"),
            false,
        ),
        ("no UTF-8", &[b"sessionid=\xff\xfe"], Some("\u{fffd}\u{fffd}"), false),
        ("a name that is no UTF-8", &[b"session\xffid=a"], None, false),
        ("quoted", &[br#"sessionid="a b""#], Some("a b"), false),
        (
            "quoted, a semicolon within",
            &[br#"sessionid="a;b""#],
            Some("\"a"),
            false,
        ),
        ("octal", &[br#"sessionid="\141""#], Some("a"), false),
        ("octal beyond a byte", &[br#"sessionid="\477""#], Some("477"), false),
        ("an open quote", &[br#"sessionid="a"#], Some("\"a"), false),
        ("twice the same", &[b"sessionid=a; sessionid=a"], Some("a"), false),
        (
            "twice the same, once quoted",
            &[br#"sessionid=a; sessionid="a""#],
            Some("a"),
            false,
        ),
        ("two values", &[b"sessionid=a; sessionid=b"], None, true),
        ("two values, one empty", &[b"sessionid=a; sessionid="], None, true),
        (
            "two values and the first again",
            &[b"sessionid=a; sessionid=b; sessionid=a"],
            None,
            true,
        ),
        ("$Version", &[b"$Version=1; sessionid=a; $Path=/"], Some("a"), false),
        ("two lines", &[b"x=1", b"sessionid=a"], Some("a"), false),
        ("two lines that differ", &[b"sessionid=a", b"sessionid=b"], None, true),
        ("case", &[b"SessionID=a; SESSIONID=b"], None, false),
        (
            "a prefix that nobody asked for",
            &[b"__Host-sessionid=a; __Secure-sessionid=b"],
            None,
            false,
        ),
        (
            "look-alikes beside the real one",
            &[b"Sessionid=x; sessionid=a; sessionid2=y; ssessionid=z"],
            Some("a"),
            false,
        ),
        (
            "letters that look the same",
            &["sess\u{456}onid=x; sessionid=a".as_bytes()],
            Some("a"),
            false,
        ),
        (
            "a comma is no separator",
            &[b"sessionid=a, sessionid=b"],
            Some("a, sessionid=b"),
            false,
        ),
    ];
    for (what, lines, value, doubt) in rows {
        let jar = Jar::parse(lines.iter().copied());
        assert_eq!(
            (jar.sole("sessionid"), jar.conflict("sessionid")),
            (*value, *doubt),
            "{what}"
        );
    }
}

#[test]
fn several_headers_count_as_one() {
    let jar = Jar::parse([&b"a=1"[..], b"b=2; a=3"]);
    assert_eq!(
        (jar.get("a"), jar.get("b"), jar.conflict("a")),
        (Some("3"), Some("2"), true)
    );
}

#[test]
fn duplicates_conflict_only_when_they_differ_in_either_order() {
    for header in ["a=1; a=2", "a=2; a=1", "a=1; a=2; a=1"] {
        assert!(jar(header).conflict("a"), "{header}");
        assert_eq!(jar(header).sole("a"), None, "{header}");
    }
    assert!(!jar("a=1; a=1; a=\"1\"; b=2").conflict("a"));
    assert_eq!(jar("a=1; a=1; b=2").sole("a"), Some("1"));
}

#[test]
fn too_many_or_too_long_cookies_are_doubtful_and_use_bounded_memory() {
    let many = (0..2_000).map(|n| format!("c{n}=1")).collect::<Vec<_>>().join("; ");
    let many = jar(&many);
    assert_eq!(many.len(), MAX_COOKIES);
    assert!(many.is_truncated() && many.conflict("sessionid"));
    let long = jar(&format!("big={}; a=1", "x".repeat(MAX_BYTES)));
    assert!(long.is_truncated() && long.conflict("a"));
    let browser = (0..180).map(|n| format!("c{n}=1")).collect::<Vec<_>>().join("; ");
    assert!(!jar(&browser).is_truncated());
}

#[test]
fn values_do_not_show_in_debug_output() {
    assert!(!format!("{:?}", jar("sessionid=hush")).contains("hush"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_grow(lines in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..6)) {
        let jar = Jar::parse(lines.iter().map(Vec::as_slice));
        prop_assert!(jar.len() <= MAX_COOKIES);
    }

    #[test]
    fn plain_cookies_are_read_back(pairs in proptest::collection::btree_map("[a-z]{1,8}", "[A-Za-z0-9._~-]{0,20}", 0..20)) {
        let header = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let jar = Jar::parse([header.as_bytes()]);
        prop_assert_eq!(jar.len(), pairs.len());
        for (name, value) in &pairs {
            prop_assert_eq!(jar.sole(name), Some(value.as_str()));
        }
    }
}
