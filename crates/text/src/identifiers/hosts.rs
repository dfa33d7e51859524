//! Hosts and top-level domains that decide what an address is.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Top-level domains of countries and unions, as delegated, with the former su.
static COUNTRY_TOP_LEVEL_DOMAINS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set_of(
        "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo \
         br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm \
         do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs \
         gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km \
         kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp \
         mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk \
         pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss \
         st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va \
         vc ve vg vi vn vu wf ws ye yt za zm zw",
    )
});

/// Top-level domains of three letters and more in which people have mail and web sites. Endings of files (png, html, php, exe) are not
/// among them, which keeps "image@2x.png" from being an address.
static LONG_TOP_LEVEL_DOMAINS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    set_of(
        "academy aero agency app art asia bank bar best bid biz blog boutique business buzz \
         cafe camp capital care casa casino cat center chat church city click cloud club coach \
         codes coffee com community company consulting cool coop cyou dance date deals design \
         dev digital direct directory dog domains download earth edu education email energy \
         engineer estate events exchange expert express faith family fan farm fashion finance \
         fit fun fund fyi gallery game games gdn global gold gov group guide guru health help \
         host hosting house icu info ink institute int international investments jobs kim land \
         lat law legal life limited link live loan lol love ltd market marketing media men mil \
         mobi moda moe mom money moscow museum name net network news ngo ninja one ong onion \
         onl online org page party photo photography photos pics pictures pink plus porn press \
         pro productions properties pub quest racing red rehab ren rent report review reviews \
         rip rocks run sale school science services sex shop show site social software solar \
         solutions space store stream studio style support systems team tech technology tel \
         tips today tools top tours town toys trade training travel tube university uno vegas \
         ventures video vip vision vote wang watch web webcam website wiki win work works world \
         wtf xxx xyz yoga zone",
    )
});

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

/// Whether a lower-case top-level domain may occur in an address.
pub(super) fn is_top_level_domain(label: &str) -> bool {
    let is_country = label.len() == 2 && COUNTRY_TOP_LEVEL_DOMAINS.contains(label);
    is_country || label.starts_with("xn--") || LONG_TOP_LEVEL_DOMAINS.contains(label)
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
