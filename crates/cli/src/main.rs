//! The program `entangle`: reads the command line, calls the engine, prints what it returns.
//!
//! Data goes to standard output, everything else to standard error. The exit code says who must
//! act: 0 nobody, 1 us (a bug), 2 the person at the command line, 3 whoever made the input, 4
//! whoever runs the machine.

mod arguments;
mod commands;
mod failure;
mod output;
mod progress_bar;
#[cfg(test)]
mod reference;

use std::io::IsTerminal;
use std::process::ExitCode;

use arguments::{Arguments, Command, StudyCommand};
use clap::Parser;
use entangle_engine::{EngineError, Responsible};
use failure::Failure;
use output::Output;

/// Plans recurse deeply in an unoptimised planner.
const THREAD_STACK_BYTES: usize = 16 << 20;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(THREAD_STACK_BYTES)
        .enable_all()
        .build();
    let outcome = match runtime {
        // The work runs on a thread of the pool, whose stack is as large as stated.
        Ok(runtime) => runtime.block_on(async {
            match tokio::spawn(run(arguments)).await {
                Ok(outcome) => outcome,
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        }),
        Err(source) => Err(EngineError::User(format!("cannot start: {source}")).into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            exit_code(error.responsible())
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let global = arguments.global;
    let output = Output {
        is_json: global.json,
    };
    let shows_progress = !global.quiet && std::io::stderr().is_terminal();
    let mut progress = progress_bar::ProgressBars::new(shows_progress);
    let progress = &mut progress;
    if global.snapshot.is_some() && !arguments.command.reads_a_snapshot() {
        return Err(Failure::Engine(EngineError::User(
            "this command does not read a snapshot\nhint: leave --snapshot out".to_owned(),
        )));
    }
    let outcome = match arguments.command {
        Command::Service(service) => return commands::service(&global, &output, service).await,
        Command::Import(import) => commands::import::run(&global, &output, import, progress).await,
        Command::Formats => {
            commands::formats::run(&output);
            Ok(())
        }
        Command::Link(link) => commands::link::run(&global, &output, link, progress).await,
        Command::Explain(command) => commands::explain::run(&global, &output, command).await,
        Command::Judge(judge) => commands::judge::run(&global, &output, judge).await,
        Command::Judgements => commands::judge::list(&global, &output).await,
        Command::Model(command) => commands::model::run(&global, &output, command).await,
        Command::Review(review) => commands::review::run(&global, &output, review).await,
        Command::Personas(personas) => commands::personas::run(&global, &output, personas).await,
        Command::Study(StudyCommand::Run(study)) => {
            commands::study::run(&global, &output, study, progress).await
        }
        Command::Study(StudyCommand::Compare { first, second, out }) => {
            commands::study::compare(&output, &first, &second, &out)
        }
        Command::Study(StudyCommand::Freeze { study, out, note }) => {
            commands::registration::freeze(&global, &output, &study, note, &out).await
        }
        Command::Study(StudyCommand::Check {
            registration,
            study,
            out,
        }) => commands::registration::check(&output, &registration, &study, out.as_deref()),
        Command::Study(StudyCommand::Code(code)) => {
            commands::coding::run(&global, &output, code, progress).await
        }
        Command::Study(StudyCommand::Init { out }) => {
            commands::study::init(&global, &output, out.as_deref()).await
        }
        Command::Evaluate {
            truth,
            leave_sources_out,
        } => commands::evaluate::run(&global, &output, &truth, leave_sources_out).await,
        Command::Calibrate {
            truth,
            out,
            learned_on,
        } => commands::evaluate::learn(&global, &output, &truth, &out, &learned_on).await,
        Command::Simulate(simulate) => commands::simulate::run(&output, &simulate, progress),
        Command::Demo(demo) => commands::demo::run(&output, &demo, progress).await,
        Command::Bench(bench) => commands::bench::run(&global, &output, bench, progress).await,
        Command::Export(export) => commands::export::run(&global, &output, export, progress).await,
        Command::Forget(forget) => commands::forget::run(&global, &output, forget, progress).await,
        Command::Search(search) => commands::search::run(&global, &output, search, progress).await,
        Command::Sql { query, csv } => commands::sql::run(&global, &output, &query, csv).await,
        Command::Status { schema } => commands::status::run(&global, &output, schema).await,
        Command::Completions { shell } => {
            commands::completions(shell);
            Ok(())
        }
    };
    Ok(outcome?)
}

fn exit_code(responsible: Responsible) -> ExitCode {
    ExitCode::from(match responsible {
        Responsible::Program => 1,
        Responsible::User => 2,
        Responsible::Data => 3,
        Responsible::Operator => 4,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        super::Arguments::command().debug_assert();
    }
}
