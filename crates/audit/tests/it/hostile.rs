//! A site that breaks every rule once. What is planted is listed in [`PLANTED`]; the comment of each page says how.

use std::sync::atomic::{AtomicU32, Ordering};

use parvis_audit::Code;
use serde_json::{Value, json};

use crate::site::{Asked, Reply};

pub const HOST: &str = "hostile.localhost";

/// Everything that is planted: what has to be found, and about what.
pub const PLANTED: &[(Code, &str)] = &[
    (Code::UndeclaredCookie, "ods-popin-displayed-x"),
    (Code::UndeclaredCookie, "by_proxy"),
    (Code::UndeclaredCookie, "only_on_404"),
    (Code::UndeclaredCookie, "only_after_3_s"),
    (Code::UndeclaredCookie, "only_firefox"),
    (Code::UndeclaredCookie, "only_mobile"),
    (Code::UndeclaredCookie, "only_second_visit"),
    (Code::UndeclaredCookie, "only_back_office"),
    (Code::UndeclaredCookie, "only_without_scripts"),
    (Code::UndeclaredCookie, "on_the_way"),
    (Code::UndeclaredCookie, "by_cookie_store"),
    (Code::UndeclaredCookie, "YSC (video.localhost)"),
    (Code::UndeclaredLocalStorage, "own_key"),
    (Code::UndeclaredLocalStorage, "frame_key (tracker.localhost)"),
    (Code::UndeclaredLocalStorage, "written_and_removed"),
    (Code::UndeclaredSessionStorage, "tab_key"),
    (Code::UndeclaredIndexedDb, "worker-db"),
    (Code::UndeclaredCache, "shadow-cache"),
    (Code::UndeclaredServiceWorker, "/workers/"),
    (Code::UndeclaredHost, "tracker.localhost"),
    (Code::UndeclaredHost, "beacon.localhost"),
    (Code::UndeclaredHost, "socket.localhost"),
    (Code::UndeclaredHost, "stun.localhost"),
    (Code::UndeclaredHost, "style.localhost"),
    (Code::UndeclaredHost, "worker.localhost"),
    (Code::UndeclaredHint, "hint.localhost"),
    (Code::UndeclaredHint, "header.localhost"),
    (Code::BeforeConsent, "video.localhost"),
    (Code::AfterClosing, "stat"),
    (Code::AfterRefusal, "stat"),
    (Code::AfterWithdrawal, "stat"),
    (Code::BeyondChoice, "ads.localhost"),
    (Code::DespiteSignal, "ads.localhost"),
    (Code::NotAskedFor, "django_language"),
    (Code::StoredInEmbed, "django_language"),
    (Code::WrongPath, "c_path"),
    (Code::WrongDomain, "c_domain"),
    (Code::WrongHttpOnly, "c_http"),
    (Code::WrongSameSite, "c_site"),
    (Code::WrongWriter, "c_writer"),
    (Code::LongerLife, "c_life"),
    (Code::LifeOverLimit, "c_limit"),
    (Code::LifeExtended, "c_extended"),
    (Code::DuplicateCookie, "c_twice"),
    (Code::InvalidCookie, ""),
    (Code::CacheableSetCookie, "/logo.svg"),
    (Code::TrackingEtag, "/tag.css"),
    (Code::PolicyViolation, "img-src blocked.localhost"),
    (Code::BannerMissing, "/"),
    (Code::BannerNeedless, "banner"),
    (Code::RefuseMissing, "banner"),
    (Code::AcceptMissing, "banner"),
    (Code::CustomiseMissing, "banner"),
    (Code::ButtonsUnequal, "banner"),
    (Code::ButtonTooSmall, "refuse"),
    (Code::ButtonContrast, "refuse"),
    (Code::PrecheckedBox, "ads"),
    (Code::BannerReturns, "banner"),
    (Code::ChoiceNeedsScripts, "/"),
    (Code::ChoiceImpossible, "/"),
    (Code::ManageLinkMissing, "/bare/"),
    (Code::CharterLinkMissing, "/bare/"),
    (Code::CharterDiffers, "ghost"),
    (Code::CharterHash, "/terms/cookies-policy/"),
    (Code::PageFailed, "/broken/"),
    (Code::NeverSeen, "ghost"),
];

