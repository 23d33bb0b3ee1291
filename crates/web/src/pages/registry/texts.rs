//! The portal's wording of the product's entries, and what its charter says around the table.

use axum::extract::{Path, State};
use axum::response::Response;
use parvis_cookies::registry::{CharterTexts, EntryId, Part, Wording};
use parvis_portal::registry::Draft;

use super::sheet::{Sheet, localized, optional};
use super::{Refusal, Subject, draft, form_page, revise, saved};
use crate::pages::forms::Form;
use crate::pages::{Answer, Failure, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

fn product(id: &str) -> Result<EntryId, Failure> {
    EntryId::ALL
        .into_iter()
        .find(|own| own.as_str() == id)
        .ok_or(Failure::NotFound)
}

fn wording_page(
    state: &AppState,
    visit: &Visit,
    draft: &Draft,
    id: EntryId,
    shown: Option<(&Form, &Refusal)>,
) -> Answer {
    let id = id.as_str();
    let own = draft.additions.wording.get(id).cloned().unwrap_or_default();
    let languages = &visit.portal.languages;
    let sheet = Sheet::new()
        .localized("service", &own.service, languages)
        .localized("purpose", &own.purpose, languages)
        .set("provider", own.provider.unwrap_or_default());
    let sheet = match shown {
        Some((form, _)) => sheet.typed(form),
        None => sheet,
    };
    // What stands where nothing is typed.
    let entry = visit.registry.entries().iter().find(|entry| entry.id == id);
    let (service, purpose) = entry
        .map(|entry| (entry.service.clone(), entry.purpose.clone()))
        .unwrap_or_default();
    let data = view! { name => id, provider => visit.portal.provider, service => service, purpose => purpose };
    let subject = Subject {
        template: "backoffice/wording.html",
        title: "registry-wording",
        action: format!("/backoffice/cookies/wording/{id}/"),
        part: Part::Wording(id.to_owned()),
        data,
        draft,
    };
    form_page(state, visit, subject, sheet, shown.map(|(_, refusal)| refusal))
}

/// `GET /backoffice/cookies/wording/{id}/`
pub async fn wording(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        wording_page(&state, &visit, &draft, product(&id)?, None)
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/cookies/wording/{id}/`
pub async fn save_wording(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let id = product(&id)?;
        let wording = Wording {
            service: localized(&form, "service", &visit.portal.languages),
            purpose: localized(&form, "purpose", &visit.portal.languages),
            provider: optional(&form, "provider"),
        };
        let mut additions = draft.additions.clone();
        if wording == Wording::default() {
            additions.wording.remove(id.as_str());
        } else {
            additions.wording.insert(id.as_str().to_owned(), wording);
        }
        match revise(&state, &visit, &form, &draft, additions).await? {
            Ok(()) => Ok(saved()),
            Err(refusal) => wording_page(&state, &visit, &draft, id, Some((&form, &refusal))),
        }
    };
    finish(&state, &visit, answer.await)
}

fn charter_page(state: &AppState, visit: &Visit, draft: &Draft, shown: Option<(&Form, &Refusal)>) -> Answer {
    let texts = &draft.additions.charter;
    let languages = &visit.portal.languages;
    let sheet = Sheet::new()
        .localized("before", &texts.before, languages)
        .localized("after", &texts.after, languages)
        .set("see_also", texts.see_also.clone().unwrap_or_default())
        .tick("durations", texts.durations);
    let sheet = match shown {
        Some((form, _)) => sheet.typed(form),
        None => sheet,
    };
    let subject = Subject {
        template: "backoffice/charter.html",
        title: "registry-charter",
        action: "/backoffice/cookies/charter/".to_owned(),
        part: Part::Charter,
        data: minijinja::context! {},
        draft,
    };
    form_page(state, visit, subject, sheet, shown.map(|(_, refusal)| refusal))
}

/// `GET /backoffice/cookies/charter/`
pub async fn charter(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        charter_page(&state, &visit, &draft, None)
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/cookies/charter/`
pub async fn save_charter(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let mut additions = draft.additions.clone();
        additions.charter = CharterTexts {
            before: localized(&form, "before", &visit.portal.languages),
            after: localized(&form, "after", &visit.portal.languages),
            see_also: optional(&form, "see_also"),
            durations: !form.get("durations").is_empty(),
        };
        match revise(&state, &visit, &form, &draft, additions).await? {
            Ok(()) => Ok(saved()),
            Err(refusal) => charter_page(&state, &visit, &draft, Some((&form, &refusal))),
        }
    };
    finish(&state, &visit, answer.await)
}
