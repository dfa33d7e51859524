//! Names that accounts bore before, from tables that tell of changes.

use entangle_model::record::RecordKind;
use serde_json::Value;

use super::fields::Fields;
use super::mapper::Mapper;
use super::php::text_at;
use super::system::{FormerNameColumns, OldName};
use crate::ImportError;
use crate::recorder::non_empty;

impl Mapper<'_, '_> {
    /// Rows that do not meet the conditions tell of something else and are passed over.
    pub(super) fn map_former_name(
        &mut self,
        columns: &FormerNameColumns,
        fields: &Fields<'_>,
    ) -> Result<(), ImportError> {
        let is_met =
            |(column, wanted): &(&str, &str)| fields.word(column).as_deref() == Some(*wanted);
        if !columns.conditions.iter().all(is_met) {
            return Ok(());
        }
        let account = fields.word(columns.account);
        let Some(account) = account.filter(|account| account != "0" && !self.is_guest(account))
        else {
            return Ok(());
        };
        let context = self.recorder.part(RecordKind::Account, &fields.row.row())?;
        let name = old_name(&columns.old_name, fields);
        let Some(name) = name.and_then(|name| non_empty(self.unescaped(&name))) else {
            let reason = "the row has no name that the account bore before";
            return self.recorder.drop_field(&context, "former_name", reason);
        };
        let changed_at = self.instant(&context, fields, Some(columns.changed_at), "used_until")?;
        self.recorder
            .former_name(&account, &name, changed_at, &context)
    }
}

fn old_name(rule: &OldName, fields: &Fields<'_>) -> Option<String> {
    match rule {
        OldName::Column(column) => fields.word(column).map(String::from),
        OldName::Packed { column, key } => {
            let packed = fields.word(column)?;
            if packed.starts_with('{') {
                let object: Value = serde_json::from_str(&packed).ok()?;
                object.get(key)?.as_str().map(str::to_string)
            } else {
                text_at(&packed, key).map(str::to_string)
            }
        }
    }
}
