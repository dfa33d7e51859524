//! Forum systems on MySQL, dumped by `mariadb-dump`.

mod server;

use expect_test::expect;
use std::path::Path;

use super::{Stored, System, TEXTS, check_ways, is_installed};
use server::Server;

const SYSTEMS: [System; 9] = [
    System {
        format: "phpbb_database",
        tables: include_str!("mariadb/phpbb.sql"),
        insert_post: "INSERT INTO phpbb_posts (post_id, topic_id, forum_id, poster_id, poster_ip, post_time, post_text) VALUES ({id}, 3, 7, 5, '192.0.2.1', {time}, {body})",
        stored: Stored::PhpBb,
    },
    System {
        format: "smf_database",
        tables: include_str!("mariadb/smf.sql"),
        insert_post: "INSERT INTO smf_messages (id_msg, id_topic, id_board, poster_time, id_member, subject, poster_name, poster_email, poster_ip, body) VALUES ({id}, 9, 2, {time}, 4, 'Re', 'Anna', '', 0x7F000001, {body})",
        stored: Stored::Html,
    },
    System {
        format: "mybb_database",
        tables: include_str!("mariadb/mybb.sql"),
        insert_post: "INSERT INTO mybb_posts (pid, tid, replyto, fid, subject, uid, username, dateline, message, ipaddress) VALUES ({id}, 1, 1, 2, 'RE', 2, 'Carl', {time}, {body}, 0x00275C0A)",
        stored: Stored::Typed,
    },
    System {
        format: "vbulletin_database",
        tables: include_str!("mariadb/vbulletin4.sql"),
        insert_post: "INSERT INTO post (postid, threadid, parentid, username, userid, title, dateline, pagetext, ipaddress) VALUES ({id}, 1, 1, 'Eve', 2, '', {time}, {body}, '192.0.2.1')",
        stored: Stored::Typed,
    },
    System {
        format: "vbulletin5_database",
        tables: include_str!("mariadb/vbulletin5.sql"),
        insert_post: "INSERT INTO node (nodeid, routeid, contenttypeid, publishdate, userid, authorname, parentid, starter, ipaddress) VALUES ({id}, 1, 20, {time}, 2, 'Eve', 10, 10, '192.0.2.1'); \
                      INSERT INTO text (nodeid, rawtext) VALUES ({id}, {body})",
        stored: Stored::Typed,
    },
    System {
        format: "xenforo_database",
        tables: include_str!("mariadb/xenforo.sql"),
        insert_post: "INSERT INTO xf_post (post_id, thread_id, user_id, username, post_date, message) VALUES ({id}, 1, 1, 'Hal', {time}, {body})",
        stored: Stored::Typed,
    },
    System {
        format: "ipb_database",
        tables: include_str!("mariadb/ipb.sql"),
        insert_post: "INSERT INTO ibf_posts (pid, author_id, author_name, ip_address, post_date, post, topic_id) VALUES ({id}, 1, 'Jon', '192.0.2.1', {time}, {body}, 1)",
        stored: Stored::Html,
    },
    System {
        format: "invision_database",
        tables: include_str!("mariadb/invision.sql"),
        insert_post: "INSERT INTO forums_posts (pid, author_id, author_name, ip_address, post_date, post, topic_id) VALUES ({id}, 1, 'Kim', '192.0.2.1', {time}, {body}, 1)",
        stored: Stored::Html,
    },
    System {
        format: "fluxbb_database",
        tables: include_str!("mariadb/fluxbb.sql"),
        insert_post: "INSERT INTO pun_posts (id, poster, poster_id, poster_ip, message, posted, topic_id) VALUES ({id}, 'Lea', 2, '192.0.2.7', {body}, {time}, 1)",
        stored: Stored::Typed,
    },
];

/// Ways in which `mariadb-dump` writes.
const WAYS: [&[&str]; 4] = [
    &[],
    &["--hex-blob", "--complete-insert"],
    &["--skip-extended-insert", "--skip-quote-names"],
    &[
        "--skip-opt",
        "--compatible=ansi",
        "--replace",
        "--order-by-primary",
    ],
];

