//! `entangle judge`, `entangle judgements`, and the corrections of `entangle personas`.

use entangle_engine::judgements::{
    Act, Judge as WhoAndWhy, Judged, Judgement, Judgements, Verdict, judge, judgements, merge,
    split, undo,
};
use entangle_engine::{EngineError, Workspace};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{self, Global, Judge, JudgedBy, PersonasChange};
use crate::output::{Output, count, table};

pub async fn run(global: &Global, output: &Output, arguments: Judge) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let verdict = match arguments.verdict {
        arguments::Verdict::Same => Verdict::Same,
        arguments::Verdict::Different => Verdict::Different,
        arguments::Verdict::Unsure => Verdict::Unsure,
    };
    let accounts = [arguments.left.as_str(), arguments.right.as_str()];
    let judged = judge(&workspace, accounts, verdict, who(&arguments.judged_by)?).await?;
    show(output, &judged);
    Ok(())
}

pub async fn change_personas(
    workspace: &Workspace,
    output: &Output,
    change: PersonasChange,
) -> Result<(), EngineError> {
    let judged = match change {
        PersonasChange::Split {
            persona,
            accounts,
            judged_by,
        } => split(workspace, &persona, &accounts, who(&judged_by)?).await?,
        PersonasChange::Merge {
            left,
            right,
            judged_by,
        } => merge(workspace, [&left, &right], who(&judged_by)?).await?,
        PersonasChange::Undo {
            operation,
            judged_by,
        } => undo(workspace, operation, who(&judged_by)?).await?,
    };
    show(output, &judged);
    Ok(())
}

fn who(judged_by: &JudgedBy) -> Result<WhoAndWhy, EngineError> {
    WhoAndWhy::new(judged_by.by.as_deref(), &judged_by.reason)
}

fn show(output: &Output, judged: &Judged) {
    output.show(
        || {
            let changes: Vec<Value> = judged
                .changes
                .iter()
                .map(|change| {
                    json!({
                        "persona_id": change.persona_id,
                        "account_id": change.account_id,
                        "source": change.source,
                        "event": event(change.has_joined),
                    })
                })
                .collect();
            json!({
                "operation": judged.operation,
                "undone_operation": judged.undone_operation,
                "changes": changes,
                "snapshot": judged.snapshot,
            })
        },
        || {
            let what = match judged.undone_operation {
                Some(undone) => format!(
                    "operation {} takes back operation {undone}",
                    judged.operation
                ),
                None => format!("recorded as operation {}", judged.operation),
            };
            let mut text = format!("{what}; snapshot {}\n", judged.snapshot);
            if judged.changes.is_empty() {
                text += "no persona changes\n";
            }
            for change in &judged.changes {
                text += &format!(
                    "  {} of {} {} persona {}\n",
                    change.account_id,
                    change.source,
                    event(change.has_joined),
                    change.persona_id
                );
            }
            text
        },
    );
}

fn event(has_joined: bool) -> &'static str {
    if has_joined { "joined" } else { "left" }
}

pub async fn list(global: &Global, output: &Output) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let made = judgements(&workspace, global.snapshot).await?;
    output.show(
        || made.0.iter().map(judgement_json).collect(),
        || judgements_text(&made),
    );
    Ok(())
}

fn judgement_json(judgement: &Judgement) -> Value {
    let mut row = json!({
        "operation": judgement.operation,
        "judged_by": judgement.judge.judged_by,
        "reason": judgement.judge.reason,
        "judged_at": judgement.judged_at.to_rfc3339(),
    });
    match &judgement.act {
        Act::Judged {
            accounts, verdict, ..
        } => {
            row["account_left"] = json!(accounts.0);
            row["account_right"] = json!(accounts.1);
            row["verdict"] = json!(verdict.as_str());
        }
        Act::Undone { operation } => row["undone_operation"] = json!(operation),
    }
    row
}

fn judgements_text(made: &Judgements) -> String {
    if made.0.is_empty() {
        return "nobody has judged anything; `entangle judge` records what a person says"
            .to_owned();
    }
    let rows: Vec<Vec<String>> = made
        .0
        .iter()
        .map(|judgement| {
            let what = match &judgement.act {
                Act::Judged {
                    accounts, verdict, ..
                } => format!("{} {} {}", accounts.0, accounts.1, verdict.as_str()),
                Act::Undone { operation } => format!("takes back operation {operation}"),
            };
            vec![
                count(judgement.operation),
                judgement.judged_at.format("%Y-%m-%d %H:%M").to_string(),
                judgement.judge.judged_by.clone(),
                what,
                judgement.judge.reason.clone(),
            ]
        })
        .collect();
    table(&["operation", "when (UTC)", "who", "what", "why"], &rows)
}
