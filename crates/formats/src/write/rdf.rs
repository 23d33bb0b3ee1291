//! Statements (RDF): things with their properties, and the three ways to write them. N3 is written as Turtle, which it contains.

mod jsonld;
pub mod records;
mod turtle;
mod xml;

use std::borrow::Cow;

/// Namespaces and the prefixes that stand for them.
pub type Prefixes = Vec<(String, String)>;

/// A name in a namespace: `dcterms`, `title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    prefix: Cow<'static, str>,
    local: Cow<'static, str>,
}

impl Name {
    /// A name that is known beforehand.
    pub const fn of(prefix: &'static str, local: &'static str) -> Self {
        Self {
            prefix: Cow::Borrowed(prefix),
            local: Cow::Borrowed(local),
        }
    }

    /// A name made of data; `local` has to be letters, digits, `_` and `-`.
    pub fn made(prefix: &'static str, local: String) -> Self {
        Self {
            prefix: Cow::Borrowed(prefix),
            local: Cow::Owned(local),
        }
    }

    fn short(&self) -> String {
        format!("{}:{}", self.prefix, self.local)
    }

    /// The whole IRI.
    fn iri(&self, prefixes: &Prefixes) -> String {
        let found = prefixes.iter().find(|(prefix, _)| *prefix == self.prefix);
        format!("{}{}", found.map_or("", |(_, namespace)| namespace), self.local)
    }
}

/// A thing: what it is and what is said of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its address; without one it is only known by what is said of it.
    pub iri: Option<String>,
    /// What it is.
    pub classes: Vec<Name>,
    /// What is said of it, in order.
    pub properties: Vec<(Name, Object)>,
}

/// What a property says.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// A thing elsewhere.
    Iri(String),
    /// A text.
    Text(String),
    /// A text in a language.
    Localized(String, String),
    /// A value of a type.
    Typed(String, Name),
    /// A thing described here.
    Node(Node),
}

impl Node {
    /// A thing with an address.
    pub fn new(iri: impl Into<String>, class: Name) -> Self {
        Self {
            iri: Some(iri.into()),
            classes: vec![class],
            properties: Vec::new(),
        }
    }

    /// A thing without an address.
    pub fn blank(class: Name) -> Self {
        Self {
            iri: None,
            classes: vec![class],
            properties: Vec::new(),
        }
    }

    /// Says something of it.
    pub fn say(&mut self, property: Name, object: Object) {
        self.properties.push((property, object));
    }

    /// Says a text of it, if there is one.
    pub fn say_text(&mut self, property: Name, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.say(property, Object::Text(text.to_owned()));
        }
    }
}

/// A way to write statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Turtle, and N3.
    Turtle,
    /// RDF/XML, things within things.
    Xml,
    /// JSON-LD: a context and a graph.
    Json,
}

impl Syntax {
    /// Appends what comes before the first thing.
    pub fn head(self, prefixes: &Prefixes, out: &mut Vec<u8>) {
        match self {
            Self::Turtle => turtle::head(prefixes, out),
            Self::Xml => xml::head(prefixes, out),
            Self::Json => jsonld::head(prefixes, out),
        }
    }

    /// Appends a thing. `first` says that none comes before.
    pub fn node(self, node: &Node, prefixes: &Prefixes, first: bool, out: &mut Vec<u8>) {
        match self {
            Self::Turtle => turtle::node(node, out),
            Self::Xml => xml::node(node, prefixes, out),
            Self::Json => jsonld::node(node, first, out),
        }
    }

    /// Appends a thing and what it is made of, as far as the first of its parts: in XML parts stand within, elsewhere they are
    /// named here and follow.
    pub fn open(self, whole: &Node, property: &Name, parts: &[String], prefixes: &Prefixes, out: &mut Vec<u8>) {
        if self == Self::Xml {
            xml::open(whole, prefixes, out);
            return;
        }
        let mut whole = whole.clone();
        for part in parts {
            whole.say(property.clone(), Object::Iri(part.clone()));
        }
        self.node(&whole, prefixes, true, out);
    }

