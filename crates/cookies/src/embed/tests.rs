use parvis_model::Localized;
use proptest::prelude::*;

use super::*;
use crate::registry::Additions;
use crate::registry::tests::portal;
use crate::service::Purpose;

fn service(id: &str, kind: ServiceKind) -> Service {
    Service {
        id: id.to_owned(),
        purpose: Purpose::Video,
        provider: "Somebody".to_owned(),
        label: Localized::one("fr", id.to_owned()),
        description: Localized::default(),
        policy_url: None,
        kind,
        hosts: Vec::new(),
        exemption: None,
        valid_from: None,
        valid_to: None,
    }
}

fn registry() -> Registry {
    let tiles = |delivery| ServiceKind::Tiles {
        template: "https://tiles.example/{z}/{x}/{y}.png".to_owned(),
        attribution: "©".to_owned(),
        max_zoom: 19,
        delivery,
    };
    let matomo = ServiceKind::Matomo {
        url: "https://m.example".to_owned(),
        site_id: 3,
        cookieless: true,
    };
    let google = ServiceKind::GoogleAnalytics {
        measurement_id: "G-ABCD1".to_owned(),
    };
    let piano = ServiceKind::Piano {
        site: 7,
        collection: "c.pa-cd.com".to_owned(),
    };
    let iframe = ServiceKind::Iframe {
        url_prefix: "https://maps.example/public/".to_owned(),
    };
    let services = vec![
        service("yt", ServiceKind::YouTube {}),
        service("vimeo", ServiceKind::Vimeo {}),
        service("daily", ServiceKind::Dailymotion {}),
        service("plan", iframe),
        service("m", matomo),
        service("ga", google),
        service("piano", piano),
        service("tiles", tiles(Delivery::Consented)),
        service("proxied", tiles(Delivery::Proxied)),
        service("own", ServiceKind::Own {}),
    ];
    let additions = Additions {
        services,
        ..Additions::default()
    };
    Registry::for_portal(&portal("a"), &additions)
}

fn of(src: &str) -> Option<(String, String)> {
    let registry = registry();
    let embed = Embed::of_frame(&registry, &Url::parse(src).unwrap())?;
    Some((embed.service.id.clone(), embed.at().to_owned()))
}

#[test]
fn the_addresses_that_authors_copy_are_understood() {
    for (src, id, at) in [
        ("https://www.youtube.com/embed/dQw4w9WgXcQ?start=3", "yt", "dQw4w9WgXcQ"),
        (
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            "yt",
            "dQw4w9WgXcQ",
        ),
        ("https://www.youtube.com/watch?t=1&v=dQw4w9WgXcQ", "yt", "dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "yt", "dQw4w9WgXcQ"),
        ("https://vimeo.com/76979871", "vimeo", "76979871"),
        ("https://vimeo.com/76979871/8272103f6e", "vimeo", "76979871-8272103f6e"),
        (
            "https://player.vimeo.com/video/76979871?h=8272103f6e",
            "vimeo",
            "76979871-8272103f6e",
        ),
        ("https://www.dailymotion.com/video/x84sh87", "daily", "x84sh87"),
        ("https://www.dailymotion.com/embed/video/x84sh87", "daily", "x84sh87"),
        (
            "https://geo.dailymotion.com/player.html?video=x84sh87",
            "daily",
            "x84sh87",
        ),
        ("https://dai.ly/x84sh87", "daily", "x84sh87"),
        ("https://maps.example/public/velo?z=3", "plan", "velo?z=3"),
    ] {
        assert_eq!(of(src), Some((id.to_owned(), at.to_owned())), "{src}");
    }
}

#[test]
fn no_other_address_is_taken_for_a_declared_one() {
    for src in [
        "https://www.youtube.com.evil.example/embed/dQw4w9WgXcQ",
        "https://evil.example/www.youtube.com/embed/dQw4w9WgXcQ",
        "https://www.youtube.com/embed/%22%3E%3Cscript",
        "https://www.youtube.com/embed/",
        "https://www.youtube.com/redirect?q=https://evil.example",
        "https://accounts.youtube.com/embed/dQw4w9WgXcQ",
        "https://vimeo.com/about",
        "https://player.vimeo.com/video/1?h=a%26b",
        "https://maps.example/private/velo",
        "https://maps.example/public/../private/velo",
        "https://maps.example.evil.example/public/velo",
        "https://m.example/",
        "https://tiles.example/1/2/3.png",
    ] {
        assert_eq!(of(src), None, "{src}");
    }
}

fn contact(id: &str, at: &str) -> Option<(Contact, String)> {
    let registry = registry();
    let service = registry.service(id).unwrap();
    let contact = Embed::new(service, at)?.contact("https://p.example", "n")?;
    let policy = contact.policy(&service.all_hosts(), Some("'sha256-x'"));
    Some((contact, policy))
}

#[test]
fn a_document_opens_the_hosts_of_its_service_and_no_other() {
    for (id, at, must) in [
        ("yt", "dQw4w9WgXcQ", "frame-src https://"),
        ("vimeo", "76979871-8272103f6e", "frame-src https://"),
        ("daily", "x84sh87", "frame-src https://"),
        ("plan", "velo", "frame-src https://maps.example"),
        ("m", "/explore/", "sandbox; img-src https://m.example"),
        ("ga", "/", "sandbox allow-scripts; script-src 'sha256-x' https://"),
        ("piano", "/", "https://c.pa-cd.com"),
        ("tiles", "places", "connect-src 'self' https://tiles.example"),
    ] {
        let (_, policy) = contact(id, at).unwrap_or_else(|| panic!("{id}"));
        assert!(policy.contains(must), "{id}: {policy}");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains(" *"),
            "{policy}"
        );
        let registry = registry();
        let hosts = registry.service(id).unwrap().all_hosts();
        for word in policy
            .split([' ', ';'])
            .filter_map(|word| word.strip_prefix("https://"))
        {
            assert!(hosts.iter().any(|host| host == word), "{id} opens {word}");
        }
        // Where a provider's script runs, it has no origin.
        assert_eq!(
            policy.contains("; sandbox"),
            is_measure(&registry.service(id).unwrap().kind),
            "{id}"
        );
    }
    assert_eq!(contact("proxied", "places"), None);
    assert_eq!(contact("own", "x"), None);
}

