//! Misago.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const MISAGO: EngineTable = EngineTable {
    name: "Misago",
    signs: &[
        "id=\"misago-container\"",
        "window.misago_locale",
        "class=\"misago-markup\"",
    ],
    // What the system itself says in a thread is of class event.
    posts: "li.post[id#=post-]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@id"],
    author_name: &[".post-side [itemprop=author]"],
    author_id: &[],
    author_link: &[".post-side .media-heading a@href"],
    time: &[".post-heading time@datetime"],
    // Changes and signatures stand only in the JSON that the page hands to its scripts.
    edited: &[],
    body: ".misago-markup",
    dropped: "",
    quotes: "",
    quote_heads: ".quote-heading",
    signature: &[],
    signature_line: "",
    attachments: ".post-attachment-preview",
    position: &[],
    position_offset: 0,
    page_number: &[".thread-paginator .dropdown button"],
    title: &[".page-header-banner h1"],
    boards: &[".breadcrumbs .breadcrumbs-item-name"],
    thread: &["link[rel=canonical]@href", "meta[property=og:url]@content"],
    thread_number: Numbered::Thread,
    author_panel: "",
    profile: ProfileTable {
        page: ".profile-page-header",
        name: &[".profile-page-header h1"],
        id: &[".nav-pills a@href"],
        signature: &[],
        registered: &[],
        last_seen: &[],
    },
};
