//! Pages of questions as Askbot shows them, saved as HTML: the question, its answers, and the
//! comments under each. Numbers of accounts and posts are those of the JSON API.

use entangle_dump::{ElementId, FileReader, Found, HtmlTree, Row, SavedPage, SavedPages};
use entangle_dump::{Selector, Span};
use entangle_model::record::{PostKind, RecordKind};
use entangle_text::markup::html_to_plain;
use std::ops::Range;

use crate::ImportError;
use crate::recorder::{NewPost, NewThread, Recorder, RowContext, non_empty};

/// What stands where in a page.
#[derive(Default)]
struct Selectors {
    question: Selector,
    post: Selector,
    comment: Selector,
    comments: Selector,
    title: Selector,
    /// Who asked or answered and when; a second one tells of the last change.
    card: Selector,
    post_body: Selector,
    comment_body: Selector,
    /// What inside a body is none of it.
    dropped: Selector,
    member: Selector,
    time: Selector,
}

impl Selectors {
    fn new() -> Self {
        let selector = |text: &str| Selector::parse(text).unwrap_or_default();
        Self {
            question: selector("div.js-question[data-post-id]"),
            post: selector("div.post[data-post-id]"),
            comment: selector("div.comment[id#=post-id-]"),
            comments: selector("[data-parent-post-id]"),
            title: selector("h1"),
            card: selector(".post-update-info"),
            post_body: selector(".post-body"),
            comment_body: selector(".comment-body"),
            dropped: selector(
                ".post-update-info-container, .post-update-info, .post-controls, .comments, .comment-title",
            ),
            member: selector("a[href*=/users/]"),
            time: selector("abbr[title]"),
        }
    }
}

/// Imports the page of a file.
pub(super) fn import_askbot_page(
    file: &mut FileReader<'_>,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let selectors = Selectors::new();
    let mut pages = SavedPages::new(file);
    while let Some(found) = pages.next_page()? {
        match found {
            Found::Unreadable(unreadable) => recorder.unreadable(RecordKind::Unknown, unreadable),
            Found::Readable(page) => import_page(&page, &selectors, recorder)?,
        }
        recorder.progress(pages.byte_position())?;
    }
    Ok(())
}

fn import_page(
    saved: &SavedPage,
    selectors: &Selectors,
    recorder: &mut Recorder<'_>,
) -> Result<(), ImportError> {
    let (text, is_lossy) = saved.to_text();
    let is_as_saved = saved.is_verbatim && text.as_bytes() == saved.bytes;
    let tree = HtmlTree::parse(&text);
    let question = tree.select(tree.all(), &selectors.question).next();
    let Some(number) = question.and_then(|question| tree.attribute(question, "data-post-id"))
    else {
        let row = Row {
            text: "",
            raw: &saved.bytes,
            span: saved.span,
            is_lossy,
        };
        let context = recorder.row(RecordKind::Unknown, &row)?;
        return recorder.reject_row(context, "the page shows no question");
    };
    let mut page = AskbotPage {
        thread: number.to_string(),
        span: saved.span,
        is_as_saved,
        counted: (0, saved.span.line),
        is_lossy,
        tree: &tree,
        selectors,
    };
    let is_record = |element: &ElementId| {
        selectors.post.fits(&tree, *element) || selectors.comment.fits(&tree, *element)
    };
    for element in tree.all().filter(is_record) {
        page.import_post(element, recorder)?;
    }
    Ok(())
}

/// A page that is being imported.
struct AskbotPage<'p> {
    thread: String,
    span: Span,
    /// Whether positions in the text are positions in the file.
    is_as_saved: bool,
    /// A position in the text and the line of the file on which it stands.
    counted: (usize, u64),
    is_lossy: bool,
    tree: &'p HtmlTree<'p>,
    selectors: &'p Selectors,
}

/// Who, and the two instants, as the page writes them.
#[derive(Default)]
struct Card {
    account: Option<(String, Option<String>)>,
    posted_at: Option<String>,
    edited_at: Option<String>,
}

