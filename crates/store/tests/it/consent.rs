//! Chains of consent records: added to, and nothing else.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use parvis_model::PortalId;
use parvis_store::{ConsentRow, ConsentTip, ShownText, Signed, Store};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use crate::support::{fill, id, noon, two_portals};

pub fn row(seq: u64, at: DateTime<Utc>) -> ConsentRow {
    ConsentRow {
        seq,
        receipt: format!("r{seq}"),
        replaces: None,
        at,
        action: "refuse".to_owned(),
        audit: false,
        body: format!("{{\"seq\":{seq}}}"),
        hash: [u8::try_from(seq % 256).unwrap(); 32],
    }
}

fn signed(seq: u64) -> Signed {
    Signed {
        statement: format!("head {seq}"),
        signature: "s".to_owned(),
    }
}

fn day(at: DateTime<Utc>) -> NaiveDate {
    at.date_naive()
}

/// Adds rows to the chain of `portal`, all on the day of the last.
pub async fn append(store: &Store, portal: &PortalId, rows: &[ConsentRow]) -> parvis_store::Result<()> {
    let last = rows.last().unwrap();
    let mut batch = store.consent_batch_across_portals().await?;
    batch.append(portal, rows, day(last.at), &signed(last.seq)).await?;
    batch.commit().await
}

fn rows(numbers: std::ops::RangeInclusive<u64>) -> Vec<ConsentRow> {
    numbers.map(|seq| row(seq, noon())).collect()
}

#[tokio::test]
async fn consent_records_are_read_back_in_order_on_their_own_portal_only() {
    let store = two_portals().await;
    let (orleans, cesson) = (id("orleans"), id("cesson"));
    append(&store, &orleans, &rows(1..=150)).await.unwrap();
    append(&store, &cesson, &rows(1..=2)).await.unwrap();
    assert_eq!(store.consent_rows(&orleans, 0, 1_000).await.unwrap(), rows(1..=150));
    assert_eq!(store.consent_rows(&orleans, 148, 1).await.unwrap(), rows(149..=149));
    assert_eq!(store.consent_bounds(&cesson).await.unwrap(), Some((1, 2)));
    assert_eq!(store.consent_by_receipt(&cesson, "r3").await.unwrap(), []);
    assert_eq!(store.consent_by_receipt(&orleans, "r3").await.unwrap(), rows(3..=3));
    assert_eq!(store.consent_heads(&cesson).await.unwrap(), [signed(2)]);
    assert_eq!(
        store.consent_counts(&orleans, noon()).await.unwrap(),
        [("refuse".to_owned(), 150)]
    );
    let mut tips = store.consent_tips_across_portals().await.unwrap();
    tips.sort();
    assert_eq!(tips, [(cesson, 2), (orleans.clone(), 150)]);
    let mut batch = store.consent_batch_across_portals().await.unwrap();
    let tip = batch.tip(&orleans).await.unwrap().unwrap();
    assert_eq!((tip.seq, tip.hash, tip.at), (150, [150; 32], noon()));
}

#[tokio::test]
async fn a_batch_that_is_not_committed_leaves_nothing() {
    let store = two_portals().await;
    let mut batch = store.consent_batch_across_portals().await.unwrap();
    batch
        .append(&id("orleans"), &rows(1..=3), day(noon()), &signed(3))
        .await
        .unwrap();
    drop(batch);
    assert_eq!(store.consent_rows(&id("orleans"), 0, 10).await.unwrap(), []);
    assert_eq!(store.consent_heads(&id("orleans")).await.unwrap(), []);
}

#[tokio::test]
async fn a_consent_record_out_of_turn_or_of_no_portal_is_refused() {
    let store = two_portals().await;
    append(&store, &id("orleans"), &rows(1..=3)).await.unwrap();
    for wrong in [rows(3..=3), rows(5..=5), rows(1..=1)] {
        assert!(append(&store, &id("orleans"), &wrong).await.is_err());
    }
    assert!(append(&store, &id("nowhere"), &rows(1..=1)).await.is_err());
    append(&store, &id("orleans"), &rows(4..=4)).await.unwrap();
}

