//! What the fields of a form hold, and what is said about them.

use std::collections::BTreeMap;

use parvis_cookies::registry::{Complaint, Exemption, Part};
use parvis_model::Localized;

use crate::pages::forms::Form;
use crate::render::Texts;

/// The fields that complaints name. Templates ask for each, so each is there.
const FIELDS: [&str; 31] = [
    "id",
    "name",
    "provider",
    "service",
    "purpose",
    "max_age",
    "cookie_days",
    "service_id",
    "path",
    "domain",
    "label",
    "description",
    "policy_url",
    "hosts",
    "exemption",
    "url",
    "site_id",
    "measurement_id",
    "site",
    "collection",
    "url_prefix",
    "template",
    "attribution",
    "max_zoom",
    "before",
    "after",
    "see_also",
    "note",
    "kind",
    "ground",
    "delivery",
];

/// The answers of the exemption form that are yes or no.
pub(super) const ANSWERS: [&str; 9] = [
    "own_account",
    "listed_uses",
    "anonymous",
    "no_cross_site",
    "no_sharing",
    "no_user_id",
    "address_masked",
    "not_extended",
    "opt_out",
];

/// Values and messages of a form.
#[derive(Default)]
pub(super) struct Sheet {
    pub values: BTreeMap<String, String>,
    /// By the name of the field; empty where there is nothing to say.
    pub errors: BTreeMap<&'static str, String>,
    /// What is said above the form.
    pub messages: Vec<String>,
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self {
            errors: FIELDS.iter().map(|field| (*field, String::new())).collect(),
            values: BTreeMap::from([("note".to_owned(), String::new())]),
            messages: Vec::new(),
        }
    }

    #[must_use]
    pub(super) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// A box that is ticked or not.
    #[must_use]
    pub(super) fn tick(self, name: &str, ticked: bool) -> Self {
        self.set(name, if ticked { "on" } else { "" })
    }

    /// A text in each language: `name_fr`, `name_en`.
    #[must_use]
    pub(super) fn localized(mut self, name: &str, text: &Localized, languages: &[String]) -> Self {
        for lang in languages {
            let value = text.0.get(lang).cloned().unwrap_or_default();
            self.values.insert(format!("{name}_{lang}"), value);
        }
        self
    }

    #[must_use]
    pub(super) fn exemption(self, answers: &Exemption) -> Self {
        let ticks = [
            answers.own_account,
            answers.listed_uses,
            answers.anonymous,
            answers.no_cross_site,
            answers.no_sharing,
            answers.no_user_id,
            answers.address_masked,
            answers.not_extended,
            answers.opt_out,
        ];
        let sheet = ANSWERS
            .iter()
            .zip(ticks)
            .fold(self, |sheet, (name, ticked)| sheet.tick(name, ticked));
        let months = if answers.data_months == 0 {
            String::new()
        } else {
            answers.data_months.to_string()
        };
        sheet
            .set("cookie_days", answers.cookie_days.to_string())
            .set("data_months", months)
    }

    /// The same fields with what was typed.
    #[must_use]
    pub(super) fn typed(mut self, form: &Form) -> Self {
        for (name, value) in &mut self.values {
            form.get(name).clone_into(value);
        }
        self
    }

    /// Says what is wrong: under the fields of `part`, and above the form about everything.
    #[must_use]
    pub(super) fn with_complaints(mut self, texts: &Texts, lang: &str, complaints: &[Complaint], part: &Part) -> Self {
        for complaint in complaints {
            let message = texts.plain(lang, &format!("problem-{}", complaint.problem.as_str()));
            let label = texts.plain(lang, &format!("field-{}", complaint.field.replace('_', "-")));
            let colon = texts.plain(lang, "colon");
            let of = match &complaint.part {
                own if own == part => String::new(),
                Part::Entry(id) | Part::Service(id) | Part::Wording(id) => format!("{id}{colon}"),
                Part::Charter => String::new(),
            };
            self.messages.push(format!("{of}{label}{colon}{message}"));
            if complaint.part == *part {
                self.errors.insert(complaint.field, message);
            }
        }
        self
    }

    #[must_use]
    pub(super) fn with_message(mut self, message: String) -> Self {
        self.messages.push(message);
        self
    }
}

/// A text in each of `languages`, as it was typed. A language without a text is left out.
pub(super) fn localized(form: &Form, name: &str, languages: &[String]) -> Localized {
    let typed = languages.iter().map(|lang| {
        let text = form.get(&format!("{name}_{lang}")).replace("\r\n", "\n");
        (lang.clone(), text.trim().to_owned())
    });
    Localized(typed.filter(|(_, text)| !text.is_empty()).collect())
}

/// The answers of the exemption form. A number that cannot be read is an answer that meets nothing.
pub(super) fn exemption(form: &Form) -> Exemption {
    let yes = |name: &str| !form.get(name).is_empty();
    Exemption {
        own_account: yes("own_account"),
        listed_uses: yes("listed_uses"),
        anonymous: yes("anonymous"),
        no_cross_site: yes("no_cross_site"),
        no_sharing: yes("no_sharing"),
        no_user_id: yes("no_user_id"),
        address_masked: yes("address_masked"),
        cookie_days: form.get("cookie_days").trim().parse().unwrap_or(u32::MAX),
        not_extended: yes("not_extended"),
        data_months: form.get("data_months").trim().parse().unwrap_or(0),
        opt_out: yes("opt_out"),
    }
}

/// A value that may be left empty.
pub(super) fn optional(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name).trim().to_owned()).filter(|value| !value.is_empty())
}

/// A slug from `text` that `taken` does not know yet.
pub(super) fn fresh_id(text: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let words: Vec<_> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let mut stem: String = words.join("-").chars().take(32).collect();
    stem.truncate(stem.trim_end_matches('-').len());
    if stem.is_empty() {
        "item".clone_into(&mut stem);
    }
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    std::iter::once(stem.clone())
        .chain(numbered)
        .find(|id| !taken(id))
        .expect("there are more numbers than entries")
}
