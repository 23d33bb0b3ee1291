//! Exports have the same records from columns in memory as from the version's file.

use arrow::compute::concat_batches;
use futures::TryStreamExt;

use super::super::fetch::make_all_ready;
use super::super::search::tests::{RECORDS, opened, request};
use super::*;
use crate::{Dataset, ExportRequest};

/// All records of an export, and in how many batches they came.
async fn exported(dataset: &Dataset, condition: Option<&str>, limit: Option<u64>) -> (RecordBatch, usize) {
    let mut request = request(condition.unwrap_or("kind is null"), "");
    if condition.is_none() {
        request.query.filter.clear();
    }
    let export = dataset.export(ExportRequest {
        query: request.query,
        facets: Vec::new(),
        limit,
        offset: 3,
        ids: true,
        context: request.context,
    });
    let batches: Vec<RecordBatch> = export.await.unwrap().batches.try_collect().await.unwrap();
    (concat_batches(&batches[0].schema(), &batches).unwrap(), batches.len())
}

#[tokio::test]
async fn an_export_is_the_same_from_columns_as_from_the_file() {
    let asked = [
        (None, None),
        (None, Some(9_000)),
        (Some("kind = 'Genre 1'"), None),
        (Some("kind is null or label is null"), None),
        (Some("tags is not null"), None),
        (Some("label like 'lot7'"), None),
        (Some("length(label) > 14"), Some(20_000)),
    ];
    let folder = tempfile::tempdir().unwrap();
    let (engine, dataset, version) = opened(folder.path());
    let mut from_file = Vec::new();
    for (condition, limit) in asked {
        from_file.push(exported(&dataset, condition, limit).await.0);
    }
    assert_eq!(from_file[0].num_rows(), RECORDS - 3);
    let names: Vec<String> = version
        .physical()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let scan = || Scan {
        inner: Arc::clone(&engine.inner),
        columns: Columns::Version(Arc::clone(&engine.inner), Arc::clone(&version)),
    };
    let everything = Filter::default();
    assert!(
        scan().stream(&everything, &names).await.unwrap().is_none(),
        "nothing is at hand"
    );
    make_all_ready(&Arc::downgrade(&engine.inner), &version);
    assert!(scan().stream(&everything, &names).await.unwrap().is_some());
    for ((condition, limit), expected) in asked.into_iter().zip(from_file) {
        let (found, batches) = exported(&dataset, condition, limit).await;
        assert_eq!(found, expected, "{condition:?}");
        assert!(batches <= found.num_rows().div_ceil(BATCH_ROWS) + 1);
    }
}

#[tokio::test]
async fn columns_that_left_the_memory_meanwhile_are_read_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, _, version) = opened(folder.path());
    make_all_ready(&Arc::downgrade(&engine.inner), &version);
    let scan = Scan {
        inner: Arc::clone(&engine.inner),
        columns: Columns::Version(Arc::clone(&engine.inner), Arc::clone(&version)),
    };
    let names = ["kind".to_owned()];
    let mut batches = scan.stream(&Filter::default(), &names).await.unwrap().unwrap();
    let first = batches.try_next().await.unwrap().unwrap();
    engine.inner.columns.invalidate_all();
    let rest: Vec<RecordBatch> = batches.try_collect().await.unwrap();
    let rows: usize = rest.iter().map(RecordBatch::num_rows).sum();
    assert_eq!(first.num_rows() + rows, RECORDS);
}
