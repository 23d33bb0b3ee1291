use std::collections::BTreeMap;

use parvis_model::{Localized, PortalId};

use super::*;

pub(crate) fn portal(id: &str) -> Portal {
    Portal {
        id: PortalId::new(id),
        hosts: vec![format!("{id}.localhost")],
        public_url: format!("https://data.{id}.example"),
        name: Localized::one("fr", id),
        tagline: Localized::default(),
        languages: vec!["fr".to_owned(), "en".to_owned()],
        accent: "#004488".to_owned(),
        logo: String::new(),
        purposes: BTreeMap::new(),
        trusted_origins: Vec::new(),
        video: None,
        provider: "Opendatasoft".to_owned(),
    }
}

fn fresh(portal: &Portal) -> Registry {
    Registry::for_portal(portal, &Additions::default())
}

#[test]
fn a_fresh_portal_has_the_four_cookies_in_the_order_of_the_charter() {
    let registry = fresh(&portal("a"));
    let names: Vec<_> = registry.entries().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(
        names,
        ["sessionid", "django_language", "csrftoken", "cookies_preferences"]
    );
    assert!(registry.purposes().is_empty());
    for (id, entry) in EntryId::ALL.into_iter().zip(registry.entries()) {
        assert_eq!((entry.id.as_str(), entry.name.as_str()), (id.as_str(), id.as_str()));
        assert!(!entry.category.needs_consent());
        assert_eq!(entry.category.legal_ground(), LegalGround::StrictlyNecessary);
        assert_eq!(
            (entry.path.as_str(), entry.secure, entry.same_site),
            ("/", true, Some(SameSite::Lax))
        );
        for lang in ["fr", "en", "eu"] {
            assert!(
                entry.service.0.contains_key(lang) && entry.purpose.0.contains_key(lang),
                "{id:?} {lang}"
            );
        }
    }
}

#[test]
fn lives_are_those_the_charter_promises() {
    let registry = fresh(&portal("a"));
    let lives: Vec<_> = registry.entries().iter().filter_map(|entry| entry.max_age).collect();
    assert_eq!(lives, [1_209_600, 31_536_000, 31_449_600, 15_552_000]);
    assert!(
        lives.iter().all(|life| *life <= 400 * 86_400),
        "browsers cap a life at 400 days"
    );
}

#[test]
fn a_portal_words_a_purpose_in_its_first_language_only() {
    let mut portal = portal("a");
    portal.provider = "La ville".to_owned();
    portal
        .purposes
        .insert("cookies_preferences".to_owned(), "Garder votre choix".to_owned());
    let registry = fresh(&portal);
    let entry = registry
        .declared(Kind::Cookie, "cookies_preferences")
        .expect("an entry");
    assert_eq!(entry.provider, "La ville");
    assert_eq!(entry.purpose.get("fr", "fr"), Some("Garder votre choix"));
    assert_eq!(
        entry.purpose.get("en", "fr"),
        Some("Remember what the visitor chose about cookies")
    );
    let plain = fresh(&self::portal("a"));
    assert_ne!(registry.revision(), plain.revision());
    assert_eq!(
        registry.consent_revision(),
        plain.consent_revision(),
        "a text alone is no reason to ask again"
    );
}

#[test]
fn names_are_case_sensitive() {
    let registry = fresh(&portal("a"));
    assert!(registry.declared(Kind::Cookie, "sessionid").is_some());
    for name in ["SessionID", "sessionid ", "__Host-sessionid", ""] {
        assert!(registry.declared(Kind::Cookie, name).is_none(), "{name:?}");
    }
}

pub(crate) fn both(fr: &str, en: &str) -> Localized {
    Localized(
        [("fr", fr), ("en", en)]
            .map(|(lang, text)| (lang.to_owned(), text.to_owned()))
            .into(),
    )
}

/// A cookie of the portal's load balancer, as an administrator declares it.
pub(crate) fn balancer() -> AddedEntry {
    AddedEntry {
        id: "balancer".to_owned(),
        kind: Kind::Cookie,
        name: Name::new("route-*"),
        provider: "La ville".to_owned(),
        service: both("Répartition de charge", "Load balancing"),
        purpose: both("Servir les pages", "Serve the pages"),
        ground: Ground::Necessary(Necessity::LoadBalancing),
        service_id: None,
        max_age: None,
        domain: DomainRule::HostOnly,
        set_by: SetBy::Server,
        path: "/".to_owned(),
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        valid_from: None,
        valid_to: None,
    }
}

/// A service as an administrator adds it.
pub(crate) fn service(id: &str, purpose: Purpose, kind: crate::ServiceKind) -> Service {
    Service {
        id: id.to_owned(),
        purpose,
        provider: "Somebody".to_owned(),
        label: both(id, id),
        description: both("Ce que ça fait", "What it does"),
        policy_url: Some("https://policy.example/".to_owned()),
        kind,
        hosts: vec![],
        exemption: None,
        valid_from: None,
        valid_to: None,
    }
}

