use parvis_model::SystemRng;
use proptest::prelude::*;

use super::*;

const HOST: &str = "cesson.localhost:8080";

fn keeper(portal: &str) -> CsrfKeeper {
    CsrfKeeper::new(ServerKey::new([7; 32]), PortalId::new(portal))
}

fn session() -> String {
    new_secret(&SystemRng)
}

/// A POST over http that carries nothing yet.
fn post() -> Facts<'static> {
    Facts {
        method: "POST",
        https: false,
        host: HOST,
        origin: None,
        referer: None,
        fetch_site: None,
        cookie: None,
        cookie_conflict: false,
        session_conflict: false,
        form_token: None,
        header_token: None,
        session: None,
    }
}

fn reason(facts: &Facts<'_>, trusted: &[TrustedOrigin]) -> String {
    check(facts, &keeper("cesson"), trusted).map_or_else(|reason| reason.to_string(), |()| "ok".to_owned())
}

#[test]
fn masks_are_those_of_django() {
    let secret = Secret::parse("abcdefghijklmnopqrstuvwxyzABCDEF").expect("32 letters");
    let cases = [
        ("a".repeat(32), "abcdefghijklmnopqrstuvwxyzABCDEF"),
        ("b".repeat(32), "bcdefghijklmnopqrstuvwxyzABCDEFG"),
        ("9".repeat(32), "9abcdefghijklmnopqrstuvwxyzABCDE"),
    ];
    for (mask, cipher) in cases {
        let token = mask + cipher;
        assert!(Secret::parse(&token).expect("64 signs").matches(&secret), "{token}");
    }
    let (one, two) = (secret.mask(&SystemRng), secret.mask(&SystemRng));
    assert_eq!(one.len(), 64);
    assert_ne!(one, two, "each page has its own mask");
    assert!(Secret::parse(&one).is_ok_and(|read| read.matches(&secret)));
}

#[test]
fn safe_methods_need_nothing() {
    for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
        assert_eq!(
            reason(
                &Facts {
                    method,
                    origin: Some("null"),
                    ..post()
                },
                &[]
            ),
            "ok"
        );
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get", ""] {
        assert_eq!(
            reason(&Facts { method, ..post() }, &[]),
            "CSRF cookie not set.",
            "{method}"
        );
    }
}

#[test]
fn origin_is_compared_byte_for_byte_and_hides_the_referer() {
    let own = "CSRF cookie not set.";
    let bad = |origin: &str| format!("Origin checking failed - {origin} does not match any trusted origins.");
    let cases = [
        ("http://cesson.localhost:8080", own.to_owned()),
        ("null", bad("null")),
        ("", bad("")),
        ("https://cesson.localhost:8080", bad("https://cesson.localhost:8080")),
        ("http://cesson.localhost", bad("http://cesson.localhost")),
        ("http://cesson.localhost:8080/", bad("http://cesson.localhost:8080/")),
        ("http://CESSON.localhost:8080", bad("http://CESSON.localhost:8080")),
        ("http://mauges.localhost:8080", bad("http://mauges.localhost:8080")),
    ];
    for (origin, expected) in cases {
        let facts = Facts {
            origin: Some(origin),
            referer: Some("http://cesson.localhost:8080/"),
            ..post()
        };
        assert_eq!(reason(&facts, &[]), expected, "{origin}");
    }
}

#[test]
fn trusted_origins_pass_although_the_browser_calls_them_foreign() {
    let trusted = ["https://www.ville.example", "https://agglo.example:8443"]
        .map(|entry| TrustedOrigin::parse(entry).expect("an origin"));
    for (origin, passes) in [
        ("https://www.ville.example", true),
        ("https://agglo.example:8443", true),
        ("http://www.ville.example", false),
        ("https://agglo.example", false),
        ("https://a.agglo.example:8443", false),
    ] {
        let facts = Facts {
            origin: Some(origin),
            fetch_site: Some("cross-site"),
            ..post()
        };
        assert_eq!(reason(&facts, &trusted) == "CSRF cookie not set.", passes, "{origin}");
    }
}

