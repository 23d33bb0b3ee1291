//! The registry in the back office, and the charter that follows from it.

use parvis_cookies::statement::VerifyKey;
use parvis_model::{Localized, Portal, PortalId};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::*;

const HOME: &str = "/backoffice/cookies/";
const CHARTER: &str = "/terms/cookies-policy/?lang=fr";

/// An administrator at work.
struct Desk {
    bench: Bench,
    cookies: String,
}

impl Desk {
    async fn of(role: Role) -> Self {
        let bench = Bench::empty().await;
        let cookies = sign_in(&bench, role).await;
        Self { bench, cookies }
    }

    async fn get(&self, target: &str) -> Answer {
        get_with(&self.bench, target, &self.cookies).await
    }

    /// Sends a form; the number of the revision and the token are those of the page at `target`, or of the list.
    async fn send(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(target).await;
        let page = if page.status == 200 {
            page
        } else {
            self.get(&target.replace("retire/", "")).await
        };
        let number = page.text().split_once("name=\"number\" value=\"").expect("a number").1;
        let number = number.split('"').next().unwrap().to_owned();
        self.send_over(target, &number, &token_of(&page), fields).await
    }

    async fn send_over(&self, target: &str, number: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = Serializer::new(String::new());
        body.append_pair("csrfmiddlewaretoken", token)
            .append_pair("number", number);
        body.extend_pairs(fields);
        post(&self.bench, target, &self.cookies, &body.finish()).await
    }

    async fn charter(&self) -> String {
        self.bench.fetch(CHARTER).await.text().to_owned()
    }
}

fn is_kept(answer: &Answer) {
    assert_eq!(
        answer.header("location"),
        "/backoffice/cookies/?done=saved",
        "{}",
        answer.text()
    );
}

/// A cookie of a load balancer.
const BALANCER: [(&str, &str); 15] = [
    ("kind", "cookie"),
    ("name", "route-*"),
    ("provider", "La ville"),
    ("service_fr", "Répartition de charge"),
    ("service_en", "Load balancing"),
    ("purpose_fr", "Servir les pages d'un même serveur"),
    ("purpose_en", "Serve the pages from one server"),
    ("life", "2"),
    ("unit", "hour"),
    ("ground", "necessary"),
    ("necessity", "load_balancing"),
    ("owner", "own"),
    ("set_by", "server"),
    ("path", "/"),
    ("note", "Deux serveurs"),
];

const YOUTUBE: [(&str, &str); 8] = [
    ("label_fr", "Vidéos du conseil"),
    ("label_en", "Council videos"),
    ("description_fr", "Lit des vidéos."),
    ("provider", "Google"),
    ("policy_url", "https://policies.google.com/privacy"),
    ("purpose", "video"),
    ("hosts", ""),
    ("note", "Séances filmées"),
];

const MATOMO: [(&str, &str); 7] = [
    ("label_fr", "Matomo"),
    ("description_fr", "Compte les visites."),
    ("provider", "La ville"),
    ("purpose", "statistics"),
    ("url", "https://stats.example.fr"),
    ("site_id", "4"),
    ("cookie_days", "390"),
];

const ANSWERS: [(&str, &str); 10] = [
    ("own_account", "on"),
    ("listed_uses", "on"),
    ("anonymous", "on"),
    ("no_cross_site", "on"),
    ("no_sharing", "on"),
    ("no_user_id", "on"),
    ("address_masked", "on"),
    ("not_extended", "on"),
    ("opt_out", "on"),
    ("data_months", "25"),
];

#[tokio::test]
async fn what_an_administrator_declares_is_in_the_charter_at_once_and_gone_once_retired() {
    let desk = Desk::of(Role::Admin).await;
    let before = desk.charter().await;
    assert!(!before.contains("route-*"));
    is_kept(&desk.send("/backoffice/cookies/entries/new/", &BALANCER).await);
    let charter = desk.charter().await;
    check(CHARTER, "fr", &charter);
    for cell in ["route-*", "La ville", "Servir les pages d&#x27;un même serveur"] {
        assert!(charter.contains(cell), "{cell}");
    }
    let text = desk.bench.fetch("/terms/cookies-policy/?lang=en&format=text").await;
    assert!(
        text.text()
            .contains("La ville\tLoad balancing\troute-*\tServe the pages from one server")
    );

    is_kept(
        &desk
            .send(
                "/backoffice/cookies/entries/route/retire/",
                &[("note", "Un seul serveur")],
            )
            .await,
    );
    assert!(!desk.charter().await.contains("route-*"));
    let list = desk.get(HOME).await;
    check(HOME, "fr", list.text());
    assert!(list.text().contains("Retirés") && list.text().contains("route-*"));
    is_kept(&desk.send("/backoffice/cookies/entries/route/retire/", &[]).await);
    assert!(desk.charter().await.contains("route-*"), "taken back");
}

