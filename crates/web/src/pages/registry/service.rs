//! Services that the portal uses: added from the ready-made kinds, edited, retired and taken back.

use axum::extract::{Path, State};
use axum::response::Response;
use parvis_cookies::registry::{Additions, Part};
use parvis_cookies::service::{Delivery, Purpose, Service, ServiceKind};
use parvis_portal::registry::Draft;

use super::sheet::{self, Sheet, fresh_id, localized, optional};
use super::{Refusal, Subject, draft, form_page, revise, saved};
use crate::pages::forms::Form;
use crate::pages::{Answer, Failure, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// The settings of a kind as fields.
fn settings(sheet: Sheet, kind: &ServiceKind) -> Sheet {
    let count = |number: u32| if number == 0 { String::new() } else { number.to_string() };
    match kind {
        ServiceKind::YouTube {} | ServiceKind::Vimeo {} | ServiceKind::Dailymotion {} | ServiceKind::Own {} => sheet,
        ServiceKind::Matomo { url, site_id, .. } => sheet.set("url", url.as_str()).set("site_id", count(*site_id)),
        ServiceKind::GoogleAnalytics { measurement_id } => sheet.set("measurement_id", measurement_id.as_str()),
        ServiceKind::Piano { site, collection } => {
            sheet.set("site", count(*site)).set("collection", collection.as_str())
        }
        ServiceKind::Iframe { url_prefix } => sheet.set("url_prefix", url_prefix.as_str()),
        ServiceKind::Tiles {
            template,
            attribution,
            max_zoom,
            delivery,
        } => sheet
            .set("template", template.as_str())
            .set("attribution", attribution.as_str())
            .set("max_zoom", max_zoom.to_string())
            .set(
                "delivery",
                if *delivery == Delivery::Proxied {
                    "proxied"
                } else {
                    "consented"
                },
            ),
    }
}

/// The kind with the settings that were typed. A number that cannot be read is 0, which no setting takes.
fn typed_kind(form: &Form, old: &ServiceKind) -> ServiceKind {
    let text = |name: &str| form.get(name).trim().to_owned();
    let number = |name: &str| form.get(name).trim().parse().unwrap_or(0);
    match old {
        ServiceKind::YouTube {} | ServiceKind::Vimeo {} | ServiceKind::Dailymotion {} | ServiceKind::Own {} => {
            old.clone()
        }
        ServiceKind::Matomo { .. } => ServiceKind::Matomo {
            url: text("url").trim_end_matches('/').to_owned(),
            site_id: number("site_id"),
            cookieless: true,
        },
        ServiceKind::GoogleAnalytics { .. } => ServiceKind::GoogleAnalytics {
            measurement_id: text("measurement_id"),
        },
        ServiceKind::Piano { .. } => ServiceKind::Piano {
            site: number("site"),
            collection: text("collection"),
        },
        ServiceKind::Iframe { .. } => ServiceKind::Iframe {
            url_prefix: text("url_prefix"),
        },
        ServiceKind::Tiles { .. } => ServiceKind::Tiles {
            template: text("template"),
            attribution: text("attribution"),
            max_zoom: form.get("max_zoom").trim().parse().unwrap_or(0),
            delivery: if form.get("delivery") == "consented" {
                Delivery::Consented
            } else {
                Delivery::Proxied
            },
        },
    }
}

/// The fields as `service` fills them.
fn sheet_of(service: &Service, languages: &[String]) -> Sheet {
    let sheet = Sheet::new()
        .set("provider", service.provider.as_str())
        .localized("label", &service.label, languages)
        .localized("description", &service.description, languages)
        .set("purpose", service.purpose.as_str())
        .set("policy_url", service.policy_url.clone().unwrap_or_default())
        .set("hosts", service.hosts.join("\n"));
    let sheet = settings(sheet, &service.kind);
    if service.kind.can_be_exempt() {
        sheet.exemption(&service.exemption.clone().unwrap_or_default())
    } else {
        sheet
    }
}

/// The service that was typed, in place of `old`.
fn typed(form: &Form, old: &Service, languages: &[String]) -> Service {
    let hosts = form.get("hosts").split_whitespace().map(str::to_owned).collect();
    Service {
        id: old.id.clone(),
        purpose: Purpose::parse(form.get("purpose")).unwrap_or(old.purpose),
        provider: form.get("provider").trim().to_owned(),
        label: localized(form, "label", languages),
        description: localized(form, "description", languages),
        policy_url: optional(form, "policy_url"),
        kind: typed_kind(form, &old.kind),
        hosts,
        exemption: old.kind.can_be_exempt().then(|| sheet::exemption(form)),
        valid_from: old.valid_from,
        valid_to: old.valid_to,
    }
}

/// Where a form is, and what complaints are about: a service that is not there yet has the address of its kind.
struct Place {
    url: String,
    new: bool,
}

impl Place {
    fn of(service: &Service) -> Self {
        Self {
            url: format!("/backoffice/cookies/services/{}/", service.id),
            new: false,
        }
    }

    fn new(service: &Service) -> Self {
        Self {
            url: format!("/backoffice/cookies/services/new/{}/", service.kind.name()),
            new: true,
        }
    }
}

/// The page of the form of `service`.
fn page(
    state: &AppState,
    visit: &Visit,
    draft: &Draft,
    (place, service): (&Place, &Service),
    shown: Option<(&Form, &Refusal)>,
) -> Answer {
    let sheet = sheet_of(service, &visit.portal.languages);
    let sheet = match shown {
        Some((form, _)) => sheet.typed(form),
        None => sheet,
    };
    let unmet = service
        .exemption
        .as_ref()
        .map(|answers| answers.unmet())
        .unwrap_or_default();
    let entries = service.entries();
    let brings: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.kind.as_str()))
        .collect();
    let data = view! {
        new => place.new,
        kind => service.kind.name(),
        purposes => Purpose::ALL.map(Purpose::as_str),
        can_be_exempt => service.kind.can_be_exempt(),
        exempt => service.is_exempt(),
        answers => sheet::ANSWERS,
        unmet => unmet.into_iter().map(|criterion| criterion.as_str()).collect::<Vec<_>>(),
        brings,
        retired => service.valid_to.is_some(),
        retire_url => format!("{}retire/", place.url),
    };
    let subject = Subject {
        template: "backoffice/service.html",
        title: if place.new {
            "registry-service-new"
        } else {
            "registry-service-edit"
        },
        action: place.url.clone(),
        part: Part::Service(service.id.clone()),
        data,
        draft,
    };
    form_page(state, visit, subject, sheet, shown.map(|(_, refusal)| refusal))
}

