//! The catalogue in the DCAT application profile for European portals (DCAT-AP 3).
//!
//! What the profile asks for and datasets do not state is left out: a guess would be worse. A dataset that states a category of
//! high-value data is under the regulation that defines them, so that one is named too (DCAT-AP HVD).

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use parvis_formats::Format;
use parvis_formats::write::rdf::{Name, Node, Object, Prefixes, Syntax};
use parvis_model::Dataset;
use parvis_model::meta::{HVD_CATEGORIES, MetaValue};
use url::form_urlencoded::byte_serialize;

use super::{CatalogExport, Pieces, around};
use crate::Viewer;

const DATASET: Name = Name::of("dcat", "dataset");
const TITLE: Name = Name::of("dcterms", "title");
const DESCRIPTION: Name = Name::of("dcterms", "description");
const LANGUAGE: Name = Name::of("dcterms", "language");
const PUBLISHER: Name = Name::of("dcterms", "publisher");
const LICENSE: Name = Name::of("dcterms", "license");
const ISSUED: Name = Name::of("dcterms", "issued");
const MODIFIED: Name = Name::of("dcterms", "modified");
const RIGHTS: Name = Name::of("dcterms", "rights");
const LABEL: Name = Name::of("rdfs", "label");
const NAME: Name = Name::of("foaf", "name");

/// The catalogue in one of the syntaxes.
pub(super) fn pieces(datasets: Vec<Arc<Dataset>>, viewer: Viewer, options: CatalogExport, syntax: Syntax) -> Pieces {
    let (prefixes, catalogue) = (prefixes(), catalogue(&viewer));
    let parts: Vec<String> = datasets.iter().map(|dataset| page(dataset, &viewer)).collect();
    let mut before = Vec::new();
    syntax.head(&prefixes, &mut before);
    syntax.open(&catalogue, &DATASET, &parts, &prefixes, &mut before);
    let mut after = Vec::new();
    syntax.close(&catalogue, &mut after);
    syntax.tail(&mut after);
    let piece = move |_: usize, one: &Dataset| {
        let mut out = Vec::new();
        syntax.part(&DATASET, &dataset(one, &viewer, &options), &prefixes, &mut out);
        out
    };
    around(datasets, before, piece, after)
}

/// The namespaces that catalogues use.
pub(super) fn prefixes() -> Prefixes {
    [
        ("dcat", "http://www.w3.org/ns/dcat#"),
        ("dcatap", "http://data.europa.eu/r5r/"),
        ("dcterms", "http://purl.org/dc/terms/"),
        ("foaf", "http://xmlns.com/foaf/0.1/"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("skos", "http://www.w3.org/2004/02/skos/core#"),
        ("vcard", "http://www.w3.org/2006/vcard/ns#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ]
    .map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned()))
    .to_vec()
}

/// Where the portal's list of datasets is.
fn explore(viewer: &Viewer) -> String {
    format!("{}/explore/", viewer.portal.public_url)
}

/// Where the datasets with a value of a facet are.
fn refined(viewer: &Viewer, facet: &str, value: &str) -> String {
    let value: String = byte_serialize(value.as_bytes()).collect();
    format!("{}?refine.{facet}={value}", explore(viewer))
}

/// The page of a dataset, which identifies it.
pub(super) fn page(dataset: &Dataset, viewer: &Viewer) -> String {
    format!("{}dataset/{}/", explore(viewer), dataset.slug)
}

/// Where a dataset is in a format; tables with labels when the options say so.
pub(super) fn download(dataset: &Dataset, format: Format, viewer: &Viewer, labels: bool) -> String {
    let base = &viewer.portal.public_url;
    let labelled = labels && matches!(format, Format::Csv | Format::Xlsx);
    format!(
        "{base}/api/explore/v2.1/catalog/datasets/{}/exports/{}{}",
        dataset.slug,
        format.name(),
        if labelled { "?use_labels=true" } else { "" }
    )
}

/// The formats of the options that the dataset can be had in.
pub(super) fn distributions<'a>(dataset: &'a Dataset, options: &'a CatalogExport) -> impl Iterator<Item = Format> + 'a {
    let published = dataset.version.is_some();
    let formats = options.distributions.iter().copied();
    formats.filter(move |format| published && crate::export::holds(*format, dataset))
}

/// A media type without its parameters.
pub(super) fn media_type(format: Format) -> &'static str {
    let whole = format.media_type();
    whole.split_once(';').map_or(whole, |(name, _)| name)
}

