//! `entangle explain`.

use std::path::Path;

use entangle_engine::EngineError;
use entangle_engine::disclosure::Disclosure;
use entangle_engine::explain::{LinkExplanation, Waterfall, explain_link, waterfall_figure};
use entangle_engine::personas::{HoldingLink, Member, PersonaExplanation, explain_persona};
use serde_json::{Value, json};

use super::open;
use crate::arguments::{ExplainCommand, Global, Reveal};
use crate::output::Output;

pub async fn run(
    global: &Global,
    output: &Output,
    command: ExplainCommand,
) -> Result<(), EngineError> {
    match command {
        ExplainCommand::Link {
            left,
            right,
            behaviour,
            svg,
        } => link(global, output, [&left, &right], behaviour, svg.as_deref()).await,
        ExplainCommand::Persona {
            persona: id,
            reveal,
        } => persona(global, output, &id, &reveal).await,
        ExplainCommand::Rarity { account } => {
            super::rarity::run(global, output, account.as_deref()).await
        }
    }
}

async fn link(
    global: &Global,
    output: &Output,
    accounts: [&str; 2],
    with_behaviour: bool,
    svg: Option<&Path>,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    let explanation = explain_link(&workspace, global.snapshot, accounts, with_behaviour).await?;
    if let Some(path) = svg {
        write_figure(path, &explanation)?;
    }
    output.show(
        || explanation_json(&explanation),
        || explanation_text(&explanation),
    );
    Ok(())
}

fn write_figure(path: &Path, explanation: &LinkExplanation) -> Result<(), EngineError> {
    let LinkExplanation::Compared(waterfall) = explanation else {
        return Err(EngineError::User(
            "there is no evidence to draw: the pair was not compared, or came out below .001"
                .to_owned(),
        ));
    };
    std::fs::write(path, waterfall_figure(waterfall)).map_err(|source| EngineError::File {
        action: "write",
        path: path.to_owned(),
        source,
    })
}

async fn persona(
    global: &Global,
    output: &Output,
    id: &str,
    reveal: &Reveal,
) -> Result<(), EngineError> {
    let disclosure = Disclosure::from_flags(reveal.reveal, reveal.reason.as_deref())?;
    let workspace = open(global).await?;
    let persona = explain_persona(&workspace, global.snapshot, &disclosure, id).await?;
    output.show(|| persona_json(&persona), || persona_text(&persona));
    Ok(())
}

fn shown(member: &Member) -> String {
    format!("{} of {}", member.shown_as, member.source)
}

fn list(members: &[Member]) -> String {
    members.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn persona_text(persona: &PersonaExplanation) -> String {
    let mut text = format!("persona {}\n", persona.persona_id);
    for member in &persona.members {
        text += &format!("  {}\n", shown(member));
    }
    text += "held together by, weakest first:\n";
    for link in &persona.holding {
        text += &format!("  {}\n", holding_text(link));
    }
    text += &match persona.parts_without_weakest.as_slice() {
        [] => String::new(),
        [_] => "without the weakest, other links would hold all accounts\n".to_owned(),
        parts => {
            let parts: Vec<String> = parts.iter().map(|part| list(part)).collect();
            format!(
                "without the weakest, it would fall into: {}\n",
                parts.join(" | ")
            )
        }
    };
    if !persona.history.is_empty() {
        text += "history:\n";
    }
    for event in &persona.history {
        text += &format!(
            "  {}  {} {} ({})\n",
            event.happened_at.format("%Y-%m-%d %H:%M"),
            shown(&event.account),
            event.event,
            event.cause
        );
    }
    text
}

fn holding_text(link: &HoldingLink) -> String {
    let pair = format!("{} and {}", shown(&link.left), shown(&link.right));
    match link.is_judged {
        true => format!("judged    {pair}"),
        false => format!("{:.4}    {pair}", link.match_probability),
    }
}

fn member_json(member: &Member) -> Value {
    json!({ "source": member.source, "account": member.shown_as })
}

fn persona_json(persona: &PersonaExplanation) -> Value {
    let members = |members: &[Member]| -> Vec<Value> { members.iter().map(member_json).collect() };
    let holding: Vec<Value> = persona
        .holding
        .iter()
        .map(|link| {
            json!({
                "left": member_json(&link.left),
                "right": member_json(&link.right),
                "match_probability": link.match_probability,
                "is_judged": link.is_judged,
            })
        })
        .collect();
    let history: Vec<Value> = persona
        .history
        .iter()
        .map(|event| {
            json!({
                "account": member_json(&event.account),
                "event": event.event,
                "cause": event.cause,
                "happened_at": event.happened_at.to_rfc3339(),
            })
        })
        .collect();
    let parts: Vec<_> = persona
        .parts_without_weakest
        .iter()
        .map(|part| members(part))
        .collect();
    json!({
        "persona_id": persona.persona_id,
        "accounts": members(&persona.members),
        "holding": holding,
        "parts_without_weakest": parts,
        "history": history,
    })
}

fn explanation_text(explanation: &LinkExplanation) -> String {
    match explanation {
        LinkExplanation::Compared(waterfall) => waterfall.to_string(),
        LinkExplanation::BelowFloor { match_probability } => format!(
            "compared; probability that one hand holds both: {match_probability:.6}\nevidence is kept only for pairs of .001 or more"
        ),
        LinkExplanation::NotACandidate => "not compared: the names agree on no level, or only on one too common to compare, and no identifier is shared".to_owned(),
    }
}

fn explanation_json(explanation: &LinkExplanation) -> Value {
    match explanation {
        LinkExplanation::Compared(waterfall) => waterfall_json(waterfall),
        LinkExplanation::BelowFloor { match_probability } => {
            json!({ "compared": true, "match_probability": match_probability })
        }
        LinkExplanation::NotACandidate => json!({ "compared": false }),
    }
}

fn waterfall_json(waterfall: &Waterfall) -> Value {
    let lines: Vec<Value> = waterfall
        .lines
        .iter()
        .map(|line| {
            json!({
                "comparison": line.comparison,
                "level": line.level,
                "m_probability": line.m_probability,
                "u_probability": line.u_probability,
                "match_weight_bits": line.match_weight_bits,
                "is_counted": line.is_counted,
            })
        })
        .collect();
    json!({
        "compared": true,
        "prior_bits": waterfall.prior_bits,
        "evidence": lines,
        "total_bits": waterfall.total_bits(),
        "match_probability": waterfall.match_probability(),
    })
}
