use proptest::prelude::*;

use super::*;

fn list(codes: &str) -> Vec<String> {
    codes.split(' ').map(str::to_owned).collect()
}

#[test]
fn accept_language_is_negotiated() {
    let cases = [
        ("fr en", "", "fr"),
        ("fr en", "en", "en"),
        ("fr en", "EN-us", "en"),
        ("fr en", "de, en;q=0.5", "en"),
        ("fr en", "en;q=0.5, fr;q=0.8", "fr"),
        ("fr en", "en;q=0.5, fr;q=0.5", "en"),
        ("fr en", "de", "fr"),
        ("fr en", "*, en", "fr"),
        ("fr en", "*;q=0.5, en;q=0.4", "fr"),
        ("fr en", "en,", "en"),
        ("fr en", "en , de", "en"),
        ("fr en", "en ;q=1.000", "en"),
        ("fr en", "en;q=1.", "en"),
        ("fr eu en", "eu-ES,es;q=0.9", "eu"),
        ("en pt-br", "pt", "pt-br"),
        ("en pt-br", "pt-pt", "pt-br"),
        ("en zh-hans zh-hant", "zh-tw", "zh-hant"),
        ("en zh-hans zh-hant", "zh-cn", "zh-hans"),
        ("en es", "es-us-x", "es"),
    ];
    for (listed, header, expected) in cases {
        let listed = list(listed);
        let wish = Wish {
            header: Some(header),
            ..Wish::default()
        };
        assert_eq!(resolve(&listed, &wish), (expected, Source::Header), "{header:?}");
    }
}

#[test]
fn a_header_with_any_mistake_is_ignored() {
    let listed = list("fr en");
    for header in [
        "en;q=0.1234",
        "en;q=.2",
        "**",
        "en,,de",
        "abcdefghi, en",
        "en_US",
        "en;q=2",
        "en;q=1.001",
        "en;q=-1",
        ",en",
        "en;",
        "en;q",
        "en;q=",
        "en de",
        "en;level=1",
        "en-",
        "en-abcdefghi",
        "1a",
        "é",
        "en;q=0.5;q=0.6",
        "en\0",
    ] {
        assert_eq!(parse_accept(header), [], "{header:?}");
        assert_eq!(
            resolve(
                &listed,
                &Wish {
                    header: Some(header),
                    ..Wish::default()
                }
            )
            .0,
            "fr",
            "{header:?}"
        );
    }
}

#[test]
fn a_quality_of_zero_refuses_a_language() {
    for (listed, header, expected) in [
        ("fr en", "fr;q=0", "en"),
        ("fr en", "en;q=0", "fr"),
        ("fr en", "fr;q=0, en;q=0", "fr"),
        ("fr en", "*;q=0", "fr"),
        ("fr en", "en, *;q=0", "en"),
        ("fr eu en", "fr;q=0.0, eu;q=0.000", "en"),
        ("fr-ca fr", "fr-ca, fr;q=0", "fr-ca"),
        ("fr-ca en", "fr;q=0, *", "en"),
        ("en fr-ca fr", "fr, fr-ca;q=0", "fr"),
    ] {
        let listed = list(listed);
        assert_eq!(
            resolve(
                &listed,
                &Wish {
                    header: Some(header),
                    ..Wish::default()
                }
            )
            .0,
            expected,
            "{header:?}"
        );
    }
}

#[test]
fn a_long_header_is_cut_at_its_last_comma() {
    let listed = list("fr en");
    let long = format!("en,{}", "de,".repeat(300));
    assert_eq!(
        resolve(
            &listed,
            &Wish {
                header: Some(&long),
                ..Wish::default()
            }
        )
        .0,
        "en"
    );
    assert_eq!(parse_accept(&"a".repeat(501)), []);
    assert_eq!(parse_accept(&format!("en,{}", "é".repeat(400))).len(), 1);
}

#[test]
fn the_address_comes_before_the_cookie_and_the_cookie_before_the_header() {
    let listed = list("fr eu en");
    let wish = |url, cookie| Wish {
        url,
        cookie,
        header: Some("fr"),
    };
    assert_eq!(resolve(&listed, &wish(Some("eu"), Some("en"))), ("eu", Source::Url));
    assert_eq!(resolve(&listed, &wish(Some("EU"), None)), ("eu", Source::Url));
    assert_eq!(resolve(&listed, &wish(Some("de"), Some("en"))), ("en", Source::Cookie));
    assert_eq!(
        resolve(&listed, &wish(Some("en-gb"), None)),
        ("fr", Source::Header),
        "an address names a listed code"
    );
    assert_eq!(resolve(&listed, &wish(None, Some("en-gb"))), ("en", Source::Cookie));
    for stray in ["de", "", "-", "e", &"x".repeat(600), "en\r\n"] {
        assert_eq!(
            resolve(&listed, &wish(None, Some(stray))),
            ("fr", Source::Header),
            "{stray:?}"
        );
    }
}

#[test]
fn only_a_listed_code_can_be_chosen() {
    let listed = list("fr eu en");
    assert_eq!(choose(&listed, "eu"), Some("eu"));
    assert_eq!(choose(&listed, "EN"), Some("en"));
    for bad in [
        "de",
        "en-gb",
        "",
        "e n",
        "en\r\nSet-Cookie: a=b",
        "en\0",
        "é",
        "../en",
        &"en-".repeat(300),
    ] {
        assert_eq!(choose(&listed, bad), None, "{bad:?}");
    }
}

#[test]
fn codes_have_one_form() {
    for good in ["fr", "pt-br", "zh-Hans-CN", "sr@latin", "es-419", "abcdefgh"] {
        assert!(is_code(good), "{good}");
    }
    for bad in [
        "",
        "-",
        "fr-",
        "fr_FR",
        "1a",
        "abcdefghi",
        "fr-abcdefghi",
        "fr@",
        "fr@a-b",
        "fr ",
        "é",
    ] {
        assert!(!is_code(bad), "{bad}");
    }
    assert!(is_code(&"a-".repeat(250)[..499]));
    assert!(!is_code(&"a-".repeat(251)[..501]));
}

#[test]
fn a_change_of_language_also_shows_in_the_address() {
    for (target, expected) in [
        ("/explore/", "/explore/"),
        ("/explore/?lang=fr", "/explore/?lang=en"),
        ("/explore/?q=a&lang=fr&sort=x#top", "/explore/?q=a&lang=en&sort=x#top"),
        ("/x?language=fr#?lang=fr", "/x?language=fr#?lang=fr"),
        ("/x?lang", "/x?lang=en"),
        ("", ""),
    ] {
        assert_eq!(swap(target, "en"), expected, "{target}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_the_answer_is_a_listed_language(url in ".{0,20}", cookie in ".{0,20}", header in ".{0,80}") {
        let listed = list("fr eu en");
        let wish = Wish { url: Some(&url), cookie: Some(&cookie), header: Some(&header) };
        prop_assert!(listed.iter().any(|code| code == resolve(&listed, &wish).0));
    }

    #[test]
    fn headers_like_real_ones_never_panic(header in "([a-z*]{1,9}(-[A-Z0-9]{1,4})?(;q=[01](\\.[0-9]{0,4})?)?[, ]{0,2}){0,8}") {
        for range in parse_accept(&header) {
            prop_assert!(range.quality <= 1000);
        }
    }
}
