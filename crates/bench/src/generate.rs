//! A CSV of twelve columns whose every byte follows from the number of records.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// SplitMix64: small, fast, the same everywhere.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, end: u64) -> u64 {
        let unit = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((unit * unit * unit) * end as f64) as u64
    }
}

const SYLLABLES: [&str; 16] = [
    "saint", "mont", "val", "ville", "bourg", "chau", "vigny", "ron", "ors", "lès", "aigues", "char", "mar", "tres",
    "bel", "fort",
];
const STREETS: [&str; 8] = [
    "rue",
    "avenue",
    "place",
    "chemin",
    "impasse",
    "boulevard",
    "quai",
    "allée",
];
const WORDS: [&str; 16] = [
    "travaux",
    "prévus",
    "en",
    "cours",
    "sur",
    "la",
    "voirie",
    "communale",
    "pour",
    "réfection",
    "de",
    "l'éclairage",
    "et",
    "plantation",
    "d'arbres",
    "provisoire",
];

/// Writes `rows` records: identifier, label, 50 categories and 35,000 communes (both skewed), day, instant, amount, quantity, flag,
/// longitude, latitude, and a note in two records of five, sometimes with delimiters, quotes and line breaks.
///
/// # Errors
/// The file cannot be written.
pub fn generate(path: &Path, rows: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    out.write_all(b"id,label,category,commune,date,updated_at,amount,qty,flag,lon,lat,note\n")?;
    let mut draw = Draw(42);
    let communes: Vec<String> = (0..35_000)
        .map(|_| {
            let part = |draw: &mut Draw| SYLLABLES[draw.below(16) as usize];
            format!(
                "{}-{}-{}-{}",
                part(&mut draw),
                part(&mut draw),
                part(&mut draw),
                part(&mut draw)
            )
        })
        .collect();
    for id in 1..=rows {
        row(&mut out, &mut draw, id, &communes)?;
    }
    out.flush()
}

fn row(out: &mut impl Write, draw: &mut Draw, id: u64, communes: &[String]) -> std::io::Result<()> {
    let street = STREETS[draw.below(8) as usize];
    let commune = &communes[draw.skewed(communes.len() as u64) as usize];
    let (number, letter) = (draw.below(400) + 1, char::from(b'A' + draw.below(26) as u8));
    let (word, category) = (WORDS[draw.below(16) as usize], draw.skewed(50));
    write!(
        out,
        "{id},{number} {street} {word} lot {letter}{},categorie {category:02},{commune},",
        draw.below(100_000)
    )?;
    let (year, month, day) = (2000 + draw.below(25), 1 + draw.below(12), 1 + draw.below(28));
    write!(out, "{year}-{month:02}-{day:02},")?;
    let (hour, minute, second) = (draw.below(24), draw.below(60), draw.below(60));
    write!(
        out,
        "2024-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}+00:00,",
        1 + draw.below(12),
        1 + draw.below(28)
    )?;
    let flag = if draw.below(3) == 0 { "true" } else { "false" };
    write!(
        out,
        "{}.{:02},{},{flag},",
        draw.skewed(1_000_000),
        draw.below(100),
        draw.skewed(1000)
    )?;
    let lon = draw.below(14_000_000) as f64 / 1e6 - 4.5;
    let lat = draw.below(9_000_000) as f64 / 1e6 + 42.1;
    write!(out, "{lon:.6},{lat:.6},")?;
    if draw.below(5) < 2 {
        note(out, draw)?;
    }
    out.write_all(b"\n")
}

fn note(out: &mut impl Write, draw: &mut Draw) -> std::io::Result<()> {
    let kind = draw.below(10);
    if kind < 3 {
        out.write_all(b"\"")?;
    }
    for index in 0..6 + draw.below(6) {
        if index > 0 {
            out.write_all(match (kind, index) {
                (0, 4) => b"\n",
                (1, 3) => b" \"\"",
                (2, 5) => b", ",
                _ => b" ",
            })?;
        }
        out.write_all(WORDS[draw.below(16) as usize].as_bytes())?;
    }
    out.write_all(if kind < 3 { b"\"" } else { b"" })
}
