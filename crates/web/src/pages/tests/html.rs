//! What is true of every page, read from its HTML by a small scanner.

/// One tag: its name (`/p` for an end), its attributes as written, and where the text after it begins.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    end: usize,
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = html[from..].find('<').map(|at| from + at) {
        let mut quoted = false;
        let end = html[start..]
            .find(|c| {
                quoted ^= c == '"';
                c == '>' && !quoted
            })
            .map_or(html.len(), |at| start + at);
        let inside = &html[start + 1..end];
        let name_end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
        found.push(Tag {
            name: inside[..name_end].trim_end_matches('/'),
            attributes: &inside[name_end..],
            end: end + 1,
        });
        from = (end + 1).min(html.len());
    }
    found
}

/// The value of an attribute.
fn attribute<'a>(tag: &Tag<'a>, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.attributes.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// The text between a tag and its end, without tags.
fn text_after(html: &str, tag: &Tag<'_>) -> String {
    let inner = html[tag.end..]
        .split(&format!("</{}>", tag.name))
        .next()
        .unwrap_or_default();
    let mut text = String::new();
    let mut inside = false;
    for c in inner.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// Asserts what holds on every page: its language, a title, one first heading and no level left out, no style, script or
/// handler in the HTML (the content security policy would block them), a name for each link, button and field, unique ids,
/// and the link to the cookie preferences.
pub fn check(what: &str, lang: &str, html: &str) {
    let tags = tags(html);
    let root = tags.iter().find(|tag| tag.name == "html").expect("a page");
    assert_eq!(attribute(root, "lang"), Some(lang), "{what}");
    assert!(html.contains("<title>") && !html.contains("<title></title>"), "{what}");
    assert!(
        html.contains("href=\"/cookies/preferences/\""),
        "{what}: no way to the preferences"
    );
    let mut level = 0;
    let mut ids = Vec::new();
    for tag in &tags {
        let here = format!("{what}: <{}{}>", tag.name, tag.attributes);
        assert!(attribute(tag, "style").is_none() && tag.name != "style", "{here}");
        let handler = tag
            .attributes
            .split_whitespace()
            .any(|one| one.starts_with("on") && one.contains('='));
        assert!(!handler || tag.attributes.contains("content=\""), "{here}");
        if tag.name == "script" {
            assert!(
                attribute(tag, "src").is_some() && text_after(html, tag).is_empty(),
                "{here}"
            );
        }
        if let Some(depth) = tag.name.strip_prefix('h').and_then(|depth| depth.parse::<u32>().ok()) {
            assert!(depth <= level + 1 && (depth > 1 || level == 0), "{here} after h{level}");
            level = depth;
        }
        if let Some(id) = attribute(tag, "id") {
            assert!(!ids.contains(&id), "{here}: twice");
            ids.push(id);
        }
        let named = attribute(tag, "aria-label").is_some_and(|name| !name.is_empty());
        if matches!(tag.name, "a" | "button" | "summary" | "th") {
            assert!(named || !text_after(html, tag).is_empty(), "{here}: no name");
        }
        let typed = attribute(tag, "type").unwrap_or_default();
        if (tag.name == "input" && !matches!(typed, "hidden" | "checkbox")) || tag.name == "select" {
            let hidden = attribute(tag, "aria-hidden").is_some();
            let label = attribute(tag, "id").is_some_and(|id| {
                html.contains(&format!("<label for=\"{id}\"")) || html.contains(&format!("for=\"{id}\">"))
            });
            assert!(hidden || label, "{here}: no label");
        }
        if tag.name == "img" {
            assert!(attribute(tag, "alt").is_some(), "{here}: no alternative");
        }
        // The banner is on pages that caches keep: its token is asked for when somebody clicks (`edge::asked`).
        let banner = attribute(tag, "data-consent") == Some("banner");
        if tag.name == "form" && attribute(tag, "method") == Some("post") && !banner {
            let inner = html[tag.end..].split("</form>").next().unwrap_or_default();
            assert!(inner.contains("csrfmiddlewaretoken"), "{here}: no token");
        }
    }
    assert_eq!(tags.iter().filter(|tag| tag.name == "h1").count(), 1, "{what}");
}
