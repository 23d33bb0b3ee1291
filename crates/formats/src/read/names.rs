//! Field names from headers.

use std::collections::HashSet;

use parvis_model::collate::fold_char;

/// Longest name, in characters.
const LONGEST: usize = 64;

/// Names made of `a-z`, `0-9` and `_`, all different, from headers as they stand. A header without letter or digit becomes
/// `column_3`; a name that is taken gets `_2`, `_3`, ….
pub fn unique<'a>(headers: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names = Names::default();
    headers
        .into_iter()
        .enumerate()
        .map(|(index, header)| names.take(header, index + 1))
        .collect()
}

/// Names given so far.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A free name like `header`; `number` is the column's place, from 1.
    pub fn take(&mut self, header: &str, number: usize) -> String {
        let mut base = slug(header);
        if base.is_empty() {
            base = format!("column_{number}");
        }
        let mut name = base.clone();
        let mut count = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{base}_{count}");
            count += 1;
        }
        name
    }
}

/// Lower-case ASCII letters, digits and single underscores; empty when the text has neither letter nor digit.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut plain = String::new();
    for character in text.chars() {
        plain.clear();
        match character {
            '²' => plain.push('2'),
            '³' => plain.push('3'),
            other => fold_char(other, &mut plain),
        }
        if !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            if !slug.ends_with('_') && !slug.is_empty() {
                slug.push('_');
            }
        } else if slug.len() + plain.len() <= LONGEST {
            slug.push_str(&plain);
        }
    }
    slug.truncate(slug.trim_end_matches('_').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_plain_names() {
        let cases = [
            ("Nom de la commune", "nom_de_la_commune"),
            ("Numéro d'œuvre (n°)", "numero_d_oeuvre_n"),
            ("  SURFACE_m²  ", "surface_m2"),
            ("e\u{301}te\u{301}", "ete"),
            ("coordonneesXY", "coordonneesxy"),
            ("2019", "2019"),
            ("-- ? --", ""),
            ("Дата", ""),
        ];
        for (header, name) in cases {
            assert_eq!(slug(header), name, "{header}");
        }
    }

    #[test]
    fn names_are_never_empty_nor_twice_the_same() {
        let names = unique(["Nom", "nom", "", "NOM", "?", "nom_2"]);
        assert_eq!(names, ["nom", "nom_2", "column_3", "nom_3", "column_5", "nom_2_2"]);
    }
}
