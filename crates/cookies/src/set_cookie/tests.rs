use chrono::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::registry::tests::portal;
use crate::registry::{Additions, EntryId, Registry};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 12, 0, 0)
        .single()
        .expect("a real date")
}

#[test]
fn each_cookie_is_written_with_the_attributes_of_the_registry() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    let cases = [
        (
            EntryId::Session,
            "sessionid=v; Expires=Tue, 15 Sep 2026 12:00:00 GMT; Max-Age=1209600; Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
        (
            EntryId::Language,
            "django_language=v; Expires=Wed, 01 Sep 2027 12:00:00 GMT; Max-Age=31536000; Path=/; Secure; SameSite=Lax",
        ),
        (
            EntryId::Csrf,
            "csrftoken=v; Expires=Tue, 31 Aug 2027 12:00:00 GMT; Max-Age=31449600; Path=/; Secure; SameSite=Lax",
        ),
        (
            EntryId::Preferences,
            "cookies_preferences=v; Expires=Sun, 28 Feb 2027 12:00:00 GMT; Max-Age=15552000; Path=/; Secure; SameSite=Lax",
        ),
    ];
    for (id, expected) in cases {
        let entry = registry.cookie(id);
        let cookie = set(entry, "v", Life::Registry, true, now()).expect("a plain value");
        assert_eq!((cookie.as_str(), cookie.name()), (expected, id.as_str()));
        let over_http = set(entry, "v", Life::Registry, false, now()).expect("a plain value");
        assert_eq!(over_http.as_str(), expected.replace("; Secure", ""));
    }
}

#[test]
fn a_deletion_repeats_the_attributes_and_dates_from_1970() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    assert_eq!(
        delete(registry.cookie(EntryId::Session), true).as_str(),
        "sessionid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax"
    );
}

#[test]
fn a_life_can_be_shortened_but_not_prolonged() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    let write = |life| set(registry.cookie(EntryId::Session), "v", life, false, now()).expect("a plain value");
    assert!(
        write(Life::AtMost(60))
            .as_str()
            .contains("Expires=Tue, 01 Sep 2026 12:01:00 GMT; Max-Age=60;")
    );
    assert!(write(Life::AtMost(u32::MAX)).as_str().contains("Max-Age=1209600;"));
    assert_eq!(
        write(Life::Browser).as_str(),
        "sessionid=v; Path=/; HttpOnly; SameSite=Lax"
    );
}

#[test]
fn values_that_could_break_out_of_the_header_are_refused() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    let entry = registry.cookie(EntryId::Language);
    let long = "a".repeat(MAX_PAIR_BYTES - entry.name().len());
    assert!(set(entry, &long, Life::Registry, true, now()).is_ok());
    assert!(matches!(
        set(entry, &format!("{long}a"), Life::Registry, true, now()),
        Err(Error::CookieTooLong { bytes: 4097, .. })
    ));
    for bad in ["", "a;b", "a b", "a\r\nb", "a\0", "é", "a,b", "\"a\"", "a=b"] {
        assert!(
            matches!(
                set(entry, bad, Life::Registry, true, now()),
                Err(Error::CookieValue { .. })
            ),
            "{bad:?}"
        );
    }
}

#[test]
fn a_value_does_not_show_in_debug_output() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    let cookie = set(registry.cookie(EntryId::Session), "hush", Life::Registry, true, now()).expect("a plain value");
    assert!(!format!("{cookie:?}").contains("hush"));
}

#[test]
fn healing_expires_every_parent_domain_and_longer_path_but_not_our_own_cookie() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    let healed = heal(
        registry.cookie(EntryId::Csrf),
        "luz.paysbasque.localhost",
        "/explore/dataset/x",
        true,
    );
    let scope = |cookie: &SetCookie| {
        let find = |key: &str| {
            cookie
                .as_str()
                .split("; ")
                .find_map(|part| part.strip_prefix(key))
                .map(str::to_owned)
        };
        (find("Domain="), find("Path=").expect("a path is always written"))
    };
    let scopes: Vec<_> = healed.iter().map(scope).collect();
    let domain = |name: &str| Some(name.to_owned());
    assert!(scopes.contains(&(domain("paysbasque.localhost"), "/".to_owned())));
    assert!(scopes.contains(&(domain("luz.paysbasque.localhost"), "/".to_owned())));
    for path in [
        "/explore",
        "/explore/",
        "/explore/dataset",
        "/explore/dataset/",
        "/explore/dataset/x",
    ] {
        assert!(scopes.contains(&(None, path.to_owned())), "{path}");
        assert!(
            scopes.contains(&(domain("paysbasque.localhost"), path.to_owned())),
            "{path}"
        );
    }
    assert!(!scopes.contains(&(None, "/".to_owned())), "our own cookie stays");
    assert!(
        !scopes.iter().any(|(domain, _)| domain.as_deref() == Some("localhost")),
        "no browser takes one label"
    );
    assert!(healed.iter().all(|cookie| cookie.as_str().contains("Max-Age=0")));
}

#[test]
fn healing_is_bounded_and_never_echoes_a_hostile_path() {
    let registry = Registry::for_portal(&portal("a"), &Additions::default());
    let entry = registry.cookie(EntryId::Session);
    assert!(heal(entry, "a.b.c.d.example.org", &"/x".repeat(200), true).len() <= MAX_HEALING);
    assert_eq!(heal(entry, "data.ville.example", "/a;Domain=evil/b", true).len(), 2);
    for address in ["127.0.0.1", "[::1]", "localhost"] {
        assert!(heal(entry, address, "/", true).is_empty(), "{address}");
    }
}

proptest! {
    #[test]
    fn no_value_path_or_host_adds_an_attribute(value in ".{0,40}", host in ".{0,40}", path in ".{0,40}") {
        let registry = Registry::for_portal(&portal("a"), &Additions::default());
        let entry = registry.cookie(EntryId::Csrf);
        let set = set(entry, &value, Life::Registry, true, now()).ok();
        for cookie in heal(entry, &host, &path, true).iter().chain(&set) {
            prop_assert!(cookie.as_str().bytes().all(|b| (0x20..0x7f).contains(&b)));
            prop_assert!(cookie.as_str().split("; ").count() <= 7);
        }
    }
}
