//! What the command line says of a dataset: a file, and options that win over it.

use std::path::Path;

use anyhow::Context as _;
use parvis_model::{Change, MetadataChange, TextChange};

use crate::cli::Metadata;

/// What is said, in texts of `language` where none is named.
pub fn change(said: &Metadata, language: &str) -> anyhow::Result<MetadataChange> {
    let mut change = match &said.document {
        Some(file) => read(file)?,
        None => MetadataChange::default(),
    };
    put(&mut change.title, &said.titles, language);
    put(&mut change.description, &said.descriptions, language);
    if !said.themes.is_empty() {
        change.theme = Change::To(said.themes.clone());
    }
    if let Some(licence) = &said.licence {
        change.license = Change::To(licence.clone());
    }
    for name in &said.facets {
        change.field_mut(name).facet = Change::To(true);
    }
    for (name, label) in &said.labels {
        let texts = &mut change.field_mut(name).label.0;
        texts.insert(language.to_owned(), Some(label.clone()));
    }
    for (name, unit) in &said.units {
        change.field_mut(name).unit = Change::To(unit.clone());
    }
    for (name, field_type) in &said.field_types {
        change.field_mut(name).field_type = Some(*field_type);
    }
    for (name, separator) in &said.multivalued {
        change.field_mut(name).multivalued = Some(separator.clone());
    }
    if said.restricted || said.public {
        change.restricted = Change::To(said.restricted);
    }
    Ok(change)
}

fn read(file: &Path) -> anyhow::Result<MetadataChange> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the metadata file {} cannot be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("the metadata file {} makes no sense", file.display()))
}

fn put(texts: &mut TextChange, said: &[(Option<String>, String)], language: &str) {
    for (lang, text) in said {
        let lang = lang.as_deref().unwrap_or(language);
        texts.0.insert(lang.to_owned(), Some(text.clone()));
    }
}
