//! Addresses to go on to never lead off the portal, nor break the answer that carries them (R-LANG-02, R-LANG-03).

use http::StatusCode;
use url::form_urlencoded::byte_serialize;

use super::*;

/// Addresses of other places, and of nowhere.
fn elsewhere() -> Vec<String> {
    let mut all: Vec<String> = [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/%2F%2Fevil.example/",
        "/%5Cevil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "http://cesson.localhost:8080/",
        "http://www.orleans.localhost:8080/",
        "http://orleans.localhost:8081/",
        "http://orleans.localhost/",
        "http://ada@orleans.localhost:8080/",
        "http://orleans.localhost:8080@evil.example/",
        "https://orleans.localhost:8080.evil.example/",
        "/x\r\nSet-Cookie: a=b",
        "/x\0",
        "/\t/evil.example/",
        "/\u{200b}/evil.example/",
        "/\u{202e}moc.live",
    ]
    .map(str::to_owned)
    .into();
    all.push(format!("/{}", "a".repeat(2048)));
    all
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn neither_signing_in_nor_out_nor_a_language_leads_off_the_portal() {
    let bench = Bench::empty().await;
    let cookies = sign_in(&bench, Role::Reader).await;
    for next in elsewhere() {
        let told = format!("{next:.80}");
        let form = bench.fetch(&format!("/login/?next={}", encoded(&next))).await;
        assert!(form.text().contains("name=\"next\" value=\"&#x2f;\""), "{told}");
        let already = get_with(&bench, &format!("/login/?next={}", encoded(&next)), &cookies).await;
        assert_eq!(already.header(LOCATION.as_str()), "/", "{told}");
        let language = bench.fetch(&format!("/i18n/setlang/?next={}", encoded(&next))).await;
        assert_eq!(
            (language.status, language.header(LOCATION.as_str())),
            (StatusCode::FOUND, "/"),
            "{told}"
        );
        let body = format!(
            "csrfmiddlewaretoken={}&username={EMAIL}&password={}&next={}",
            token_of(&form),
            PASSWORD.replace(' ', "+"),
            encoded(&next)
        );
        let signed = post(&bench, "/login/", &cookies_of(&form), &body).await;
        assert_eq!(
            (signed.status, signed.header(LOCATION.as_str())),
            (StatusCode::SEE_OTHER, "/"),
            "{told}"
        );
        let held = cookies_of(&signed);
        let token = token_of(&get_with(&bench, "/logout/", &held).await);
        let body = format!("csrfmiddlewaretoken={token}&next={}", encoded(&next));
        let left = post(&bench, "/logout/", &held, &body).await;
        assert_eq!(
            (left.status, left.header(LOCATION.as_str())),
            (StatusCode::SEE_OTHER, "/"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn what_stays_on_the_portal_is_followed_with_its_letters_encoded() {
    let bench = Bench::empty().await;
    for (next, location) in [
        ("/explore/?q=a&sort=title", "/explore/?q=a&sort=title"),
        ("/explore/?q=\u{e9}t\u{e9}", "/explore/?q=%C3%A9t%C3%A9"),
        ("http://orleans.localhost:8080/x", "http://orleans.localhost:8080/x"),
        ("/a\"><script>", "/a%22%3E%3Cscript%3E"),
    ] {
        let answer = bench.fetch(&format!("/i18n/setlang/?next={}", encoded(next))).await;
        assert_eq!(answer.header(LOCATION.as_str()), location, "{next}");
        let form = bench.fetch(&format!("/login/?next={}", encoded(next))).await;
        assert!(!form.text().contains("<script>"), "{next}");
    }
}
