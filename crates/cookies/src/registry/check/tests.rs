use super::*;
use crate::registry::tests::{balancer, both, exempt, portal, service};
use crate::registry::{CharterTexts, Wording};
use crate::service::{Delivery, Purpose, Service, ServiceKind};

fn problems(additions: &Additions) -> Vec<(&'static str, Problem)> {
    let complaints = check(&portal("a"), additions);
    complaints
        .iter()
        .map(|complaint| (complaint.field, complaint.problem))
        .collect()
}

fn of_entry(change: impl FnOnce(&mut AddedEntry)) -> Vec<(&'static str, Problem)> {
    let mut entry = balancer();
    change(&mut entry);
    problems(&Additions {
        entries: vec![entry],
        ..Additions::default()
    })
}

fn of_service(change: impl FnOnce(&mut Service)) -> Vec<(&'static str, Problem)> {
    let mut video = service("video", Purpose::Video, ServiceKind::YouTube {});
    change(&mut video);
    problems(&Additions {
        services: vec![video],
        ..Additions::default()
    })
}

#[test]
fn a_sound_entry_and_service_are_taken() {
    assert_eq!(of_entry(|_| {}), []);
    assert_eq!(of_service(|_| {}), []);
    assert_eq!(problems(&Additions::default()), []);
}

#[test]
fn names_of_the_product_cannot_be_declared_however_they_are_written() {
    for name in [
        "sessionid",
        "SessionID",
        "__Host-sessionid",
        "__host-http-sessionid",
        "__Secure-csrftoken",
        "csrf*",
        "django_*",
        "sess*id",
    ] {
        let problems = of_entry(|entry| entry.name = Name::new(name));
        assert_eq!(problems, [("name", Problem::Reserved)], "{name}");
    }
    for name in ["session", "sessionid2", "my-sessionid"] {
        assert_eq!(of_entry(|entry| entry.name = Name::new(name)), [], "{name}");
    }
    assert_eq!(
        of_entry(|entry| entry.id = "sessionid".to_owned()),
        [("id", Problem::Reserved)]
    );
    let elsewhere = of_entry(|entry| {
        entry.name = Name::new("sessionid");
        entry.domain = DomainRule::ThirdParty("social.example".to_owned());
    });
    assert_eq!(elsewhere, [], "a cookie of somebody else's host is another cookie");
}

#[test]
fn names_and_patterns_have_the_characters_that_the_kind_allows() {
    for (name, problem) in [
        ("a b", Problem::Characters),
        ("a;b", Problem::Characters),
        ("é", Problem::Characters),
        ("a\u{200b}", Problem::Characters),
        ("a\n", Problem::Characters),
        ("", Problem::Missing),
        ("*", Problem::TooWide),
        ("ab*", Problem::TooWide),
        ("*abc", Problem::TooWide),
        ("a*b*c*d*e", Problem::TooWide),
        (&"a".repeat(201), Problem::TooLong),
    ] {
        assert_eq!(
            of_entry(|entry| entry.name = Name::new(name)),
            [("name", problem)],
            "{name}"
        );
    }
    let stored = of_entry(|entry| {
        entry.kind = Kind::LocalStorage;
        entry.name = Name::new("vue d'accueil / é");
    });
    assert_eq!(stored, []);
}

#[test]
fn hosts_are_names_of_somebody_else() {
    let host = |host: &str| {
        of_entry(|entry| {
            entry.kind = Kind::ThirdPartyHost;
            entry.name = Name::new(host);
        })
    };
    for good in ["media.example.org", "*.example.org", "xn--caf-dma.example"] {
        assert_eq!(host(good), [], "{good}");
    }
    for bad in [
        "",
        "localhost",
        "Media.example.org",
        "https://media.example.org",
        "media.example.org:8080",
        "media.example.org/x",
        "*",
        "*.org",
        "*.*.example.org",
        "a.*.example.org",
        "10.0.0.1",
        "-a.example.org",
        "a..example.org",
        "a.localhost",
        "*.localhost.",
        "data.a.example",
        "*.a.example",
        "a.example.org.",
    ] {
        assert_eq!(host(bad), [("name", Problem::Host)], "{bad}");
    }
}

