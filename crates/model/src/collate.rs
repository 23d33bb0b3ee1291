//! How texts are compared for people: without case and accents. One rule for lists, facets, names of fields and search.

use std::cmp::Ordering;

/// Adds a letter without case and accent to `out`: one letter, several (`œ`), or none (an accent that stands alone).
pub fn fold_char(letter: char, out: &mut String) {
    let base = match letter {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Ạ'..='ặ' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'Ć'..='č' => "c",
        'Ď'..='đ' | 'Ð' | 'ð' => "d",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' => "e",
        'Ĝ'..='ģ' => "g",
        'Ĥ'..='ħ' => "h",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => "i",
        'Ĳ' | 'ĳ' => "ij",
        'Ĵ' | 'ĵ' => "j",
        'Ķ'..='ĸ' => "k",
        'Ĺ'..='ł' => "l",
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' | 'Ọ'..='ợ' => "o",
        'Œ' | 'œ' => "oe",
        'Ŕ'..='ř' => "r",
        'Ś'..='š' | 'ſ' | 'Ș' | 'ș' => "s",
        'ß' | 'ẞ' => "ss",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "t",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ụ'..='ự' => "u",
        'Ŵ' | 'ŵ' => "w",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => "y",
        'Ź'..='ž' => "z",
        // Accents that stand apart from their letter.
        '\u{300}'..='\u{36f}' => "",
        other => {
            out.extend(other.to_lowercase());
            return;
        }
    };
    out.push_str(base);
}

/// Adds `text` without case and accents to `out`.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        for letter in text.chars() {
            fold_char(letter, out);
        }
    }
}

/// `text` without case and accents.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// The order of two texts in a list that people read: `Écoles` stands before `Zones`, and `école` beside `Ecole`. Texts that
/// differ in case and accents only stand in the order of their characters, so that no order is left to chance.
pub fn compare(a: &str, b: &str) -> Ordering {
    fold(a).cmp(&fold(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_and_accents() {
        assert_eq!(fold("Cessön-Sévigné ŒUVRE Straße"), "cesson-sevigne oeuvre strasse");
        assert_eq!(fold("e\u{301}TE\u{301}"), "ete");
    }

    #[test]
    fn accents_and_case_do_not_decide_between_different_words() {
        let mut titles = [
            "Zones", "école", "Été", "Arbres", "Ecole", "écluses", "Œuvres", "Ñabarra", "Oiseaux",
        ];
        titles.sort_by(|a, b| compare(a, b));
        assert_eq!(
            titles,
            [
                "Arbres", "écluses", "Ecole", "école", "Été", "Ñabarra", "Œuvres", "Oiseaux", "Zones"
            ]
        );
    }
}