/// What the site declares, and mostly does not keep to.
fn charter() -> Value {
    let kept = |name: &str| {
        json!({ "name": name, "provider": "Us", "category": "necessary", "consent": false, "max_age": 600,
            "http_only": true, "same_site": "Lax", "set_by": "server" })
    };
    let with = |name: &str, key: &str, value: Value| {
        let mut row = kept(name);
        row[key] = value;
        row
    };
    let asked = |kind: &str, name: &str, service: &str| json!({ "kind": kind, "name": name, "provider": "Them", "category": "third_party", "consent": true, "service_id": service });
    let mut language = with("django_language", "id", "django_language".into());
    language["http_only"] = false.into();
    json!({
        "url": format!("http://{HOST}"), "revision": "1", "content_hash": "0000",
        "rows": [
            language, with("c_path", "path", "/".into()), kept("c_domain"), kept("c_http"), kept("c_site"), kept("c_writer"),
            kept("c_life"), with("c_limit", "max_age", 40_000_000.into()),
            with("c_extended", "category", "statistics_exempt".into()), kept("c_twice"), kept("ghost"),
            { "id": "cookies_preferences", "name": "cookies_preferences", "provider": "Us", "category": "necessary",
              "consent": false, "max_age": 15_552_000, "path": "/", "same_site": "Lax" },
            { "name": "stat", "provider": "Us", "category": "first_party", "consent": true, "service_id": "stat" },
            { "name": "sessionid", "id": "sessionid", "provider": "Us", "category": "necessary", "consent": false },
            { "kind": "local_storage", "name": "been_here", "provider": "Us", "category": "necessary", "consent": false },
            asked("third_party_host", "video.localhost", "video"), asked("third_party_host", "ads.localhost", "ads"),
        ]
    })
}

/// Counts the visitors that were given a tag.
static TAGS: AtomicU32 = AtomicU32::new(0);

/// Answers a request, for whichever host.
pub fn answer(asked: &Asked) -> Reply {
    if asked.host != HOST {
        return elsewhere(asked);
    }
    match asked.path.as_str() {
        "/" => home(asked),
        "/things/" => things(asked),
        "/attributes/" => attributes(asked),
        "/bare/" => bare(),
        "/broken/" => Reply::new(500, "text/html", "<!doctype html><title>Broken</title>"),
        "/way/" => Reply::redirect("/bare/").cookie("on_the_way=1; Max-Age=60"),
        "/inside/" => inside(asked),
        "/login/" if asked.form.is_some() => Reply::redirect("/inside/").cookie("sessionid=1; Path=/"),
        "/login/" => page(
            asked,
            "<form method=post action=/login/><input name=username><input name=password type=password><button>In</button></form>",
        ),
        "/terms/cookies-policy/" if asked.query.contains("format=json") => {
            Reply::new(200, "application/json", charter().to_string())
        }
        "/terms/cookies-policy/" => page(asked, &table()),
        "/cookies/preferences/" if asked.form.is_some() => decide(asked),
        "/cookies/preferences/" => page(asked, PANEL),
        "/logo.svg" => {
            Reply::new(200, "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>").cookie("by_proxy=1; Path=/")
        }
        "/none.gif" => Reply::new(200, "image/gif", "")
            .cookie("only_without_scripts=1; Path=/")
            .with("cache-control", "no-store"),
        "/tag.css" => tag(asked),
        "/worker.js" => Reply::script(&format!(
            "indexedDB.open('worker-db'); setTimeout(() => fetch('http://worker.localhost:{}/late', {{mode: 'no-cors'}}), 2000)",
            asked.port
        )),
        "/workers/sw.js" => Reply::script("addEventListener('install', () => skipWaiting())"),
        _ => Reply {
            status: 404,
            ..page(asked, "")
        }
        .cookie("only_on_404=1; Path=/"),
    }
}

/// Everybody else: frames that store, films that set a cookie.
fn elsewhere(asked: &Asked) -> Reply {
    match asked.host.as_str() {
        "tracker.localhost" => Reply::html("<!doctype html><script>localStorage.setItem('frame_key', 1)</script>"),
        "video.localhost" => {
            Reply::html("<!doctype html><title>A film</title>").cookie("YSC=1; Path=/; SameSite=None; Secure")
        }
        "style.localhost" => Reply::new(200, "text/css", ""),
        _ => Reply::new(200, "text/plain", ""),
    }
}

