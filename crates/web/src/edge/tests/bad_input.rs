//! Odd and hostile cookie headers in front of the whole edge (R-BAD-01 to R-BAD-04), and what a sibling host can do with them
//! (R-CSRF-09, R-TEN-08).

use std::io::Write;
use std::sync::{Arc, Mutex};

use http::header::{COOKIE, HeaderValue, SET_COOKIE};

use super::app::{App, HOME, Reply, request};
use crate::edge::HeadersCut;

const LUZ: &str = "luz.paysbasque.localhost:8080";
/// A secret that must show nowhere.
const HUSH: &str = "hush7hush7hush7hush7hush7hush7hu";

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Listens on this thread until the guard is dropped.
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let log = self.clone();
        let all = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::set_default(all)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// The answer to a request with these `Cookie` lines; `None` when HTTP itself does not let them through.
async fn ask(app: &App, method: &str, host: &str, path: &str, lines: &[&[u8]]) -> Option<Reply> {
    let mut request = request(method, host, path, &[], "");
    for line in lines {
        request
            .headers_mut()
            .append(COOKIE, HeaderValue::from_bytes(line).ok()?);
    }
    Some(app.send(request).await)
}

/// What a row shows, the `Cookie` lines, and status and reader of the answer; `None` where HTTP itself refuses the lines.
type Row<'a> = (&'a str, &'a [&'a [u8]], Option<(u16, &'a str)>);

#[tokio::test]
async fn the_table_of_odd_headers_over_http() {
    let app = App::new();
    let id = app.memory.begin("cesson");
    let own = format!("sessionid={id}");
    let many = (0..200).map(|n| format!("c{n}=1; ")).collect::<String>() + &own;
    let long = |bytes: usize| format!("{own}; x={}", "y".repeat(bytes));
    let (long_8, long_64) = (long(8 * 1024), long(64 * 1024));
    let doubled = format!("{own}; sessionid={HUSH}");
    let reversed = format!("sessionid={HUSH}; {own}");
    let version = format!("$Version=1; {own}");
    let upper = own.replace("sessionid", "SessionID");
    let prefixed = format!("__Host-{own}");
    let spaced = own.replace('=', " =");
    let quoted = format!("sessionid=\"{id}\"");
    let octal = format!("sessionid=\"\\{:03o}{}\"", id.as_bytes()[0], &id[1..]);
    let forged = format!("{own}; csrftoken=<script>; cookies_preferences=v1.<b>; django_language=<i>");
    let nobody = Some((200, "nobody"));
    let ada = Some((200, "Ada"));
    let rows: &[Row<'_>] = &[
        ("none", &[], nobody),
        ("empty", &[b""], nobody),
        ("separators only", &[b";;;"], nobody),
        ("no =", &[b"sessionid"], nobody),
        ("the real one", &[own.as_bytes()], ada),
        ("200 cookies", &[many.as_bytes()], ada),
        ("8 KiB", &[long_8.as_bytes()], ada),
        ("64 KiB", &[long_64.as_bytes()], Some((431, ""))),
        ("NUL", &[b"sessionid=a\0"], None),
        ("carriage return", &[b"a=b\rX: y"], None),
        ("line feed", &[b"a=b\nX: y"], None),
        ("no UTF-8", &[b"sessionid=\xff\xfe; \x80"], nobody),
        ("quoted", &[quoted.as_bytes()], ada),
        ("octal", &[octal.as_bytes()], ada),
        ("an open quote", &[b"sessionid=\"\\"], nobody),
        ("two values", &[doubled.as_bytes()], nobody),
        ("two values, the real one last", &[reversed.as_bytes()], nobody),
        ("two lines that differ", &[own.as_bytes(), b"sessionid=b"], nobody),
        ("two lines", &[b"a=b", own.as_bytes()], ada),
        ("$Version", &[version.as_bytes()], ada),
        ("case", &[upper.as_bytes()], nobody),
        ("an unasked prefix", &[prefixed.as_bytes()], nobody),
        ("white space after the name", &[spaced.as_bytes()], nobody),
        ("forged values of the others", &[forged.as_bytes()], ada),
    ];
    for (what, lines, expected) in rows {
        let reply = ask(&app, "GET", HOME, "/page/", lines).await;
        assert_eq!(reply.is_none(), expected.is_none(), "{what}");
        let (Some(reply), Some((status, reader))) = (reply, expected) else {
            continue;
        };
        assert_eq!(reply.status.as_u16(), *status, "{what}: {}", reply.body);
        assert!(reply.body.contains(reader), "{what}: {}", reply.body);
        assert!(!reply.body.contains(HUSH) && !reply.body.contains("<script>"), "{what}");
    }
}

/// A small generator of numbers (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// What holds of the headers of every answer: nothing that came is in them, a parent's cookies are only deleted, and there are
/// not too many.
fn check_headers(reply: &Reply, session: &str, told: &str) {
    let mut bytes = 0;
    for (name, value) in &reply.headers {
        let value = value.to_str().unwrap();
        bytes += name.as_str().len() + value.len() + 4;
        assert!(
            !value.contains("hush7") && !value.contains(session),
            "{name}: {value} {told}"
        );
        let kept = name == SET_COOKIE
            && value
                .split(';')
                .next()
                .is_some_and(|pair| pair.len() > pair.find('=').unwrap() + 1);
        assert!(!(kept && value.contains("Domain=")), "{value} {told}");
    }
    assert!(bytes < 16 * 1024, "{bytes} bytes of headers: {told}");
}

#[tokio::test]
async fn ten_thousand_hostile_headers_are_never_a_fault_and_show_nowhere() {
    let app = App::new();
    let log = Log::default();
    let listening = log.listen();
    let session = app.memory.begin("luz");
    let (secret, token) = app.token(LUZ, &format!("sessionid={session}")).await;
    let names = [
        "sessionid",
        "csrftoken",
        "cookies_preferences",
        "django_language",
        "SessionID",
        "sessionid ",
        "x",
    ];
    let values = [
        HUSH,
        &session,
        &secret,
        "eu",
        "fr",
        "",
        "\"\\150\\165sh7\"",
        "v1.0.1.20000.hush7.hush7",
        "<hush7>",
        "%0d%0ahush7",
        "\u{e9}hush7",
    ];
    let pages = [
        "/page/",
        "/form/",
        "/private/",
        "/nowhere/",
        "/page/?lang=eu",
        "/api/keys",
        "/explore/dataset/x/table/",
    ];
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let (mut doubtful, mut rightful) = (0, 0);
    for round in 0..10_000 {
        let mut cookies: Vec<(&str, &str)> = (0..numbers.below(7))
            .map(|_| (numbers.pick(&names), numbers.pick(&values)))
            .collect();
        // Half of the visitors have signed in.
        if round % 2 == 0 {
            cookies.insert(numbers.below(cookies.len() + 1), ("sessionid", &session));
        }
        let mut header: String = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}; "))
            .collect();
        if round % 250 == 0 {
            header.push_str(&"y".repeat(numbers.below(60_000)));
        }
        let path = numbers.pick(&pages);
        let posts = numbers.below(4) == 0;
        let mut asked = request(
            if posts { "POST" } else { "GET" },
            LUZ,
            path,
            &[("x-csrftoken", &token)],
            "",
        );
        asked
            .headers_mut()
            .insert(COOKIE, HeaderValue::from_bytes(header.as_bytes()).unwrap());
        let reply = app.send(asked).await;
        let told = format!("{path} with {header:.300}");
        assert!(
            matches!(reply.status.as_u16(), 200 | 403 | 404 | 405 | 415 | 431),
            "{} {told}",
            reply.status
        );
        let mut sessions: Vec<&str> = cookies
            .iter()
            .filter(|(name, _)| *name == "sessionid")
            .map(|(_, value)| *value)
            .collect();
        sessions.sort_unstable();
        sessions.dedup();
        if sessions.len() > 1 {
            doubtful += 1;
            // Tokens are drawn from letters: with a space they cannot spell it.
            assert!(!reply.body.contains(" Ada"), "{told}");
            assert!(!posts || reply.status != 200, "{told}");
        } else if reply.body.contains(" Ada") {
            rightful += 1;
            assert_eq!(sessions, [session.as_str()], "{told}");
        }
        check_headers(&reply, &session, &told);
        assert!(!reply.body.contains("hush7"), "{told}: {}", reply.body);
    }
    drop(listening);
    assert!(doubtful > 500 && rightful > 500, "{doubtful} {rightful}");
    let log = log.text();
    assert!(log.contains("Forbidden"), "refusals are logged");
    for hidden in ["hush7", session.as_str(), secret.as_str(), token.as_str()] {
        assert!(!log.contains(hidden), "{hidden} was logged");
    }
}

