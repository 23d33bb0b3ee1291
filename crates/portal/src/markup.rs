//! The one door through which HTML that people wrote goes to the store and to pages (R-GATE-02).
//!
//! What is kept is a list of harmless elements and attributes; whatever could make a browser contact another host is not
//! on it: no script, style, picture, font, `object`, `link`, `base`, form or SVG, and no attribute that names an address
//! but the `href` of a link, which contacts nobody until somebody follows it. A frame is kept as its address; whoever shows
//! the text says what becomes of each ([`Shown`]), and nothing but an address of the portal's own can stand there.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::LazyLock;

use ammonia::{Builder, Url};

/// Frames of one text. More are dropped.
const MAX_FRAMES: usize = 20;
/// Tallest frame, in CSS pixels.
const MAX_HEIGHT: u16 = 2_000;
/// Stands for a link to the visitor's choice, as themes of portals have always written it.
const CHOICE: &str = "##manage-cookies##";
/// They stand for a frame between the two cleanings; text that people wrote holds none once it has passed the first.
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// Harmless elements.
static STRICT: LazyLock<Builder<'static>> = LazyLock::new(builder);
/// The same, and frames with their address.
static WITH_FRAMES: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = builder();
    builder
        .add_tags(["iframe"])
        .add_tag_attributes("iframe", ["src", "title", "height"]);
    builder
});

fn builder() -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .rm_tags(["img", "area", "map"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener nofollow"));
    // Nobody sees these addresses.
    for tag in ["blockquote", "q", "del", "ins"] {
        builder.rm_tag_attributes(tag, ["cite"]);
    }
    builder
}

/// HTML that can be printed as it is. Only [`show`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A frame that an author put in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// An absolute `https` address without user information, as `url` writes it.
    pub src: Url,
    /// What the author calls it.
    pub title: Option<String>,
    /// Its height in CSS pixels.
    pub height: Option<u16>,
}

/// What stands in the place of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A frame with a document of the portal's own.
    Own {
        /// Path of the document. One that does not begin with a single slash is not shown.
        path: String,
        /// The frame's accessible name, if the author gave none.
        title: String,
        /// The frame's `sandbox`.
        sandbox: &'static str,
    },
    /// A sentence: the portal does not declare the service.
    Refused(String),
}

/// What the store keeps of `html`: harmless elements, and frames with nothing but a sound address, title and height.
pub fn keep(html: &str) -> String {
    through(html, |frame, _| {
        let mut tag = format!("<iframe src=\"{}\"", escape(frame.src.as_str()));
        if let Some(title) = &frame.title {
            write!(tag, " title=\"{}\"", escape(title)).expect("a String takes any text");
        }
        if let Some(height) = frame.height {
            write!(tag, " height=\"{height}\"").expect("a String takes any text");
        }
        tag + "></iframe>"
    })
}

/// What a page prints of `html`, cleaned again whatever the store holds. `decide` says what becomes of each frame; the words
/// `##manage-cookies##` become a link called `manage` to the visitor's choice (R-CON-07).
pub fn show(html: &str, manage: &str, mut decide: impl FnMut(&Frame) -> Shown) -> Markup {
    let mut titles: HashSet<String> = HashSet::new();
    let whole = through(html, |frame, number| match decide(frame) {
        Shown::Own { path, title, sandbox } if path.starts_with('/') && !path.starts_with("//") => {
            let mut title = frame.title.clone().unwrap_or(title);
            // Two frames of one name could not be told apart by ear.
            if !titles.insert(title.clone()) {
                write!(title, " ({})", number + 1).expect("a String takes any text");
            }
            let height = frame
                .height
                .map_or(String::new(), |height| format!(" height=\"{height}\""));
            format!(
                "<iframe class=\"embed\" src=\"{}\" title=\"{}\" sandbox=\"{sandbox}\" loading=\"lazy\" \
                 allow=\"fullscreen\"{height}></iframe>",
                escape(&path),
                escape(&title)
            )
        }
        Shown::Own { .. } => String::new(),
        Shown::Refused(text) => format!("<p class=\"embed-refused\">{}</p>", escape(&text)),
    });
    Markup(link_choice(&whole, &escape(manage)))
}

/// Puts a link where cleaned HTML says so in its text; within a link only its name, and in attributes nothing.
fn link_choice(clean: &str, name: &str) -> String {
    if !clean.contains(CHOICE) {
        return clean.to_owned();
    }
    let link = format!("<a href=\"/cookies/preferences/\">{name}</a>");
    let (mut text, mut rest, mut linked) = (String::with_capacity(clean.len()), clean, false);
    while !rest.is_empty() {
        let (words, from) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        text.push_str(&words.replace(CHOICE, if linked { name } else { &link }));
        let (tag, after) = tag(from);
        linked = (linked || tag.starts_with("<a ")) && tag != "</a>";
        text.push_str(tag);
        rest = after;
    }
    text
}

/// Cleans `html` with frames, takes them out, cleans the rest without, and puts in what `emit` makes of each. After the
/// second cleaning there is no element but harmless ones, whatever became of the first: what follows a frame cannot have
/// been its content.
fn through(html: &str, mut emit: impl FnMut(&Frame, usize) -> String) -> String {
    let first: String = WITH_FRAMES.clean(html).to_string();
    let first = first.replace([OPEN, CLOSE], "");
    let (text, frames) = take_frames(&first);
    let mut second = STRICT.clean(&text).to_string();
    for (number, frame) in frames.iter().enumerate() {
        second = second.replacen(&mark(number), &emit(frame, number), 1);
    }
    second
}

fn mark(number: usize) -> String {
    format!("{OPEN}{number}{CLOSE}")
}

/// Replaces each frame of cleaned HTML with a mark. Frames without a sound address go.
fn take_frames(clean: &str) -> (String, Vec<Frame>) {
    let (mut text, mut frames) = (String::with_capacity(clean.len()), Vec::new());
    let mut rest = clean;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let (tag, after) = tag(&rest[at..]);
        let Some(inner) = tag.strip_prefix("<iframe ").or_else(|| tag.strip_prefix("<iframe>")) else {
            text.push_str(tag);
            rest = after;
            continue;
        };
        if let Some(frame) = frame(inner).filter(|_| frames.len() < MAX_FRAMES) {
            text.push_str(&mark(frames.len()));
            frames.push(frame);
        }
        rest = after.split_once("</iframe>").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    (text, frames)
}

/// The tag at the beginning of `html`, and what follows. A `>` between quotes does not end it.
fn tag(html: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = html.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    });
    html.split_at(end.map_or(html.len(), |end| end + 1))
}

/// The frame whose attributes the serialiser wrote: `name="value" name="value">`.
fn frame(attributes: &str) -> Option<Frame> {
    // Values hold no quotation mark of their own, so every second piece is one.
    let mut pieces = attributes.split('"');
    let pairs: Vec<(&str, String)> =
        std::iter::from_fn(|| Some((pieces.next()?.trim().trim_end_matches('='), unescape(pieces.next()?)))).collect();
    let value = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let src = Url::parse(value("src")?).ok()?;
    if src.scheme() != "https" || !src.username().is_empty() || src.password().is_some() {
        return None;
    }
    let title = value("title").map(|title| title.trim().to_owned());
    let height = value("height").and_then(|height| height.parse().ok());
    Some(Frame {
        src,
        title: title.filter(|title| !title.is_empty()),
        height: height.filter(|height| (1..=MAX_HEIGHT).contains(height)),
    })
}

/// Text or an attribute's value, as HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// What the serialiser escaped.
fn unescape(text: &str) -> String {
    text.replace("&nbsp;", "\u{A0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests;
