//! Links to the pages of a long list.

use serde::Serialize;

/// One link, or a gap between links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageLink {
    /// Its number; `None` is a gap.
    pub number: Option<u64>,
    /// Its address.
    pub url: String,
    /// Whether it is the page shown.
    pub current: bool,
}

/// The links under a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paging {
    /// The page shown, from 1.
    pub current: u64,
    /// Number of pages, at least 1.
    pub last: u64,
    /// Number of the first item shown, from 1; 0 when there is none.
    pub from: u64,
    /// Number of the last item shown.
    pub to: u64,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// First, last, and those around the current one.
    pub links: Vec<PageLink>,
}

/// The links for `total` items, `size` a page, of which at most `reach` can be shown, on page `current`.
pub fn paging(total: u64, size: u64, reach: u64, current: u64, url: impl Fn(u64) -> String) -> Paging {
    let last = total.min(reach).div_ceil(size).max(1);
    let current = current.clamp(1, last);
    let mut links: Vec<PageLink> = Vec::new();
    let mut before = 0;
    for number in (1..=last).filter(|&n| n == 1 || n == last || n.abs_diff(current) <= 1) {
        if number > before + 1 {
            links.push(PageLink {
                number: None,
                url: String::new(),
                current: false,
            });
        }
        links.push(PageLink {
            number: Some(number),
            url: url(number),
            current: number == current,
        });
        before = number;
    }
    let from = (current - 1) * size;
    Paging {
        current,
        last,
        from: if total == 0 { 0 } else { from + 1 },
        to: total.min(from + size),
        previous: (current > 1).then(|| url(current - 1)),
        next: (current < last).then(|| url(current + 1)),
        links,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(total: u64, current: u64) -> Vec<Option<u64>> {
        paging(total, 10, 10_000, current, |n| n.to_string())
            .links
            .iter()
            .map(|link| link.number)
            .collect()
    }

    #[test]
    fn links_are_first_last_and_near() {
        assert_eq!(numbers(5, 1), [Some(1)]);
        assert_eq!(
            numbers(95, 5),
            [Some(1), None, Some(4), Some(5), Some(6), None, Some(10)]
        );
        assert_eq!(numbers(95, 1), [Some(1), Some(2), None, Some(10)]);
        assert_eq!(numbers(30, 2), [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last() {
        let paging = paging(25, 10, 10_000, 99, |n| n.to_string());
        assert_eq!((paging.current, paging.from, paging.to, paging.next), (3, 21, 25, None));
    }

    #[test]
    fn an_empty_list_has_one_page() {
        let paging = paging(0, 10, 10_000, 1, |n| n.to_string());
        assert_eq!((paging.last, paging.from, paging.to), (1, 0, 0));
    }

    #[test]
    fn pages_end_where_the_engine_stops() {
        assert_eq!(paging(1_000_000, 50, 9_900, 1, |n| n.to_string()).last, 198);
    }
}
