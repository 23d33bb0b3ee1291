//! JSON-LD: a context of prefixes and a graph of things, with things within what speaks of them.

use serde_json::{Map, Value, json};

use super::super::value::push_string;
use super::{Name, Node, Object, Prefixes, safe_iri};

pub(super) fn head(prefixes: &Prefixes, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"@context\":{");
    for (index, (prefix, namespace)) in prefixes.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_string(prefix, out);
        out.push(b':');
        push_string(&safe_iri(namespace), out);
    }
    out.extend_from_slice(b"},\"@graph\":[");
}

pub(super) fn node(node: &Node, first: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if first { b"\n".as_slice() } else { b",\n" });
    out.extend_from_slice(object(node).to_string().as_bytes());
}

pub(super) fn tail(out: &mut Vec<u8>) {
    out.extend_from_slice(b"]}\n");
}

fn object(node: &Node) -> Value {
    let mut map = Map::new();
    if let Some(iri) = &node.iri {
        map.insert("@id".to_owned(), safe_iri(iri).into());
    }
    let classes: Vec<String> = node.classes.iter().map(Name::short).collect();
    if !classes.is_empty() {
        map.insert("@type".to_owned(), json!(classes));
    }
    for (property, said) in &node.properties {
        let value = match said {
            Object::Iri(iri) => json!({ "@id": safe_iri(iri) }),
            Object::Text(text) => json!({ "@value": text }),
            Object::Localized(text, lang) => json!({ "@value": text, "@language": lang }),
            Object::Typed(text, kind) => json!({ "@value": text, "@type": kind.short() }),
            Object::Node(inner) => object(inner),
        };
        let values = map.entry(property.short()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(value);
        }
    }
    Value::Object(map)
}
