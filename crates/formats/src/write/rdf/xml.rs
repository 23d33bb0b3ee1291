//! RDF/XML: things stand within what speaks of them.

use std::io::Write as _;

use super::super::xml::{escaped, push_escaped};
use super::{Name, Node, Object, Prefixes, safe_iri};

pub(super) fn head(prefixes: &Prefixes, out: &mut Vec<u8>) {
    out.extend_from_slice(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"",
    );
    for (prefix, namespace) in prefixes.iter().filter(|(prefix, _)| prefix != "rdf") {
        // Writing to memory cannot fail.
        let _ = write!(out, " xmlns:{prefix}=\"{}\"", escaped(&safe_iri(namespace)));
    }
    out.extend_from_slice(b">\n");
}

pub(super) fn node(node: &Node, prefixes: &Prefixes, out: &mut Vec<u8>) {
    element(node, prefixes, out);
    out.push(b'\n');
}

pub(super) fn tail(out: &mut Vec<u8>) {
    out.extend_from_slice(b"</rdf:RDF>\n");
}

fn element(node: &Node, prefixes: &Prefixes, out: &mut Vec<u8>) {
    open(node, prefixes, out);
    close(node, out);
}

/// The name of the element that a thing is.
fn class(node: &Node) -> String {
    let class = node.classes.first();
    class.map_or_else(|| "rdf:Description".to_owned(), Name::short)
}

/// A thing without its end.
pub(super) fn open(node: &Node, prefixes: &Prefixes, out: &mut Vec<u8>) {
    let _ = write!(out, "<{}", class(node));
    if let Some(iri) = &node.iri {
        let _ = write!(out, " rdf:about=\"{}\"", escaped(&safe_iri(iri)));
    }
    out.push(b'>');
    for other in node.classes.iter().skip(1) {
        let _ = write!(out, "<rdf:type rdf:resource=\"{}\"/>", escaped(&other.iri(prefixes)));
    }
    for (property, object) in &node.properties {
        let name = property.short();
        let mut open = |attributes: String| {
            let _ = write!(out, "<{name}{attributes}>");
        };
        match object {
            Object::Iri(iri) => {
                let _ = write!(out, "<{name} rdf:resource=\"{}\"/>", escaped(&safe_iri(iri)));
                continue;
            }
            Object::Text(_) | Object::Node(_) => open(String::new()),
            Object::Localized(_, lang) => open(format!(" xml:lang=\"{}\"", escaped(lang))),
            Object::Typed(_, kind) => open(format!(" rdf:datatype=\"{}\"", escaped(&kind.iri(prefixes)))),
        }
        match object {
            Object::Text(text) | Object::Localized(text, _) | Object::Typed(text, _) => push_escaped(text, out),
            Object::Node(inner) => element(inner, prefixes, out),
            Object::Iri(_) => {}
        }
        let _ = write!(out, "</{name}>");
    }
}

/// The end of a thing.
pub(super) fn close(node: &Node, out: &mut Vec<u8>) {
    let _ = write!(out, "</{}>", class(node));
}

/// A thing within the one that was opened.
pub(super) fn part(property: &Name, part: &Node, prefixes: &Prefixes, out: &mut Vec<u8>) {
    let name = property.short();
    let _ = write!(out, "\n<{name}>");
    element(part, prefixes, out);
    let _ = write!(out, "</{name}>");
}
