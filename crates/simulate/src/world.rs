//! Writes a whole world: the plan, the sources side by side, and the truth beside them.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use crate::SimulateError;
use crate::emit::{SourceActivity, write_source};
use crate::names::NameGenerator;
use crate::options::WorldOptions;
use crate::people::Person;
use crate::plan::{Plan, plan};
use crate::roster::{Roster, roster};
use crate::sources::{PUBLIC, PUBLIC_BOT_NATIVE_ID, write_manifest};
use crate::summary::{WorldSummary, summarise};

const TRUTH_FILE: &str = "truth.tsv";
const SUMMARY_FILE: &str = "world.json";

/// Writes a world into a folder that is new or empty, and returns what is true of it.
///
/// `progress` is given the number of posts written so far, from time to time and at the end.
/// Sources are written side by side on as many threads as there are sources; the files do not
/// depend on how these run. Memory grows with the number of people and accounts, not of posts.
///
/// # Errors
/// [`SimulateError::OptionOutOfRange`] and [`SimulateError::NameReuseSum`] for options,
/// [`SimulateError::FolderNotEmpty`], and [`SimulateError::File`] when the operating system
/// refuses; what was written until then stays.
pub fn write_world(
    out: &Path,
    options: &WorldOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<WorldSummary, SimulateError> {
    options.check()?;
    prepare_folder(out)?;
    let names = NameGenerator::new();
    let Plan {
        people,
        memberships,
    } = plan(options, &names);
    let rosters: Vec<Roster> = memberships
        .into_iter()
        .enumerate()
        .map(|(source, memberships)| roster(options, &names, &people, source, memberships))
        .collect();
    let activities = write_sources(out, options, &people, &rosters, progress)?;
    write_truth(out, people.len(), &rosters)?;
    write_manifest(out, options.kind.sources())?;
    let summary = summarise(options, &people, &rosters, &activities);
    write_summary(out, &summary)?;
    Ok(summary)
}

fn prepare_folder(out: &Path) -> Result<(), SimulateError> {
    fs::create_dir_all(out).map_err(SimulateError::at(out))?;
    let mut entries = fs::read_dir(out).map_err(SimulateError::at(out))?;
    if entries.next().is_some() {
        return Err(SimulateError::FolderNotEmpty {
            path: out.to_owned(),
        });
    }
    Ok(())
}

/// Writes every source on its own thread and passes their progress on.
fn write_sources(
    out: &Path,
    options: &WorldOptions,
    people: &[Person],
    rosters: &[Roster],
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<SourceActivity>, SimulateError> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let workers: Vec<_> = rosters
            .iter()
            .map(|roster| {
                let sender = sender.clone();
                scope.spawn(move || {
                    let mut report = |post_count| {
                        // The receiver lives until every worker is done.
                        let _ = sender.send(post_count);
                    };
                    write_source(out, options, people, roster, &mut report)
                })
            })
            .collect();
        drop(sender);
        let mut written_count = 0;
        for post_count in receiver {
            written_count += post_count;
            progress(written_count);
        }
        workers
            .into_iter()
            .map(|worker| match worker.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

/// Writes the person behind every account that a source shows.
fn write_truth(out: &Path, person_count: usize, rosters: &[Roster]) -> Result<(), SimulateError> {
    let path = out.join(TRUTH_FILE);
    let write = || -> io::Result<()> {
        let mut file = BufWriter::new(File::create(&path)?);
        let mut text = String::from("site\tuser_id\taccount_id\n");
        // The site's own bot belongs to nobody and gets a number that no person has.
        let bot_number = person_count + 1;
        let public = rosters[PUBLIC].spec().name;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{public}\t{PUBLIC_BOT_NATIVE_ID}\t{bot_number}");
        file.write_all(text.as_bytes())?;
        for roster in rosters {
            for account in &roster.accounts {
                if !roster.is_visible(account) {
                    continue;
                }
                text.clear();
                let site = roster.spec().name;
                let person_number = u64::from(account.person) + 1;
                let native_id = roster.native_id(account);
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{site}\t{native_id}\t{person_number}");
                file.write_all(text.as_bytes())?;
            }
        }
        file.flush()
    };
    write().map_err(SimulateError::at(&path))
}

fn write_summary(out: &Path, summary: &WorldSummary) -> Result<(), SimulateError> {
    let path = out.join(SUMMARY_FILE);
    let write = || -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(summary)?;
        text.push('\n');
        fs::write(&path, text)
    };
    write().map_err(SimulateError::at(&path))
}
