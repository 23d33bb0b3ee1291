//! Figures of a period as bars, drawn by the server; the table below them says the same.

use chrono::Datelike;
use parvis_portal::audience::{Period, Point, Totals};
use serde::Serialize;

use crate::render::date;

/// Width of a bar's place and height of the drawing, in units of its own.
const PLACE: u64 = 10;
const HEIGHT: u64 = 1_000;

/// A day, or a month of a long period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    label: String,
    views: u64,
    downloads: u64,
    calls: u64,
    searches: u64,
    fruitless: u64,
}

#[derive(Debug, Serialize)]
struct Bar {
    x: u64,
    y: u64,
    height: u64,
    label: String,
    value: u64,
}

/// The bars of one sort of figure.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    key: &'static str,
    total: u64,
    /// The highest bar.
    most: u64,
    width: u64,
    bars: Vec<Bar>,
    first: String,
    last: String,
}

fn add(step: &mut Step, totals: Totals) {
    step.views += totals.views;
    step.downloads += totals.downloads;
    step.calls += totals.calls;
    step.searches += totals.searches;
    step.fruitless += totals.fruitless;
}

/// The steps of a period: its days, or months where days would be too many to see.
pub(super) fn steps(days: &[Point], period: Period, lang: &str) -> Vec<Step> {
    let by_month = period == Period::Year;
    let mut steps: Vec<Step> = Vec::new();
    let mut month = None;
    for point in days {
        let this = (point.day.year(), point.day.month());
        if !by_month || month != Some(this) {
            month = Some(this);
            let label = if by_month {
                date::month(point.day, lang)
            } else {
                date::day(point.day, lang)
            };
            steps.push(Step {
                label,
                views: 0,
                downloads: 0,
                calls: 0,
                searches: 0,
                fruitless: 0,
            });
        }
        if let Some(step) = steps.last_mut() {
            add(step, point.totals);
        }
    }
    steps
}

fn chart(key: &'static str, steps: &[Step], of: fn(&Step) -> u64) -> Chart {
    let most = steps.iter().map(of).max().unwrap_or(0);
    let label = |step: Option<&Step>| step.map_or_else(String::new, |step| step.label.clone());
    let bars = (0..)
        .zip(steps)
        .filter(|(_, step)| of(step) > 0)
        .map(|(index, step): (u64, &Step)| {
            let value = of(step);
            // What is more than nothing is seen.
            let height = u64::try_from(u128::from(value) * u128::from(HEIGHT) / u128::from(most)).unwrap_or(HEIGHT);
            let height = height.max(12);
            Bar {
                x: index * PLACE + 1,
                y: HEIGHT - height,
                height,
                label: step.label.clone(),
                value,
            }
        });
    Chart {
        key,
        total: steps.iter().map(of).sum(),
        most,
        width: PLACE * steps.len() as u64,
        bars: bars.collect(),
        first: label(steps.first()),
        last: label(steps.last()),
    }
}

/// The charts of a period.
pub(super) fn charts(steps: &[Step]) -> Vec<Chart> {
    vec![
        chart("views", steps, |step| step.views),
        chart("downloads", steps, |step| step.downloads),
        chart("calls", steps, |step| step.calls),
    ]
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn days(from: &str, views: &[u64]) -> Vec<Point> {
        let first: NaiveDate = from.parse().unwrap();
        let totals = |views: &u64| Totals {
            views: *views,
            ..Totals::default()
        };
        first
            .iter_days()
            .zip(views)
            .map(|(day, views)| Point {
                day,
                totals: totals(views),
            })
            .collect()
    }

    #[test]
    fn the_highest_bar_fills_the_drawing_and_none_stands_where_nothing_was() {
        let steps = steps(&days("2026-03-01", &[0, 50, 200, 0, 1]), Period::Week, "en");
        let [chart, ..] = &charts(&steps)[..] else {
            panic!("three charts")
        };
        let bars: Vec<(u64, u64)> = chart.bars.iter().map(|bar| (bar.x, bar.height)).collect();
        assert_eq!(bars, [(11, 250), (21, 1_000), (41, 12)]);
        assert_eq!((chart.total, chart.most, chart.width), (251, 200, 50));
        assert_eq!(
            (chart.first.as_str(), chart.last.as_str()),
            ("1 March 2026", "5 March 2026")
        );
    }

    #[test]
    fn a_year_is_told_by_month() {
        let steps = steps(&days("2026-01-30", &[1, 2, 4, 8]), Period::Year, "fr");
        let views: Vec<(&str, u64)> = steps.iter().map(|step| (step.label.as_str(), step.views)).collect();
        assert_eq!(views, [("janvier 2026", 3), ("février 2026", 12)]);
    }
}
