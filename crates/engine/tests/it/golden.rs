//! Queries and their answers, by construct. Every answer is the same from the disk and from memory.

use crate::common::{World, answer, context, facets};

/// Queries, one a line, with their answers.
fn answers(queries: &str, ask: impl Fn(&parvis_engine::Dataset, &str) -> String) -> String {
    let (disk, memory) = (World::on_disk(), World::in_memory());
    let (on_disk, in_memory) = (disk.sample(), memory.sample());
    let mut out = String::new();
    for query in queries.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let first = ask(&on_disk, query);
        assert_eq!(first, ask(&in_memory, query), "{query}");
        out.push_str(&format!("▶ {query}\n{first}\n"));
    }
    out
}

fn records(queries: &str) -> String {
    answers(queries, |dataset, query| answer(dataset, query, context()))
}

#[test]
fn select_gives_the_columns_asked_for() {
    insta::assert_snapshot!(records(
        r#"
        limit=2
        select=name & limit=2 & offset=3
        select=name, population as people, area * 2, 'x' as x, 2 & limit=2
        select=*, exclude(s*), exclude(extra) & limit=1
        select=include(na*), name as title & limit=1
        select=exclude(shape), exclude(extra) & limit=1
        select=length(name), lower(name), year(updated), month(founded), hour(updated) & limit=3
        select=population / 0, population + null, -population, 7 / 2, area - 1 & limit=1
        select=ifnull(region, 'none') as r, ifnull(area, population) & offset=8 & limit=1
        select=now(), now(months=-1), date_format(now(), 'EEEE d MMMM yyyy') & limit=1
        select=date_format(founded, "EEEE d MMMM yyyy 'à' HH:mm") as d & limit=2
        select=date_format(founded, 'E d MMM') as d & limit=2 & lang=en
        select=hour(updated) as h, day(updated) as d, updated & limit=1 & timezone=Europe/Paris
        select=distance(place, geom'POINT(1.9093 47.9029)') as d & limit=2
        select=json_format(code), json_format(code, null) as other & limit=2
        select=code, place, shape & where=name = 'Nowhere'
        select=nope
        select=name & app_metas=1 & limit=2
        select=name & limit=2 & offset=1000
        "#
    ));
}

#[test]
fn where_compares() {
    insta::assert_snapshot!(records(
        r#"
        select=name & where=population > 100000
        select=name & where=population >= 17631 and population < 30101.5
        select=name & where=population = 90.0
        select=name & where=population = '90'
        select=name & where=100000 < population
        select=name & where=area != 27.48
        select=name & where=not area = 27.48
        select=name & where=region = 'Bretagne'
        select=name & where=region : 'bretagne'
        select=name & where=region != 'Bretagne'
        select=name & where=not (region = 'Bretagne')
        select=name & where=not not region = 'Bretagne'
        select=name & where=region = null
        select=name & where=region is null
        select=name & where=tags is not null and region is null
        select=name & where=region = 'Bretagne' or population < 100 and coastal
        select=name & where=(region = 'Bretagne' or population < 100) and coastal
        select=name & where=coastal
        select=name & where=coastal = false
        select=name & where=coastal is not true
        select=name & where=not coastal
        select=name & where=population / area > 3000
        select=name & where=length(name) < 7
        select=name & where=lower(name) = 'rennes'
        select=name & where=ifnull(population, 0) = 0
        select=name & where=name in ('Anglet', 'Rennes', null)
        select=name & where=population in (90, 0, 1.5)
        select=name & where=population in [0..90]
        select=name & where=population in ]0..90]
        select=name & where=population in ]0 TO 90[
        select=name & where='sea' in tags
        select=name & where=tags = 'sea' & where=tags = 'basque'
        select=name & where=tags != 'sea'
        select=name & where=tags in ('surf', 'capital')
        select=name & where=region = 3
        select=name & where=population = 'many'
        select=name & where=nope = 3
        select=name & where=population =
        "#
    ));
}

