//! The index in its folder: commits, kills, damage, locks, and readers beside a writer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use entangle_search::*;
use expect_test::expect;

use super::support::{found, open, post, small_writer, state, write};

#[test]
fn a_commit_is_there_after_reopening_with_what_it_says_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    assert_eq!(index.state(), IndexedState::default());
    assert_eq!(found(&index, "*"), Vec::<String>::new());
    write(&index, &[post("a", "one"), post("b", "two")], 7);
    drop(index);
    let index = open(folder.path());
    assert_eq!(index.state(), state(7));
    assert_eq!(index.post_count(), 2);
    assert_eq!(found(&index, "two"), ["b"]);
}

#[test]
fn posts_are_taken_out_by_post_source_and_account() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let of = |id: &str, source: &str, account: &str| PostDocument {
        source: source.into(),
        account_id: Some(account.into()),
        ..post(id, "word")
    };
    write(
        &index,
        &[
            of("a", "x", "n"),
            of("b", "x", "n"),
            of("c", "y", "n"),
            of("d", "z", "m"),
        ],
        1,
    );
    let mut writer = small_writer(&index);
    writer.delete_by_post("b");
    writer.delete_by_source("y");
    writer.add(&of("c", "y", "k")).unwrap();
    writer.commit(&state(2)).unwrap();
    index.refresh().unwrap();
    assert_eq!(found(&index, "word"), ["a", "c", "d"]);
    writer.delete_by_account("n");
    writer.commit(&state(3)).unwrap();
    writer.finish().unwrap();
    index.refresh().unwrap();
    assert_eq!(found(&index, "word"), ["c", "d"]);
    assert_eq!(found(&index, "author:k"), ["c"]);
}

#[test]
fn what_is_not_committed_is_not_seen_and_does_not_last() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    write(&index, &[post("a", "word")], 1);
    let mut writer = small_writer(&index);
    writer.add(&post("b", "word")).unwrap();
    writer.delete_by_post("a");
    index.refresh().unwrap();
    assert_eq!(found(&index, "word"), ["a"]);
    drop(writer);
    let index = open(folder.path());
    assert_eq!(
        (found(&index, "word"), index.state()),
        (vec!["a".to_owned()], state(1))
    );
}

#[test]
fn there_is_one_writer_and_readers_go_on_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    write(&index, &[post("a", "word")], 1);
    let other = open(folder.path());
    let mut writer = small_writer(&index);
    let refused = other.writer(WriterOptions::default()).err().unwrap();
    assert!(
        matches!(refused, SearchError::WriterBusy { .. }),
        "{refused}"
    );
    let reading = std::thread::spawn(move || {
        let mut seen = vec![other.state().snapshot.unwrap()];
        while *seen.last().unwrap() < 8 {
            // A view never mixes two commits: snapshot n has n posts.
            let response = other
                .search(&SearchRequest::new(parse("word").unwrap()))
                .unwrap();
            assert_eq!(response.state.snapshot, Some(response.post_count));
            seen.push(response.post_count);
            other.refresh().unwrap();
        }
        seen
    });
    for snapshot in 2..=8 {
        writer.add(&post(&format!("p{snapshot}"), "word")).unwrap();
        writer.commit(&state(snapshot)).unwrap();
    }
    let seen = reading.join().unwrap();
    assert!(seen.is_sorted(), "{seen:?}");
    drop(writer);
    assert!(index.writer(WriterOptions::default()).is_ok());
}

/// Not a test by itself: the process that the next test ends without warning.
#[test]
fn child_that_is_killed() {
    let (Ok(folder), Ok(step)) = (std::env::var("KILLED_FOLDER"), std::env::var("KILLED_STEP"))
    else {
        return;
    };
    let step: usize = step.parse().unwrap();
    let index = open(Path::new(&folder));
    let mut writer = small_writer(&index);
    let mut done = 0;
    let mut end_here = || {
        done += 1;
        if done > step {
            std::process::abort();
        }
    };
    for snapshot in 2..=4 {
        for number in 0..3 {
            writer
                .add(&post(&format!("s{snapshot}n{number}"), "word"))
                .unwrap();
            end_here();
        }
        writer.delete_by_post("a");
        end_here();
        writer.commit(&state(snapshot)).unwrap();
        fs::write(
            Path::new(&folder).with_extension("committed"),
            snapshot.to_string(),
        )
        .unwrap();
        end_here();
    }
}