#[test]
fn players_are_asked_for_their_form_without_cookies() {
    let frame = |id, at| match contact(id, at) {
        Some((Contact::Frame(src), _)) => src,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        frame("yt", "dQw4w9WgXcQ"),
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
    );
    assert_eq!(
        frame("vimeo", "76979871"),
        "https://player.vimeo.com/video/76979871?dnt=1"
    );
    assert_eq!(
        frame("vimeo", "76979871-ab"),
        "https://player.vimeo.com/video/76979871?dnt=1&h=ab"
    );
    assert_eq!(frame("plan", "velo?z=3"), "https://maps.example/public/velo?z=3");
}

#[test]
fn a_measurement_tells_the_page_without_what_was_searched_for() {
    let Some((Contact::Pixel(src), _)) = contact("m", "/explore/dataset/a/") else {
        panic!("a pixel");
    };
    assert_eq!(
        src,
        "https://m.example/matomo.php?idsite=3&rec=1&url=https%3A%2F%2Fp.example%2Fexplore%2Fdataset%2Fa%2F&rand=n"
    );
    for at in [
        "",
        "explore/",
        "//evil.example/",
        "/?q=cancer",
        "/#x",
        "/\\evil",
        "/a b",
        "/\u{e9}",
    ] {
        assert_eq!(contact("m", at), None, "{at}");
    }
}

#[test]
fn an_odd_host_opens_nothing() {
    let policy = Contact::Frame(String::new()).policy(
        &[
            "a.example; script-src *".to_owned(),
            "*".to_owned(),
            "'self'".to_owned(),
            String::new(),
        ],
        None,
    );
    assert!(policy.ends_with("frame-src 'none'"), "{policy}");
}

#[test]
fn a_document_is_found_again_by_its_path() {
    let registry = registry();
    let embed = Embed::new(registry.service("plan").unwrap(), "a?b=1&c=é").unwrap();
    assert_eq!(embed.path(), "/embed/plan/?at=a%3Fb%3D1%26c%3D%C3%A9");
    assert_eq!(embed.source().unwrap(), "https://maps.example/public/a?b=1&c=%C3%A9");
    assert_eq!(embed.sandbox(), SANDBOX);
    assert_eq!(
        Embed::new(registry.service("m").unwrap(), "/").unwrap().sandbox(),
        SANDBOX_MEASURE
    );
}

proptest! {
    #[test]
    fn no_text_leads_elsewhere(id in proptest::sample::select(vec!["yt", "vimeo", "daily", "plan"]), at in "\\PC{0,40}") {
        if let Some((Contact::Frame(src), _)) = contact(id, &at) {
            let host = Url::parse(&src).unwrap().host_str().unwrap().to_owned();
            let known = ["www.youtube-nocookie.com", "player.vimeo.com", "geo.dailymotion.com", "maps.example"];
            prop_assert!(known.contains(&host.as_str()), "{}", src);
        }
    }
}