/// What the answer deletes under a parent's domain, by name.
fn healed(reply: &Reply) -> Vec<&str> {
    let deletes = |cookie: &&str| cookie.contains("Max-Age=0; Domain=paysbasque.localhost; Path=/;");
    let names = reply.cookies().into_iter().filter(deletes);
    names.map(|cookie| cookie.split('=').next().unwrap()).collect()
}

#[tokio::test]
async fn a_planted_copy_goes_with_the_answer_that_sets_the_real_one() {
    let app = App::new();
    let planted = "sessionid=planted; csrftoken=planted; cookies_preferences=planted; django_language=xx";
    let first = app.get(LUZ, "/page/", &[("cookie", planted)]).await;
    assert_eq!(
        (first.body.as_str(), healed(&first)),
        ("luz in fr for nobody", vec![]),
        "what is set by nobody is left alone"
    );
    let form = app.get(LUZ, "/form/", &[("cookie", planted)]).await;
    assert_eq!(healed(&form), ["csrftoken"], "else the form could not be sent");
    let (secret, token) = (form.cookie("csrftoken").unwrap().to_owned(), form.body);
    let held = planted.replace("csrftoken=planted", &format!("csrftoken={secret}"));
    let fields = format!("csrfmiddlewaretoken={token}&language=eu");
    for (path, name) in [
        ("/login/", "sessionid"),
        ("/i18n/setlang/", "django_language"),
        ("/choice/", "cookies_preferences"),
    ] {
        let reply = app.post(LUZ, path, &[("cookie", &held)], &fields).await;
        assert!(reply.status.as_u16() < 400, "{path}: {reply:?}");
        assert_eq!(healed(&reply), [name], "{path}: {reply:?}");
        let own = reply
            .cookies()
            .into_iter()
            .find(|cookie| cookie.starts_with(name))
            .unwrap();
        assert!(!own.contains("Domain="), "the real one comes first and stays: {own}");
    }
    let clean = format!("csrftoken={secret}");
    for path in ["/login/", "/i18n/setlang/", "/choice/"] {
        let reply = app.post(LUZ, path, &[("cookie", &clean)], &fields).await;
        assert!(healed(&reply).is_empty(), "nothing was planted: {reply:?}");
    }
}

