//! `study freeze` and `study check`: a study file registered before the data is looked at, and what was
//! done otherwise afterwards.
//!
//! A registration holds the whole study file and its SHA-256, so that a hash deposited elsewhere (with a
//! registry, in an e-mail, in print) proves the file, and what of the data was at hand already, so that
//! nobody reads more into the word than there is.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use entangle_export::sha256_hexadecimal;
use entangle_model::study::StudyResult;
use entangle_population::StudyConfig;
use entangle_store::Workspace;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::EngineError;
use crate::compare::read_result;
use crate::files::read_text;
use crate::link_run::last_run;
use crate::overview::overview;
use crate::query::session;

/// A study file as it was frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// SHA-256 of the study file's bytes, in hexadecimal digits.
    pub study_sha256: String,
    /// When, by the clock of the machine; who must prove it deposits the hash elsewhere.
    pub frozen_at: DateTime<Utc>,
    /// The program that froze it.
    pub program_version: String,
    /// What the analyst says of it; absent where nothing was said.
    pub note: Option<String>,
    /// Sources of the study that were in the workspace already, sorted; none where there was no workspace.
    pub sources_at_hand: Vec<String>,
    /// Whether accounts had been linked already.
    pub was_linked: bool,
    /// The study file.
    pub study: String,
}

/// One thing that was done otherwise than registered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deviation {
    /// The key of the study file, or `program_version`.
    pub what: String,
    /// What was registered.
    pub registered: String,
    /// What was done.
    pub done: String,
}

/// A study held against its registration.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegistrationCheck {
    /// What was registered.
    pub registration: Registration,
    /// Every difference in what the study asks, sorted by key; comments and order of a file are none.
    pub deviations: Vec<Deviation>,
}

/// Freezes a study file into `out`, which must not exist.
///
/// # Errors
/// A study file that is wrong, a registration that is there already, a disk that fails.
pub async fn freeze(
    workspace: Option<&Workspace>,
    study_file: &Path,
    note: Option<String>,
    out: &Path,
) -> Result<Registration, EngineError> {
    let study = read_text(study_file)?;
    let config = StudyConfig::parse(&study)?;
    let (sources_at_hand, was_linked) = match workspace {
        Some(workspace) => at_hand(workspace, &config).await?,
        None => (Vec::new(), false),
    };
    let registration = Registration {
        study_sha256: sha256_hexadecimal(study.as_bytes()),
        frozen_at: whole_second(Utc::now()),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        note,
        sources_at_hand,
        was_linked,
        study,
    };
    let failed = |source| EngineError::File {
        action: "create",
        path: out.to_owned(),
        source,
    };
    let mut text =
        serde_json::to_string_pretty(&registration).map_err(|error| failed(error.into()))?;
    text.push('\n');
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(out)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok(registration)
}

/// Holds a study file, or the result of a study (its folder or `results.json`), against a registration.
///
/// # Errors
/// Files that cannot be read or are not what they should be, and a registration whose study is not the
/// one that its hash was made of.
pub fn check(registration: &Path, study: &Path) -> Result<RegistrationCheck, EngineError> {
    let registration = read_registration(registration)?;
    let (done, program_version) = study_done(study)?;
    let mut deviations = config_deviations(
        &StudyConfig::parse(&registration.study)?,
        &StudyConfig::parse(&done)?,
    );
    let version = program_version.filter(|version| *version != registration.program_version);
    deviations.extend(version.map(|version| Deviation {
        what: "program_version".to_owned(),
        registered: registration.program_version.clone(),
        done: version,
    }));
    Ok(RegistrationCheck {
        registration,
        deviations,
    })
}

impl RegistrationCheck {
    /// The check as a page of Markdown, for the supplement of a paper.
    pub fn markdown(&self) -> String {
        let Registration {
            study_sha256,
            frozen_at,
            note,
            sources_at_hand,
            was_linked,
            ..
        } = &self.registration;
        let frozen_at = frozen_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let note = note.as_deref().map_or_else(String::new, |note| {
            format!("- Said of it: {}\n", note.replace(['\n', '\r'], " "))
        });
        let at_hand = match (sources_at_hand.as_slice(), was_linked) {
            ([], _) => "none of its sources".to_owned(),
            (sources, false) => sources.join(", "),
            (sources, true) => format!("{}, and accounts were linked", sources.join(", ")),
        };
        let deviations = if self.deviations.is_empty() {
            "None: the study was done as registered.\n".to_owned()
        } else {
            let row = |one: &Deviation| {
                format!(
                    "| {} | {} | {} |\n",
                    one.what,
                    cell(&one.registered),
                    cell(&one.done)
                )
            };
            let rows: String = self.deviations.iter().map(row).collect();
            format!("| What | Registered | Done |\n|---|---|---|\n{rows}")
        };
        format!(
            "# Registration\n\n- Frozen: {frozen_at}, by the clock of the machine\n- SHA-256 of the study file: \
             `{study_sha256}`\n- At hand then: {at_hand}\n{note}\n## Deviations\n\n{deviations}"
        )
    }
}

