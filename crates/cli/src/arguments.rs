//! What may be typed: names and help of every command and option, and nothing else.

mod coding;
mod export;
mod forget;
mod search;
mod service;
mod study;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use entangle_model::SourceKind;

pub use coding::CodeCommand;
pub use export::{Export, ExportFormat};
pub use forget::Forget;
pub use search::{Search, SearchOrder};
pub use service::{AuditCommand, KeyCreate, KeyRole, KeysCommand, Serve, ServiceCommand};
pub use study::{StudyCommand, StudyRun};

/// Measure how the people of a public forum are tied to cybercrime forums.
///
/// Imports dumps of forums, markets, Telegram and leaked chats; links accounts that may belong to
/// one hand, with probabilities that explain themselves; and runs the population study. Links are
/// possible links: a shared name is not a shared person.
///
/// Exit codes: 0 success, 1 a bug of this program, 2 a mistake on the command line or in a study
/// file, 3 an input that is not what it should be, 4 a failing machine (disk, memory, rights).
#[derive(Debug, Parser)]
#[command(name = "entangle", version, max_term_width = 100)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Folder that holds the tables; made by the first import.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "./.entangle",
        env = "ENTANGLE_WORKSPACE"
    )]
    pub workspace: PathBuf,
    /// Read this snapshot instead of the latest, to reproduce an earlier result exactly.
    #[arg(long, global = true, value_name = "N")]
    pub snapshot: Option<u64>,
    /// Print machine-readable JSON on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// Show no progress.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands, in the order of the work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import dumps of one source; what is there already is counted, not repeated.
    Import(Import),
    /// List the formats that can be imported.
    Formats,
    /// Link accounts between sources and join links into personas.
    Link(Link),
    /// Show why.
    #[command(subcommand)]
    Explain(ExplainCommand),
    /// List sets of accounts inferred to have one operator, and correct them.
    Personas(Personas),
    /// Record that two accounts are, or are not, of one hand; kept, replayed on new data, undone
    /// with `personas undo`.
    Judge(Judge),
    /// List every judgement with who made it, when and why.
    Judgements,
    /// Show and compare the parameters by which accounts are weighed.
    #[command(subcommand)]
    Model(ModelCommand),
    /// Prepare and run the crossover study.
    #[command(subcommand)]
    Study(StudyCommand),
    /// Compare the links with known truth.
    Evaluate {
        /// Tab-separated file with the columns site, user_id, account_id: name of the source,
        /// native account id, and who is behind it.
        #[arg(long, value_name = "FILE.tsv")]
        truth: PathBuf,
        /// Calibrate each pair of sources on the truth of the pairs with neither of the two: what
        /// probabilities are worth where no truth is known. Needs four sources.
        #[arg(long)]
        leave_sources_out: bool,
    },
    /// Learn from known truth how stated probabilities are to be corrected.
    Calibrate {
        /// Tab-separated file as for `evaluate`.
        #[arg(long, value_name = "FILE.tsv")]
        truth: PathBuf,
        /// The calibration file; `link --calibration` reads it.
        #[arg(long, value_name = "FILE.toml")]
        out: PathBuf,
        /// What it is learned on, in words; shown with every probability that it corrects.
        #[arg(long, value_name = "WORDS")]
        learned_on: String,
    },
    /// Draw links for people to judge, and score their answers.
    #[command(subcommand)]
    Review(ReviewCommand),
    /// Write a planted world: dumps in real formats, with the truth beside them.
    Simulate(Simulate),
    /// Simulate, import, link and study a world, and compare the result with what was planted.
    Demo(Demo),
    /// Measure the program on this machine.
    #[command(subcommand)]
    Bench(Bench),
    /// Write accounts, posts, links and personas, or the rows of a query, for other programs.
    Export(Export),
    /// Delete an account on request: its rows and texts, in every snapshot, for good, and so that no
    /// import brings it back.
    ///
    /// Earlier snapshots and the search index are removed with it. Reports and exports that were
    /// written elsewhere are out of reach; so is what others wrote.
    Forget(Forget),
    /// Search the texts of posts; the index follows the snapshots.
    Search(Search),
    /// Run a SQL query that reads.
    Sql {
        /// The query; `entangle status --schema` lists tables and columns.
        query: String,
        /// Print CSV.
        #[arg(long)]
        csv: bool,
    },
    /// Show what the workspace holds and what became of everything imported.
    Status {
        /// Print every table with its columns instead.
        #[arg(long)]
        schema: bool,
    },
    /// Serve the workspace to others, or handle what that needs.
    #[command(flatten)]
    Service(ServiceCommand),
    /// Print a completion script.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// Whether `--snapshot` says what the command reads. The others write, or read no workspace.
    pub fn reads_a_snapshot(&self) -> bool {
        match self {
            Self::Personas(personas) => personas.change.is_none(),
            Self::Model(ModelCommand::Diff { .. }) => false,
            Self::Explain(_)
            | Self::Judgements
            | Self::Review(ReviewCommand::Sample { .. })
            | Self::Model(ModelCommand::Show)
            | Self::Study(StudyCommand::Run(_) | StudyCommand::Code(CodeCommand::Draw { .. }))
            | Self::Evaluate { .. }
            | Self::Export(_)
            | Self::Calibrate { .. }
            | Self::Sql { .. }
            | Self::Status { .. } => true,
            Self::Import(_)
            | Self::Formats
            | Self::Link(_)
            | Self::Judge(_)
            | Self::Review(ReviewCommand::Score { .. })
            | Self::Study(
                StudyCommand::Init { .. }
                | StudyCommand::Compare { .. }
                | StudyCommand::Freeze { .. }
                | StudyCommand::Check { .. }
                | StudyCommand::Code(CodeCommand::Score { .. }),
            )
            | Self::Simulate(_)
            | Self::Demo(_)
            | Self::Forget(_)
            | Self::Search(_)
            | Self::Bench(_)
            | Self::Service(_)
            | Self::Completions { .. } => false,
        }
    }
}

