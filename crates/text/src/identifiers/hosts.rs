//! Hosts and top-level domains that decide what an address is.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Top-level domains under which a host without scheme is believed. Others are endings of files
/// or words of source code as well ("main.rs", "self.name"), so that the host needs a scheme, a
/// label or brackets around its dots.
pub(super) const BARE_TOP_LEVEL_DOMAINS: &[&str] = &[
    "com", "net", "org", "info", "biz", "ru", "su", "ua", "by", "kz", "cc", "tv", "ws", "eu", "de",
    "uk", "nl", "cz", "fr", "xyz", "top", "shop", "store", "site", "online", "club", "pw", "lol",
];

/// First labels of names of packages, which turn hosts round.
const PACKAGE_STARTS: &[&str] = &[
    "com.", "org.", "net.", "ru.", "io.", "de.", "android.", "java.",
];

/// Names before a dot in source code whose ending is a top-level domain ("log.info").
const CODE_WORDS: &[&str] = &[
    "log", "logger", "logging", "console", "this", "self", "window", "document", "event", "node",
    "request", "response", "result", "data", "item", "asp", "vb", "ado", "system", "std", "math",
    "style", "el", "element", "e", "i", "obj", "object", "args", "ctx", "math", "app",
];

/// Hosts of public XMPP servers: an address there is a Jabber address without any label.
static XMPP_HOSTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set_of(
        "0nl1ne.at 12jabber.com 12jabber.net 404.city 5222.de adastra.re anonym.im blah.im \
         brauchen.info calyxinstitute.org chatme.im chinwag.im conversations.im creep.im \
         crypt.am darkjabber.cc darkness.su default.rs dismail.de draugr.de dukgo.com \
         exploit.im hackerspaces.org headcounter.org hot-chilli.net im.apinc.org jabb.im \
         jabber.at jabber.calyxinstitute.org jabber.ccc.de jabber.cd jabber.cn jabber.cz \
         jabber.de jabber.dk jabber.fr jabber.hot-chilli.net jabber.me jabber.no jabber.org \
         jabber.org.uk jabber.otr.im jabber.ru jabber.se jabber.sk jabber.su \
         jabber.systemli.org jabber.ua jabber.uk jabberes.org jabbim.com jabbim.cz jabme.de \
         jabster.pl jappix.com jix.im jwchat.org lsd-25.ru neko.im njabber.com njs.netlab.cz \
         otr.im otr.io patchcord.be prv.name riotcat.org rows.io securejabber.me shad0w.im \
         sj.ms suchat.org swissjabber.ch swissjabber.org thesecure.biz thiessen.im tigase.im \
         ubuntu-jabber.de ubuntu-jabber.net xabber.de xabber.org xmpp.cm xmpp.is xmpp.jp \
         xmpp.name xmpp.ru xmpp.zone xmppnet.de yax.im zloy.im",
    )
});

/// Services under whose subdomains people have sites of their own. The bare host is nobody's.
static PERSONAL_SUBDOMAIN_HOSTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set_of(
        "000webhostapp.com altervista.org angelfire.com at.ua awardspace.com bandcamp.com \
         bigcartel.com blogger.com blogspot.com byethost.com carbonmade.com carrd.co \
         deviantart.com ecwid.com fc2.com freehostia.com github.io gitlab.io gumroad.com \
         herokuapp.com hol.es home.blog jimdo.com jimdofree.com livejournal.com medium.com \
         my1.ru myshopify.com narod.ru neocities.org netlify.app newgrounds.com ning.com \
         pages.dev pbworks.com portfoliobox.net shopify.com square.site \
         squarespace.com storenvy.com strikingly.com substack.com tilda.ws tripod.com \
         tumblr.com typepad.com ucoz.com ucoz.net ucoz.ru vercel.app web.app webnode.com \
         webs.com weebly.com wix.com wixsite.com wordpress.com yolasite.com",
    )
});

