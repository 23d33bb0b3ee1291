//! Colours: reading `#rrggbb`, contrast as WCAG counts it, and lightness changed without changing the hue (OKLCH).

/// A colour of the sRGB space, each part from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    red: f64,
    green: f64,
    blue: f64,
}

fn linear(part: f64) -> f64 {
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

fn gamma(part: f64) -> f64 {
    if part <= 0.003_130_8 {
        part * 12.92
    } else {
        1.055 * part.powf(1.0 / 2.4) - 0.055
    }
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self {
        red: 1.0,
        green: 1.0,
        blue: 1.0,
    };

    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| {
            u8::from_str_radix(digits.get(at..at + 2)?, 16)
                .ok()
                .map(|value| f64::from(value) / 255.0)
        };
        Some(Self {
            red: part(0)?,
            green: part(2)?,
            blue: part(4)?,
        })
    }

    /// `#rrggbb`.
    pub fn hex(self) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is between 0 and 255"
        )]
        let part = |value: f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        format!("#{:02x}{:02x}{:02x}", part(self.red), part(self.green), part(self.blue))
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast ratio with another colour, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Lightness (0–1), chroma and hue (radians) in OKLCH.
    pub fn oklch(self) -> (f64, f64, f64) {
        let (r, g, b) = (linear(self.red), linear(self.green), linear(self.blue));
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        (lightness, a.hypot(b), b.atan2(a))
    }

    /// The colour with this lightness and hue and at most this chroma; the chroma falls until sRGB can show it.
    pub fn from_oklch(lightness: f64, chroma: f64, hue: f64) -> Self {
        let mut chroma = chroma;
        loop {
            let colour = Self::unclamped(lightness, chroma, hue);
            let fits = [colour.red, colour.green, colour.blue]
                .iter()
                .all(|part| (-0.001..=1.001).contains(part));
            if fits || chroma < 0.002 {
                return colour;
            }
            chroma *= 0.96;
        }
    }

    fn unclamped(lightness: f64, chroma: f64, hue: f64) -> Self {
        let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        Self {
            red: gamma(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
            green: gamma(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
            blue: gamma(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s),
        }
    }

    /// The colour nearest in lightness that has at least `ratio` with every one of `grounds`: darker when `darker`, else lighter.
    pub fn readable_on(self, grounds: &[Self], ratio: f64, darker: bool) -> Self {
        let (mut lightness, chroma, hue) = self.oklch();
        let mut colour = self;
        while grounds.iter().any(|ground| colour.contrast(*ground) < ratio) && (0.0..=1.0).contains(&lightness) {
            lightness += if darker { -0.005 } else { 0.005 };
            colour = Self::from_oklch(lightness.clamp(0.0, 1.0), chroma, hue);
        }
        colour
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let black = Colour::parse("#000000").unwrap();
        assert!((black.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        let grey = Colour::parse("#767676").unwrap();
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn colours_survive_the_way_through_oklch() {
        for text in ["#1f4fa3", "#9a4a00", "#a3195b", "#000000", "#ffffff", "#00707a"] {
            let (lightness, chroma, hue) = Colour::parse(text).unwrap().oklch();
            assert_eq!(Colour::from_oklch(lightness, chroma, hue).hex(), text);
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for bad in ["", "red", "#fff", "#12345", "#12345g", "#é12345", "1f4fa3"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }
}
