//! How wide letters are in the two fonts, to break lines; and the encoding of texts.

/// The two fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Plain,
    Bold,
}

/// Widths of the characters 32 to 126, in thousandths of the size (the metrics that Adobe published with the fonts).
const PLAIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];

/// The letter that is as wide as an accented one.
fn bare(c: char) -> char {
    match c {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' | 'Ø' => 'O',
        'Ù'..='Ü' => 'U',
        'Ý' | 'Ÿ' => 'Y',
        'Š' => 'S',
        'Ž' => 'Z',
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        // The dotless i below these accents is as wide as a space.
        'ì'..='ï' => ' ',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'š' => 's',
        'ž' => 'z',
        '\u{a0}' | '\u{202f}' | '’' | '‘' | '·' => ' ',
        '“' | '”' | '„' => '"',
        other => other,
    }
}

/// The width of a text, in thousandths of the size. What is neither listed nor like something listed counts as a wide letter.
pub(super) fn width(text: &str, face: Face) -> f32 {
    let table = match face {
        Face::Plain => &PLAIN,
        Face::Bold => &BOLD,
    };
    let of = |c: char| {
        let listed = (bare(c) as usize).checked_sub(32).and_then(|at| table.get(at));
        f32::from(*listed.unwrap_or(&match c {
            '–' | '«' | '»' | '€' => 556,
            _ => 1000,
        }))
    };
    text.chars().map(of).sum()
}

/// The text in Windows-1252, and whether every character has its place there.
pub(super) fn encode(text: &str) -> (Vec<u8>, bool) {
    let mut whole = true;
    let bytes = text.chars().map(|c| {
        byte(c).unwrap_or_else(|| {
            whole = false;
            b'?'
        })
    });
    (bytes.collect(), whole)
}

fn byte(c: char) -> Option<u8> {
    /// What Windows-1252 has from 0x80 to 0x9f; `\0` where it has nothing.
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match c {
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(u32::from(c)).ok(),
        // The narrow no-break space of French has no place of its own; the wider one reads the same.
        '\u{202f}' => Some(0xa0),
        '\0' => None,
        other => HIGH
            .iter()
            .position(|high| *high == other)
            .and_then(|at| u8::try_from(at + 0x80).ok()),
    }
}