/// A value in a cell of a Markdown table.
fn cell(value: &str) -> String {
    value.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn whole_second(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(instant.timestamp(), 0).unwrap_or(instant)
}

/// The study's sources that a workspace has, and whether its accounts are linked.
async fn at_hand(
    workspace: &Workspace,
    config: &StudyConfig,
) -> Result<(Vec<String>, bool), EngineError> {
    let overview = overview(workspace, None).await?;
    let asked: BTreeSet<&str> = config
        .targets
        .iter()
        .chain([&config.public_source])
        .map(String::as_str)
        .collect();
    let mut sources: Vec<String> = overview
        .sources
        .iter()
        .map(|source| source.source.clone())
        .filter(|source| asked.contains(source.as_str()))
        .collect();
    sources.sort();
    let snapshot = workspace.latest_snapshot().await?;
    let context = session(workspace, &snapshot).await?;
    let was_linked = last_run(&context).await?.is_some();
    Ok((sources, was_linked))
}

fn read_registration(path: &Path) -> Result<Registration, EngineError> {
    let text = read_text(path)?;
    let wrong = |line: usize, reason: String| EngineError::Row {
        path: path.to_owned(),
        line: line as u64,
        reason,
    };
    let registration: Registration = serde_json::from_str(&text).map_err(|error| {
        let hint = "give the file that `entangle study freeze` wrote";
        wrong(error.line(), format!("{error}\nhint: {hint}"))
    })?;
    if sha256_hexadecimal(registration.study.as_bytes()) != registration.study_sha256 {
        return Err(wrong(
            1,
            "the study in it is not the one that its hash was made of: the registration was changed after it was frozen\nhint: use the copy that was deposited".to_owned(),
        ));
    }
    Ok(registration)
}

/// The text of the study that was done, and the version of the program where a result tells it.
fn study_done(path: &Path) -> Result<(String, Option<String>), EngineError> {
    let is_result = path.is_dir()
        || path
            .extension()
            .is_some_and(|extension| extension == "json");
    if !is_result {
        return Ok((read_text(path)?, None));
    }
    let StudyResult { about, .. } = read_result(path)?;
    Ok((about.configuration, Some(about.program_version)))
}

/// Differences of two studies in what they ask, with the defaults of keys that are not given.
fn config_deviations(registered: &StudyConfig, done: &StudyConfig) -> Vec<Deviation> {
    let [registered, done] = [registered, done].map(|config| {
        // A configuration has text, numbers and lists only, all of which JSON has.
        serde_json::to_value(config).unwrap_or_default()
    });
    let keys = |value: &Value| -> BTreeSet<String> {
        let object = value.as_object();
        object.map_or_else(BTreeSet::new, |object| object.keys().cloned().collect())
    };
    let every_key: BTreeSet<String> = &keys(&registered) | &keys(&done);
    let differing = every_key
        .into_iter()
        .filter(|key| registered.get(key) != done.get(key));
    differing
        .map(|key| Deviation {
            registered: shown(registered.get(&key)),
            done: shown(done.get(&key)),
            what: key,
        })
        .collect()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "not given".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUDY: &str = "title = \"A\"\npublic_source = \"p\"\ntargets = [\"t\", \"u\"]\nequivalence_margin = 0.147\n";

    async fn frozen(folder: &Path) -> std::path::PathBuf {
        let study = folder.join("study.toml");
        std::fs::write(&study, STUDY).unwrap();
        let out = folder.join("registration.json");
        let note = Some("before the dump | came".to_owned());
        freeze(None, &study, note, &out).await.unwrap();
        out
    }

    #[tokio::test]
    async fn comments_and_defaults_written_out_are_no_deviation() {
        let folder = tempfile::tempdir().unwrap();
        let registration = frozen(folder.path()).await;
        let done = folder.path().join("done.toml");
        std::fs::write(&done, format!("# Later.\n{STUDY}minimum_post_count = 1\n")).unwrap();
        assert_eq!(check(&registration, &done).unwrap().deviations, []);
    }

    #[tokio::test]
    async fn what_was_done_otherwise_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        let registration = frozen(folder.path()).await;
        let done = folder.path().join("done.toml");
        let text =
            STUDY.replace("0.147", "0.33").replace(", \"u\"", "") + "window_end = \"2020-01-01\"\n";
        std::fs::write(&done, text).unwrap();
        let mut check = check(&registration, &done).unwrap();
        check.registration.frozen_at = DateTime::from_timestamp(1_600_000_000, 0).unwrap();
        expect_test::expect![[r##"
            # Registration

            - Frozen: 2020-09-13T12:26:40Z, by the clock of the machine
            - SHA-256 of the study file: `3944397dd828bd7ae4d93db38e0f79919d970a599d1bc42d02c3a5dada126b9f`
            - At hand then: none of its sources
            - Said of it: before the dump | came

            ## Deviations

            | What | Registered | Done |
            |---|---|---|
            | equivalence_margin | 0.147 | 0.33 |
            | targets | ["t","u"] | ["t"] |
            | window_end | not given | 2020-01-01 |
        "##]].assert_eq(&check.markdown());
    }

    #[tokio::test]
    async fn a_registration_is_not_written_over_and_not_changed_unnoticed() {
        let folder = tempfile::tempdir().unwrap();
        let registration = frozen(folder.path()).await;
        let study = folder.path().join("study.toml");
        let again = freeze(None, &study, None, &registration).await.unwrap_err();
        assert!(again.to_string().starts_with("cannot create"), "{again}");
        let text = std::fs::read_to_string(&registration).unwrap();
        std::fs::write(&registration, text.replace("0.147", "0.5")).unwrap();
        let changed = check(&registration, &study).unwrap_err().to_string();
        assert!(
            changed.contains("was changed after it was frozen"),
            "{changed}"
        );
    }
}