#[tokio::test]
async fn an_entry_is_edited_and_each_revision_tells_its_author_and_what_changed() {
    let desk = Desk::of(Role::Admin).await;
    is_kept(&desk.send("/backoffice/cookies/entries/new/", &BALANCER).await);
    let form = desk.get("/backoffice/cookies/entries/route/").await;
    check("entry", "fr", form.text());
    for value in [
        "value=\"route-*\"",
        "value=\"2\"",
        "value=\"hour\" selected",
        "value=\"load_balancing\" selected",
    ] {
        assert!(form.text().contains(value), "{value}");
    }
    let mut longer = BALANCER;
    longer[7] = ("life", "5");
    longer[14] = ("note", "Plus long");
    is_kept(&desk.send("/backoffice/cookies/entries/route/", &longer).await);
    let inside = desk.get("/backoffice/cookies/history/").await;
    check("history", "fr", inside.text());
    for told in ["Agent", "Plus long", "Deux serveurs", "2\u{a0}heures", "5\u{a0}heures"] {
        assert!(inside.text().contains(told), "{told}");
    }
    let public = desk.bench.fetch("/terms/cookies-policy/history/?lang=fr").await;
    check("public history", "fr", public.text());
    assert!(public.text().contains("Plus long") && public.text().contains("5\u{a0}heures"));
    assert!(!public.text().contains("Agent"), "who wrote it is for the back office");
    let third = desk.bench.fetch("/terms/cookies-policy/history/3/?lang=fr").await;
    check("revision", "fr", third.text());
    assert!(third.text().contains("route-*") && third.text().contains("sessionid"));
    let json: Value = desk
        .bench
        .fetch("/terms/cookies-policy/history/2/?format=json")
        .await
        .json();
    assert_eq!(
        json["entries"][4]["max_age"], 7_200,
        "the earlier revision is kept as it was"
    );
    for gone in ["0", "4", "99999999999999999999", "x"] {
        let target = format!("/terms/cookies-policy/history/{gone}/");
        assert_eq!(desk.bench.fetch(&target).await.status, 404, "{gone}");
    }
}

#[tokio::test]
async fn a_ready_made_service_is_off_until_added_and_brings_what_is_known_of_it() {
    let desk = Desk::of(Role::Admin).await;
    assert!(!desk.charter().await.contains("youtube"));
    is_kept(&desk.send("/backoffice/cookies/services/new/youtube/", &YOUTUBE).await);
    let charter = desk.charter().await;
    check(CHARTER, "fr", &charter);
    for told in [
        "www.youtube-nocookie.com",
        "Vidéos du conseil",
        "policies.google.com",
        "id=\"consent\"",
    ] {
        assert!(charter.contains(told), "{told}");
    }
    let panel = desk.bench.fetch("/cookies/preferences/?lang=fr").await;
    assert!(
        panel.text().contains("name=\"service\" value=\"youtube\""),
        "consent is asked for it"
    );
    let edit = desk.get("/backoffice/cookies/services/youtube/").await;
    check("service", "fr", edit.text());
    is_kept(&desk.send("/backoffice/cookies/services/youtube/retire/", &[]).await);
    assert!(!desk.charter().await.contains("youtube"));
    let panel = desk.bench.fetch("/cookies/preferences/?lang=fr").await;
    assert!(!panel.text().contains("name=\"service\""));
}

#[tokio::test]
async fn measurement_is_exempt_only_with_every_answer_of_the_form() {
    let all: Vec<_> = MATOMO.into_iter().chain(ANSWERS).collect();
    let asks = async |fields: &[(&str, &str)]| {
        let desk = Desk::of(Role::Admin).await;
        is_kept(&desk.send("/backoffice/cookies/services/new/matomo/", fields).await);
        let panel = desk.bench.fetch("/cookies/preferences/").await;
        panel.text().contains("value=\"matomo\"")
    };
    assert!(!asks(&all).await);
    for missing in ["anonymous", "opt_out", "data_months"] {
        let fields: Vec<_> = all.iter().copied().filter(|(name, _)| *name != missing).collect();
        assert!(asks(&fields).await, "{missing}");
    }
    let forever = all.iter().map(|(name, value)| {
        if *name == "cookie_days" {
            (*name, "730")
        } else {
            (*name, *value)
        }
    });
    assert!(asks(&forever.collect::<Vec<_>>()).await);
}

