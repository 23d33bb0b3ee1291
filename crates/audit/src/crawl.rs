//! Which pages are opened: those given, those of the site map, and those that pages link to; one of each shape before a second.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use url::Url;

/// A page that no site has: its answer to it is a page, too (R-AUD-04).
pub const MISSING: &str = "/parvis-audit/no-such-page/";

/// The longest list that is kept.
const MOST: usize = 5_000;

/// Pages still to be opened, and those chosen.
#[derive(Debug)]
pub struct Pages {
    origin: Url,
    limit: usize,
    known: BTreeSet<String>,
    waiting: VecDeque<String>,
    shapes: BTreeMap<String, usize>,
    /// Pages that were chosen, in the order in which they were opened.
    pub chosen: Vec<String>,
}

impl Pages {
    /// Begins with the home page, those `given`, and one that does not exist; at most `limit` are opened.
    pub fn new(origin: &Url, given: &[String], limit: usize) -> Self {
        let mut pages = Self {
            origin: origin.clone(),
            limit,
            known: BTreeSet::new(),
            waiting: VecDeque::new(),
            shapes: BTreeMap::new(),
            chosen: Vec::new(),
        };
        let first = ["/".to_owned(), MISSING.to_owned()];
        for path in first.iter().chain(given) {
            if pages.known.insert(path.clone()) {
                pages.chosen.push(path.clone());
                *pages.shapes.entry(shape(path)).or_default() += 1;
            }
        }
        pages.chosen.truncate(limit.max(1));
        pages
    }

    /// Takes links in; those to other sites, and those known, are left out.
    pub fn add(&mut self, links: &[String]) {
        for link in links {
            let Ok(url) = self.origin.join(link) else { continue };
            if url.origin() != self.origin.origin() {
                continue;
            }
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let path = format!("{}{query}", url.path());
            if self.known.len() < MOST && self.known.insert(path.clone()) {
                self.waiting.push_back(path);
            }
        }
    }

    /// The next page to open, which is chosen with that.
    pub fn next(&mut self) -> Option<String> {
        if self.chosen.len() >= self.limit {
            return None;
        }
        // Pages of a shape that was seen least come first; among them, those without a query, then in the order found.
        let rank = |path: &String| (self.shapes.get(&shape(path)).copied().unwrap_or(0), path.contains('?'));
        let best = (0..self.waiting.len()).min_by_key(|&index| (rank(&self.waiting[index]), index))?;
        let path = self.waiting.remove(best)?;
        *self.shapes.entry(shape(&path)).or_default() += 1;
        self.chosen.push(path.clone());
        Some(path)
    }
}

/// What pages made by the same template have in common: the first segment, how many there are, and the last of a long path.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let first = segments.first().copied().unwrap_or_default();
    let last = if segments.len() > 3 {
        segments.last().copied().unwrap_or_default()
    } else {
        ""
    };
    format!("{first}/{}/{last}", segments.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_of_each_shape_comes_before_a_second() {
        let origin = Url::parse("https://a.example").expect("an address");
        let mut pages = Pages::new(&origin, &[], 6);
        let links = [
            "/d/1/",
            "/d/2/",
            "/d/1/?q=1",
            "https://b.example/x",
            "/about/",
            "/d/1/",
            "#top",
            "mailto:a@b",
        ];
        pages.add(&links.map(str::to_owned));
        let mut order = Vec::new();
        while let Some(page) = pages.next() {
            order.push(page);
        }
        assert_eq!(order, ["/d/1/", "/about/", "/d/2/", "/d/1/?q=1"]);
        assert_eq!(pages.chosen[..2], ["/", MISSING]);
    }
}
