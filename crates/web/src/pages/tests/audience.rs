//! The audience, counted through the real router: what counts, what does not, and that nothing of a visitor is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use futures::StreamExt as _;
use http::Request;
use http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use parvis_model::{Localized, Portal, PortalId, Role};
use parvis_portal::Viewer;
use parvis_portal::audience::AudienceFormat;

use super::html::check;
use super::{cookies_of, get_with, post, sign_in, token_of};
use crate::api::tests::support::{API, Answer, Bench};

/// A visitor of whom every header is a giveaway.
const GIVEAWAYS: [(&str, &str); 8] = [
    ("user-agent", "Zyzzyva/9.9 (Lucie Lecteur)"),
    ("referer", "https://intranet.example/dossier-medical"),
    ("x-forwarded-for", "203.0.113.77"),
    ("forwarded", "for=203.0.113.78"),
    ("x-real-ip", "203.0.113.79"),
    ("cookie", "sessionid=qwertzuiopasdfghjklyxcvbnm123456; suivi=balise42"),
    ("accept-language", "klingoni;q=0.9"),
    ("authorization", "Basic bHVjaWU6Z2VoZWlt"),
];

async fn ask(bench: &Bench, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.send(request.body(Body::empty()).unwrap()).await
}

/// The figures of a portal as lines of a CSV, without day.
async fn lines_of(bench: &Bench, portal: &Arc<Portal>) -> Vec<String> {
    let viewer = Viewer {
        portal: Arc::clone(portal),
        ..bench.viewer(crate::api::tests::support::platform())
    };
    let body = bench
        .parvis
        .export_audience(&viewer, None, None, AudienceFormat::Csv)
        .await;
    let mut bytes = body.unwrap().bytes;
    let mut text = Vec::new();
    while let Some(chunk) = bytes.next().await {
        text.extend_from_slice(&chunk.unwrap());
    }
    let text = String::from_utf8(text).unwrap();
    let cut = |line: &str| line.split_once(',').map(|(_, rest)| rest.to_owned()).unwrap();
    text.lines().skip(1).map(cut).collect()
}

async fn lines(bench: &Bench) -> Vec<String> {
    lines_of(bench, &bench.portal).await
}

#[tokio::test]
async fn a_view_a_download_a_call_and_a_search_are_counted_once_each() {
    let bench = Bench::with_places().await;
    let steps: [(String, &[&str]); 9] = [
        ("/".to_owned(), &["view,,,home,person,1"]),
        (
            "/explore/?q=titre".to_owned(),
            &["search,,,found,person,1", "view,,,catalog,person,1"],
        ),
        (
            "/explore/?q=introuvable".to_owned(),
            &["search,,,nothing,person,1", "view,,,catalog,person,1"],
        ),
        (
            "/explore/dataset/places/table/?q=loire".to_owned(),
            &[
                "search,places,Titre places,nothing,person,1",
                "view,places,Titre places,table,person,1",
            ],
        ),
        (
            "/explore/dataset/places/download/?format=json".to_owned(),
            &["download,places,Titre places,json,person,1"],
        ),
        (
            format!("{API}/catalog/datasets/places/exports/csv"),
            &["download,places,Titre places,csv,person,1"],
        ),
        (
            format!("{API}/catalog/datasets/places/records?limit=1"),
            &["api_call,places,Titre places,records_index,person,1"],
        ),
        (
            format!("{API}/catalog/datasets/"),
            &["api_call,,,datasets_index,person,1"],
        ),
        ("/terms/cookies-policy/".to_owned(), &["view,,,cookies,person,1"]),
    ];
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for (target, adds) in steps {
        let answer = ask(&bench, &target, &[]).await;
        assert_eq!(answer.status, 200, "{target}");
        assert!(!answer.headers.contains_key(SET_COOKIE), "{target}");
        for line in adds {
            let (name, _) = line.rsplit_once(',').unwrap();
            *expected.entry(name.to_owned()).or_default() += 1;
        }
        let whole: Vec<String> = expected.iter().map(|(name, count)| format!("{name},{count}")).collect();
        let mut found = lines(&bench).await;
        found.sort();
        assert_eq!(found, whole, "after {target}");
    }
}