/// `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, folders or archives (gz, zst, zip, 7z are read as they are).
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Name of the source; the same name again adds to it.
    #[arg(long, value_name = "NAME", required_unless_present_any = ["dry_run", "guess"])]
    pub source: Option<String>,
    /// What kind of place the source is.
    #[arg(long, required_unless_present_any = ["dry_run", "guess"])]
    pub kind: Option<Kind>,
    /// Format of the input: `auto` to recognise it, or one that `entangle formats` lists.
    #[arg(long, default_value = "auto")]
    pub format: String,
    /// Main language of the source, ISO 639-1.
    #[arg(long, value_name = "CODE")]
    pub language: Option<String>,
    /// Encoding of the files, such as windows-1251 or koi8-r, where recognising it fails.
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Form of the lines of a plain log, such as "[{time}] {nick}: {text}"; with --format
    /// chat_log.
    #[arg(long, value_name = "PATTERN")]
    pub line_pattern: Option<String>,
    /// Mapping file (TOML) for tables in a form of their own: CSV, JSON lines, SQLite, Parquet.
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub mapping: Option<PathBuf>,
    /// Print a first mapping file for the tables, and import nothing.
    #[arg(long, conflicts_with_all = ["mapping", "dry_run"])]
    pub guess: bool,
    /// Show the first records, and columns that are not mapped, and import nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Kinds of sources on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// A legal, open forum.
    Public,
    /// A forum devoted to cybercrime.
    Cybercrime,
    /// A market with listings, vendors and feedback.
    Market,
    /// A broadcast channel or public group of a messenger.
    Channel,
    /// A chat room or a set of conversations.
    Chat,
    /// Material that was leaked rather than published.
    Leak,
}

impl From<Kind> for SourceKind {
    fn from(kind: Kind) -> SourceKind {
        match kind {
            Kind::Public => SourceKind::Public,
            Kind::Cybercrime => SourceKind::Cybercrime,
            Kind::Market => SourceKind::Market,
            Kind::Channel => SourceKind::Channel,
            Kind::Chat => SourceKind::Chat,
            Kind::Leak => SourceKind::Leak,
        }
    }
}

