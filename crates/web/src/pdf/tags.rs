//! The structure of a document (its tags), and the file around the pages.

use pdf_writer::types::{StructRole, TableHeaderScope};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::Document;
use super::layout::{BOLD, PLAIN, SHEET};
use super::widths::encode;

/// What a cell of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Child {
    ColumnHead,
    RowHead,
    Cell,
}

impl Child {
    pub(super) fn role(self) -> StructRole {
        match self {
            Self::ColumnHead | Self::RowHead => StructRole::TH,
            Self::Cell => StructRole::TD,
        }
    }
}

struct Node {
    role: StructRole,
    parent: usize,
    children: Vec<usize>,
    /// Pieces of pages: page and number on it.
    marks: Vec<(usize, i32)>,
    scope: Option<TableHeaderScope>,
    /// What it says, where the fonts cannot show it.
    said: Option<String>,
}

/// The structure of a document.
pub(super) struct Tree(Vec<Node>);

impl Tree {
    /// The document itself.
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        let mut tree = Self(Vec::new());
        tree.push(StructRole::Document, 0);
        tree
    }

    fn push(&mut self, role: StructRole, parent: usize) -> usize {
        self.0.push(Node {
            role,
            parent,
            children: Vec::new(),
            marks: Vec::new(),
            scope: None,
            said: None,
        });
        self.0.len() - 1
    }

    pub(super) fn add(&mut self, parent: usize, role: StructRole) -> usize {
        let node = self.push(role, parent);
        self.0[parent].children.push(node);
        node
    }

    pub(super) fn cell(&mut self, row: usize, kind: Child) -> usize {
        let node = self.add(row, kind.role());
        self.0[node].scope = match kind {
            Child::ColumnHead => Some(TableHeaderScope::Column),
            Child::RowHead => Some(TableHeaderScope::Row),
            Child::Cell => None,
        };
        node
    }

    pub(super) fn mark(&mut self, node: usize, page: usize, mark: i32) {
        self.0[node].marks.push((page, mark));
    }

    /// Keeps what a node says if the fonts cannot show all of it.
    pub(super) fn say(&mut self, node: usize, text: &str) {
        if !encode(text).1 {
            self.0[node].said = Some(text.to_owned());
        }
    }
}

/// Numbers of the file's objects.
struct Refs {
    pages: usize,
}

const CATALOG: Ref = Ref::new(1);
const PAGE_TREE: Ref = Ref::new(2);
const INFO: Ref = Ref::new(3);
const FONTS: [Ref; 2] = [Ref::new(4), Ref::new(5)];
const STRUCTURE: Ref = Ref::new(6);

impl Refs {
    fn at(number: usize) -> Ref {
        Ref::new(i32::try_from(number).expect("a document of far fewer than two thousand million objects"))
    }

    fn page(&self, at: usize) -> Ref {
        Self::at(7 + at)
    }

    fn content(&self, at: usize) -> Ref {
        Self::at(7 + self.pages + at)
    }

    fn node(&self, at: usize) -> Ref {
        Self::at(7 + 2 * self.pages + at)
    }
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The whole file.
pub(super) fn file(document: &Document, pages: Vec<Content>, tree: &Tree) -> Vec<u8> {
    let refs = Refs { pages: pages.len() };
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let mut catalog = pdf.catalog(CATALOG);
    catalog.pages(PAGE_TREE).lang(TextStr(&document.lang));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.mark_info().marked(true);
    catalog.pair(Name(b"StructTreeRoot"), STRUCTURE);
    catalog.finish();
    pdf.document_info(INFO)
        .title(TextStr(&document.title))
        .creator(TextStr("Parvis"));
    for (font, name) in FONTS.into_iter().zip([&b"Helvetica"[..], b"Helvetica-Bold"]) {
        pdf.type1_font(font)
            .base_font(Name(name))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.pages(PAGE_TREE)
        .kids((0..pages.len()).map(|at| refs.page(at)))
        .count(number(pages.len()));
    for (at, content) in pages.into_iter().enumerate() {
        let mut page = pdf.page(refs.page(at));
        page.parent(PAGE_TREE).media_box(Rect::new(0.0, 0.0, SHEET.0, SHEET.1));
        page.contents(refs.content(at)).struct_parents(number(at));
        page.resources().fonts().pair(PLAIN, FONTS[0]).pair(BOLD, FONTS[1]);
        page.finish();
        pdf.stream(refs.content(at), &content.finish());
    }
    structure(&mut pdf, &refs, tree);
    pdf.finish()
}

fn structure(pdf: &mut Pdf, refs: &Refs, tree: &Tree) {
    let mut root = pdf.indirect(STRUCTURE).dict();
    root.pair(Name(b"Type"), Name(b"StructTreeRoot"));
    root.pair(Name(b"K"), refs.node(Tree::ROOT));
    root.pair(Name(b"ParentTreeNextKey"), number(refs.pages));
    let mut parents = root.insert(Name(b"ParentTree")).dict();
    let mut nums = parents.insert(Name(b"Nums")).array();
    for page in 0..refs.pages {
        nums.item(number(page));
        let mut owners: Vec<(i32, usize)> = Vec::new();
        for (at, node) in tree.0.iter().enumerate() {
            let here = node.marks.iter().filter(|(on, _)| *on == page);
            owners.extend(here.map(|(_, mark)| (*mark, at)));
        }
        owners.sort_unstable();
        nums.push()
            .array()
            .items(owners.into_iter().map(|(_, at)| refs.node(at)));
    }
    nums.finish();
    parents.finish();
    root.finish();
    for (at, node) in tree.0.iter().enumerate() {
        let mut element = pdf.struct_element(refs.node(at));
        element.kind(node.role);
        element.parent(if at == Tree::ROOT {
            STRUCTURE
        } else {
            refs.node(node.parent)
        });
        if let Some(said) = &node.said {
            element.actual_text(TextStr(said));
        }
        if let Some(scope) = node.scope {
            element.attributes().push().table().scope(scope);
        }
        let mut children = element.children();
        for (page, mark) in &node.marks {
            children
                .marked_content_ref()
                .page(refs.page(*page))
                .marked_content_id(*mark);
        }
        for child in &node.children {
            children.struct_element(refs.node(*child));
        }
    }
}