#[test]
fn over_https_without_origin_the_referer_must_be_ours() {
    let trusted = ["https://www.ville.example", "http://clear.ville.example"]
        .map(|entry| TrustedOrigin::parse(entry).expect("an origin"));
    let bad = |url: &str| format!("Referer checking failed - {url} does not match any trusted origins.");
    let malformed = "Referer checking failed - Referer is malformed.".to_owned();
    let ours = "CSRF cookie not set.".to_owned();
    let cases = [
        (None, "Referer checking failed - no Referer.".to_owned()),
        (Some(""), malformed.clone()),
        (Some("cesson.localhost:8080/x"), malformed.clone()),
        (Some("https://"), malformed.clone()),
        (Some("://cesson.localhost:8080"), malformed.clone()),
        (Some("https://[cesson/"), malformed),
        (
            Some("http://cesson.localhost:8080/"),
            "Referer checking failed - Referer is insecure while host is secure.".to_owned(),
        ),
        (Some("https://cesson.localhost:8080/x?y"), ours.clone()),
        (Some("HTTPS://cesson.localhost:8080"), ours.clone()),
        (Some("https://www.ville.example/x"), ours),
        (
            Some("https://clear.ville.example/"),
            bad("https://clear.ville.example/"),
        ),
        (Some("https://cesson.localhost/"), bad("https://cesson.localhost/")),
        (
            Some("https://evil@cesson.localhost:8080/"),
            bad("https://evil@cesson.localhost:8080/"),
        ),
        (
            Some("https://evil.example/?cesson.localhost:8080"),
            bad("https://evil.example/?cesson.localhost:8080"),
        ),
    ];
    for (referer, expected) in cases {
        assert_eq!(
            reason(
                &Facts {
                    https: true,
                    referer,
                    ..post()
                },
                &trusted
            ),
            expected,
            "{referer:?}"
        );
    }
    assert_eq!(
        reason(
            &Facts {
                referer: None,
                ..post()
            },
            &[]
        ),
        "CSRF cookie not set.",
        "http needs no Referer"
    );
}

#[test]
fn what_the_browser_calls_foreign_is_refused() {
    for site in ["cross-site", "same-site"] {
        let expected = format!("Sec-Fetch-Site checking failed - {site} does not match any trusted origins.");
        assert_eq!(
            reason(
                &Facts {
                    fetch_site: Some(site),
                    ..post()
                },
                &[]
            ),
            expected
        );
        let own = Facts {
            fetch_site: Some(site),
            origin: Some("http://cesson.localhost:8080"),
            ..post()
        };
        assert_eq!(reason(&own, &[]), expected);
    }
    for site in ["same-origin", "none"] {
        assert_eq!(
            reason(
                &Facts {
                    fetch_site: Some(site),
                    ..post()
                },
                &[]
            ),
            "CSRF cookie not set."
        );
    }
}

#[test]
fn cookie_and_token_are_checked_in_order() {
    let secret = keeper("cesson").anonymous(&SystemRng);
    let (bare, token) = (secret.as_str(), secret.mask(&SystemRng));
    let masked = secret.mask(&SystemRng);
    let other = keeper("cesson").anonymous(&SystemRng).mask(&SystemRng);
    let (short, odd) = ("a".repeat(31), "é".repeat(16));
    let (token, masked, other, short, odd) = (&*token, &*masked, &*other, &*short, &*odd);
    // Method, cookie, form field, header, and what comes of it. `-` stands for nothing sent.
    let cases = [
        ("POST", "-", token, "-", "CSRF cookie not set."),
        ("POST", "", token, "-", "CSRF cookie has incorrect length."),
        ("POST", short, token, "-", "CSRF cookie has incorrect length."),
        ("POST", odd, token, "-", "CSRF cookie has invalid characters."),
        ("POST", bare, "-", "-", "CSRF token missing."),
        ("POST", bare, "", "-", "CSRF token missing."),
        ("POST", bare, token, "-", "ok"),
        ("POST", bare, bare, "-", "ok"),
        ("POST", masked, token, "-", "ok"),
        ("POST", masked, bare, "-", "ok"),
        ("POST", bare, "", token, "ok"),
        ("POST", bare, other, token, "CSRF token from POST incorrect."),
        ("POST", bare, short, token, "CSRF token from POST has incorrect length."),
        ("POST", bare, odd, "-", "CSRF token from POST has invalid characters."),
        (
            "POST",
            bare,
            "-",
            "",
            "CSRF token from the 'X-Csrftoken' HTTP header has incorrect length.",
        ),
        (
            "POST",
            bare,
            "-",
            odd,
            "CSRF token from the 'X-Csrftoken' HTTP header has invalid characters.",
        ),
        (
            "POST",
            bare,
            "-",
            other,
            "CSRF token from the 'X-Csrftoken' HTTP header incorrect.",
        ),
        ("PUT", bare, token, "-", "CSRF token missing."),
        ("PATCH", bare, other, token, "ok"),
        ("DELETE", bare, "-", token, "ok"),
    ];
    for (method, cookie, form, header, expected) in cases {
        let sent = |text| Some(text).filter(|text| *text != "-");
        let facts = Facts {
            method,
            cookie: sent(cookie),
            form_token: sent(form),
            header_token: sent(header),
            ..post()
        };
        assert_eq!(reason(&facts, &[]), expected, "{facts:?}");
    }
}

