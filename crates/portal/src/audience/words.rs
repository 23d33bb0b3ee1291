//! What is said of the published figures when they are first published. People may say it otherwise afterwards.

use parvis_model::{FieldChange, Localized, MetadataChange};

fn words(fr: &str, en: &str, eu: &str) -> Localized {
    Localized(
        [("fr", fr), ("en", en), ("eu", eu)]
            .into_iter()
            .map(|(lang, text)| (lang.to_owned(), text.to_owned()))
            .collect(),
    )
}

fn label(name: &str) -> Localized {
    match name {
        "day" => words("Jour", "Day", "Eguna"),
        "kind" => words("Nature", "Kind", "Mota"),
        "dataset_id" => words(
            "Identifiant du jeu de données",
            "Dataset identifier",
            "Datu-multzoaren identifikatzailea",
        ),
        "dataset_title" => words("Jeu de données", "Dataset", "Datu-multzoa"),
        "detail" => words("Détail", "Detail", "Xehetasuna"),
        "client" => words("Client", "Client", "Bezeroa"),
        _ => words("Nombre", "Number", "Kopurua"),
    }
}

fn explanation(name: &str) -> Localized {
    match name {
        "day" => words(
            "À l’heure de Paris.",
            "By the time of Paris.",
            "Parisko orduaren arabera.",
        ),
        "kind" => words(
            "view : page ouverte ; download : export commencé ; api_call : appel de l’API ; search : recherche ; error : requête refusée ou échouée.",
            "view: page opened; download: export begun; api_call: call of the API; search: search; error: request refused or failed.",
            "view: irekitako orria; download: hasitako esportazioa; api_call: APIaren deia; search: bilaketa; error: ukatutako edo huts egindako eskaera.",
        ),
        "detail" => words(
            "La page, le format, l’appel de l’API, l’issue de la recherche ou de l’erreur.",
            "The page, the format, the call of the API, the outcome of the search or of the error.",
            "Orria, formatua, APIaren deia, bilaketaren edo errorearen emaitza.",
        ),
        "dataset_id" | "dataset_title" => words(
            "Vide pour ce qui ne concerne aucun jeu de données ouvert à tous.",
            "Empty for what is about no dataset that is open to everybody.",
            "Hutsik denontzat irekita dagoen datu-multzorik ukitzen ez duenarentzat.",
        ),
        "client" => words(
            "person, ou robot quand le client se déclare tel.",
            "person, or robot when the client says so of itself.",
            "person, edo robot bezeroak hala dioenean.",
        ),
        _ => words(
            "Nombre de requêtes comptées ; aucun visiteur n’est reconnu d’une requête à l’autre.",
            "Number of requests counted; no visitor is recognised from one request to the next.",
            "Zenbatutako eskaeren kopurua; ez da bisitaririk ezagutzen eskaera batetik bestera.",
        ),
    }
}

/// The metadata of new figures; `fields` says how their columns are read.
pub(super) fn metadata(lang: &str, fields: Vec<FieldChange>) -> MetadataChange {
    let theme = match lang {
        "en" => "Administration",
        "eu" => "Administrazioa",
        _ => "Administration",
    };
    let described = fields.into_iter().map(|field| {
        let shown = matches!(
            field.name.as_str(),
            "kind" | "dataset_title" | "detail" | "client" | "day"
        );
        FieldChange {
            label: label(&field.name).into(),
            description: explanation(&field.name).into(),
            facet: shown.into(),
            sortable: (field.field_type == Some(parvis_model::FieldType::Text)).into(),
            ..field
        }
    });
    MetadataChange {
        title: words(
            "Fréquentation du portail",
            "Audience of the portal",
            "Atariaren erabilera",
        )
        .into(),
        description: words(
            "<p>Pages vues, téléchargements, appels de l’API et recherches, par jour et par jeu de données. Compté sans cookie, sans adresse et sans identifiant de visiteur.</p>",
            "<p>Page views, downloads, API calls and searches, by day and dataset. Counted without cookie, address or identifier of visitors.</p>",
            "<p>Ikusitako orriak, deskargak, APIaren deiak eta bilaketak, egunez eta datu-multzoz. Cookierik, helbiderik eta bisitarien identifikatzailerik gabe zenbatuta.</p>",
        )
        .into(),
        theme: vec![theme.to_owned()].into(),
        fields: described.collect(),
        ..MetadataChange::default()
    }
}