    /// Appends a part of what was opened.
    pub fn part(self, property: &Name, part: &Node, prefixes: &Prefixes, out: &mut Vec<u8>) {
        match self {
            Self::Xml => xml::part(property, part, prefixes, out),
            _ => self.node(part, prefixes, false, out),
        }
    }

    /// Appends the end of what was opened.
    pub fn close(self, whole: &Node, out: &mut Vec<u8>) {
        if self == Self::Xml {
            xml::close(whole, out);
            out.push(b'\n');
        }
    }

    /// Appends what comes after the last thing.
    pub fn tail(self, out: &mut Vec<u8>) {
        match self {
            Self::Turtle => {}
            Self::Xml => xml::tail(out),
            Self::Json => jsonld::tail(out),
        }
    }
}

/// An address without the characters that none may hold.
fn safe_iri(iri: &str) -> Cow<'_, str> {
    let odd = |c: char| c <= ' ' || c == '\u{7f}' || matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`');
    if !iri.contains(odd) {
        return Cow::Borrowed(iri);
    }
    let mut safe = String::with_capacity(iri.len() + 16);
    for c in iri.chars() {
        if odd(c) {
            safe.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Prefixes, Node) {
        let prefixes = vec![("d".to_owned(), "http://d.example/#".to_owned())];
        let mut inner = Node::new("http://x.example/a b", Name::of("d", "Inner"));
        inner.say(Name::of("d", "n"), Object::Typed("1".to_owned(), Name::of("d", "int")));
        let mut node = Node::new("http://x.example/1", Name::of("d", "Thing"));
        node.say(Name::of("d", "t"), Object::Text("a \"b\"\n\\ <c>".to_owned()));
        node.say(Name::of("d", "l"), Object::Localized("été".to_owned(), "fr".to_owned()));
        node.say(Name::of("d", "in"), Object::Node(inner));
        node.say(Name::of("d", "bare"), Object::Node(Node::blank(Name::of("d", "Bare"))));
        (prefixes, node)
    }

    fn written(syntax: Syntax) -> String {
        let (prefixes, node) = example();
        let mut out = Vec::new();
        syntax.head(&prefixes, &mut out);
        syntax.node(&node, &prefixes, true, &mut out);
        syntax.node(&node, &prefixes, false, &mut out);
        syntax.tail(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn turtle_lists_what_is_said_and_things_with_an_address_apart() {
        let text = written(Syntax::Turtle);
        assert!(text.starts_with("@prefix d: <http://d.example/#> .\n"), "{text}");
        assert!(text.contains("d:t \"a \\\"b\\\"\\n\\\\ <c>\" ;"), "{text}");
        assert!(text.contains("d:l \"été\"@fr ;"), "{text}");
        assert!(text.contains("d:in <http://x.example/a%20b> ;"), "{text}");
        assert!(text.contains("d:bare [ a d:Bare ] ."), "{text}");
        assert!(
            text.contains("\n<http://x.example/a%20b> a d:Inner ;\n  d:n \"1\"^^d:int .\n"),
            "{text}"
        );
    }

    #[test]
    fn xml_has_things_within_things() {
        let text = written(Syntax::Xml);
        assert!(text.contains("<d:t>a &quot;b&quot;\n\\ &lt;c&gt;</d:t>"), "{text}");
        assert!(
            text.contains("<d:in><d:Inner rdf:about=\"http://x.example/a%20b\">"),
            "{text}"
        );
        assert!(
            text.contains("<d:n rdf:datatype=\"http://d.example/#int\">1</d:n>"),
            "{text}"
        );
        assert!(text.contains("<d:bare><d:Bare></d:Bare></d:bare>"), "{text}");
    }

    #[test]
    fn json_is_a_graph_with_its_context() {
        let value: serde_json::Value = serde_json::from_str(&written(Syntax::Json)).unwrap();
        assert_eq!(value["@context"]["d"], "http://d.example/#");
        let node = &value["@graph"][0];
        assert_eq!(value["@graph"].as_array().unwrap().len(), 2);
        assert_eq!(node["@id"], "http://x.example/1");
        assert_eq!(node["d:l"], serde_json::json!([{ "@value": "été", "@language": "fr" }]));
        assert_eq!(node["d:in"][0]["d:n"][0]["@type"], "d:int");
    }
}