fn decision(asked: &Asked) -> Option<&str> {
    asked.cookie("cookies_preferences")
}

/// Refusing sets a cookie all the same, and withdrawing leaves it.
fn decide(asked: &Asked) -> Reply {
    let value = match asked.field("action") {
        Some("save") => asked.field("service").unwrap_or("none"),
        Some(action) => action,
        None => "none",
    };
    Reply::redirect("/")
        .cookie(&format!(
            "cookies_preferences={value}; Max-Age=15552000; Path=/; SameSite=Lax"
        ))
        .cookie("stat=1; Max-Age=600; Path=/")
}

/// A cookie by a script, one by the cookie store, one after three seconds, one on coming back, one by device, one without being
/// asked; a beacon on leaving; closing the banner taken for a yes.
fn home(asked: &Asked) -> Reply {
    let port = asked.port;
    let reply = page(
        asked,
        &format!(
            "<script>
            document.cookie = 'ods-popin-displayed-x=1; Max-Age=60';
            cookieStore.set({{ name: 'by_cookie_store', value: '1' }});
            setTimeout(() => {{ document.cookie = 'only_after_3_s=1'; }}, 3000);
            if (!sessionStorage.getItem('tab_key') && localStorage.getItem('been_here')) document.cookie = 'only_second_visit=1';
            sessionStorage.setItem('tab_key', 1); localStorage.setItem('been_here', 1);
            addEventListener('keydown', (event) => {{ if (event.key === 'Escape') document.cookie = 'stat=1; path=/'; }});
            addEventListener('pagehide', () => navigator.sendBeacon('http://beacon.localhost:{port}/bye'));
            </script>
            <noscript><img src='/none.gif' alt=''></noscript>
            <a href='/things/'>Things</a> <a href='/attributes/'>Attributes</a> <a href='/bare/'>Bare</a> <a href='/broken/'>Broken</a>
            <a href='/way/'>Way</a> <a href='/login/'>In</a>"
        ),
    );
    let reply = reply.cookie("django_language=en; Max-Age=60; Path=/; SameSite=Lax");
    if asked.agent.contains("Firefox") {
        reply.cookie("only_firefox=1; Path=/")
    } else if asked.agent.contains("Mobile") {
        reply.cookie("only_mobile=1; Path=/")
    } else {
        reply
    }
}

/// Storage of every kind, a worker, frames, sockets, peers, styles, hints, and something that the policy stops.
fn things(asked: &Asked) -> Reply {
    let port = asked.port;
    page(
        asked,
        &format!(
            "<link rel=preconnect href='http://hint.localhost:{port}'><link rel=stylesheet href=/tag.css>
            <style>@import url('http://style.localhost:{port}/a.css');</style>
            <img src=/logo.svg alt=''><img src='http://blocked.localhost:{port}/x.png' alt=''>
            <iframe src='http://tracker.localhost:{port}/'></iframe>
            <script>
            localStorage.own_key = 1; localStorage.written_and_removed = 1; delete localStorage.written_and_removed;
            caches.open('shadow-cache'); new Worker('/worker.js'); navigator.serviceWorker.register('/workers/sw.js');
            new WebSocket('ws://socket.localhost:{port}/'); new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:stun.localhost:3478' }}] }});
            </script>"
        ),
    )
    .with("link", format!("<http://header.localhost:{port}>; rel=preconnect"))
    .with("content-security-policy", "img-src 'self'")
}

/// Each attribute wrong on a cookie of its own; a life that grows; a name twice; no name.
fn attributes(asked: &Asked) -> Reply {
    let tail = "HttpOnly; SameSite=Lax; Max-Age=600";
    let reply = page(
        asked,
        "<script>document.cookie = 'c_writer=1; SameSite=Lax; Max-Age=60'</script>",
    );
    let reply = reply
        .cookie(&format!("c_path=1; Path=/attributes/; {tail}"))
        .cookie(&format!("c_domain=1; Path=/; Domain={HOST}; {tail}"))
        .cookie("c_http=1; Path=/; SameSite=Lax; Max-Age=600")
        .cookie("c_site=1; Path=/; HttpOnly; Max-Age=600")
        .cookie("c_life=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400")
        .cookie("c_limit=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=35000000");
    reply
        .cookie(&format!("c_extended=1; Path=/; {tail}"))
        .cookie(&format!("c_twice=1; Path=/; {tail}"))
        .cookie(&format!("c_twice=2; Path=/attributes/; {tail}"))
        .cookie("=no name; Path=/")
}

