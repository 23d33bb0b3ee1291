//! Entries that the portal declares: added, edited, retired and taken back.

use axum::extract::{Path, State};
use axum::response::Response;
use parvis_cookies::registry::{
    AddedEntry, Additions, DomainRule, EntryId, Ground, Kind, Name, Necessity, Part, SameSite, SetBy,
};
use parvis_model::Localized;
use parvis_portal::registry::Draft;

use super::sheet::{self, Sheet, fresh_id, localized, optional};
use super::{Refusal, Subject, draft, form_page, revise, saved};
use crate::pages::forms::Form;
use crate::pages::{Answer, Failure, finish};
use crate::render::view;
use crate::state::AppState;
use crate::visit::Visit;

/// Units of a life, with their seconds, the longest first.
const UNITS: [(&str, u32); 3] = [("day", 86_400), ("hour", 3_600), ("minute", 60)];

/// An entry before anything was typed.
fn empty() -> AddedEntry {
    AddedEntry {
        id: String::new(),
        kind: Kind::Cookie,
        name: Name::new(""),
        provider: String::new(),
        service: Localized::default(),
        purpose: Localized::default(),
        ground: Ground::Consent,
        service_id: None,
        max_age: None,
        domain: DomainRule::HostOnly,
        set_by: SetBy::Script,
        path: "/".to_owned(),
        secure: true,
        http_only: false,
        same_site: None,
        valid_from: None,
        valid_to: None,
    }
}

fn set_by(name: &str) -> SetBy {
    match name {
        "server" => SetBy::Server,
        "third_party" => SetBy::ThirdParty,
        _ => SetBy::Script,
    }
}

fn same_site(name: &str) -> Option<SameSite> {
    [SameSite::Lax, SameSite::Strict, SameSite::None]
        .into_iter()
        .find(|rule| rule.as_str() == name)
}

/// The fields as `entry` fills them.
fn sheet_of(entry: &AddedEntry, languages: &[String]) -> Sheet {
    let (ground, necessity, answers) = match &entry.ground {
        Ground::Necessary(necessity) => ("necessary", necessity.as_str(), None),
        Ground::Measurement(answers) => ("measurement", "", Some(answers.clone())),
        Ground::Consent => ("consent", "", None),
    };
    let unit = UNITS
        .iter()
        .find(|(_, seconds)| entry.max_age.is_none_or(|life| life % seconds == 0));
    let (unit, seconds) = unit.copied().unwrap_or(("minute", 60));
    let life = entry.max_age.map(|life| life.div_ceil(seconds).to_string());
    let (owner, domain) = match &entry.domain {
        DomainRule::HostOnly => ("own", ""),
        DomainRule::ThirdParty(host) => ("other", host.as_str()),
    };
    let set_by = match entry.set_by {
        SetBy::Server => "server",
        SetBy::Script => "script",
        SetBy::ThirdParty => "third_party",
    };
    Sheet::new()
        .set("kind", entry.kind.as_str())
        .set("name", entry.name.as_str())
        .set("provider", entry.provider.as_str())
        .localized("service", &entry.service, languages)
        .localized("purpose", &entry.purpose, languages)
        .set("ground", ground)
        .set("necessity", necessity)
        .exemption(&answers.unwrap_or_default())
        .set("service_id", entry.service_id.clone().unwrap_or_default())
        .set("life", life.unwrap_or_default())
        .set("unit", unit)
        .set("owner", owner)
        .set("domain", domain)
        .set("set_by", set_by)
        .set("path", entry.path.as_str())
        .tick("secure", entry.secure)
        .tick("http_only", entry.http_only)
        .set("same_site", entry.same_site.map_or("", SameSite::as_str))
}

/// The entry that was typed, in place of `old`. What cannot be read becomes what may not be declared.
fn typed(form: &Form, old: &AddedEntry, languages: &[String]) -> AddedEntry {
    let kind = Kind::parse(form.get("kind")).unwrap_or(Kind::Cookie);
    let seconds = UNITS
        .iter()
        .find(|(unit, _)| *unit == form.get("unit"))
        .map_or(86_400, |(_, seconds)| *seconds);
    let life = optional(form, "life").map(|life| {
        life.parse::<u32>()
            .map_or(u32::MAX, |life| life.saturating_mul(seconds))
    });
    let name = form.get("name").trim();
    let domain = match (kind, form.get("owner")) {
        (Kind::ThirdPartyHost, _) => DomainRule::ThirdParty(name.to_owned()),
        (_, "other") => DomainRule::ThirdParty(form.get("domain").trim().to_owned()),
        _ => DomainRule::HostOnly,
    };
    let ground = match form.get("ground") {
        "necessary" => Necessity::parse(form.get("necessity")).map_or(Ground::Consent, Ground::Necessary),
        "measurement" => Ground::Measurement(sheet::exemption(form)),
        _ => Ground::Consent,
    };
    AddedEntry {
        id: old.id.clone(),
        kind,
        name: Name::new(name),
        provider: form.get("provider").trim().to_owned(),
        service: localized(form, "service", languages),
        purpose: localized(form, "purpose", languages),
        ground,
        service_id: optional(form, "service_id"),
        max_age: life,
        set_by: if kind == Kind::ThirdPartyHost {
            SetBy::ThirdParty
        } else {
            set_by(form.get("set_by"))
        },
        domain,
        path: optional(form, "path").unwrap_or_else(|| "/".to_owned()),
        secure: !form.get("secure").is_empty(),
        http_only: !form.get("http_only").is_empty(),
        same_site: same_site(form.get("same_site")),
        valid_from: old.valid_from,
        valid_to: old.valid_to,
    }
}

