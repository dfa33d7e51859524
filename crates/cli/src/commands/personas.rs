//! `entangle personas`.

use entangle_engine::EngineError;
use entangle_engine::disclosure::Disclosure;
use entangle_engine::personas::{Persona, personas};
use serde_json::{Value, json};

use super::judge::change_personas;
use super::open;
use crate::arguments::{Global, Personas};
use crate::output::Output;

pub async fn run(global: &Global, output: &Output, arguments: Personas) -> Result<(), EngineError> {
    if let Some(change) = arguments.change {
        return change_personas(&open(global).await?, output, change).await;
    }
    let disclosure =
        Disclosure::from_flags(arguments.reveal.reveal, arguments.reveal.reason.as_deref())?;
    let workspace = open(global).await?;
    let listed = personas(&workspace, global.snapshot, &disclosure, arguments.limit).await?;
    output.show(
        || listed.iter().map(persona_json).collect(),
        || text(&listed),
    );
    Ok(())
}

fn persona_json(persona: &Persona) -> Value {
    let members: Vec<Value> = persona
        .members
        .iter()
        .map(|member| json!({ "source": member.source, "account": member.shown_as }))
        .collect();
    json!({
        "persona_id": persona.persona_id,
        "weakest_link_probability": persona.weakest_link_probability,
        "accounts": members,
    })
}

fn text(listed: &[Persona]) -> String {
    if listed.is_empty() {
        return "no personas: no link reaches the threshold, or `entangle link` has not run"
            .to_owned();
    }
    let mut text = String::new();
    for persona in listed {
        text += &format!(
            "persona {}, weakest link {:.3}\n",
            persona.persona_id, persona.weakest_link_probability
        );
        for member in &persona.members {
            text += &format!("  {}  {}\n", member.source, member.shown_as);
        }
    }
    text
}