#[test]
fn dates_are_read_in_the_time_zone() {
    insta::assert_snapshot!(records(
        r#"
        select=name & where=founded = date'2020-12-05'
        select=name & where=founded > date'2020'
        select=name & where=founded >= '2020-12'
        select=name & where=founded in [date'2020-01-01'..date'2020-12-05']
        select=name & where=founded < date'2020-12-05T10:00'
        select=name & where=founded = date'2020-12-05T10:00'
        select=name & where=updated = date'2024-01-01T08:00:00Z'
        select=name & where=updated >= date'2024' and updated < date'2025'
        select=name & where=updated >= date'2024' and updated < date'2025' & timezone=Europe/Paris
        select=name & where=updated > now() & timezone=Europe/Paris
        select=name & where=updated > now(years=-1) and updated <= now()
        select=name & where=year(updated) = 2024 & timezone=Europe/Paris
        select=name, hour(updated) as h & where=updated in ['2024-03-31'..'2024-04-01'] & timezone=Europe/Paris
        select=name & where=date_format(founded, 'MM') = '12'
        select=name & where=founded < updated and year(founded) = year(updated)
        select=name & where=founded = 'soon'
        "#
    ));
}

#[test]
fn words_are_found_without_case_and_accents() {
    insta::assert_snapshot!(records(
        r#"
        select=name & where="orleans"
        select=name & where="CESSON sevigne"
        select=name & where="mauges loire"
        select=name & where="eau"
        select=name & where="ea*"
        select=name & where="mauges" and not "anjou"
        select=name & where=name like "saint luz"
        select=name & where=tags like "SEA"
        select=name & where=region like "loire"
        select=name & where=search("chemile anj")
        select=name & where=search(name, "rennse")
        select=name & where=search("renn")
        select=name & where=search(name, tags, "beaupreo mau")
        select=name & where=suggest(name, "be mau")
        select=name & where=suggest("saint j")
        select=name & where=startswith(name, "Re")
        select=name & where=startswith(name, "re")
        select=name & where=startswith(tags, name, "ba")
        select=name & where=""
        "#
    ));
}

#[test]
fn places_are_found() {
    insta::assert_snapshot!(records(
        r#"
        select=name & where=within_distance(place, geom'POINT(-1.68 48.11)', 10km)
        select=name & where=within_distance(place, geom'POINT(-1.68 48.11)', 100)
        select=name & where=distance(place, geom'POINT(-1.6 43.4)', 20km)
        select=name & where=in_bbox(place, 43, -2, 44, -1)
        select=name & where=in_bbox(shape, 43, -2.5, 44, -1)
        select=name & where=not in_bbox(place, 40, -5, 50, 5)
        select=name & where=intersects(shape, geom'POINT(-1.5 43.5)')
        select=name & where=within(place, geom'POLYGON((-2 43,-1 43,-1 44,-2 44,-2 43))')
        select=name & where=within(shape, geom'POLYGON((-3 42,0 42,0 45,-3 45,-3 42))')
        select=name & where=disjoint(place, geom'{"type":"Polygon","coordinates":[[[-6,42],[6,42],[6,50],[-6,50],[-6,42]]]}')
        select=name & where=within_distance(shape, geom'POINT(-1.6 43.4)', 1)
        select=name, distance(place, geom'POINT(0 0)') as d & order_by=distance(place, geom'POINT(0 0)') & limit=2
        select=name & where=in_bbox(name, 43, -2, 44, -1)
        select=name & where=within_distance(place, geom'LINESTRING(0 0,1 1)', 1)
        select=name & where=within_distance(place, geom'LINESTRING(-2 43.4,-1 43.4)', 10km)
        select=name & where=within_distance(place, geom'POLYGON((-1.8 47.9,-1.4 47.9,-1.4 48.3,-1.8 48.3,-1.8 47.9))', 0)
        select=name & where=within_distance(place, geom'{"type":"MultiPoint","coordinates":[[2.3,42.9],[-4.5,48.4]]}', 3mi)
        select=name & where=within_distance(place, geom'010100000000000000000000400000000000404840', 100km)
        select=name & where=distance(shape, geom'LINESTRING(-3 43,-3 45)', 50km)
        select=name & where=within_distance(place, geom'GEOMETRYCOLLECTION EMPTY', 1000km)
        select=name & where=intersects(shape, geom'0101000000000000000000F8BF0000000000C04540')
        select=name, distance(shape, geom'LINESTRING(-3 43,-3 45)') as d & order_by=d & limit=3
        select=name, distance(place, geom'POLYGON((-1.8 47.9,-1.4 47.9,-1.4 48.3,-1.8 48.3,-1.8 47.9))') as d & order_by=d, name & limit=4
        select=distance(place, geom'MULTIPOINT EMPTY') as d & limit=1
        select=name & where=within_distance(place, geom'nowhere', 1)
        select=name & where=within_distance(place, geom'0101000000', 1)
        "#
    ));
}

