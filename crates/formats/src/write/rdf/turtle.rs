//! Turtle: one thing after the other, those without an address where they are spoken of.

use super::{Name, Node, Object, Prefixes, safe_iri};

pub(super) fn head(prefixes: &Prefixes, out: &mut Vec<u8>) {
    for (prefix, namespace) in prefixes {
        push(&format!("@prefix {prefix}: <{}> .\n", safe_iri(namespace)), out);
    }
}

pub(super) fn node(node: &Node, out: &mut Vec<u8>) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        push("\n", out);
        match &node.iri {
            Some(iri) => push(&format!("<{}>", safe_iri(iri)), out),
            None => push("[]", out),
        }
        said(node, "\n  ", &mut waiting, out);
        push(" .\n", out);
    }
}

fn push(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
}

/// What is said of a thing, with `space` between its parts. Things with an address that it speaks of wait for their turn.
fn said<'a>(node: &'a Node, space: &str, waiting: &mut Vec<&'a Node>, out: &mut Vec<u8>) {
    let classes: Vec<String> = node.classes.iter().map(Name::short).collect();
    if !classes.is_empty() {
        push(&format!(" a {}", classes.join(", ")), out);
    }
    let mut known = !node.classes.is_empty();
    for (property, object) in &node.properties {
        if known {
            push(" ;", out);
        }
        push(if known { space } else { " " }, out);
        known = true;
        push(&property.short(), out);
        push(" ", out);
        match object {
            Object::Iri(iri) => push(&format!("<{}>", safe_iri(iri)), out),
            Object::Text(text) => literal(text, out),
            Object::Localized(text, lang) => {
                literal(text, out);
                push(&format!("@{lang}"), out);
            }
            Object::Typed(text, kind) => typed(text, kind, out),
            Object::Node(inner) => match &inner.iri {
                Some(iri) => {
                    push(&format!("<{}>", safe_iri(iri)), out);
                    waiting.push(inner);
                }
                None => {
                    push("[", out);
                    said(inner, " ", waiting, out);
                    push(" ]", out);
                }
            },
        }
    }
}

fn typed(text: &str, kind: &Name, out: &mut Vec<u8>) {
    literal(text, out);
    push(&format!("^^{}", kind.short()), out);
}

fn literal(text: &str, out: &mut Vec<u8>) {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    push(&quoted, out);
}
