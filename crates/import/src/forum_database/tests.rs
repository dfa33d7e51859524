use crate::testing::{folder_of, import_files, import_path, real_data, records};
use entangle_dump::{Input, InputOptions};
use expect_test::{Expect, expect};
use std::path::Path;

#[test]
fn real_dump_of_phpbb_is_read_whole() {
    let Some(path) = real_data("sql/phpbb3.sql") else {
        return;
    };
    assert_eq!(detected(&path), Some(("phpbb_database", 0.95)));
    let (collected, result) = import_path("phpbb_database", &path);
    result.unwrap();
    collected.assert_balanced();
    expect![[r#"
        49 bots
        asked account 51
        asked thread 1
        asked post 5
        account 2 Some("wefrag") registered=2021-05-20T10:21:57Z seen=2025-07-26T15:04:47Z staff=true bot=false banned=false
        thread 1 by="2" board="Débats" title="Welcome to phpBB3" started=2021-05-20T10:21:57Z
        post 1 opening by="2" in="1" at=2021-05-20T10:21:57Z body="This is an example post in your phpBB3 installation. Everything seems to be working. You may delete this post if you like and continue to set up your board. During the installation process your first category and your first forum are assigne …
        post 2 reply by="2" in="1" at=2021-05-26T08:37:55Z body="Lorem ipsum dolor sit amet, consectetur adipiscing elit. Morbi ac nisl malesuada, consectetur metus rutrum, fermentum odio. Ut luctus, turpis interdum condimentum mattis, justo quam porta felis, nec efficitur ligula ex id ex. Aenean sollicitud …
        post 3 reply by="2" in="1" at=2021-05-26T08:58:43Z body="Lorem ipsum dolor sit amet, consectetur adipiscing elit. In finibus neque nec neque vulputate vulputate. Nunc pretium tempor quam. Pellentesque a eros a felis sodales maximus in sed dui. Maecenas tristique pretium tincidunt. Nunc venenatis vol …
        post 4 reply by="2" in="1" at=2021-05-26T08:59:07Z body="Nullam ultrices eros arcu, sed pharetra magna maximus non. Etiam lacinia non felis id aliquet. Vivamus felis purus, dapibus vel nibh ac, venenatis ultrices ex. Morbi scelerisque a ligula sit amet scelerisque. Interdum et malesuada fames ac ant …
        post 5 reply by="2" in="1" at=2021-05-26T08:59:25Z body="Sed augue ipsum, dignissim at metus in, ornare efficitur eros. Donec facilisis purus sit amet imperdiet lacinia. Quisque commodo pulvinar sem et aliquet. Vestibulum sit amet erat accumsan, ultrices est at, ornare purus. Nam sodales semper just …
        reject account at phpbb3.sql 278445..278693 line 2362: the row stands for all guests
        reject account.email at phpbb3.sql 278694..279248 line 2362: the value is not of the kind that its field names
    "#]].assert_eq(&summary(&collected));
}

#[test]
fn real_dump_of_smf_is_read_whole() {
    let Some(path) = real_data("sql/smf21.sql") else {
        return;
    };
    assert_eq!(detected(&path), Some(("smf_database", 0.95)));
    let (collected, result) = import_path("smf_database", &path);
    result.unwrap();
    collected.assert_balanced();
    expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account 1 Some("Test") registered=2025-09-02T15:35:26Z seen=2025-09-02T15:39:22Z staff=true banned=false
        thread 1 board="General Discussion" title="Welcome to SMF!" started=2025-09-02T15:35:11Z
        post 1 opening in="1" at=2025-09-02T15:35:11Z body="Welcome to Simple Machines Forum!\n\nWe hope you enjoy using your forum.  If you have any problems, please feel free to ask us for assistance.\n\nThanks!\nSimple Machines" quoted=0 links=1
        identifier 1 email test@test.com profile
    "#]].assert_eq(&collected.to_text());
}

/// Tables in an order in which nothing is known before it is needed.
const PHPBB: &str = r#"-- MySQL dump
CREATE TABLE `f_posts` (`post_id` int, `topic_id` int, `forum_id` int, `poster_id` int, `poster_ip` varchar(40), `post_time` int, `post_username` varchar(255), `post_text` mediumtext, `post_attachment` tinyint, `bbcode_uid` varchar(8), `post_edit_time` int);
INSERT INTO `f_posts` VALUES (10,3,7,5,'192.0.2.1',1300000000,'','[quote=&quot;A&quot;:1a2b3c4d]old[/quote:1a2b3c4d]Selling, [b:1a2b3c4d]jabber[/b:1a2b3c4d]: bob@jabber.example.net',1,'1a2b3c4d',1300000100),(11,3,7,1,'192.0.2.1',1300000200,'Visitor','<t>guest &amp; all</t>',0,'',0);
CREATE TABLE `f_topics` (`topic_id` int, `forum_id` int, `topic_title` varchar(255), `topic_poster` int, `topic_time` int, `topic_first_post_id` int);
INSERT INTO `f_topics` VALUES (3,7,'Traffic &amp; more',5,1300000000,10);
CREATE TABLE `f_users` (`user_id` int, `user_type` tinyint, `group_id` int, `user_ip` varchar(40), `user_regdate` int, `username` varchar(255), `username_clean` varchar(255), `user_password` varchar(255), `user_email` varchar(100), `user_lastvisit` int, `user_sig` mediumtext, `user_sig_bbcode_uid` varchar(8), `user_icq` varchar(15), `user_website` varchar(200), `user_from` varchar(100), `user_jabber` varchar(255));
INSERT INTO `f_users` VALUES (1,2,1,'',1200000000,'Anonymous','anonymous','','',0,'','','','','',''),(5,0,2,'192.0.2.1',1200000000,'B&quot;ob','b"ob','HASH','bob@mail.example.net',1300000300,'my site [url=http://bobs-shop.net:9z]shop[/url:9z]','9z','123456789','http://','Riga','bob@jabber.example.net'),(6,0,4,'',1200000000,'Mod','mod','','',0,'','','0','','','');
CREATE TABLE `f_profile_fields_data` (`user_id` int, `pf_phpbb_skype` varchar(255), `pf_phpbb_interests` text);
INSERT INTO `f_profile_fields_data` VALUES (5,'bob.skype','write to t.me/bob_channel');
CREATE TABLE `f_privmsgs` (`msg_id` int, `root_level` int, `author_id` int, `author_ip` varchar(40), `message_time` int, `message_text` mediumtext, `bbcode_uid` varchar(8), `message_edit_time` int, `to_address` text);
INSERT INTO `f_privmsgs` VALUES (1,0,5,'192.0.2.1',1300000400,'<t>psst</t>','',0,'u_6'),(2,1,6,'192.0.2.1',1300000500,'<t>yes?</t>','',0,'u_5');
CREATE TABLE `f_banlist` (`ban_id` int, `ban_userid` int, `ban_ip` varchar(40));
INSERT INTO `f_banlist` VALUES (1,5,'');
CREATE TABLE `f_groups` (`group_id` int, `group_founder_manage` tinyint, `group_name` varchar(255));
INSERT INTO `f_groups` VALUES (4,0,'GLOBAL_MODERATORS');
CREATE TABLE `f_forums` (`forum_id` int, `left_id` int, `forum_name` varchar(255));
INSERT INTO `f_forums` VALUES (7,1,'Market &lt;1&gt;');
"#;

#[test]
fn phpbb_with_tables_in_any_order() {
    check(
        "phpbb_database",
        PHPBB,
        expect![[r#"
        asked account 3
        asked thread 2
        asked post 4
        account 5 Some("B\"ob") registered=2008-01-10T21:20:00Z seen=2011-03-13T07:11:40Z location="Riga" staff=false bot=false banned=true
        account 6 Some("Mod") registered=2008-01-10T21:20:00Z staff=true bot=false banned=false
        thread 3 by="5" board="Market <1>" title="Traffic & more" started=2011-03-13T07:06:40Z
        thread pm:1
        post 10 opening by="5" in="3" at=2011-03-13T07:06:40Z edited=2011-03-13T07:08:20Z body="Selling, jabber: bob@jabber.example.net" quoted=3 links=0
        post 11 reply in="3" at=2011-03-13T07:10:00Z body="guest & all" quoted=0 links=0
        post pm:1 message by="5" in="pm:1" at=2011-03-13T07:13:20Z body="psst" quoted=0 links=0
        post pm:2 message by="6" in="pm:1" at=2011-03-13T07:15:00Z body="yes?" quoted=0 links=0
        identifier 5 jabber bob@jabber.example.net mentioned in="10"
        identifier 5 email bob@mail.example.net profile
        identifier 5 jabber bob@jabber.example.net profile
        identifier 5 icq 123456789 profile
        identifier 5 domain bobs-shop.net signature
        identifier 5 skype bob.skype profile
        reject account at dump.sql 1230..1301 line 7: the row stands for all guests
    "#]],
    );
}

#[test]
fn smf_with_private_messages_and_profile_fields() {
    let dump = r#"
CREATE TABLE `smf_members` (`id_member` int, `member_name` varchar(80), `date_registered` int, `id_group` int, `last_login` int, `real_name` varchar(255), `passwd` varchar(64), `email_address` varchar(255), `personal_text` varchar(255), `website_url` varchar(255), `signature` text, `member_ip` varbinary(16), `is_activated` tinyint, `additional_groups` varchar(255), `location` varchar(255), `icq` varchar(255));
INSERT INTO `smf_members` VALUES (4,'anna','1300000000',0,1300000900,'Anna &amp; Co','HASH','anna@mail.example.net','about','http://anna-shop.net','sig t.me/anna_shop',UNHEX('7F000001'),11,'5,2','Kiev','123456789');
INSERT INTO `smf_themes` (`id_member`, `id_theme`, `variable`, `value`) VALUES (0,1,'images_url','http://example.net'),(4,1,'cust_skype','anna.skype'),(4,1,'drafts','1');
INSERT INTO `smf_boards` (`id_board`, `id_cat`, `name`) VALUES (2,1,'Talk');
INSERT INTO `smf_topics` (`id_topic`, `id_board`, `id_first_msg`, `id_member_started`) VALUES (9,2,20,4);
INSERT INTO `smf_messages` (`id_msg`, `id_topic`, `id_board`, `poster_time`, `id_member`, `subject`, `poster_name`, `poster_email`, `poster_ip`, `modified_time`, `body`) VALUES
(20,9,2,1300000010,4,'It&#039;s on','Anna','anna@mail.example.net',NULL,1300000020,'first<br />line [attach]1[/attach]'),
(21,9,2,1300000030,0,'Re: It&#039;s on','Guest','g@mail.example.net',NULL,0,'[quote author=Anna]first[/quote]no');
INSERT INTO `smf_personal_messages` (`id_pm`, `id_pm_head`, `id_member_from`, `from_name`, `msgtime`, `subject`, `body`) VALUES (1,1,4,'Anna',1300000040,'hi','hello'),(2,1,5,'Ben',1300000050,'Re: hi','bye');
"#;
    check(
        "smf_database",
        dump,
        expect![[r#"
        asked account 1
        asked thread 2
        asked post 4
        account 4 Some("Anna & Co") registered=2011-03-13T07:06:40Z seen=2011-03-13T07:21:40Z about="about" location="Kiev" website="http://anna-shop.net" staff=true banned=true
        thread 9 by="4" board="Talk" title="It's on" started=2011-03-13T07:06:50Z
        thread pm:1
        post 20 opening by="4" in="9" at=2011-03-13T07:06:50Z edited=2011-03-13T07:07:00Z body="first\nline" quoted=0 links=0
        post 21 reply in="9" at=2011-03-13T07:07:10Z body="no" quoted=5 links=0
        post pm:1 message by="4" in="pm:1" at=2011-03-13T07:07:20Z body="hello" quoted=0 links=0
        post pm:2 message by="5" in="pm:1" at=2011-03-13T07:07:30Z body="bye" quoted=0 links=0
        identifier 4 domain anna-shop.net profile
        identifier 4 email anna@mail.example.net profile
        identifier 4 icq 123456789 profile
        identifier 4 telegram anna_shop signature
        identifier 4 skype anna.skype profile
    "#]],
    );
}

#[test]
fn mybb_with_both_copies_of_a_private_message() {
    let dump = r#"
CREATE TABLE `mybb_banned` (`uid` int, `gid` int, `oldadditionalgroups` text, `olddisplaygroup` int, `dateline` int);
INSERT INTO `mybb_banned` VALUES (3,7,'',0,1300000000);
INSERT INTO `mybb_forums` (`fid`,`name`,`parentlist`) VALUES (2,'Leaks','1,2');
INSERT INTO `mybb_posts` (`pid`,`tid`,`replyto`,`fid`,`subject`,`uid`,`username`,`dateline`,`message`,`ipaddress`,`edittime`) VALUES (1,1,0,2,'Base',2,'Carl',1300000000,'[quote="Dora" pid=\'7\' dateline=\'1\']q[/quote]\r\nhere',_binary '\0\0''\\\n',1300000001),(2,1,1,2,'RE: Base',0,'Guest',1300000002,'thanks',0x7F000001,0);
INSERT INTO `mybb_privatemessages` (`pmid`,`uid`,`toid`,`fromid`,`recipients`,`folder`,`subject`,`message`,`dateline`) VALUES (1,3,3,2,'a:1:{s:2:"to";a:1:{i:0;s:1:"3";}}',1,'s','deal?',1300000003),(2,2,3,2,'a:1:{s:2:"to";a:1:{i:0;s:1:"3";}}',2,'s','deal?',1300000003);
INSERT INTO `mybb_profilefields` (`fid`,`name`) VALUES (1,'Location'),(4,'Telegram');
INSERT INTO `mybb_threads` (`tid`,`fid`,`subject`,`uid`,`dateline`,`firstpost`) VALUES (1,2,'Base',2,1300000000,1);
INSERT INTO `mybb_userfields` (`ufid`,`fid1`,`fid4`) VALUES (2,'Bonn','@carl_tg');
INSERT INTO `mybb_users` (`uid`,`username`,`password`,`salt`,`loginkey`,`email`,`usergroup`,`additionalgroups`,`regdate`,`lastactive`,`lastvisit`,`website`,`icq`,`skype`,`signature`,`reputation`,`regip`) VALUES (2,'Carl','HASH','SALT','KEY','carl@mail.example.net',4,'',1290000000,1300000004,0,'http://carl-shop.net','','carl.skype','',12,0x7F000001),(3,'Dora','HASH','SALT','KEY','not an address',2,'',1290000000,0,0,'','','','',-3,'');
"#;
    check(
        "mybb_database",
        dump,
        expect![[r#"
        asked account 2
        asked thread 2
        asked post 4
        account 2 Some("Carl") registered=2010-11-17T13:20:00Z seen=2011-03-13T07:06:44Z website="http://carl-shop.net" reputation=12 staff=true banned=false
        account 3 Some("Dora") registered=2010-11-17T13:20:00Z reputation=-3 staff=false banned=true
        thread pm:2|3
        thread 1 by="2" board="Leaks" title="Base" started=2011-03-13T07:06:40Z
        post 1 opening by="2" in="1" at=2011-03-13T07:06:40Z edited=2011-03-13T07:06:41Z body="here" quoted=1 links=0
        post 2 reply in="1" answers="1" at=2011-03-13T07:06:42Z body="thanks" quoted=0 links=0
        post pm:hash:326e72fe494a4a34e63505260b810c96 message by="2" in="pm:2|3" at=2011-03-13T07:06:43Z body="deal?" quoted=0 links=0
        post pm:hash:326e72fe494a4a34e63505260b810c96 message by="2" in="pm:2|3" at=2011-03-13T07:06:43Z body="deal?" quoted=0 links=0
        identifier 2 telegram carl_tg profile
        identifier 2 domain carl-shop.net profile
        identifier 2 email carl@mail.example.net profile
        identifier 2 skype carl.skype profile
        reject account.email at dump.sql 1486..1571 line 10: the value is not of the kind that its field names
    "#]],
    );
}

#[test]
fn vbulletin_with_recipients_in_an_array_of_php() {
    let dump = r#"
INSERT INTO `forum` (`forumid`,`title`,`parentlist`) VALUES (1,'Main &amp; only','1,-1');
INSERT INTO `phrase` (`phraseid`,`varname`,`text`) VALUES (1,'field5_title','Jabber'),(2,'other','x');
INSERT INTO `pmtext` (`pmtextid`,`fromuserid`,`fromusername`,`title`,`message`,`touserarray`,`dateline`) VALUES (1,2,'Eve','t','hello','a:1:{s:2:\"cc\";a:2:{i:9;s:3:\"Fay\";i:3;s:3:\"Gil\";}}',1300000000),(2,3,'Gil','t','all','a:1:{i:2;s:3:\"Eve\";}',1300000001),(3,3,'Gil','t','damaged','a:1:{i:2;s:9',1300000001);
INSERT INTO `post` (`postid`,`threadid`,`parentid`,`username`,`userid`,`title`,`dateline`,`pagetext`,`ipaddress`,`attach`) VALUES (1,1,0,'Eve',2,'x',1300000000,'[B]one[/B] [ATTACH]5[/ATTACH]','192.0.2.1',2),(2,1,1,'Gil',3,'',1300000005,'two','192.0.2.1',0);
INSERT INTO `thread` (`threadid`,`title`,`firstpostid`,`forumid`,`postuserid`,`postusername`,`dateline`) VALUES (1,'x',1,1,2,'Eve',1300000000);
INSERT INTO `user` (`userid`,`usergroupid`,`membergroupids`,`username`,`password`,`email`,`homepage`,`icq`,`skype`,`joindate`,`lastvisit`,`lastactivity`,`reputation`,`salt`,`ipaddress`) VALUES (2,2,'7','Eve','HASH','eve@mail.example.net','','123456789','',1290000000,0,1300000000,10,'SALT','192.0.2.1'),(3,8,'','Gil','HASH','','','','',1290000000,0,0,10,'SALT','192.0.2.1');
INSERT INTO `userban` (`userid`,`bandate`) VALUES (2,1300000000);
INSERT INTO `userfield` (`userid`,`field1`,`field5`) VALUES (2,'','eve@jabber.example.net');
INSERT INTO `usertextfield` (`userid`,`signature`) VALUES (2,'[url]http://eve-shop.net[/url] icq 987654321');
"#;
    check(
        "vbulletin_database",
        dump,
        expect![[r#"
            asked account 2
            asked thread 3
            asked post 5
            account 2 Some("Eve") registered=2010-11-17T13:20:00Z seen=2011-03-13T07:06:40Z reputation=10 staff=true banned=true
            account 3 Some("Gil") registered=2010-11-17T13:20:00Z reputation=10 staff=false banned=true
            thread pm:2|3|9
            thread pm:2|3
            thread 1 by="2" board="Main & only" title="x" started=2011-03-13T07:06:40Z
            post pm:1 message by="2" in="pm:2|3|9" at=2011-03-13T07:06:40Z body="hello" quoted=0 links=0
            post pm:2 message by="3" in="pm:2|3" at=2011-03-13T07:06:41Z body="all" quoted=0 links=0
            post pm:3 message by="3" at=2011-03-13T07:06:41Z body="damaged" quoted=0 links=0
            post 1 opening by="2" in="1" at=2011-03-13T07:06:40Z body="one" quoted=0 links=0
            post 2 reply by="3" in="1" answers="1" at=2011-03-13T07:06:45Z body="two" quoted=0 links=0
            identifier 2 email eve@mail.example.net profile
            identifier 2 icq 123456789 profile
            identifier 2 jabber eve@jabber.example.net profile
            identifier 2 icq 987654321 signature
            identifier 2 domain eve-shop.net signature
        "#]],
    );
}

#[test]
fn xenforo_with_conversations_and_fields() {
    let dump = r#"
INSERT INTO `xf_conversation_master` (`conversation_id`,`title`,`user_id`,`start_date`) VALUES (1,'Deal',1,1300000000);
INSERT INTO `xf_conversation_message` (`message_id`,`conversation_id`,`message_date`,`user_id`,`username`,`message`,`attach_count`,`ip_id`) VALUES (1,1,1300000000,1,'Hal','hi',1,5);
INSERT INTO `xf_node` (`node_id`,`title`,`node_type_id`) VALUES (4,'Shop','Forum');
INSERT INTO `xf_post` (`post_id`,`thread_id`,`user_id`,`username`,`post_date`,`message`,`ip_id`,`attach_count`,`position`,`last_edit_date`) VALUES (1,1,1,'Hal',1300000000,'[USER=2]@Ira[/USER] see [URL=\'http://hal-shop.net\']this[/URL]',1,0,0,1300000001),(2,1,0,'Gone',1300000002,'[QUOTE="Hal, post: 1, member: 1"]see[/QUOTE]ok',1,0,1,0);
INSERT INTO `xf_thread` (`thread_id`,`node_id`,`title`,`user_id`,`username`,`post_date`,`first_post_id`) VALUES (1,4,'A & B',1,'Hal',1300000000,1);
INSERT INTO `xf_user` (`user_id`,`username`,`email`,`register_date`,`last_activity`,`is_moderator`,`is_admin`,`is_banned`,`is_staff`,`secret_key`) VALUES (1,'Hal','hal@mail.example.net',1290000000,1300000003,0,0,0,1,'KEY'),(2,'Ira','',1290000000,0,0,0,1,0,'KEY');
INSERT INTO `xf_user_authenticate` VALUES (1,'XenForo_Authentication_Core12','HASH');
INSERT INTO `xf_user_field_value` (`user_id`,`field_id`,`field_value`) VALUES (1,'skype','hal.skype'),(1,'icq',''),(1,'gender','male'),(2,'contact','jabber: ira@jabber.example.net');
INSERT INTO `xf_user_profile` (`user_id`,`signature`,`location`,`website`,`about`,`custom_fields`) VALUES (1,'telegram: @hal_tg','Oslo','http://hal-site.net','mail me: other@mail.example.net','a:0:{}');
"#;
    check(
        "xenforo_database",
        dump,
        expect![[r#"
            asked account 2
            asked thread 2
            asked post 3
            account 1 Some("Hal") registered=2010-11-17T13:20:00Z seen=2011-03-13T07:06:43Z staff=true banned=false
            account 2 Some("Ira") registered=2010-11-17T13:20:00Z staff=false banned=true
            thread pm:1 by="1" title="Deal" started=2011-03-13T07:06:40Z
            thread 1 by="1" board="Shop" title="A & B" started=2011-03-13T07:06:40Z
            post pm:1 message by="1" in="pm:1" at=2011-03-13T07:06:40Z body="hi" quoted=0 links=0
            post 1 opening by="1" in="1" at=2011-03-13T07:06:40Z edited=2011-03-13T07:06:41Z body="@Ira see this" quoted=0 links=1 mentions=1
            post 2 reply in="1" at=2011-03-13T07:06:42Z body="ok" quoted=3 links=0
            identifier 1 email hal@mail.example.net profile
            identifier 1 skype hal.skype profile
            identifier 2 jabber ira@jabber.example.net profile
            identifier 1 email other@mail.example.net profile
            identifier 1 domain hal-site.net profile
            identifier 1 telegram hal_tg signature
        "#]],
    );
}

#[test]
fn ip_board_3_with_conversations() {
    let dump = r#"
INSERT INTO `ibf_forums` (`id`,`name`,`parent_id`) VALUES (1,'Ga&#33;me',0);
INSERT INTO `ibf_members` (`member_id`,`name`,`member_group_id`,`email`,`joined`,`ip_address`,`last_visit`,`last_activity`,`members_display_name`,`members_pass_hash`,`members_pass_salt`,`member_banned`,`member_login_key`) VALUES (1,'login','4','jon@mail.example.net',1290000000,'192.0.2.1',1300000000,0,'J&#39;on','HASH','SALT',0,'KEY');
INSERT INTO `ibf_message_posts` (`msg_id`,`msg_topic_id`,`msg_date`,`msg_post`,`msg_author_id`,`msg_ip_address`) VALUES (1,1,1300000000,'<p>hi</p>',1,'192.0.2.1');
INSERT INTO `ibf_message_topics` (`mt_id`,`mt_date`,`mt_title`,`mt_starter_id`,`mt_start_time`) VALUES (1,1,'Subject',1,1300000000);
INSERT INTO `ibf_pfields_content` (`member_id`,`field_4`,`field_10`) VALUES (1,'123456789','jon.skype');
INSERT INTO `ibf_pfields_data` (`pf_id`,`pf_title`) VALUES (4,'ICQ'),(10,'Skype');
INSERT INTO `ibf_posts` (`pid`,`edit_time`,`author_id`,`author_name`,`ip_address`,`post_date`,`post`,`topic_id`,`new_topic`) VALUES (1,NULL,1,'J','192.0.2.1',1300000000,'<p>Hello<br />there</p>',1,1),(2,1300000002,0,'Guest','192.0.2.1',1300000001,'<blockquote class=\"ipsBlockquote\">Hello</blockquote><p>no</p>',1,0);
INSERT INTO `ibf_profile_portal` (`pp_member_id`,`signature`,`pp_about_me`) VALUES (1,'<a href=\"http://jon-shop.net\">shop</a>','');
INSERT INTO `ibf_topics` (`tid`,`title`,`starter_id`,`start_date`,`forum_id`) VALUES (1,'Q &amp; A',1,1300000000,1);
"#;
    check(
        "ipb_database",
        dump,
        expect![[r#"
        asked account 1
        asked thread 2
        asked post 3
        account 1 Some("J'on") registered=2010-11-17T13:20:00Z seen=2011-03-13T07:06:40Z staff=true banned=false
        thread pm:1 by="1" title="Subject" started=2011-03-13T07:06:40Z
        thread 1 by="1" board="Ga!me" title="Q & A" started=2011-03-13T07:06:40Z
        post pm:1 message by="1" in="pm:1" at=2011-03-13T07:06:40Z body="hi" quoted=0 links=0
        post 1 opening by="1" in="1" at=2011-03-13T07:06:40Z body="Hello\nthere" quoted=0 links=0
        post 2 reply in="1" at=2011-03-13T07:06:41Z edited=2011-03-13T07:06:42Z body="no" quoted=5 links=0
        identifier 1 email jon@mail.example.net profile
        identifier 1 skype jon.skype profile
        identifier 1 icq 123456789 profile
        identifier 1 domain jon-shop.net signature
    "#]],
    );
}

#[test]
fn invision_community_4_with_names_of_boards_among_its_words() {
    let dump = r#"
INSERT INTO `core_members` (`member_id`,`name`,`member_group_id`,`email`,`joined`,`ip_address`,`last_visit`,`members_pass_hash`,`temp_ban`,`signature`,`pp_reputation_points`) VALUES (1,'Kim',3,'kim@mail.example.net',1290000000,'192.0.2.1',1300000000,'HASH',-1,'<p>x</p>',7);
INSERT INTO `core_sys_lang_words` (`word_id`,`word_key`,`word_default`) VALUES (1,'forums_forum_2','Cars'),(2,'forums_forum_2_desc','x');
INSERT INTO `forums_posts` (`pid`,`edit_time`,`author_id`,`author_name`,`post_date`,`post`,`topic_id`,`new_topic`) VALUES (1,NULL,1,'Kim',1300000000,'<blockquote class=\"ipsQuote\"><p>q</p></blockquote><p>a <a href=\"http://kim-shop.net\">s</a></p>',1,1);
INSERT INTO `forums_topics` (`tid`,`title`,`starter_id`,`start_date`,`forum_id`) VALUES (1,'T',1,1300000000,2);
"#;
    check(
        "invision_database",
        dump,
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 1
        account 1 Some("Kim") registered=2010-11-17T13:20:00Z seen=2011-03-13T07:06:40Z reputation=7 staff=false banned=true
        thread 1 by="1" board="Cars" title="T" started=2011-03-13T07:06:40Z
        post 1 opening by="1" in="1" at=2011-03-13T07:06:40Z body="a s" quoted=1 links=1
        identifier 1 email kim@mail.example.net profile
    "#]],
    );
}

#[test]
fn fluxbb_without_a_table_of_accounts_names_authors_by_their_posts() {
    let dump = r#"
INSERT INTO forums (id, forum_name, disp_position) VALUES (1, 'News', 0);
INSERT INTO posts (id, poster, poster_id, poster_ip, message, hide_smilies, posted, edited, topic_id) VALUES (1, 'Lea', 2, '192.0.2.1', '[b]hi[/b]', 0, 1300000000, NULL, 1);
INSERT INTO posts (id, poster, poster_id, poster_ip, message, hide_smilies, posted, edited, topic_id) VALUES (2, 'Guest', 1, '192.0.2.1', 'it''s me', 0, 1300000001, 1300000002, 1);
INSERT INTO topics (id, poster, subject, posted, first_post_id, forum_id) VALUES (1, 'Lea', 'S', 1300000000, 1, 1);
"#;
    check(
        "fluxbb_database",
        dump,
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 2
        account 2 Some("Lea")
        thread 1 board="News" title="S" started=2011-03-13T07:06:40Z
        post 1 opening by="2" in="1" at=2011-03-13T07:06:40Z body="hi" quoted=0 links=0
        post 2 reply in="1" at=2011-03-13T07:06:41Z edited=2011-03-13T07:06:42Z body="it's me" quoted=0 links=0
    "#]],
    );
}

#[test]
fn discourse_from_copy_blocks() {
    let dump = "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nCREATE SCHEMA discourse_functions;\n\
        COPY public.categories (id, name, slug) FROM stdin;\n3\tTalk\ttalk\n\\.\n\
        COPY public.posts (id, user_id, topic_id, post_number, reply_to_post_number, raw, cooked, created_at) FROM stdin;\n\
        1\t4\t8\t1\t\\N\t*hi*\t<p><em>hi</em>\\n<aside class=\"quote\"><blockquote>old</blockquote></aside></p>\t2020-01-01 10:00:00.123456\n\
        2\t4\t9\t1\t\\N\tpsst\t<p>psst</p>\t2020-01-01 11:00:00\n3\t\\N\t8\t2\t1\tx\t<p>x</p>\t2020-01-01 12:00:00\n5\t4\t8\t4\t3\tx\t<p>to a deleted one</p>\t2020-01-01 12:00:00\n\\.\n\
        COPY public.topics (id, title, created_at, user_id, category_id, archetype) FROM stdin;\n8\tA\\\\B\t2020-01-01 10:00:00\t4\t3\tregular\n9\tPM\t2020-01-01 11:00:00\t4\t\\N\tprivate_message\n\\.\n\
        COPY public.user_emails (id, user_id, email) FROM stdin;\n1\t4\tmia@mail.example.net\n\\.\n\
        COPY public.users (id, username, username_lower, created_at, last_seen_at, admin, moderator, trust_level, suspended_at, ip_address) FROM stdin;\n\
        -1\tsystem\tsystem\t2019-01-01 00:00:00\t\\N\tt\tt\t4\t\\N\t\\N\n4\tMia\tmia\t2019-01-02 00:00:00\t2020-01-01 10:00:00\tf\tt\t1\t\\N\t192.0.2.1\n\\.\n";
    check(
        "discourse_database",
        dump,
        expect![[r#"
            asked account 2
            asked thread 2
            asked post 4
            account -1 Some("system") registered=2019-01-01T00:00:00Z staff=true bot=true banned=false
            account 4 Some("Mia") registered=2019-01-02T00:00:00Z seen=2020-01-01T10:00:00Z staff=true bot=false banned=false
            thread 8 by="4" board="Talk" title="A\\B" started=2020-01-01T10:00:00Z
            thread 9 by="4" title="PM" started=2020-01-01T11:00:00Z
            post 1 opening by="4" in="8" at=2020-01-01T10:00:00.123456Z body="hi" quoted=3 links=0
            post 2 message by="4" in="9" at=2020-01-01T11:00:00Z body="psst" quoted=0 links=0
            post 3 reply in="8" answers="1" at=2020-01-01T12:00:00Z body="x" quoted=0 links=0
            post 5 reply by="4" in="8" at=2020-01-01T12:00:00Z body="to a deleted one" quoted=0 links=0
            identifier 4 email mia@mail.example.net profile
        "#]],
    );
}

#[test]
fn vbulletin_5_joins_texts_to_their_nodes() {
    let dump = r#"
CREATE TABLE `contenttype` (`contenttypeid` int, `class` varbinary(50), `packageid` int);
INSERT INTO `contenttype` VALUES (20,0x54657874,1),(22,'PrivateMessage',1),(23,_binary 'Channel',1);
INSERT INTO `text` (`nodeid`,`previewtext`,`rawtext`,`htmlstate`,`attach`) VALUES (10,'one','[B]one[/B] [USER=\"3\"]Gil[/USER] [ATTACH]n5[/ATTACH]','off',1),(11,'','two',NULL,0),(12,'','[QUOTE=Gil;n11]two[/QUOTE]but','off',0),(13,'','psst','off',0),(14,'','lost','off',0);
INSERT INTO `node` (`nodeid`,`contenttypeid`,`publishdate`,`userid`,`authorname`,`title`,`htmltitle`,`parentid`,`starter`,`created`,`ipaddress`,`showpublished`) VALUES (1,23,1290000000,1,'admin','Special','Special',0,0,1290000000,'',1),(7,23,1290000000,1,'admin','Main &amp; only','Main',1,0,1290000000,'',1),(8,23,1290000000,1,'admin','PMs','PMs',1,0,1290000000,'',1),(10,20,1300000000,2,'Eve','First &lt;one&gt;','x',7,10,1299999999,'192.0.2.1',1),(11,20,1300000001,3,'Gil',NULL,NULL,10,10,NULL,'192.0.2.1',1),(12,20,NULL,0,'Guest',NULL,NULL,11,10,1300000002,'192.0.2.1',1),(13,22,1300000003,2,'Eve','Re','Re',8,13,1300000003,'192.0.2.1',1),(15,23,1290000000,1,'admin','Odd','Odd',7,15,1290000000,'',1);
INSERT INTO `user` (`userid`,`usergroupid`,`membergroupids`,`username`,`token`,`scheme`,`secret`,`email`,`joindate`,`lastactivity`) VALUES (2,2,'6','Eve','HASH','blowfish:10','SALT','eve@mail.example.net',1290000000,1300000000),(3,2,'','Gil','HASH','legacy','SALT','',1290000000,0);
INSERT INTO `userchangelog` (`changeid`,`userid`,`fieldname`,`newvalue`,`oldvalue`,`adminid`,`change_time`,`change_uniq`,`ipaddress`) VALUES (1,2,'username','Eve','Eva &amp; co',0,1295000000,'x',3221225985),(2,2,'email','eve@mail.example.net','old@mail.example.net',0,1295000000,'x',3221225985),(3,0,'username','a','b',0,1295000000,'x',0),(4,3,'username','Gil','',0,1295000000,'x',0);
"#;
    let folder = folder_of(&[("dump.sql", dump.as_bytes())]);
    assert_eq!(detected(folder.path()), Some(("vbulletin5_database", 0.95)));
    check(
        "vbulletin5_database",
        dump,
        expect![[r#"
        asked account 2
        asked thread 2
        asked post 5
        account 2 Some("Eve") registered=2010-11-17T13:20:00Z seen=2011-03-13T07:06:40Z staff=true banned=false
        account 3 Some("Gil") registered=2010-11-17T13:20:00Z staff=false banned=false
        thread 10 by="2" board="Main & only" title="First <one>" started=2011-03-13T07:06:40Z
        thread 13 by="2" board="PMs" title="Re" started=2011-03-13T07:06:43Z
        post 10 opening by="2" in="10" at=2011-03-13T07:06:40Z body="one Gil" quoted=0 links=0 mentions=1
        post 11 reply by="3" in="10" at=2011-03-13T07:06:41Z body="two" quoted=0 links=0
        post 12 comment in="10" answers="11" at=2011-03-13T07:06:42Z body="but" quoted=3 links=0
        post 13 message by="2" in="13" at=2011-03-13T07:06:43Z body="psst" quoted=0 links=0
        identifier 2 email eve@mail.example.net profile
        former name 2 "Eva & co" until=2011-01-14T10:13:20Z
        reject post at dump.sql 441..463 line 4: the dump does not say of which post this is the text
        reject account.former_name at dump.sql 1793..1837 line 7: the row has no name that the account bore before
    "#]],
    );
}

#[test]
fn vbulletin_5_without_a_table_of_accounts_names_authors_by_their_nodes() {
    let dump = r#"
INSERT INTO `node` (`nodeid`,`contenttypeid`,`publishdate`,`userid`,`authorname`,`title`,`parentid`,`starter`) VALUES (10,20,NOW(),2,'Eve','T',7,10),(11,20,-5,2,'Eve',NULL,10,10),(12,20,99999999999,0,'Guest',NULL,10,10),('x',20,0,0,'Guest',NULL,10,10);
INSERT INTO `text` (`nodeid`,`rawtext`) VALUES (10,'one'),(11,'two'),(12,'three'),('x','lost'),(NULL,'lost');
"#;
    check(
        "vbulletin5_database",
        dump,
        expect![[r#"
        asked account 1
        asked thread 1
        asked post 5
        account 2 Some("Eve")
        thread 10 by="2" title="T"
        post 10 opening by="2" in="10" body="one" quoted=0 links=0
        post 11 reply by="2" in="10" body="two" quoted=0 links=0
        post 12 reply in="10" body="three" quoted=0 links=0
        reject post at dump.sql 336..348 line 3: the dump does not say of which post this is the text
        reject post at dump.sql 349..362 line 3: the dump does not say of which post this is the text
    "#]],
    );
}

#[test]
fn changed_names_are_kept_where_a_system_has_them() {
    let dumps = [
        (
            "xenforo_database",
            r#"
INSERT INTO `xf_user` (`user_id`,`username`,`register_date`) VALUES (1,'Hal',1290000000);
INSERT INTO `xf_username_change` (`change_id`,`user_id`,`old_username`,`new_username`,`change_state`,`change_date`) VALUES (1,1,'Hol','Hel','approved',1295000000),(2,1,'Hel','Hul','rejected',1296000000),(3,1,'Hel','Hal','approved',1297000000);
INSERT INTO `xf_change_log` (`log_id`,`content_type`,`content_id`,`edit_user_id`,`edit_date`,`field`,`old_value`,`new_value`) VALUES (1,'user',1,1,1295000000,'username','Hol','Hel'),(2,'user',1,1,1295000000,'email','a','b'),(3,'node',1,1,1295000000,'username','x','y');
INSERT INTO `xf_user_change_log` (`log_id`,`user_id`,`edit_user_id`,`edit_date`,`field`,`old_value`,`new_value`) VALUES (1,1,1,1294000000,'username','Hil','Hol');
"#,
        ),
        (
            "ipb_database",
            r#"
INSERT INTO `members` (`member_id`,`name`,`members_display_name`,`joined`) VALUES (1,'login','Jon',1290000000);
INSERT INTO `dnames_change` (`dname_id`,`dname_member_id`,`dname_date`,`dname_ip_address`,`dname_previous`,`dname_current`) VALUES (1,1,1295000000,'192.0.2.1','J&#39;n','Jon'),(2,1,0,'192.0.2.1','Jan','Jon');
"#,
        ),
        (
            "invision_database",
            r#"
INSERT INTO `core_members` (`member_id`,`name`,`joined`) VALUES (1,'Kim',1290000000);
INSERT INTO `core_member_history` (`log_id`,`log_app`,`log_member`,`log_by`,`log_type`,`log_data`,`log_date`,`log_ip_address`) VALUES (1,'core',1,NULL,'display_name','{\"old\":\"K\\u00efm\",\"new\":\"Kim\"}',1295000000,'192.0.2.1'),(2,'core',1,1,'display_name','{\"old\":',1295000000.1234,'192.0.2.1'),(3,'core',1,1,'email_change','{\"old\":\"a\"}',1295000000,'192.0.2.1');
"#,
        ),
        (
            "phpbb_database",
            r#"
INSERT INTO `phpbb_users` (`user_id`,`username`,`username_clean`,`user_regdate`) VALUES (5,'Bob','bob',1290000000);
INSERT INTO `phpbb_log` (`log_id`,`log_type`,`user_id`,`reportee_id`,`log_ip`,`log_time`,`log_operation`,`log_data`) VALUES (1,3,2,5,'192.0.2.1',1295000000,'LOG_USER_UPDATE_NAME','a:2:{i:0;s:8:\"Бo&amp;b\";i:1;s:3:\"Bob\";}'),(2,3,2,5,'192.0.2.1',1295000000,'LOG_USER_UPDATE_EMAIL','a:0:{}');
"#,
        ),
        (
            "smf_database",
            r#"
INSERT INTO `smf_members` (`id_member`,`member_name`,`real_name`,`date_registered`) VALUES (4,'anna','Anna',1290000000);
INSERT INTO `smf_log_actions` (`id_action`,`id_log`,`log_time`,`id_member`,`ip`,`action`,`id_board`,`id_topic`,`id_msg`,`extra`) VALUES (1,2,1295000000,4,'','real_name',0,0,0,'a:3:{s:8:\"previous\";s:3:\"Ann\";s:3:\"new\";s:4:\"Anna\";s:10:\"applicator\";i:4;}'),(2,2,1296000000,4,'','real_name',0,0,0,'{\"previous\":\"Anne\",\"new\":\"Anna\",\"applicator\":4,\"member_affected\":4}'),(3,2,1296000000,4,'','email_address',0,0,0,'{}'),(4,1,1296000000,4,'','real_name',0,0,0,'{}');
"#,
        ),
        (
            "discourse_database",
            "COPY public.users (id, username, username_lower, trust_level) FROM stdin;\n4\tMia\tmia\t1\n-1200\thelper\thelper\t1\n\\.\n\
             COPY public.user_histories (id, action, acting_user_id, target_user_id, created_at, ip_address, previous_value, new_value) FROM stdin;\n\
             1\t21\t1\t4\t2020-01-01 10:00:00\t192.0.2.1\tMio\tMia\n2\t10\t1\t4\t2020-01-01 10:00:00\t192.0.2.1\tx\ty\n\\.\n",
        ),
    ];
    let table: String = dumps
        .iter()
        .map(|(format, dump)| format!("{format}\n{}", records(format, &[("dump.sql", dump)])))
        .collect();
    assert!(!table.contains("192.0.2.1"));
    expect![[r#"
        xenforo_database
        asked account 1
        account 1 Some("Hal") registered=2010-11-17T13:20:00Z staff=false banned=false
        former name 1 "Hol" until=2011-01-14T10:13:20Z
        former name 1 "Hel" until=2011-02-06T13:46:40Z
        former name 1 "Hil" until=2011-01-02T20:26:40Z
        ipb_database
        asked account 1
        account 1 Some("Jon") registered=2010-11-17T13:20:00Z staff=false banned=false
        former name 1 "J'n" until=2011-01-14T10:13:20Z
        former name 1 "Jan"
        invision_database
        asked account 1
        account 1 Some("Kim") registered=2010-11-17T13:20:00Z staff=false banned=false
        former name 1 "Kïm" until=2011-01-14T10:13:20Z
        reject account.former_name at dump.sql 319..388 line 3: the row has no name that the account bore before
        phpbb_database
        asked account 1
        account 5 Some("Bob") registered=2010-11-17T13:20:00Z staff=false bot=false banned=false
        former name 5 "Бo&b" until=2011-01-14T10:13:20Z
        smf_database
        asked account 1
        account 4 Some("Anna") registered=2010-11-17T13:20:00Z staff=false banned=false
        former name 4 "Ann" until=2011-01-14T10:13:20Z
        former name 4 "Anne" until=2011-01-26T00:00:00Z
        discourse_database
        asked account 2
        account 4 Some("Mia") staff=false bot=false banned=false
        account -1200 Some("helper") staff=false bot=true banned=false
        former name 4 "Mio" until=2020-01-01T10:00:00Z
    "#]].assert_eq(&table);
}

#[test]
fn damaged_rows_cost_themselves_only() {
    let dump = "INSERT INTO `f_users` (`user_id`,`username_clean`,`username`,`user_regdate`) VALUES (2,'a','A',1300000000),(3,'open,'B',1300000000),(4,'c','C',1),(5,'d','D',99999999999),(NULL,'e','E',0),(6,'f'),(7,'g','G',NOW()),(8,'\u{0}',0x47FF,1300000000);\n\
        INSERT INTO `f_posts` (`post_id`,`topic_id`,`poster_id`,`post_text`) VALUES (1,2,3,'cut";
    check(
        "phpbb_database",
        dump,
        expect![[r#"
            asked account 8
            asked post 1
            account 2 Some("A") registered=2011-03-13T07:06:40Z staff=false bot=false banned=false
            account 4 Some("C") staff=false bot=false banned=false
            account 5 Some("D") staff=false bot=false banned=false
            account 7 Some("G") staff=false bot=false banned=false
            account 8 Some("G�") registered=2011-03-13T07:06:40Z staff=false bot=false banned=false
            unreadable account at dump.sql 107..132 line 1: a value is followed by neither a comma nor a bracket
            unreadable account at dump.sql 187..194 line 1: the row has 2 values, the table has 4 columns
            unreadable post at dump.sql 316..327 line 2: the file ends inside the row
            reject account.registered_at at dump.sql 132..145 line 1: the instant lies before 1990
            reject account.registered_at at dump.sql 146..169 line 1: the instant lies in the future
            reject account at dump.sql 170..186 line 1: the account has no id
            reject account.registered_at at dump.sql 195..212 line 1: the value is an expression, which is not computed
            reject account.name at dump.sql 213..238 line 1: bytes that are invalid in the file's encoding were replaced
        "#]],
    );
}

#[test]
fn forums_of_two_prefixes_are_refused() {
    let one = "INSERT INTO `a_posts` (`post_id`,`topic_id`,`poster_id`,`post_text`) VALUES (1,1,2,'x');\n";
    let two = one.replace("a_posts", "b_posts");
    let (collected, result) = import_files(
        "phpbb_database",
        &[("x.sql", format!("{one}{two}").as_bytes())],
    );
    expect!["the input holds several files named a_* and b_* (tables of one forum system); hint: import one source at a time"].assert_eq(&result.unwrap_err().to_string());
    assert!(collected.posts.is_empty());
}

#[test]
fn dump_of_another_system_gives_nothing() {
    for text in [
        "",
        "hello",
        "INSERT INTO `wp_posts` (`ID`) VALUES (1);",
        "{\"a\":1}",
    ] {
        let (collected, result) = import_files("phpbb_database", &[("x.sql", text.as_bytes())]);
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains("holds nothing that phpbb_database reads"),
            "{error}"
        );
        assert!(collected.asked.is_empty());
    }
}

#[test]
fn every_prefix_of_a_dump_is_read_or_refused() {
    for end in (0..PHPBB.len()).filter(|end| PHPBB.is_char_boundary(*end)) {
        let (collected, _) = import_files("phpbb_database", &[("x.sql", &PHPBB.as_bytes()[..end])]);
        collected.assert_balanced();
    }
}

#[test]
fn compressed_dump_is_read_alike() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(PHPBB.as_bytes()).unwrap();
    let compressed = encoder.finish().unwrap();
    let (from_gz, result) = import_files("phpbb_database", &[("x.sql.gz", &compressed)]);
    result.unwrap();
    let plain = records("phpbb_database", &[("x.sql", PHPBB)]);
    assert_eq!(from_gz.to_text().replace("x.sql.gz", "x.sql"), plain);
}

#[test]
fn schema_and_rows_may_stand_in_different_files() {
    let (schema, rows): (Vec<&str>, Vec<&str>) =
        PHPBB.lines().partition(|line| line.starts_with("CREATE"));
    let text = records(
        "phpbb_database",
        &[
            ("db.x-schema.sql", &schema.join("\n")),
            ("db.x.sql", &rows.join("\n")),
        ],
    );
    let together = records("phpbb_database", &[("dump.sql", PHPBB)]);
    let without_rejects = |text: String| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("reject"));
        lines.map(str::to_string).collect()
    };
    assert_eq!(without_rejects(text), without_rejects(together));
}

#[test]
fn dumps_are_recognised_by_their_first_tables() {
    let heads = [
        "CREATE TABLE `x_acl_groups` (`group_id` int, `auth_option_id` int, `auth_role_id` int);",
        "CREATE TABLE `x_admin_info_files` (`id_file` int);\nCREATE TABLE `x_attachments` (`id_attach` int, `id_msg` int);",
        "CREATE TABLE `x_adminoptions` (`uid` int, `cpstyle` varchar(50), `codepress` int);",
        "CREATE TABLE `access` (`userid` int, `accessmask` int);\nCREATE TABLE `administrator` (`adminpermissions` int, `cssprefs` text);",
        "CREATE TABLE `access` (`userid` int, `nodeid` int, `accessmask` int);\nCREATE TABLE `administrator` (`adminpermissions` int, `cssprefs` text);\nCREATE TABLE `attach` (`nodeid` int, `reportnodeid` int);\nCREATE TABLE `autosavetext` (`parentid` int, `pagetext` text);",
        "CREATE TABLE `xf_addon` (`addon_id` int);\nCREATE TABLE `xf_admin` (`user_id` int);",
        "CREATE TABLE `x_admin_login_logs` (`admin_post_details` int);\nCREATE TABLE `x_attachments` (`attach_rel_module` int);",
        "CREATE TABLE `core_acp_search_index` (`url` int);\nCREATE TABLE `core_admin_permission_rows` (`row_perm_cache` int);\nCREATE TABLE `core_admin_login_logs` (`id` int);",
        "CREATE TABLE `categories` (`disp_position` int);\nCREATE TABLE `config` (`conf_name` int);",
        "CREATE SCHEMA discourse_functions;\nCREATE TABLE public.api_key_scopes (id bigint);",
        "CREATE TABLE `wp_posts` (`ID` int, `post_title` text, `forum_id` int, `user_id` int);",
    ];
    let table: String = heads
        .iter()
        .map(|head| {
            let folder = folder_of(&[("dump.sql", head.as_bytes())]);
            format!("{:?}\n", detected(folder.path()))
        })
        .collect();
    expect![[r#"
        Some(("phpbb_database", 0.95))
        Some(("smf_database", 0.95))
        Some(("mybb_database", 0.95))
        Some(("vbulletin_database", 0.95))
        Some(("vbulletin5_database", 0.95))
        Some(("xenforo_database", 0.95))
        Some(("ipb_database", 0.95))
        Some(("invision_database", 0.95))
        Some(("fluxbb_database", 0.95))
        Some(("discourse_database", 0.95))
        None
    "#]]
    .assert_eq(&table);
}

pub(super) fn detected(path: &Path) -> Option<(&'static str, f64)> {
    let input = Input::open(path, InputOptions::default()).unwrap();
    let found = crate::detect(&input).ok()?;
    Some((found.format, found.confidence))
}

fn check(format: &str, dump: &str, expected: Expect) {
    let text = records(format, &[("dump.sql", dump)]);
    for secret in ["HASH", "SALT", "KEY", "192.0.2.1", "7F000001"] {
        assert!(!text.contains(secret), "{secret} was read");
    }
    expected.assert_eq(&text);
}

/// The records without bots and without the middle of long lines.
fn summary(collected: &crate::testing::Collected) -> String {
    let shortened = |line: &str| match line.char_indices().nth(300) {
        Some((at, _)) => format!("{} …\n", &line[..at]),
        None => format!("{line}\n"),
    };
    let text = collected.to_text();
    let bot_count = text
        .lines()
        .filter(|line| line.contains(" bot=true"))
        .count();
    let lines = text.lines().filter(|line| !line.contains(" bot=true"));
    format!(
        "{bot_count} bots\n{}",
        lines.map(shortened).collect::<String>()
    )
}
