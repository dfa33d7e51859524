//! The page `docs/reference/commands.md`, made from the declarations of the command line.
//!
//! The page is compared with what is made here by a test; `UPDATE_EXPECT=1` writes it anew.

use clap::{Arg, Command, CommandFactory};
use expect_test::expect_file;

use crate::arguments::Arguments;

/// What the page says of a command beyond its help text.
const REMARKS: [(&str, &str); 23] = [
    (
        "import",
        r#"Each `<PATH>` is one import with its own commit. Records that the source holds already are counted as duplicates and
change nothing. [All formats](../formats/README.md) have a page each. Every input is recognised before the first is
imported, so a mistake leaves no workspace behind. The encodings that were found stand in the ledger (`imports.options`);
text that was encoded twice is undone. With `auto`
the best fit is taken if its confidence is at least .5 and leads the next by at least .2; otherwise the command asks for
`--format`."#,
    ),
    (
        "link",
        r#"Replaces `names`, `link_models`, `evidence`, `links` and `personas` as a whole and replays every judgement; adds a row to
`link_runs`. No source is compared with itself."#,
    ),
    (
        "explain link",
        r#"Prints prior, evidence and total in bits, and the probability. Says so where the pair was compared but came out below .001,
the floor under which evidence is not kept, and where it was never a candidate."#,
    ),
    (
        "personas",
        r#"Accounts appear under pseudonyms. `--reveal` without `--reason` is refused; the reason is appended to
`disclosures.jsonl` in the workspace before any name is read."#,
    ),
    (
        "study init",
        r#"Takes the first source of kind `public` as the population and all other sources as targets. The keys are explained in
[study-file.md](study-file.md)."#,
    ),
    (
        "study run",
        r#"Writes `report.html`, `report.md`, `methods.md`, `methods.tex`, `results.json`, `tables/` (CSV, Parquet and LaTeX; `tables.tex`
takes in all of them) and `figures/` (SVG with their data as CSV).
`tables/crossover_accounts.csv` lists the accounts with a link at or above the threshold, under pseudonyms unless
`--reveal` and `--reason` are given; it is a list of accounts, to which suppression does not apply."#,
    ),
    (
        "study compare",
        r#"Both results must be of this version of the program. Two results of one public source overlap, so nothing is subtracted;
results of two sources are, with an interval. Writes `comparison.html`, `comparison.md`, `comparison.json` and `tables/`."#,
    ),
    (
        "study code draw",
        r#"Draws by label and by whether the author is a strict crossover user, each post with a known probability. The reason is
appended to `disclosures.jsonl` before any text is read; no file is replaced. How to code:
[offers and requests](../concepts/offers.md)."#,
    ),
    (
        "study code score",
        r#"Reads the snapshot that the key names. Writes `coding.md`, `coding.json` and `tables/coding_*` (CSV, Parquet and LaTeX). Only the
columns `post` and `code` of the files are read; an empty code is no code."#,
    ),
    (
        "export",
        r#"Nothing is left of an export that fails, and no file is replaced. What each format holds:
[the guide](../guide/exports.md)."#,
    ),
    (
        "search",
        r#"The language of queries: [search.md](search.md). The index lies in the workspace and can be deleted at any time. Texts are shown as
imported, without a recorded reason, as by `sql`."#,
    ),
    (
        "bench validation",
        r#"Eight settings; about four processor seconds a world of 20,000 posts. The page says how each rate is counted."#,
    ),
    (
        "evaluate",
        r#"Needs a linkage. Pairs with an account outside the truth are left out. Prints, per pair of sources and for all, the recall
of blocking, recall at precision .95 and .90, Brier score, expected calibration error over pairs stated at .05 or more,
expected and actual links, and precision and recall of bare equality of names. Intervals are
percentiles of 400 draws of people with replacement. Errors are listed by surprisal of the shared name and by evidence."#,
    ),
    (
        "forget",
        r#"What goes, what stays, and what is out of reach: [the guide](../guide/deletion.md)."#,
    ),
    (
        "sql",
        r#"Only queries that read are allowed. The tables hold names and contacts as imported: this command shows them without a
recorded reason."#,
    ),
    (
        "simulate",
        r#"Needs no workspace. A folder with content is refused."#,
    ),
    (
        "demo",
        r#"Writes `world/`, `workspace/` and `report/` under the `--out` folder. A folder left by an earlier demo is refused."#,
    ),
    (
        "judge",
        r#"Accounts are kept in `judgements` with who judged, when and why; nothing is deleted but with an account
(`forget`). Personas are formed anew at
once, and by every later `link`. A judged pair counts as judged in personas and studies: 1 for *same*, 0 for *different*;
*unsure* leaves the probability, but its link joins nothing by itself. A *same* that other judgements forbid is refused."#,
    ),
    (
        "personas split",
        r#"Judges each of the accounts *different* from each account that stays, in one operation."#,
    ),
    (
        "model show",
        r#"The file names every parameter; `model_id` in `link_runs` is its hash. Cite it."#,
    ),
    (
        "explain persona",
        r#"Lists the links that hold the persona together, the weakest first, what would be left without the weakest, and when
accounts joined and left."#,
    ),
    (
        "review score",
        r#"Precision per stratum of stated probability with the Clopper-Pearson interval, and of all links at .9 or more. Answers
*unsure* enter no precision and are counted."#,
    ),
    (
        "calibrate",
        r#"Learn on truth of other sources than those you link; `evaluate --leave-sources-out` shows what that is worth."#,
    ),
];

