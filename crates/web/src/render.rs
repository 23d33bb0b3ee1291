//! From data to HTML: templates, texts, numbers and dates as people of a language write them, the portal's colours.

/// The values of a template: `view! { name, other => expression, ..base }`. Each value is anything that serde can write; the
/// base is a map whose names do not count where they are given here.
macro_rules! view {
    (@value $key:ident) => { minijinja::Value::from(minijinja::value::Serde(&$key)) };
    (@value $key:ident $value:expr) => { minijinja::Value::from(minijinja::value::Serde(&$value)) };
    ($($key:ident $(=> $value:expr)?),* $(, ..$base:expr)? $(,)?) => {
        minijinja::value::merge_maps([
            minijinja::Value::from(std::collections::BTreeMap::from([$((stringify!($key), view!(@value $key $($value)?))),*])),
            $($base,)?
        ])
    };
}
pub(crate) use view;

pub mod colour;
pub mod date;
mod functions;
pub mod number;
mod templates;
mod texts;
pub mod theme;

pub use templates::Templates;

/// HTML that people wrote, as a value that templates print as it is. The only way to print HTML without escaping it
/// (R-GATE-02): templates use no `safe` filter.
pub(crate) fn html(markup: &parvis_portal::markup::Markup) -> minijinja::Value {
    minijinja::Value::from_safe_string(markup.as_str().to_owned())
}
pub use texts::{LANGUAGES, Texts};

/// Something that should have been caught before a visitor came: a template or text that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text file cannot be read.
    #[error("locales/{file}: {detail}: mend the Fluent syntax there")]
    Locale {
        /// The file, below `locales/`.
        file: String,
        /// What the parser says.
        detail: String,
    },
    /// A template cannot be read or rendered.
    #[error("template: {0:#}")]
    Template(#[from] minijinja::Error),
}
