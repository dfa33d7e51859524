//! Discourse, as its server writes a page (for readers without scripts) and as a browser saves it.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, NO_PROFILE};

pub(in crate::forum_page) const DISCOURSE: EngineTable = EngineTable {
    name: "Discourse",
    signs: &[
        "content=\"Discourse ",
        "id=\"data-discourse-setup\"",
        "discourse-application",
        "data-discourse-present",
    ],
    posts: "article[data-post-id], div.crawler-post[id#=post_]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@data-post-id"],
    author_name: &[
        ".names .username",
        ".creator [itemprop=name]",
        ".names a",
        ".creator a",
    ],
    author_id: &["@data-user-id"],
    author_link: &[],
    time: &[
        ".crawler-post-infos time[itemprop=datePublished]@datetime",
        ".crawler-post-infos time@datetime",
        ".post-infos time@datetime",
        ".post-date .relative-date@data-time",
        ".relative-date@data-time",
        "time@datetime",
    ],
    edited: &[
        ".post-edits .relative-date@data-time",
        ".crawler-post-infos [itemprop=dateModified]@datetime",
    ],
    body: ".cooked, .post[itemprop=text], .post[itemprop=articleBody]",
    dropped: ".cooked-selection-barrier",
    quotes: "aside.quote",
    quote_heads: "",
    signature: &[".user-signature"],
    signature_line: "",
    attachments: "a.attachment",
    position: &["@id", "[itemprop=position]@content", "[itemprop=position]"],
    position_offset: 0,
    page_number: &[],
    title: &[
        "#topic-title h1",
        "#topic-title a",
        "h1",
        "meta[property=og:title]@content",
    ],
    boards: &[
        ".badge-category__name",
        ".category-title [itemprop=name]",
        ".category-name",
    ],
    thread: &[
        "#topic-title@data-topic-id",
        "h1[data-topic-id]@data-topic-id",
        "link[rel=canonical]@href",
        "meta[property=og:url]@content",
    ],
    thread_number: Numbered::Thread,
    author_panel: "",
    profile: NO_PROFILE,
};