/// The language as the authority that DCAT portals refer to has it.
fn language(lang: &str) -> Object {
    Object::Iri(format!("http://id.loc.gov/vocabulary/iso639-1/{lang}"))
}

fn time(time: DateTime<Utc>) -> Object {
    let text = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    Object::Typed(text, Name::of("xsd", "dateTime"))
}

fn agent(iri: String, name: &str) -> Object {
    let mut agent = Node::new(iri, Name::of("foaf", "Agent"));
    agent.say_text(NAME, Some(name));
    Object::Node(agent)
}

fn catalogue(viewer: &Viewer) -> Node {
    let (portal, lang) = (&viewer.portal, viewer.lang.as_str());
    let mut node = Node::new(explore(viewer), Name::of("dcat", "Catalog"));
    let name = portal.name(lang);
    let tagline = portal.tagline.get(lang, portal.default_language()).unwrap_or(name);
    node.say(TITLE, Object::Localized(name.to_owned(), lang.to_owned()));
    node.say(DESCRIPTION, Object::Localized(tagline.to_owned(), lang.to_owned()));
    node.say(PUBLISHER, agent(format!("{}/", portal.public_url), name));
    for lang in &portal.languages {
        node.say(LANGUAGE, language(lang));
    }
    node.say(
        Name::of("foaf", "homepage"),
        Object::Iri(format!("{}/", portal.public_url)),
    );
    node
}

/// The licence of a dataset: an address, or a name for people.
fn license(dataset: &Dataset) -> Option<Object> {
    let (name, address) = (dataset.metas.license.as_deref(), dataset.metas.license_url.as_deref());
    let class = Name::of("dcterms", "LicenseDocument");
    let mut document = match address.filter(|address| is_address(address)) {
        Some(address) => Node::new(address, class),
        None => Node::blank(class),
    };
    name.or(address)?;
    document.say_text(TITLE, name.or(address));
    Some(Object::Node(document))
}

fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// The regulation on high-value datasets.
const HVD_REGULATION: &str = "http://data.europa.eu/eli/reg_impl/2023/138/oj";
const LEGISLATION: Name = Name::of("dcatap", "applicableLegislation");

/// The texts of a field of a template.
fn stated(dataset: &Dataset, template: &str, field: &str) -> Vec<String> {
    dataset.meta(template, field).map(MetaValue::texts).unwrap_or_default()
}

/// The categories of high-value data, by their identifiers.
fn hvd_categories(dataset: &Dataset) -> Vec<&'static str> {
    let words = stated(dataset, "dcat_ap", "hvd_category");
    let known = HVD_CATEGORIES
        .iter()
        .filter(|(word, _)| words.iter().any(|said| said == word));
    known.map(|(_, identifier)| *identifier).collect()
}

/// What a dataset is published under the law of.
fn legislation(dataset: &Dataset) -> Vec<String> {
    let mut all = stated(dataset, "dcat_ap", "applicable_legislation");
    if !hvd_categories(dataset).is_empty() && !all.iter().any(|one| one == HVD_REGULATION) {
        all.push(HVD_REGULATION.to_owned());
    }
    all
}

fn say_legislation(dataset: &Dataset, node: &mut Node) {
    for one in legislation(dataset) {
        node.say(LEGISLATION, Object::Iri(one));
    }
}

/// A mail address as an identifier, if it can be one.
pub(super) fn mail(dataset: &Dataset) -> Option<String> {
    let address = stated(dataset, "dcat", "contact_email").pop()?;
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "@.+-_".contains(sign);
    (address.contains('@') && address.chars().all(plain)).then(|| format!("mailto:{address}"))
}

/// Whom to ask about a dataset.
fn contact(dataset: &Dataset) -> Option<Object> {
    let name = stated(dataset, "dcat", "contact_name").pop();
    let page = stated(dataset, "dcat_ap", "contact_url").pop();
    let mail = mail(dataset);
    if name.is_none() && page.is_none() && mail.is_none() {
        return None;
    }
    let mut card = Node::blank(Name::of("vcard", "Kind"));
    card.say_text(Name::of("vcard", "fn"), name.as_deref());
    for (property, value) in [("hasEmail", mail), ("hasURL", page)] {
        if let Some(value) = value {
            card.say(Name::of("vcard", property), Object::Iri(value));
        }
    }
    Some(Object::Node(card))
}

