use super::*;
use crate::registry::tests::{balancer, both, exempt, portal, service};

fn charter(portal: &Portal, lang: &str) -> Charter {
    Charter::of(
        &Registry::for_portal(portal, &crate::Additions::default()),
        portal,
        lang,
    )
}

#[test]
fn the_text_form_gives_the_address_and_rows_parted_by_tabs() {
    let text = charter(&portal("a"), "en").to_text();
    assert_eq!(
        text,
        "https://data.a.example\n\n\
         Cookies that the platform needs to work\n\
         Provider\tService and place\tCookie name\tPurpose\n\
         Opendatasoft\tSign-in (front and back office)\tsessionid\tRemember the user from one page to the next.\n\
         Opendatasoft\tChoice of language (front and back office)\tdjango_language\tRemember the visitor's language\n\
         Opendatasoft\tAPI (CSRF) (front and back office)\tcsrftoken\tFetch data through API calls\n\
         Opendatasoft\tChoice of your cookie preferences\tcookies_preferences\tRemember what the visitor chose about cookies\n"
    );
}

#[test]
fn a_cell_cannot_break_the_table() {
    let mut portal = portal("a");
    portal.provider = "La\tville\r\nde".to_owned();
    assert_eq!(charter(&portal, "fr").to_text().lines().count(), 8);
}

#[test]
fn the_json_form_has_the_rows_their_attributes_and_a_hash_of_all() {
    let mut json = charter(&portal("a"), "fr").to_json();
    assert_eq!(json["url"], "https://data.a.example");
    assert_eq!(json["rows"][0]["name"], "sessionid");
    assert_eq!(json["rows"][0]["http_only"], true);
    assert_eq!(json["rows"][3]["max_age"], 15_552_000);
    assert_eq!(json["rows"][3]["category"], "necessary");
    let hash = json
        .as_object_mut()
        .and_then(|object| object.shift_remove("content_hash"))
        .expect("a hash");
    assert_eq!(hash, hex::encode(Sha256::digest(json.to_string().as_bytes())));
    let mut other = portal("a");
    other.purposes.insert("csrftoken".to_owned(), "Autre".to_owned());
    let changed = charter(&other, "fr").to_json();
    assert_ne!(changed["content_hash"], hash);
    assert_ne!(changed["revision"], json["revision"]);
}

#[test]
fn languages_differ_and_an_unknown_one_falls_back_to_the_portals_first() {
    let portal = portal("a");
    let purposes = |lang| {
        charter(&portal, lang)
            .rows
            .into_iter()
            .map(|row| row.purpose)
            .collect::<Vec<_>>()
    };
    assert_ne!(purposes("fr"), purposes("en"));
    assert_ne!(purposes("fr"), purposes("eu"));
    assert_eq!(purposes("fr"), purposes("de"));
}

