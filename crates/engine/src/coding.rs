//! `study code draw` and `study code score`: posts for human coders, and what their codes say.
//!
//! Coders get a file with texts and without labels; the key with the labels stays behind. Contacts
//! and rare names in the texts are masked: a code does not need them.

mod codes_file;
mod key;
mod sample_file;

use std::path::{Path, PathBuf};

use entangle_model::coding::CodingScore;
use entangle_population::StudyConfig;
use entangle_population::coding::{
    CODES, CodedPost, CodingInput, DrawRequest, draw_posts, score_codes,
};
use entangle_report::write_coding_score;
use entangle_store::Workspace;

use crate::disclosure::{Disclosure, Pseudonyms};
use crate::files::read_text;
use crate::judgements::count_links_as_judged;
use crate::query::{session, snapshot_of};
use crate::reader::NamesInText;
use crate::{EngineError, Progress, ProgressUnit};
use codes_file::{Codes, read_codes};
use key::{Key, KeyPost, KeyStratum};

/// What is drawn, and for what reason its texts may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodingDraw {
    /// Posts to draw.
    pub count: u64,
    /// The same seed draws the same posts.
    pub seed: u64,
    /// Why the texts must be read; recorded in the workspace.
    pub reason: String,
}

/// A sample as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenCodingSample {
    /// The file for the coders.
    pub codes: PathBuf,
    /// The key, which the coders must not see.
    pub key: PathBuf,
    /// Posts in it.
    pub post_count: u64,
    /// Posts of the population that could have been drawn.
    pub population_post_count: u64,
    /// Strata with a drawn post.
    pub stratum_count: u64,
    /// The snapshot they are of.
    pub snapshot: u64,
}

/// Draws posts of a study's population and writes them for coders, and the key beside them.
///
/// # Errors
/// Without a reason, with files that are there already, without posts, and where a plan, the record
/// of the reason or a file fails. No text is written where the reason could not be recorded.
pub async fn write_coding_sample(
    workspace: &Workspace,
    snapshot: Option<u64>,
    study_file: &Path,
    out: &Path,
    draw: &CodingDraw,
    progress: &mut dyn Progress,
) -> Result<WrittenCodingSample, EngineError> {
    let study = read_text(study_file)?;
    let config = StudyConfig::parse(&study)?;
    let key_file = key_beside(out);
    refuse_existing(out)?;
    refuse_existing(&key_file)?;
    Disclosure::from_flags(true, Some(&draw.reason))?.record(workspace, "study code draw")?;
    let snapshot = snapshot_of(workspace, snapshot).await?;
    let context = session(workspace, &snapshot).await?;
    count_links_as_judged(&context).await?;
    progress.stage("labels", None, ProgressUnit::Uncounted);
    let request = DrawRequest {
        count: draw.count,
        seed: draw.seed,
    };
    let drawn = draw_posts(&context, &config, &request).await?;
    if drawn.posts.is_empty() {
        return Err(EngineError::User(format!(
            "the population of {} has no post with a text to draw\nhint: check public_source, the window and minimum_post_count of the study file",
            config.public_source
        )));
    }
    progress.stage("texts", None, ProgressUnit::Uncounted);
    let pseudonyms = Pseudonyms::of(workspace)?;
    let names = NamesInText::read(&context).await?;
    let key = Key::of(&drawn, &study, snapshot.number(), draw.seed, &pseudonyms);
    // A sample without its key could never be scored.
    key.write(&key_file)?;
    sample_file::write(out, &drawn.posts, &key.posts, &names)?;
    let strata = drawn.strata.iter();
    Ok(WrittenCodingSample {
        codes: out.to_owned(),
        key: key_file,
        post_count: drawn.posts.len() as u64,
        population_post_count: strata.clone().map(|stratum| stratum.post_count).sum(),
        stratum_count: strata.filter(|stratum| stratum.drawn_count > 0).count() as u64,
        snapshot: snapshot.number(),
    })
}

fn key_beside(out: &Path) -> PathBuf {
    out.with_extension("key.json")
}

fn refuse_existing(out: &Path) -> Result<(), EngineError> {
    match out.exists() {
        false => Ok(()),
        true => Err(EngineError::User(format!(
            "{} is there already\nhint: give another name; codes in it would be lost",
            out.display()
        ))),
    }
}

