use std::collections::BTreeMap;

use parvis_model::PortalId;

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
        provider: "Opendatasoft".to_owned(),
    }
}

#[test]
fn a_fresh_portal_has_the_four_cookies_in_the_order_of_the_charter() {
    let registry = Registry::for_portal(&portal("a"));
    let names: Vec<_> = registry.entries().iter().map(|entry| entry.name).collect();
    assert_eq!(
        names,
        ["sessionid", "django_language", "csrftoken", "cookies_preferences"]
    );
    assert!(registry.purposes().is_empty());
    for (id, entry) in EntryId::ALL.into_iter().zip(registry.entries()) {
        assert_eq!((entry.id, entry.name), (id, id.as_str()));
        assert!(!entry.category.needs_consent());
        assert_eq!(entry.category.legal_ground(), LegalGround::StrictlyNecessary);
        assert_eq!((entry.path, entry.secure, entry.same_site), ("/", true, SameSite::Lax));
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
    let registry = Registry::for_portal(&portal("a"));
    let lives: Vec<_> = registry.entries().iter().map(|entry| entry.max_age).collect();
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
    let registry = Registry::for_portal(&portal);
    let entry = registry.entry(EntryId::Preferences);
    assert_eq!(entry.provider, "La ville");
    assert_eq!(entry.purpose.get("fr", "fr"), Some("Garder votre choix"));
    assert_eq!(
        entry.purpose.get("en", "fr"),
        Some("Remember what the visitor chose about cookies")
    );
    let plain = Registry::for_portal(&self::portal("a"));
    assert_ne!(registry.revision(), plain.revision());
    assert_eq!(
        registry.consent_revision(),
        plain.consent_revision(),
        "a text alone is no reason to ask again"
    );
}

#[test]
fn names_are_case_sensitive() {
    let registry = Registry::for_portal(&portal("a"));
    assert!(registry.cookie("sessionid").is_some());
    for name in ["SessionID", "sessionid ", "__Host-sessionid", ""] {
        assert!(registry.cookie(name).is_none(), "{name:?}");
    }
}