#[test]
fn nothing_is_kept_for_more_than_13_months() {
    let life = |life| of_entry(|entry| entry.max_age = life);
    assert_eq!(life(Some(396 * 86_400)), []);
    for long in [0, 396 * 86_400 + 1, 400 * 86_400, u32::MAX] {
        assert_eq!(life(Some(long)), [("max_age", Problem::Life)], "{long}");
    }
    let brief = of_entry(|entry| {
        entry.kind = Kind::SessionStorage;
        entry.max_age = Some(60);
    });
    assert_eq!(brief, [("max_age", Problem::NoLife)]);
    let untold = of_entry(|entry| {
        entry.ground = Ground::Measurement(exempt());
        entry.max_age = Some(301 * 86_400);
    });
    assert_eq!(untold, [("cookie_days", Problem::Life)]);
}

#[test]
fn what_needs_consent_belongs_to_a_service_of_the_portal() {
    assert_eq!(
        of_entry(|entry| entry.ground = Ground::Consent),
        [("service_id", Problem::Consent)]
    );
    let not_earned = of_entry(|entry| entry.ground = Ground::Measurement(Default::default()));
    assert_eq!(not_earned, [("service_id", Problem::Consent)]);
    assert_eq!(of_entry(|entry| entry.ground = Ground::Measurement(exempt())), []);
    let nowhere = of_entry(|entry| entry.service_id = Some("nowhere".to_owned()));
    assert_eq!(nowhere, [("service_id", Problem::NoService)]);
}

#[test]
fn ids_are_slugs_and_used_once() {
    for bad in ["", "A", "a_b", "a/b", "-a", &"a".repeat(41)] {
        assert_eq!(
            of_entry(|entry| entry.id = bad.to_owned()),
            [("id", Problem::Slug)],
            "{bad}"
        );
        assert_eq!(
            of_service(|video| video.id = bad.to_owned()),
            [("id", Problem::Slug)],
            "{bad}"
        );
    }
    let twice = Additions {
        entries: vec![balancer(), balancer()],
        services: vec![service("v", Purpose::Video, ServiceKind::Vimeo {}); 2],
        ..Additions::default()
    };
    let taken = [("id", Problem::Taken), ("name", Problem::Taken), ("id", Problem::Taken)];
    assert_eq!(problems(&twice), taken);
}

#[test]
fn texts_are_there_in_the_first_language_and_in_no_language_that_the_portal_lacks() {
    assert_eq!(
        of_entry(|e| e.purpose = both(" ", "x")),
        [("purpose", Problem::Missing)]
    );
    assert_eq!(
        of_entry(|e| e.purpose = Localized::one("en", "x")),
        [("purpose", Problem::Missing)]
    );
    assert_eq!(of_entry(|e| e.purpose = Localized::one("fr", "x")), []);
    let mut third = both("x", "x");
    third.0.insert("eu".to_owned(), "x".to_owned());
    assert_eq!(of_entry(|e| e.purpose = third), [("purpose", Problem::Characters)]);
    assert_eq!(
        of_service(|s| s.label = both(&"x".repeat(101), "x")),
        [("label", Problem::TooLong)]
    );
    assert_eq!(
        of_service(|s| s.provider = "\u{202e}abc".to_owned()),
        [("provider", Problem::Characters)]
    );
}

