//! The versions of the Explore API, by the address they are reached at.

use parvis_portal::formats::Format;

use super::params::Params;

/// Where v2.1 begins.
pub(crate) const BASE: &str = "/api/explore/v2.1";
/// Where v2.0 begins, and the older name of the same.
pub(super) const OLD_BASES: [&str; 2] = ["/api/explore/v2.0", "/api/v2"];

/// What v2.0 calls a workbook.
pub(super) const OLD_WORKBOOK: &str = "xls";

/// A version of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    V20,
    V21,
}

/// The path below the API's root, with the root; `None` for other addresses.
pub(crate) fn below(path: &str) -> Option<(&'static str, &str)> {
    let mut bases = std::iter::once(BASE).chain(OLD_BASES);
    bases.find_map(|base| {
        let rest = path.strip_prefix(base)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((base, rest))
    })
}

impl Dialect {
    /// The version that answers at `path`, and where its addresses begin. Downloads belong to v2.1.
    pub fn at(path: &str) -> (Self, &'static str) {
        match below(path) {
            Some((base, _)) if base != BASE => (Self::V20, base),
            _ => (Self::V21, BASE),
        }
    }

    /// What a format of exports is called. The workbook is called `xls` in v2.0, whatever kind of workbook it is.
    pub fn name_of(self, format: Format) -> &'static str {
        match (self, format) {
            (Self::V20, Format::Xlsx) => OLD_WORKBOOK,
            _ => format.name(),
        }
    }

    /// The format called `name`; v2.0 knows the workbook by either name.
    pub fn format(self, name: &str) -> Option<Format> {
        match (self, name) {
            (Self::V20, OLD_WORKBOOK) => Some(Format::Xlsx),
            _ => Format::parse(name),
        }
    }

    /// The parameters of a request by the names of v2.1. `rows`, `start` and `sort` are what v2.0 first called `limit`,
    /// `offset` and `order_by`; two choices of exports have other defaults there.
    pub fn params(self, path: &str, query: &str) -> Params {
        let mut params = Params::parse(query);
        if self == Self::V20 {
            for (old, new) in [("rows", "limit"), ("start", "offset"), ("sort", "order_by")] {
                params.rename(old, new);
            }
            if path.contains("/exports/") {
                params.default("with_bom", "false");
                params.default("use_extension", "false");
            }
        }
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_which_version_answers() {
        assert_eq!(Dialect::at("/api/explore/v2.1/catalog"), (Dialect::V21, BASE));
        assert_eq!(Dialect::at("/api/explore/v2.0/catalog"), (Dialect::V20, OLD_BASES[0]));
        assert_eq!(Dialect::at("/api/v2"), (Dialect::V20, OLD_BASES[1]));
        assert_eq!(Dialect::at("/api/v21/catalog"), (Dialect::V21, BASE));
        assert_eq!(Dialect::at("/explore/dataset/a/download/"), (Dialect::V21, BASE));
        assert_eq!(below("/api/v2/catalog/"), Some((OLD_BASES[1], "/catalog/")));
        assert_eq!(below("/api/v22"), None);
    }

    #[test]
    fn older_names_count_in_the_older_version_only_and_never_over_the_newer() {
        let get = |dialect: Dialect, query: &str, name: &str| {
            dialect.params("/x/exports/csv", query).get(name).map(str::to_owned)
        };
        assert_eq!(get(Dialect::V20, "rows=3&start=2", "limit").as_deref(), Some("3"));
        assert_eq!(get(Dialect::V20, "rows=3&limit=4", "limit").as_deref(), Some("4"));
        assert_eq!(get(Dialect::V21, "rows=3", "limit"), None);
        assert_eq!(get(Dialect::V20, "", "with_bom").as_deref(), Some("false"));
        assert_eq!(get(Dialect::V20, "with_bom=true", "with_bom").as_deref(), Some("true"));
        assert_eq!(get(Dialect::V21, "", "with_bom"), None);
    }
}
