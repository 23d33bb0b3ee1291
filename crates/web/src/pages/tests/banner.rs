//! The gate over HTTP: what every visitor gets, what a choice opens, and what no forged or late request does.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN as ORIGIN_HEADER, SET_COOKIE};
use http::{HeaderValue, Method, Request, StatusCode};
use parvis_cookies::ledger::{Record, Way};
use parvis_cookies::registry::{AddedEntry, DomainRule, Exemption, Ground, Kind, Name, SetBy};
use parvis_cookies::service::{Delivery, ServiceKind};
use parvis_cookies::{Additions, Purpose, Service};
use parvis_model::Localized;

use super::html::check;
use super::{cookies_of, get_with, token_of};
use crate::api::tests::support::{Answer, Bench, ORIGIN};

const PREFERENCES: &str = "/cookies/preferences/";
const VIDEO: &str = "/embed/video/?at=dQw4w9WgXcQ";
/// What a page says of a video that may be shown.
const PLAYER: &str = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ";
const MATOMO: &str = "https://matomo.example/matomo.php";

/// Answers that meet every criterion of exemption.
const EARNED: Exemption = Exemption {
    own_account: true,
    listed_uses: true,
    anonymous: true,
    no_cross_site: true,
    no_sharing: true,
    no_user_id: true,
    address_masked: true,
    cookie_days: 0,
    not_extended: true,
    data_months: 25,
    opt_out: true,
};

fn both(fr: &str, en: &str) -> Localized {
    Localized(
        [("fr", fr), ("en", en)]
            .map(|(lang, text)| (lang.to_owned(), text.to_owned()))
            .into(),
    )
}

fn service(id: &str, purpose: Purpose, kind: ServiceKind) -> Service {
    Service {
        id: id.to_owned(),
        purpose,
        provider: "Fournisseur SA".to_owned(),
        label: both(&format!("Service {id}"), &format!("Service {id} (en)")),
        description: both("Ce qu'il fait.", "What it does."),
        policy_url: Some("https://provider.example/privacy".to_owned()),
        kind,
        hosts: Vec::new(),
        exemption: None,
        valid_from: None,
        valid_to: None,
    }
}

fn tiles() -> ServiceKind {
    ServiceKind::Tiles {
        template: "https://tiles.example/{z}/{x}/{y}.png".to_owned(),
        attribution: "© Tiles".to_owned(),
        max_zoom: 19,
        delivery: Delivery::Consented,
    }
}

fn popin() -> AddedEntry {
    AddedEntry {
        id: "popin".to_owned(),
        kind: Kind::Cookie,
        name: Name::new("popin"),
        provider: "Orléans".to_owned(),
        service: both("Fenêtre", "Pop-in"),
        purpose: both("Ne pas la montrer deux fois", "Not show it twice"),
        ground: Ground::Consent,
        service_id: Some("comfort".to_owned()),
        max_age: Some(86_400),
        domain: DomainRule::HostOnly,
        set_by: SetBy::Script,
        path: "/".to_owned(),
        secure: false,
        http_only: false,
        same_site: None,
        valid_from: None,
        valid_to: None,
    }
}

fn additions() -> Additions {
    Additions {
        entries: vec![popin()],
        services: vec![
            service("comfort", Purpose::Comfort, ServiceKind::Own {}),
            service("tiles", Purpose::Map, tiles()),
            service("video", Purpose::Video, ServiceKind::YouTube {}),
        ],
        ..Additions::default()
    }
}

fn matomo(exempt: bool) -> Service {
    let kind = ServiceKind::Matomo {
        url: "https://matomo.example".to_owned(),
        site_id: 4,
        cookieless: true,
    };
    Service {
        exemption: exempt.then_some(EARNED),
        ..service("audience", Purpose::Statistics, kind)
    }
}

async fn bench() -> Bench {
    let bench = Bench::with_places().await;
    let html = "<p>Voir</p><iframe src=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\"></iframe>\
                <iframe src=\"https://evil.example/\"></iframe>";
    let csv = b"name;n\na;1\n";
    let described = (false, Localized::one("fr", html));
    bench
        .import_described("film", "film.csv", csv, Vec::new(), described)
        .await;
    bench.declare(additions()).await;
    bench
}