/// Answers that meet every criterion.
pub(crate) fn exempt() -> Exemption {
    Exemption {
        own_account: true,
        listed_uses: true,
        anonymous: true,
        no_cross_site: true,
        no_sharing: true,
        no_user_id: true,
        address_masked: true,
        cookie_days: 300,
        not_extended: true,
        data_months: 25,
        opt_out: true,
    }
}

fn matomo(exemption: Option<Exemption>) -> Service {
    let kind = crate::ServiceKind::Matomo {
        url: "https://stats.example.fr".to_owned(),
        site_id: 3,
        cookieless: true,
    };
    Service {
        exemption,
        ..service("matomo", Purpose::Statistics, kind)
    }
}

fn with(additions: Additions) -> Registry {
    Registry::for_portal(&portal("a"), &additions)
}

fn with_services(services: Vec<Service>) -> Registry {
    with(Additions {
        services,
        ..Additions::default()
    })
}

#[test]
fn an_added_entry_is_in_the_registry_until_it_is_retired() {
    let entries = |entries| Additions {
        entries,
        ..Additions::default()
    };
    let registry = with(entries(vec![balancer()]));
    assert_eq!(registry.entries().len(), 5);
    let entry = registry
        .declared(Kind::Cookie, "route-7f")
        .expect("the pattern stands for it");
    assert_eq!((entry.id.as_str(), entry.category), ("balancer", Category::Necessary));
    assert_eq!(registry.declared(Kind::LocalStorage, "route-7f"), None);
    let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 1);
    let retired = AddedEntry {
        valid_to: day,
        ..balancer()
    };
    assert_eq!(with(entries(vec![retired])).revision(), fresh(&portal("a")).revision());
    assert_ne!(registry.revision(), fresh(&portal("a")).revision());
    assert_eq!(registry.consent_revision(), fresh(&portal("a")).consent_revision());
}

#[test]
fn an_entry_goes_with_its_service() {
    let beside = AddedEntry {
        service_id: Some("video".to_owned()),
        ground: Ground::Consent,
        ..balancer()
    };
    let video = service("video", Purpose::Video, crate::ServiceKind::YouTube {});
    let additions = |video| Additions {
        services: vec![video],
        entries: vec![beside.clone()],
        ..Additions::default()
    };
    let registry = with(additions(video.clone()));
    let entry = registry.declared(Kind::Cookie, "route-1").expect("declared");
    assert_eq!(
        (entry.purpose_id, entry.category),
        (Some("video"), Category::FirstParty)
    );
    let question = registry.questions().about("video").expect("asked");
    assert!(
        question.items.iter().any(|item| item.1 == "route-*"),
        "consent covers it"
    );
    let off = Service {
        valid_to: chrono::NaiveDate::from_ymd_opt(2026, 9, 1),
        ..video
    };
    assert_eq!(with(additions(off)).entries().len(), 4);
}

#[test]
fn services_ask_in_the_order_of_their_ids_and_purposes_in_that_of_the_list() {
    use crate::ServiceKind::{Dailymotion, GoogleAnalytics, YouTube};
    let measurement_id = "G-ABCDEF".to_owned();
    let registry = with_services(vec![
        service("z", Purpose::Video, YouTube {}),
        service("m", Purpose::Statistics, GoogleAnalytics { measurement_id }),
        service("a", Purpose::Video, Dailymotion {}),
    ]);
    let ids = |services: Vec<&Service>| services.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(registry.services_asking_consent()), ["a", "m", "z"]);
    assert_eq!(registry.purposes(), [Purpose::Statistics, Purpose::Video]);
    assert_eq!(registry.longest_life("a"), Some(390 * 86_400));
    assert_eq!(registry.longest_life("m"), None, "what measures keeps nothing");
    assert!(registry.entries_of("a").all(|entry| entry.category.needs_consent()));
}

#[test]
fn a_ready_made_service_declares_every_host_it_contacts_and_no_life_over_13_months() {
    use crate::ServiceKind as K;
    let kinds = [
        K::YouTube {},
        K::Vimeo {},
        K::Dailymotion {},
        K::GoogleAnalytics {
            measurement_id: "G-ABCDEF".to_owned(),
        },
        K::Piano {
            site: 1,
            collection: "abc.pa-cd.com".to_owned(),
        },
        K::Iframe {
            url_prefix: "https://frames.example/plan/".to_owned(),
        },
        matomo(None).kind,
    ];
    for kind in kinds {
        let registry = with_services(vec![service("x", Purpose::Content, kind)]);
        let service = &registry.services()[0];
        assert!(service.asks_consent() && !service.all_hosts().is_empty());
        for host in service.all_hosts() {
            assert!(registry.declared(Kind::ThirdPartyHost, &host).is_some(), "{host}");
            assert!(check::address::is_host(&host), "{host}");
        }
        for entry in registry.entries_of("x") {
            assert!(entry.max_age.is_none_or(|life| life <= check::MAX_LIFE), "{}", entry.id);
            assert_eq!(entry.category.legal_ground(), LegalGround::Consent);
            for lang in ["fr", "en", "eu"] {
                assert!(entry.purpose.0.contains_key(lang), "{} {lang}", entry.id);
            }
        }
    }
}

