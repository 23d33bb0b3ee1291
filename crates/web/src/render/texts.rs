//! The interface's texts, in Fluent files under `locales/<language>/`.

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use super::{Error, number};

/// The languages that the interface speaks. The first stands in for any other.
pub const LANGUAGES: [&str; 3] = ["fr", "en", "eu"];

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../locales"]
struct Locales;

/// Every text in every language.
pub struct Texts {
    bundles: BTreeMap<&'static str, FluentBundle<FluentResource>>,
}

/// Numbers inside a text, written as the language does.
fn formatter<M>(lang: &'static str) -> fn(&FluentValue<'_>, &M) -> Option<String> {
    fn write(value: &FluentValue<'_>, lang: &str) -> Option<String> {
        match value {
            FluentValue::Number(n) => Some(number::decimal(
                n.value,
                lang,
                n.options.maximum_fraction_digits.unwrap_or(6),
            )),
            _ => None,
        }
    }
    match lang {
        "en" => |value, _| write(value, "en"),
        "eu" => |value, _| write(value, "eu"),
        _ => |value, _| write(value, "fr"),
    }
}

impl Texts {
    /// Reads every file.
    ///
    /// # Errors
    /// A file is not UTF-8, is not Fluent, or repeats a key.
    pub fn load() -> Result<Self, Error> {
        let mut bundles = BTreeMap::new();
        for lang in LANGUAGES {
            let id: LanguageIdentifier = lang.parse().expect("the languages above are language codes");
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Isolating marks would end up in attributes, titles and file names.
            bundle.set_use_isolating(false);
            bundle.set_formatter(Some(formatter(lang)));
            let mut files: Vec<_> = Locales::iter()
                .filter(|path| path.starts_with(&format!("{lang}/")))
                .collect();
            files.sort();
            for path in files {
                bundle.add_resource(resource(&path)?).map_err(|errors| Error::Locale {
                    file: path.to_string(),
                    detail: format!("{errors:?}"),
                })?;
            }
            bundles.insert(lang, bundle);
        }
        Ok(Self { bundles })
    }

    /// The text `key` in `lang`, else in French; `None` when there is none, or when it names an argument that was not given.
    pub fn get(&self, lang: &str, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let bundle = self.bundles.get(lang).or_else(|| self.bundles.get(LANGUAGES[0]))?;
        let (id, attribute) = key
            .split_once('.')
            .map_or((key, None), |(id, attribute)| (id, Some(attribute)));
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }

    /// A text without arguments; the key itself when there is none.
    pub fn plain(&self, lang: &str, key: &str) -> String {
        self.get(lang, key, &FluentArgs::new())
            .unwrap_or_else(|| key.to_owned())
    }
}

fn resource(path: &str) -> Result<FluentResource, Error> {
    let refuse = |detail: String| Error::Locale {
        file: path.to_owned(),
        detail,
    };
    let file = Locales::get(path).ok_or_else(|| refuse("the file has gone".to_owned()))?;
    let text = String::from_utf8(file.data.into_owned()).map_err(|error| refuse(error.to_string()))?;
    FluentResource::try_new(text).map_err(|(_, errors)| {
        refuse(
            errors
                .iter()
                .map(|error| format!("{error} at byte {}", error.pos.start))
                .collect::<Vec<_>>()
                .join("; "),
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Keys, attributes included, and the arguments they name.
    fn keys(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys = BTreeMap::new();
        for path in Locales::iter().filter(|path| path.starts_with(&format!("{lang}/"))) {
            let text = String::from_utf8(Locales::get(&path).unwrap().data.into_owned()).unwrap();
            let mut current = String::new();
            for line in text.lines() {
                if let Some((key, _)) = line.split_once(" =")
                    && line.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    current = key.to_owned();
                    assert!(
                        keys.insert(current.clone(), BTreeSet::new()).is_none(),
                        "{path}: {key} twice"
                    );
                }
                for part in line.split('$').skip(1) {
                    let name: String = part
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                        .collect();
                    keys.get_mut(&current).unwrap().insert(name);
                }
            }
        }
        keys
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_arguments() {
        let french = keys("fr");
        assert!(french.len() > 100);
        for lang in LANGUAGES {
            let other = keys(lang);
            let missing: Vec<_> = french.keys().filter(|key| !other.contains_key(*key)).collect();
            let surplus: Vec<_> = other.keys().filter(|key| !french.contains_key(*key)).collect();
            assert!(
                missing.is_empty() && surplus.is_empty(),
                "{lang}: missing {missing:?}, surplus {surplus:?}"
            );
            for (key, args) in &french {
                assert_eq!(&other[key], args, "{lang}: {key}");
            }
        }
    }

    #[test]
    fn french_texts_keep_the_spaces_that_its_typography_asks_for() {
        for path in Locales::iter().filter(|path| path.starts_with("fr/")) {
            let text = String::from_utf8(Locales::get(&path).unwrap().data.into_owned()).unwrap();
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
                // A plain space before these would let the line break there.
                for sign in [" :", " ;", " ?", " !", " »", "« "] {
                    assert!(
                        !line.contains(sign),
                        "{path}:{}: a no-break space is missing in {line}",
                        number + 1
                    );
                }
                assert!(!line.contains('\''), "{path}:{}: write ’ in {line}", number + 1);
            }
        }
    }

    #[test]
    fn numbers_in_texts_follow_the_language_and_plurals_the_number() {
        let texts = Texts::load().unwrap();
        let count = |lang: &str, n: i64| {
            let args = FluentArgs::from_iter([("count", FluentValue::from(n))]);
            texts.get(lang, "records-count", &args).unwrap()
        };
        assert_eq!(count("fr", 1), "1\u{a0}enregistrement");
        assert_eq!(count("fr", 34_969), "34\u{202f}969\u{a0}enregistrements");
        assert_eq!(count("en", 34_969), "34,969 records");
        assert_eq!(count("eu", 34_969), "34.969 erregistro");
    }

    #[test]
    fn a_missing_text_or_argument_is_no_text() {
        let texts = Texts::load().unwrap();
        assert_eq!(texts.get("fr", "no-such-text", &FluentArgs::new()), None);
        assert_eq!(texts.get("fr", "records-count", &FluentArgs::new()), None);
        assert!(texts.get("de", "search", &FluentArgs::new()).is_some());
    }
}