async fn request(bench: &Bench, method: Method, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Sends a form as a browser with scripts does: with a token, from a page of the portal.
async fn choose(bench: &Bench, target: &str, jar: &str, form: &str) -> Answer {
    let page = get_with(bench, PREFERENCES, jar).await;
    let jar = format!("{jar}; {}", cookies_of(&page));
    let form = format!("csrfmiddlewaretoken={}&{form}", token_of(&page));
    let headers = [
        (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
        (ORIGIN_HEADER.as_str(), ORIGIN),
        (
            "referer",
            "http://orleans.localhost:8080/explore/dataset/film/information/",
        ),
        (COOKIE.as_str(), jar.as_str()),
    ];
    request(bench, Method::POST, target, &headers, &form).await
}

/// The cookie of a choice made by the form.
async fn chosen(bench: &Bench, form: &str) -> String {
    let answer = choose(bench, PREFERENCES, "", form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let all = cookies_of(&answer);
    let mut own = all.split("; ").filter(|pair| pair.starts_with("cookies_preferences="));
    own.next().expect("the choice is kept").to_owned()
}

/// The HTML of an answer with its slashes and quotation marks as they are read.
fn html(answer: &Answer) -> String {
    let text = answer.text().replace("&#x2f;", "/").replace("&quot;", "\"");
    text.replace("&#x27;", "'").replace("&amp;", "&")
}

fn policy(answer: &Answer) -> &str {
    answer.header("content-security-policy")
}

#[tokio::test]
async fn pages_with_a_banner_are_the_same_for_everybody_whatever_they_chose() {
    let bench = bench().await;
    let accepted = chosen(&bench, "action=accept&way=banner").await;
    let refused = chosen(&bench, "action=refuse&way=banner").await;
    for target in [
        "/",
        "/explore/",
        "/explore/dataset/film/information/",
        "/explore/dataset/places/map/?base=tiles",
        "/terms/cookies-policy/",
    ] {
        let plain = bench.fetch(target).await;
        check(target, "fr", plain.text());
        assert!(html(&plain).contains("data-consent=\"banner\""), "{target}");
        assert!(!plain.headers.contains_key(SET_COOKIE), "{target}");
        for jar in [accepted.as_str(), &refused, "cookies_preferences=x", "popin=1; a=b"] {
            let other = request(
                &bench,
                Method::GET,
                target,
                &[("cookie", jar), ("sec-gpc", "1"), ("dnt", "1")],
                "",
            )
            .await;
            assert_eq!(other.body, plain.body, "{target} with {jar}");
            assert_eq!(other.header("vary"), plain.header("vary"), "{target}");
            assert_eq!(other.header("cache-control"), plain.header("cache-control"), "{target}");
            assert!(!other.header("vary").to_lowercase().contains("cookie"), "{target}");
        }
        for host in ["youtube", "tiles.example", "evil.example/"] {
            assert!(!policy(&plain).contains(host), "{target}: {}", policy(&plain));
        }
    }
}

#[tokio::test]
async fn nothing_is_asked_where_nothing_needs_consent() {
    let bench = Bench::with_places().await;
    let mut exempt = additions();
    exempt.entries.clear();
    exempt.services = vec![matomo(true)];
    bench.declare(exempt).await;
    let home = bench.fetch("/").await;
    assert!(!html(&home).contains("data-consent=\"banner\"") && !html(&home).contains("banner.css"));
    assert!(html(&home).contains("data-consent=\"manage\""));
    // Exempt measurement needs no choice, and is still in a document of its own.
    assert!(html(&home).contains("src=\"/embed/audience/?at=%2F\"") && !html(&home).contains("matomo"));
    let measured = bench.fetch("/embed/audience/?at=%2F").await;
    assert!(html(&measured).contains(MATOMO), "{}", measured.text());
    assert!(policy(&measured).contains("sandbox") && !policy(&measured).contains("script-src"));
    assert!(!html(&bench.fetch("/explore/?q=x").await).contains("/embed/audience/"));
}

#[tokio::test]
async fn measurement_that_needs_consent_is_nothing_at_all_before_it() {
    let bench = Bench::with_places().await;
    let google = ServiceKind::GoogleAnalytics {
        measurement_id: "G-ABCDE1".to_owned(),
    };
    let services = vec![matomo(false), service("ga", Purpose::Statistics, google)];
    bench
        .declare(Additions {
            services,
            ..Additions::default()
        })
        .await;
    let accepted = chosen(&bench, "action=accept&way=panel").await;
    for (target, provider) in [
        ("/embed/audience/?at=%2F", MATOMO),
        (
            "/embed/ga/?at=%2Fexplore%2F",
            "https://www.googletagmanager.com/gtag/js?id=G-ABCDE1",
        ),
    ] {
        let before = bench.fetch(target).await;
        assert!(
            !html(&before).contains("http") && !html(&before).contains("script"),
            "{}",
            before.text()
        );
        assert!(!policy(&before).contains("http"), "{}", policy(&before));
        let after = get_with(&bench, target, &accepted).await;
        assert!(html(&after).contains(provider), "{}", after.text());
        assert!(policy(&after).contains("; sandbox"), "{}", policy(&after));
    }
}

#[tokio::test]
async fn a_service_is_a_placeholder_until_it_is_chosen_and_its_document_is_kept_by_no_cache() {
    let bench = bench().await;
    let refused = chosen(&bench, "action=refuse&way=banner").await;
    let video = chosen(&bench, "action=save&way=panel&service=video").await;
    let all = chosen(&bench, "action=accept&way=banner").await;
    let twice = format!("{video}; cookies_preferences=other");
    let forged = "cookies_preferences=v1.aaaaaaaa.111.20600.aaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaa";
    let map = "/embed/tiles/?at=places%3Fq%3Dloire";
    for (jar, target, open) in [
        ("", VIDEO, false),
        (refused.as_str(), VIDEO, false),
        (forged, VIDEO, false),
        (twice.as_str(), VIDEO, false),
        (video.as_str(), VIDEO, true),
        (video.as_str(), map, false),
        (all.as_str(), map, true),
    ] {
        let answer = get_with(&bench, target, jar).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert!(
            answer.header("vary").to_lowercase().contains("cookie"),
            "{}",
            answer.header("vary")
        );
        // Of a cookie that came twice with two values, planted copies are deleted; nothing is ever set.
        let set = answer
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap());
        assert!(set.into_iter().all(|line| line.contains("Max-Age=0")), "{target}");
        let placeholder = html(&answer).contains("data-consent=\"placeholder\"");
        assert_eq!(
            (placeholder, policy(&answer).contains("https://")),
            (!open, open),
            "{target} {jar}"
        );
    }
    let shown = get_with(&bench, VIDEO, &video).await;
    assert!(html(&shown).contains(PLAYER) && policy(&shown).contains("frame-src https://"));
    let english = bench.fetch(&format!("{VIDEO}&lang=en")).await;
    assert!(html(&english).contains("Service video (en)") && html(&english).contains("<html lang=\"en\""));
    assert!(html(&english).contains("https://www.youtube.com/watch?v=dQw4w9WgXcQ"));
}

#[tokio::test]
async fn a_service_that_is_not_declared_or_a_thing_it_has_not_is_missing() {
    let bench = bench().await;
    let accepted = chosen(&bench, "action=accept&way=banner").await;
    for target in [
        "/embed/vimeo/?at=1",
        "/embed/video/",
        "/embed/video/?at=%22%3E%3Cscript%3E",
        "/embed/comfort/?at=x",
        "/embed/tiles/?at=nowhere",
        "/embed/tiles/?at=film",
    ] {
        let answer = get_with(&bench, target, &accepted).await;
        assert_eq!(answer.status, 404, "{target}: {}", answer.text());
        assert!(!policy(&answer).contains("https:"), "{target}");
    }
}

#[tokio::test]
async fn a_video_shown_this_time_leaves_nothing_behind() {
    let bench = bench().await;
    let once = choose(&bench, VIDEO, "", "action=once&service=video").await;
    assert!(html(&once).contains(PLAYER), "{}", once.text());
    assert!(!cookies_of(&once).contains("cookies_preferences"));
    let other = choose(&bench, VIDEO, "", "action=escape").await;
    assert!(html(&other).contains("data-consent=\"placeholder\""));
    assert!(html(&bench.fetch(VIDEO).await).contains("data-consent=\"placeholder\""));
}

#[tokio::test]
async fn without_scripts_a_click_leads_to_the_same_question_with_a_token_and_records_nothing() {
    let bench = bench().await;
    let bare = |target: &'static str, form: &'static str, origin: &'static str| {
        let bench = &bench;
        async move {
            let headers = [
                (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
                (ORIGIN_HEADER.as_str(), origin),
            ];
            request(bench, Method::POST, target, &headers, form).await
        }
    };
    let led = bare(PREFERENCES, "action=accept&way=banner&next=%2Fexplore%2F", ORIGIN).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    let location = led.header(LOCATION.as_str());
    assert_eq!(
        location,
        "/cookies/preferences/?asked=accept&way=banner&next=%2Fexplore%2F"
    );
    assert!(!cookies_of(&led).contains("cookies_preferences"));
    let page = bench.fetch(location).await;
    check("confirmation", "fr", page.text());
    assert!(html(&page).contains("data-consent=\"confirm\"") && !html(&page).contains(" checked"));
    let embed = bare(VIDEO, "action=once&service=video&way=placeholder", ORIGIN).await;
    assert_eq!(
        embed.header(LOCATION.as_str()),
        "/embed/video/?at=dQw4w9WgXcQ&asked=once&service=video&way=placeholder"
    );
    let always = bare(
        PREFERENCES,
        "action=always&service=video&way=placeholder&next=%2Fembed%2Fvideo%2F%3Fat%3DdQw4w9WgXcQ",
        ORIGIN,
    )
    .await;
    assert_eq!(
        always.header(LOCATION.as_str()),
        "/embed/video/?at=dQw4w9WgXcQ&asked=always&service=video&way=placeholder"
    );
    let again = bench.fetch(always.header(LOCATION.as_str())).await;
    assert!(html(&again).contains("csrfmiddlewaretoken") && html(&again).contains("value=\"no-js\""));
    for foreign in ["https://evil.example", "null"] {
        let refused = bare(PREFERENCES, "action=accept", foreign).await;
        assert_eq!(refused.status, 403, "{foreign}");
    }
}

#[tokio::test]
async fn only_what_is_new_is_asked_and_old_answers_stay() {
    let bench = bench().await;
    let mut first = additions();
    first.services.retain(|service| service.id == "video");
    first.entries.clear();
    bench.declare(first).await;
    let old = chosen(&bench, "action=accept&way=banner").await;
    assert_eq!(
        get_with(&bench, "/cookies/banner.css", &old).await.text(),
        ".consent-box{display:none}"
    );
    bench.declare(additions()).await;
    let sheet = get_with(&bench, "/cookies/banner.css", &old).await;
    assert_eq!(sheet.text(), "[data-consent-item=\"video\"]{display:none}");
    assert!(html(&get_with(&bench, VIDEO, &old).await).contains(PLAYER));
    let answer = choose(&bench, PREFERENCES, &old, "action=refuse&way=banner").await;
    let new = cookies_of(&answer);
    assert!(html(&get_with(&bench, VIDEO, &new).await).contains(PLAYER));
    assert!(!html(&get_with(&bench, "/embed/tiles/?at=places", &new).await).contains("tiles.example"));
    assert_eq!(
        get_with(&bench, "/cookies/banner.css", &new).await.text(),
        ".consent-box{display:none}"
    );
}

#[tokio::test]
async fn the_style_sheet_of_the_banner_and_the_state_are_this_visitors_alone() {
    let bench = bench().await;
    let accepted = chosen(&bench, "action=save&way=panel&service=tiles").await;
    for target in ["/cookies/banner.css", "/cookies/state/"] {
        for jar in ["", accepted.as_str()] {
            let answer = get_with(&bench, target, jar).await;
            assert_eq!(answer.header("cache-control"), "private, no-store", "{target}");
            assert!(answer.header("vary").to_lowercase().contains("cookie"), "{target}");
            assert!(!answer.headers.contains_key(SET_COOKIE), "{target}");
        }
    }
    let state = get_with(&bench, "/cookies/state/", &accepted).await;
    assert_eq!(state.json(), serde_json::json!({ "accepted": ["tiles"] }));
}

#[tokio::test]
async fn a_signal_of_the_browser_is_a_refusal_until_the_visitor_chooses() {
    let bench = bench().await;
    for (name, value, hidden) in [
        ("sec-gpc", "1", true),
        ("dnt", "1", true),
        ("sec-gpc", "0", false),
        ("dnt", "yes", false),
    ] {
        let sheet = request(&bench, Method::GET, "/cookies/banner.css", &[(name, value)], "").await;
        assert_eq!(sheet.text().contains("display:none"), hidden, "{name}: {value}");
        let vary = sheet.header("vary").to_lowercase();
        assert!(vary.contains("sec-gpc") && vary.contains("dnt"), "{vary}");
        let video = request(&bench, Method::GET, VIDEO, &[(name, value)], "").await;
        assert!(html(&video).contains("data-consent=\"placeholder\""));
    }
    let accepted = chosen(&bench, "action=accept&way=panel").await;
    let video = request(
        &bench,
        Method::GET,
        VIDEO,
        &[("sec-gpc", "1"), ("cookie", accepted.as_str())],
        "",
    )
    .await;
    assert!(html(&video).contains(PLAYER), "an explicit choice wins");
    let panel = request(&bench, Method::GET, PREFERENCES, &[("sec-gpc", "1")], "").await;
    assert!(html(&panel).contains("(GPC)"));
    let gpc = bench.fetch("/.well-known/gpc.json").await;
    assert_eq!(gpc.header("content-type"), "application/json");
    assert_eq!(gpc.json()["gpc"], true);
    assert_eq!(gpc.json()["lastUpdate"].as_str().map(str::len), Some(10));
}

#[tokio::test]
async fn withdrawing_deletes_what_a_service_left_with_the_same_answer() {
    let bench = bench().await;
    let accepted = chosen(&bench, "action=accept&way=banner").await;
    let jar = format!("{accepted}; popin=1; other=2");
    let answer = choose(&bench, PREFERENCES, &jar, "action=refuse&way=panel").await;
    let lines = answer
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap());
    let deletions: Vec<&str> = lines.filter(|line| line.starts_with("popin=;")).collect();
    for part in [
        "Max-Age=0; Path=/",
        "Domain=orleans.localhost; Path=/",
        "Max-Age=0; Path=/explore/dataset/film/information/",
    ] {
        assert!(
            deletions.iter().any(|line| line.contains(part)),
            "{part} in {deletions:?}"
        );
    }
    assert!(
        answer
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .all(|value| !value.to_str().unwrap().starts_with("other"))
    );
    let kept = choose(&bench, PREFERENCES, &jar, "action=accept&way=panel").await;
    assert!(!cookies_of(&kept).contains("popin"));
}

#[tokio::test]
async fn descriptions_hold_documents_of_declared_services_and_nothing_of_others() {
    let bench = bench().await;
    let page = bench.fetch("/explore/dataset/film/information/").await;
    assert!(html(&page).contains("src=\"/embed/video/?at=dQw4w9WgXcQ\""));
    assert!(html(&page).contains("evil.example n’est pas affiché"));
    assert!(!html(&page).contains("https://evil.example") && !html(&page).contains("https://www.youtube.com"));
    let map = bench.fetch("/explore/dataset/places/map/?q=loire&base=tiles").await;
    assert!(
        html(&map).contains("src=\"/embed/tiles/?at=places%3Fq%3Dloire\""),
        "{}",
        map.text()
    );
    assert!(!html(&map).contains("https://tiles.example") && !html(&map).contains("data-island=\"map\""));
    let own = bench.fetch("/explore/dataset/places/map/").await;
    assert!(html(&own).contains("data-island=\"map\"") && html(&own).contains("?base=tiles"));
}

#[tokio::test]
async fn reports_of_browsers_are_counted_and_answered_with_nothing() {
    let bench = bench().await;
    let body = r#"{"kind":"local_storage","name":"visits"}"#;
    let answer = request(
        &bench,
        Method::POST,
        "/cookies/reports/",
        &[("content-type", "application/json")],
        body,
    )
    .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(!answer.headers.contains_key(SET_COOKIE) && answer.body.is_empty());
    let home = bench.fetch("/").await;
    assert!(policy(&home).contains("report-uri /cookies/reports/") && policy(&home).contains("report-to violations"));
    assert_eq!(
        home.headers["reporting-endpoints"],
        HeaderValue::from_static("violations=\"/cookies/reports/\"")
    );
    assert_eq!(home.header("x-dns-prefetch-control"), "off");
    assert!(html(&home).contains("name=\"declared\"") && html(&home).contains("popin"));
}

/// The record that a choice left, and the text that it says was shown.
async fn proof_of(bench: &Bench, choice: &str) -> (Record, String) {
    let officer = bench.viewer(bench.admin.clone());
    let receipt = choice.split('.').nth(4).expect("the fifth part is the receipt");
    let mut found = bench.parvis.find_consent(&officer, receipt).await.expect("a search");
    let record = found.pop().expect("a record").record;
    let text = bench.parvis.shown_text(&officer, &record.shown.text).await;
    let text = text.expect("a search").expect("kept").content;
    (record, String::from_utf8(text).expect("a text"))
}

#[tokio::test]
async fn the_proof_keeps_the_banner_or_placeholder_that_asked() {
    let bench = bench().await;
    let accepted = chosen(&bench, "action=accept&way=banner").await;
    let (record, shown) = proof_of(&bench, &accepted).await;
    assert_eq!((record.way, record.verdicts.len()), (Way::Banner, 3));
    assert!(
        shown.contains("data-consent=\"banner\"") && shown.contains("Service video"),
        "{shown}"
    );
    assert!(!shown.contains("csrfmiddlewaretoken"), "{shown}");
    let always = chosen(&bench, "action=always&service=video&way=placeholder").await;
    let (record, shown) = proof_of(&bench, &always).await;
    assert_eq!((record.way, record.verdicts["video"]), (Way::Placeholder, true));
    assert!(
        shown.contains("data-consent=\"placeholder\" data-service=\"video\""),
        "{shown}"
    );
}

#[tokio::test]
async fn a_form_within_a_page_of_another_site_sets_nothing_and_is_kept_by_no_cache() {
    let bench = bench().await;
    for page in [PREFERENCES, "/login/", "/i18n/?next=%2F"] {
        for (dest, site, sets) in [
            ("document", "cross-site", true),
            ("iframe", "same-origin", true),
            ("iframe", "same-site", false),
            ("iframe", "cross-site", false),
            ("object", "cross-site", false),
        ] {
            let headers = [("sec-fetch-dest", dest), ("sec-fetch-site", site)];
            let answer = request(&bench, Method::GET, page, &headers, "").await;
            let told = format!("{page} {dest} {site}: {:?}", answer.headers);
            assert_eq!(answer.headers.contains_key(SET_COOKIE), sets, "{told}");
            assert_eq!(answer.header("cache-control"), "private, no-store", "{told}");
        }
    }
}

#[tokio::test]
async fn a_placeholder_decides_in_a_frame_of_our_own_page_only() {
    let bench = bench().await;
    let page = bench.fetch(PREFERENCES).await;
    let framed = async |site: &str, form: &str| {
        let headers = [
            (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
            (COOKIE.as_str(), &*cookies_of(&page)),
            (ORIGIN_HEADER.as_str(), ORIGIN),
            ("sec-fetch-dest", "iframe"),
            ("sec-fetch-site", site),
        ];
        let form = format!("csrfmiddlewaretoken={}&{form}", token_of(&page));
        let answer = request(&bench, Method::POST, PREFERENCES, &headers, &form).await;
        (answer.status, cookies_of(&answer).contains("cookies_preferences"))
    };
    let always = "action=always&service=video&way=placeholder";
    assert_eq!(framed("same-origin", always).await, (StatusCode::SEE_OTHER, true));
    for (site, form) in [
        ("same-site", always),
        ("cross-site", always),
        ("same-origin", "action=accept&way=banner"),
        ("same-origin", "action=save&service=video"),
        ("same-origin", "action=always&service=nowhere"),
    ] {
        assert_eq!(
            framed(site, form).await,
            (StatusCode::FORBIDDEN, false),
            "{site} {form}"
        );
    }
}

#[tokio::test]
async fn tiles_that_the_portal_brings_need_no_consent_and_open_no_host() {
    let bench = bench().await;
    let proxied = ServiceKind::Tiles {
        template: "https://tiles.invalid/{z}/{x}/{y}.png".to_owned(),
        attribution: "© Tiles".to_owned(),
        max_zoom: 12,
        delivery: Delivery::Proxied,
    };
    let additions = Additions {
        services: vec![
            service("relief", Purpose::Map, proxied),
            service("tiles", Purpose::Map, tiles()),
        ],
        ..Additions::default()
    };
    bench.declare(additions).await;
    let map = bench.fetch("/explore/dataset/places/map/?base=relief").await;
    let page = html(&map);
    assert!(page.contains("data-tiles=\"/tiles/relief/{z}/{x}/{y}\""), "{page}");
    assert!(!page.contains("<iframe") && !page.contains("tiles.invalid"), "{page}");
    assert!(!policy(&map).contains("tiles.invalid"), "{}", policy(&map));
    let banner = page.split("data-consent-item=").skip(1).count();
    assert_eq!(banner, 1, "only what the visitor would contact is asked");
    let away = bench.fetch("/tiles/relief/3/1/2").await;
    assert_eq!(away.status, StatusCode::BAD_GATEWAY, "that server is not there");
    for none in [
        "/tiles/relief/13/1/2",
        "/tiles/tiles/3/1/2",
        "/tiles/nowhere/3/1/2",
        "/tiles/relief/3/1/x",
    ] {
        let answer = bench.fetch(none).await;
        assert!(answer.status.is_client_error(), "{none}: {}", answer.status);
        assert_eq!(cookies_of(&answer), "");
    }
}