#[test]
fn doubtful_cookies_are_refused() {
    let keeper = keeper("cesson");
    let secret = keeper.anonymous(&SystemRng);
    let token = secret.mask(&SystemRng);
    let good = Facts {
        cookie: Some(secret.as_str()),
        form_token: Some(&token),
        ..post()
    };
    assert_eq!(
        check(
            &Facts {
                cookie_conflict: true,
                ..good
            },
            &keeper,
            &[]
        ),
        Err(CsrfReason::CookieConflict)
    );
    assert_eq!(
        check(
            &Facts {
                session_conflict: true,
                ..good
            },
            &keeper,
            &[]
        ),
        Err(CsrfReason::SessionConflict)
    );
}

#[test]
fn a_secret_made_up_by_somebody_else_counts_as_none() {
    let made_up = "aB3".repeat(11)[..32].to_owned();
    let facts = Facts {
        cookie: Some(&made_up),
        form_token: Some(&made_up),
        ..post()
    };
    assert_eq!(reason(&facts, &[]), "CSRF cookie not set.");
}

#[test]
fn a_secret_works_on_its_own_portal_only() {
    let portals = ["cesson", "mauges", "orleans", "ris-orangis", "saint-jean-de-luz"];
    for home in portals {
        let secret = keeper(home).anonymous(&SystemRng);
        let token = secret.mask(&SystemRng);
        for visited in portals {
            let facts = Facts {
                cookie: Some(secret.as_str()),
                form_token: Some(&token),
                ..post()
            };
            assert_eq!(
                check(&facts, &keeper(visited), &[]).is_ok(),
                home == visited,
                "{home} on {visited}"
            );
        }
    }
}

#[test]
fn the_token_of_another_session_fails_even_if_cookie_and_field_agree() {
    let keeper = keeper("cesson");
    let (mine, theirs) = (session(), session());
    let anonymous = keeper.anonymous(&SystemRng);
    for (secret, passes) in [
        (keeper.of_session(&mine), true),
        (keeper.of_session(&theirs), false),
        (anonymous, false),
    ] {
        let token = secret.mask(&SystemRng);
        let facts = Facts {
            cookie: Some(secret.as_str()),
            form_token: Some(&token),
            session: Some(&mine),
            ..post()
        };
        assert_eq!(check(&facts, &keeper, &[]).is_ok(), passes);
    }
}

#[test]
fn a_page_keeps_our_secret_and_replaces_any_other() {
    let keeper = keeper("cesson");
    let held = keeper.anonymous(&SystemRng);
    let masked = held.mask(&SystemRng);
    assert!(keeper.for_page(Some(held.as_str()), None, &SystemRng).matches(&held));
    assert!(
        keeper.for_page(Some(&masked), None, &SystemRng).matches(&held),
        "a masked cookie becomes bare"
    );
    for stray in [None, Some("short"), Some("abcdefghijklmnopqrstuvwxyzABCDEF")] {
        let fresh = keeper.for_page(stray, None, &SystemRng);
        assert!(keeper.is_ours(&fresh) && !fresh.matches(&held));
    }
    let session = session();
    let of_session = keeper.of_session(&session);
    assert!(
        keeper
            .for_page(Some(held.as_str()), Some(&session), &SystemRng)
            .matches(&of_session)
    );
    assert!(
        keeper
            .for_page(Some(of_session.as_str()), None, &SystemRng)
            .matches(&of_session),
        "kept after signing out"
    );
}

proptest! {
    #[test]
    fn unmasking_undoes_masking(text in "[a-zA-Z0-9]{32}") {
        let secret = Secret::parse(&text).expect("32 signs");
        let unmasked = Secret::parse(&secret.mask(&SystemRng)).expect("64 signs");
        prop_assert_eq!(unmasked.as_str(), text);
    }

    #[test]
    fn no_input_makes_the_checks_panic(a in ".{0,70}", b in ".{0,70}", origin in ".{0,40}", https: bool) {
        let facts = Facts { https, cookie: Some(&a), form_token: Some(&b), referer: Some(&origin), ..post() };
        prop_assert!(check(&facts, &keeper("cesson"), &[]).is_err());
    }
}