impl AskbotPage<'_> {
    fn import_post(
        &mut self,
        element: ElementId,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let tree = self.tree;
        let is_comment = self.selectors.comment.fits(tree, element);
        let number = self.number(element);
        // Number 0 is the form from which the page makes new comments.
        let Some(number) = number.filter(|number| number != "0") else {
            return Ok(());
        };
        let row = Row {
            text: "",
            raw: tree.text()[tree.outside(element)].as_bytes(),
            span: self.span_of(element),
            is_lossy: self.is_lossy,
        };
        let context = recorder.row(RecordKind::Post, &row)?;
        let (card, body, prefix) = if is_comment {
            (
                self.comment_card(element),
                &self.selectors.comment_body,
                "comment",
            )
        } else {
            (self.post_card(element), &self.selectors.post_body, "post")
        };
        let post = NewPost {
            parent_native_id: self.parent(element, is_comment, &number),
            text: html_to_plain(&self.body(element, body)).into(),
            ..NewPost::new(format!("{prefix}:{number}"), self.kind(element, is_comment))
        };
        self.emit(context, card, post, element, recorder)
    }

    fn emit(
        &self,
        context: RowContext,
        card: Card,
        post: NewPost,
        element: ElementId,
        recorder: &mut Recorder<'_>,
    ) -> Result<(), ImportError> {
        let posted_at =
            recorder.instant_with_zone(&context, "posted_at", card.posted_at.as_deref())?;
        let edited_at =
            recorder.instant_with_zone(&context, "edited_at", card.edited_at.as_deref())?;
        if let Some((account, name)) = &card.account {
            recorder.author(account, name.as_deref(), &context)?;
        }
        let account_native_id = card.account.map(|(account, _)| account);
        let is_opening = post.kind == PostKind::Opening;
        let thread = NewThread {
            account_native_id: account_native_id.clone().filter(|_| is_opening),
            title: self.title(element).filter(|_| is_opening),
            started_at: posted_at.filter(|_| is_opening),
            ..NewThread::new(self.thread.clone())
        };
        recorder.mentioned_thread(thread, &context)?;
        let post = NewPost {
            account_native_id,
            thread_native_id: Some(self.thread.clone()),
            posted_at,
            edited_at,
            ..post
        };
        recorder.post(context, post)
    }

    /// The number of a post or comment.
    fn number(&self, element: ElementId) -> Option<String> {
        let stated = self.tree.attribute(element, "data-post-id");
        let of_id = || self.tree.attribute(element, "id")?.strip_prefix("post-id-");
        stated.or_else(of_id).map(str::to_string)
    }

    fn kind(&self, element: ElementId, is_comment: bool) -> PostKind {
        if is_comment {
            PostKind::Comment
        } else if self.selectors.question.fits(self.tree, element) {
            PostKind::Opening
        } else {
            PostKind::Reply
        }
    }

    /// What a comment stands under; an answer answers the question.
    fn parent(&self, element: ElementId, is_comment: bool, number: &str) -> Option<String> {
        if !is_comment {
            return (number != self.thread).then(|| format!("post:{}", self.thread));
        }
        let mut above = self.tree.parent(element);
        while let Some(candidate) = above {
            if self.selectors.comments.fits(self.tree, candidate) {
                let parent = self.tree.attribute(candidate, "data-parent-post-id")?;
                return Some(format!("post:{parent}"));
            }
            above = self.tree.parent(candidate);
        }
        None
    }

    /// The cards above a post: the first is that of its author, the second that of its last change.
    fn post_card(&self, element: ElementId) -> Card {
        let tree = self.tree;
        let mut cards = tree
            .select(tree.within(element), &self.selectors.card)
            .map(|card| tree.within(card));
        let Some(first) = cards.next() else {
            return Card::default();
        };
        Card {
            edited_at: cards.next().and_then(|second| self.time(second)),
            ..self.card(first)
        }
    }

    fn comment_card(&self, element: ElementId) -> Card {
        self.card(self.tree.within(element))
    }

    fn card(&self, range: Range<ElementId>) -> Card {
        let tree = self.tree;
        // A picture with the same address stands before the name.
        let mut named = None;
        for link in tree.select(range.clone(), &self.selectors.member).take(4) {
            let number = tree.attribute(link, "href").and_then(member_number);
            let name = non_empty(html_to_plain(&tree.text()[tree.content(link)]).text);
            if let (Some(number), Some(name)) = (number, name) {
                named = Some((number, Some(name)));
                break;
            }
        }
        Card {
            account: named,
            posted_at: self.time(range),
            edited_at: None,
        }
    }

    fn time(&self, range: Range<ElementId>) -> Option<String> {
        let time = self.tree.select(range, &self.selectors.time).next()?;
        self.tree.attribute(time, "title").map(str::to_string)
    }

    fn title(&self, element: ElementId) -> Option<String> {
        let tree = self.tree;
        let mut titles = tree.select(tree.within(element), &self.selectors.title);
        non_empty(html_to_plain(&tree.text()[tree.content(titles.next()?)]).text)
    }

    /// The HTML of a text, without what is none of it.
    fn body(&self, element: ElementId, body: &Selector) -> String {
        let (tree, text) = (self.tree, self.tree.text());
        let Some(body) = tree.select(tree.within(element), body).next() else {
            return String::new();
        };
        let content = tree.content(body);
        let mut html = String::new();
        let mut at = content.start;
        for inner in tree.select(tree.within(body), &self.selectors.dropped) {
            let outside = tree.outside(inner);
            if outside.start >= at {
                html.push_str(&text[at..outside.start]);
                at = outside.end.min(content.end);
            }
        }
        html.push_str(&text[at.min(content.end)..content.end]);
        html
    }

    /// Where an element stands in the file. Elements come in the order of the page, so its lines
    /// are counted once.
    fn span_of(&mut self, element: ElementId) -> Span {
        if !self.is_as_saved {
            return self.span;
        }
        let outside = self.tree.outside(element);
        let (counted_to, line) = self.counted;
        let passed = &self.tree.text().as_bytes()[counted_to.min(outside.start)..outside.start];
        let line = line + memchr::memchr_iter(b'\n', passed).count() as u64;
        self.counted = (outside.start, line);
        Span {
            byte_start: self.span.byte_start + outside.start as u64,
            byte_end: self.span.byte_start + outside.end as u64,
            line,
        }
    }
}

/// The number of a member in the address of its profile.
fn member_number(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("/users/")?;
    let digits = rest.split('/').next()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.to_string())
}