fn template(kind: &str, visit: &Visit) -> Result<Service, Failure> {
    Service::template(kind, &visit.portal.languages).ok_or(Failure::NotFound)
}

/// `GET /backoffice/cookies/services/new/{kind}/`
pub async fn blank(State(state): State<AppState>, visit: Visit, Path(kind): Path<String>) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let service = template(&kind, &visit)?;
        page(&state, &visit, &draft, (&Place::new(&service), &service), None)
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/cookies/services/new/{kind}/`
pub async fn add(State(state): State<AppState>, visit: Visit, Path(kind): Path<String>, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let start = template(&kind, &visit)?;
        let first = form.get(&format!("label_{}", visit.portal.default_language()));
        let stem = if start.id.is_empty() { first } else { &start.id };
        let id = fresh_id(stem, |id| draft.additions.service(id).is_some());
        let new = Service {
            id,
            ..typed(&form, &start, &visit.portal.languages)
        };
        let mut additions = draft.additions.clone();
        additions.services.push(new.clone());
        match revise(&state, &visit, &form, &draft, additions).await? {
            Ok(()) => Ok(saved()),
            Err(refusal) => {
                let place = Place::new(&new);
                page(&state, &visit, &draft, (&place, &new), Some((&form, &refusal)))
            }
        }
    };
    finish(&state, &visit, answer.await)
}

fn known<'a>(additions: &'a Additions, id: &str) -> Result<&'a Service, Failure> {
    additions.service(id).ok_or(Failure::NotFound)
}

/// `GET /backoffice/cookies/services/{id}/`
pub async fn edit(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let service = known(&draft.additions, &id)?;
        page(&state, &visit, &draft, (&Place::of(service), service), None)
    };
    finish(&state, &visit, answer.await)
}

/// Puts `service` in the place of the one with its id, and keeps it.
async fn replace(state: &AppState, visit: &Visit, form: &Form, draft: &Draft, service: Service) -> Answer {
    let mut additions = draft.additions.clone();
    if let Some(place) = additions.services.iter_mut().find(|other| other.id == service.id) {
        *place = service.clone();
    }
    match revise(state, visit, form, draft, additions).await? {
        Ok(()) => Ok(saved()),
        Err(refusal) => {
            let place = Place::of(&service);
            page(state, visit, draft, (&place, &service), Some((form, &refusal)))
        }
    }
}

/// `POST /backoffice/cookies/services/{id}/`
pub async fn save(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let service = typed(&form, known(&draft.additions, &id)?, &visit.portal.languages);
        replace(&state, &visit, &form, &draft, service).await
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/cookies/services/{id}/retire/`: retires a service, or takes back one that was.
pub async fn retire(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let service = known(&draft.additions, &id)?.clone();
        let today = state.clock.now().date_naive();
        let valid_to = if service.valid_to.is_some() { None } else { Some(today) };
        let form = form.or(&sheet_of(&service, &visit.portal.languages).values);
        replace(&state, &visit, &form, &draft, Service { valid_to, ..service }).await
    };
    finish(&state, &visit, answer.await)
}
