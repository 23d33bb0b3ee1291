//! A million headers, the same at each run, against a second reading of the rules (R-BAD-01, R-CSRF-09).

use crate::Jar;
use crate::jar::{MAX_BYTES, MAX_COOKIES};

const HEADERS: u32 = 1_000_000;
const OURS: [&str; 4] = ["sessionid", "csrftoken", "cookies_preferences", "django_language"];
/// Pieces that break parsers.
const PIECES: [&[u8]; 24] = [
    b";",
    b"; ",
    b"=",
    b"\"",
    b"\\",
    b"\\054",
    b"\\377",
    b"\\400",
    b"\0",
    b"\r\n",
    b"\t",
    b" ",
    b",",
    b"\xff",
    b"\xc3",
    b"\xc3\xa9",
    b"$Version=1",
    b"sessionid",
    b"csrftoken=",
    b"SessionID=",
    b"__Host-sessionid=",
    b"sessionid =",
    b"%3B",
    b"hush",
];

/// A small generator of numbers (xorshift): the same ones on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }
}

/// Writes a header: cookies with names of ours, of others and broken ones; now and then far too many, or a giant.
fn write(numbers: &mut Numbers, header: &mut Vec<u8>) {
    header.clear();
    let cookies = if numbers.one_in(4_000) {
        200 + numbers.below(200)
    } else {
        numbers.below(6)
    };
    for at in 0..cookies {
        match numbers.below(8) {
            0..4 => header.extend_from_slice(OURS[numbers.below(4)].as_bytes()),
            4 => header.extend_from_slice(format!("c{at}").as_bytes()),
            _ => {
                for _ in 0..numbers.below(4) {
                    header.extend_from_slice(PIECES[numbers.below(PIECES.len())]);
                }
            }
        }
        header.push(b'=');
        match numbers.below(8) {
            0..5 => header.extend_from_slice(&b"hush-a hush-b hush-c hush-d "[numbers.below(3) * 7..][..6]),
            5 => {
                for _ in 0..numbers.below(6) {
                    header.extend_from_slice(PIECES[numbers.below(PIECES.len())]);
                }
            }
            6 if numbers.one_in(500) => header.resize(header.len() + numbers.below(2 * MAX_BYTES), b'y'),
            _ => header.extend((0..numbers.below(12)).map(|_| 0)),
        }
        header.extend_from_slice(if numbers.one_in(9) { b";" } else { b"; " });
    }
    // And a few bytes changed at will.
    for _ in 0..numbers.below(3) {
        if !header.is_empty() {
            let at = numbers.below(header.len());
            header[at] = u8::try_from(numbers.below(256)).unwrap();
        }
    }
}

/// The raw values that a header gives `name`, read a second time and in another way.
fn values<'a>(header: &'a [u8], name: &str) -> Vec<&'a [u8]> {
    let begin = |chunk: &'a [u8]| {
        chunk
            .trim_ascii_start()
            .strip_prefix(name.as_bytes())?
            .strip_prefix(b"=")
    };
    let mut values: Vec<&[u8]> = header
        .split(|byte| *byte == b';')
        .filter_map(begin)
        .map(<[u8]>::trim_ascii)
        .collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// Whether a raw value is taken as it stands.
fn is_plain(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

#[test]
fn a_million_headers_break_nothing_and_never_is_one_of_two_values_taken() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut header = Vec::new();
    let (mut doubted, mut taken, mut cut) = (0, 0, 0);
    for round in 0..HEADERS {
        write(&mut numbers, &mut header);
        // Over HTTP/2 one header comes as several lines.
        let middle = if round % 5 == 0 {
            header.iter().position(|byte| *byte == b';')
        } else {
            None
        };
        let jar = match middle {
            Some(at) => Jar::parse([&header[..at], &header[at + 1..]]),
            None => Jar::parse([header.as_slice()]),
        };
        assert!(jar.len() <= MAX_COOKIES);
        cut += u32::from(jar.is_truncated());
        for name in OURS {
            let values = values(&header, name);
            let two = values.iter().filter(|value| is_plain(value)).count() > 1;
            let told = || format!("{name} in {:?}", String::from_utf8_lossy(&header));
            assert!(!two || jar.conflict(name), "{}", told());
            doubted += u32::from(two);
            if let Some(value) = jar.sole(name) {
                let only = values
                    .iter()
                    .all(|other| !is_plain(other) || *other == value.as_bytes());
                assert!(!values.is_empty() && only, "{}", told());
                taken += 1;
            }
        }
        if round % 997 == 0 {
            assert!(!format!("{jar:?}").contains("hush-"), "values are secrets");
        }
    }
    assert!(
        doubted > 10_000 && taken > 100_000 && cut > 50,
        "{doubted} {taken} {cut}: the headers are all alike"
    );
}