/// The text of the five public charters, when the folder they are kept in is there.
fn seeds() -> Option<Vec<String>> {
    let folder = parvis_testkit::seeds()?;
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .map(|file| file.expect("a readable folder").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    Some(
        files
            .iter()
            .map(|file| std::fs::read_to_string(file).expect("a readable charter"))
            .collect(),
    )
}

#[test]
fn the_rows_and_address_are_those_of_the_five_public_charters() {
    let Some(seeds) = seeds() else { return };
    // Address, and own wording of the purpose of cookies_preferences.
    let own = Some("Permet de se souvenir du choix opéré par le visiteur concernant les cookies");
    let portals = [
        ("https://data.ville-cesson.fr", own),
        ("https://data.maugescommunaute.fr", None),
        ("https://data.orleans-metropole.fr", None),
        ("https://data.mairie-ris-orangis.fr", own),
        ("https://saint-jean-de-luz-opendatapaysbasque.opendatasoft.com", None),
    ];
    assert_eq!(seeds.len(), portals.len());
    for (seed, (url, purpose)) in seeds.iter().zip(portals) {
        let mut portal = portal("seed");
        portal.public_url = url.to_owned();
        portal
            .purposes
            .extend(purpose.map(|text| ("cookies_preferences".to_owned(), text.to_owned())));
        let text = charter(&portal, "fr").to_text();
        assert!(seed.contains(&format!("<{url}>")), "{url}");
        assert!(text.starts_with(&format!("{url}\n")));
        // The table begins after its head; the row of dashes under one of them is layout.
        let table = seed
            .lines()
            .filter(|line| line.contains('\t'))
            .skip(1)
            .filter(|line| !line.starts_with("---"));
        let expected: Vec<_> = table.collect();
        assert_eq!(expected.len(), 4, "{url}");
        assert_eq!(text.lines().skip(4).collect::<Vec<_>>(), expected, "{url}");
    }
}

fn with_services(durations: bool) -> Charter {
    let portal = portal("a");
    let youtube = service("video", crate::Purpose::Video, crate::ServiceKind::YouTube {});
    let matomo = crate::ServiceKind::Matomo {
        url: "https://stats.example.fr".to_owned(),
        site_id: 1,
        cookieless: true,
    };
    let additions = crate::Additions {
        entries: vec![balancer()],
        services: vec![
            youtube,
            Service {
                exemption: Some(exempt()),
                ..service("matomo", crate::Purpose::Statistics, matomo)
            },
        ],
        charter: crate::registry::CharterTexts {
            before: both("Avant", "Before"),
            after: both("Après", "After"),
            see_also: Some("https://ailleurs.example/".to_owned()),
            durations,
        },
        ..crate::Additions::default()
    };
    Charter::of(&Registry::for_portal(&portal, &additions), &portal, "fr")
}

#[test]
fn there_is_one_table_for_each_legal_ground_and_each_row_is_in_one() {
    let charter = with_services(false);
    let sections = charter.sections();
    let grounds: Vec<_> = sections.iter().map(|section| section.ground).collect();
    assert_eq!(
        grounds,
        [
            LegalGround::StrictlyNecessary,
            LegalGround::ExemptMeasurement,
            LegalGround::Consent
        ]
    );
    let rows: usize = sections.iter().map(|section| section.rows.len()).sum();
    assert_eq!(rows, charter.rows.len());
    assert_eq!(sections[0].rows.len(), 5, "the four and the load balancer");
    assert!(sections[2].rows.iter().all(|row| row.consent));
    let text = charter.to_text();
    for part in [
        "\n\nAvant\n\n",
        "\n\nAprès\n\nhttps://ailleurs.example/\n",
        "\tyt-* (stockage local)\t",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn durations_are_a_column_that_the_portal_switches_on() {
    assert_eq!(with_services(false).columns.len(), 4);
    let charter = with_services(true);
    assert_eq!(charter.columns[4], "Durée");
    let of = |name: &str| {
        let row = charter.rows.iter().find(|row| row.name == name).expect("a row");
        charter.cells(row)[4].clone()
    };
    assert_eq!(of("sessionid"), "14\u{a0}jours");
    assert_eq!(of("cookies_preferences"), "180\u{a0}jours");
    assert_eq!(of("test_cookie"), "15\u{a0}minutes");
    assert_eq!(of("route-*"), "le temps de la visite");
    assert_eq!(of("www.youtube-nocookie.com"), "rien n’est conservé");
    for (life, fr, en, eu) in [
        (1, "1\u{a0}minute", "1 minute", "minutu\u{a0}1"),
        (3_600, "1\u{a0}heure", "1 hour", "ordu\u{a0}1"),
        (86_400, "1\u{a0}jour", "1 day", "egun\u{a0}1"),
        (172_800, "2\u{a0}jours", "2 days", "2\u{a0}egun"),
    ] {
        for (lang, words) in [("fr", fr), ("en", en), ("eu", eu), ("de", fr)] {
            assert_eq!(duration(Kind::Cookie, Some(life), lang), words);
        }
    }
}
