//! MyBB 1.4 to 1.8.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const MYBB: EngineTable = EngineTable {
    name: "MyBB",
    signs: &[
        "var my_post_key",
        "MyBB Group",
        "<!-- start: header",
        "jscripts/general.js?ver=18",
        ">MyBB</a>",
    ],
    posts: "div.post[id#=post_], table[id#=post_], div[id#=post_]",
    post_around: "",
    is_open_ended: false,
    post_id: &["@id"],
    author_name: &[
        ".author_information .largetext",
        ".post_author .largetext",
        ".author_information strong",
        ".post_author strong",
    ],
    author_id: &[],
    author_link: &[
        ".author_information .largetext a@href",
        ".post_author .largetext a@href",
        ".author_information a@href",
        ".post_author a@href",
    ],
    time: &[
        ".post_date@title+text",
        ".post_head .smalltext@title+text",
        "td.tcat .smalltext",
    ],
    edited: &[".post_edit@title+text", ".edited_post@title+text"],
    body: ".post_body",
    dropped: "",
    quotes: "",
    quote_heads: "",
    signature: &[".signature"],
    signature_line: "",
    attachments: ".attachment_filename, .post_attachments a[href*=attachment.php]",
    position: &[".post_head strong a", ".float_right strong a"],
    position_offset: 0,
    page_number: &[".pagination_current"],
    title: &["td.thead strong", "title"],
    boards: &[".navigation a"],
    thread: &[
        "link[rel=canonical]@href",
        ".post_head strong a@href",
        "input[name=tid]@value",
        "a[href*=newreply.php]@href",
    ],
    thread_number: Numbered::Thread,
    author_panel: ".author_statistics, .post_author",
    profile: ProfileTable {
        page: "fieldset .largetext",
        name: &["fieldset .largetext"],
        id: &[
            "a[href*=action=finduser]@href",
            "a[href*=action=emailuser]@href",
            "link[rel=canonical]@href",
        ],
        signature: &["td.scaleimages"],
        registered: &[],
        last_seen: &[],
    },
};
