//! The clauses of a query among the parameters.

use parvis_portal::Clauses;

use super::error::ApiError;
use super::params::Params;

/// The clauses of the Explore API, and `qv1`, in which widgets send the query language of v1.
pub(super) fn from_params(params: &Params) -> Clauses {
    let text = |name: &str| params.get(name).map(str::to_owned);
    Clauses {
        select: text("select"),
        filter: params.all("where"),
        text: None,
        group_by: text("group_by"),
        order_by: text("order_by"),
        refine: params.all("refine"),
        exclude: params.all("exclude"),
        facets: params.all("facet"),
        v1: params.all("qv1"),
    }
}

/// The clauses of a list of facets: those that say which records are counted, and which facets.
pub(super) fn of_facets(params: &Params) -> Clauses {
    Clauses {
        select: None,
        group_by: None,
        order_by: None,
        ..from_params(params)
    }
}

/// The clauses of a download address, which has those of v2.1 and of v1: `q`, `q.name`, `rq`, `refine.field`, `exclude.field`,
/// `disjunctive.field`, `geofilter.…`, `fields`, and `sort`, whose minus means ascending.
///
/// # Errors
/// A filter by places that is none: leaving it out would give records that were not asked for.
pub(super) fn from_download(params: &Params) -> Result<Clauses, ApiError> {
    let mut clauses = from_params(params);
    clauses.v1.extend(params.all("rq"));
    clauses.v1.extend(params.get("q").map(str::to_owned));
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
            Some(("q", _)) => clauses.v1.push(value.to_owned()),
            Some(("geofilter", kind)) => clauses.v1.push(places(name, kind, value)?),
            _ => {}
        }
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

/// A filter by places in the query language of v1. It is of numbers, commas and brackets only, so that it ends where it ends.
fn places(name: &str, kind: &str, value: &str) -> Result<String, ApiError> {
    let known = value
        .chars()
        .all(|sign| sign.is_ascii_digit() || "+-.eE(), ".contains(sign));
    let refuse = |expected: &str| Err(ApiError::parameter(name, value, expected));
    match kind {
        "distance" => match value.rsplit_once(',') {
            Some((centre, metres)) if known && centre.contains(',') => {
                Ok(format!("#distance(\"{centre}\", {})", metres.trim()))
            }
            _ => refuse("latitude,longitude,metres"),
        },
        "polygon" if known => Ok(format!("#polygon(\"{}\")", corners(value))),
        "polygon" => refuse("(latitude,longitude),(latitude,longitude),…"),
        "bbox" => match value.split(',').collect::<Vec<_>>()[..] {
            [south, west, north, east] if known => Ok(format!(
                "#polygon(\"({south},{west}),({south},{east}),({north},{east}),({north},{west})\")"
            )),
            _ => refuse("latitude,longitude,latitude,longitude"),
        },
        _ => Err(ApiError::not_implemented(&format!(
            "The parameter {name} of the API v1"
        ))),
    }
}

/// The corners of a polygon without the brackets that may stand around them all.
fn corners(value: &str) -> &str {
    let value = value.trim();
    match value.strip_prefix("((").map(|_| &value[1..]) {
        Some(inner) => inner.strip_suffix(')').unwrap_or(inner),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_understands_the_simple_parameters_of_v1() {
        let query = "format=csv&q=parc+des&refine.theme=Sant%C3%A9+%22x%22&exclude.a=1&disjunctive.theme=true&fields=a,%20b&sort=-date";
        let clauses = from_download(&Params::parse(query)).unwrap();
        assert_eq!(clauses.v1, ["parc des"]);
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
    fn queries_of_v1_are_kept_for_whoever_knows_the_fields() {
        let v1 = |query: &str| from_download(&Params::parse(query)).map(|clauses| clauses.v1);
        assert_eq!(
            v1("qv1=a&qv1=b&q=c&q.x=d&rq=e&qv1=%20").unwrap(),
            ["a", "b", "e", "c", "d"]
        );
        assert_eq!(
            v1("geofilter.distance=48.8,+2.3,1000").unwrap(),
            ["#distance(\"48.8, 2.3\", 1000)"]
        );
        for polygon in ["(1,2),(3,4),(5,6)", "((1,2),(3,4),(5,6))"] {
            let wanted = ["#polygon(\"(1,2),(3,4),(5,6)\")"];
            assert_eq!(v1(&format!("geofilter.polygon={polygon}")).unwrap(), wanted);
        }
        let wanted = ["#polygon(\"(1,2),(1,4),(3,4),(3,2)\")"];
        assert_eq!(v1("geofilter.bbox=1,2,3,4").unwrap(), wanted);
        assert_eq!(
            from_params(&Params::parse("qv1=a&q=b&rows=3&source=&disjunctive.a=true")).v1,
            ["a"]
        );
    }

    #[test]
    fn what_is_no_place_is_refused_rather_than_left_out() {
        for query in [
            "geofilter.distance=1",
            "geofilter.distance=1,2",
            "geofilter.distance=1,2,x",
            "geofilter.polygon=(1,2)%22)%20OR%20a",
            "geofilter.bbox=1,2,3",
            "geofilter.shape=1",
        ] {
            assert!(from_download(&Params::parse(query)).is_err(), "{query}");
        }
    }
}