/// `link`.
#[derive(Debug, Args)]
pub struct Link {
    /// Sources on one side; all when left out.
    #[arg(long, num_args = 1.., value_name = "SOURCE")]
    pub between: Option<Vec<String>>,
    /// Sources on the other side; all when left out.
    #[arg(long, num_args = 1.., value_name = "SOURCE")]
    pub and: Option<Vec<String>>,
    /// Use the parameters of this model file instead of learning them.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Use the parameters of the last run and compare only sources that imported since; gives the
    /// same links as comparing all with that model.
    #[arg(long, conflicts_with_all = ["model", "calibration", "behaviour"])]
    pub update: bool,
    /// Correct probabilities by this calibration file; `entangle calibrate` writes one.
    #[arg(long, value_name = "FILE")]
    pub calibration: Option<PathBuf>,
    /// Do not compare names by a form that more than this many pairs of accounts of two sources share;
    /// such pairs are counted as too common. That of the model with --model; else 2500, or fewer where
    /// that would put forward more than ten million pairs.
    #[arg(long, value_name = "PAIRS", conflicts_with = "update", value_parser = clap::value_parser!(u64).range(1..))]
    pub block_pair_limit: Option<u64>,
    /// Count what writing style, hours, activity in the same minutes and different languages say of
    /// candidates stated at .001 to .999, too. Reads their posts. Not the default, because it was
    /// measured on few real people (docs/concepts/style.md); --model and --update count it where
    /// the model does.
    #[arg(long)]
    pub behaviour: bool,
    /// Probability from which a link joins accounts into a persona; .9 unless given, with --update
    /// that of the last run.
    #[arg(long, value_name = "P", value_parser = probability)]
    pub persona_threshold: Option<f64>,
    /// Memory that the operators of a plan share, MiB.
    #[arg(long, default_value_t = 3072, value_name = "MIB")]
    pub memory_mib: usize,
}

pub(crate) fn probability(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("a probability lies between 0 and 1".to_owned()),
    }
}

/// What can be explained.
#[derive(Debug, Subcommand)]
pub enum ExplainCommand {
    /// Show the evidence for and against two accounts being one hand, line by line.
    Link {
        /// An account: source/native-id, or the sixteen digits of its account_id.
        #[arg(value_name = "ACCOUNT")]
        left: String,
        /// The other account.
        #[arg(value_name = "ACCOUNT")]
        right: String,
        /// Show what writing style, hours and language say, too, where the run did not count it; it is
        /// weak. Reads posts of both sources.
        #[arg(long)]
        behaviour: bool,
        /// Write the evidence as a figure (SVG) to this file, too.
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
    },
    /// Show how rare names and contacts are: of every source, or of one account. Neither is shown.
    Rarity {
        /// The account: source/native-id, or the sixteen digits of its account_id.
        #[arg(value_name = "ACCOUNT")]
        account: Option<String>,
    },
    /// Show what holds a persona together, what its weakest link is, and its history.
    Persona {
        /// The persona's id, as `entangle personas` lists it.
        #[arg(value_name = "PERSONA")]
        persona: String,
        /// Whether names are shown.
        #[command(flatten)]
        reveal: Reveal,
    },
}

/// Who judges and why.
#[derive(Debug, Args)]
pub struct JudgedBy {
    /// Why; recorded.
    #[arg(long, value_name = "WHY")]
    pub reason: String,
    /// Who judges; recorded.
    #[arg(long, value_name = "NAME", env = "ENTANGLE_ANALYST")]
    pub by: Option<String>,
}

/// `judge`.
#[derive(Debug, Args)]
pub struct Judge {
    /// An account: source/native-id, or the sixteen digits of its account_id.
    #[arg(value_name = "ACCOUNT")]
    pub left: String,
    /// The other account.
    #[arg(value_name = "ACCOUNT")]
    pub right: String,
    /// What they are.
    pub verdict: Verdict,
    /// Who judges and why.
    #[command(flatten)]
    pub judged_by: JudgedBy,
}