#[tokio::test]
async fn what_is_no_visit_is_not_counted() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Admin).await;
    let before = lines(&bench).await;
    for header in [
        ("dnt", "1"),
        ("sec-gpc", "1"),
        ("sec-purpose", "prefetch"),
        ("x-parvis-audit", "1"),
    ] {
        ask(&bench, "/explore/dataset/places/table/?q=loire", &[header]).await;
        ask(&bench, "/nothing", &[header]).await;
    }
    for method in ["HEAD", "OPTIONS"] {
        for target in ["/", "/api/explore/v2.1/catalog/datasets"] {
            let request = Request::builder().method(method).uri(target);
            bench.send(request.body(Body::empty()).unwrap()).await;
        }
    }
    for target in [
        "/theme.css",
        "/favicon.svg",
        "/robots.txt",
        "/sitemap.xml",
        "/login/",
        "/terms/cookies-policy/?format=json",
        // Redirects: the page that they lead to is counted.
        "/explore/dataset/places/",
        "/explore",
    ] {
        ask(&bench, target, &[]).await;
    }
    for target in ["/backoffice/", "/backoffice/audience/", "/account/"] {
        assert_eq!(get_with(&bench, target, &cookies).await.status, 200, "{target}");
    }
    let own = [("sec-fetch-dest", "empty"), ("sec-fetch-site", "same-origin")];
    for target in ["/explore/", "/api/explore/v2.1/catalog/datasets/places/exports/geojson"] {
        assert_eq!(ask(&bench, target, &own).await.status, 200, "{target}");
    }
    assert_eq!(lines(&bench).await, before);
    // A search as somebody types is one, though the page was open already.
    ask(&bench, "/explore/?q=titre", &own).await;
    assert_eq!(
        lines(&bench).await,
        [&before[..], &["search,,,found,person,1".to_owned()]].concat()
    );
}

#[tokio::test]
async fn errors_and_robots_are_counted_apart() {
    let bench = Bench::with_places().await;
    ask(
        &bench,
        "/",
        &[("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")],
    )
    .await;
    ask(&bench, "/explore/dataset/nope/table/", &[]).await;
    ask(
        &bench,
        "/api/explore/v2.1/catalog/datasets/places/records?where=%3E",
        &[],
    )
    .await;
    ask(&bench, "/explore/dataset/places/table/?where=population+%3E", &[]).await;
    assert_eq!(
        lines(&bench).await,
        [
            "error,,,not_found,person,1",
            "error,,,refused,person,2",
            "view,,,home,robot,1"
        ]
    );
}

#[tokio::test]
async fn whatever_a_hostile_client_asks_for_the_figures_stay_few() {
    let bench = Bench::with_places().await;
    for number in 0..60 {
        for target in [
            format!("/explore/dataset/x{number}/table/"),
            format!("/explore/dataset/places@{number}/information/"),
            format!("/explore/?q=mot{number}&refine.theme={number}"),
            format!("/explore/dataset/places/tab{number}/"),
            format!("/explore/dataset/places/download/?format=f{number}"),
            format!("{API}/catalog/datasets/places@{number}/records?limit=1"),
            format!(
                "{API}/catalog/datasets/pl%{:02x}ces@%{:02x}/records?limit=1",
                b'a',
                0x30 + number % 10
            ),
            format!("{API}/catalog/datasets/places/exports/csv?x={number}"),
            format!("{API}/catalog/datasets/y{number}"),
        ] {
            let agent = format!("agent-{number}");
            ask(&bench, &target, &[("user-agent", agent.as_str())]).await;
        }
    }
    let found = lines(&bench).await;
    assert_eq!(
        found,
        [
            "api_call,places,Titre places,records_index,person,120",
            "download,places,Titre places,csv,person,60",
            "error,,,not_found,person,240",
            "search,,,nothing,person,60",
            "view,,,catalog,person,60",
        ],
    );
}

#[tokio::test]
async fn nothing_of_a_visitor_is_kept_anywhere() {
    let bench = Bench::with_places().await;
    for target in [
        "/?utm_id=kampagne99",
        "/explore/?q=maladie+de+madame+Lecteur",
        "/explore/dataset/places/table/?q=secretsanitaire&kampagne99",
        "/explore/dataset/places/download/?kampagne99",
        "/login/?next=%2Fkampagne99",
        "/kampagne99",
    ] {
        let headers: Vec<_> = GIVEAWAYS
            .into_iter()
            .filter(|(name, _)| *name != "authorization")
            .collect();
        ask(&bench, target, &headers).await;
        ask(&bench, target, &GIVEAWAYS).await;
    }
    let found = lines(&bench).await;
    assert!(found.len() >= 5, "{found:?}");
    bench
        .parvis
        .publish_audience(&bench.viewer(bench.admin.clone()), None, None)
        .await
        .unwrap();
    // Every byte of every file: the database with its log, and the published figures. The words are long enough
    // not to come up by chance among keys and digests.
    let (mut folders, mut files) = (vec![bench.parvis.data().to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase();
            for secret in [
                "zyzzyva",
                "lecteur",
                "intranet.example",
                "dossier-medical",
                "203.0.113",
                "qwertz",
                "balise42",
                "klingoni",
                "geheim",
                "bhvjawu6",
                "kampagne99",
                "maladie",
                "secretsanitaire",
            ] {
                assert!(!text.contains(secret), "{} holds {secret}", path.display());
            }
        }
    }
    assert!(files >= 4, "only {files} files");
}

