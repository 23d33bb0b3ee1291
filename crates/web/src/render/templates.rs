//! The templates, and how a page is made of one.

use std::path::PathBuf;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::merge_maps;
use minijinja::{AutoEscape, Environment, Error as TemplateError, UndefinedBehavior, Value, context};
use rust_embed::RustEmbed;

use super::texts::Texts;
use super::{Error, functions};
use crate::assets::Assets;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../templates"]
struct Files;

/// Every template, with the texts and files it may name.
pub struct Templates {
    env: Environment<'static>,
    texts: Arc<Texts>,
    assets: Arc<Assets>,
}

/// Where templates are read from while somebody works on them.
fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates"))
}

fn embedded(name: &str) -> Option<String> {
    Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

impl Templates {
    /// Reads the templates. With `reload` a template that was changed on disk is read again; a name that is not there is
    /// always an error, so that a misspelt variable shows in the first test that renders it.
    ///
    /// # Errors
    /// None that a visitor could cause.
    pub fn new(texts: Arc<Texts>, assets: Arc<Assets>, reload: bool) -> Result<Self, Error> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_auto_escape_callback(|name| {
            if name.ends_with(".html") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        if reload {
            env.set_loader(minijinja::path_loader(folder()));
        } else {
            env.set_loader(|name| Ok::<_, TemplateError>(embedded(name)));
        }
        Ok(Self { env, texts, assets })
    }

    /// Names of the templates that are whole pages: those that extend another.
    pub fn pages(&self) -> Vec<String> {
        let mut names: Vec<String> = Files::iter()
            .filter(|name| embedded(name).is_some_and(|text| text.contains("{% extends")))
            .map(|name| name.to_string())
            .collect();
        names.sort();
        names
    }

    /// Makes the page `name` in `lang` with `data`, which must be a map.
    ///
    /// # Errors
    /// The template is wrong, or names a value or a text that is not there.
    pub fn render(&self, name: &str, lang: &str, data: Value) -> Result<String, Error> {
        let functions = functions::of(lang, &self.texts, &self.assets);
        let template = self.env.get_template(name)?;
        Ok(template.render(merge_maps([context! { lang }, data, functions]))?)
    }

    /// The texts, for what is not made of templates.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_that_people_wrote_has_one_way_into_a_page() {
        for name in Files::iter() {
            let text = embedded(&name).unwrap();
            let unescaped = ["|safe", "| safe", "autoescape"]
                .into_iter()
                .find(|word| text.contains(word));
            assert_eq!(
                unescaped, None,
                "templates/{name} prints HTML that the door of `portal::markup` has not seen"
            );
        }
        let maker = ["from_safe", "_string("].concat();
        let (mut pending, mut found) = (
            vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))],
            Vec::new(),
        );
        while let Some(folder) = pending.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    pending.push(path);
                } else if std::fs::read_to_string(&path).unwrap().contains(&maker) {
                    found.push(path.file_name().unwrap().to_owned());
                }
            }
        }
        assert_eq!(found, ["render.rs"]);
    }
}
