//! Documents that measure a page. Nobody sees them: they hold a picture, or the provider's script and the few words that start
//! it. They have no origin (their policy says `sandbox`), so whatever runs in them reaches nothing of the portal's.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parvis_cookies::embed::Start;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn document(lang: &str, head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
         <title>·</title>{head}</head><body>{body}</body></html>\n"
    )
}

/// An attribute's value.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// JSON that can stand in a script.
fn literal(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// Nothing is measured.
pub(super) fn nothing(lang: &str) -> String {
    document(lang, "", "")
}

/// A picture whose address says what was seen. `same-origin` of the portal's pages sends no referrer along.
pub(super) fn pixel(lang: &str, src: &str) -> String {
    document(lang, "", &format!("<img src=\"{}\" alt=\"\">", attribute(src)))
}

/// The provider's script at `src` and what starts it: the source expression of the latter for the policy, and the document.
/// `page` is the public address of the page that is measured.
pub(super) fn script(lang: &str, src: &str, start: &Start, page: &str) -> (String, String) {
    let own = match start {
        Start::GoogleAnalytics(id) => {
            // Neither advertising nor profiles; what is left is counting.
            let settings = json!({ "page_location": page, "allow_google_signals": false, "allow_ad_personalization_signals": false });
            format!(
                "window.dataLayer=[];function gtag(){{dataLayer.push(arguments)}}gtag(\"js\",new Date());gtag(\"config\",{},{});",
                literal(&json!(id)),
                literal(&settings)
            )
        }
        Start::Piano(site, collection) => {
            let settings = json!({ "site": site, "collectDomain": format!("https://{collection}") });
            format!(
                "pa.setConfigurations({});pa.sendEvent(\"page.display\",{});",
                literal(&settings),
                literal(&json!({ "page": page, "event_url_full": page }))
            )
        }
    };
    let source = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(own.as_bytes())));
    let (theirs, own) = (
        format!("<script src=\"{}\"></script>", attribute(src)),
        format!("<script>{own}</script>"),
    );
    let head = match start {
        Start::GoogleAnalytics(_) => own + &theirs,
        Start::Piano(..) => theirs + &own,
    };
    (source, document(lang, &head, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_or_setting_breaks_out_of_the_document() {
        let hostile = "https://a.example/\"></script><img src=x>";
        assert!(!pixel("fr", hostile).contains("<img src=x>"));
        for start in [
            Start::GoogleAnalytics("G-1</script>".to_owned()),
            Start::Piano(7, "x</script>".to_owned()),
        ] {
            let (source, html) = script("fr", hostile, &start, hostile);
            assert!(source.starts_with("'sha256-") && source.len() == 8 + 44 + 1, "{source}");
            assert_eq!(html.matches("</script>").count(), 2, "{html}");
            assert!(!html.contains("<img"), "{html}");
        }
    }

    #[test]
    fn the_policy_names_the_script_that_the_document_holds() {
        let (source, html) = script(
            "fr",
            "https://t.example/x.js",
            &Start::GoogleAnalytics("G-1".to_owned()),
            "https://p.example/",
        );
        let own = html
            .split("<script>")
            .nth(1)
            .unwrap()
            .split("</script>")
            .next()
            .unwrap();
        assert_eq!(
            source,
            format!("'sha256-{}'", STANDARD.encode(Sha256::digest(own.as_bytes())))
        );
    }
}