/// The page of the form of `entry`, which is `new` or there already.
fn page(
    state: &AppState,
    visit: &Visit,
    draft: &Draft,
    (new, entry): (bool, &AddedEntry),
    shown: Option<(&Form, &Refusal)>,
) -> Answer {
    let sheet = sheet_of(entry, &visit.portal.languages);
    let sheet = match shown {
        Some((form, _)) => sheet.typed(form),
        None => sheet,
    };
    let place = if new { "new" } else { &entry.id };
    let unmet: Vec<_> = match &entry.ground {
        Ground::Measurement(answers) => answers
            .unmet()
            .into_iter()
            .map(|criterion| criterion.as_str())
            .collect(),
        _ => Vec::new(),
    };
    let living = draft
        .additions
        .services
        .iter()
        .filter(|service| service.valid_to.is_none());
    let services: Vec<_> = living
        .map(|service| (service.id.clone(), super::lists::label(visit, &service.label)))
        .collect();
    let data = view! {
        new,
        kinds => Kind::ALL.map(Kind::as_str),
        necessities => Necessity::ALL.map(Necessity::as_str),
        answers => sheet::ANSWERS,
        services,
        unmet,
        retired => entry.valid_to.is_some(),
        retire_url => format!("/backoffice/cookies/entries/{place}/retire/"),
    };
    let subject = Subject {
        template: "backoffice/entry.html",
        title: if new {
            "registry-entry-new"
        } else {
            "registry-entry-edit"
        },
        action: format!("/backoffice/cookies/entries/{place}/"),
        part: Part::Entry(entry.id.clone()),
        data,
        draft,
    };
    form_page(state, visit, subject, sheet, shown.map(|(_, refusal)| refusal))
}

/// `GET /backoffice/cookies/entries/new/`
pub async fn blank(State(state): State<AppState>, visit: Visit) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        page(&state, &visit, &draft, (true, &empty()), None)
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/cookies/entries/new/`
pub async fn add(State(state): State<AppState>, visit: Visit, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let taken = |id: &str| draft.additions.entry(id).is_some() || EntryId::ALL.iter().any(|own| own.as_str() == id);
        let id = fresh_id(form.get("name"), taken);
        let new = typed(&form, &AddedEntry { id, ..empty() }, &visit.portal.languages);
        let mut additions = draft.additions.clone();
        additions.entries.push(new.clone());
        match revise(&state, &visit, &form, &draft, additions).await? {
            Ok(()) => Ok(saved()),
            Err(refusal) => page(&state, &visit, &draft, (true, &new), Some((&form, &refusal))),
        }
    };
    finish(&state, &visit, answer.await)
}

fn known<'a>(additions: &'a Additions, id: &str) -> Result<&'a AddedEntry, Failure> {
    additions.entry(id).ok_or(Failure::NotFound)
}

/// `GET /backoffice/cookies/entries/{id}/`
pub async fn edit(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        page(&state, &visit, &draft, (false, known(&draft.additions, &id)?), None)
    };
    finish(&state, &visit, answer.await)
}

/// Puts `entry` in the place of the one with its id, and keeps it.
async fn replace(state: &AppState, visit: &Visit, form: &Form, draft: &Draft, entry: AddedEntry) -> Answer {
    let mut additions = draft.additions.clone();
    if let Some(place) = additions.entries.iter_mut().find(|other| other.id == entry.id) {
        *place = entry.clone();
    }
    match revise(state, visit, form, draft, additions).await? {
        Ok(()) => Ok(saved()),
        Err(refusal) => page(state, visit, draft, (false, &entry), Some((form, &refusal))),
    }
}

/// `POST /backoffice/cookies/entries/{id}/`
pub async fn save(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let entry = typed(&form, known(&draft.additions, &id)?, &visit.portal.languages);
        replace(&state, &visit, &form, &draft, entry).await
    };
    finish(&state, &visit, answer.await)
}

/// `POST /backoffice/cookies/entries/{id}/retire/`: retires an entry, or takes back one that was.
pub async fn retire(State(state): State<AppState>, visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let answer = async {
        let draft = draft(&state, &visit).await?;
        let entry = known(&draft.additions, &id)?.clone();
        let today = state.clock.now().date_naive();
        let valid_to = if entry.valid_to.is_some() { None } else { Some(today) };
        let form = form.or(&sheet_of(&entry, &visit.portal.languages).values);
        replace(&state, &visit, &form, &draft, AddedEntry { valid_to, ..entry }).await
    };
    finish(&state, &visit, answer.await)
}