/// Texts to quote on reuse.
fn rights(dataset: &Dataset) -> Option<Object> {
    let texts = &dataset.metas.attributions;
    if texts.is_empty() {
        return None;
    }
    let mut statement = Node::blank(Name::of("dcterms", "RightsStatement"));
    statement.say_text(LABEL, Some(&texts.join(" ; ")));
    Some(Object::Node(statement))
}

fn dataset(dataset: &Dataset, viewer: &Viewer, options: &CatalogExport) -> Node {
    let metas = &dataset.metas;
    let page = page(dataset, viewer);
    let mut node = Node::new(page.as_str(), Name::of("dcat", "Dataset"));
    for (lang, title) in &metas.title.0 {
        node.say(TITLE, Object::Localized(title.clone(), lang.clone()));
    }
    if metas.title.0.is_empty() {
        node.say_text(TITLE, Some(&dataset.slug));
    }
    for (lang, description) in &metas.description.0 {
        node.say(DESCRIPTION, Object::Localized(description.clone(), lang.clone()));
    }
    node.say_text(Name::of("dcterms", "identifier"), Some(&page));
    node.say(ISSUED, time(dataset.created_at));
    node.say(MODIFIED, time(dataset.modified()));
    if let Some(publisher) = &metas.publisher {
        node.say(PUBLISHER, agent(refined(viewer, "publisher", publisher), publisher));
    }
    node.say(LANGUAGE, language(&viewer.lang));
    for keyword in &metas.keyword {
        node.say_text(Name::of("dcat", "keyword"), Some(keyword));
    }
    for theme in &metas.theme {
        let mut concept = Node::new(refined(viewer, "theme", theme), Name::of("skos", "Concept"));
        concept.say(
            Name::of("skos", "prefLabel"),
            Object::Localized(theme.clone(), viewer.lang.clone()),
        );
        node.say(Name::of("dcat", "theme"), Object::Node(concept));
    }
    let source = metas.references.as_deref().filter(|address| is_address(address));
    if let Some(source) = source {
        node.say(Name::of("dcterms", "source"), Object::Iri(source.to_owned()));
    }
    node.say(Name::of("dcat", "landingPage"), Object::Iri(page));
    if let Some(contact) = contact(dataset) {
        node.say(Name::of("dcat", "contactPoint"), contact);
    }
    for category in hvd_categories(dataset) {
        node.say(Name::of("dcatap", "hvdCategory"), Object::Iri(category.to_owned()));
    }
    say_legislation(dataset, &mut node);
    if let Some(said) = license(dataset) {
        node.say(LICENSE, said);
    }
    if let Some(said) = rights(dataset) {
        node.say(RIGHTS, said);
    }
    for format in distributions(dataset, options) {
        let distribution = distribution(dataset, format, viewer, options.labels);
        node.say(Name::of("dcat", "distribution"), Object::Node(distribution));
    }
    node
}

fn distribution(dataset: &Dataset, format: Format, viewer: &Viewer, labels: bool) -> Node {
    let address = download(dataset, format, viewer, labels);
    let media_type = Object::Iri(format!(
        "https://www.iana.org/assignments/media-types/{}",
        media_type(format)
    ));
    let mut node = Node::new(address.as_str(), Name::of("dcat", "Distribution"));
    node.say_text(TITLE, Some(&format!("{}.{}", dataset.slug, format.name())));
    let description = format!("{} ({})", dataset.title(&viewer.lang), format.name());
    node.say(DESCRIPTION, Object::Localized(description, viewer.lang.clone()));
    node.say(Name::of("dcat", "accessURL"), Object::Iri(address.clone()));
    node.say(Name::of("dcat", "downloadURL"), Object::Iri(address));
    node.say(Name::of("dcterms", "format"), media_type.clone());
    node.say(Name::of("dcat", "mediaType"), media_type);
    node.say(LANGUAGE, language(&viewer.lang));
    node.say(ISSUED, time(dataset.created_at));
    node.say(MODIFIED, time(dataset.modified()));
    say_legislation(dataset, &mut node);
    if let Some(said) = license(dataset) {
        node.say(LICENSE, said);
    }
    if let Some(said) = rights(dataset) {
        node.say(RIGHTS, said);
    }
    node
}
