//! Blocks to lines on sheets of A4.

use pdf_writer::types::{ArtifactType, StructRole};
use pdf_writer::{Content, Name, Str};

use super::tags::{Child, Tree};
use super::widths::{Face, encode, width};
use super::{Block, Table};

/// A4, in points.
pub(super) const SHEET: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 54.0;
const FOOT: f32 = 60.0;
const BODY: f32 = 10.0;
const CELL: f32 = 8.5;
const PAD: f32 = 4.0;
/// Names of the fonts in the resources of every page.
pub(super) const PLAIN: Name<'static> = Name(b"F1");
pub(super) const BOLD: Name<'static> = Name(b"F2");

/// How a text is set.
#[derive(Clone, Copy)]
struct Style {
    face: Face,
    size: f32,
}

impl Style {
    fn leading(self) -> f32 {
        self.size * 1.4
    }
}

/// The sheets being filled.
pub(super) struct Sheets {
    done: Vec<Content>,
    page: Content,
    /// Marked pieces on the page so far.
    marks: i32,
    /// Where the next line goes, from the bottom of the sheet.
    y: f32,
    tree: Tree,
}

impl Sheets {
    pub(super) fn new() -> Self {
        Self {
            done: Vec::new(),
            page: Content::new(),
            marks: 0,
            y: SHEET.1 - MARGIN,
            tree: Tree::new(),
        }
    }

    /// The contents of the pages, and the structure of the document.
    pub(super) fn finish(mut self) -> (Vec<Content>, Tree) {
        self.done.push(self.page);
        let count = self.done.len();
        for (at, page) in self.done.iter_mut().enumerate() {
            let text = format!("{} / {count}", at + 1);
            let x = SHEET.0 - MARGIN - width(&text, Face::Plain) * CELL / 1000.0;
            page.begin_marked_content_with_properties(Name(b"Artifact"))
                .properties()
                .artifact()
                .kind(ArtifactType::Pagination);
            show(
                page,
                &text,
                x,
                MARGIN / 2.0,
                Style {
                    face: Face::Plain,
                    size: CELL,
                },
            );
            page.end_marked_content();
        }
        (self.done, self.tree)
    }

    pub(super) fn block(&mut self, block: &Block) {
        let root = Tree::ROOT;
        match block {
            Block::Heading(level, text) => {
                let (role, size) = match level {
                    1 => (StructRole::H1, 20.0),
                    2 => (StructRole::H2, 13.0),
                    _ => (StructRole::H3, 11.0),
                };
                let style = Style { face: Face::Bold, size };
                // A heading is not left alone at the foot of a sheet.
                self.space(size * 0.8);
                self.reserve(style.leading() * 2.0 + BODY * 3.0);
                self.text(root, role, text, MARGIN, style);
                self.space(size * 0.3);
            }
            Block::Paragraph(text) => {
                let style = Style {
                    face: Face::Plain,
                    size: BODY,
                };
                self.text(root, StructRole::P, text, MARGIN, style);
                self.space(BODY * 0.6);
            }
            Block::List(items) => self.list(items),
            Block::Table(table) => self.table(table),
        }
    }

    fn list(&mut self, items: &[String]) {
        let style = Style {
            face: Face::Plain,
            size: BODY,
        };
        let list = self.tree.add(Tree::ROOT, StructRole::L);
        for item in items {
            let node = self.tree.add(list, StructRole::LI);
            self.reserve(style.leading());
            let y = self.y - style.size;
            let label = self.tree.add(node, StructRole::Lbl);
            self.marked(label, StructRole::Lbl, |page| show(page, "•", MARGIN + 4.0, y, style));
            self.text(node, StructRole::LBody, item, MARGIN + 16.0, style);
            self.space(BODY * 0.3);
        }
        self.space(BODY * 0.3);
    }

    /// A text from `x` to the right margin, under a node of its own.
    fn text(&mut self, parent: usize, role: StructRole, text: &str, x: f32, style: Style) {
        let node = self.tree.add(parent, role);
        self.tree.say(node, text);
        for line in lines(text, SHEET.0 - MARGIN - x, style) {
            self.reserve(style.leading());
            let y = self.y - style.size;
            self.marked(node, role, |page| show(page, &line, x, y, style));
            self.y -= style.leading();
        }
    }

