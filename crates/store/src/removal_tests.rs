//! Rows removed on request: gone from every file, and not brought back by what ran meanwhile.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use entangle_model::schema::{ACCOUNTS, LINKS, POSTS};

use crate::test_support::{
    append, counts, parquet_files_named, parquet_files_present, rows, write,
};
use crate::{REMOVAL_COMMAND, Snapshot, StoreError, Workspace};

async fn workspace() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::create(folder.path()).await.unwrap();
    (folder, workspace)
}

/// Removes the first ten accounts, which are in the first of the table's files.
async fn remove_accounts(workspace: &Workspace, snapshot: &Snapshot) -> crate::Result<Snapshot> {
    let mut transaction = workspace.begin(REMOVAL_COMMAND, "").await?;
    let file = &snapshot.files("accounts").await?[0];
    let name = file
        .path
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    transaction.replace_files(&ACCOUNTS, snapshot, BTreeSet::from([name]));
    write(&transaction, &ACCOUNTS, &[rows(&ACCOUNTS, "alpha", 10, 20)]);
    transaction.commit().await
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files_below(&path, files),
            false => files.push(path),
        }
    }
}

/// Files that hold a word as it is: log entries do, and small Parquet files in their statistics.
fn files_with(workspace: &Workspace, word: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    files_below(workspace.path(), &mut files);
    files.retain(|path| {
        let bytes = fs::read(path).unwrap();
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    });
    files
}

#[tokio::test]
async fn what_only_older_snapshots_held_is_in_no_file() {
    let (_folder, workspace) = workspace().await;
    append(&workspace, &ACCOUNTS, "alpha", 0, 20).await;
    append(&workspace, &ACCOUNTS, "beta", 20, 30).await;
    let before = append(&workspace, &POSTS, "alpha", 0, 5).await;
    let word = "native_id 000000";
    assert!(files_with(&workspace, word).len() > 1);
    let after = remove_accounts(&workspace, &before).await.unwrap();
    assert_eq!(counts(&before).await, "accounts 30, posts 5");
    assert_eq!(counts(&after).await, "accounts 20, posts 5");
    let expired = workspace.expire_older_snapshots().await.unwrap();
    assert_eq!((expired.snapshot_count, expired.file_count), (4, 1));
    let left = files_with(&workspace, word);
    // The posts have a row of that number, too.
    assert!(
        left.iter()
            .all(|path| path.starts_with(workspace.path().join("tables/posts"))),
        "{left:?}"
    );
    assert_eq!(counts(&after).await, "accounts 20, posts 5");
    assert!(matches!(
        workspace.snapshot(before.number()).await,
        Err(StoreError::NoSuchSnapshot { .. })
    ));
    assert_eq!(
        parquet_files_named(&workspace).await,
        parquet_files_present(&workspace)
    );
    assert_eq!(
        workspace.expire_older_snapshots().await.unwrap(),
        Default::default()
    );
}

#[tokio::test]
async fn tables_go_on_after_their_logs_were_cut() {
    let (_folder, workspace) = workspace().await;
    let before = append(&workspace, &ACCOUNTS, "alpha", 0, 20).await;
    remove_accounts(&workspace, &before).await.unwrap();
    workspace.expire_older_snapshots().await.unwrap();
    // Past the next checkpoint, and then once more.
    for number in 0..12 {
        let from = 100 + number * 10;
        append(&workspace, &ACCOUNTS, "alpha", from, from + 10).await;
    }
    let latest = workspace.latest_snapshot().await.unwrap();
    assert_eq!(counts(&latest).await, "accounts 130");
    workspace.expire_older_snapshots().await.unwrap();
    let reopened = Workspace::open(workspace.path()).await.unwrap();
    assert_eq!(
        counts(&reopened.latest_snapshot().await.unwrap()).await,
        "accounts 130"
    );
}

#[tokio::test]
async fn what_would_bring_rows_back_is_refused() {
    let (_folder, workspace) = workspace().await;
    let before = append(&workspace, &ACCOUNTS, "alpha", 0, 20).await;
    let mut linking = workspace.begin("link", "").await.unwrap();
    linking.replace(&LINKS);
    write(&linking, &LINKS, &[rows(&LINKS, "alpha", 0, 3)]);
    let importing = workspace.begin("import", "beta").await.unwrap();
    write(&importing, &ACCOUNTS, &[rows(&ACCOUNTS, "beta", 50, 55)]);
    remove_accounts(&workspace, &before).await.unwrap();
    workspace.expire_older_snapshots().await.unwrap();
    assert!(matches!(
        linking.commit().await,
        Err(StoreError::RemovedMeanwhile)
    ));
    // What begins afterwards with rows that were read before is refused as well.
    let mut late = workspace.begin("link", "").await.unwrap();
    late.reads(&before);
    late.replace(&LINKS);
    assert!(matches!(
        late.commit().await,
        Err(StoreError::RemovedMeanwhile)
    ));
    // An import brings rows of its own.
    let after = importing.commit().await.unwrap();
    assert_eq!(counts(&after).await, "accounts 15");
}

#[tokio::test]
async fn a_removal_that_missed_a_commit_is_refused() {
    let (_folder, workspace) = workspace().await;
    let before = append(&workspace, &ACCOUNTS, "alpha", 0, 20).await;
    append(&workspace, &ACCOUNTS, "alpha", 20, 25).await;
    assert!(matches!(
        remove_accounts(&workspace, &before).await,
        Err(StoreError::ChangedMeanwhile)
    ));
    let latest = workspace.latest_snapshot().await.unwrap();
    assert_eq!(counts(&latest).await, "accounts 25");
    remove_accounts(&workspace, &latest).await.unwrap();
}
