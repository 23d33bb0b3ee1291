//! Changes to what is said of a dataset. What a change does not name stays as it is, and `null` removes (RFC 7396, JSON Merge
//! Patch): the same document describes a new dataset and corrects an old one.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer};

use crate::dataset::{Dataset, DatasetMetas};
use crate::meta::TemplatesChange;
use crate::schema::{Annotations, FacetSort, Field, FieldType, Precision};
use crate::text::Localized;

/// What becomes of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is removed.
    Clear,
    /// It becomes this.
    To(T),
}

impl<T> Change<T> {
    /// Changes a value that may be missing.
    fn apply(self, value: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *value = None,
            Self::To(new) => *value = Some(new),
        }
    }

    /// Changes a value that is never missing; removed, it is the default.
    fn set(self, value: &mut T)
    where
        T: Default,
    {
        match self {
            Self::Keep => {}
            Self::Clear => *value = T::default(),
            Self::To(new) => *value = new,
        }
    }
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Self::To(value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::To))
    }
}

/// New texts per language code; `None` removes the language's. The other languages stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct TextChange(pub BTreeMap<String, Option<String>>);

impl TextChange {
    fn apply(self, text: &mut Localized) {
        for (lang, new) in self.0 {
            match new {
                Some(new) => text.0.insert(lang, new),
                None => text.0.remove(&lang),
            };
        }
    }
}

impl From<Localized> for TextChange {
    fn from(text: Localized) -> Self {
        Self(text.0.into_iter().map(|(lang, text)| (lang, Some(text))).collect())
    }
}

/// What is said anew of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetadataChange {
    /// Title.
    pub title: TextChange,
    /// Description: HTML.
    pub description: TextChange,
    /// Themes, in the portal's first language.
    pub theme: Change<Vec<String>>,
    /// Keywords.
    pub keyword: Change<Vec<String>>,
    /// Who publishes it.
    pub publisher: Change<String>,
    /// Name of the licence.
    pub license: Change<String>,
    /// Address of the licence.
    pub license_url: Change<String>,
    /// Where the data come from.
    pub references: Change<String>,
    /// Texts to quote when the data are reused.
    pub attributions: Change<Vec<String>>,
    /// The day when the data were last changed, by the publisher's word.
    pub modified: Change<NaiveDate>,
    /// Values of other templates, such as `dcat`: by template and field.
    pub templates: TemplatesChange,
    /// Whether only people with a permission see it.
    pub restricted: Change<bool>,
    /// What is said of fields.
    pub fields: Vec<FieldChange>,
}

impl MetadataChange {
    /// Changes the dataset. Its fields are [`FieldChange::apply`]'s.
    pub fn apply(self, dataset: &mut Dataset) {
        let metas: &mut DatasetMetas = &mut dataset.metas;
        self.title.apply(&mut metas.title);
        self.description.apply(&mut metas.description);
        self.theme.set(&mut metas.theme);
        self.keyword.set(&mut metas.keyword);
        self.publisher.apply(&mut metas.publisher);
        let licence = metas.license.clone();
        self.license.apply(&mut metas.license);
        // The address belongs to the licence: a new one that comes without does not keep the old one's.
        if metas.license != licence && self.license_url == Change::Keep {
            metas.license_url = None;
        }
        self.license_url.apply(&mut metas.license_url);
        self.references.apply(&mut metas.references);
        self.attributions.set(&mut metas.attributions);
        match self.modified {
            Change::Keep => {}
            Change::Clear => metas.modified = None,
            Change::To(day) => metas.modified = Some(day.and_time(NaiveTime::MIN).and_utc()),
        }
        self.templates.apply(&mut metas.templates);
        self.restricted.set(&mut dataset.restricted);
    }

    /// What is said of the field called `name`, to be added to. Exact names only: a header is another name.
    pub fn field_mut(&mut self, name: &str) -> &mut FieldChange {
        let found = self.fields.iter().position(|field| field.name == name);
        let index = found.unwrap_or_else(|| {
            self.fields.push(FieldChange {
                name: name.to_owned(),
                ..FieldChange::default()
            });
            self.fields.len() - 1
        });
        &mut self.fields[index]
    }
}

