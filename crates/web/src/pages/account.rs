//! The account of who has signed in: profile, password, API keys.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use parvis_model::{ApiKeyId, ErrorCode};
use parvis_portal::sessions::Current;
use parvis_portal::store::ApiKey;
use serde::Serialize;

use super::forms::Form;
use super::frame::{Page, Section};
use super::{Answer, Failure, finish, machine_time};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

#[derive(Serialize)]
struct AccountView<'a> {
    email: &'a str,
    role: &'static str,
    platform: bool,
}

#[derive(Serialize)]
struct KeyView {
    id: String,
    label: String,
    created_at: String,
    last_used_at: Option<String>,
    revoked: bool,
}

impl From<ApiKey> for KeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.as_str().to_owned(),
            label: key.label,
            created_at: machine_time(key.created_at),
            last_used_at: key.last_used_at.map(machine_time),
            revoked: key.revoked_at.is_some(),
        }
    }
}

#[derive(Serialize)]
struct NewKey {
    secret: String,
}

/// Messages under the fields, in the visitor's language; empty where there is nothing to say.
#[derive(Default, Serialize)]
struct Errors {
    label: String,
    display_name: String,
    current: String,
    new: String,
}

impl Errors {
    fn is_empty(&self) -> bool {
        [&self.label, &self.display_name, &self.current, &self.new]
            .iter()
            .all(|text| text.is_empty())
    }
}

/// What the fields hold when the page is shown again after a mistake.
#[derive(Default, Serialize)]
struct Values {
    label: String,
    display_name: String,
}

/// What the page says beyond the account itself.
#[derive(Default)]
struct Told {
    notice: Option<&'static str>,
    new_key: Option<NewKey>,
    errors: Errors,
    values: Values,
}

/// Who has signed in.
///
/// # Errors
/// Nobody has: the visitor is sent to sign in.
async fn current(state: &AppState, visit: &Visit) -> Result<Current, Failure> {
    let id = visit.browser.session_id().ok_or(Failure::SignIn)?;
    state
        .parvis
        .session(&visit.portal.id, &id)
        .await?
        .ok_or(Failure::SignIn)
}

async fn page(state: &AppState, visit: &Visit, current: &Current, told: Told) -> Answer {
    let user = &current.user;
    let keys = state.parvis.api_keys(&visit.portal.id, user).await?;
    let values = Values {
        display_name: if told.values.display_name.is_empty() {
            user.display_name.clone()
        } else {
            told.values.display_name
        },
        label: told.values.label,
    };
    let status = if told.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let data = view! {
        token => visit.browser.csrf_token(),
        account => AccountView { email: &user.email, role: user.role.name(), platform: user.portal.is_none() },
        keys => keys.into_iter().map(KeyView::from).collect::<Vec<_>>(),
        notice => told.notice,
        new_key => told.new_key,
        errors => told.errors,
        values => values,
    };
    let title = state.templates.texts().plain(&visit.lang, "account-title");
    Page::new("account.html", Section::Account, title)
        .status(status)
        .render(state, visit, data)
}

/// `GET /account/`
pub async fn show(State(state): State<AppState>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let notice = match query.as_deref() {
        Some("done=profile") => Some("profile"),
        Some("done=password") => Some("password"),
        Some("done=revoked") => Some("revoked"),
        _ => None,
    };
    let answer = async {
        let current = current(&state, &visit).await?;
        page(
            &state,
            &visit,
            &current,
            Told {
                notice,
                ..Told::default()
            },
        )
        .await
    };
    finish(&state, &visit, answer.await)
}

/// A form's address, opened as a page: the account is where the form is.
pub async fn back() -> Redirect {
    Redirect::to("/account/")
}

fn text(state: &AppState, visit: &Visit, key: &str) -> String {
    state.templates.texts().plain(&visit.lang, key)
}

fn done(what: &str) -> Response {
    Redirect::to(&format!("/account/?done={what}")).into_response()
}

/// `POST /account/profile/`
pub async fn profile(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        let current = current(&state, &visit).await?;
        let name = form.get("display_name");
        match state
            .parvis
            .change_profile(&current.user, name, current.user.language.as_deref())
            .await
        {
            Ok(()) => Ok(done("profile")),
            Err(error) if error.code() == ErrorCode::BadRequest => {
                let errors = Errors {
                    display_name: text(&state, &visit, "profile-error"),
                    ..Errors::default()
                };
                let values = Values {
                    display_name: name.to_owned(),
                    ..Values::default()
                };
                page(
                    &state,
                    &visit,
                    &current,
                    Told {
                        errors,
                        values,
                        ..Told::default()
                    },
                )
                .await
            }
            Err(error) => Err(error.into()),
        }
    };
    finish(&state, &visit, answer.await)
}

/// `POST /account/password/`
pub async fn password(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        let current = current(&state, &visit).await?;
        let changed = state
            .parvis
            .change_password(&current.user, &current.session, form.get("current"), form.get("new"))
            .await;
        let errors = match changed {
            Ok(()) => return Ok(done("password")),
            Err(error) => match error.code() {
                ErrorCode::Unauthorized => Errors {
                    current: text(&state, &visit, "password-error-current"),
                    ..Errors::default()
                },
                ErrorCode::BadRequest => Errors {
                    new: text(&state, &visit, "password-error-new"),
                    ..Errors::default()
                },
                _ => return Err(error.into()),
            },
        };
        page(
            &state,
            &visit,
            &current,
            Told {
                errors,
                ..Told::default()
            },
        )
        .await
    };
    finish(&state, &visit, answer.await)
}

/// `POST /account/api-keys/`: the key is in this answer and nowhere else.
pub async fn create_key(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        let current = current(&state, &visit).await?;
        let label = form.get("label");
        let told = match state
            .parvis
            .create_api_key(&visit.portal.id, &current.user, label)
            .await
        {
            Ok(made) => Told {
                new_key: Some(NewKey { secret: made.secret }),
                ..Told::default()
            },
            Err(error) if error.code() == ErrorCode::BadRequest => Told {
                errors: Errors {
                    label: text(&state, &visit, "key-label-error"),
                    ..Errors::default()
                },
                values: Values {
                    label: label.to_owned(),
                    ..Values::default()
                },
                ..Told::default()
            },
            Err(error) => return Err(error.into()),
        };
        page(&state, &visit, &current, told).await
    };
    finish(&state, &visit, answer.await)
}

/// `POST /account/api-keys/{id}/revoke/`
pub async fn revoke_key(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let answer = async {
        let current = current(&state, &visit).await?;
        let revoked = state
            .parvis
            .revoke_api_key(&visit.portal.id, &current.user, &ApiKeyId::new(id))
            .await;
        match revoked {
            Ok(()) => Ok(done("revoked")),
            Err(error) if error.code() == ErrorCode::NotFoundResource => Err(Failure::NotFound),
            Err(error) => Err(error.into()),
        }
    };
    finish(&state, &visit, answer.await)
}
