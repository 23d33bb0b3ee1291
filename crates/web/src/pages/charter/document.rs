//! The charter as a document to print and to keep: what the page says, in the same order.

use fluent_bundle::{FluentArgs, FluentValue};
use parvis_cookies::Charter;

use super::paragraphs;
use crate::pdf::{Block, Document, Table};
use crate::render::Texts;
use crate::visit::Visit;

/// Shares of the width for provider, service, name, purpose and duration.
const SHARES: [f32; 5] = [1.0, 1.4, 1.8, 2.0, 0.9];
/// The kinds of cookie that the charter explains, each with its name, text and rule on consent.
const KINDS: [&str; 4] = ["necessary", "statistics", "first", "third"];

struct Writer<'a> {
    texts: &'a Texts,
    lang: &'a str,
    blocks: Vec<Block>,
}

impl Writer<'_> {
    fn text(&self, key: &str) -> String {
        self.texts.plain(self.lang, key)
    }

    fn with(&self, key: &str, name: &'static str, value: &str) -> String {
        let args = FluentArgs::from_iter([(name, FluentValue::from(value))]);
        self.texts.get(self.lang, key, &args).unwrap_or_default()
    }

    fn heading(&mut self, level: u8, text: String) {
        self.blocks.push(Block::Heading(level, text));
    }

    fn paragraph(&mut self, text: String) {
        self.blocks.push(Block::Paragraph(text));
    }
}

/// The document of `charter`.
pub(super) fn of(texts: &Texts, visit: &Visit, charter: &Charter) -> Document {
    let mut writer = Writer {
        texts,
        lang: &visit.lang,
        blocks: Vec::new(),
    };
    let name = visit.portal.name(&visit.lang);
    let title = writer.text("charter-title");
    writer.heading(1, format!("{title} – {name}"));
    writer.paragraph(writer.with("charter-intro", "name", name));
    paragraphs(&charter.before)
        .into_iter()
        .for_each(|text| writer.paragraph(text));
    writer.explain();
    let uses = writer.text("charter-uses-title");
    writer.heading(2, format!("{uses} {}", charter.url));
    writer.paragraph(writer.text("charter-uses-text"));
    writer.tables(charter);
    writer.services(charter);
    paragraphs(&charter.after)
        .into_iter()
        .for_each(|text| writer.paragraph(text));
    if let Some(url) = &charter.see_also {
        writer.paragraph(format!("{} {url}", writer.text("charter-see-also")));
    }
    let choice = writer.text("charter-choice-text");
    writer.paragraph(format!("{choice} {}/cookies/preferences/", charter.url));
    writer.revision(charter);
    Document {
        title: format!("{title} – {name}"),
        lang: visit.lang.clone(),
        blocks: writer.blocks,
    }
}

impl Writer<'_> {
    fn explain(&mut self) {
        self.heading(2, self.text("charter-what-title"));
        self.paragraph(self.text("charter-what-text"));
        self.paragraph(self.text("charter-what-uses"));
        self.heading(2, self.text("charter-kinds-title"));
        let kind = |kind: &str| {
            let part = |part| self.text(&format!("charter-{kind}-{part}"));
            format!("{} {} {}", part("name"), part("text"), part("consent"))
        };
        self.blocks.push(Block::List(KINDS.map(kind).into()));
    }

    fn tables(&mut self, charter: &Charter) {
        for section in charter.sections() {
            self.heading(2, section.title.to_owned());
            let table = Table {
                caption: self.with("charter-caption", "url", &charter.url),
                heads: charter.columns.iter().map(|head| (*head).to_owned()).collect(),
                shares: SHARES[..charter.columns.len()].to_vec(),
                row_head: 2,
                rows: section.rows.iter().map(|row| charter.cells(row)).collect(),
            };
            self.blocks.push(Block::Table(table));
        }
    }

    fn services(&mut self, charter: &Charter) {
        if charter.services.is_empty() {
            return;
        }
        self.heading(2, self.text("charter-services-title"));
        let colon = self.text("colon");
        let service = |service: &parvis_cookies::charter::ServiceNote| {
            let policy = service.policy_url.as_deref().unwrap_or_default();
            let purpose = self.text(&format!("purpose-{}", service.purpose_id));
            let head = format!("{} ({}, {purpose})", service.label, service.provider);
            format!("{head}{colon}{} {policy}", service.description)
        };
        let items = charter.services.iter().map(service).collect();
        self.blocks.push(Block::List(items));
    }

    fn revision(&mut self, charter: &Charter) {
        let label = self.text("charter-revision");
        let since = charter.since.map(|since| since.format("%Y-%m-%d").to_string());
        let since = since.map(|day| format!(" ({day})")).unwrap_or_default();
        self.paragraph(format!("{label} {}, {}{since}", charter.number, charter.revision));
    }
}
