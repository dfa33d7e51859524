//! `entangle explain rarity`.

use entangle_engine::EngineError;
use entangle_engine::rarity::{AccountRarity, SourceRarity, account_rarity, source_rarities};
use serde_json::{Value, json};

use super::open;
use crate::arguments::Global;
use crate::output::{Output, count, table};

pub async fn run(
    global: &Global,
    output: &Output,
    account: Option<&str>,
) -> Result<(), EngineError> {
    let workspace = open(global).await?;
    match account {
        Some(account) => {
            let rarity = account_rarity(&workspace, global.snapshot, account).await?;
            output.show(|| account_json(&rarity), || account_text(&rarity));
        }
        None => {
            let sources = source_rarities(&workspace, global.snapshot).await?;
            output.show(|| sources_json(&sources), || sources_text(&sources));
        }
    }
    Ok(())
}

fn sources_text(sources: &[SourceRarity]) -> String {
    let rows: Vec<Vec<String>> = sources
        .iter()
        .map(|source| {
            vec![
                source.source.clone(),
                count(source.account_count),
                format!("{:.1}", source.median_surprisal_bits),
                count(source.rare_count),
                count(source.common_count),
                format!("{:.1}", source.chance_account_count),
            ]
        })
        .collect();
    let header = [
        "source",
        "named accounts",
        "median bits",
        "rare names",
        "common names",
        "namesakes by chance",
    ];
    table(&header, &rows)
        + "\nbits: surprisal of the folded name; rare: chance gives at most a thousandth of an account of the\n\
           other sources the name, common: one or more; namesakes: accounts of the other sources that chance\n\
           alone would give the names of this one, were they named like its accounts\n"
}

fn sources_json(sources: &[SourceRarity]) -> Value {
    let sources = sources.iter().map(|source| {
        json!({
            "source": source.source,
            "account_count": source.account_count,
            "median_surprisal_bits": source.median_surprisal_bits,
            "rare_count": source.rare_count,
            "common_count": source.common_count,
            "chance_account_count": source.chance_account_count,
        })
    });
    json!({ "sources": sources.collect::<Vec<_>>() })
}

fn account_text(rarity: &AccountRarity) -> String {
    let mut text = String::from("surprisal of the name, bits\n");
    for (level, bits) in rarity.levels {
        text += &format!("  {level:<9} {bits:6.1}\n");
    }
    text += &format!(
        "accounts of other sources that chance would give it: {:.3}, were they named like those of {}\n",
        rarity.chance_account_count, rarity.source
    );
    let rows: Vec<Vec<String>> = rarity
        .contacts
        .iter()
        .map(|contact| {
            vec![
                contact.kind.clone(),
                count(contact.account_count),
                count(contact.source_count),
                format!("{:.1}", contact.surprisal_bits),
            ]
        })
        .collect();
    if !rows.is_empty() {
        text += "\n";
        text += &table(
            &["contact", "shown by accounts", "in sources", "bits"],
            &rows,
        );
    }
    text
}

fn account_json(rarity: &AccountRarity) -> Value {
    let levels = rarity.levels.iter();
    let levels: serde_json::Map<String, Value> = levels
        .map(|(level, bits)| ((*level).to_owned(), json!(bits)))
        .collect();
    let contacts = rarity.contacts.iter().map(|contact| {
        json!({
            "kind": contact.kind,
            "account_count": contact.account_count,
            "source_count": contact.source_count,
            "surprisal_bits": contact.surprisal_bits,
        })
    });
    json!({
        "source": rarity.source,
        "surprisal_bits": levels,
        "chance_account_count": rarity.chance_account_count,
        "contacts": contacts.collect::<Vec<_>>(),
    })
}