#[tokio::test]
async fn every_planted_cookie_alone_and_in_both_orders_is_doubted_and_expired() {
    let app = App::new();
    let session = app.memory.begin("luz");
    let (secret, token) = app.token(LUZ, &format!("sessionid={session}")).await;
    let fields = format!("csrfmiddlewaretoken={token}");
    let all = format!("sessionid={session}; csrftoken={secret}; django_language=eu; cookies_preferences=mine");
    assert_eq!(
        app.get(LUZ, "/page/", &[("cookie", &all)]).await.body,
        "luz in eu for Ada"
    );
    let cases = [
        ("sessionid", "luz in eu for nobody", 403),
        ("csrftoken", "luz in eu for Ada", 403),
        ("django_language", "luz in fr for Ada", 200),
        ("cookies_preferences", "luz in eu for Ada", 200),
    ];
    for (name, page, written) in cases {
        for cookies in [format!("{all}; {name}=planted"), format!("{name}=planted; {all}")] {
            let read = app.get(LUZ, "/page/", &[("cookie", &cookies)]).await;
            assert_eq!((read.body.as_str(), healed(&read)), (page, vec![name]), "{cookies}");
            assert_eq!(read.header("cache-control"), "private, no-store");
            let reply = app.post(LUZ, "/page/", &[("cookie", &cookies)], &fields).await;
            assert_eq!(
                (reply.status.as_u16(), healed(&reply)),
                (written, vec![name]),
                "{cookies}"
            );
        }
    }
}