#[test]
fn records_are_ordered() {
    insta::assert_snapshot!(records(
        r#"
        select=name, population & order_by=population
        select=name, population & order_by=population desc & limit=3 & offset=1
        select=name, region & order_by=region, name desc
        select=name & order_by=length(name), population
        select=name, population / area as density & order_by=density desc & limit=3
        select=name, year(updated) & order_by=year(updated) desc & limit=3
        select=name & order_by=random(1) & limit=3
        select=name & order_by=random(1) desc & limit=3
        select=name & order_by=random(2) & limit=3
        select=name & order_by=founded & where=founded is not null & limit=3
        select=name & order_by=place
        select=name & order_by=nope
        select=name & order_by=code
        select=code as c & order_by=c
        select=name & order_by=tags
        select=code & order_by=lower(code) & limit=2
        select=count(*) & group_by=code & order_by=code & limit=2
        "#
    ));
}

#[test]
fn groups_are_counted() {
    insta::assert_snapshot!(records(
        r#"
        select=count(*) as n & group_by=region
        group_by=region
        select=count(*) & group_by=region & order_by=region desc & limit=2
        select=count(*) as n, sum(population) as people & group_by=region & order_by=n desc, people
        select=count(*) as n & group_by=region as r, coastal & order_by=n desc & limit=4
        select=count(*), sum(population) & group_by=tags
        select=tags, count(*) as n & group_by=tags & where=tags = 'sea' & order_by=count(*) desc
        select=count(*) & group_by=year(updated)
        select=count(*) & group_by=year(updated) & timezone=Europe/Paris & order_by=year(updated) desc
        select=count(*) & group_by=date_format(founded, 'yyyy-MM') as month
        select=count(*) & group_by=ifnull(region, 'nowhere') as region
        select=count(*) & group_by=lower(name) as name & where=region is not null & order_by=count(*) desc & limit=1
        select=count(*) & group_by=founded & limit=3
        select=count(*) & group_by=coastal
        select=avg(area) as a & group_by=region & order_by=avg(area) desc & limit=2
        select=sum(population) / sum(area) as density, -count(*) as minus & group_by=region & limit=2
        select=count(*) & group_by=range(population, 20000)
        select=count(*) & group_by=range(population, *, 0, 20000, 50000, *)
        select=count(*), sum(area) & group_by=range(population, 0, 10, 20, 100)
        select=count(*) & group_by=range(area, 12.5) as r & limit=3
        select=count(*) & group_by=range(founded, date'2020-01-01', date'2021-01-01', *)
        select=count(*) & group_by=range(updated, 1 year) & timezone=Europe/Paris
        select=count(*) & group_by=range(updated, 1 month) & where=year(updated) = 2024
        select=count(*) & group_by=range(founded, 1 quarter) & where=founded > date'2020'
        select=count(*) & group_by=range(updated, 1 week) & where=updated > date'2024-06' 
        select=count(*) & group_by=range(updated, 12 hours) & where=updated in ['2024-03-31'..'2024-04-01'] & timezone=Europe/Paris
        select=population, count(*) & group_by=region
        select=count(*) & group_by=place
        select=count(*) & group_by=geo_cluster(place, 8)
        select=count(*) & group_by=nope
        select=lower(region), count(*) & group_by=region
        select=range(population, 20000), count(*) & group_by=range(population,20000) & order_by=range(population, 20000) desc & limit=2
        select=count(*) & group_by=range(population, 20000) & order_by=`range(population, 20000)` desc & limit=2
        select=count(*) & group_by=region & order_by=`count(*)` desc & limit=2
        select=range(population, 20000)
        "#
    ));
}

