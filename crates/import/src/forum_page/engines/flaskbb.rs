//! FlaskBB 2.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const FLASKBB: EngineTable = EngineTable {
    name: "FlaskBB",
    signs: &[
        "content=\"FlaskBB is a forum software",
        "class=\"flaskbb-layout",
        "flaskbb-breadcrumb",
    ],
    posts: "div.post-row[id#=]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@id"],
    author_name: &[".author-name h4"],
    author_id: &[],
    // Profiles are addressed by name, which may be a number.
    author_link: &[],
    time: &[".post-meta .pull-left > a"],
    edited: &[".post-meta small"],
    body: ".post-content",
    dropped: ".post-signature, .alert",
    quotes: "",
    quote_heads: "",
    signature: &[".post-signature"],
    signature_line: "",
    attachments: "",
    position: &[".post-meta .pull-right strong"],
    position_offset: 0,
    page_number: &[".pagination .active"],
    title: &[".topic-head a"],
    boards: &[".flaskbb-breadcrumb a"],
    thread: &[".topic-head a@href"],
    thread_number: Numbered::Thread,
    author_panel: ".author-registered",
    profile: ProfileTable {
        page: ".profile-sidebar",
        name: &[".page-head a"],
        id: &[],
        signature: &[],
        registered: &[".profile-date"],
        last_seen: &[".profile-online@title"],
    },
};
