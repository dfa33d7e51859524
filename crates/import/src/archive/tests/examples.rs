//! Small files of every system, written by hand from its documented fields, and what they become.

use crate::testing::records;
use expect_test::expect;

pub(super) const REDDIT: &str = r#"{"id":"abc","subreddit":"rust","author":"Anna","created_utc":1500000000,"title":"A &amp; B","selftext":"mail a@b.org &gt; no","edited":false,"author_flair":null}
{"id":"c1","link_id":"t3_abc","parent_id":"t3_abc","subreddit":"rust","author":"[deleted]","created_utc":"1500000100","body":"[removed]","edited":1500000200.0}
{"id":"c3", "body": "broken
{"id":"c2","link_id":"t3_abc","parent_id":"t1_c1","subreddit":"rust","author":"Ben","created_utc":1500000300,"body":"&gt; said\n\nanswer"}
{"id":"x","subreddit":"rust"}
"#;

const HACKER_NEWS: &str = r#"{"by":"dhouston","descendants":71,"id":8863,"kids":[9224],"score":104,"time":1175714200,"title":"My YC app","type":"story","url":"http://a.example/"}
{"by":"norvig","id":9224,"parent":8863,"text":"Aw shucks<p>more &#x27;text&#x27;","time":1314211127,"type":"comment"}
{"deleted":true,"id":9225,"parent":8863,"time":1314211128,"type":"comment"}
{"about":"mail me: a@b.org","created":1173923446,"delay":0,"id":"jl","karma":2937,"submitted":[8265435]}
"#;

const CONVOKIT: &str = r#"{"id": "a", "conversation_id": "a", "text": "Hello", "speaker": "Anna", "meta": {"title": "T"}, "reply-to": null, "timestamp": 1500000000}
{"id": "b", "root": "a", "text": "Hi", "user": {"id": "Ben"}, "meta": {}, "reply_to": "a", "timestamp": "None"}
"#;

const AIL: &str = r#"{"source":"ail_feeder_telegram","source-uuid":"9c","meta":{"id":7,"date":{"datestamp":"2024-01-01 00:00:00","timestamp":1704067200.0,"timezone":"UTC"},"reply_to":6,"chat":{"id":100,"name":"Room","type":"channel"},"sender":{"id":5,"username":"anna","phone":"1","access_hash":3},"media":{"name":"x"}},"data":"hello"}
{"source":"x","source-uuid":"9c","data-sha256":"00","meta":{"id":8,"chat":{"id":100}},"data":"H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=="}
{"source":"x","source-uuid":"9c","data-sha256":"00","meta":{"id":9,"chat":{"id":100}},"data":"!!"}
{"source":"x","source-uuid":"9c","meta":{"crawled":true},"data":"page"}
"#;

const FLARE: &str = r#"{"event_type":"chat_message","data":{"posted_at":"2025-01-01T00:00:00","actor":{"id":"74","name":"cathy"},"context":{"conversation_id":"end","conversation_name":"chat"},"content":"text"},"metadata":{"uid":"chat_message/telegram/1","severity":"info"}}
{"id":"7","title":"Title","actor":"Leak","actor_id":null,"actor_name":"Leak","category_name":"Databases","content":"post","posted_at":"2025-10-28T18:50:57.328427+05:30","topic_id":"9","topic_title":"Title","header":{"es_score":1.0,"type":"forum_post","source":"dark","uid":"forum_post/dark/7","parent_uid":"forum_topic/dark/9"},"metadata":{"source":"dark"}}
{"activity":{"data":{"uid":"seller/market/v","actor_id":"v","actor_name":"V","about":"mail v@b.org","metadata":{"source":"market"}},"header":{"type":"seller","uid":"seller/market/v","source":"market"}}}
{"activity":{"data":{"uid":"listing/market/1","description":"good","title":"T","seller_id":"v","seller_name":"V","metadata":{"source":"market","estimated_created_at":"2025-03-12T09:15:00Z"}},"header":{"type":"listing","uid":"listing/market/1","source":"market"}}}
"#;

const CRIMEBB_POSTS: &str = "IdPost,Site,Thread,Author,AuthorName,Timestamp,Content,CitedPost\n1,0,5,9,Anna,2016-01-01 10:00:00+00,\"hello, icq 123456789\",\n2,0,5,-1,,2016-01-01 11:00:00+00,guest,\n";
const CRIMEBB_MEMBERS: &str = "IdMember\tSite\tUsername\tRegistrationDate\tSignature\n9\t0\tAnna\t2015-01-01\tjabber: anna@b.org\n";
const CRIMEBB_SECOND: &str = "id\tsite_id\tboard_id\tthread_id\tcreator_id\tcreator\tcontent\tcreated_on\n1\t3\t4\t5\t6\tBen\ttext\t2021-01-01 00:00:00\n";
const FOUR_CAT: &str = "thread_id,id,timestamp,unix_timestamp,body,subject,author,author_id,image_file\n1,1,2020-01-01 00:00:00,1577836800,\"first\",Sub,Anna,,a.png\n1,2,2020-01-01 00:01:00,1577836860,>>1,,Anonymous,,\n";
const MARKET: &str = "hash_str,marketplace,title,vendor,vendor_hash,total_sales,first_observed,last_observed,description\nh1,Alpha,Item,Vend,x,3,2016-05-01,2016-06-01,text of it\n";

const CRIMEBB_FIRST_DUMP: &str = r#"--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

CREATE TABLE public."Forum" (
    "IdForum" integer NOT NULL,
    "Site" integer NOT NULL,
    "Title" text
);

CREATE TABLE public."Member" (
    "IdMember" integer NOT NULL,
    "Site" integer NOT NULL,
    "Username" text,
    "RegistrationDate" timestamp with time zone,
    "Signature" text
);

CREATE TABLE public."Post" (
    "IdPost" bigint NOT NULL,
    "Author" integer,
    "Thread" integer,
    "Timestamp" timestamp with time zone,
    "Content" text,
    "CitedPost" bigint[],
    "AuthorName" text,
    "Site" integer NOT NULL
);

COPY public."Forum" ("IdForum", "Site", "Title") FROM stdin;
170	0	Board
\.

COPY public."Member" ("IdMember", "Site", "Username", "RegistrationDate", "Signature") FROM stdin;
9	0	Anna	2015-01-01 00:00:00+00	icq 123456789
10	0	\N	\N	\N
\.

COPY public."Post" ("IdPost", "Author", "Thread", "Timestamp", "Content", "CitedPost", "AuthorName", "Site") FROM stdin;
1	9	5	2016-01-01 10:00:00+00	hello\nthere	{-1}	Anna	0
2	-1	5	2016-01-01 11:00:00.5+01	guest	{1,7}	\N	0
3	9	5	broken
\.

COPY public."Thread" ("IdThread", "Author", "Forum", "Heading", "Site", "AuthorName") FROM stdin;
5	9	170	A title	0	Anna
\.
"#;

const CRIMEBB_SECOND_DUMP: &str = r#"CREATE TABLE public.boards (
    id integer NOT NULL,
    site_id integer,
    name text
);
CREATE TABLE public.threads (
    id integer NOT NULL,
    site_id integer,
    board_id integer,
    creator_id integer,
    creator text,
    name text,
    created_on timestamp with time zone
);
COPY public.boards (id, site_id, name) FROM stdin;
4	3	Board
\.
COPY public.members (id, site_id, username, registered_on, db_created_on) FROM stdin;
6	3	Ben	2020-01-01 00:00:00+00	2022-01-01 00:00:00+00
\.
COPY public.posts (id, site_id, board_id, thread_id, creator_id, creator, creator_reputation, content, created_on, updated_on) FROM stdin;
1	3	4	5	6	Ben	12	text	2021-01-01 00:00:00+00	2021-01-02 00:00:00+00
2	3	4	5	7	Cleo	0	more	2021-01-01 01:00:00+00	\N
\.
INSERT INTO public.threads VALUES (5, 3, 4, 6, 'Ben', 'It''s a title', '2021-01-01 00:00:00+00');
"#;