#[tokio::test]
async fn no_statement_changes_or_removes_consent_records_heads_or_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parvis.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    let orleans = id("orleans");
    append(&store, &orleans, &[row(1, noon())]).await.unwrap();
    append(&store, &orleans, &[row(2, noon() + TimeDelta::days(1))])
        .await
        .unwrap();
    let text = ShownText {
        hash: "ab".to_owned(),
        media_type: "text/html".to_owned(),
        content: b"<p>".to_vec(),
        first_at: noon(),
    };
    store.keep_shown_text(&orleans, &text).await.unwrap();
    let tip = ConsentTip {
        seq: 1,
        hash: [1; 32],
        at: noon(),
    };
    assert_eq!(store.purge_consent(&orleans, &tip, &signed(1)).await.unwrap(), 1);
    let mut raw = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    for statement in [
        "UPDATE consent_records SET body = '{}'",
        "UPDATE consent_records SET receipt = 'x' WHERE seq = 2",
        "DELETE FROM consent_records",
        "INSERT OR REPLACE INTO consent_records SELECT * FROM consent_records",
        "UPDATE consent_heads SET seq = 9 WHERE seq = 1",
        "UPDATE consent_heads SET seq = 1 WHERE seq = 2",
        "DELETE FROM consent_heads",
        "UPDATE consent_checkpoints SET seq = 9",
        "DELETE FROM consent_checkpoints",
        "UPDATE consent_texts SET content = 'x'",
        "DELETE FROM consent_texts",
        "DELETE FROM portals WHERE id = 'orleans'",
    ] {
        let done = sqlx::query(statement).execute(&mut raw).await;
        assert!(done.is_err(), "{statement} was let through");
    }
    assert_eq!(store.consent_rows(&orleans, 0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_purge_takes_a_beginning_and_the_chain_goes_on() {
    let store = two_portals().await;
    let orleans = id("orleans");
    for seq in 1..=40 {
        let at = noon() + TimeDelta::days(i64::try_from(seq).unwrap() / 4);
        append(&store, &orleans, &[row(seq, at)]).await.unwrap();
    }
    assert_eq!(
        store
            .consent_last_until(&orleans, noon() - TimeDelta::days(1))
            .await
            .unwrap(),
        None
    );
    let last = store
        .consent_last_until(&orleans, noon() + TimeDelta::days(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(last.seq, 15, "the last of the fourth day");
    assert_eq!(store.purge_consent(&orleans, &last, &signed(15)).await.unwrap(), 15);
    assert_eq!(store.consent_checkpoint(&orleans).await.unwrap(), Some(signed(15)));
    assert_eq!(store.consent_bounds(&orleans).await.unwrap(), Some((16, 40)));
    let end = store
        .consent_last_until(&orleans, noon() + TimeDelta::days(99))
        .await
        .unwrap()
        .unwrap();
    store.purge_consent(&orleans, &end, &signed(40)).await.unwrap();
    assert_eq!(store.consent_bounds(&orleans).await.unwrap(), None);
    let mut batch = store.consent_batch_across_portals().await.unwrap();
    assert_eq!(
        batch.tip(&orleans).await.unwrap(),
        Some(end.clone()),
        "the next one links to the checkpoint"
    );
    drop(batch);
    append(&store, &orleans, &[row(41, noon() + TimeDelta::days(99))])
        .await
        .unwrap();
    assert_eq!(store.consent_checkpoint(&id("cesson")).await.unwrap(), None);
}

#[tokio::test]
async fn choices_that_nothing_replaced_come_to_their_end_once() {
    let store = two_portals().await;
    let orleans = id("orleans");
    let mut rows = rows(1..=5);
    rows[3].replaces = Some("r1".to_owned());
    append(&store, &orleans, &rows).await.unwrap();
    let ending = |limit| store.consent_unended(&orleans, noon(), limit);
    let receipts = |rows: Vec<ConsentRow>| rows.into_iter().map(|row| row.receipt).collect::<Vec<_>>();
    assert_eq!(receipts(ending(10).await.unwrap()), ["r2", "r3", "r4", "r5"]);
    let end = |seq: u64, of: &str| ConsentRow {
        receipt: of.to_owned(),
        replaces: Some(of.to_owned()),
        action: "expire".to_owned(),
        ..row(seq, noon() + TimeDelta::days(181))
    };
    append(&store, &orleans, &[end(6, "r2"), end(7, "r3")]).await.unwrap();
    assert_eq!(receipts(ending(1).await.unwrap()), ["r4"]);
    append(&store, &orleans, &[end(8, "r4"), end(9, "r5")]).await.unwrap();
    assert_eq!(ending(10).await.unwrap(), []);
    assert_eq!(store.consent_unended(&id("cesson"), noon(), 10).await.unwrap(), []);
    let replaced = store.consent_replaced(&orleans, noon()).await.unwrap();
    assert_eq!(replaced, [("r1".to_owned(), noon())], "an end replaces nothing");
    let later = noon() + TimeDelta::milliseconds(1);
    assert_eq!(store.consent_replaced(&orleans, later).await.unwrap(), []);
    assert_eq!(store.consent_replaced(&id("cesson"), noon()).await.unwrap(), []);
}

#[tokio::test]
async fn what_visitors_were_shown_is_kept_once_and_apart() {
    let store = two_portals().await;
    let text = |content: &str| ShownText {
        hash: "ab".to_owned(),
        media_type: "text/html".to_owned(),
        content: content.as_bytes().to_vec(),
        first_at: noon(),
    };
    store.keep_shown_text(&id("orleans"), &text("first")).await.unwrap();
    store.keep_shown_text(&id("orleans"), &text("second")).await.unwrap();
    assert_eq!(
        store.shown_text(&id("orleans"), "ab").await.unwrap(),
        Some(text("first"))
    );
    assert_eq!(store.shown_text(&id("cesson"), "ab").await.unwrap(), None);
}
