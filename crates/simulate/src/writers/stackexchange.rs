//! A Stack Exchange data dump: a folder with Users.xml, Posts.xml and Comments.xml.

use entangle_model::record::PostKind;
use std::io;
use std::path::Path;

use super::escape::{push_html, push_number, push_xml_attribute};
use super::text_file::TextFile;
use super::{AccountRow, PostRow, SourceWriter};
use crate::prose::Body;
use crate::sources::PUBLIC_BOT_NATIVE_ID;
use crate::timestamp::TimestampWriter;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const LICENSE: &str = "\" ContentLicense=\"CC BY-SA 4.0\" />\n";

pub(super) struct StackExchangeWriter {
    users: TextFile,
    posts: TextFile,
    comments: TextFile,
    timestamps: TimestampWriter,
    html: String,
    wrote_bot: bool,
}

impl StackExchangeWriter {
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        let begin = |file: &str, element: &str| {
            let mut text_file = TextFile::create(&folder.join(file))?;
            text_file.append(|out| {
                out.push_str(DECLARATION);
                out.push_str(element);
            })?;
            Ok::<_, io::Error>(text_file)
        };
        Ok(StackExchangeWriter {
            users: begin("Users.xml", "<users>\n")?,
            posts: begin("Posts.xml", "<posts>\n")?,
            comments: begin("Comments.xml", "<comments>\n")?,
            timestamps: TimestampWriter::default(),
            html: String::new(),
            wrote_bot: false,
        })
    }

    /// The account that every site has for its own programs.
    fn write_bot(&mut self, created_at_s: i64) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        self.users.append(|out| {
            out.push_str("  <row Id=\"");
            out.push_str(PUBLIC_BOT_NATIVE_ID);
            out.push_str("\" Reputation=\"1\" CreationDate=\"");
            push_instant(out, timestamps, created_at_s);
            out.push_str("\" DisplayName=\"Community\" LastAccessDate=\"");
            push_instant(out, timestamps, created_at_s);
            out.push_str("\" Views=\"0\" UpVotes=\"0\" DownVotes=\"0\" />\n");
        })
    }

    fn write_comment(&mut self, row: PostRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        let post = row.post;
        self.comments.append(|out| {
            out.push_str("  <row Id=\"");
            push_number(out, post.number);
            out.push_str("\" PostId=\"");
            push_number(out, post.parent_number.unwrap_or(post.thread_number));
            out.push_str("\" Score=\"0\" Text=\"");
            push_xml_attribute(out, &post.body.text);
            if !post.body.link.is_empty() {
                out.push(' ');
                push_xml_attribute(out, &post.body.link);
            }
            out.push_str("\" CreationDate=\"");
            push_instant(out, timestamps, post.posted_at_s.unwrap_or(0));
            push_author(out, row, "\" UserId=\"", "\" UserDisplayName=\"");
            out.push_str(LICENSE);
        })
    }

    fn write_question_or_answer(&mut self, row: PostRow<'_>) -> io::Result<()> {
        let timestamps = &mut self.timestamps;
        let html = &mut self.html;
        let post = row.post;
        let is_question = matches!(post.kind, PostKind::Opening);
        push_body(html, &post.body);
        self.posts.append(|out| {
            out.push_str("  <row Id=\"");
            push_number(out, post.number);
            if is_question {
                out.push_str("\" PostTypeId=\"1");
            } else {
                out.push_str("\" PostTypeId=\"2\" ParentId=\"");
                push_number(out, post.thread_number);
            }
            out.push_str("\" CreationDate=\"");
            let date_from = out.len();
            push_instant(out, timestamps, post.posted_at_s.unwrap_or(0));
            let date = out[date_from..].to_owned();
            out.push_str("\" Score=\"");
            push_number(out, post.number % 7);
            out.push_str("\" Body=\"");
            push_xml_attribute(out, html);
            push_author(out, row, "\" OwnerUserId=\"", "\" OwnerDisplayName=\"");
            out.push_str("\" LastActivityDate=\"");
            out.push_str(&date);
            if is_question {
                out.push_str("\" Title=\"");
                push_xml_attribute(out, &post.title);
                out.push_str("\" Tags=\"&lt;");
                out.push_str(post.board);
                out.push_str("&gt;");
            }
            out.push_str(LICENSE);
        })
    }
}

impl SourceWriter for StackExchangeWriter {
    fn write_account(&mut self, account: &AccountRow<'_>) -> io::Result<()> {
        if !self.wrote_bot {
            self.write_bot(account.registered_at_s)?;
            self.wrote_bot = true;
        }
        let timestamps = &mut self.timestamps;
        let html = &mut self.html;
        self.users.append(|out| {
            out.push_str("  <row Id=\"");
            out.push_str(&account.native_id);
            out.push_str("\" Reputation=\"");
            push_number(out, account.reputation);
            out.push_str("\" CreationDate=\"");
            push_instant(out, timestamps, account.registered_at_s);
            if let Some(name) = account.name {
                out.push_str("\" DisplayName=\"");
                push_xml_attribute(out, name);
            }
            out.push_str("\" LastAccessDate=\"");
            push_instant(out, timestamps, account.last_seen_at_s);
            if let Some(website) = &account.website {
                out.push_str("\" WebsiteUrl=\"");
                push_xml_attribute(out, website);
            }
            if let Some(location) = account.location {
                out.push_str("\" Location=\"");
                push_xml_attribute(out, location);
            }
            if !account.about.is_empty() {
                html.clear();
                push_paragraphs(html, &account.about);
                out.push_str("\" AboutMe=\"");
                push_xml_attribute(out, html);
            }
            out.push_str("\" Views=\"");
            push_number(out, account.reputation / 10);
            out.push_str("\" UpVotes=\"0\" DownVotes=\"0\" />\n");
        })
    }

    fn write_post(&mut self, row: PostRow<'_>) -> io::Result<()> {
        if matches!(row.post.kind, PostKind::Comment) {
            self.write_comment(row)
        } else {
            self.write_question_or_answer(row)
        }
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        for (mut file, end) in [
            (self.users, "</users>\n"),
            (self.posts, "</posts>\n"),
            (self.comments, "</comments>\n"),
        ] {
            file.append(|out| out.push_str(end))?;
            file.finish()?;
        }
        Ok(())
    }
}

fn push_instant(out: &mut String, timestamps: &mut TimestampWriter, instant_s: i64) {
    timestamps.push(out, instant_s);
    out.push_str(".000");
}

/// The author by id, or by the name that a deleted account leaves behind.
fn push_author(out: &mut String, row: PostRow<'_>, by_id: &str, by_name: &str) {
    let number = u64::from(row.account().native_number);
    if row.post.has_author {
        out.push_str(by_id);
    } else {
        out.push_str(by_name);
        out.push_str("user");
    }
    push_number(out, number);
}

/// Replaces `html` by the body's HTML.
fn push_body(html: &mut String, body: &Body) {
    html.clear();
    push_paragraphs(html, &body.text);
    if !body.link.is_empty() {
        html.push_str("<p><a href=\"");
        html.push_str(&body.link);
        html.push_str("\" rel=\"nofollow noreferrer\">");
        push_html(html, &body.link);
        html.push_str("</a></p>\n");
    }
}

fn push_paragraphs(html: &mut String, text: &str) {
    for paragraph in text.split('\n') {
        html.push_str("<p>");
        push_html(html, paragraph);
        html.push_str("</p>\n");
    }
}
