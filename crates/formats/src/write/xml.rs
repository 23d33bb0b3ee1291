//! Text in XML.

/// Appends text, escaped for elements and for attributes in double quotes. Characters that XML cannot hold are left out.
pub fn push_escaped(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    let special = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | b'"') || *byte < 0x20;
    while let Some(at) = rest.iter().position(special) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            // A reader would make it a line feed.
            b'\r' => out.extend_from_slice(b"&#13;"),
            kept @ (b'\n' | b'\t') => out.push(kept),
            _ => {}
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Text, escaped as [`push_escaped`] does.
pub fn escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    push_escaped(text, &mut out);
    String::from_utf8(out).expect("only ASCII is put between the parts of a text")
}

/// The name as that of an element or of a term: letters, digits, `_` and `-`; whatever else becomes `_`.
pub fn name(text: &str) -> String {
    let kept = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') {
            c
        } else {
            '_'
        }
    };
    let mut name: String = text.chars().map(kept).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}

/// Names of columns as those of elements, no two alike.
pub fn names<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for key in keys {
        let wanted = name(key);
        let mut free = wanted.clone();
        let mut number = 2;
        while names.contains(&free) {
            free = format!("{wanted}_{number}");
            number += 1;
        }
        names.push(free);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_left_out() {
        assert_eq!(
            escaped("a<b> & \"c\"\u{1}\n\r"),
            "a&lt;b&gt; &amp; &quot;c&quot;\n&#13;"
        );
    }

    #[test]
    fn names_of_elements_are_names_and_differ() {
        let keys = ["nom", "Année 2024", "2024", "", "Annee 2024", "Ann\u{e8}e 2024"];
        let names = names(keys.into_iter());
        assert_eq!(names, ["nom", "Ann_e_2024", "_2024", "_", "Annee_2024", "Ann_e_2024_2"]);
    }
}
