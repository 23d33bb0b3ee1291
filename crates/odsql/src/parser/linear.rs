//! Reading takes work in proportion to the length of the text, whatever the text; and no text makes it panic.

use super::*;
use crate::{parse_exclude, parse_facet, parse_group_by, parse_order_by, parse_refine, parse_select, parse_where};

/// How often tokens are looked at when `text` is read as each clause, whether it can be read or not.
fn looks(text: &str) -> [usize; 4] {
    let read = |clause: Clause| {
        let Ok(mut parser) = Parser::new(text, clause) else {
            return 0;
        };
        assert!(parser.tokens.len() <= text.len() + 1);
        loop {
            let read = match clause {
                Clause::Where => parser.any().map(|_| ()),
                Clause::Select => parser.select_items().map(|_| ()),
                Clause::GroupBy => parser.group_item().map(|_| ()),
                _ => parser.order_item().map(|_| ()),
            };
            if read.is_err() || !parser.eat(",") {
                return parser.looks.get();
            }
        }
    };
    [Clause::Where, Clause::Select, Clause::GroupBy, Clause::OrderBy].map(read)
}

/// What is repeated, and what may close it.
const SHAPES: [(&str, &str); 44] = [
    ("(", ")"),
    ("((a", "))"),
    ("[", "]"),
    ("]", "["),
    ("not ", ""),
    ("not (", ")"),
    ("a and ", "b"),
    ("a or ", "b"),
    ("a and b or not c and ", "d"),
    ("(a and (b or ", "c))"),
    ("a = 1 and ", "a = 1"),
    ("a + ", "1"),
    ("a - -", "1"),
    ("-", "a"),
    ("a * b / ", "c"),
    ("(a + ", "1)"),
    ("a,", "b"),
    ("*,", "*"),
    ("f(", ")"),
    ("f()", ""),
    ("lower(", ")"),
    ("ifnull(a, ", "b)"),
    ("count(", ")"),
    ("sum(a) / ", "sum(b)"),
    ("now(", ")"),
    ("now(years=1, months=-1),", "a"),
    ("range(", ")"),
    ("range(a, 1, 2),", "b"),
    ("range(a, ]1, 2[),", "b"),
    ("geo_cluster(a, 1),", "b"),
    ("search(", ")"),
    ("search(a, ", "'x')"),
    ("distance(", ")"),
    ("polygon(a, '1,2,3,4,5,6') and ", "a"),
    ("a in (1,", "2)"),
    ("a in [1..2] and ", "b"),
    ("a in [", "1..2]"),
    ("a is not null or ", "b"),
    ("include(a*, ", "b)"),
    ("a as b,", "c"),
    ("'x' ", ""),
    ("`a` ", ""),
    ("1.5e3.", "2"),
    ("geom'x' date'2020' ", ""),
];

#[test]
fn reading_takes_work_in_proportion_to_the_length_of_the_text() {
    for (open, close) in SHAPES {
        for closed in [true, false] {
            let text = |times: usize| {
                let end = if closed {
                    close.repeat(if close.contains([')', ']']) { times } else { 1 })
                } else {
                    String::new()
                };
                format!("{}{end}", open.repeat(times))
            };
            let (short, long) = (text(100), text(1_600));
            for (few, many) in looks(&short).into_iter().zip(looks(&long)) {
                // Sixteen times the text: at most sixteen times the work, and never more than a few looks at a token.
                assert!(many <= 16 * few + 200, "{open}: {few} looks became {many}");
                assert!(
                    many <= 40 * (long.len() + 1),
                    "{open}: {many} looks at {} bytes",
                    long.len()
                );
            }
        }
    }
}

/// Numbers that look random and are the same at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// Clauses to begin from, whose parts are mixed.
const SEEDS: [&str; 16] = [
    "my_number > 10 and my_text like \"paris*\" or within_distance(geo, geom'POINT(1 1)', 1km)",
    "not (`a b` in [1..10[ and \"x\" in tags) or flag is not true",
    "search(*, \"bok of secret\") and suggest(title, 'film') and startswith(id, \"ID\")",
    "in_bbox(geo, 48.1, -1.5, 49, 2e0) and geometry(geo, geom'{\"type\":\"Point\"}', DISJOINT)",
    "polygon(geo, \"(1, 2), (3, 4), (5, 6)\") and distance(geo, '1,2', 10mi)",
    "a = date'2017-04-03T08:02:03.4+02:00' and b in (null, true, -1.5, \"é\")",
    "*, include(pop*), exclude(`x y`), now(year=2001, months=-1) as n",
    "percentile(a, 12.5) / (sum(b * c) - count(distinct ifnull(d, 'x'))) as `a label`",
    "json_format(f, null), date_format(d, \"'It is '''dd/MM\"), lower('JAZZ')",
    "range(a, *, 10, 50, *), range(d, 1 day) as d, range(a, ]1, 2[)",
    "geo_cluster(p, 8, 40), year(d), ifnull(a, 0)",
    "count(*) desc, -a, random(42), f asc",
    "facet(name=\"f\", disjunctive=true, sort=\"-count\", limit=20, separator='/')",
    "modified:\"2020/12/05\"",
    "`quoted field`=some value",
    "a.b.c != -1e-3",
];

fn read_everywhere(text: &str) {
    let results = [
        parse_where(text).map(|_| ()),
        parse_select(text).map(|_| ()),
        parse_group_by(text).map(|_| ()),
        parse_order_by(text).map(|_| ()),
        parse_facet(text).map(|_| ()),
        parse_refine(text).map(|_| ()),
        parse_exclude(text).map(|_| ()),
    ];
    for error in results.into_iter().filter_map(Result::err) {
        let Span { start, end } = error.span;
        assert!(start <= end && end <= text.len(), "{text:?}: {error:?}");
        assert!(
            error.message.contains("Clause(s) containing the error(s): "),
            "{text:?}: {error}"
        );
        if error.is_syntax() && error.message.contains("unexpected") {
            assert_eq!(error.position, Some(text[..start].chars().count()), "{text:?}");
        }
    }
}

#[test]
fn a_hundred_thousand_broken_clauses_are_refused_and_make_no_panic() {
    let mut random = Random(0x5eed);
    let alphabet: Vec<char> = "()[]{},.:;=!<>+-*/'\"`\\ \t\n01.9eEaZ_é漢\u{0}\u{feff}😀%#&|~^"
        .chars()
        .collect();
    for round in 0..100_000 {
        let mut text: Vec<char> = match round % 4 {
            // Bytes, as far as they are text at all.
            0 => {
                let bytes: Vec<u8> = (0..random.below(40))
                    .map(|_| random.below(256).to_le_bytes()[0])
                    .collect();
                String::from_utf8_lossy(&bytes).chars().collect()
            }
            1 => (0..random.below(60))
                .map(|_| alphabet[random.below(alphabet.len())])
                .collect(),
            _ => SEEDS[random.below(SEEDS.len())].chars().collect(),
        };
        for _ in 0..random.below(6) {
            let at = random.below(text.len() + 1);
            match random.below(4) {
                0 => text.truncate(at),
                1 if at < text.len() => {
                    text.remove(at);
                }
                2 => text.insert(at, alphabet[random.below(alphabet.len())]),
                _ => {
                    let other: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
                    text.splice(at..at, other[random.below(other.len())..].iter().copied());
                }
            }
        }
        read_everywhere(&text.into_iter().collect::<String>());
    }
}
