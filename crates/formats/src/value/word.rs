//! Words that stand for booleans and for "no value".

/// Longest word known here, in bytes.
pub const LONGEST: usize = 5;

/// Reads `oui/non`, `vrai/faux`, `yes/no`, `true/false` in any case. Single letters are not read: `O` and `N` are also west and
/// north.
pub fn parse_boolean(cell: &[u8]) -> Option<bool> {
    const WORDS: [(&[u8], bool); 8] = [
        (b"oui", true),
        (b"non", false),
        (b"true", true),
        (b"false", false),
        (b"vrai", true),
        (b"faux", false),
        (b"yes", true),
        (b"no", false),
    ];
    WORDS
        .iter()
        .find(|(word, _)| cell.eq_ignore_ascii_case(word))
        .map(|&(_, value)| value)
}

/// Whether the cell says that there is no value. In a text column such a word stays as it is; in any other it is null.
pub fn is_absent(cell: &[u8]) -> bool {
    const WORDS: [&[u8]; 10] = [
        b"na", b"n/a", b"#n/a", b"nan", b"null", b"none", b"nd", b"n.d.", b"\\n", b"-",
    ];
    WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}
