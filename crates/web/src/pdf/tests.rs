use super::*;

fn text_of(blocks: Vec<Block>) -> String {
    let document = Document {
        title: "Charte « été »".to_owned(),
        lang: "fr".to_owned(),
        blocks,
    };
    String::from_utf8_lossy(&write(&document)).into_owned()
}

fn table(rows: usize, cell: &str) -> Block {
    Block::Table(Table {
        caption: "Cookies".to_owned(),
        heads: vec!["Nom".to_owned(), "But".to_owned()],
        shares: vec![1.0, 2.0],
        row_head: 0,
        rows: (0..rows).map(|at| vec![format!("nom-{at}"), cell.to_owned()]).collect(),
    })
}

#[test]
fn a_document_names_its_language_title_and_structure() {
    let pdf = text_of(vec![
        Block::Heading(1, "Titre".to_owned()),
        Block::Paragraph("Un paragraphe".to_owned()),
        Block::List(vec!["Un".to_owned(), "Deux".to_owned()]),
        table(2, "Mesurer"),
    ]);
    assert!(pdf.starts_with("%PDF-1.7"));
    for part in [
        "/Lang (fr)",
        "/Marked true",
        "/DisplayDocTitle true",
        "/S /H1",
        "/S /P",
        "/S /LI",
        "/S /LBody",
        "/S /Table",
        "/S /TH",
        "/Scope /Column",
        "/Scope /Row",
        "/S /TD",
        "(Un paragraphe)",
        "(Mesurer)",
    ] {
        assert!(pdf.contains(part), "{part}");
    }
}

#[test]
fn letters_with_accents_are_in_the_fonts_encoding_and_others_are_told_in_full() {
    let bytes = write(&Document {
        title: String::new(),
        lang: "fr".to_owned(),
        blocks: vec![Block::Paragraph("L’été, cœur – 5\u{202f}€".to_owned())],
    });
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    // What is not ASCII is written in hexadecimal.
    let expected = hex::encode(b"L\x92\xe9t\xe9, c\x9cur \x96 5\xa0\x80");
    assert!(text.contains(&format!("<{expected}>")), "{text}");
    let plain = text_of(vec![Block::Paragraph("déjà".to_owned())]);
    assert!(!plain.contains("/ActualText"));
    let greek = text_of(vec![Block::Paragraph("αβγ".to_owned())]);
    assert!(greek.contains("(???)") && greek.contains("/ActualText"));
}

#[test]
fn long_tables_go_on_over_sheets_and_every_mark_has_its_owner() {
    let pdf = text_of(vec![table(
        120,
        "Une finalité assez longue pour prendre plusieurs lignes dans sa colonne étroite du tableau",
    )]);
    let pages = pdf.matches("/Type /Page").count() - pdf.matches("/Type /Pages").count();
    assert!(pages > 2, "{pages}");
    assert_eq!(
        pdf.matches("/S /TR").count(),
        121,
        "the head repeated on later sheets is not told again"
    );
    assert!(pdf.contains(&format!("(1 / {pages})")) && pdf.contains(&format!("({pages} / {pages})")));
    assert!(pdf.contains("(nom-119)"));
}

#[test]
fn hostile_texts_stay_inside_their_strings_and_sheets() {
    let odd = ["", " ", "()\\)(", &"x".repeat(5_000), "\u{7}\n\r\t", "%PDF endobj"];
    for text in odd {
        let blocks = vec![
            Block::Heading(1, text.to_owned()),
            Block::Paragraph(text.to_owned()),
            table(3, text),
        ];
        let pdf = text_of(blocks);
        assert!(pdf.trim_end().ends_with("%%EOF"), "{text:.20}");
    }
}