/// What is said anew of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldChange {
    /// The header of its column, or its name in the API.
    pub name: String,
    /// Name shown to people.
    pub label: TextChange,
    /// Explanation.
    pub description: TextChange,
    /// How the column is read: its type, instead of the one that its values show.
    #[serde(rename = "type")]
    pub field_type: Option<FieldType>,
    /// How the column is read: it holds several texts, with this separator.
    pub multivalued: Option<String>,
    /// Offered as a facet.
    pub facet: Change<bool>,
    /// Order of the facet's values.
    pub facetsort: Change<FacetSort>,
    /// Several values of the facet may be chosen together.
    pub disjunctive: Change<bool>,
    /// The facet is a tree; values are paths with this separator.
    pub hierarchical: Change<String>,
    /// A text field that may be sorted by.
    pub sortable: Change<bool>,
    /// Unit of measure.
    pub unit: Change<String>,
    /// Decimals to show.
    pub decimals: Change<u8>,
    /// How much of a date is shown.
    pub timeserie_precision: Change<Precision>,
    /// Part of the record's key.
    pub id: Change<bool>,
}

impl FieldChange {
    /// Changes labels, descriptions and annotations. How the column is read has shown itself when the file was.
    pub fn apply(self, field: &mut Field) {
        self.label.apply(&mut field.label);
        self.description.apply(&mut field.description);
        let annotations: &mut Annotations = &mut field.annotations;
        self.facet.set(&mut annotations.facet);
        self.facetsort.apply(&mut annotations.facetsort);
        self.disjunctive.set(&mut annotations.disjunctive);
        self.hierarchical.apply(&mut annotations.hierarchical);
        self.sortable.set(&mut annotations.sortable);
        self.unit.apply(&mut annotations.unit);
        self.decimals.apply(&mut annotations.decimals);
        self.timeserie_precision.apply(&mut annotations.timeserie_precision);
        self.id.set(&mut annotations.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DatasetUid, PortalId};
    use crate::schema::Schema;

    fn read(json: &str) -> MetadataChange {
        serde_json::from_str(json).unwrap()
    }

    fn dataset() -> Dataset {
        let time = chrono::DateTime::UNIX_EPOCH;
        Dataset {
            uid: DatasetUid::new("da_aaaaaa"),
            portal: PortalId::new("orleans"),
            slug: "arbres".to_owned(),
            restricted: false,
            metas: DatasetMetas::default(),
            schema: Schema::default(),
            version: None,
            created_at: time,
            updated_at: time,
        }
    }

    fn texts(pairs: &[(&str, &str)]) -> Localized {
        let pairs = pairs
            .iter()
            .map(|(lang, text)| ((*lang).to_owned(), (*text).to_owned()));
        Localized(pairs.collect())
    }

    #[test]
    fn what_is_not_named_stays_and_null_removes() {
        let mut field = Field::new("hauteur", FieldType::Double);
        field.label = texts(&[("fr", "Hauteur"), ("en", "Height"), ("eu", "Altuera")]);
        field.annotations.unit = Some("m".to_owned());
        field.annotations.facet = true;
        field.annotations.sortable = true;
        let change =
            r#"{"fields": [{"name": "hauteur", "label": {"en": "Size", "eu": null}, "unit": null, "facet": null}]}"#;
        read(change).fields.remove(0).apply(&mut field);
        assert_eq!(field.label, texts(&[("fr", "Hauteur"), ("en", "Size")]));
        assert_eq!((field.annotations.unit, field.annotations.facet), (None, false));
        assert!(field.annotations.sortable);
    }

    #[test]
    fn a_new_licence_does_not_keep_the_address_of_the_old_one() {
        let mut dataset = dataset();
        read(r#"{"license": "Open", "license_url": "https://open.example", "theme": ["Nature"]}"#).apply(&mut dataset);
        read(r#"{"license": "Open"}"#).apply(&mut dataset);
        assert_eq!(dataset.metas.license_url.as_deref(), Some("https://open.example"));
        read(r#"{"license": "Closed", "restricted": true}"#).apply(&mut dataset);
        assert_eq!((dataset.metas.license_url.as_deref(), dataset.restricted), (None, true));
        read(r#"{"theme": null, "restricted": null}"#).apply(&mut dataset);
        assert_eq!((dataset.metas.theme.len(), dataset.restricted), (0, false));
        assert_eq!(dataset.metas.license.as_deref(), Some("Closed"));
    }

    #[test]
    fn a_word_that_means_nothing_is_refused() {
        for (json, word) in [
            (r#"{"titel": {}}"#, "titel"),
            (r#"{"fields": [{"name": "a", "colour": "red"}]}"#, "colour"),
            (r#"{"fields": [{"name": "a", "type": "string"}]}"#, "string"),
            (r#"{"title": "no language"}"#, "no language"),
            (r#"{"modified": "yesterday"}"#, "input"),
        ] {
            let error = serde_json::from_str::<MetadataChange>(json).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