/// Services that very many accounts name as their site and whose hosts say nothing about the
/// account, with all their subdomains.
static SHARED_HOSTS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set_of(
        "adf.ly amazon.com aol.com apple.com archive.org ask.fm badoo.com behance.net bit.ly \
         bitbucket.org clickbank.com clickbank.net cutt.ly dailymotion.com discord.com \
         discord.gg discordapp.com dribbble.com dropbox.com ebay.com elance.com etsy.com \
         example.com example.net example.org facebook.com fb.com fb.me fiverr.com flickr.com \
         freelancer.com ggpht.com github.com gitlab.com gmail.com goo.gl google.com google.ru \
         googleusercontent.com gravatar.com guru.com hotmail.com imgur.com instagram.com \
         keybase.io last.fm linkedin.com linktr.ee live.com lnk.bio localhost.com mail.ru \
         microsoft.com mixcloud.com msn.com myspace.com none.com odnoklassniki.ru ok.ru \
         outlook.com patreon.com paypal.com paypal.me peopleperhour.com pinterest.com \
         plus.google.com quora.com rambler.ru reddit.com roblox.com skype.com snapchat.com \
         soundcloud.com spotify.com stackexchange.com stackoverflow.com steamcommunity.com t.co \
         t.me telegram.me telegram.org test.com tiktok.com tinyurl.com twitch.tv twitter.com \
         upwork.com viber.com vimeo.com vk.cc vk.com vkontakte.ru wa.me warriorforum.com \
         whatsapp.com wikipedia.org x.com yahoo.com yandex.com yandex.ru youtu.be youtube.com",
    )
});

/// Hosts reserved for documentation: addresses there are nobody's.
const EXAMPLE_HOSTS: &[&str] = &["example.com", "example.net", "example.org"];

/// Addresses that stand in forms and manuals for the reader's own, by both of their parts.
const PLACEHOLDER_LOCALS: &[&str] = &[
    "name", "you", "your", "yourname", "user", "username", "email", "mail", "me", "login",
];
const PLACEHOLDER_HOSTS: &[&str] = &[
    "domain.com",
    "email.com",
    "mail.com",
    "address.com",
    "site.com",
    "company.com",
    "yourdomain.com",
    "server.com",
    "host.com",
];

/// Whether a lower-case address is a placeholder.
pub(super) fn is_placeholder(address: &str) -> bool {
    address.split_once('@').is_some_and(|(local, host)| {
        PLACEHOLDER_LOCALS.contains(&local) && PLACEHOLDER_HOSTS.contains(&host)
    })
}

/// Whether a lower-case host stands under a known public suffix (Public Suffix List) and is no
/// such suffix itself, unless a private one, under which there may be mail.
pub(super) fn has_public_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| {
        let is_private = suffix.typ() == Some(psl::Type::Private);
        suffix.is_known() && (is_private || suffix.as_bytes().len() < host.len())
    })
}

/// Whether a host as written is believed without scheme or label.
pub(super) fn is_bare_host(written: &str) -> bool {
    let is_shouted = !written.bytes().any(|byte| byte.is_ascii_lowercase());
    let lower = written.to_ascii_lowercase();
    let Some((parent, top)) = lower.rsplit_once('.') else {
        return false;
    };
    // A capital after the dot begins a sentence or the name of a class.
    let is_top_lower = written.ends_with(top);
    let is_national = || {
        psl::suffix(lower.as_bytes()).is_some_and(|suffix| {
            suffix.typ() == Some(psl::Type::Icann) && suffix.as_bytes().contains(&b'.')
        })
    };
    (is_top_lower || is_shouted)
        && (BARE_TOP_LEVEL_DOMAINS.contains(&top) || is_national())
        && !CODE_WORDS.contains(&parent)
        && !PACKAGE_STARTS.iter().any(|start| lower.starts_with(start))
        && parent.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a lower-case host runs a public XMPP server.
pub(super) fn is_xmpp_host(host: &str) -> bool {
    let names_itself = ["jabber.", "xmpp.", "jabb."]
        .iter()
        .any(|start| host.starts_with(start));
    names_itself || XMPP_HOSTS.contains(host)
}

/// Whether a lower-case host is reserved for documentation.
pub(super) fn is_example_host(host: &str) -> bool {
    EXAMPLE_HOSTS.contains(&host)
}

/// Whether a lower-case host without `www` is a service that many accounts share.
pub(super) fn is_shared_host(host: &str) -> bool {
    let is_bare_service = PERSONAL_SUBDOMAIN_HOSTS.contains(host) || is_blogspot(host);
    is_bare_service || parents(host).any(|parent| SHARED_HOSTS.contains(parent))
}

/// The blog service answers under the top-level domain of every country.
fn is_blogspot(host: &str) -> bool {
    host.strip_prefix("blogspot.")
        .is_some_and(|country| country.len() <= "com.br".len())
}

fn set_of(words: &'static str) -> HashSet<&'static str> {
    words.split_ascii_whitespace().collect()
}

/// The host itself and every domain above it.
fn parents(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |parent| {
        parent.split_once('.').map(|(_, rest)| rest)
    })
}
