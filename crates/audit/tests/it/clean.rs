//! A site that does everything right: it asks before it embeds a film, and keeps what was decided.

use serde_json::json;

use crate::site::{Asked, Reply};

pub const HOST: &str = "clean.localhost";
const FILMS: &str = "films.localhost";

/// The charter, as it is published.
pub fn charter() -> serde_json::Value {
    let own = |id: &str, life: u32, http_only: bool| {
        json!({ "id": id, "kind": "cookie", "provider": "Us", "name": id, "purpose": format!("What {id} is for"),
            "category": "necessary", "consent": false, "max_age": life, "path": "/", "secure": true,
            "http_only": http_only, "same_site": "Lax" })
    };
    let film = json!({ "id": "film-host", "kind": "third_party_host", "provider": "Films", "name": FILMS, "purpose": "Films",
        "category": "third_party", "consent": true, "purpose_id": "video", "service_id": "film", "max_age": null });
    let seen = json!({ "id": "film-seen", "kind": "local_storage", "provider": "Us", "name": "film:*", "purpose": "Position",
        "category": "first_party", "consent": true, "service_id": "film", "max_age": null });
    json!({
        "url": format!("http://{HOST}"), "language": "en", "revision": "1",
        "rows": [own("sessionid", 1_209_600, true), own("django_language", 31_536_000, false),
            own("cookies_preferences", 15_552_000, false), film, seen]
    })
}

/// Answers a request.
pub fn answer(asked: &Asked) -> Reply {
    if asked.host == FILMS {
        return Reply::html("<!doctype html><title>A film</title>");
    }
    match asked.path.as_str() {
        "/" => page(asked, "Home", &content(asked)),
        "/about/" => page(asked, "About", "<p>About us.</p>"),
        "/terms/cookies-policy/" if asked.query.contains("format=json") => {
            Reply::new(200, "application/json", charter().to_string())
        }
        "/terms/cookies-policy/" => page(asked, "Charter", &table()),
        "/cookies/preferences/" if asked.form.is_some() => decide(asked),
        "/cookies/preferences/" => page(asked, "Cookies", &panel()),
        "/i18n/" => page(asked, "Language", LANGUAGES),
        "/i18n/setlang/" => Reply::redirect("/").cookie("django_language=fr; Max-Age=31536000; Path=/; SameSite=Lax"),
        "/login/" if asked.form.is_some() => {
            Reply::redirect("/").cookie("sessionid=abc; Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax")
        }
        "/login/" => page(asked, "Sign in", SIGN_IN),
        "/sitemap.xml" => Reply::new(200, "application/xml", sitemap()),
        _ => Reply {
            status: 404,
            ..page(asked, "Not found", "")
        },
    }
}

const LANGUAGES: &str = "<form method=\"post\" action=\"/i18n/setlang/\"><button name=\"language\" value=\"en\" \
    aria-current=\"true\">English</button><button name=\"language\" value=\"fr\">Français</button></form>";
const SIGN_IN: &str = "<form method=\"post\" action=\"/login/\"><input name=\"username\"><input name=\"password\" \
    type=\"password\"><button>Sign in</button></form>";

fn accepted(asked: &Asked) -> bool {
    matches!(asked.cookie("cookies_preferences"), Some("accept" | "film"))
}

/// The film where it was agreed to, else what stands in for it.
fn content(asked: &Asked) -> String {
    if accepted(asked) {
        format!(
            "<script>localStorage.setItem('film:1', '0')</script><iframe src=\"http://{FILMS}:{}/\"></iframe>",
            asked.port
        )
    } else {
        "<div data-consent=\"placeholder\" data-service=\"film\">A film</div><script>localStorage.removeItem('film:1')</script>".to_owned()
    }
}

fn decide(asked: &Asked) -> Reply {
    let value = match asked.field("action") {
        Some("accept") => "accept",
        Some("save") => asked.field("service").unwrap_or("refuse"),
        _ => "refuse",
    };
    let gone = if value == "refuse" { "\"storage\"" } else { "" };
    let reply = Reply::redirect("/").cookie(&format!(
        "cookies_preferences={value}; Max-Age=15552000; Path=/; SameSite=Lax"
    ));
    if gone.is_empty() {
        reply
    } else {
        reply.with("clear-site-data", gone)
    }
}

fn panel() -> String {
    "<form data-consent=\"panel\" method=\"post\" action=\"/cookies/preferences/\"><label><input type=\"checkbox\" \
     name=\"service\" value=\"film\">Films</label><button name=\"action\" value=\"accept\">Accept</button>\
     <button name=\"action\" value=\"refuse\">Refuse</button><button name=\"action\" value=\"save\">Save</button></form>"
        .to_owned()
}

fn banner(asked: &Asked) -> &'static str {
    if asked.signal || asked.cookie("cookies_preferences").is_some() || asked.path == "/cookies/preferences/" {
        return "";
    }
    "<form class=\"consent-banner\" data-consent=\"banner\" method=\"post\" action=\"/cookies/preferences/\"><p>Films?</p>\
     <button name=\"action\" value=\"accept\">Accept</button> <button name=\"action\" value=\"refuse\">Refuse</button> \
     <a href=\"/cookies/preferences/\" data-consent=\"customise\">Choose</a></form>"
}

fn table() -> String {
    let rows = charter()["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect::<String>();
    format!("<table><thead><tr><th>Provider</th><th>Name</th><th>Purpose</th></tr></thead>{rows}</table>")
}

fn line(row: &serde_json::Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap();
    format!(
        "<tr><td>{}</td><th>{}</th><td>{}</td></tr>",
        text("provider"),
        text("name"),
        text("purpose")
    )
}

fn sitemap() -> String {
    let places =
        ["/", "/about/", "/i18n/", "/login/"].map(|path| format!("<url><loc>https://public.example{path}</loc></url>"));
    format!("<urlset>{}</urlset>", places.concat())
}

fn page(asked: &Asked, title: &str, content: &str) -> Reply {
    Reply::html(format!(
        "<!doctype html><html lang=\"en\"><title>{title}</title><link rel=\"icon\" href=\"data:,\">\
         <style>button{{font:16px sans-serif;padding:8px 16px;min-height:44px;color:#fff;background:#0b5394;border:0}}</style>\
         <body>{}<main>{content}</main><footer><a href=\"/terms/cookies-policy/\">Charter</a> \
         <a data-consent=\"manage\" href=\"/cookies/preferences/\">Cookies</a></footer></body></html>",
        banner(asked)
    ))
}