const CRIMEBB_SECOND_MEMBERS: &str = "id\tsite_id\tusername\turl\tdb_created_on\n6\t3\tBen\thttp://f.example/u/6\t2022-01-01 00:00:00\n";

const FOUR_CAT_LINES: &str = r#"{"id":"2","thread_id":"1","timestamp":"2020-01-01 00:01:00","unix_timestamp":1577836860,"subject":"","author":"Anna","body":">>1\nyes","board":"pol"}
"#;
const FOUR_CAT_TELEGRAM_TABLE: &str = "id,thread_id,chat,author,author_username,author_name,body,reply_to,timestamp,unix_timestamp,unix_timestamp_edited,attachment_filename\n7,room,room,5,anna,Anna A,hello,6,2020-01-01 00:00:00,1577836800,1577836860,\n";
const FOUR_CAT_TELEGRAM: &str = r#"{"id":7,"peer_id":{"channel_id":1,"_type":"PeerChannel"},"date":1577836800.0,"message":"hello","reply_to_msg_id":6,"edit_date":null,"media":{"photo":{"id":1},"_type":"MessageMediaPhoto"},"_chat":{"id":1,"title":"Room","username":"room"},"_sender":{"id":5,"username":"anna","first_name":"Anna","phone":"49123"}}
{"id":8,"date":1577836801.0,"message":"from the channel","_chat":{"id":2,"title":"News","username":null},"_sender":{},"from_id":null}
"#;