#[tokio::test]
async fn a_form_with_mistakes_is_shown_again_with_what_was_typed_and_changes_nothing() {
    let desk = Desk::of(Role::Admin).await;
    let before = desk.charter().await;
    for (field, value, message) in [
        ("name", "__Host-SessionId", "celui d’un cookie de la plateforme"),
        ("name", "", "À remplir"),
        ("life", "99999999", "13 mois"),
        ("life", "douze", "13 mois"),
        ("ground", "consent", "appartient à un service"),
        ("purpose_fr", "", "À remplir"),
        ("provider", "", "À remplir"),
        ("path", "a;b", "caractères"),
    ] {
        let changed = BALANCER.map(|(name, old)| if name == field { (name, value) } else { (name, old) });
        let answer = desk.send("/backoffice/cookies/entries/new/", &changed).await;
        assert_eq!(answer.status, 422, "{field} {value}");
        check("entry with mistakes", "fr", answer.text());
        assert!(answer.text().contains(message), "{field} {value}: {message}");
        assert!(answer.text().contains("Répartition de charge") && answer.text().contains("role=\"alert\""));
    }
    for (kind, fields, message) in [
        (
            "matomo",
            &[("url", "http://stats.example.fr"), ("label_fr", "M")][..],
            "d’un tiers",
        ),
        ("tiles", &[("template", "https://tiles.example.org/{z}.png")], "réglage"),
        ("iframe", &[("url_prefix", "https://data.example.org/x/")], "d’un tiers"),
        ("google_analytics", &[("measurement_id", "UA-1")], "réglage"),
    ] {
        let target = format!("/backoffice/cookies/services/new/{kind}/");
        let answer = desk.send(&target, fields).await;
        assert_eq!(answer.status, 422, "{kind}");
        check(kind, "fr", answer.text());
        assert!(answer.text().contains(message), "{kind}");
    }
    assert_eq!(desk.charter().await, before);
}

#[tokio::test]
async fn a_form_that_somebody_overtook_is_shown_again_and_can_then_be_kept() {
    let desk = Desk::of(Role::Admin).await;
    let form = desk.get("/backoffice/cookies/entries/new/").await;
    is_kept(&desk.send("/backoffice/cookies/services/new/youtube/", &YOUTUBE).await);
    let target = "/backoffice/cookies/entries/new/";
    let late = desk.send_over(target, "1", &token_of(&form), &BALANCER).await;
    assert_eq!(late.status, 422);
    assert!(late.text().contains("entre-temps") && late.text().contains("name=\"number\" value=\"2\""));
    is_kept(&desk.send_over(target, "2", &token_of(&late), &BALANCER).await);
    let charter = desk.charter().await;
    assert!(
        charter.contains("route-*") && charter.contains("youtube"),
        "both are kept"
    );
}

#[tokio::test]
async fn the_table_stands_whatever_is_written_around_it() {
    let desk = Desk::of(Role::Admin).await;
    let table = |page: &str| {
        let from = page.find("<table").expect("a table");
        page[from..page.find("</table>").unwrap()].to_owned()
    };
    let before = table(&desk.charter().await);
    let fields = [
        (
            "before_fr",
            "Bonjour.\r\n\r\n<script>alert(1)</script></article><style>table{display:none}</style>",
        ),
        ("after_fr", "<!-- fin"),
        ("see_also", "https://ville.example.fr/cookies"),
    ];
    is_kept(&desk.send("/backoffice/cookies/charter/", &fields).await);
    let charter = desk.charter().await;
    check(CHARTER, "fr", &charter);
    assert!(charter.contains("<p class=\"lines\">Bonjour.</p>") && charter.contains("&lt;script&gt;"));
    assert!(
        charter.contains("href=\"https:&#x2f;&#x2f;ville.example.fr&#x2f;cookies\"")
            || charter.contains("href=\"https://ville.example.fr/cookies\"")
    );
    assert_eq!(table(&charter), before);
    let home = desk.bench.fetch("/").await;
    assert!(
        home.text().contains("href=\"/terms/cookies-policy/\""),
        "the footer names the generated charter"
    );

    let fields = [
        ("purpose_fr", "Rester connecté"),
        ("purpose_en", "Stay signed in"),
        ("provider", "La ville"),
    ];
    is_kept(&desk.send("/backoffice/cookies/wording/sessionid/", &fields).await);
    is_kept(&desk.send("/backoffice/cookies/charter/", &[("durations", "on")]).await);
    let charter = desk.charter().await;
    assert!(charter.contains("Rester connecté") && charter.contains("14\u{a0}jours") && charter.contains("Durée"));
}

