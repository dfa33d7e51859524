//! django-machina.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const MACHINA: EngineTable = EngineTable {
    name: "django-machina",
    signs: &["machina.board_theme", "js/machina.min.js", "machina.init()"],
    posts: "div.post[id#=]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@id"],
    author_name: &[".post-sidebar .username b"],
    author_id: &[],
    author_link: &[".post-sidebar .username a@href"],
    time: &[".post-content-wrapper > p small"],
    edited: &[".edit-info small"],
    body: ".post-content",
    dropped: "",
    quotes: "",
    quote_heads: "",
    signature: &[".post-signature"],
    signature_line: "",
    attachments: ".attachments .attachment",
    position: &[],
    position_offset: 0,
    page_number: &[".pagination .page-item.active"],
    title: &["#main_container h1"],
    boards: &[".breadcrumb-item a"],
    thread: &[".breadcrumb-item a[href*=/topic/]@href"],
    thread_number: Numbered::ThreadBehindTitle,
    author_panel: "",
    profile: ProfileTable {
        page: ".profile-username",
        name: &[".profile-username h3"],
        id: &["a[href*=/member/profile/]@href"],
        signature: &[],
        registered: &[],
        last_seen: &[],
    },
};