const AIL_FEEDERS: &str = r#"{"source":"jabber","source-uuid":"1","data-sha256":"0","meta":{"jabber:id":"m1","jabber:from":"anna@j.example/home","jabber:to":"room@c.example/x","jabber:ts":"2020-01-01T00:00:00+00:00"},"data":"aGVsbG8="}
{"source":"twitter","source-uuid":"2","data-sha256":"0","meta":{"twitter:tweet_id":"77","twitter:id":"ben","twitter:datestamp":"2020-02-14"},"data":"aGVsbG8="}
{"source":"ail_feeder_discord","source-uuid":"3","data-sha256":"0","meta":{"message:id":"5","channel:id":"4","sender:id":"3","sender:profile":"cleo#0001","server:name":"S","timestamp":"2020-01-01T00:00:00+00:00","edited_timestamp":null,"attachments":[{"id":"1"}],"referenced-message":{"message-id":"2"}},"data":"aGVsbG8="}
{"source":"forum-extractor","source-uuid":"4","meta":{"status":"success","forum_id":"f","page_type":"thread","extracted":{"thread":{"thread_id":"9","thread_title":"T"},"current_subforum":{"subforum_name":"Market"},"posts":[{"post_id":"1","post_timestamp":"1577836800","author":{"author_id":"0","author_username":"Anna"},"content":{"text":"sell","images":["i.png"]}}]}},"data":""}
"#;

const FLARE_SECOND: &str = r#"[{"event_type":"forum_post","data":{"posted_at":"2025-01-01T00:00:00Z","actor":{"id":"74","name":"cathy"},"context":{"topic_id":"9","topic_title":"Title","category_name":"Market"},"content":"text"},"metadata":{"uid":"forum_post/dark/1"}},
{"event_type":"forum_topic","data":{"posted_at":"2025-01-01T00:00:00Z","actor":{"id":"74","name":"cathy"},"title":"Title","content":"opening"},"metadata":{"uid":"forum_topic/dark/9"}},
{"event_type":"listing","data":{"title":"T","description":"good","seller":{"id":"v","name":"V"}},"metadata":{"uid":"listing/market/1","estimated_created_at":"2025-03-12T09:15:00Z"}},
{"event_type":"seller","data":{"actor":{"id":"v","name":"V"},"about":"jabber: v@b.org"},"metadata":{"uid":"seller/market/v"}},
{"event_type":"profile","data":{"actor":{"name":"dan"},"location":"here"},"metadata":{"uid":"profile/site/dan"}},
{"event_type":"paste","data":{"title":"P","content":"pasted","actor":{"name":"dan"}},"metadata":{"uid":"paste/site/p"}},
{"event_type":"stealer_log","data":{},"metadata":{"uid":"stealer_log/x/1"}}]
"#;

const FLARE_FIRST: &str = r#"{"id":"9","title":"Title","actor":"Leak","actor_id":"12","actor_name":"Leak","category_name":"Databases","content":"opening","posted_at":"2025-10-28T18:50:57+00:00","header":{"es_score":1.0,"type":"forum_topic","source":"dark","uid":"forum_topic/dark/9"},"metadata":{"source":"dark"}}
{"conversation_id":"c","conversation_name":"chat","actor_id":"3","actor_name":"eve","content":"hi","posted_at":"2025-10-28T18:50:57+00:00","header":{"es_score":1.0,"type":"chat_message","source":"telegram","uid":"chat_message/telegram/2"},"metadata":{}}
{"title":"P","content":"pasted","actor_name":"dan","header":{"es_score":1.0,"type":"paste","source":"site","uid":"paste/site/p"},"metadata":{"estimated_created_at":"2025-03-12T09:15:00Z"}}
{"activity":{"data":{"actor_name":"dan","about":"me","location":"here","website":"https://dan.example/"},"header":{"type":"profile","uid":"profile/site/dan","source":"site"}}}
"#;

