//! The query string of the catalogue and of a dataset's tabs (Explore query string: `q`, `refine.<f>`, `exclude.<f>`, `sort`, …).
//!
//! It is read once, and every link of the page is this query with one thing changed, so that addresses can be shared and
//! the Back button works. What is not known is dropped.

use parvis_portal::Clauses;
use url::form_urlencoded;

/// Longest full-text search, in characters: more is cut.
const MAX_TEXT: usize = 500;

/// What a page's address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Words to find.
    pub text: String,
    /// An ODSQL condition (`where`).
    pub filter: String,
    /// Fields and the values they must have.
    pub refine: Vec<(String, String)>,
    /// Fields and the values they must not have.
    pub exclude: Vec<(String, String)>,
    /// What to sort by.
    pub sort: String,
    /// Page, from 1.
    pub page: u64,
    /// Language of this one page.
    pub lang: Option<String>,
    /// Tab of a dataset in old addresses.
    pub tab: Option<String>,
    /// The service whose tiles lie under the map.
    pub base: Option<String>,
}

/// A text within an ODSQL string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `field:"value"` as ODSQL reads a refinement.
fn refinement((field, value): &(String, String)) -> String {
    format!("{field}:{}", quoted(value))
}

impl ListQuery {
    /// Reads a query string.
    pub fn parse(query: &str) -> Self {
        let mut list = Self {
            page: 1,
            ..Self::default()
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "q" => list.text = value.chars().take(MAX_TEXT).collect(),
                "where" => value.clone_into(&mut list.filter),
                "sort" => value.clone_into(&mut list.sort),
                "page" => list.page = value.parse().unwrap_or(1).max(1),
                "lang" => list.lang = Some(value.to_owned()),
                "tab" => list.tab = Some(value.to_owned()),
                "base" => list.base = Some(value.to_owned()),
                "refine" => list.refine.extend(split_refinement(value)),
                "exclude" => list.exclude.extend(split_refinement(value)),
                name => {
                    let named = |prefix: &str| name.strip_prefix(prefix).filter(|field| !field.is_empty());
                    if let Some(field) = named("refine.") {
                        list.refine.push((field.to_owned(), value.to_owned()));
                    } else if let Some(field) = named("exclude.") {
                        list.exclude.push((field.to_owned(), value.to_owned()));
                    }
                }
            }
        }
        list
    }

    /// Name and value of everything but the page, in the order of addresses.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        };
        put("q", &self.text);
        put("where", &self.filter);
        for (field, value) in &self.refine {
            put(&format!("refine.{field}"), value);
        }
        for (field, value) in &self.exclude {
            put(&format!("exclude.{field}"), value);
        }
        put("sort", &self.sort);
        put("base", self.base.as_deref().unwrap_or_default());
        put("lang", self.lang.as_deref().unwrap_or_default());
        pairs
    }

    /// The same without some names: the hidden fields of a form that sets those itself.
    pub fn pairs_without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.pairs()
            .into_iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .collect()
    }

    /// The address of `path` with this query.
    pub fn url(&self, path: &str) -> String {
        let mut pairs = self.pairs();
        if self.page > 1 {
            pairs.push(("page".to_owned(), self.page.to_string()));
        }
        with_query(path, &pairs)
    }

    /// The same query on its first page, changed by `change`.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.at_page(1);
        change(&mut changed);
        changed
    }

    /// The same query on another page.
    pub fn at_page(&self, page: u64) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same query with other tiles under the map, or none.
    pub fn with_base(&self, base: Option<&str>) -> Self {
        Self {
            base: base.map(str::to_owned),
            ..self.clone()
        }
    }

    /// With `value` of `field` chosen or, if it is, no longer. A field that takes one value loses the others.
    pub fn toggle(&self, field: &str, value: &str, several: bool) -> Self {
        let pair = (field.to_owned(), value.to_owned());
        self.with(|query| {
            if query.refine.contains(&pair) {
                query.refine.retain(|one| *one != pair);
            } else {
                if !several {
                    query.refine.retain(|(name, _)| name != field);
                }
                query.refine.push(pair);
            }
        })
    }

    /// Without any search or filter.
    pub fn cleared(&self) -> Self {
        Self {
            sort: self.sort.clone(),
            lang: self.lang.clone(),
            base: self.base.clone(),
            page: 1,
            ..Self::default()
        }
    }

    /// Whether anything is searched or filtered.
    pub fn is_filtered(&self) -> bool {
        !(self.text.is_empty() && self.filter.is_empty() && self.refine.is_empty() && self.exclude.is_empty())
    }

    /// The same as clauses of the query language, without an order.
    pub fn clauses(&self) -> Clauses {
        Clauses {
            filter: (!self.filter.is_empty())
                .then(|| self.filter.clone())
                .into_iter()
                .collect(),
            text: (!self.text.is_empty()).then(|| self.text.clone()),
            refine: self.refine.iter().map(refinement).collect(),
            exclude: self.exclude.iter().map(refinement).collect(),
            ..Clauses::default()
        }
    }

    /// The filters as the public API takes them, for its `records`, `facets` and `exports`.
    pub fn api_pairs(&self) -> Vec<(String, String)> {
        let mut conditions = Vec::new();
        if !self.filter.is_empty() {
            conditions.push(self.filter.clone());
        }
        if !self.text.is_empty() {
            conditions.push(quoted(&self.text));
        }
        let condition = match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => Some(
                conditions
                    .iter()
                    .map(|one| format!("({one})"))
                    .collect::<Vec<_>>()
                    .join(" and "),
            ),
        };
        let named = |name: &'static str| move |value: String| (name.to_owned(), value);
        let refine = self.refine.iter().map(refinement).map(named("refine"));
        let exclude = self.exclude.iter().map(refinement).map(named("exclude"));
        condition
            .into_iter()
            .map(named("where"))
            .chain(refine)
            .chain(exclude)
            .collect()
    }
}

