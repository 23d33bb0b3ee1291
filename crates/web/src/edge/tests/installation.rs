use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use parvis_model::{Role, SystemClock, SystemRng};
use parvis_portal::Parvis;
use parvis_portal::accounts::NewUser;

use super::app::{Front, HOME, OTHER, Reply, page, portal};
use crate::edge::{Edge, Failure, Settings, csrf, wrap};
use crate::visit::{CookieOrder, CookieOrders, Visit};

const PASSWORD: &str = "correct horse battery staple";

/// Handlers in front of a real installation.
struct Installed {
    parvis: Parvis,
    front: Front,
    _folder: tempfile::TempDir,
}

async fn login(State(parvis): State<Parvis>, visit: Visit, form: Bytes) -> Result<Response, Failure> {
    let password = csrf::field(&form, "", "password").unwrap_or_default();
    let old = visit.browser.session_id();
    let begun = parvis
        .sign_in(&visit.portal.id, "ada@ville.example", &password, old.as_deref())
        .await?;
    let orders = CookieOrders(vec![CookieOrder::SignIn(begun.session_id)]);
    Ok((orders, Redirect::to("/page/")).into_response())
}

async fn logout(State(parvis): State<Parvis>, visit: Visit) -> Result<Response, Failure> {
    if let Some(id) = visit.browser.session_id() {
        parvis.sign_out(&visit.portal.id, &id).await?;
    }
    Ok((CookieOrders(vec![CookieOrder::SignOut]), Redirect::to("/")).into_response())
}

impl Installed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = parvis_portal::Settings {
            data: folder.path().to_owned(),
            engine: Default::default(),
            fetch: Default::default(),
            kept_answers: parvis_portal::KEPT_ANSWERS,
        };
        let parvis = Parvis::open(settings, Arc::new(SystemClock), Arc::new(SystemRng))
            .await
            .unwrap();
        for (id, host) in [("cesson", "cesson.localhost"), ("mauges", "mauges.localhost")] {
            let portal = portal(id, &[host], &["fr", "en"]);
            parvis.put_portal(&portal).await.unwrap();
            let user = NewUser {
                portal: Some(portal.id),
                email: "ada@ville.example".to_owned(),
                display_name: "Ada".to_owned(),
                password: PASSWORD.to_owned(),
                role: Role::Reader,
            };
            parvis.add_user(user).await.unwrap();
        }
        let settings = Settings {
            https: false,
            port: Some(8080),
            demo: false,
        };
        let edge = Edge::of(&parvis, settings, Arc::new(SystemClock), Arc::new(SystemRng))
            .await
            .unwrap();
        let routes = Router::new()
            .route("/page/", get(page))
            .route("/form/", get(async |visit: Visit| visit.browser.csrf_token()))
            .route("/login/", post(login))
            .route("/logout/", post(logout))
            .with_state(parvis.clone());
        Self {
            parvis,
            front: Front(wrap(routes, edge)),
            _folder: folder,
        }
    }

    /// Posts a form with a good token for a browser that holds `cookies`.
    async fn post(&self, host: &str, path: &str, cookies: &str, fields: &str) -> Reply {
        let (secret, token) = self.front.token(host, cookies).await;
        let cookies = format!("{cookies}; csrftoken={secret}");
        let form = format!("csrfmiddlewaretoken={token}&{fields}");
        self.front.post(host, path, &[("cookie", &cookies)], &form).await
    }

    /// Signs in and gives the cookie.
    async fn sign_in(&self, host: &str, cookies: &str) -> String {
        let reply = self
            .post(
                host,
                "/login/",
                cookies,
                &format!("password={}", PASSWORD.replace(' ', "+")),
            )
            .await;
        format!(
            "sessionid={}",
            reply.cookie("sessionid").expect("the password is right")
        )
    }

    async fn reader(&self, host: &str, cookies: &str) -> String {
        let reply = self.front.get(host, "/page/", &[("cookie", cookies)]).await;
        reply.body.rsplit(' ').next().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_session_lives_from_sign_in_to_sign_out_on_its_own_portal() {
    let app = Installed::new().await;
    let wrong = app.post(HOME, "/login/", "", "password=wrong").await;
    assert_eq!((wrong.status.as_u16(), wrong.cookie("sessionid")), (401, None));
    let (home, other) = (app.sign_in(HOME, "").await, app.sign_in(OTHER, "").await);
    assert_eq!(app.reader(HOME, &home).await, "Ada");
    assert_eq!(app.reader(OTHER, &home).await, "nobody");
    assert_eq!(app.reader(HOME, &other).await, "nobody");
    assert_eq!(
        app.reader(HOME, &home).await,
        "Ada",
        "presented elsewhere, it does not die at home"
    );
    let reply = app.post(HOME, "/logout/", &home, "").await;
    assert_eq!(reply.cookie("sessionid"), Some(""));
    assert_eq!(app.reader(HOME, &home).await, "nobody", "a replayed id is anonymous");
    assert_eq!(app.reader(OTHER, &other).await, "Ada");
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let app = Installed::new().await;
    let first = app.sign_in(HOME, "").await;
    let second = app.sign_in(HOME, &first).await;
    assert_ne!(first, second);
    assert_eq!(app.reader(HOME, &first).await, "nobody");
    assert_eq!(app.reader(HOME, &second).await, "Ada");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_within_one_request() {
    let app = Installed::new().await;
    let (mine, theirs) = (app.sign_in(HOME, "").await, app.sign_in(HOME, "").await);
    let id = mine.strip_prefix("sessionid=").unwrap();
    let current = app
        .parvis
        .session(&parvis_model::PortalId::new("cesson"), id)
        .await
        .unwrap()
        .unwrap();
    app.parvis
        .change_password(&current.user, &current.session, PASSWORD, "another long password")
        .await
        .unwrap();
    assert_eq!(app.reader(HOME, &theirs).await, "nobody");
    assert_eq!(app.reader(HOME, &mine).await, "Ada");
}
