//! XenForo 1 and 2.

use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const XENFORO_2: EngineTable = EngineTable {
    name: "XenForo 2",
    signs: &["<html id=\"XF\"", "data-app=\"public\"", "data-xf-init="],
    posts: "article[data-content^=post-], article[id^=js-post-], div.message[data-content^=post-]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@data-content", "@id"],
    author_name: &["@data-author", ".message-name .username", ".message-name"],
    author_id: &[
        ".message-name [data-user-id]@data-user-id",
        ".message-user [data-user-id]@data-user-id",
    ],
    author_link: &[".message-name a.username@href"],
    time: &[
        ".message-attribution-main time@datetime",
        ".message-attribution time@datetime",
        ".message-attribution time@data-time",
        "time@datetime",
    ],
    edited: &[".message-lastEdit time@datetime", ".message-lastEdit"],
    body: ".message-body .bbWrapper",
    dropped: ".message-lastEdit, .js-selectToQuoteEnd, .bbCodeBlock-expandLink",
    quotes: ".bbCodeBlock--quote",
    quote_heads: "",
    signature: &[".message-signature .bbWrapper", ".message-signature"],
    signature_line: "",
    attachments: ".message-attachments li.attachment, .message-attachments li.file",
    position: &[".message-attribution-opposite li"],
    position_offset: 0,
    page_number: &[".pageNav-page--current"],
    title: &["h1.p-title-value", "meta[property=og:title]@content"],
    boards: &[".p-breadcrumbs li [itemprop=name]"],
    thread: &[
        "@data-content-key",
        "link[rel=canonical]@href",
        "meta[property=og:url]@content",
        ".message-attribution a@href",
    ],
    profile: ProfileTable {
        page: ".memberHeader",
        name: &[".memberHeader-name .username", ".memberHeader-name"],
        id: &[
            ".memberHeader [data-user-id]@data-user-id",
            "link[rel=canonical]@href",
        ],
        signature: &[".memberProfileBanner .signature"],
    },
};

pub(in crate::forum_page) const XENFORO_1: EngineTable = EngineTable {
    name: "XenForo 1",
    signs: &[
        "<html id=\"XenForo\"",
        "XenForo.init",
        "xenforo.com\" class=\"concealed\"",
    ],
    posts: "li.message[id#=post-]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@id"],
    author_name: &["@data-author", ".messageUserInfo .username"],
    author_id: &[],
    author_link: &[
        ".messageUserInfo a.username@href",
        ".messageMeta a.author@href",
    ],
    time: &[
        ".messageMeta .DateTime@data-time",
        ".messageMeta .DateTime@title",
        ".messageMeta .DateTime",
    ],
    edited: &[
        ".editDate .DateTime@data-time",
        ".editDate .DateTime@title",
        ".editDate .DateTime",
    ],
    body: ".messageText",
    dropped: ".messageTextEndMarker, .quoteExpand, .editDate",
    quotes: ".bbCodeQuote",
    quote_heads: "",
    signature: &[".signature"],
    signature_line: "",
    attachments: ".attachedFiles li.attachment",
    position: &[".postNumber"],
    position_offset: 0,
    page_number: &[".PageNav .currentPage"],
    title: &[".titleBar h1", "meta[property=og:title]@content"],
    boards: &[".breadcrumb .crust [itemprop=title]"],
    thread: &[
        "link[rel=canonical]@href",
        "meta[property=og:url]@content",
        ".datePermalink@href",
    ],
    profile: ProfileTable {
        page: ".profilePage",
        name: &[".profilePage h1.username", ".profilePage [itemprop=name]"],
        id: &["link[rel=canonical]@href", "meta[property=og:url]@content"],
        signature: &["#info .signature", ".signature"],
    },
};
