//! The templates of metadata that every portal has, and their fields, as the API describes them.

use parvis_model::meta::HVD_CATEGORIES;
use serde_json::{Value, json};

/// Sorts of templates.
pub const KINDS: [&str; 4] = ["basic", "interop", "extra", "admin"];

/// A template of metadata.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// What queries and metadata call it.
    pub name: &'static str,
    fields: &'static [Field],
}

/// A field: its name, what it is called for people, what it holds, and the property of a vocabulary that it stands for.
type Field = (&'static str, &'static str, Holds, Option<&'static str>);

/// What a field holds, and how it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Text,
    /// HTML.
    Long,
    List,
    Time,
    Flag,
    Int,
    Double,
    Shape,
}
use Holds::{Double, Flag, Int, List, Long, Shape, Text, Time};

impl Holds {
    /// The widget and the type.
    fn names(self) -> [&'static str; 2] {
        match self {
            Text => ["textinput", "text"],
            Long => ["richtextinput", "longstring"],
            List => ["multidatalist", "list"],
            Time => ["datetimeinput", "datetime"],
            Flag => ["checkbox", "boolean"],
            Int => ["numberinput", "int"],
            Double => ["numberinput", "double"],
            Shape => ["geoinput", "geo_shape"],
        }
    }
}

/// Fields that the platform fills in.
const FILLED: [&str; 16] = [
    "data_processed",
    "metadata_processed",
    "geometry_types",
    "bbox",
    "records_count",
    "source_domain",
    "source_domain_title",
    "source_domain_address",
    "source_dataset",
    "shared_catalog",
    "federated",
    "oauth_scope",
    "parent_domain",
    "download_count",
    "api_call_count",
    "popularity_score",
];