#[test]
fn measurement_is_exempt_only_if_every_answer_meets_its_criterion() {
    let registry = with_services(vec![matomo(Some(exempt()))]);
    assert!(registry.services_asking_consent().is_empty());
    let host = registry.declared(Kind::ThirdPartyHost, "stats.example.fr");
    let host = host.expect("declared");
    assert_eq!((host.category, host.max_age), (Category::StatisticsExempt, None));
    assert_eq!(registry.entries_of("matomo").count(), 1, "and nothing is kept");
    let worse: [fn(&mut Exemption); 12] = [
        |e| e.own_account = false,
        |e| e.listed_uses = false,
        |e| e.anonymous = false,
        |e| e.no_cross_site = false,
        |e| e.no_sharing = false,
        |e| e.no_user_id = false,
        |e| e.address_masked = false,
        |e| e.cookie_days = 397,
        |e| e.not_extended = false,
        |e| e.data_months = 26,
        |e| e.data_months = 0,
        |e| e.opt_out = false,
    ];
    for (at, spoil) in worse.into_iter().enumerate() {
        let mut answers = exempt();
        spoil(&mut answers);
        assert_eq!(answers.unmet().len(), 1, "{at}");
        let registry = with_services(vec![matomo(Some(answers))]);
        assert_eq!(registry.services_asking_consent().len(), 1, "{at}");
        assert!(
            registry
                .entries_of("matomo")
                .all(|entry| entry.category.needs_consent()),
            "{at}"
        );
    }
    let google = Service {
        kind: crate::ServiceKind::GoogleAnalytics {
            measurement_id: "G-ABCDEF".to_owned(),
        },
        ..matomo(Some(exempt()))
    };
    assert!(google.asks_consent(), "no answers make Google Analytics exempt");
}

#[test]
fn tiles_ask_for_consent_only_when_the_browser_fetches_them() {
    let tiles = |delivery| {
        let kind = crate::ServiceKind::Tiles {
            template: "https://tile.example.org/{z}/{x}/{y}.png".to_owned(),
            attribution: "© Example".to_owned(),
            max_zoom: 18,
            delivery,
        };
        with_services(vec![service("tiles", Purpose::Map, kind)])
    };
    let consented = tiles(crate::service::Delivery::Consented);
    assert_eq!(consented.services_asking_consent().len(), 1);
    assert!(consented.declared(Kind::ThirdPartyHost, "tile.example.org").is_some());
    let proxied = tiles(crate::service::Delivery::Proxied);
    assert!(proxied.services_asking_consent().is_empty());
    assert_eq!(proxied.entries().len(), 4, "nobody else is contacted");
}

#[test]
fn the_portal_words_the_products_entries_in_each_language() {
    let wording = Wording {
        service: both("Connexion", "Log in"),
        purpose: both("Vous reconnaître", "Know you"),
        provider: Some("La ville".to_owned()),
    };
    let registry = with(Additions {
        wording: [("sessionid".to_owned(), wording)].into(),
        ..Additions::default()
    });
    let entry = &registry.entries()[0];
    assert_eq!(entry.provider, "La ville");
    assert_eq!(entry.purpose.get("en", "fr"), Some("Know you"));
    assert_eq!(entry.service.get("fr", "fr"), Some("Connexion"));
    assert!(
        entry
            .purpose
            .get("eu", "fr")
            .is_some_and(|text| text != "Vous reconnaître")
    );
}

#[test]
fn patterns_are_anchored_on_both_sides() {
    for (pattern, name, matches) in [
        ("_pk_id.*", "_pk_id.1.fff", true),
        ("_pk_id.*", "x_pk_id.1", false),
        ("_pk_id.*", "_PK_ID.1", false),
        ("a*b*c", "abc", true),
        ("a*b*c", "aXbYc", true),
        ("a*b*c", "aXbYcZ", false),
        ("ab*ab", "ab", false),
        ("ab*ab", "abab", true),
        ("plain", "plain", true),
        ("plain", "plainer", false),
        ("*.example.org", "a.b.example.org", true),
        ("*.example.org", "example.org", false),
    ] {
        assert_eq!(Name::new(pattern).matches(name), matches, "{pattern} {name}");
    }
}

#[test]
fn additions_are_read_back_from_json_and_nothing_unknown_is() {
    let additions = Additions {
        entries: vec![balancer()],
        services: vec![
            matomo(Some(exempt())),
            service("v", Purpose::Video, crate::ServiceKind::YouTube {}),
        ],
        ..Additions::default()
    };
    let json = serde_json::to_string(&additions).expect("text keys");
    assert_eq!(serde_json::from_str::<Additions>(&json).expect("as written"), additions);
    assert!(serde_json::from_str::<Additions>(r#"{"entrys": []}"#).is_err());
    assert_eq!(
        serde_json::from_str::<Additions>("{}").expect("empty"),
        Additions::default()
    );
}