#[tokio::test]
async fn the_json_form_is_hashed_and_signed_and_the_key_is_public() {
    let desk = Desk::of(Role::Admin).await;
    let mut json: Value = desk.bench.fetch("/terms/cookies-policy/?format=json").await.json();
    let key = desk
        .bench
        .fetch("/terms/cookies-policy/key/")
        .await
        .text()
        .trim()
        .to_owned();
    let object = json.as_object_mut().unwrap();
    let signature = object.shift_remove("signature").unwrap();
    let hash = object.shift_remove("content_hash").unwrap();
    let own = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(json.to_string().as_bytes()));
    assert_eq!(hash, own.as_str());
    let text = signature["text"].as_str().unwrap();
    assert_eq!(text, format!("parvis-charter-v1 orleans 1 {own}"));
    let key = VerifyKey::read(&key).unwrap();
    let value = signature["value"].as_str().unwrap();
    assert!(key.verifies(text, value));
    assert!(!key.verifies(&text.replace("orleans", "cesson"), value));
}

#[tokio::test]
async fn the_pdf_form_says_what_the_page_says() {
    let desk = Desk::of(Role::Admin).await;
    is_kept(&desk.send("/backoffice/cookies/services/new/youtube/", &YOUTUBE).await);
    for (lang, words) in [("fr", "(Prestataire)"), ("en", "(Provider)")] {
        let answer = desk
            .bench
            .fetch(&format!("/terms/cookies-policy/?format=pdf&lang={lang}"))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "application/pdf")
        );
        let pdf = String::from_utf8_lossy(&answer.body).into_owned();
        for part in [
            words,
            "(sessionid)",
            "(cookies_preferences)",
            "nocookie.com",
            &format!("/Lang ({lang})"),
        ] {
            assert!(pdf.contains(part), "{lang}: {part}");
        }
    }
}

#[tokio::test]
async fn only_administrators_reach_the_registry() {
    for role in [Role::Reader, Role::Publisher] {
        let desk = Desk::of(role).await;
        for page in [
            "",
            "history/",
            "charter/",
            "entries/new/",
            "services/new/youtube/",
            "wording/sessionid/",
        ] {
            assert_eq!(desk.get(&format!("{HOME}{page}")).await.status, 403, "{role:?} {page}");
        }
        let token = token_of(&desk.get("/account/").await);
        let answer = desk
            .send_over("/backoffice/cookies/entries/new/", "1", &token, &BALANCER)
            .await;
        assert_eq!(answer.status, 403);
    }
    let nobody = Bench::empty().await;
    for page in ["", "history/", "entries/new/"] {
        let answer = nobody.fetch(&format!("{HOME}{page}")).await;
        assert!(answer.header("location").starts_with("/login/"), "{page}");
    }
}

/// R-TEN-10: what one portal declares is unknown to the others, also by guessing ids and numbers.
#[tokio::test]
async fn the_registry_of_a_portal_is_its_own() {
    let desk = Desk::of(Role::Admin).await;
    let other = Portal {
        id: PortalId::new("cesson"),
        hosts: vec!["cesson.localhost".to_owned()],
        name: Localized::one("fr", "Cesson"),
        ..(*desk.bench.portal).clone()
    };
    desk.bench.parvis.put_portal(&other).await.unwrap();
    let there = async |target: &str, cookies: &str| {
        let request = Request::get(target)
            .header(COOKIE, cookies)
            .body(Body::empty())
            .unwrap();
        desk.bench.send_to("cesson.localhost:8080", request).await
    };
    let before = there(CHARTER, "").await.text().to_owned();
    is_kept(&desk.send("/backoffice/cookies/entries/new/", &BALANCER).await);
    is_kept(&desk.send("/backoffice/cookies/services/new/youtube/", &YOUTUBE).await);
    assert_eq!(there(CHARTER, "").await.text(), before);
    for page in ["", "history/", "entries/route/", "services/youtube/"] {
        let target = format!("{HOME}{page}");
        let answer = there(&target, &desk.cookies).await;
        assert!(
            answer.header("location").starts_with("/login/"),
            "{page}: the session is unknown there"
        );
    }
    assert_eq!(there("/terms/cookies-policy/history/2/", "").await.status, 404);
    let body = "number=1&name=x";
    let request = Request::post("/backoffice/cookies/entries/route/")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ORIGIN_HEADER, "http://cesson.localhost:8080")
        .header(COOKIE, &desk.cookies)
        .body(Body::from(body))
        .unwrap();
    let answer = desk.bench.send_to("cesson.localhost:8080", request).await;
    assert_eq!(answer.status, 403, "nor does the token count there");
    assert_eq!(desk.get("/backoffice/cookies/entries/nothing/").await.status, 404);
    assert_eq!(desk.get("/backoffice/cookies/services/route/").await.status, 404);
}
