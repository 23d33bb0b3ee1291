//! What a query notes of the way it was answered.

use parvis_engine::{Context, Dataset, Step, Way};

use crate::common::{World, answer, context, facets};

/// The ways of a query that is asked of `dataset`.
fn steps(dataset: &Dataset, ask: fn(&Dataset, &str, Context) -> String, text: &str, context: Context) -> Vec<Step> {
    let (traced, trace) = dataset.traced(&context);
    assert_eq!(
        ask(&traced, text, context.clone()),
        ask(dataset, text, context),
        "watching changes nothing: {text}"
    );
    trace.steps()
}

fn restricted() -> Context {
    Context {
        row_filter: Some(parvis_odsql::parse_where("region = 'Bretagne'").unwrap()),
        ..context()
    }
}

#[test]
fn the_way_to_an_answer_is_told() {
    let world = World::on_disk();
    let sample = world.sample();
    for (text, way) in [
        ("limit=2", Way::Numbers),
        ("where=population > 0", Way::Columns),
        ("select=count(*) & group_by=region", Way::Columns),
        ("select=stddev(population), envelope(place)", Way::Parquet),
    ] {
        let steps = steps(&sample, answer, text, context());
        assert!(steps.iter().any(|step| step.way == way), "{text}: {steps:?}");
    }
    let memory = World::in_memory();
    let steps = steps(
        &memory.sample(),
        answer,
        "select=stddev(population), envelope(place)",
        context(),
    );
    assert!(steps.iter().any(|step| step.way == Way::TablePlan), "{steps:?}");
}

#[test]
fn facets_that_were_counted_before_are_kept_answers() {
    let world = World::on_disk();
    let sample = world.sample();
    let (traced, trace) = sample.traced(&context());
    facets(&traced, "facet=region", context());
    assert!(trace.steps().iter().all(|step| step.way == Way::Columns), "{trace:?}");
    let (traced, trace) = sample.traced(&context());
    facets(&traced, "facet=region", context());
    assert_eq!(
        trace.steps().iter().map(|step| step.way).collect::<Vec<_>>(),
        [Way::Kept]
    );
}

#[test]
fn a_plan_is_for_those_who_may_see_everything() {
    let world = World::on_disk();
    let sample = world.sample();
    let text = "select=stddev(population), envelope(place) & where=name != 'x'";
    let open = steps(&sample, answer, text, context());
    let plan = open.iter().find_map(|step| step.plan.clone()).expect("DataFusion ran");
    assert!(
        plan.contains("AggregateExec") && plan.contains("DataSourceExec"),
        "{plan}"
    );
    assert!(open.iter().all(|step| step.records.is_some()));
    for context in [
        restricted(),
        Context {
            visible: Some(["name", "population", "place"].map(str::to_owned).to_vec()),
            ..context()
        },
    ] {
        let steps = steps(&sample, answer, text, context);
        assert!(!steps.is_empty());
        for step in &steps {
            assert_eq!((&step.plan, step.records), (&None, None), "{step:?}");
        }
        assert!(!format!("{steps:?}").contains("Bretagne"));
    }
}
