//! The clauses of a query among the parameters.

use parvis_portal::Clauses;

use super::error::ApiError;
use super::params::Params;

/// The clauses of the Explore API v2.1.
///
/// # Errors
/// `qv1`, which widgets send, is not understood yet; leaving it out would give records that were not asked for.
pub(super) fn from_params(params: &Params) -> Result<Clauses, ApiError> {
    if params.get("qv1").is_some() {
        return Err(ApiError::not_implemented(
            "The parameter qv1 (query language of the API v1)",
        ));
    }
    let text = |name: &str| params.get(name).map(str::to_owned);
    Ok(Clauses {
        select: text("select"),
        filter: params.all("where"),
        text: None,
        group_by: text("group_by"),
        order_by: text("order_by"),
        refine: params.all("refine"),
        exclude: params.all("exclude"),
        facets: params.all("facet"),
    })
}

/// The clauses of a download address, which has those of v2.1 and of v1: `q`, `refine.field`, `exclude.field`,
/// `disjunctive.field`, `fields`, and `sort`, whose minus means ascending.
///
/// # Errors
/// A parameter of v1 that is not understood yet: leaving it out would give records that were not asked for.
pub(super) fn from_download(params: &Params) -> Result<Clauses, ApiError> {
    let mut clauses = from_params(params)?;
    for (name, value) in params.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let quoted = || value.replace('\\', "\\\\").replace('"', "\\\"");
        match name.split_once('.') {
            Some(("refine", field)) => clauses.refine.push(format!("`{field}`:\"{}\"", quoted())),
            Some(("exclude", field)) => clauses.exclude.push(format!("`{field}`:\"{}\"", quoted())),
            Some(("disjunctive", field)) => {
                let disjunctive = !value.eq_ignore_ascii_case("false");
                clauses
                    .facets
                    .push(format!("facet(name=`{field}`, disjunctive={disjunctive})"));
            }
            Some(("q" | "geofilter", _)) => {
                return Err(ApiError::not_implemented(&format!(
                    "The parameter {name} of the API v1"
                )));
            }
            _ => {}
        }
    }
    if let Some(words) = params.get("q") {
        if has_syntax(words) {
            return Err(ApiError::not_implemented(
                "The query language of the API v1 in the parameter q",
            ));
        }
        clauses.text = Some(words.to_owned());
    }
    if let (None, Some(fields)) = (&clauses.select, params.get("fields")) {
        let names: Vec<String> = fields
            .split(',')
            .map(|field| format!("`{}`", field.trim().replace('`', "")))
            .collect();
        clauses.select = Some(names.join(","));
    }
    if let (None, Some(sort)) = (&clauses.order_by, params.get("sort")) {
        let (field, direction) = sort.strip_prefix('-').map_or((sort, "desc"), |field| (field, "asc"));
        clauses.order_by = Some(format!("`{}` {direction}", field.replace('`', "")));
    }
    Ok(clauses)
}

/// Whether `words` may mean more than words in the query language of v1.
fn has_syntax(words: &str) -> bool {
    words.contains([':', '=', '<', '>', '#', '(', ')', '[', ']', '"', '*'])
        || words
            .split_whitespace()
            .any(|word| matches!(word, "AND" | "OR" | "NOT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_understands_the_simple_parameters_of_v1() {
        let query = "format=csv&q=parc+des&refine.theme=Sant%C3%A9+%22x%22&exclude.a=1&disjunctive.theme=true&fields=a,%20b&sort=-date";
        let clauses = from_download(&Params::parse(query)).unwrap();
        assert_eq!(clauses.text.as_deref(), Some("parc des"));
        assert_eq!(clauses.refine, ["`theme`:\"Santé \\\"x\\\"\""]);
        assert_eq!(clauses.exclude, ["`a`:\"1\""]);
        assert_eq!(clauses.facets, ["facet(name=`theme`, disjunctive=true)"]);
        assert_eq!(clauses.select.as_deref(), Some("`a`,`b`"));
        assert_eq!(clauses.order_by.as_deref(), Some("`date` asc"));
        let refine = parvis_odsql::parse_refine(&clauses.refine[0]).unwrap();
        assert_eq!((refine.field.as_str(), refine.value.as_str()), ("theme", "Santé \"x\""));
        assert_eq!(
            parvis_odsql::parse_facet(&clauses.facets[0]).unwrap().disjunctive,
            Some(true)
        );
    }

    #[test]
    fn what_is_not_understood_is_refused_rather_than_left_out() {
        for query in [
            "q=date%3E2020",
            "q=a+AND+b",
            "geofilter.distance=1,2,3",
            "q.timerange=x",
            "qv1=a",
        ] {
            assert!(from_download(&Params::parse(query)).is_err(), "{query}");
        }
        assert!(from_params(&Params::parse("qv1=%20&rows=3&source=&disjunctive.a=true")).is_ok());
    }
}