#[test]
fn a_kill_at_any_step_leaves_the_last_commit() {
    for step in 0..15 {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("index");
        write(&open(&folder), &[post("a", "word")], 1);
        let killed = Command::new(std::env::current_exe().unwrap())
            .args([
                "storage::child_that_is_killed",
                "--exact",
                "--test-threads=1",
            ])
            .env("KILLED_FOLDER", &folder)
            .env("KILLED_STEP", step.to_string())
            .output()
            .unwrap();
        assert_eq!(killed.status.success(), step >= 15, "step {step}");
        let committed = fs::read_to_string(folder.with_extension("committed"))
            .map_or(1, |text| text.parse::<u64>().unwrap());
        let index = open(&folder);
        assert_eq!(index.state(), state(committed), "step {step}");
        let expected = if committed == 1 {
            1
        } else {
            3 * (committed - 1)
        };
        assert_eq!(found(&index, "word").len() as u64, expected, "step {step}");
        assert!(
            index.writer(WriterOptions::default()).is_ok(),
            "step {step}"
        );
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn damage_is_recognised_when_the_index_is_opened() {
    let parent = tempfile::tempdir().unwrap();
    let whole = parent.path().join("whole");
    {
        let index = open(&whole);
        let posts: Vec<_> = (0..50)
            .map(|n| post(&format!("p{n}"), &format!("word w{n}")))
            .collect();
        write(&index, &posts, 1);
        let mut writer = small_writer(&index);
        writer.delete_by_post("p7");
        writer.commit(&state(2)).unwrap();
        writer.finish().unwrap();
    }
    let mut damaged_count = 0;
    for (number, file) in files(&whole).iter().enumerate() {
        let name = file.file_name().unwrap().to_str().unwrap();
        let length = fs::metadata(file).unwrap().len() as usize;
        // Locks are empty, and the list of files only serves to clear up.
        if length == 0 || name.starts_with(".managed") {
            continue;
        }
        let bytes = fs::read(file).unwrap();
        let mut kinds: Vec<(&str, Option<Vec<u8>>)> = vec![
            ("gone", None),
            ("empty", Some(Vec::new())),
            ("cut", Some(bytes[..length / 2].to_vec())),
            ("cut by a byte", Some(bytes[..length - 1].to_vec())),
            ("zeroes", Some(vec![0; length])),
        ];
        for place in (0..length).step_by((length / 7).max(1)) {
            let mut changed = bytes.clone();
            changed[place] ^= 0x55;
            kinds.push(("a changed byte", Some(changed)));
        }
        for (place, (kind, content)) in kinds.into_iter().enumerate() {
            let folder = parent.path().join(format!("{number}-{place}"));
            copy(&whole, &folder);
            match content {
                Some(content) => fs::write(folder.join(name), content).unwrap(),
                None => fs::remove_file(folder.join(name)).unwrap(),
            }
            match SearchIndex::open_or_create(&folder, OpenCheck::Checksums) {
                Err(error) => {
                    assert!(error.asks_for_rebuild(), "{name} {kind}: {error}");
                    damaged_count += 1;
                }
                // The description ends with a line feed, and a byte of it may change without changing
                // what it says.
                Ok(index) => {
                    assert!(
                        name == "meta.json" && kind.contains("byte"),
                        "{name} {kind}"
                    );
                    assert_eq!(found(&index, "word").len(), 49);
                }
            }
            fs::remove_dir_all(&folder).unwrap();
        }
    }
    assert!(damaged_count > 50, "{damaged_count}");
}

#[test]
fn damage_after_opening_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    write(&open(folder.path()), &[post("a", "word")], 1);
    for file in files(folder.path()) {
        let length = fs::metadata(&file).unwrap().len() as usize;
        let extension = file
            .extension()
            .and_then(|it| it.to_str())
            .unwrap_or_default();
        if !["idx", "term", "pos", "fast", "fieldnorm"].contains(&extension) {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        for place in (0..length).step_by(1 + length / 40) {
            let mut changed = bytes.clone();
            changed[place] ^= 0xff;
            fs::write(&file, &changed).unwrap();
            let Ok(index) = SearchIndex::open_or_create(folder.path(), OpenCheck::Ends) else {
                continue;
            };
            for query in [
                "word",
                "\"word word\"",
                "wor*",
                "source:forum",
                "after:2020",
            ] {
                let mut request = SearchRequest::new(parse(query).unwrap());
                request.facets = vec![FacetField::Source];
                request.histogram = Some(CalendarUnit::Year);
                if let Err(error) = index.search(&request) {
                    assert!(error.asks_for_rebuild(), "{error}");
                }
            }
        }
        fs::write(&file, bytes).unwrap();
    }
}

#[test]
fn an_index_of_another_format_and_a_folder_of_other_files_are_told_apart() {
    let parent = tempfile::tempdir().unwrap();
    let show = |folder: &Path| {
        let error = SearchIndex::open_or_create(folder, OpenCheck::Checksums)
            .err()
            .unwrap();
        format!("{} {}\n", error.asks_for_rebuild(), error)
            .replace(parent.path().to_str().unwrap(), "")
    };
    let other = parent.path().join("other");
    write(&open(&other), &[post("a", "word")], 1);
    let meta = fs::read_to_string(other.join("meta.json")).unwrap();
    fs::write(
        other.join("meta.json"),
        meta.replace("\\\"format\\\":3", "\\\"format\\\":99"),
    )
    .unwrap();

    let photos = parent.path().join("photos");
    fs::create_dir(&photos).unwrap();
    fs::write(photos.join("cat.jpg"), "meow").unwrap();

    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();

    expect![[r#"
        true the search index in /other has format 99, and this program writes format 3
        hint: build the search index anew
        false /photos holds files and no search index
        hint: name an empty folder
        false cannot open the search index in /file: File exists (os error 17)
    "#]]
    .assert_eq(&[show(&other), show(&photos), show(&file)].concat());
    assert_eq!(fs::read_to_string(photos.join("cat.jpg")).unwrap(), "meow");
}
