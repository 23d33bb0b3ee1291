use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

/// What somebody may try to make a browser contact another host. The browser tests put the same into real descriptions.
#[derive(Deserialize)]
struct Injection {
    name: String,
    html: String,
}

fn injections() -> Vec<Injection> {
    serde_json::from_str(include_str!("injections.json")).unwrap()
}

/// Shows with YouTube as the only declared service.
fn shown(html: &str) -> String {
    let decide = |frame: &Frame| match frame.src.host_str() {
        Some("www.youtube.com") => Shown::Own {
            path: "/embed/youtube/abc".to_owned(),
            title: "Vidéo".to_owned(),
            sandbox: "allow-scripts",
        },
        host => Shown::Refused(format!("{} is not declared", host.unwrap_or_default())),
    };
    show(html, "Gérer", decide).as_str().to_owned()
}

/// The elements of `html` with their attributes, in a reading of our own: every `<` begins a tag, since the serialiser
/// leaves none in text.
fn elements(html: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let (mut found, mut rest) = (Vec::new(), html);
    while let Some((_, after)) = rest.split_once('<') {
        let (inside, after) = tag(after);
        let inside = inside.trim_end_matches('>');
        let (name, mut attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut map = BTreeMap::new();
        while let Some((key, tail)) = attributes.split_once("=\"") {
            let (value, tail) = tail.split_once('"').unwrap();
            map.insert(key.trim().to_owned(), value.to_owned());
            attributes = tail;
        }
        found.push((name.to_owned(), map));
        rest = after;
    }
    found
}

/// Whether `html` is made of harmless elements and attributes only, and frames of our own.
fn complaint(html: &str) -> Option<String> {
    const TAGS: &str = " a abbr acronym article aside b bdi bdo blockquote br caption center cite code col colgroup data dd del \
        details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i ins kbd li mark nav ol p pre q \
        rp rt rtc ruby s samp small span strike strong sub summary sup table tbody td th thead time tr tt u ul var wbr iframe ";
    const ATTRIBUTES: &str = " lang title href hreflang rel dir align char charoff span datetime size width start summary colspan \
        headers rowspan scope ";
    for (name, attributes) in elements(html) {
        let name = name.trim_start_matches('/').to_owned();
        if !TAGS.contains(&format!(" {name} ")) {
            return Some(format!("element {name}"));
        }
        let own = match name.as_str() {
            "iframe" => &["class", "src", "title", "sandbox", "loading", "allow", "height"][..],
            "p" => &["class"][..],
            _ => &[][..],
        };
        for (key, value) in &attributes {
            if !own.contains(&key.as_str()) && !ATTRIBUTES.contains(&format!(" {key} ")) {
                return Some(format!("attribute {key} of {name}"));
            }
            let scheme = value.trim().to_lowercase();
            let address = (name == "iframe" && key == "src" && !value.starts_with("/embed/"))
                || (key == "href" && (scheme.starts_with("javascript:") || scheme.starts_with("data:")));
            if address {
                return Some(format!("{key} of {name} is {value}"));
            }
        }
    }
    None
}

#[test]
fn none_of_the_injections_leaves_anything_that_contacts_another_host() {
    let all = injections();
    assert!(all.len() >= 100);
    for one in &all {
        let stored = keep(&one.html);
        for html in [shown(&one.html), shown(&stored)] {
            assert_eq!(complaint(&html), None, "{}: {html}", one.name);
        }
        assert_eq!(keep(&stored), stored, "{}", one.name);
    }
}

#[test]
fn what_the_store_keeps_of_a_frame_is_its_https_address_title_and_height() {
    for (html, kept) in [
        (
            "<iframe src='https://a.example/?x=1&amp;y' title='A &quot;b&quot;' height=300 width=9 onload=x() srcdoc=x>t</iframe>.",
            "<iframe src=\"https://a.example/?x=1&amp;y\" title=\"A &quot;b&quot;\" height=\"300\"></iframe>.",
        ),
        ("a<iframe src='http://a.example/'></iframe>b", "ab"),
        ("a<iframe src='/explore/'></iframe>b", "ab"),
        ("a<iframe></iframe>b", "ab"),
        ("a<iframe src='https://u:p@a.example/'></iframe>b", "ab"),
        (
            "<iframe src='https://a.example/' height=99999></iframe>",
            "<iframe src=\"https://a.example/\"></iframe>",
        ),
    ] {
        assert_eq!(keep(html), kept);
    }
    assert_eq!(
        keep(&"<iframe src=https://a.example/></iframe>".repeat(30))
            .matches("<iframe")
            .count(),
        MAX_FRAMES
    );
}

#[test]
fn a_declared_service_becomes_a_document_of_our_own_and_another_a_sentence() {
    let video = "<iframe src='https://www.youtube.com/embed/abc'></iframe>";
    let html = shown(&format!(
        "<p>a</p>{video}{video}<iframe src='https://b.example/'></iframe>"
    ));
    let paths: Vec<_> = elements(&html)
        .into_iter()
        .filter_map(|(_, mut a)| a.remove("src").zip(a.remove("title")))
        .collect();
    let path = || "/embed/youtube/abc".to_owned();
    assert_eq!(paths, [(path(), "Vidéo".to_owned()), (path(), "Vidéo (2)".to_owned())]);
    assert!(
        html.contains("<p class=\"embed-refused\">b.example is not declared</p>"),
        "{html}"
    );
    for path in ["https://b.example/", "//b.example/", ""] {
        let own = |_: &Frame| Shown::Own {
            path: path.to_owned(),
            title: String::new(),
            sandbox: "",
        };
        assert_eq!(show(video, "", own).as_str(), "");
    }
}

#[test]
fn harmless_html_stays_as_it_was() {
    for html in [
        "<p>Été &amp; <strong>hiver</strong></p>",
        "<ul><li lang=\"en\">a</li></ul><table><tbody><tr><th scope=\"row\">1</th></tr></tbody></table>",
        "<p><a href=\"https://insee.example/?a=1&amp;b=2\" rel=\"noopener nofollow\">source</a></p>",
        "1 &lt; 2",
    ] {
        assert_eq!(keep(html), html);
        assert_eq!(shown(html), html);
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_or_let_anything_through(
        parts in proptest::collection::vec(
            prop_oneof![
                "[ -~é\u{E000}\u{E001}]{0,12}",
                proptest::sample::select(vec![
                    "<iframe src=\"https://www.youtube.com/embed/a\"", "</iframe>", "<svg>", "</svg>", "<math>", "<style>", "<p title=\"",
                    "<![CDATA[", "]]>", "<!--", "-->", "<img src=https://evil.example/>", ">", "\"", "'", "&lt;", "<table>", "<noscript>",
                ]).prop_map(str::to_owned),
            ],
            0..12,
        ),
    ) {
        let html = parts.concat();
        let kept = keep(&html);
        prop_assert_eq!(complaint(&shown(&html)), None);
        prop_assert_eq!(complaint(&shown(&kept)), None);
    }
}

#[test]
fn the_visitors_choice_is_linked_to_from_texts_and_from_nothing_else() {
    let decide = |_: &Frame| Shown::Refused(String::new());
    let shown = |html: &str| show(html, "Gérer <mes> cookies", decide).as_str().to_owned();
    let link = "<a href=\"/cookies/preferences/\">Gérer &lt;mes&gt; cookies</a>";
    assert_eq!(
        shown("<p>Voir ##manage-cookies##.</p>##manage-cookies##"),
        format!("<p>Voir {link}.</p>{link}")
    );
    let linked = shown("<p><a href=\"https://a.example/\">##manage-cookies##</a> ##manage-cookies##</p>");
    assert_eq!(
        (linked.matches("<a ").count(), linked.matches(link).count()),
        (2, 1),
        "{linked}"
    );
    let attribute = shown("<p title=\"##manage-cookies##\">x</p>");
    assert!(!attribute.contains("<a "), "{attribute}");
}