/// `field:value` or `field:"value"`.
fn split_refinement(text: &str) -> Option<(String, String)> {
    let (field, value) = text.split_once(':')?;
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value);
    (!field.is_empty() && !bare.is_empty()).then(|| (field.trim().to_owned(), bare.to_owned()))
}

/// `path?name=value&…`.
pub fn with_query(path: &str, pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str =
        "q=parc+floral&where=population+%3E+100&refine.dep=45&refine.dep=37&exclude.type=x&sort=-nom&lang=en";

    #[test]
    fn an_address_is_read_and_written_alike() {
        let query = ListQuery::parse(ADDRESS);
        assert_eq!(query.url("/t/"), format!("/t/?{ADDRESS}"));
        assert_eq!(query.at_page(3).url("/t/"), format!("/t/?{ADDRESS}&page=3"));
        assert_eq!(ListQuery::parse("").url("/t/"), "/t/");
    }

    #[test]
    fn what_is_not_understood_does_no_harm() {
        let query = ListQuery::parse("page=-3&page=x&q=+&refine.=a&refine=nothing&disjunctive.a=true&%FF=%FF");
        assert_eq!(
            query,
            ListQuery {
                page: 1,
                ..ListQuery::default()
            }
        );
    }

    #[test]
    fn a_second_click_takes_a_filter_away() {
        let query = ListQuery::parse("refine.a=1&page=4");
        assert_eq!(query.toggle("a", "1", true).url("/"), "/");
        assert_eq!(query.toggle("a", "2", true).url("/"), "/?refine.a=1&refine.a=2");
        assert_eq!(query.toggle("a", "2", false).url("/"), "/?refine.a=2");
    }

    #[test]
    fn filters_become_clauses_and_api_parameters() {
        let query = ListQuery::parse("q=say+%22hi%22&where=a%3E1+or+b&refine.t=x%22y");
        let clauses = query.clauses();
        assert_eq!(clauses.refine, [r#"t:"x\"y""#]);
        assert_eq!(clauses.text.as_deref(), Some("say \"hi\""));
        let api = query.api_pairs();
        assert_eq!(
            api[0],
            ("where".to_owned(), r#"(a>1 or b) and ("say \"hi\"")"#.to_owned())
        );
        assert_eq!(api[1], ("refine".to_owned(), r#"t:"x\"y""#.to_owned()));
    }

    #[test]
    fn refinements_of_the_api_are_understood_too() {
        let query = ListQuery::parse("refine=theme%3A%22Eau%22&exclude=theme%3AAir");
        assert_eq!(query.refine, [("theme".to_owned(), "Eau".to_owned())]);
        assert_eq!(query.exclude, [("theme".to_owned(), "Air".to_owned())]);
    }
}