/// Files with codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodingFiles {
    /// The key that was written with the sample.
    pub key: PathBuf,
    /// The first coder's file.
    pub first: PathBuf,
    /// The second coder's; `None` with one coder.
    pub second: Option<PathBuf>,
    /// Codes that count before those of the coders, such as what they agreed on; `None` where the
    /// first coder's count.
    pub resolved: Option<PathBuf>,
}

/// What [`score_coding`] found and where it is written.
#[derive(Debug, Clone)]
pub struct WrittenCodingScore {
    /// The score.
    pub score: CodingScore,
    /// Posts drawn that have no code.
    pub open_count: u64,
    /// The document for people.
    pub document: PathBuf,
}

/// Scores the files of one or two coders and writes what they say.
///
/// # Errors
/// Files that are not of the stated form, with row and column; a key of another workspace or of other
/// rules; a plan or a disk that fails.
pub async fn score_coding(
    workspace: &Workspace,
    files: &CodingFiles,
    out: &Path,
    progress: &mut dyn Progress,
) -> Result<WrittenCodingScore, EngineError> {
    let key = Key::read(&files.key)?;
    let first = read_codes(&files.first, &key)?;
    let second = files.second.as_deref();
    let second = second.map(|file| read_codes(file, &key)).transpose()?;
    let resolved = files.resolved.as_deref();
    let resolved = resolved.map(|file| read_codes(file, &key)).transpose()?;
    let input = coding_input(&key, &first, second.as_ref(), resolved.as_ref());
    if input.posts.is_empty() {
        return Err(EngineError::User(format!(
            "no row of {} has a code\nhint: write one of {} into the column code",
            files.first.display(),
            CODES.join(", ")
        )));
    }
    let config = StudyConfig::parse(&key.study)?;
    let snapshot = snapshot_of(workspace, Some(key.snapshot)).await?;
    let context = session(workspace, &snapshot).await?;
    count_links_as_judged(&context).await?;
    progress.stage("labels", None, ProgressUnit::Uncounted);
    let score = score_codes(&context, &config, &input).await?;
    progress.stage("report", None, ProgressUnit::Uncounted);
    let document = write_coding_score(out, &score)?;
    Ok(WrittenCodingScore {
        open_count: score.drawn_count - score.coded_count,
        score,
        document,
    })
}

/// The code of each post that counts: the resolved one, or else the first coder's, or else the
/// second's. A stratum of which not all posts have a code is taken as drawn so much more thinly.
fn coding_input(
    key: &Key,
    first: &Codes,
    second: Option<&Codes>,
    resolved: Option<&Codes>,
) -> CodingInput {
    let code_of = |post: &KeyPost| {
        let resolved = resolved.and_then(|codes| codes.get(&post.post));
        let second = second.and_then(|codes| codes.get(&post.post));
        resolved.or(first.get(&post.post)).or(second).copied()
    };
    let mut coded_counts = vec![0_u64; key.strata.len()];
    for post in key.posts.iter().filter(|post| code_of(post).is_some()) {
        coded_counts[post.stratum] += 1;
    }
    let of_post = |post: &KeyPost| {
        let stratum: &KeyStratum = &key.strata[post.stratum];
        let second = second.and_then(|codes| codes.get(&post.post));
        Some(CodedPost {
            post_id: post.post_id.clone(),
            language: post.language.clone(),
            label: CODES.iter().position(|code| *code == stratum.label)?,
            inclusion_probability: coded_counts[post.stratum] as f64 / stratum.post_count as f64,
            code: code_of(post)?,
            both: first.get(&post.post).copied().zip(second.copied()),
        })
    };
    CodingInput {
        snapshot: key.snapshot,
        seed: key.seed,
        drawn_count: key.posts.len() as u64,
        codes: origin_in_words(second.is_some(), resolved.is_some()),
        posts: key.posts.iter().filter_map(of_post).collect(),
    }
}

fn origin_in_words(has_second: bool, has_resolved: bool) -> String {
    let whose = match (has_second, has_resolved) {
        (false, false) => "The codes are those of one coder.",
        (true, false) => {
            "Where the two coders differ, the first coder's code counts; agreement is between the two \
             as they coded."
        }
        (false, true) => "Resolved codes count before those of the coder.",
        (true, true) => {
            "Where there is a resolved code it counts, otherwise the first coder's; agreement is \
             between the two coders as they coded."
        }
    };
    format!(
        "{whose} Drawn posts without a code are left out, and the others of their stratum stand for \
         them."
    )
}

#[cfg(test)]
mod tests;
