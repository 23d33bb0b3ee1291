//! Numbers as people of a language write them.

/// What parts groups of three digits, and what comes before the decimals.
fn signs(lang: &str) -> (&'static str, &'static str) {
    match lang {
        "en" => (",", "."),
        "eu" => (".", ","),
        // The narrow no-break space of French typography.
        _ => ("\u{202f}", ","),
    }
}

fn grouped(digits: &str, group: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(group);
        }
        text.push(digit);
    }
    text
}

/// A whole number.
pub fn integer(value: i64, lang: &str) -> String {
    let text = grouped(&value.unsigned_abs().to_string(), signs(lang).0);
    if value < 0 { format!("\u{2212}{text}") } else { text }
}

/// A number with at most `most` decimals, without zeros at its end.
pub fn decimal(value: f64, lang: &str, most: usize) -> String {
    let text = fixed(value, lang, most);
    match text.split_once(signs(lang).1) {
        Some((whole, decimals)) if most > 0 => {
            let decimals = decimals.trim_end_matches('0');
            if decimals.is_empty() {
                whole.to_owned()
            } else {
                format!("{whole}{}{decimals}", signs(lang).1)
            }
        }
        _ => text,
    }
}

/// A number with exactly `decimals` decimals.
pub fn fixed(value: f64, lang: &str, decimals: usize) -> String {
    if !value.is_finite() {
        return "\u{2014}".to_owned();
    }
    let (group, point) = signs(lang);
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    // What rounds to nothing has no sign.
    let minus = if value < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        "\u{2212}"
    } else {
        ""
    };
    let whole = grouped(whole, group);
    if rest.is_empty() {
        format!("{minus}{whole}")
    } else {
        format!("{minus}{whole}{point}{rest}")
    }
}

/// A size in bytes, in units of a thousand, with at most one decimal.
pub fn bytes(size: u64, lang: &str) -> String {
    let units = if lang == "fr" {
        ["o", "ko", "Mo", "Go", "To"]
    } else {
        ["B", "kB", "MB", "GB", "TB"]
    };
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let mut value = size as f64;
    let mut step = 0;
    while value >= 999.5 && step < units.len() - 1 {
        value /= 1000.0;
        step += 1;
    }
    let decimals = usize::from(value < 9.95 && step > 0);
    format!("{}\u{a0}{}", decimal(value, lang, decimals), units[step])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_grouped_by_three() {
        assert_eq!(integer(0, "fr"), "0");
        assert_eq!(integer(999, "fr"), "999");
        assert_eq!(integer(1_234_567, "fr"), "1\u{202f}234\u{202f}567");
        assert_eq!(integer(-1_234, "en"), "\u{2212}1,234");
        assert_eq!(integer(1_234, "eu"), "1.234");
        assert_eq!(integer(i64::MIN, "en"), "\u{2212}9,223,372,036,854,775,808");
    }

    #[test]
    fn decimals_follow_the_language() {
        assert_eq!(decimal(1234.5, "fr", 2), "1\u{202f}234,5");
        assert_eq!(decimal(1234.0, "en", 6), "1,234");
        assert_eq!(decimal(100.0, "en", 0), "100");
        assert_eq!(decimal(-0.001, "fr", 2), "0");
        assert_eq!(fixed(2.0, "fr", 2), "2,00");
        assert_eq!(fixed(f64::NAN, "fr", 2), "\u{2014}");
    }

    #[test]
    fn sizes_are_in_decimal_units() {
        assert_eq!(bytes(0, "fr"), "0\u{a0}o");
        assert_eq!(bytes(1_500, "fr"), "1,5\u{a0}ko");
        assert_eq!(bytes(999_600, "en"), "1\u{a0}MB");
        assert_eq!(bytes(12_345_678, "en"), "12\u{a0}MB");
    }
}
