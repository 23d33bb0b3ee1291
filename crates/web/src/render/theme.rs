//! The portal's colours as a style sheet. They follow from the one accent colour that a portal chooses, whatever it is:
//! each variant is moved in lightness until it can be read where it is used, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11).

use std::fmt::Write as _;

use super::colour::Colour;

/// The grounds that text stands on, light and dark: those of `assets/css/tokens.css`.
pub const LIGHT_GROUNDS: [&str; 3] = ["#ffffff", "#f6f7f9", "#eceff3"];
/// See [`LIGHT_GROUNDS`].
pub const DARK_GROUNDS: [&str; 3] = ["#12161c", "#1a2029", "#232b36"];

/// Contrast asked of text: a little more than the 4.5 of level AA.
const TEXT: f64 = 4.8;

/// The colours of one scheme.
#[derive(Clone, Copy, Debug)]
pub struct Scheme {
    /// Ground of buttons and other solid things.
    pub accent: Colour,
    /// Text on it.
    pub on_accent: Colour,
    /// The same while pointed at.
    pub accent_hover: Colour,
    /// Links and other coloured text.
    pub accent_text: Colour,
    /// A tint for large grounds.
    pub accent_soft: Colour,
    /// A line on such grounds.
    pub accent_line: Colour,
    /// Text on the tint.
    pub on_soft: Colour,
}

fn grounds(texts: [&str; 3]) -> [Colour; 3] {
    texts.map(|text| Colour::parse(text).expect("the grounds above are colours"))
}

/// The light and the dark colours of a portal.
pub fn schemes(accent: &str) -> (Scheme, Scheme) {
    let base = Colour::parse(accent).unwrap_or_else(|| Colour::parse("#1f4fa3").expect("a colour"));
    (light(base), dark(base))
}

fn light(base: Colour) -> Scheme {
    let (_, chroma, hue) = base.oklch();
    let soft = Colour::from_oklch(0.962, chroma.min(0.024), hue);
    let [white, page, sunken] = grounds(LIGHT_GROUNDS);
    let accent = base.readable_on(&[Colour::WHITE], TEXT, true);
    let (lightness, chroma_now, _) = accent.oklch();
    Scheme {
        accent,
        on_accent: Colour::WHITE,
        accent_hover: Colour::from_oklch((lightness - 0.07).max(0.0), chroma_now, hue),
        accent_text: base.readable_on(&[white, page, sunken, soft], TEXT, true),
        accent_soft: soft,
        accent_line: Colour::from_oklch(0.87, chroma.min(0.055), hue),
        on_soft: Colour::from_oklch(0.30, chroma.min(0.08), hue),
    }
}

fn dark(base: Colour) -> Scheme {
    let (_, chroma, hue) = base.oklch();
    let [page, surface, raised] = grounds(DARK_GROUNDS);
    let soft = Colour::from_oklch(0.27, chroma.min(0.045), hue);
    let text = Colour::from_oklch(0.74, chroma.min(0.13), hue).readable_on(&[page, surface, raised, soft], TEXT, false);
    let ink = Colour::from_oklch(0.18, chroma.min(0.03), hue);
    let (lightness, chroma_now, _) = text.oklch();
    Scheme {
        accent: text,
        on_accent: ink,
        accent_hover: Colour::from_oklch((lightness + 0.06).min(0.97), chroma_now, hue),
        accent_text: text,
        accent_soft: soft,
        accent_line: Colour::from_oklch(0.40, chroma.min(0.07), hue),
        on_soft: Colour::from_oklch(0.94, chroma.min(0.03), hue),
    }
}

/// The style sheet.
pub fn css(accent: &str) -> String {
    let (light, dark) = schemes(accent);
    let mut css = String::from(":root{");
    for (name, part) in [
        ("accent", (|scheme| scheme.accent) as fn(Scheme) -> Colour),
        ("on-accent", |scheme| scheme.on_accent),
        ("accent-hover", |scheme| scheme.accent_hover),
        ("accent-text", |scheme| scheme.accent_text),
        ("accent-soft", |scheme| scheme.accent_soft),
        ("accent-line", |scheme| scheme.accent_line),
        ("on-soft", |scheme| scheme.on_soft),
    ] {
        write!(css, "--{name}:light-dark({},{});", part(light).hex(), part(dark).hex())
            .expect("a String takes all text");
    }
    css.push_str("}\n");
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_gives_colours_that_can_be_read() {
        let mut accents: Vec<String> = [
            "#1f7a3d", "#9a4a00", "#1f4fa3", "#a3195b", "#00707a", "#ffff00", "#ffffff", "#000000", "#00ff00",
        ]
        .map(str::to_owned)
        .to_vec();
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    accents.push(format!("#{red:02x}{green:02x}{blue:02x}"));
                }
            }
        }
        let shown = |colour: Colour| Colour::parse(&colour.hex()).unwrap();
        for accent in accents {
            let (light, dark) = schemes(&accent);
            for (scheme, grounds) in [(light, grounds(LIGHT_GROUNDS)), (dark, grounds(DARK_GROUNDS))] {
                let soft = shown(scheme.accent_soft);
                for ground in grounds.into_iter().chain([soft]) {
                    assert!(
                        shown(scheme.accent_text).contrast(ground) >= 4.5,
                        "{accent}: text on {}",
                        ground.hex()
                    );
                }
                for ground in [scheme.accent, scheme.accent_hover] {
                    assert!(
                        shown(scheme.on_accent).contrast(shown(ground)) >= 4.5,
                        "{accent}: on {}",
                        ground.hex()
                    );
                }
                assert!(
                    shown(scheme.on_soft).contrast(soft) >= 7.0,
                    "{accent}: text on the tint"
                );
                assert!(
                    shown(scheme.accent).contrast(grounds[0]) >= 3.0,
                    "{accent}: the edge of a button"
                );
            }
        }
    }

    #[test]
    fn the_style_sheet_holds_colours_and_nothing_else() {
        let css = css("#1f4fa3; } body { display: none");
        assert!(css.starts_with(":root{--accent:light-dark(#") && css.ends_with("}\n") && !css.contains("body"));
    }
}
