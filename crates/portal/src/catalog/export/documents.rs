//! The catalogue as a feed, as the list of Project Open Data, and in the elements of Dublin Core.

use std::sync::Arc;

use chrono::SecondsFormat;
use parvis_formats::write::rdf::{Name, Node, Object, Syntax};
use parvis_formats::write::xml::escaped;
use parvis_model::Dataset;
use serde_json::{Value, json};

use super::dcat::{distributions, download, mail, media_type, page};
use super::{CatalogExport, Pieces, around};
use crate::Viewer;
use crate::describe::plain_text;

/// RSS 2.0: an item per dataset.
pub(super) fn rss(datasets: Vec<Arc<Dataset>>, viewer: Viewer) -> Pieces {
    let (portal, lang) = (&viewer.portal, viewer.lang.as_str());
    let name = portal.name(lang);
    let before = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
         <title>{}</title><link>{}</link><description>{}</description><language>{}</language>\n",
        escaped(name),
        escaped(&format!("{}/explore/", portal.public_url)),
        escaped(portal.tagline.get(lang, portal.default_language()).unwrap_or(name)),
        escaped(lang)
    );
    let piece = move |_: usize, dataset: &Dataset| item(dataset, &viewer).into_bytes();
    around(datasets, before.into_bytes(), piece, b"</channel></rss>\n".to_vec())
}

fn item(dataset: &Dataset, viewer: &Viewer) -> String {
    let metas = &dataset.metas;
    let page = escaped(&page(dataset, viewer));
    let mut item = format!(
        "<item><title>{}</title><link>{page}</link><guid isPermaLink=\"true\">{page}</guid><pubDate>{}</pubDate>",
        escaped(dataset.title(&viewer.lang)),
        dataset.modified().to_rfc2822()
    );
    if let Some(description) = metas.description.get(&viewer.lang, "fr") {
        item.push_str(&format!("<description>{}</description>", escaped(description)));
    }
    if let Some(publisher) = &metas.publisher {
        item.push_str(&format!("<dc:creator>{}</dc:creator>", escaped(publisher)));
    }
    for word in metas.theme.iter().chain(&metas.keyword) {
        item.push_str(&format!("<category>{}</category>", escaped(word)));
    }
    item.push_str("</item>\n");
    item
}

/// The list of Project Open Data 1.1. The contact that it asks for is there when the dataset states one.
pub(super) fn data_json(datasets: Vec<Arc<Dataset>>, viewer: Viewer, options: CatalogExport) -> Pieces {
    let base = "https://project-open-data.cio.gov/v1.1/schema";
    let before = format!(
        "{{\"@context\":\"{base}/catalog.jsonld\",\"@id\":{},\"@type\":\"dcat:Catalog\",\"conformsTo\":\"{base}\",\
         \"describedBy\":\"{base}/catalog.json\",\"dataset\":[\n",
        Value::from(format!("{}/explore/", viewer.portal.public_url))
    );
    let piece = move |place: usize, dataset: &Dataset| {
        let between = if place == 0 { "" } else { ",\n" };
        format!("{between}{}", entry(dataset, &viewer, &options)).into_bytes()
    };
    around(datasets, before.into_bytes(), piece, b"]}\n".to_vec())
}

fn entry(dataset: &Dataset, viewer: &Viewer, options: &CatalogExport) -> Value {
    let metas = &dataset.metas;
    let page = page(dataset, viewer);
    let title = dataset.title(&viewer.lang);
    let description = metas.description.get(&viewer.lang, "fr").map(plain_text);
    let mut keywords = metas.keyword.clone();
    if keywords.is_empty() {
        // The list wants at least one: the themes are the next best.
        keywords.clone_from(&metas.theme);
    }
    let files = distributions(dataset, options).map(|format| {
        json!({
            "@type": "dcat:Distribution",
            "title": format!("{}.{}", dataset.slug, format.name()),
            "format": format.name(),
            "mediaType": media_type(format),
            "downloadURL": download(dataset, format, viewer, options.labels),
        })
    });
    let mut entry = json!({
        "@type": "dcat:Dataset",
        "identifier": page,
        "title": title,
        "description": description.unwrap_or_else(|| title.to_owned()),
        "accessLevel": if dataset.restricted { "restricted public" } else { "public" },
        "keyword": keywords,
        "issued": dataset.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "modified": dataset.modified().to_rfc3339_opts(SecondsFormat::Secs, true),
        "landingPage": page,
        "language": [viewer.lang],
        "distribution": files.collect::<Vec<_>>(),
    });
    if let Some(publisher) = &metas.publisher {
        entry["publisher"] = json!({ "@type": "org:Organization", "name": publisher });
    }
    let name = dataset.meta("dcat", "contact_name").map(|name| name.texts().join(", "));
    if let Some(mail) = mail(dataset) {
        let name = name.or_else(|| metas.publisher.clone());
        entry["contactPoint"] = json!({ "@type": "vcard:Contact", "fn": name, "hasEmail": mail });
    }
    if let Some(license) = &metas.license_url {
        entry["license"] = json!(license);
    }
    if !metas.theme.is_empty() {
        entry["theme"] = json!(metas.theme);
    }
    if let Some(references) = &metas.references {
        entry["references"] = json!([references]);
    }
    entry
}

/// The fifteen elements of Dublin Core, as far as datasets state them.
pub(super) fn dublin_core(datasets: Vec<Arc<Dataset>>, viewer: Viewer) -> Pieces {
    let prefixes = vec![("dc".to_owned(), "http://purl.org/dc/elements/1.1/".to_owned())];
    let (mut before, mut after) = (Vec::new(), Vec::new());
    Syntax::Xml.head(&prefixes, &mut before);
    Syntax::Xml.tail(&mut after);
    let piece = move |_: usize, dataset: &Dataset| {
        let mut out = Vec::new();
        Syntax::Xml.node(&elements(dataset, &viewer), &prefixes, false, &mut out);
        out
    };
    around(datasets, before, piece, after)
}

fn elements(dataset: &Dataset, viewer: &Viewer) -> Node {
    let (metas, lang) = (&dataset.metas, viewer.lang.as_str());
    let page = page(dataset, viewer);
    let mut node = Node {
        iri: Some(page.clone()),
        ..Node::default()
    };
    let title = dataset.title(lang).to_owned();
    node.say(Name::of("dc", "title"), Object::Localized(title, lang.to_owned()));
    if let Some(description) = metas.description.get(lang, "fr") {
        node.say_text(Name::of("dc", "description"), Some(&plain_text(description)));
    }
    node.say_text(Name::of("dc", "publisher"), metas.publisher.as_deref());
    for word in metas.theme.iter().chain(&metas.keyword) {
        node.say_text(Name::of("dc", "subject"), Some(word));
    }
    let rights = metas.license.as_deref().or(metas.license_url.as_deref());
    for text in rights.into_iter().chain(metas.attributions.iter().map(String::as_str)) {
        node.say_text(Name::of("dc", "rights"), Some(text));
    }
    node.say_text(Name::of("dc", "source"), metas.references.as_deref());
    let modified = dataset.modified().to_rfc3339_opts(SecondsFormat::Secs, true);
    node.say_text(Name::of("dc", "date"), Some(&modified));
    node.say_text(Name::of("dc", "language"), Some(lang));
    node.say_text(Name::of("dc", "type"), Some("Dataset"));
    node.say_text(Name::of("dc", "identifier"), Some(&page));
    node
}
