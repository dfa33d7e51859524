//! The rules between crates, read from their manifests, and those that every file keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Which crates of the workspace a crate may depend on, all without their prefix.
const MAY_DEPEND_ON: [(&str, &[&str]); 18] = [
    ("model", &[]),
    ("dump", &[]),
    ("text", &["model"]),
    ("statistics", &["model"]),
    ("store", &["model"]),
    ("import", &["dump", "model", "text"]),
    ("rarity", &["model"]),
    ("simulate", &["model"]),
    ("linkage", &["model", "rarity", "statistics", "text"]),
    ("style", &["statistics", "text"]),
    ("population", &["model", "statistics", "text"]),
    ("report", &["model"]),
    ("search", &["model"]),
    ("export", &["model"]),
    ("access", &["model"]),
    (
        "engine",
        &[
            "dump",
            "export",
            "import",
            "linkage",
            "model",
            "population",
            "rarity",
            "report",
            "search",
            "simulate",
            "statistics",
            "store",
            "style",
            "text",
        ],
    ),
    ("server", &["access", "engine", "model"]),
    ("cli", &["engine", "model", "server"]),
];

/// Libraries that would spread through everything, and the only crates that may name them.
const NAMED_BY_ONLY: [(&str, &[&str]); 5] = [
    // It speaks a protocol over a session that the engine makes.
    ("datafusion-postgres", &["server"]),
    ("deltalake", &["store"]),
    ("object_store", &["store"]),
    ("parquet", &["import", "report", "store"]),
    ("datafusion", &["engine", "linkage", "population", "store"]),
];

const SOURCE_LINES_MAX: usize = 800;

fn root() -> PathBuf {
    fs::canonicalize(super::support::manifest_folder().join("../..")).unwrap()
}

/// The manifest of every crate, by the name of its folder.
fn manifests() -> BTreeMap<String, toml::Table> {
    let folders = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(Result::unwrap);
    folders
        .map(|folder| {
            let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
            (
                folder.file_name().into_string().unwrap(),
                manifest.parse().unwrap(),
            )
        })
        .collect()
}

/// What the program is built from; tests may depend on more.
fn dependencies(manifest: &toml::Table) -> BTreeSet<&str> {
    let tables = ["dependencies", "build-dependencies"]
        .map(|key| manifest.get(key).and_then(toml::Value::as_table));
    tables
        .into_iter()
        .flatten()
        .flat_map(|table| table.keys().map(String::as_str))
        .collect()
}

#[test]
fn crates_depend_only_on_those_below_them() {
    let manifests = manifests();
    let rules: BTreeMap<&str, &[&str]> = MAY_DEPEND_ON.into();
    assert!(
        manifests.keys().eq(rules.keys()),
        "crates without a rule: {:?}",
        manifests.keys()
    );
    for (name, manifest) in &manifests {
        for dependency in dependencies(manifest)
            .iter()
            .filter_map(|name| name.strip_prefix("entangle-"))
        {
            assert!(
                rules[name.as_str()].contains(&dependency),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn large_libraries_stay_in_their_crates() {
    for (name, manifest) in manifests() {
        for dependency in dependencies(&manifest) {
            // Parts of a library count as the library: datafusion-common as datafusion.
            let of_library = |library: &str| {
                dependency == library || dependency.starts_with(&format!("{library}-"))
            };
            let rule = NAMED_BY_ONLY
                .iter()
                .find(|(library, _)| of_library(library));
            let is_allowed = rule.is_none_or(|(_, crates)| crates.contains(&name.as_str()));
            assert!(is_allowed, "{name} must not name {dependency}");
        }
    }
}

#[test]
fn every_crate_says_what_it_is() {
    for (name, manifest) in manifests() {
        let description = manifest["package"]
            .get("description")
            .and_then(toml::Value::as_str);
        assert!(
            description.is_some_and(|text| text.len() > 10),
            "{name} has no description"
        );
        let readme = fs::read_to_string(root().join("crates").join(&name).join("README.md"));
        let heading = format!("# entangle-{name}\n");
        assert!(
            readme.is_ok_and(|text| text.starts_with(&heading)),
            "{name} has no README.md with its name on top"
        );
    }
}

/// Files of the project: those that git tracks or would track.
fn project_files() -> Vec<PathBuf> {
    let listing = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let listed = Command::new("git")
        .args(listing)
        .current_dir(root())
        .output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        eprintln!("skipped: not a checkout, or no git");
        return Vec::new();
    };
    let names = String::from_utf8(listed.stdout).unwrap();
    let paths = names.split_terminator('\0').map(|name| root().join(name));
    // A file may be deleted and not yet taken out of the index.
    paths.filter(|path| path.is_file()).collect()
}

#[test]
fn source_files_are_short() {
    for path in project_files()
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
    {
        let line_count = fs::read_to_string(path).unwrap().lines().count();
        assert!(
            line_count <= SOURCE_LINES_MAX,
            "{} has {line_count} lines",
            path.display()
        );
    }
}

/// Folders that exist on the machine of an author only. Put together here, so that this file
/// does not hold them.
fn machine_paths() -> Vec<String> {
    let homes = ["ro", "ho", "Use"].into_iter().zip(["ot", "me", "rs"]);
    let homes = homes.map(|(head, tail)| format!("/{head}{tail}/"));
    let places = ["wo", "t"].into_iter().zip(["rk", "mp"]);
    homes
        .chain(places.map(|(head, tail)| format!("/{head}{tail}/")))
        .collect()
}

/// Whether a path begins there: what stands before belongs to no longer path or address.
fn begins_path(text: &str, position: usize) -> bool {
    let before = text[..position].chars().next_back();
    before.is_none_or(|letter| !letter.is_alphanumeric() && !"._-~/}".contains(letter))
}

#[test]
fn every_format_has_a_page_and_a_line_in_the_list() {
    let run = super::support::Folder::new().run(&["formats", "--json"]);
    let formats: serde_json::Value = serde_json::from_str(&run.succeeded().stdout).unwrap();
    let pages = root().join("docs/formats");
    let list = fs::read_to_string(pages.join("README.md")).unwrap();
    for format in formats.as_array().unwrap() {
        let name = format["format"].as_str().unwrap();
        assert!(
            pages.join(format!("{name}.md")).is_file(),
            "no page of {name}"
        );
        assert!(
            list.contains(&format!("[{name}]({name}.md)")),
            "{name} is not listed"
        );
    }
}

#[test]
fn pages_of_formats_name_pages_that_exist() {
    let pages = root().join("docs/formats");
    for entry in fs::read_dir(&pages).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap_or_default();
            let is_page = target.ends_with(".md") && !target.contains("://");
            assert!(
                !is_page || pages.join(target).is_file(),
                "{} names {target}",
                path.display()
            );
        }
    }
}

#[test]
fn no_file_holds_a_path_of_somebodys_machine() {
    for path in project_files() {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for forbidden in machine_paths() {
            let found = text
                .match_indices(&forbidden)
                .find(|(position, _)| begins_path(&text, *position));
            let line = found.map(|(position, _)| text[..position].lines().count());
            assert!(
                line.is_none(),
                "{}, line {}: {forbidden}",
                path.display(),
                line.unwrap_or(0)
            );
        }
    }
}

#[test]
fn a_machine_path_is_told_from_part_of_an_address() {
    let home = &machine_paths()[1];
    for (text, is_path) in [
        (format!("see {home}anna"), true),
        (format!("bob@exploit.im{home}"), false),
    ] {
        assert_eq!(
            begins_path(&text, text.find(home.as_str()).unwrap()),
            is_path,
            "{text}"
        );
    }
}
