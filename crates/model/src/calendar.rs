//! The names of days and months, in the languages that `date_format` and the pages write dates in.

mod names;

/// Languages whose names are known, in the order of the Explore API's `lang`.
pub const LANGUAGES: [&str; 11] = ["en", "fr", "nl", "pt", "it", "ar", "de", "es", "ca", "eu", "sv"];

/// Names of days and months in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// Days of the week, from Monday.
    pub days: &'static [&'static str; 7],
    /// The same, shortened.
    pub short_days: &'static [&'static str; 7],
    /// Months, from January.
    pub months: &'static [&'static str; 12],
    /// The same, shortened.
    pub short_months: &'static [&'static str; 12],
}

impl Names {
    /// Those of a language tag (`pt`, `pt-BR`, `EN_gb`), of which only the language counts. French is the documented
    /// default of `date_format`, so it stands in for every other.
    pub fn of(lang: &str) -> Self {
        let language = lang.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        match language.as_str() {
            "en" => names::EN,
            "nl" => names::NL,
            "pt" => names::PT,
            "it" => names::IT,
            "ar" => names::AR,
            "de" => names::DE,
            "es" => names::ES,
            "ca" => names::CA,
            "eu" => names::EU,
            "sv" => names::SV,
            _ => names::FR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_own_names() {
        let mut months: Vec<_> = LANGUAGES.iter().map(|lang| Names::of(lang).months.join(" ")).collect();
        months.sort();
        months.dedup();
        assert_eq!(months.len(), LANGUAGES.len());
    }

    #[test]
    fn the_region_of_a_language_does_not_matter_and_french_stands_in() {
        assert_eq!(Names::of("pt-BR"), Names::of("pt"));
        assert_eq!(Names::of("DE_at").days[0], "Montag");
        assert_eq!(Names::of("xx"), Names::of("fr"));
        assert_eq!(Names::of(""), Names::of("fr"));
    }
}