const MARKET_FEEDBACK: &str = "hash_str,marketplace,item_hash,vendor_hash,giver,message,date,order_amount_usd\nf1,Alpha,h1,x,j***n,quick,2016-07-01,12.5\nf2,Alpha,h1,x,Anna,\"fine, again\",2016-07-02,12.5\n";
const MARKET_VENDOR_FEEDBACK: &str = "market;vendor;buyer;rating;comment;date\nAlpha;Vend;Ben;5;good;2016-07-01\nAlpha;Vend;a*e;1;bad;2016-07-02\n";

const SPEAKERS: &str = r#"{"Anna": {"meta": {"is-admin": true, "gender": "unknown"}, "vectors": []}, "[deleted]": {"meta": {}}, "Ben": {"meta": {"is-admin": false}, "vectors": []}}"#;
const CONVERSATIONS: &str =
    r#"{"a": {"meta": {"title": "T", "subreddit": "rust"}, "vectors": []}, "b": 7}"#;

const MATTERMOST_BULK: &str = r#"{"type":"version","version":1,"info":{"generator":"mattermost-server"}}
{"type":"role","role":{"name":"x"}}
{"type":"team","team":{"name":"t","display_name":"Team"}}
{"type":"channel","channel":{"team":"t","name":"town","display_name":"Town Square","type":"O","header":""}}
{"type":"user","user":{"username":"anna","email":"anna@b.org","password":"secret","nickname":"","position":"jabber: a@j.org","roles":"system_user"}}
{"type":"bot","bot":{"username":"robot","owner":"anna","description":""}}
{"type":"post","post":{"team":"t","channel":"town","user":"anna","type":"","message":"**hello**","create_at":1566376137676,"edit_at":1566376139000,"attachments":[{"path":"a.png"}],"replies":[{"user":"ben","message":"> hello\nhi","create_at":1566376138676,"edit_at":0,"reactions":null,"attachments":null}]}}
{"type":"direct_channel","direct_channel":{"members":["ron","anna"]}}
{"type":"direct_post","direct_post":{"channel_members":["ron","anna"],"user":"ron","message":"psst","create_at":1566376137676,"replies":[{"user":"anna","message":"what","create_at":1566376138676}]}}
{"type":"post","post":{"team":"t","channel":"town","user":"anna","message":"cut
"#;

const ASKBOT_PAGE: &str = r#"<!DOCTYPE html><html><script>askbot['x'] = 1;</script>
<div class="post js-question" data-post-id="7"><div id="post-id-7" class="post-content"><h1><a href="/question/7/">A title</a></h1>
<div class="post-body"><div class="post-update-info-container"><div class="post-update-info">asked <abbr class="timeago" title="2014-04-08 09:24:04 -0600">x</abbr><a href="/en/users/5/anna/"><img></a><div class="user-info"><a href="/en/users/5/anna/">Anna</a></div></div>
<div class="post-update-info">updated <abbr title="2015-08-02 19:32:39 -0600">y</abbr></div></div><p>How? <b>Now</b></p></div>
<div class="comments" data-parent-post-id="7"><div id="post-id-8" class="comment" data-comment-id="8"><div class="comment-body"><p>Why</p></div><a class="author" href="/en/users/6/ben/">Ben</a><abbr title="2014-04-09 09:24:04 -0600">z</abbr></div><div id="post-id-0" class="comment"></div></div></div></div>
<div id="post-id-9" data-post-id="9" class="post answer"><div class="post-body"><p>So</p></div></div></html>
"#;

pub(super) const EXAMPLES: [(&str, &str, &str); 26] = [
    ("askbot", "question.html", ASKBOT_PAGE),
    ("reddit", "RC_2017-07", REDDIT),
    ("hacker_news", "items.jsonl", HACKER_NEWS),
    ("convokit", "utterances.jsonl", CONVOKIT),
    ("convokit", "speakers.json", SPEAKERS),
    ("convokit", "conversations.json", CONVERSATIONS),
    ("ail", "feed.jsonl", AIL),
    ("ail", "feeders.jsonl", AIL_FEEDERS),
    ("flare", "events.jsonl", FLARE),
    ("flare", "second.json", FLARE_SECOND),
    ("flare", "first.jsonl", FLARE_FIRST),
    ("crimebb", "post.csv", CRIMEBB_POSTS),
    ("crimebb", "members.csv", CRIMEBB_MEMBERS),
    ("crimebb", "posts.csv", CRIMEBB_SECOND),
    ("crimebb", "members2.csv", CRIMEBB_SECOND_MEMBERS),
    ("crimebb", "crimebb-a.sql", CRIMEBB_FIRST_DUMP),
    ("crimebb", "crimebb-b.sql", CRIMEBB_SECOND_DUMP),
    ("four_cat", "4cat.csv", FOUR_CAT),
    ("four_cat", "4cat.ndjson", FOUR_CAT_LINES),
    ("four_cat", "telegram.csv", FOUR_CAT_TELEGRAM_TABLE),
    ("four_cat", "telegram.ndjson", FOUR_CAT_TELEGRAM),
    ("darknet_market", "items.csv", MARKET),
    ("darknet_market", "feedback.csv", MARKET_FEEDBACK),
    (
        "darknet_market",
        "vendor_feedback.csv",
        MARKET_VENDOR_FEEDBACK,
    ),
    ("mattermost_bulk", "import.jsonl", MATTERMOST_BULK),
    ("mattermost_bulk", "posts.jsonl", MATTERMOST_POSTS),
];

const MATTERMOST_POSTS: &str = r#"{"type":"post","post":{"team":"t","channel":"town","user":"anna","message":"no version","create_at":1566376137676,"replies":null}}
"#;

#[test]
fn small_examples_become_records() {
    let out: String = EXAMPLES
        .iter()
        .map(|(format, name, text)| {
            format!("== {format} {name}\n{}", records(format, &[(name, text)]))
        })
        .collect();
    expect![[r#"
        == askbot question.html
        asked account 2
        asked thread 1
        asked post 3
        account 5 Some("Anna")
        account 6 Some("Ben")
        thread 7 by="5" title="A title" started=2014-04-08T15:24:04Z
        post post:7 opening by="5" in="7" at=2014-04-08T15:24:04Z edited=2015-08-03T01:32:39Z body="How? Now" quoted=0 links=0
        post comment:8 comment by="6" in="7" answers="post:7" at=2014-04-09T15:24:04Z body="Why" quoted=0 links=0
        post post:9 reply in="7" answers="post:7" body="So" quoted=0 links=0
        == reddit RC_2017-07
        asked account 2
        asked thread 1
        asked post 4
        asked unknown 1
        account name:Anna Some("Anna")
        account name:Ben Some("Ben")
        thread t3_abc by="name:Anna" board="rust" title="A & B" started=2017-07-14T02:40:00Z
        post t3_abc opening by="name:Anna" in="t3_abc" at=2017-07-14T02:40:00Z body="mail a@b.org > no" quoted=0 links=0
        post t1_c1 reply in="t3_abc" answers="t3_abc" at=2017-07-14T02:41:40Z edited=2017-07-14T02:43:20Z quoted=0 links=0
        post t1_c2 reply by="name:Ben" in="t3_abc" answers="t1_c1" at=2017-07-14T02:45:00Z body="answer" quoted=5 links=0
        identifier name:Anna email a@b.org mentioned in="t3_abc"
        unreadable post at RC_2017-07 322..349 line 3: a line break stands inside a string
        reject unknown at RC_2017-07 489..518 line 5: it is no kind of record that the importer knows
        == hacker_news items.jsonl
        asked account 3
        asked thread 1
        asked post 3
        account name:dhouston Some("dhouston")
        account name:norvig Some("norvig")
        account name:jl Some("jl") registered=2007-03-15T01:50:46Z about="mail me: a@b.org" reputation=2937
        thread 8863 by="name:dhouston" title="My YC app" started=2007-04-04T19:16:40Z
        post 8863 opening by="name:dhouston" in="8863" at=2007-04-04T19:16:40Z quoted=0 links=0
        post 9224 reply by="name:norvig" answers="8863" at=2011-08-24T18:38:47Z body="Aw shucks\nmore 'text'" quoted=0 links=0
        post 9225 reply answers="8863" at=2011-08-24T18:38:48Z quoted=0 links=0
        identifier name:jl email a@b.org profile
        == convokit utterances.jsonl
        asked account 2
        asked thread 1
        asked post 2
        account name:Anna Some("Anna")
        account name:Ben Some("Ben")
        thread a by="name:Anna" title="T" started=2017-07-14T02:40:00Z
        post a opening by="name:Anna" in="a" at=2017-07-14T02:40:00Z body="Hello" quoted=0 links=0
        post b reply by="name:Ben" in="a" answers="a" body="Hi" quoted=0 links=0
        reject post.posted_at at utterances.jsonl 139..250 line 2: the instant cannot be read
        == convokit speakers.json
        asked account 3
        account name:Anna Some("Anna") staff=true
        account name:Ben Some("Ben") staff=false
        reject account at speakers.json 88..100 line 1: the account has neither id nor name
        == convokit conversations.json
        asked thread 2
        thread a board="rust" title="T"
        unreadable thread at conversations.json 73..74 line 1: the value is no JSON object
        == ail feed.jsonl
        asked account 1
        asked thread 1
        asked post 3
        asked unknown 1
        account 5 Some("anna")
        thread 100 board="Room" title="Room"
        post 100:7 message by="5" in="100" answers="100:6" at=2024-01-01T00:00:00Z body="hello" quoted=0 links=0
        post 100:8 message in="100" body="hello" quoted=0 links=0
        post 100:9 message in="100" quoted=0 links=0
        reject post.body at feed.jsonl 448..546 line 3: the text is not in the encoding that it ought to be in
        reject unknown at feed.jsonl 547..618 line 4: it is no kind of record that the importer knows
        == ail feeders.jsonl
        asked account 4
        asked thread 2
        asked post 4
        account name:anna@j.example Some("anna@j.example")
        account name:ben Some("ben")
        account 3 Some("cleo#0001")
        account f:Anna Some("Anna")
        thread 4 board="S"
        thread f:9 board="Market" title="T"
        post jabber:m1 message by="name:anna@j.example" at=2020-01-01T00:00:00Z body="hello" quoted=0 links=0
        post twitter:77 opening by="name:ben" at=2020-02-14T00:00:00Z~day body="hello" quoted=0 links=0
        post 5 message by="3" in="4" answers="2" at=2020-01-01T00:00:00Z body="hello" quoted=0 links=0
        post f:1 reply by="f:Anna" in="f:9" at=2020-01-01T00:00:00Z body="sell" quoted=0 links=0
        reject post.posted_at at feeders.jsonl 207..366 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == flare events.jsonl
        asked account 3
        asked thread 3
        asked post 3
        account telegram:74 Some("cathy")
        account dark:Leak Some("Leak")
        account market:v Some("V") about="mail v@b.org"
        thread telegram:end board="chat" title="chat"
        thread dark:9 board="Databases" title="Title"
        thread listing/market/1 by="market:v" board="market" title="T" started=2025-03-12T09:15:00Z
        post chat_message/telegram/1 message by="telegram:74" in="telegram:end" at=2025-01-01T00:00:00Z body="text" quoted=0 links=0
        post forum_post/dark/7 reply by="dark:Leak" in="dark:9" at=2025-10-28T13:20:57.328427Z body="post" quoted=0 links=0
        post listing/market/1 opening by="market:v" in="listing/market/1" at=2025-03-12T09:15:00Z body="good" quoted=0 links=0
        identifier market:v email v@b.org profile
        reject post.posted_at at events.jsonl 0..250 line 1: the time zone is not stated; from here on such instants of this file are taken as UTC
        == flare second.json
        asked account 4
        asked thread 4
        asked post 4
        asked unknown 1
        account dark:74 Some("cathy")
        account market:v Some("V")
        account market:v Some("V") about="jabber: v@b.org"
        account site:dan Some("dan") location="here"
        thread dark:9 board="Market" title="Title"
        thread dark:9 by="dark:74" title="Title" started=2025-01-01T00:00:00Z
        thread listing/market/1 by="market:v" board="market" title="T" started=2025-03-12T09:15:00Z
        thread paste/site/p by="site:dan" board="site" title="P"
        post forum_post/dark/1 reply by="dark:74" in="dark:9" at=2025-01-01T00:00:00Z body="text" quoted=0 links=0
        post forum_topic/dark/9 opening by="dark:74" in="dark:9" at=2025-01-01T00:00:00Z body="opening" quoted=0 links=0
        post listing/market/1 opening by="market:v" in="listing/market/1" at=2025-03-12T09:15:00Z body="good" quoted=0 links=0
        post paste/site/p opening by="site:dan" in="paste/site/p" body="pasted" quoted=0 links=0
        identifier market:v jabber v@b.org profile
        reject unknown at second.json 969..1044 line 7: it is no kind of record that the importer knows
        == flare first.jsonl
        asked account 4
        asked thread 3
        asked post 3
        account dark:12 Some("Leak")
        account telegram:3 Some("eve")
        account site:dan Some("dan")
        account site:dan Some("dan") about="me" location="here" website="https://dan.example/"
        thread dark:9 by="dark:12" board="Databases" title="Title" started=2025-10-28T18:50:57Z
        thread telegram:c board="chat" title="chat"
        thread paste/site/p by="site:dan" board="site" title="P" started=2025-03-12T09:15:00Z
        post forum_topic/dark/9 opening by="dark:12" in="dark:9" at=2025-10-28T18:50:57Z body="opening" quoted=0 links=0
        post chat_message/telegram/2 message by="telegram:3" in="telegram:c" at=2025-10-28T18:50:57Z body="hi" quoted=0 links=0
        post paste/site/p opening by="site:dan" in="paste/site/p" at=2025-03-12T09:15:00Z body="pasted" quoted=0 links=0
        == crimebb post.csv
        asked account 1
        asked thread 1
        asked post 2
        account 0:9 Some("Anna")
        thread 0:5
        post 0:1 reply by="0:9" in="0:5" at=2016-01-01T10:00:00Z body="hello, icq 123456789" quoted=0 links=0
        post 0:2 reply in="0:5" at=2016-01-01T11:00:00Z body="guest" quoted=0 links=0
        identifier 0:9 icq 123456789 mentioned in="0:1"
        == crimebb members.csv
        asked account 1
        account 0:9 Some("Anna") registered=2015-01-01T00:00:00Z~day
        identifier 0:9 jabber anna@b.org signature
        reject account.registered_at at members.csv 50..88 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == crimebb posts.csv
        asked account 1
        asked thread 1
        asked post 1
        account 3:6 Some("Ben")
        thread 3:5
        post 3:1 reply by="3:6" in="3:5" at=2021-01-01T00:00:00Z body="text" quoted=0 links=0
        reject post.posted_at at posts.csv 68..106 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == crimebb members2.csv
        asked account 1
        account 3:6 Some("Ben")
        == crimebb crimebb-a.sql
        asked account 2
        asked thread 2
        asked post 3
        account 0:9 Some("Anna") registered=2015-01-01T00:00:00Z
        account 0:10 None
        thread 0:5
        thread 0:5 by="0:9" board="170" title="A title"
        post 0:1 reply by="0:9" in="0:5" at=2016-01-01T10:00:00Z body="hello\nthere" quoted=0 links=0
        post 0:2 reply in="0:5" answers="0:1" at=2016-01-01T10:00:00.500Z body="guest" quoted=0 links=0
        identifier 0:9 icq 123456789 signature
        unreadable post at crimebb-a.sql 1113..1125 line 44: the row has 4 values, the table has 8 columns
        == crimebb crimebb-b.sql
        asked account 2
        asked thread 2
        asked post 2
        account 3:6 Some("Ben") registered=2020-01-01T00:00:00Z
        account 3:7 Some("Cleo")
        thread 3:5
        thread 3:5 by="3:6" board="4" title="It's a title" started=2021-01-01T00:00:00Z
        post 3:1 reply by="3:6" in="3:5" at=2021-01-01T00:00:00Z edited=2021-01-02T00:00:00Z body="text" quoted=0 links=0
        post 3:2 reply by="3:7" in="3:5" at=2021-01-01T01:00:00Z body="more" quoted=0 links=0
        == four_cat 4cat.csv
        asked account 1
        asked thread 1
        asked post 2
        account name:Anna Some("Anna")
        thread 1 by="name:Anna" title="Sub" started=2020-01-01T00:00:00Z
        post 1 opening by="name:Anna" in="1" at=2020-01-01T00:00:00Z body="first" quoted=0 links=0
        post 2 reply in="1" at=2020-01-01T00:01:00Z quoted=1 links=0
        == four_cat 4cat.ndjson
        asked account 1
        asked thread 1
        asked post 1
        account name:Anna Some("Anna")
        thread 1 board="pol"
        post 2 reply by="name:Anna" in="1" at=2020-01-01T00:01:00Z body="yes" quoted=2 links=0
        == four_cat telegram.csv
        asked account 1
        asked thread 1
        asked post 1
        account 5 Some("anna")
        thread room board="room"
        post room:7 message by="5" in="room" answers="room:6" at=2020-01-01T00:00:00Z edited=2020-01-01T00:01:00Z body="hello" quoted=0 links=0
        == four_cat telegram.ndjson
        asked account 1
        asked thread 2
        asked post 2
        account 5 Some("anna")
        thread room board="Room" title="Room"
        thread 2 board="News" title="News"
        post room:7 message by="5" in="room" answers="room:6" at=2020-01-01T00:00:00Z body="hello" quoted=0 links=0
        post 2:8 message in="2" at=2020-01-01T00:00:01Z body="from the channel" quoted=0 links=0
        == darknet_market items.csv
        asked account 1
        asked thread 1
        asked post 1
        account Alpha:Vend Some("Vend")
        thread h1 by="Alpha:Vend" board="Alpha" title="Item" started=2016-05-01T00:00:00Z
        post h1 opening by="Alpha:Vend" in="h1" at=2016-05-01T00:00:00Z~day body="text of it" quoted=0 links=0
        reject post.posted_at at items.csv 99..154 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == darknet_market feedback.csv
        asked account 1
        asked thread 1
        asked post 2
        account Alpha:Anna Some("Anna")
        thread h1 board="Alpha"
        post feedback:f1 comment in="h1" answers="h1" at=2016-07-01T00:00:00Z~day body="quick" quoted=0 links=0
        post feedback:f2 comment by="Alpha:Anna" in="h1" answers="h1" at=2016-07-02T00:00:00Z~day body="fine, again" quoted=0 links=0
        reject post.posted_at at feedback.csv 79..120 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == darknet_market vendor_feedback.csv
        asked account 1
        asked thread 1
        asked post 2
        account Alpha:Ben Some("Ben")
        thread vendor:Alpha:Vend board="Alpha" title="Vend"
        post hash:39c98cb65d39ac32371167640ab73870 comment by="Alpha:Ben" in="vendor:Alpha:Vend" at=2016-07-01T00:00:00Z~day body="good" quoted=0 links=0
        post hash:69a52cbccb7ebe2ff7e8a9835dfae989 comment in="vendor:Alpha:Vend" at=2016-07-02T00:00:00Z~day body="bad" quoted=0 links=0
        reject post.posted_at at vendor_feedback.csv 40..72 line 2: the time zone is not stated; from here on such instants of this file are taken as UTC
        == mattermost_bulk import.jsonl
        asked account 4
        asked thread 2
        asked post 5
        account name:anna Some("anna") about="jabber: a@j.org"
        account name:robot Some("robot") bot=true
        account name:ben Some("ben")
        account name:ron Some("ron")
        thread t:town board="Town Square" title="Town Square"
        thread direct:anna|ron
        post t:town:1566376137676:anna message by="name:anna" in="t:town" at=2019-08-21T08:28:57.676Z edited=2019-08-21T08:28:59Z body="hello" quoted=0 links=0
        post t:town:1566376138676:ben message by="name:ben" in="t:town" answers="t:town:1566376137676:anna" at=2019-08-21T08:28:58.676Z body="hi" quoted=6 links=0
        post direct:anna|ron:1566376137676:ron message by="name:ron" in="direct:anna|ron" at=2019-08-21T08:28:57.676Z body="psst" quoted=0 links=0
        post direct:anna|ron:1566376138676:anna message by="name:anna" in="direct:anna|ron" answers="direct:anna|ron:1566376137676:ron" at=2019-08-21T08:28:58.676Z body="what" quoted=0 links=0
        identifier name:anna email anna@b.org profile
        identifier name:anna jabber a@j.org profile
        unreadable post at import.jsonl 1073..1153 line 10: a line break stands inside a string
        == mattermost_bulk posts.jsonl
        asked account 1
        asked thread 1
        asked post 1
        account name:anna Some("anna")
        thread t:town
        post t:town:1566376137676:anna message by="name:anna" in="t:town" at=2019-08-21T08:28:57.676Z body="no version" quoted=0 links=0
    "#]].assert_eq(&out);
}