const INTRODUCTION: &str = r#"# Commands

Every command of the program `entangle`, from its own help texts (`entangle <command> --help`). Data go to
standard output, everything else to standard error.

| Exit code | Who must act |
|---|---|
| 0 | nobody |
| 1 | the authors of the program: a bug |
| 2 | the person at the command line: a mistake there or in a study file |
| 3 | whoever made the input: it is not what it should be |
| 4 | whoever runs the machine: disk, memory, rights |

Made from the declarations of the program. In the order of the work: `import`, `link`, `explain`, `personas`, `judge`,
`study`. Beside it: `evaluate`, `calibrate`, `review`, `model`, `search`, `export`, `forget`, `serve`, `keys`, `audit`, `sql`, `status`, `simulate`, `demo`, `bench`, `completions`.

## Options of every command

| Option | Meaning |
|---|---|
| `--workspace <DIR>` | Folder that holds the tables; made by the first import. Environment: `ENTANGLE_WORKSPACE`. Default: `./.entangle`. |
| `--snapshot <N>` | Read this snapshot instead of the latest, to reproduce an earlier result exactly. |
| `--json` | Print machine-readable JSON on standard output. |
| `-q, --quiet` | Show no progress. |
| `-h, --help` | Print help (see a summary with '-h'). |
| `-V, --version` | Print version. |

`--snapshot` is obeyed by the commands that read: `explain`, `personas`, `judgements`, `model show`, `study run`, `study code draw`, `evaluate`,
`calibrate`, `review sample`, `export`, `sql`, `status`. `import`, `link` and judgements always build on the latest snapshot, and `study init` always looks at it. `demo` makes its own
workspace in its `--out` folder; every `bench` but `link` works in temporary workspaces."#;

fn page() -> String {
    let mut command = Arguments::command();
    command.build();
    let mut text = format!("{INTRODUCTION}\n");
    add_leaves(&mut text, "", &command);
    text
}

/// A section for every command that does something by itself.
fn add_leaves(text: &mut String, above: &str, command: &Command) {
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        let path = match above {
            "" => below.get_name().to_owned(),
            _ => format!("{above} {}", below.get_name()),
        };
        if !below.has_subcommands() || below.get_arguments().any(|argument| !is_global(argument)) {
            text.push_str(&section(&path, below));
        }
        add_leaves(text, &path, below);
    }
}

fn is_global(argument: &Arg) -> bool {
    argument.is_global_set() || ["help", "version"].contains(&argument.get_id().as_str())
}

fn section(path: &str, command: &Command) -> String {
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let mut text = format!("\n## entangle {path}\n\n{about}.\n\n```text\n{usage}\n```\n");
    let rows: Vec<String> = command
        .get_arguments()
        .filter(|argument| !is_global(argument))
        .map(row)
        .collect();
    if !rows.is_empty() {
        let header = "| Argument or option | Meaning |\n|---|---|";
        text += &format!("\n{header}\n{}\n", rows.join("\n"));
    }
    if let Some((_, remark)) = REMARKS.iter().find(|(of, _)| *of == path) {
        text += &format!("\n{remark}\n");
    }
    text
}

fn row(argument: &Arg) -> String {
    let values: Vec<String> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| format!("<{name}>"))
        .collect();
    let takes_value = argument.get_action().takes_values();
    let several = argument
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1);
    let dots = if several && takes_value { "..." } else { "" };
    let name = match (argument.get_long(), takes_value) {
        (Some(long), true) => format!("--{long} {}{dots}", values.join(" ")),
        (Some(long), false) => format!("--{long}"),
        (None, _) => format!("{}{dots}", values.join(" ")),
    };
    format!("| `{name}` | {} |", meaning(argument))
}

fn meaning(argument: &Arg) -> String {
    let help = argument
        .get_long_help()
        .or_else(|| argument.get_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut text =
        format!("{}.", help.trim_end_matches('.').replace('\n', " ")).replace('|', "\\|");
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}`: {help}", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if argument.get_action().takes_values() && !possible.is_empty() {
        text += &format!(" One of: {}.", possible.join("; "));
    }
    if let Some(variable) = argument.get_env() {
        text += &format!(" Environment: `{}`.", variable.to_string_lossy());
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if argument.get_action().takes_values() && !defaults.is_empty() {
        text += &format!(" Default: {}.", defaults.join(", "));
    }
    text
}

#[test]
fn the_page_of_commands_is_current() {
    expect_file!["../../../docs/reference/commands.md"].assert_eq(&page());
}