#[test]
fn places_near_on_a_map_are_one_group() {
    insta::assert_snapshot!(records(
        r#"
        select=count(*) as n & group_by=geo_cluster(place, 0) as c
        select=count(*) as n & group_by=geo_cluster(place, 6, 100) as c
        select=count(*) as n, sum(population) as people, median(area) & group_by=geo_cluster(place, 5) as c & where=region is not null
        select=count(*) as n & group_by=geo_cluster(place, 5) as c, coastal & order_by=n desc
        select=count(*) as n & group_by=year(founded) as y, geo_cluster(place, 3) as c & order_by=y desc & limit=2
        select=count(*) & group_by=geo_cluster(place, 25, 1) & where=tags = 'sea'
        select=count(*) & group_by=geo_cluster(place, 8) & where=name = 'nobody'
        group_by=geo_cluster(shape, 8)
        group_by=geo_cluster(place, 26)
        group_by=geo_cluster(place, 8, 0)
        select=geo_cluster(place, 8)
        "#
    ));
}

#[test]
fn ifnull_finds_a_kind_for_both_values() {
    insta::assert_snapshot!(records(
        r#"
        select=ifnull(tags, 'none') as t & limit=3
        select=ifnull(region, tags) as t & where=region is null
        select=count(*) & group_by=ifnull(tags, 'none') as t
        select=name & where=ifnull(tags, 'none') = 'none'
        select=count(distinct ifnull(tags, 'none')) as n
        select=ifnull(place, geom'POINT(1 2)') as p & where=place is null or name = 'Anglet'
        select=ifnull(place, geom'LINESTRING(0 0,1 1)') as p & where=place is null or name = 'Anglet'
        select=ifnull(shape, place) as s, ifnull(place, null) as p, ifnull(null, place) as q & where=name = 'Zéro'
        select=bbox(ifnull(place, geom'POINT(50 50)')) as b
        select=ifnull(founded, '2000-01-01') as f & where=founded is null
        select=ifnull(founded, updated) as f & limit=2
        select=ifnull(extra, 'nothing') as e & limit=2
        select=ifnull(population, 0.5) as p & where=population is null
        select=ifnull(null, null) as n & limit=1
        select=ifnull(region, 3) as r
        select=ifnull(place, name) as r
        select=json_format(code, 1.5) as j & limit=2
        select=json_format(code, name) as j
        "#
    ));
}

#[test]
fn functions_take_what_groups_have() {
    insta::assert_snapshot!(records(
        r#"
        select=region, length(region) as l, date_format(max(updated), 'yyyy') as y, ifnull(sum(area), 0) as a & group_by=region & order_by=length(region) desc & limit=3
        select=lower(r) as low, count(*) & group_by=region as r & limit=3
        select=year(max(founded)) - year(min(founded)) as years
        select=length(lower(name)), count(*) & group_by=lower(name) & limit=1
        select=month(founded) as m & group_by=founded & limit=2
        select=distance(bbox(place), geom'POINT(0 60)') as d
        select=count(*) & group_by=region & order_by=random(1) & limit=3
        select=count(*) & group_by=region & order_by=random(1) desc & limit=3
        select=count(*) & group_by=region, coastal & order_by=random(2) & limit=3
        select=count(*) & order_by=random(1)
        select=count(*) & group_by=region & order_by=random(1) + 1
        select=count(*) & group_by=region & order_by=random('x')
        select=length(name), count(*) & group_by=region
        select=length(count(*)) & group_by=region
        select=year(region), count(*) & group_by=region
        "#
    ));
}

#[test]
fn records_have_fields_that_no_dataset_declares() {
    insta::assert_snapshot!(records(
        r#"
        select=name, recordid, record_timestamp, record_size & limit=2
        select=name & where=recordid = 'a687bde4dbe1f5b009afd774d7a7ee94f9e0aa3d'
        select=name & where=record_timestamp > date'2020' & limit=1
        select=name & order_by=record_size desc & limit=2
        select=count(*) & group_by=year(record_timestamp)
        select=include(record*), name & limit=1
        refine=recordid:1
        "#
    ));
}

#[test]
fn dates_are_written_in_eleven_languages() {
    let queries: Vec<String> = parvis_model::calendar::LANGUAGES
        .iter()
        .chain(&["pt-BR", "xx"])
        .map(|lang| format!("select=date_format(founded, 'EEEE d MMMM yyyy, E MMM') as d & limit=1 & lang={lang}"))
        .collect();
    insta::assert_snapshot!(records(&queries.join("\n")));
}

