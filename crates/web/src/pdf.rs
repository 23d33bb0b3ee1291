//! Documents of headings, paragraphs, lists and tables as PDF: text that can be selected and searched, tagged with its
//! structure and language, so that assistive technology reads it as it reads the page.
//!
//! The fonts are Helvetica and Helvetica Bold, which every reader has, in the Windows-1252 encoding: it has every letter of
//! the languages of western Europe. What it lacks is shown as `?` and given in full to whoever copies or listens.

mod layout;
mod tags;
mod widths;

/// A document.
pub struct Document {
    /// Its title, for the window and the reader's list.
    pub title: String,
    /// Its language.
    pub lang: String,
    /// What it says, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
pub enum Block {
    /// A heading of the first to third level.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(String),
    /// A list of paragraphs.
    List(Vec<String>),
    /// A table.
    Table(Table),
}

/// A table. Every row has as many cells as there are heads.
pub struct Table {
    /// What it is about.
    pub caption: String,
    /// The heads of the columns.
    pub heads: Vec<String>,
    /// The share of the width of each column.
    pub shares: Vec<f32>,
    /// The column whose cells are the heads of their rows.
    pub row_head: usize,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// The document as a PDF file.
pub fn write(document: &Document) -> Vec<u8> {
    let mut sheets = layout::Sheets::new();
    for block in &document.blocks {
        sheets.block(block);
    }
    let (pages, tree) = sheets.finish();
    tags::file(document, pages, &tree)
}

#[cfg(test)]
mod tests;
