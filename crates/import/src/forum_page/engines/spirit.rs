//! Spirit.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const SPIRIT: EngineTable = EngineTable {
    name: "Spirit",
    signs: &["spirit/stylesheets/", "spirit/scripts/", "stModules."],
    posts: "div.comments_list__comment[data-pk]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@data-pk"],
    author_name: &[".comment__info__username__link span"],
    author_id: &[],
    author_link: &[".comment__info__username__link@href"],
    time: &[".comment__info__date li@title"],
    // The page says how often a post was changed, but not when.
    edited: &[],
    body: ".comment__text",
    dropped: "",
    quotes: "",
    quote_heads: "",
    signature: &[],
    signature_line: "",
    attachments: "",
    position: &["@data-number"],
    position_offset: 0,
    page_number: &[],
    title: &["h1.headline"],
    boards: &[".breadcrumb_nav a"],
    // The address of the form for an answer: `/comment/<thread>/publish/`.
    thread: &[".comments__footer_menu__notify a[href$=/publish/]@href"],
    thread_number: Numbered::Thread,
    author_panel: "",
    profile: ProfileTable {
        page: ".profile__info",
        name: &[".profile__img__username"],
        id: &["a.nav__tabs__link@href"],
        signature: &[],
        registered: &[],
        last_seen: &[],
    },
};