    fn table(&mut self, table: &Table) {
        let node = self.tree.add(Tree::ROOT, StructRole::Table);
        let caption = Style {
            face: Face::Bold,
            size: CELL,
        };
        let total: f32 = table.shares.iter().sum();
        let room = SHEET.0 - 2.0 * MARGIN;
        let columns: Vec<f32> = table.shares.iter().map(|share| share / total * room).collect();
        self.reserve(caption.leading() * 6.0);
        self.text(node, StructRole::Caption, &table.caption, MARGIN, caption);
        self.space(3.0);
        let head = self.tree.add(node, StructRole::THead);
        let row = self.tree.add(head, StructRole::TR);
        self.row(Some(row), &table.heads, &columns, |_| Child::ColumnHead);
        let body = self.tree.add(node, StructRole::TBody);
        for cells in &table.rows {
            let row = self.tree.add(body, StructRole::TR);
            if self.y - self.height(cells, &columns) < FOOT {
                self.turn();
                // Shown again to who looks, not told again to who listens.
                self.row(None, &table.heads, &columns, |_| Child::ColumnHead);
            }
            self.row(Some(row), cells, &columns, |at| {
                if at == table.row_head {
                    Child::RowHead
                } else {
                    Child::Cell
                }
            });
        }
        self.space(BODY);
    }

    fn height(&self, cells: &[String], columns: &[f32]) -> f32 {
        let style = Style {
            face: Face::Bold,
            size: CELL,
        };
        let most = cells
            .iter()
            .zip(columns)
            .map(|(text, column)| lines(text, column - 2.0 * PAD, style).len())
            .max();
        style.leading() * f32::from(u16::try_from(most.unwrap_or(1)).unwrap_or(u16::MAX)) + 2.0 * PAD
    }

    /// A row of cells. Without a node it is shown and not told.
    fn row(&mut self, row: Option<usize>, cells: &[String], columns: &[f32], kind: impl Fn(usize) -> Child) {
        let height = self.height(cells, columns);
        self.reserve(height.min(SHEET.1 - MARGIN - FOOT));
        let (top, mut x) = (self.y, MARGIN);
        for (at, (text, column)) in cells.iter().zip(columns).enumerate() {
            let kind = kind(at);
            let face = if kind == Child::Cell { Face::Plain } else { Face::Bold };
            let style = Style { face, size: CELL };
            let node = row.map(|row| self.tree.cell(row, kind));
            if let Some(node) = node {
                self.tree.say(node, text);
            }
            let mut y = top - PAD - style.size;
            let left = x + PAD;
            for line in lines(text, column - 2.0 * PAD, style) {
                match node {
                    Some(node) => self.marked(node, kind.role(), |page| show(page, &line, left, y, style)),
                    None => {
                        artifact(&mut self.page, |page| show(page, &line, left, y, style));
                    }
                }
                y -= style.leading();
            }
            x += column;
        }
        self.y = top - height;
        let bottom = self.y;
        artifact(&mut self.page, |page| {
            page.set_line_width(0.5).set_stroke_gray(0.6);
            page.move_to(MARGIN, bottom).line_to(SHEET.0 - MARGIN, bottom).stroke();
        });
    }

    /// Something that belongs to a node of the structure.
    fn marked(&mut self, node: usize, role: StructRole, draw: impl FnOnce(&mut Content)) {
        self.page
            .begin_marked_content_with_properties(role.to_name())
            .properties()
            .identify(self.marks);
        draw(&mut self.page);
        self.page.end_marked_content();
        self.tree.mark(node, self.done.len(), self.marks);
        self.marks += 1;
    }

    fn space(&mut self, points: f32) {
        self.y -= points;
    }

    /// Turns to a new sheet unless `points` are left.
    fn reserve(&mut self, points: f32) {
        if self.y - points < FOOT {
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.done.push(std::mem::replace(&mut self.page, Content::new()));
        self.marks = 0;
        self.y = SHEET.1 - MARGIN;
    }
}

fn artifact(page: &mut Content, draw: impl FnOnce(&mut Content)) {
    page.begin_marked_content(Name(b"Artifact"));
    draw(page);
    page.end_marked_content();
}

fn show(page: &mut Content, text: &str, x: f32, y: f32, style: Style) {
    let font = match style.face {
        Face::Plain => PLAIN,
        Face::Bold => BOLD,
    };
    page.begin_text();
    page.set_font(font, style.size).next_line(x, y);
    page.show(Str(&encode(text).0));
    page.end_text();
}

/// The lines of a text that is `room` points wide: broken at spaces, inside a word only if it alone is too wide.
fn lines(text: &str, room: f32, style: Style) -> Vec<String> {
    let fits = |line: &str| width(line, style.face) * style.size / 1000.0 <= room;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}