/// Every template, in order. What a portal makes for itself has no schema but its values.
pub const TEMPLATES: &[Template] = &[
    Template {
        kind: "basic",
        name: "default",
        fields: &[
            ("title", "Title", Text, Some("http://purl.org/dc/terms/title")),
            (
                "description",
                "Description",
                Long,
                Some("http://purl.org/dc/terms/description"),
            ),
            ("theme", "Themes", List, Some("http://www.w3.org/ns/dcat#theme")),
            ("keyword", "Keywords", List, Some("http://www.w3.org/ns/dcat#keyword")),
            ("license", "License", Text, Some("http://purl.org/dc/terms/license")),
            ("license_url", "License URL", Text, None),
            ("language", "Language", Text, Some("http://purl.org/dc/terms/language")),
            ("metadata_languages", "Metadata languages", List, None),
            ("timezone", "Timezone", Text, None),
            ("modified", "Modified", Time, Some("http://purl.org/dc/terms/modified")),
            (
                "modified_updates_on_metadata_change",
                "Modified with the metadata",
                Flag,
                None,
            ),
            ("modified_updates_on_data_change", "Modified with the data", Flag, None),
            ("data_processed", "Data processed", Time, None),
            ("metadata_processed", "Metadata processed", Time, None),
            ("geographic_reference", "Geographic coverage", List, None),
            ("geographic_reference_auto", "Automatic geographic coverage", Flag, None),
            ("territory", "Territory", List, Some("http://purl.org/dc/terms/spatial")),
            ("geometry_types", "Geometry types", List, None),
            ("bbox", "Bounding box", Shape, None),
            (
                "publisher",
                "Publisher",
                Text,
                Some("http://purl.org/dc/terms/publisher"),
            ),
            (
                "references",
                "Reference",
                Text,
                Some("http://purl.org/dc/terms/references"),
            ),
            ("records_count", "Number of records", Int, None),
            ("attributions", "Attributions", List, None),
            ("source_domain", "Source domain", Text, None),
            ("source_domain_title", "Source domain title", Text, None),
            ("source_domain_address", "Source domain address", Text, None),
            ("source_dataset", "Source dataset", Text, None),
            ("shared_catalog", "Shared catalog", Text, None),
            ("federated", "Federated", Flag, None),
            ("oauth_scope", "OAuth scope", Text, None),
            ("parent_domain", "Parent domain", Text, None),
        ],
    },
    Template {
        kind: "interop",
        name: "dcat",
        fields: &[
            ("created", "Created", Time, Some("http://purl.org/dc/terms/created")),
            ("issued", "Issued", Time, Some("http://purl.org/dc/terms/issued")),
            ("creator", "Creator", Text, Some("http://purl.org/dc/terms/creator")),
            (
                "contributor",
                "Contributor",
                Text,
                Some("http://purl.org/dc/terms/contributor"),
            ),
            (
                "contact_name",
                "Contact name",
                Text,
                Some("http://www.w3.org/2006/vcard/ns#fn"),
            ),
            (
                "contact_email",
                "Contact email",
                Text,
                Some("http://www.w3.org/2006/vcard/ns#hasEmail"),
            ),
            (
                "accrualperiodicity",
                "Frequency",
                Text,
                Some("http://purl.org/dc/terms/accrualPeriodicity"),
            ),
            (
                "spatial",
                "Spatial coverage",
                Text,
                Some("http://purl.org/dc/terms/spatial"),
            ),
            (
                "temporal",
                "Temporal coverage",
                Text,
                Some("http://purl.org/dc/terms/temporal"),
            ),
            (
                "granularity",
                "Granularity",
                Text,
                Some("http://purl.org/cld/terms/dataGranularity"),
            ),
            (
                "dataquality",
                "Data quality",
                Text,
                Some("http://purl.org/cld/terms/dataQuality"),
            ),
        ],
    },
    Template {
        kind: "interop",
        name: "dcat_ap",
        fields: &[
            (
                "hvd_category",
                "High-value dataset category",
                List,
                Some("http://data.europa.eu/r5r/hvdCategory"),
            ),
            (
                "applicable_legislation",
                "Applicable legislation",
                List,
                Some("http://data.europa.eu/r5r/applicableLegislation"),
            ),
            (
                "contact_url",
                "Contact page",
                Text,
                Some("http://www.w3.org/2006/vcard/ns#hasURL"),
            ),
        ],
    },
    Template {
        kind: "extra",
        name: "explore",
        fields: &[
            ("download_count", "Downloads", Int, None),
            ("api_call_count", "API calls", Int, None),
            ("popularity_score", "Popularity", Double, None),
        ],
    },
];

impl Template {
    /// The fields, as the API describes them.
    pub fn schema(&self) -> Vec<Value> {
        let fields = self.fields.iter().map(|(name, label, holds, uri)| {
            let [widget, kind] = holds.names();
            let values = (*name == "hvd_category").then(|| HVD_CATEGORIES.map(|(word, _)| word));
            let values_from = (*name == "theme").then_some("metadata.themes");
            json!({
                "widget": widget,
                "name": name,
                "uri": uri,
                "label": label,
                "values": values,
                "self_suggest": false,
                "allow_empty": *name != "title",
                "help_text": null,
                "hidden": *name == "title" || FILLED.contains(name),
                "type": kind,
                "values_domain_property": values_from,
            })
        });
        fields.collect()
    }
}

#[cfg(test)]
mod tests {
    use parvis_model::meta::STANDARD;

    use super::*;

    #[test]
    fn every_standard_field_is_described() {
        for (template, field, _) in STANDARD {
            let found = TEMPLATES.iter().find(|known| known.name == template).unwrap();
            assert!(
                found.fields.iter().any(|(name, ..)| *name == field),
                "{template}.{field}"
            );
        }
        for name in FILLED {
            let known = TEMPLATES.iter().flat_map(|template| template.fields);
            assert_eq!(known.filter(|(field, ..)| *field == name).count(), 1, "{name}");
        }
    }
}