#[test]
fn what_mariadb_dumps_is_what_was_put_in() {
    if !is_installed(Path::new("mariadbd"), "mariadb-server") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let texts = TEXTS.map(str::to_string);
    let literal = |text: &str| {
        let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        format!("CONVERT(0x{digits} USING utf8mb4)")
    };
    let mut summary = String::new();
    for system in &SYSTEMS {
        let name = system.format;
        let script = system.script(&texts, literal);
        server.run(&format!(
            "CREATE DATABASE {name} CHARACTER SET utf8mb4;\nUSE {name};\n{script}"
        ));
        let dump = |options: &[&str], path: &Path| server.dump(name, options, path);
        summary += &check_ways(system, &texts, &WAYS, folder.path(), dump);
    }
    expect![[r#"
        phpbb_database: asked 18, {"account": 1, "former name": 1, "identifier": 3, "post": 14, "reject": 1, "thread": 2}
          former name 5 "R'o\\b\";\"x" Some(2009-08-11T14:13:20Z)
          post 10 opening by Some("5") in Some("3") answers None at Some(2011-03-13T07:06:40Z) edited Some(2011-03-13T07:06:41Z) quoted 0 links 0 attachments 1 mentions 0
          post 100 reply by Some("5") in Some("3") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread pm:1 None None None None
          post pm:1 message by Some("5") in Some("pm:1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 3 Some("5") Some("Market <1>") Some("It's \\ more; (all)") Some(2011-03-13T07:06:40Z)
          reject account. the row stands for all guests
          account 5 Some("B\"ob") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:11:40Z) (None, None, None) None [Some(false), Some(false), Some(false)]
          identifier 5 email bob@mail.example.net profile
          identifier 5 jabber bob@jabber.example.net profile
          identifier 5 icq 123456789 signature
        smf_database: asked 17, {"account": 1, "former name": 2, "identifier": 4, "post": 14, "thread": 2}
          former name 4 "Anнa \"A\"" Some(2009-08-11T14:13:20Z)
          former name 4 "Ann" Some(2009-08-11T14:13:21Z)
          account 4 Some("Anna & Co") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:21:40Z) (Some("about; me"), None, Some("http://anna-shop.net")) None [Some(true), None, Some(true)]
          identifier 4 domain anna-shop.net profile
          identifier 4 email anna@mail.example.net profile
          identifier 4 telegram anna_shop signature
          thread 9 Some("4") Some("Talk") Some("It's (on)") Some(2011-03-13T07:06:50Z)
          post 20 opening by Some("4") in Some("9") answers None at Some(2011-03-13T07:06:50Z) edited Some(2011-03-13T07:07:00Z) quoted 3 links 0 attachments 0 mentions 1
          post 100 reply by Some("4") in Some("9") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread pm:1 None None None None
          post pm:1 message by Some("4") in Some("pm:1") answers None at Some(2011-03-13T07:07:20Z) edited None quoted 0 links 0 attachments 0 mentions 0
          identifier 4 skype anna.skype profile
        mybb_database: asked 18, {"account": 1, "identifier": 4, "post": 15, "thread": 2}
          post 1 opening by Some("2") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited Some(2011-03-13T07:06:41Z) quoted 1 links 0 attachments 0 mentions 0
          post 100 reply by Some("2") in Some("1") answers Some("1") at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread pm:2|3 None None None None
          post pm:hash:326e72fe494a4a34e63505260b810c96 message by Some("2") in Some("pm:2|3") answers None at Some(2011-03-13T07:06:43Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post pm:hash:326e72fe494a4a34e63505260b810c96 message by Some("2") in Some("pm:2|3") answers None at Some(2011-03-13T07:06:43Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 1 Some("2") Some("Leaks") Some("Base (1); 'x'") Some(2011-03-13T07:06:40Z)
          identifier 2 telegram carl_tg profile
          account 2 Some("Ca'rl") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:44Z) (None, None, Some("http://carl-shop.net")) Some(12) [Some(true), None, Some(false)]
          identifier 2 domain carl-shop.net profile
          identifier 2 email carl@mail.example.net profile
          identifier 2 skype carl.skype profile
        vbulletin_database: asked 18, {"account": 2, "former name": 1, "identifier": 5, "post": 14, "thread": 2}
          thread pm:2|3|9 None None None None
          post pm:1 message by Some("2") in Some("pm:2|3|9") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 1 opening by Some("2") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 2 mentions 1
          post 100 reply by Some("2") in Some("1") answers Some("1") at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 1 Some("2") Some("Main & only") Some("x") Some(2011-03-13T07:06:40Z)
          account 2 Some("Eve <x>") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:40Z) (None, None, None) Some(10) [Some(true), None, Some(false)]
          identifier 2 email eve@mail.example.net profile
          identifier 2 icq 123456789 profile
          account 3 Some("Gil") Some(2008-01-10T21:20:00Z) None (None, None, None) Some(10) [Some(false), None, Some(true)]
          former name 2 "E'va; (1)" Some(2009-08-11T14:13:20Z)
          identifier 2 jabber eve@jabber.example.net profile
          identifier 2 icq 987654321 signature
          identifier 2 domain eve-shop.net signature
        vbulletin5_database: asked 18, {"account": 1, "former name": 1, "identifier": 2, "post": 15, "thread": 2}
          thread 10 Some("2") Some("Main & only") Some("It's \\ (one)") Some(2011-03-13T07:06:40Z)
          thread 13 Some("2") Some("Messages") Some("Re") Some(2011-03-13T07:06:43Z)
          post 10 opening by Some("2") in Some("10") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 1 mentions 1
          post 12 comment by None in Some("10") answers Some("100") at Some(2011-03-13T07:06:42Z) edited None quoted 3 links 0 attachments 0 mentions 0
          post 13 message by Some("2") in Some("13") answers None at Some(2011-03-13T07:06:43Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 100 reply by Some("2") in Some("10") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          account 2 Some("Eve") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:40Z) (None, None, None) Some(10) [Some(true), None, Some(false)]
          identifier 2 email eve@mail.example.net profile
          identifier 2 skype eve.skype profile
          former name 2 "E\"va\\" Some(2009-08-11T14:13:20Z)
        xenforo_database: asked 18, {"account": 2, "former name": 2, "identifier": 6, "post": 14, "thread": 2}
          former name 1 "H'ol; (1)" Some(2009-08-11T14:13:20Z)
          thread pm:1 Some("1") None Some("Deal") Some(2011-03-13T07:06:40Z)
          post pm:1 message by Some("1") in Some("pm:1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 1 mentions 0
          post 1 opening by Some("1") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited Some(2011-03-13T07:06:41Z) quoted 0 links 1 attachments 2 mentions 1
          post 100 reply by Some("1") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 1 Some("1") Some("Shop") Some("A & B \\ \"C\"") Some(2011-03-13T07:06:40Z)
          account 1 Some("Hal") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:43Z) (None, None, None) None [Some(true), None, Some(false)]
          identifier 1 email hal@mail.example.net profile
          account 2 Some("I'ra") Some(2008-01-10T21:20:00Z) None (None, None, None) None [Some(false), None, Some(true)]
          identifier 1 skype hal.skype profile
          identifier 2 jabber ira@jabber.example.net profile
          identifier 1 email other@mail.example.net profile
          identifier 1 domain hal-site.net profile
          identifier 1 telegram hal_tg signature
          former name 1 "Hel" Some(2010-03-31T01:46:40Z)
        ipb_database: asked 18, {"account": 1, "former name": 1, "identifier": 4, "post": 15, "thread": 2}
          former name 1 "J'an & co" Some(2009-08-11T14:13:20Z)
          account 1 Some("J'on") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:40Z) (None, None, None) None [Some(true), None, Some(false)]
          identifier 1 email jon@mail.example.net profile
          post pm:1 message by Some("1") in Some("pm:1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread pm:1 Some("1") None Some("Subject") Some(2011-03-13T07:06:40Z)
          identifier 1 skype jon.skype profile
          identifier 1 icq 123456789 profile
          post 1 opening by Some("1") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 2 reply by None in Some("1") answers None at Some(2011-03-13T07:06:41Z) edited Some(2011-03-13T07:06:42Z) quoted 5 links 0 attachments 0 mentions 0
          post 100 reply by Some("1") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          identifier 1 domain jon-shop.net signature
          thread 1 Some("1") Some("Ga!me") Some("Q & A; (1)") Some(2011-03-13T07:06:40Z)
        invision_database: asked 17, {"account": 1, "former name": 1, "identifier": 1, "post": 14, "thread": 2}
          former name 1 "Kïm \"K\" / 'k'" Some(2009-08-11T14:13:20Z)
          account 1 Some("Kim") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:40Z) (None, None, None) Some(7) [Some(false), None, Some(true)]
          identifier 1 email kim@mail.example.net profile
          post pm:1 message by Some("1") in Some("pm:1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread pm:1 Some("1") None Some("Subject") Some(2011-03-13T07:06:40Z)
          post 1 opening by Some("1") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 1 links 1 attachments 0 mentions 1
          post 100 reply by Some("1") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 1 Some("1") Some("Cars") Some("T") Some(2011-03-13T07:06:40Z)
        fluxbb_database: asked 17, {"account": 1, "identifier": 5, "post": 14, "reject": 1, "thread": 1}
          post 1 opening by Some("2") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          post 2 reply by None in Some("1") answers None at Some(2011-03-13T07:06:41Z) edited Some(2011-03-13T07:06:42Z) quoted 2 links 0 attachments 0 mentions 0
          post 100 reply by Some("2") in Some("1") answers None at Some(2011-03-13T07:06:40Z) edited None quoted 0 links 0 attachments 0 mentions 0
          thread 1 None Some("News; (1)") Some("S \\ 's'") Some(2011-03-13T07:06:40Z)
          reject account. the row stands for all guests
          account 2 Some("L\"e'a") Some(2008-01-10T21:20:00Z) Some(2011-03-13T07:06:40Z) (None, Some("Rome"), Some("http://lea-shop.net")) None [Some(true), None, None]
          identifier 2 domain lea-shop.net profile
          identifier 2 email lea@mail.example.net profile
          identifier 2 jabber lea@jabber.example.net profile
          identifier 2 icq 123456789 profile
          identifier 2 icq 987654321 signature
    "#]].assert_eq(&summary);
}