/// Verdicts on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Verdict {
    /// One hand holds both accounts.
    Same,
    /// Two hands do.
    Different,
    /// It cannot be told; their link joins nothing by itself.
    Unsure,
}

/// `model`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Print the model of the last run as a file that `link --model` reads.
    Show,
    /// List the parameters that two model files have differently.
    Diff {
        /// One model file.
        #[arg(value_name = "FILE")]
        left: PathBuf,
        /// The other.
        #[arg(value_name = "FILE")]
        right: PathBuf,
    },
}

/// Whether names are shown.
#[derive(Debug, Args)]
pub struct Reveal {
    /// Show names instead of pseudonyms; needs --reason.
    #[arg(long)]
    pub reveal: bool,
    /// Why the names must be seen; recorded in the workspace.
    #[arg(long, value_name = "WHY")]
    pub reason: Option<String>,
}

/// `personas`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Personas {
    /// A correction; without one, personas are listed.
    #[command(subcommand)]
    pub change: Option<PersonasChange>,
    /// Personas to list at most, those with the most accounts first.
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Whether names are shown.
    #[command(flatten)]
    pub reveal: Reveal,
}

/// Corrections of personas. Each is recorded as judgements and replayed on new data.
#[derive(Debug, Subcommand)]
pub enum PersonasChange {
    /// Say that accounts of a persona are of another hand than the rest of it.
    Split {
        /// The persona's id.
        #[arg(value_name = "PERSONA")]
        persona: String,
        /// The accounts that leave: source/native-id, or the sixteen digits of an account_id.
        #[arg(value_name = "ACCOUNT", required = true)]
        accounts: Vec<String>,
        /// Who judges and why.
        #[command(flatten)]
        judged_by: JudgedBy,
    },
    /// Say that two personas are one hand.
    Merge {
        /// A persona's id.
        #[arg(value_name = "PERSONA")]
        left: String,
        /// The other.
        #[arg(value_name = "PERSONA")]
        right: String,
        /// Who judges and why.
        #[command(flatten)]
        judged_by: JudgedBy,
    },
    /// Take an operation of judge, split or merge back.
    Undo {
        /// The operation; the last that stands when left out.
        #[arg(long, value_name = "N")]
        operation: Option<u64>,
        /// Who judges and why.
        #[command(flatten)]
        judged_by: JudgedBy,
    },
}

/// `review`.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Write a stratified sample of links as CSV, without what the program thinks of them.
    Sample {
        /// The file.
        #[arg(long, value_name = "FILE.csv")]
        out: PathBuf,
        /// Links per stratum of stated probability at most; there are seven strata.
        #[arg(long, default_value_t = 30, value_name = "N")]
        per_stratum: u64,
        /// The same seed draws the same links.
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
        /// Whether names are shown; a reviewer mostly needs them.
        #[command(flatten)]
        reveal: Reveal,
    },
    /// Compute the precision that the answers in a sample say, with intervals.
    Score {
        /// The sample with answers.
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
}

/// A planted world.
#[derive(Debug, Args)]
pub struct World {
    /// Which sources there are.
    #[arg(long, value_enum, default_value_t = WorldKind::Usual, value_name = "KIND")]
    pub kind: WorldKind,
    /// Seed of every random step; the same seed gives the same bytes.
    #[arg(long, default_value_t = 7, value_name = "N")]
    pub seed: u64,
    /// About how many posts in all sources: a number, or a number with k or m.
    #[arg(long, default_value = "20k", value_name = "POSTS", value_parser = post_count)]
    pub scale: u64,
    /// Planted share of the public population that takes part elsewhere.
    #[arg(long, default_value_t = 0.072, value_name = "SHARE", value_parser = probability)]
    pub crossover_share: f64,
    /// Plant a real difference in behaviour; large where no size is given.
    #[arg(long, value_name = "SIZE", num_args = 0..=1, default_missing_value = "large")]
    pub difference: Option<Difference>,
    /// How strongly people keep habits of writing on every source, from 0 to 1.
    #[arg(long, default_value_t = 0.0, value_name = "STRENGTH", value_parser = probability)]
    pub style: f64,
    /// Mean number of posts of an account that posts at all, from 2 to 500; grows with the scale where
    /// it is not given.
    #[arg(long, value_name = "POSTS")]
    pub posts_per_account: Option<f64>,
    /// Share of people who prefer a name that many others bear: a first name, or one with a few
    /// digits.
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", value_parser = probability)]
    pub common_name_share: f64,
    /// Probability with which a crossover user who answers on the public source looks for a post of
    /// another crossover user.
    #[arg(long, default_value_t = 0.0, value_name = "PROBABILITY", value_parser = probability)]
    pub answer_preference: f64,
}

