//! Packages written, damaged and checked.

use std::fs;
use std::path::Path;

use entangle_export::package::{HASH_LIST, PackageWriter};
use entangle_export::package_check::PackageCheck;
use entangle_export::{CodebookTable, ExportError, verify_package};
use expect_test::expect;
use proptest::prelude::*;

use crate::samples::{about, write_package};

fn shown(check: &PackageCheck) -> String {
    let changed: Vec<&String> = check.changed.iter().map(|file| &file.path).collect();
    format!(
        "unchanged {}, missing {:?}, changed {:?}, added {:?}, secrets {:?}",
        check.unchanged_count, check.missing, changed, check.added, check.secrets
    )
}

fn written() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_package(folder.path()).unwrap();
    folder
}

#[test]
fn a_package_that_nobody_touched_is_whole() {
    let folder = written();
    let check = verify_package(folder.path()).unwrap();
    assert!(check.is_whole(), "{}", shown(&check));
    expect!["unchanged 7, missing [], changed [], added [], secrets []"].assert_eq(&shown(&check));
}

#[test]
fn every_missing_changed_and_added_file_is_named() {
    let folder = written();
    let at = |path: &str| folder.path().join(path);
    fs::remove_file(at("study.toml")).unwrap();
    fs::write(at("LICENSE.txt"), "All rights reserved.\n").unwrap();
    fs::write(at("data/more.csv"), "x\n").unwrap();
    fs::create_dir(at("empty")).unwrap();
    fs::create_dir(at("deep")).unwrap();
    fs::write(at("deep/Pseudonym.key"), "secret").unwrap();
    let check = verify_package(folder.path()).unwrap();
    assert!(!check.is_whole());
    expect![[r#"unchanged 5, missing ["study.toml"], changed ["LICENSE.txt"], added ["data/more.csv", "deep/Pseudonym.key", "empty/"], secrets ["deep/Pseudonym.key"]"#]].assert_eq(&shown(&check));
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_file_is_not_followed() {
    let folder = written();
    let table = folder.path().join("data/table.csv");
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("same.csv");
    fs::rename(&table, &target).unwrap();
    std::os::unix::fs::symlink(&target, &table).unwrap();
    let check = verify_package(folder.path()).unwrap();
    assert_eq!(check.missing, ["data/table.csv"]);
}

#[test]
fn the_id_of_a_package_tells_exchanged_lists_apart() {
    let folder = written();
    let before = verify_package(folder.path()).unwrap();
    let list_path = folder.path().join(HASH_LIST);
    let list = fs::read_to_string(&list_path).unwrap();
    let kept: Vec<&str> = list
        .lines()
        .filter(|line| !line.ends_with("study.toml"))
        .collect();
    fs::write(&list_path, kept.join("\n") + "\n").unwrap();
    fs::remove_file(folder.path().join("study.toml")).unwrap();
    let after = verify_package(folder.path()).unwrap();
    assert!(after.is_whole());
    assert_ne!(before.package_id, after.package_id);
}

fn error_of_list(list: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(HASH_LIST), list).unwrap();
    let error = verify_package(folder.path()).unwrap_err();
    assert!(matches!(error, ExportError::HashList { .. }), "{error}");
    error.to_string().rsplit(": ").next().unwrap().to_owned()
}

#[test]
fn a_damaged_or_hostile_list_is_refused() {
    let hash = "0".repeat(64);
    let outside = error_of_list(&format!("{hash}  ../../etc/passwd\n"));
    expect!["a path is relative, with single slashes and without . and .."].assert_eq(&outside);
    expect!["it is empty"].assert_eq(&error_of_list(""));
    expect!["line 1 is not a hash, two spaces and a path"]
        .assert_eq(&error_of_list("what is this\n"));
    expect!["line 1 does not begin with 64 hexadecimal digits"]
        .assert_eq(&error_of_list(&format!("{}  a\n", "z".repeat(64))));
    expect!["line 2 names a a second time"]
        .assert_eq(&error_of_list(&format!("{hash}  a\n{hash}  a\n")));
    let nothing = tempfile::tempdir().unwrap();
    assert!(matches!(
        verify_package(nothing.path()),
        Err(ExportError::File { .. })
    ));
}

fn refused(path: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mut package = PackageWriter::create(folder.path(), about()).unwrap();
    let result = package.add_file(path, |_| panic!("nothing is written"));
    let is_path_error = matches!(result, Err(ExportError::PackagePath { .. }));
    assert_eq!(is_path_error, PackageWriter::check_files([path]).is_err());
    is_path_error
}

#[test]
fn the_key_of_the_pseudonyms_and_paths_that_leave_the_folder_are_refused() {
    for path in [
        "pseudonym.key",
        "PSEUDONYM.KEY",
        "data/pseudonym.key",
        "pseudonym.key/x",
        "disclosures.jsonl",
        "../x",
        "/x",
        "a//b",
        "a/./b",
        "",
        "a\\b",
        "c:x",
        "a\nb",
        "nul.csv",
        "data/COM1",
        "a.",
        "é",
        "README.md",
        "readme.MD",
        "sha256sums",
        "study.toml",
    ] {
        assert!(refused(path), "{path:?}");
    }
    assert!(PackageWriter::check_files(["data/links.csv", "data/pseudonym.key"]).is_err());
    assert!(PackageWriter::check_files(["data/links.csv", "figures/a.svg"]).is_ok());
}

#[test]
fn a_second_file_of_a_name_a_used_folder_and_missing_statements_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut package = PackageWriter::create(folder.path(), about()).unwrap();
    package.add_file("data/a.csv", |_| Ok(())).unwrap();
    assert!(package.add_file("data/A.csv", |_| Ok(())).is_err());
    let error = PackageWriter::create(folder.path(), about()).err().unwrap();
    assert!(error.to_string().contains("not empty"), "{error}");

    let nobody = {
        let mut about = about();
        about.citation.authors.clear();
        about
    };
    let unlicensed = {
        let mut about = about();
        about.licence_text = " \n".to_owned();
        about
    };
    for (about, missing) in [(nobody, "an author"), (unlicensed, "the text of a licence")] {
        let empty = tempfile::tempdir().unwrap();
        let error = PackageWriter::create(empty.path(), about).err().unwrap();
        assert!(error.to_string().ends_with(missing), "{error}");
    }
}

#[test]
fn tables_of_the_model_bring_their_own_codebook() {
    let links = entangle_model::schema::table("links").unwrap();
    let codebook = CodebookTable::from_table("data/links.csv", links);
    let column = |name: &str| {
        let found = codebook.columns.iter().find(|column| column.name == name);
        let column = found.unwrap();
        (column.unit.as_deref(), column.null_means.as_deref())
    };
    assert_eq!(column("match_weight_bits"), (Some("bits"), None));
    assert_eq!(
        column("match_probability_low"),
        (Some("probability, 0 to 1"), None)
    );
    assert_eq!(
        column("name_surprisal_bits"),
        (Some("bits"), Some("names do not agree on any level"))
    );
}

#[test]
fn the_documents_of_a_package() {
    let folder = written();
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    expect![[r##"
        # A planted world: "quotes", \#hashes and   odd   characters

        Accounts that nobody has.
        Made to test exports.

        Version 1.0, released on 2026-11-26. How to cite it: `CITATION.cff`. Licence: `LICENSE.txt`.

        ## Files

        - `CITATION.cff`: how to cite
        - `CODEBOOK.md`: what the columns mean
        - `LICENSE.txt`: the licence
        - `codebook.json`: the same for programs
        - `data/table.csv`: one row per \| text
        - `study.toml`: the study file as it was used

        ## Check

        ```sh
        sha256sum --check SHA256SUMS
        ```

        names every file that was changed or is missing. It does not name files that were added.

        ## Pseudonyms

        The key of the pseudonyms is not part of this package. Without it a pseudonym cannot be computed from a name.
    "##]].assert_eq(&read("README.md"));
    expect![[r##"
        # Codebook

        Every table of this package, column by column. `codebook.json` holds the same for programs.

        ## data/table.csv

        one row per \| text

        | Column | Type | Unit | Null means | Holds |
        |---|---|---|---|---|
        | row | Int64 |  | never null | not stated |
        | text | Utf8 |  | the source has no text | not stated |
        | =2+3 | Utf8 |  | never null | not stated |
        | match_weight_bits | Float64 | bits | missing; the reason is not stated | not stated |
        | is_staff | Boolean |  | missing; the reason is not stated | not stated |
        | posted_at | Timestamp(µs, "UTC") | instant in UTC | missing; the reason is not stated | not stated |
        | copy_key | Int64 |  | missing; the reason is not stated | not stated |
    "##]].assert_eq(&read("CODEBOOK.md"));
    expect![[r#"
        cff-version: 1.2.0
        type: dataset
        message: "If you use these data, please cite them as below."
        title: "A planted world: \"quotes\", #hashes and \U00000085 odd \U00002028 characters"
        abstract: "Accounts that nobody has.\U0000000AMade to test exports."
        version: "1.0"
        date-released: 2026-11-26
        license: "CC-BY-4.0"
        authors:
          - family-names: "O'Example: née \"Y\""
            given-names: "Ada"
            orcid: "https://orcid.org/0000-0002-1825-0097"
          - name: "The planters"
    "#]]
    .assert_eq(&read("CITATION.cff"));
}

fn change_byte(path: &Path, place: usize, bit: u8) {
    let mut bytes = fs::read(path).unwrap();
    let place = place % bytes.len();
    bytes[place] ^= 1 << (bit % 8);
    fs::write(path, bytes).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_single_changed_bit_is_found(file in 0usize..7, place in any::<usize>(), bit in any::<u8>()) {
        let folder = written();
        let files = ["data/table.csv", "README.md", "CODEBOOK.md", "codebook.json", "study.toml", "LICENSE.txt", "CITATION.cff"];
        change_byte(&folder.path().join(files[file]), place, bit);
        let check = verify_package(folder.path()).unwrap();
        let changed: Vec<&str> = check.changed.iter().map(|file| file.path.as_str()).collect();
        prop_assert_eq!(changed, [files[file]]);
    }
}
