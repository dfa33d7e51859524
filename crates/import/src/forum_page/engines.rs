//! The systems whose pages are read, one module each.

mod discourse;
mod flaskbb;
mod invision;
mod machina;
mod misago;
mod mybb;
mod phpbb;
mod smf;
mod spirit;
mod vbulletin;
mod xenforo;

use super::engine::EngineTable;

/// All tables. Where the signs of several fit, the first counts.
pub(super) const TABLES: &[&EngineTable] = &[
    &xenforo::XENFORO_2,
    &xenforo::XENFORO_1,
    &discourse::DISCOURSE,
    &invision::INVISION_4,
    &invision::INVISION_3,
    &invision::INVISION_2,
    &vbulletin::VBULLETIN_5,
    &vbulletin::VBULLETIN_4,
    &vbulletin::VBULLETIN_3,
    &mybb::MYBB,
    &smf::SMF,
    &phpbb::PHPBB_3,
    &phpbb::PHPBB_3_SUBSILVER,
    &phpbb::PHPBB_2,
    &flaskbb::FLASKBB,
    &machina::MACHINA,
    &spirit::SPIRIT,
    &misago::MISAGO,
];
