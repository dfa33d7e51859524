//! SMF 1.1 to 2.1.

use crate::forum_page::address::Numbered;
use crate::forum_page::engine::{EngineTable, ProfileTable};

pub(in crate::forum_page) const SMF: EngineTable = EngineTable {
    name: "SMF",
    signs: &["smf_theme_url", "smf_scripturl", "Simple Machines"],
    posts: "div[id#=msg_], div[id#=msg], div[id#=subject_]",
    post_around: "div.post_wrapper, div.windowbg, div.windowbg2, tr",
    is_open_ended: false,
    post_id: &["@id"],
    author_name: &[
        ".poster h4 a[href*=action=profile]",
        ".poster h4",
        "b a[href*=action=profile]",
        "td b",
    ],
    author_id: &[],
    author_link: &[
        ".poster h4 a[href*=action=profile]@href",
        "b a[href*=action=profile]@href",
        "a[href*=action=profile]@href",
    ],
    time: &[
        ".keyinfo .smalltext",
        ".postinfo a.smalltext@title",
        ".postinfo .smalltext",
        ".keyinfo",
        ".smalltext",
    ],
    edited: &[".modified", ".smalltext[id#=modified_]", "[id#=modified_]"],
    body: ".inner, .post .personalmessage, div.post[id#=msg_]",
    dropped: ".modified",
    quotes: "div.quote",
    quote_heads: ".quoteheader, .quotefooter, div.topslice_quote, div.botslice_quote",
    signature: &[".signature"],
    signature_line: "",
    attachments: ".attachments .attached, .attachments a[href*=action=dlattach]",
    position: &[".keyinfo .smalltext strong", ".postinfo .page_number"],
    position_offset: 1,
    page_number: &[".pagelinks strong", ".current_page"],
    title: &[
        "#top_subject",
        "h1.forumtitle",
        "h5[id^=subject_] a",
        "[id^=subject_] a",
    ],
    boards: &[".navigate_section li span", ".nav a"],
    thread: &[
        "link[rel=canonical]@href",
        "a[href*=action=printpage]@href",
        "[id^=subject_] a@href",
        "a[href*=topic=]@href",
    ],
    thread_number: Numbered::Thread,
    author_panel: ".poster, td .smalltext",
    profile: ProfileTable {
        page: "#basicinfo, #detailedinfo",
        name: &["#basicinfo .username h4", "#basicinfo h4"],
        id: &[
            "link[rel=canonical]@href",
            "a[href*=action=profile;u=]@href",
            "a[href*=area=showposts]@href",
        ],
        signature: &[".signature"],
        registered: &[],
        last_seen: &[],
    },
};
