//! Whatever the condition and the order: pages put together are the whole, an export is the whole, and the disk and memory
//! agree.

use std::sync::LazyLock;

use crate::common::{self, World, answer, context, exported, request, shown};
use arrow::compute::concat_batches;
use parvis_engine::Dataset;
use proptest::prelude::*;
use proptest::sample::select;

/// The sample many times over, so that there are ties, in several row groups of several pages.
struct Large {
    _worlds: [World; 2],
    on_disk: Dataset,
    in_memory: Dataset,
}

static LARGE: LazyLock<Large> = LazyLock::new(|| {
    let sample = common::batches(100).remove(0);
    let chunk = concat_batches(&sample.schema(), std::iter::repeat_n(&sample, 250)).unwrap();
    let chunks = vec![chunk; 3];
    let worlds = [World::on_disk(), World::in_memory()];
    let [on_disk, in_memory] =
        [0, 1].map(|place: usize| worlds[place].write("01j2", &common::schema(), chunks.clone()));
    Large {
        _worlds: worlds,
        on_disk,
        in_memory,
    }
});

fn atom() -> impl Strategy<Value = String> {
    select(vec![
        "population > 20000",
        "region = 'Bretagne'",
        "region is null",
        "tags = 'sea'",
        "coastal",
        "founded >= date'2020-06'",
        "updated < date'2024-06'",
        "\"rennes\"",
        "search('renes sa')",
        "search(tags, 'loire')",
        "name like 'saint j*'",
        "suggest(region, 'bre')",
        "in_bbox(place, 43, -2, 48.5, 2)",
        "name in ('Anglet', 'Rennes')",
        "area in [10..40]",
        "length(name) > 8",
        "startswith(name, 'C')",
    ])
    .prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    atom().prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

fn order() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "population",
        "region desc, name",
        "founded, area desc",
        "length(name) desc",
        "random(7)",
        "population / area desc",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn pages_put_together_are_the_whole(
        condition in proptest::option::of(condition()),
        order in order(),
        page in 300_usize..5_000,
    ) {
        let mut query = String::from("select=name, population, founded");
        if let Some(condition) = &condition {
            query.push_str(&format!(" & where={condition}"));
        }
        if !order.is_empty() {
            query.push_str(&format!(" & order_by={order}"));
        }
        let whole = answer(&LARGE.on_disk, &format!("{query} & app_metas=1 & limit=100000"), context());
        prop_assert!(whole.starts_with("total"), "{}", whole);
        prop_assert_eq!(&whole, &answer(&LARGE.in_memory, &format!("{query} & app_metas=1 & limit=100000"), context()));

        let total: usize = whole.lines().next().unwrap().trim_start_matches("total ").parse().unwrap();
        prop_assert_eq!(whole.lines().count(), total + 1);
        for dataset in [&LARGE.on_disk, &LARGE.in_memory] {
            let mut pages = String::new();
            for offset in (0..=total).step_by(page) {
                let text = format!("{query} & app_metas=1 & limit={page} & offset={offset}");
                let page = common::block_on(dataset.records(&request(&text, context()).unwrap())).unwrap();
                prop_assert_eq!(page.total, total as u64);
                pages.push_str(shown(&page).split_once('\n').unwrap().1);
            }
            prop_assert_eq!(&pages, whole.split_once('\n').unwrap().1);
        }
        for dataset in [&LARGE.on_disk, &LARGE.in_memory] {
            let mut pages = String::new();
            let mut request = request(&format!("{query} & app_metas=1 & limit={page}"), context()).unwrap();
            loop {
                let page = common::block_on(dataset.records(&request)).unwrap();
                prop_assert_eq!(page.total, total as u64);
                pages.push_str(shown(&page).split_once('\n').unwrap().1);
                let Some(last) = page.last else { break };
                request.after = Some(last);
            }
            prop_assert_eq!(&pages, whole.split_once('\n').unwrap().1, "one page after the other");
        }
        let without_metas = answer(&LARGE.in_memory, &format!("{query} & limit=100000"), context());
        prop_assert_eq!(&without_metas, &shown(&exported(&LARGE.on_disk, &query).unwrap()));
        let offset = total / 3;
        let cut = exported(&LARGE.on_disk, &format!("{query} & limit=500 & offset={offset}")).unwrap();
        let expected: Vec<&str> = without_metas.lines().skip(1 + offset).take(500).collect();
        let cut = shown(&cut);
        prop_assert_eq!(cut.lines().skip(1).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn facets_and_groups_count_the_same(
        condition in proptest::option::of(condition()),
        field in select(vec!["region", "tags", "coastal", "population", "name"]),
    ) {
        let filter = condition.map(|condition| format!(" & where={condition}")).unwrap_or_default();
        let grouped = answer(&LARGE.on_disk, &format!("select=count(*) as n & group_by={field}{filter}"), context());
        let mut groups: Vec<String> = grouped
            .lines()
            .skip(1)
            .filter(|line| !line.contains("=∅"))
            .map(|line| line.trim().trim_start_matches(&format!("{field}=")).replace(" | n=", " "))
            .collect();
        let counted = common::facets(&LARGE.in_memory, &format!("facet={field}{filter}"), context());
        let mut values: Vec<String> = counted
            .lines()
            .skip(1)
            .map(|line| {
                let (value, count) = line.trim().rsplit_once(") ").unwrap();
                format!("{} {count}", value.rsplit_once(" (").unwrap().1)
            })
            .collect();
        groups.sort();
        values.sort();
        prop_assert_eq!(groups, values);
    }
}
