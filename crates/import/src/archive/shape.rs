//! What the fields of a system's records mean. Everything here is data.

use entangle_model::record::PostKind;

use super::fields::{Field, NONE};

/// The native id of a record: a prefix and fields joined with colons, all of which must be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id {
    pub(super) prefix: &'static str,
    pub(super) parts: &'static [Field],
}

impl Id {
    /// No such id.
    pub(super) const NONE: Id = Id::of(&[]);

    /// An id without a prefix.
    pub(super) const fn of(parts: &'static [Field]) -> Self {
        Self { prefix: "", parts }
    }

    /// An id with a prefix, which keeps numbers of different tables apart.
    pub(super) const fn prefixed(prefix: &'static str, parts: &'static [Field]) -> Self {
        Self { prefix, parts }
    }
}

/// Who wrote or started something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author {
    /// The number of the account; where there is none the account is filed under its name.
    pub(super) id: Id,
    pub(super) name: Field,
    /// Names and ids that stand for nobody.
    pub(super) nobody: &'static [&'static str],
    /// Whether names may be shown with asterisks in their middle. Such a name is that of many and
    /// stands for nobody.
    pub(super) may_be_masked: bool,
    /// A field which, if true, says that the name is an address of a machine and not kept.
    pub(super) is_anonymous: Field,
}

impl Author {
    /// Nobody; for the rest of a struct literal.
    pub(super) const NONE: Author = Author {
        id: Id::NONE,
        name: NONE,
        nobody: &[],
        may_be_masked: false,
        is_anonymous: NONE,
    };
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextForm {
    Plain,
    /// Plain or Markdown in which `&`, `<` and `>` are written as entities.
    Escaped,
    /// As chats write it.
    Markdown,
    Html,
    BbCode,
    /// Base64 of gzip of plain text.
    GzipBase64,
}

/// How to tell the kind of a post.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Always(PostKind),
    /// An opening if it is the root of its thread (by native id), else a reply.
    OpeningIfRoot,
    /// An opening if the field has the value, else a reply.
    OpeningIf(Field, &'static str),
}

/// The fields of a post.
#[derive(Debug, Clone, Copy)]
pub(super) struct PostShape {
    /// Without one the post is filed under the hash of its row.
    pub(super) id: Id,
    pub(super) author: Author,
    pub(super) thread: Id,
    pub(super) thread_title: Field,
    pub(super) board: Field,
    pub(super) parent: Id,
    /// What stands in a part of the parent's id for a post that answers none.
    pub(super) no_parent: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) posted_at: Field,
    pub(super) edited_at: Field,
    pub(super) text: &'static [(Field, TextForm)],
    /// Texts that stand in place of a removed one.
    pub(super) no_text: &'static [&'static str],
    /// Lists (or single values) whose number of members is the number of attachments.
    pub(super) attachments: Field,
    /// Text that stands under every post of the author.
    pub(super) signature: Field,
}

impl PostShape {
    /// A post of which nothing is known; for the rest of a struct literal.
    pub(super) const NONE: PostShape = PostShape {
        id: Id::NONE,
        author: Author::NONE,
        thread: Id::NONE,
        thread_title: NONE,
        board: NONE,
        parent: Id::NONE,
        no_parent: &[],
        kind: Kind::Always(PostKind::Reply),
        posted_at: NONE,
        edited_at: NONE,
        text: &[],
        no_text: &[],
        attachments: NONE,
        signature: NONE,
    };
}

/// The fields of a thread.
#[derive(Debug, Clone, Copy)]
pub(super) struct ThreadShape {
    pub(super) id: Id,
    pub(super) author: Author,
    pub(super) title: Field,
    pub(super) board: Field,
    pub(super) started_at: Field,
}

impl ThreadShape {
    /// A thread of which nothing is known; for the rest of a struct literal.
    pub(super) const NONE: ThreadShape = ThreadShape {
        id: Id::NONE,
        author: Author::NONE,
        title: NONE,
        board: NONE,
        started_at: NONE,
    };
}

/// The fields of an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct AccountShape {
    pub(super) author: Author,
    pub(super) registered_at: Field,
    pub(super) last_seen_at: Field,
    pub(super) about: Field,
    pub(super) about_form: TextForm,
    pub(super) location: Field,
    pub(super) website: Field,
    pub(super) reputation: Field,
    /// Fields any of which, if true, make the account one of the staff.
    pub(super) is_staff: Field,
    pub(super) is_bot: Field,
    pub(super) signature: Field,
    /// An address that the profile shows.
    pub(super) email: Field,
}

impl AccountShape {
    /// An account of which nothing is known; for the rest of a struct literal.
    pub(super) const NONE: AccountShape = AccountShape {
        author: Author::NONE,
        registered_at: NONE,
        last_seen_at: NONE,
        about: NONE,
        about_form: TextForm::Plain,
        location: NONE,
        website: NONE,
        reputation: NONE,
        is_staff: NONE,
        is_bot: NONE,
        signature: NONE,
        email: NONE,
    };
}

/// A record's kind and fields.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Post(&'static PostShape),
    Thread(&'static ThreadShape),
    Account(&'static AccountShape),
    /// Neither account nor thread nor post; it is passed over and not counted.
    PassedOver,
}

impl Shape {
    /// Gives every field that the shape asks for. The structs are taken apart without `..`, so
    /// that a field added to one of them cannot be forgotten here.
    pub(super) fn each_field(self, take: &mut impl FnMut(Field)) {
        match self {
            Self::Post(shape) => shape.each_field(take),
            Self::Thread(shape) => shape.each_field(take),
            Self::Account(shape) => shape.each_field(take),
            Self::PassedOver => {}
        }
    }
}

impl Author {
    fn each_field(&self, take: &mut impl FnMut(Field)) {
        let Self {
            id,
            name,
            nobody: _,
            may_be_masked: _,
            is_anonymous,
        } = *self;
        id.parts
            .iter()
            .chain([&name, &is_anonymous])
            .for_each(|field| take(field));
    }
}

impl PostShape {
    fn each_field(&self, take: &mut impl FnMut(Field)) {
        let Self {
            id,
            author,
            thread,
            thread_title,
            board,
            parent,
            no_parent: _,
            kind,
            posted_at,
            edited_at,
            text,
            no_text: _,
            attachments,
            signature,
        } = *self;
        author.each_field(take);
        for id in [id, thread, parent] {
            id.parts.iter().for_each(|field| take(field));
        }
        text.iter().for_each(|(field, _)| take(field));
        if let Kind::OpeningIf(field, _) = kind {
            take(field);
        }
        for field in [
            thread_title,
            board,
            posted_at,
            edited_at,
            attachments,
            signature,
        ] {
            take(field);
        }
    }
}

impl ThreadShape {
    fn each_field(&self, take: &mut impl FnMut(Field)) {
        let Self {
            id,
            author,
            title,
            board,
            started_at,
        } = *self;
        author.each_field(take);
        id.parts
            .iter()
            .chain([&title, &board, &started_at])
            .for_each(|field| take(field));
    }
}

impl AccountShape {
    fn each_field(&self, take: &mut impl FnMut(Field)) {
        let Self {
            author,
            registered_at,
            last_seen_at,
            about,
            about_form: _,
            location,
            website,
            reputation,
            is_staff,
            is_bot,
            signature,
            email,
        } = *self;
        author.each_field(take);
        for field in [
            registered_at,
            last_seen_at,
            about,
            location,
            website,
            reputation,
            is_staff,
            is_bot,
            signature,
            email,
        ] {
            take(field);
        }
    }
}