#[tokio::test]
async fn a_pile_of_cookies_is_explained_and_planted_copies_of_ours_are_expired() {
    let app = App::new();
    let pile = "y=".to_owned() + &"y".repeat(40 * 1024);
    let names = ["sessionid", "django_language", "csrftoken", "cookies_preferences"];
    for method in ["GET", "HEAD", "POST"] {
        let reply = ask(&app, method, LUZ, "/form/", &[pile.as_bytes()]).await.unwrap();
        assert_eq!(
            (reply.status.as_u16(), healed(&reply)),
            (431, names.to_vec()),
            "{method}"
        );
        assert!(reply.cookies().iter().all(
            |cookie| cookie.contains("Max-Age=0") && (cookie.contains("Domain=") || cookie.contains("Path=/form"))
        ));
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(!reply.headers.contains_key("clear-site-data"));
    }
    let mut cut = request("GET", LUZ, "/form/", &[("cookie", &pile)], "");
    cut.extensions_mut().insert(HeadersCut);
    let reply = app.send(cut).await;
    assert_eq!((reply.status.as_u16(), reply.header("connection")), (431, "close"));
    for host in ["nowhere.localhost:8080", "www.cesson.localhost:8080", "localhost:8080"] {
        let reply = ask(&app, "GET", host, "/", &[pile.as_bytes()]).await.unwrap();
        assert_eq!((reply.status.as_u16(), reply.cookies().len()), (431, 0), "{host}");
    }
    let file = ask(&app, "GET", LUZ, "/static/app.css", &[pile.as_bytes()])
        .await
        .unwrap();
    assert_eq!(
        (file.body.as_str(), file.cookies().len()),
        ("body{}", 0),
        "the page that explains has its style"
    );
    let other = "y".repeat(40 * 1024);
    let reply = app.get(LUZ, "/form/", &[("x-large", &other)]).await;
    assert_eq!(
        (reply.status.as_u16(), reply.cookies().len()),
        (431, 0),
        "no cookies, nothing to expire"
    );
}

#[tokio::test]
async fn a_browser_may_have_the_pile_deleted_and_no_other_browser_may() {
    let app = App::new();
    let pile = "y=".to_owned() + &"y".repeat(40 * 1024);
    let path = "/cookies/forget/";
    let reply = app.get(LUZ, path, &[("cookie", &pile)]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/"));
    assert_eq!(reply.header("clear-site-data"), "\"cookies\"");
    for (method, host, cookies) in [
        ("GET", LUZ, "a=b"),
        ("POST", LUZ, &*pile),
        ("GET", "nowhere.localhost:8080", &*pile),
    ] {
        let reply = ask(&app, method, host, path, &[cookies.as_bytes()]).await.unwrap();
        assert!(!reply.headers.contains_key("clear-site-data"), "{method} {host}");
    }
}

#[tokio::test]
async fn a_forged_choice_is_no_choice_no_fault_and_not_worth_a_line_of_the_log() {
    let app = App::new();
    let log = Log::default();
    let (secret, token) = app.token(HOME, "").await;
    let form = format!("csrfmiddlewaretoken={token}");
    let made = app
        .post(HOME, "/choice/", &[("cookie", &format!("csrftoken={secret}"))], &form)
        .await;
    let good = made.cookie("cookies_preferences").unwrap().to_owned();
    let parts: Vec<&str> = good.split('.').collect();
    let with = |at: usize, text: &str| {
        let mut parts = parts.clone();
        parts[at] = text;
        parts.join(".")
    };
    let mut forged: Vec<String> = vec![
        String::new(),
        "1".to_owned(),
        "true".to_owned(),
        ".....".to_owned(),
        with(0, "v2"),
        with(1, "00000000"),
        with(2, "1"),
        with(3, "99999999"),
        with(3, "1"),
        with(3, "-1"),
        with(3, "9223372036854775808"),
        with(4, "another"),
        with(5, "AAAAAAAAAAAAAAAAAAAAAA"),
        with(5, ""),
        good[..good.len() - 1].to_owned(),
        format!("{good}x"),
        format!("{good}.{good}"),
        "x".repeat(5_000),
        "v1.\u{e9}\u{1f36a}.1.1.1.1".to_owned(),
        format!("{good}; cookies_preferences=x"),
        format!("x; cookies_preferences={good}"),
    ];
    let elsewhere = app
        .post(HOME, "/choice/", &[("cookie", &format!("csrftoken={secret}"))], &form)
        .await;
    let accepted = format!("cookies_preferences={good}");
    assert_eq!(app.get(HOME, "/private/", &[("cookie", &accepted)]).await.body, "true");
    assert_eq!(
        app.get("mauges.localhost:8080", "/private/", &[("cookie", &accepted)])
            .await
            .body,
        "false"
    );
    forged.push(elsewhere.cookie("cookies_preferences").unwrap().to_uppercase());
    let listening = log.listen();
    for value in &forged {
        let line = format!("cookies_preferences={value}");
        let reply = ask(&app, "GET", HOME, "/private/", &[line.as_bytes()]).await.unwrap();
        assert_eq!(
            (reply.status.as_u16(), reply.body.as_str()),
            (200, "false"),
            "{value:.80}"
        );
    }
    drop(listening);
    assert_eq!(log.text(), "");
    app.advance(chrono::TimeDelta::days(181));
    assert_eq!(
        app.get(HOME, "/private/", &[("cookie", &accepted)]).await.body,
        "false",
        "older than six months"
    );
}