#[tokio::test]
async fn staff_see_the_figures_of_their_own_portal_and_nobody_else_does() {
    let bench = Bench::with_places().await;
    let cesson = Portal {
        id: PortalId::new("cesson"),
        hosts: vec!["cesson.localhost".to_owned()],
        name: Localized::one("fr", "Cesson"),
        ..(*bench.portal).clone()
    };
    bench.parvis.put_portal(&cesson).await.unwrap();
    for _ in 0..3 {
        let visit = Request::get("/").body(Body::empty()).unwrap();
        assert_eq!(bench.send_to("cesson.localhost:8080", visit).await.status, 200);
    }
    ask(&bench, "/", &[]).await;
    let pages = ["/backoffice/audience/", "/backoffice/audience/export/?format=csv"];
    for page in pages {
        let answer = ask(&bench, page, &[]).await;
        assert!(answer.header(LOCATION.as_str()).starts_with("/login/"), "{page}");
    }
    let cookies = sign_in(&bench, Role::Publisher).await;
    let page = get_with(&bench, "/backoffice/audience/?lang=fr", &cookies).await;
    assert_eq!(page.status, 200);
    check("audience", "fr", page.text());
    assert!(
        page.text()
            .contains("<dt>Pages vues</dt>\n        <dd><strong>1</strong>"),
        "{}",
        page.text()
    );
    assert!(
        !page.text().contains("/backoffice/cookies/"),
        "a publisher has no tab that is not theirs"
    );
    let file = get_with(&bench, pages[1], &cookies).await;
    assert!(file.header(CONTENT_TYPE.as_str()).starts_with("text/csv"));
    assert!(file.header("content-disposition").contains("audience-orleans.csv"));
    assert!(file.text().contains("view,,,home,person,1\r\n"), "{}", file.text());
    assert_eq!(lines_of(&bench, &Arc::new(cesson)).await, ["view,,,home,person,3"]);
    let elsewhere = Request::get(pages[0])
        .header("cookie", &cookies)
        .body(Body::empty())
        .unwrap();
    let elsewhere = bench.send_to("cesson.localhost:8080", elsewhere).await;
    assert!(elsewhere.header(LOCATION.as_str()).starts_with("/login/"));
}

#[tokio::test]
async fn readers_do_not_see_the_figures() {
    let bench = Bench::with_places().await;
    let cookies = sign_in(&bench, Role::Reader).await;
    for page in ["/backoffice/audience/", "/backoffice/audience/export/"] {
        assert_eq!(get_with(&bench, page, &cookies).await.status, 403, "{page}");
    }
}

#[tokio::test]
async fn the_administrator_publishes_the_figures_and_opens_them() {
    const RECORDS: &str = "/api/explore/v2.1/catalog/datasets/audience/records?where=kind%3D%22view%22";
    let bench = Bench::with_places().await;
    ask(&bench, "/explore/dataset/places/map/", &[]).await;
    let cookies = sign_in(&bench, Role::Admin).await;
    let page = get_with(&bench, "/backoffice/audience/", &cookies).await;
    let cookies = format!("{cookies}; {}", cookies_of(&page));
    let send = async |action: &str| {
        let body = format!("csrfmiddlewaretoken={}&period=7d&action={action}", token_of(&page));
        let answer = post(&bench, "/backoffice/audience/dataset/", &cookies, &body).await;
        let back = "/backoffice/audience/?period=7d&done=1#dataset";
        assert_eq!(answer.header(LOCATION.as_str()), back, "{action}: {}", answer.text());
    };
    send("write").await;
    assert_eq!(ask(&bench, RECORDS, &[]).await.status, 404);
    assert_eq!(get_with(&bench, RECORDS, &cookies).await.results()[0]["requests"], 1);
    send("open").await;
    let open = ask(&bench, RECORDS, &[]).await.results();
    assert_eq!(
        (&open[0]["dataset_id"], &open[0]["detail"]),
        (&"places".into(), &"map".into())
    );
    for tab in ["information", "table", "export", "api"] {
        let answer = ask(&bench, &format!("/explore/dataset/audience/{tab}/?lang=fr"), &[]).await;
        assert_eq!(answer.status, 200, "{tab}");
        check(tab, "fr", answer.text());
    }
    let csv = ask(&bench, "/api/explore/v2.1/catalog/datasets/audience/exports/csv", &[]).await;
    assert!(csv.text().contains("places"), "{}", csv.text());
    let shown = get_with(&bench, "/backoffice/audience/?done=1", &cookies).await;
    assert!(shown.text().contains("value=\"restrict\"") && shown.text().contains("role=\"status\""));
    send("restrict").await;
    assert_eq!(ask(&bench, RECORDS, &[]).await.status, 404);
}

#[tokio::test]
async fn a_publisher_cannot_open_the_figures_and_a_taken_name_is_told() {
    let bench = Bench::with_places().await;
    bench
        .import("audience", "own.csv", b"a;b\n1;2\n", Vec::new(), false)
        .await;
    let cookies = sign_in(&bench, Role::Publisher).await;
    let page = get_with(&bench, "/backoffice/audience/", &cookies).await;
    let cookies = format!("{cookies}; {}", cookies_of(&page));
    let send = async |action: &str| {
        let body = format!("csrfmiddlewaretoken={}&action={action}", token_of(&page));
        post(&bench, "/backoffice/audience/dataset/", &cookies, &body).await
    };
    assert_eq!(send("open").await.status, 403);
    let taken = send("write").await;
    assert_eq!(taken.status, 422);
    assert!(taken.text().contains("role=\"alert\""));
}