/// Kinds of planted world.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WorldKind {
    /// A web masters' forum, three cybercrime forums, a Telegram group and a leaked chat log.
    Usual,
    /// An internet-marketing forum in two languages, six cybercrime forums, and a leaked chat log
    /// that names three freelancers: the case that opened the field.
    SeedOfField,
}

/// Sizes of a planted difference.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Difference {
    /// One that a reader of the forum would not notice.
    Slight,
    /// One that anybody would.
    Large,
}

fn post_count(text: &str) -> Result<u64, String> {
    let lower = text.to_lowercase();
    let (digits, factor) = match lower.strip_suffix('k').map(|digits| (digits, 1_000)) {
        Some(thousands) => thousands,
        None => lower
            .strip_suffix('m')
            .map_or((lower.as_str(), 1), |digits| (digits, 1_000_000)),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .ok_or_else(|| "give a number of posts, such as 20000, 20k or 5m".to_owned())
}

/// `simulate`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// Folder for the world.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The world.
    #[command(flatten)]
    pub world: World,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder for world, workspace and report.
    #[arg(long, default_value = "./demo-out", value_name = "DIR")]
    pub out: PathBuf,
    /// The world.
    #[command(flatten)]
    pub world: World,
}

/// Benchmarks; figures of past runs stand in docs/benchmarks.md.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// Import a simulated world: MB/s, posts/s and peak memory.
    Import {
        /// Folder of a simulated world.
        #[arg(long, value_name = "DIR")]
        world: PathBuf,
    },
    /// Link the accounts of the workspace: seconds and peak memory.
    Link {
        /// Import this simulated world first.
        #[arg(long, value_name = "DIR")]
        world: Option<PathBuf>,
        /// Memory that the operators of a plan share, MiB.
        #[arg(long, default_value_t = 3072, value_name = "MIB")]
        memory_mib: usize,
    },
    /// Study many small worlds and count how often the interval covers what was planted.
    Coverage {
        /// How many worlds.
        #[arg(long, default_value_t = 100, value_name = "N")]
        worlds: u64,
        /// The worlds; their seeds follow one another.
        #[command(flatten)]
        world: World,
    },
    /// Study many small worlds of several settings and write how often what is stated is true, as
    /// docs/validation.md.
    Validation {
        /// How many worlds of each setting.
        #[arg(long, default_value_t = 200, value_name = "N")]
        worlds: u64,
        /// About how many posts a world has.
        #[arg(long, default_value = "20k", value_name = "POSTS", value_parser = post_count)]
        scale: u64,
        /// Seed of the first world; the others follow.
        #[arg(long, default_value_t = 100_000, value_name = "N")]
        seed: u64,
        /// File of JSON lines with what came of each world; a run that was cut off goes on from it.
        #[arg(long, value_name = "FILE")]
        records: PathBuf,
        /// The page to write.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make the figures of the documentation of concepts again, from a simulated world.
    Figures {
        /// Folder for the figures.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Link many small worlds and compare m, u, lambda and the stated probabilities with what was
    /// planted.
    Recovery {
        /// How many worlds.
        #[arg(long, default_value_t = 40, value_name = "N")]
        worlds: u64,
        /// The worlds; their seeds follow one another.
        #[command(flatten)]
        world: World,
    },
}