#[test]
fn addresses_of_services_are_https_and_of_somebody_else() {
    for bad in [
        "http://a.example.org",
        "https://localhost",
        "https://user@a.example.org",
        "https://a.example.org:8443",
        "https://a.example.org/ b",
        "https://a.example.org/\"x",
        "javascript:alert(1)",
        "//a.example.org",
        "",
    ] {
        let policy = of_service(|video| video.policy_url = Some(bad.to_owned()));
        assert_eq!(policy, [("policy_url", Problem::Https)], "{bad}");
    }
    let iframe = |prefix: &str| {
        let url_prefix = prefix.to_owned();
        of_service(|video| video.kind = ServiceKind::Iframe { url_prefix })
    };
    assert_eq!(iframe("https://plans.example.org/embed/"), []);
    for bad in [
        "https://plans.example.org",
        "https://plans.example.org/a",
        "https://data.a.example/x/",
        "https://plans.example.org/?/",
        "https://plans.example.org/a/../",
    ] {
        assert_eq!(iframe(bad), [("url_prefix", Problem::Https)], "{bad}");
    }
}

#[test]
fn settings_of_services_are_what_the_service_expects() {
    let kind = |kind| of_service(|video| video.kind = kind);
    let matomo = |url: &str, site_id| {
        kind(ServiceKind::Matomo {
            url: url.to_owned(),
            site_id,
            cookieless: true,
        })
    };
    assert_eq!(matomo("https://stats.example.fr/matomo", 1), []);
    assert_eq!(matomo("https://stats.example.fr/", 1), [("url", Problem::Https)]);
    assert_eq!(matomo("https://stats.example.fr", 0), [("site_id", Problem::Setting)]);
    let google = |id: &str| {
        kind(ServiceKind::GoogleAnalytics {
            measurement_id: id.to_owned(),
        })
    };
    assert_eq!(google("G-ABC123"), []);
    for bad in ["UA-12345-1", "G-abc123", "G-", "G-ABC'123"] {
        assert_eq!(google(bad), [("measurement_id", Problem::Setting)], "{bad}");
    }
    let piano = |site, collection: &str| {
        kind(ServiceKind::Piano {
            site,
            collection: collection.to_owned(),
        })
    };
    assert_eq!(piano(1, "abc.pa-cd.com"), []);
    assert_eq!(
        piano(0, "*.pa-cd.com"),
        [("site", Problem::Setting), ("collection", Problem::Host)]
    );
    let tiles = |template: &str, max_zoom| {
        kind(ServiceKind::Tiles {
            template: template.to_owned(),
            attribution: "© Example".to_owned(),
            max_zoom,
            delivery: Delivery::Consented,
        })
    };
    assert_eq!(tiles("https://tile.example.org/{z}/{x}/{y}.png", 18), []);
    for bad in [
        "https://tile.example.org/{z}/{x}.png",
        "https://{x}.example.org/{z}/{x}/{y}.png",
        "https://tile{x}.example.org/{z}/{y}.png",
        "https://tile.example.org/{z}/{x}/{y}/{s}.png",
        "http://tile.example.org/{z}/{x}/{y}.png",
    ] {
        assert_eq!(tiles(bad, 18), [("template", Problem::Setting)], "{bad}");
    }
    assert_eq!(
        tiles("https://tile.example.org/{z}/{x}/{y}.png", 30),
        [("max_zoom", Problem::Setting)]
    );
    assert_eq!(
        of_service(|video| video.exemption = Some(exempt())),
        [("exemption", Problem::NotExempt)]
    );
}

#[test]
fn only_the_products_own_entries_are_worded_and_the_charter_takes_plain_text() {
    let additions = Additions {
        wording: [
            ("balancer".to_owned(), Wording::default()),
            ("sessionid".to_owned(), Wording::default()),
        ]
        .into(),
        charter: CharterTexts {
            before: both("Un\n\ndeux", "One\u{7}"),
            see_also: Some("http://ailleurs.example".to_owned()),
            ..CharterTexts::default()
        },
        ..Additions::default()
    };
    let expected = [
        ("id", Problem::Reserved),
        ("before", Problem::Characters),
        ("see_also", Problem::Https),
    ];
    assert_eq!(problems(&additions), expected);
}