#[test]
fn aggregates_are_exact() {
    insta::assert_snapshot!(records(
        r#"
        select=count(*)
        select=count(*), count(region), count(place), count(tags) & where=region is null
        select=count(distinct region) as regions, count(distinct ifnull(region, 'x')) as with_null
        select=count(distinct tags) as tags, count(distinct place) as places, count(distinct shape) as shapes
        select=count(distinct tags) as tags, count(distinct place) as places & where=name = 'nobody'
        select=count(distinct tags) as tags, count(distinct place) as places & group_by=region
        select=count(distinct tags) & group_by=range(population, 0, 10, 20, 100)
        select=median(area) & group_by=region & order_by=median(area) desc
        select=sum(population), sum(area), avg(population), min(population), max(area)
        select=min(founded), max(founded), min(updated), max(updated)
        select=median(population), percentile(population, 25), percentile(area, 100), stddev(area)
        select=count(*), sum(population), median(area) & where=name = 'nobody'
        select=sum(population * 2) / count(*) as double, sum(population) + 1
        select=max(year(updated)) as last
        select=sum(name)
        select=bbox(place), envelope(place) & where=tags = 'sea'
        select=bbox(shape) & where=name = 'nobody'
        select=name, count(*)
        "#
    ));
}

#[test]
fn refinements_keep_and_exclusions_leave_out() {
    insta::assert_snapshot!(records(
        r#"
        select=name & refine=region:Bretagne
        select=name & refine=region:Bretagne & exclude=tags:sea
        select=name & refine=tags:sea & refine=tags:capital
        select=name & facet=facet(name="tags", disjunctive=false) & refine=tags:sea & refine=tags:basque
        select=name & refine=topic:city
        select=name & refine=topic:city/large
        select=name & refine=topic:odd
        select=name & refine=founded:2020
        select=name & refine=founded:2020/12
        select=name & refine=founded:2020/12/05
        select=name & refine=updated:2024 & timezone=Europe/Paris
        select=name & refine=founded:2020/13
        select=name & refine=coastal:true
        select=name & refine=coastal:maybe
        select=name & exclude=region:Bretagne
        select=name & exclude=founded:2020
        select=name & refine=population:90
        select=name & refine=population:many
        select=name & refine=nope:1
        select=name & refine=place:1
        "#
    ));
}

#[test]
fn facets_count_values() {
    insta::assert_snapshot!(answers(
        r#"
        facet=region & facet=tags
        facet=facet(name="region", sort="alphanum", limit=2)
        facet=facet(name="region", sort="-alphanum")
        facet=facet(name="population", sort="num") & where=population < 20000
        facet=region & refine=region:Bretagne
        facet=tags & refine=tags:sea
        facet=tags & facet=region & refine=tags:sea & where=population > 0
        facet=region & exclude=region:Bretagne
        facet=topic
        facet=topic & refine=topic:city
        facet=topic & refine=topic:city/small
        facet=founded
        facet=founded & refine=founded:2020
        facet=founded & refine=founded:2020/12
        facet=founded & refine=founded:2020/12/05
        facet=facet(name="founded", disjunctive=true, sort="alphanum") & refine=founded:2020
        facet=updated & timezone=Europe/Paris
        facet=coastal & refine=coastal:true
        facet=region & refine=region:Nulle
        facet=place
        facet=nope
        facet=facet(name="region", sort="up")
        "#,
        |dataset, query| facets(dataset, query, context())
    ));
}

#[test]
fn without_a_name_every_annotated_field_is_a_facet() {
    insta::assert_snapshot!(answers("where=region = 'Bretagne'", |dataset, query| facets(
        dataset,
        query,
        context()
    )));
}

#[test]
fn a_long_condition_is_no_deep_plan() {
    let numbers = (0..1_500).map(|n| (n * 3).to_string()).collect::<Vec<_>>().join(",");
    let alternatives = (0..300).map(|n| format!("area={n}")).collect::<Vec<_>>().join(" or ");
    let nested = format!("{}coastal{}", "not (".repeat(20), ")".repeat(20));
    let queries = format!(
        "select=name & where=population in ({numbers})\nselect=name & where=area in ({numbers})\n\
         select=name & where={alternatives}\nselect=name & where={nested}"
    );
    let answers = records(&queries);
    let totals: Vec<&str> = answers.lines().filter(|line| line.starts_with("total")).collect();
    assert_eq!(totals, ["total 2", "total 1", "total 1", "total 4"], "{answers}");
}