/// A banner without choice that always comes back, on a page without links.
fn bare() -> Reply {
    Reply::html(
        "<!doctype html><title>Bare</title><div data-consent=banner><p>Cookies!</p><button name=action value=accept>Yes</button></div>",
    )
}

/// Sets a cookie in the back office.
fn inside(asked: &Asked) -> Reply {
    if asked.cookie("sessionid").is_none() {
        return Reply::redirect("/login/");
    }
    page(asked, "<a href='/inside/'>Inside</a>").cookie("only_back_office=1; Path=/")
}

/// A tag for each visitor.
fn tag(asked: &Asked) -> Reply {
    if asked.tag.is_empty() {
        let tag = TAGS.fetch_add(1, Ordering::Relaxed);
        Reply::new(200, "text/css", "")
            .with("etag", format!("\"{tag}\""))
            .with("cache-control", "max-age=0")
    } else {
        Reply::new(304, "text/css", "").with("etag", asked.tag.clone())
    }
}

/// Boxes ticked in advance.
const PANEL: &str = "<form data-consent=panel method=post action=/cookies/preferences/>\
    <label><input type=checkbox name=service value=video>Films</label>\
    <label><input type=checkbox name=service value=ads checked>Ads</label>\
    <button name=action value=refuse>Refuse</button><button name=action value=save>Save</button></form>";

/// The charter page: one row too few, one too many.
fn table() -> String {
    let rows = charter()["rows"].clone();
    let declared = rows.as_array().unwrap().iter().filter(|row| row["name"] != "ghost");
    let lines: String = declared
        .map(|row| {
            format!(
                "<tr><td>{}</td><td>{}</td></tr>",
                text(&row["provider"]),
                text(&row["name"])
            )
        })
        .collect();
    format!("<table>{lines}<tr><td>Us</td><td>invented</td></tr></table>")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A banner that hides on Firefox, cannot accept on a telephone, nags in spite of signals, whispers the refusal, and needs scripts.
fn banner(asked: &Asked) -> String {
    if decision(asked).is_some() || asked.path == "/cookies/preferences/" || asked.agent.contains("Firefox") {
        return String::new();
    }
    let accept = if asked.agent.contains("Mobile") {
        ""
    } else {
        "<button name=action value=accept type=button onclick=\"decide('accept')\" style='font:bold 24px sans-serif;padding:20px'>Accept</button>"
    };
    format!(
        "<div data-consent=banner>{accept}<button name=action value=refuse type=button onclick=\"decide('refuse')\"
        style='font:8px sans-serif;padding:0;height:12px;color:#bbb;background:#ccc;border:0'>refuse</button>
        <a href=/cookies/preferences/ data-consent=customise>choose</a></div>
        <form id=decision method=post action=/cookies/preferences/><input type=hidden name=action></form>
        <script>function decide(what) {{ const form = document.getElementById('decision'); form.elements.action.value = what; form.submit(); }}</script>"
    )
}

/// What comes with a choice, and what comes without one: a film for everybody, ads for those who chose films or send a signal.
fn embeds(asked: &Asked) -> String {
    let port = asked.port;
    let mut embeds = String::new();
    if asked.path == "/" && decision(asked) != Some("refuse") {
        embeds += &format!("<iframe src='http://video.localhost:{port}/'></iframe>");
    }
    if asked.signal || matches!(decision(asked), Some("video" | "accept")) {
        embeds += &format!("<img src='http://ads.localhost:{port}/pixel' alt=''>");
    }
    embeds
}

fn page(asked: &Asked, content: &str) -> Reply {
    Reply::html(format!(
        "<!doctype html><title>Hostile</title><link rel=icon href='data:,'>{}{}{content}
        <footer><a href=/terms/cookies-policy/>Charter</a> <a data-consent=manage href=/cookies/preferences/>Cookies</a></footer>",
        banner(asked),
        embeds(asked)
    ))
}
