//! A small file of every format of chats, with as many of its cases as fit.

/// Format, name of the file, content.
pub(super) const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "telegram_channel",
        "1001234567890_messages.json",
        r#"[
 {"message_id": 2, "sender_id": -1001234567890, "text": "**News** [here](https://a.example/x)\nmail me@mail.example.com", "date": "2024-12-04T08:31:33+00:00", "channel": "Room", "category": "it"},
 {"message_id": 1, "sender_id": 77, "text": "hi", "date": "2024-12-04T08:31:33", "channel": "Room", "reply_to_msg_id": 2},
 {"sender_id": 77, "text": "no id", "channel": "Room"},
 7
]"#,
    ),
    (
        "telegram_api",
        "telethon.jsonl",
        r#"{"_": "Message", "id": 10, "peer_id": {"_": "PeerChannel", "channel_id": 5}, "date": "2021-03-04T05:06:07+00:00", "message": "hello", "from_id": {"_": "PeerUser", "user_id": 77}, "reply_to": {"_": "MessageReplyHeader", "reply_to_msg_id": 9, "reply_to_peer_id": null}, "media": {"_": "MessageMediaPhoto", "photo": {"id": 1}}, "edit_date": "2021-03-04T06:00:00+00:00"}
{"_": "Message", "id": 11, "peer_id": {"_": "PeerChannel", "channel_id": 5}, "date": "2021-03-04T05:06:08+00:00", "message": "by the channel", "from_id": null, "reply_to": {"reply_to_msg_id": 3, "reply_to_peer_id": {"channel_id": 6}}}
{"_": "Message", "id": 12, "peer_id": {"_": "PeerUser", "user_id": 8}, "date": "2021-03-04T05:06:09+00:00", "message": "own", "out": true, "fwd_from": {"date": "2020-01-01"}}
{"_": "MessageService", "id": 13, "peer_id": {"_": "PeerChat", "chat_id": 4}, "date": "2021-03-04T05:06:10+00:00", "from_id": {"user_id": 77}, "action": {"_": "MessageActionChatEditTitle", "title": "x"}}
{"_": "Message", "message_id": 20, "date": "2021-03-04 05:06:11", "chat": {"_": "Chat", "id": -1000000000005, "type": "supergroup", "title": "Room"}, "from_user": {"_": "User", "id": 78, "is_bot": false, "first_name": "Ann", "last_name": "Lee", "username": "ann_lee_x"}, "text": "pyrogram", "reply_to_message_id": 10}
{"update_id": 1, "message": {"message_id": 21, "date": 1614834372, "chat": {"id": -9, "type": "group", "title": "Small"}, "from": {"id": 79, "is_bot": true, "first_name": "Bot"}, "caption": "photo", "photo": [{"file_id": "a"}, {"file_id": "b"}]}}
{"update_id": 2, "callback_query": {"id": "1"}}
{"other": 1}
"#,
    ),
    (
        "gitter",
        "page.json",
        r#"[{"id": "m1", "text": "see [x](https://a.example)", "html": "", "sent": "2020-03-23T13:18:08.800Z", "editedAt": "2020-03-23T13:20:00.000Z", "parentId": "m0", "fromUser": {"id": "u1", "username": "anna", "displayName": "Anna"}}, {"text": "x", "sent": "2020-03-23T13:18:08.800Z"}]"#,
    ),
    (
        "mattermost",
        "posts.json",
        r#"{"order": ["p1", "p2"], "posts": {
  "p1": {"id": "p1", "create_at": 1523546846639, "edit_at": 1523546850000, "user_id": "u1", "channel_id": "c1", "root_id": "p0", "message": "> old\nnew", "type": "", "file_ids": ["f1", "f2"]},
  "p2": {"id": "p2", "create_at": 1523546846640, "edit_at": 0, "user_id": "u2", "channel_id": "c1", "root_id": "", "message": "u2 joined", "type": "system_join_team"},
  "p3": {"create_at": 1523546846640, "channel_id": "c1", "message": "no id"}
}}"#,
    ),
    (
        "rocketchat",
        "rocketchat_message.json",
        r#"{"_id": "m1", "rid": "r1", "msg": "hello **you**", "ts": {"$date": "2020-05-02T07:30:42.993Z"}, "u": {"_id": "u1", "username": "anna", "name": "Anna A."}, "tmid": "m0", "attachments": [{"title": "a.png"}, {"message_link": "https://chat.example/x"}]}
{"_id": "m2", "rid": "r1", "ts": {"$date": {"$numberLong": "1588404642993"}}, "u": {"_id": "u2", "username": "ben"}, "md": [{"type": "QUOTE", "value": [{"type": "PARAGRAPH", "value": [{"type": "PLAIN_TEXT", "value": "said"}]}]}, {"type": "PARAGRAPH", "value": [{"type": "PLAIN_TEXT", "value": "see "}, {"type": "LINK", "value": {"src": {"type": "PLAIN_TEXT", "value": "https://a.example"}, "label": [{"type": "PLAIN_TEXT", "value": "this"}]}}]}]}
{"_id": "m3", "rid": "r1", "t": "uj", "msg": "ben", "ts": "2020-05-02T07:30:44Z", "u": {"_id": "u2", "username": "ben"}}
{"_id": "m4", "rid": "r1", "msg": "before", "_hidden": true, "parent": "m1", "ts": "2020-05-02T07:30:44Z", "u": {"_id": "u1", "username": "anna"}}
{"_id": "m5", "msg": "nowhere"}
{"_id": "u3", "createdAt": {"$date": "2020-01-02T03:04:05Z"}, "username": "carl", "emails": [{"address": "Carl@mail.example.com"}], "services": {"password": {"bcrypt": "x"}}, "roles": ["user", "admin"], "type": "user"}
{"_id": "r2", "t": "c", "name": "general", "usersCount": 3, "ts": {"$date": "2020-01-02T03:04:05Z"}}
"#,
    ),
    (
        "discord",
        "general.json",
        r#"{"guild": {"id": "1", "name": "Guild"}, "channel": {"id": "2", "type": "GuildTextChat", "name": "general", "topic": null}, "dateRange": {"after": null, "before": null},
 "messages": [
  {"id": "10", "type": "Default", "timestamp": "2021-01-02T03:04:05.678+00:00", "timestampEdited": "2021-01-02T04:00:00+00:00", "content": "||spoiler|| **x**", "author": {"id": "100", "name": "anna", "nickname": "A", "isBot": false}, "attachments": [{"id": "1"}], "stickers": []},
  {"id": "11", "type": "Reply", "timestamp": "2021-01-02T03:05:05+00:00", "timestampEdited": null, "content": "yes", "author": {"id": "101", "name": "robot", "isBot": true}, "attachments": [], "reference": {"messageId": "10", "channelId": "2"}},
  {"id": "12", "type": "GuildMemberJoin", "timestamp": "2021-01-02T03:06:05+00:00", "content": "Joined the server.", "author": {"id": "102", "name": "ben"}, "attachments": []},
  {"id": "13", "type": "Default", "timestamp": "2021-01-02T03:07:05+00:00", "content": "", "author": {"id": "102", "name": "ben"}, "forwardedMessage": {"content": "theirs"}, "attachments": []},
  {"type": "Default"}
 ], "messageCount": 5}"#,
    ),
    (
        "skype",
        "messages.json",
        r#"{"userId": "8:me", "exportDate": "2020-01-01T00:00", "conversations": [
 {"id": "19:abc@thread.skype", "displayName": "Room", "version": 1, "properties": {"conversationblocked": false}, "threadProperties": {"membercount": 2, "topic": "Topic"}, "MessageList": [
  {"id": "1500000000001", "displayName": null, "originalarrivaltime": "2017-07-14T02:40:00.001Z", "messagetype": "RichText", "content": "<quote author=\"x\"><legacyquote>[1] x: </legacyquote>said</quote>I <b>agree</b>", "conversationid": "19:abc@thread.skype", "from": "8:live:anna_b", "properties": {"edittime": "1500000005000"}},
  {"id": "1500000000002", "originalarrivaltime": "2017-07-14T02:40:01Z", "messagetype": "RichText/UriObject", "content": "<URIObject uri=\"x\"/>", "from": "8:ben_skype", "properties": null},
  {"id": "1500000000003", "originalarrivaltime": "2017-07-14T02:40:02Z", "messagetype": "ThreadActivity/AddMember", "content": "<addmember/>", "from": "19:abc@thread.skype"}]},
 {"id": "8:ben_skype", "displayName": "Ben", "threadProperties": null, "MessageList": [
  {"id": "1500000000004", "originalarrivaltime": "2017-07-14T02:40:03Z", "messagetype": "Text", "content": "plain", "from": "8:ben_skype"}, {"content": "no id"}]}
]}"#,
    ),
    (
        "matrix_json",
        "export.json",
        r#"{"room_name": "Room", "room_creator": "@anna:hs.example", "topic": "", "messages": [
 {"type": "m.room.message", "sender": "@anna:hs.example", "content": {"msgtype": "m.text", "body": "> <@ben:hs.example> old\n\nnew", "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}, "origin_server_ts": 1600000000000, "event_id": "$1", "room_id": "!r:hs.example"},
 {"type": "m.room.member", "sender": "@ben:hs.example", "content": {"membership": "join"}, "origin_server_ts": 1600000000001, "event_id": "$2", "room_id": "!r:hs.example", "state_key": "@ben:hs.example"},
 {"type": "m.reaction", "sender": "@ben:hs.example", "content": {}, "origin_server_ts": 1600000000002, "event_id": "$3", "room_id": "!r:hs.example"},
 {"type": "m.room.message", "sender": "@ben:hs.example", "content": {"msgtype": "m.image", "body": "a.png"}, "origin_server_ts": 1600000000003, "event_id": "$4", "room_id": "!r:hs.example"},
 {"type": "m.room.message", "sender": "@anna:hs.example", "content": {"body": "* newer", "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}, "origin_server_ts": 1600000000004, "event_id": "$5", "room_id": "!r:hs.example"}
]}"#,
    ),
    (
        "slack",
        "slack.json",
        r#"{"ok": true, "messages": [
 {"type": "message", "user": "U1", "text": "<@U2|ben> see <https://a.example/x|this> &amp; <#C1|general> <!here>\n&gt; old", "ts": "1486999900.000136", "thread_ts": "1486999800.000100", "edited": {"user": "U1", "ts": "1486999950.000000"}, "files": [{"id": "F1"}]},
 {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Owl", "text": "beep", "ts": "1486999901.000000"},
 {"type": "message", "subtype": "channel_join", "user": "U2", "text": "<@U2> has joined", "ts": "1486999902.000000"},
 {"type": "message", "subtype": "bot_message", "username": "Named only", "text": "x", "ts": "1486999903.000000"},
 {"type": "message", "text": "no ts"}
], "has_more": false}"#,
    ),
    (
        "irc_supybot",
        "#room.2021-01-12.log",
        "2021-01-12T11:28:19+0100  *** anna <anna!~a@host.example> has joined #room
2021-01-12T11:29:41+0100  <anna> my jabber is anna@jabber.example.com
2021-01-12T11:29:41+0100  <anna> ok
2021-01-12T11:29:41+0100  <anna> ok
2021-01-12T11:29:42+0100  * anna waves
2021-01-12T11:29:43+0100  -bot- noted
2021-01-12T11:29:44+0100  *** anna is now known as ann2
2021-01-12T11:29:45+0100  <ann2>
2021-01-12T11:29:46+0100  broken line
no time
2021-01-12T11:29:47  <ann2> no zone
",
    ),
    (
        "irc_irssi",
        "#room.log",
        "--- Log opened Tue Jan 12 11:28:19 2021
11:28 -!- anna [~a@host.example] has joined #room
11:28 < anna> hello
11:28 <@ben> \u{3}04,01red\u{f} \u{2}bold\u{2}
11:29  * anna waves
11:29 -!- anna is now known as ann2
11:30 -!- mode/#room [+o ann2] by ChanServ
11:31 -ben:#room- attention
--- Day changed Wed Jan 13 2021
00:01 <+ann2> night
00:02 nothing known
--- Log closed Wed Jan 13 00:05:00 2021
",
    ),
    (
        "irc_weechat",
        "irc.libera.#room.weechatlog",
        "2021-01-12 11:28:19\t-->\tanna (~a@host.example) has joined #room
2021-01-12 11:28:20\t@anna\thello
2021-01-12 11:28:21\t *\tanna waves
2021-01-12 11:28:22\t--\tanna is now known as ann2
2021-01-12 11:28:23\t--\tMode #room [+o ann2] by ChanServ
2021-01-12 11:28:24\t<--\tben (~b@host.example) has quit (Ping timeout)
2021-01-12 11:28:25\t=!=\tsomething went wrong
broken
",
    ),
    (
        "irc_hexchat",
        "libera-#room.log",
        "**** BEGIN LOGGING AT Thu Dec 31 23:58:00 2020

Dec 31 23:58:01 *\tNow talking on #room
Dec 31 23:58:02 *\tanna (~a@host.example) has joined
Dec 31 23:58:03 <anna>\thello
Jan 01 00:00:04 *\tanna waves
Jan 01 00:00:05 *\tanna is now known as ann2
Jan 01 00:00:06 *\tben has quit (Ping timeout)
Feb 30 00:00:07 <ann2>\tno such day
Jan 02 00:00:08 <ann2>\tafter it
Jan 02 00:00:08 nothing known
**** ENDING LOGGING AT Sat Jan 02 00:00:09 2021
",
    ),
    (
        "irc_mirc",
        "#room.log",
        "Session Start: Tue Jan 12 23:58:00 2021
Session Ident: #room
[23:58] * Now talking in #room
[23:58] * anna (~a@host.example) has joined #room
[23:59] <@anna> hello
[23:59] * anna waves
[00:01] <ben> next day
[00:02] * ben is now known as ben2
[00:03] * ChanServ sets mode: +o anna
[00:04] nothing known
Session Close: Wed Jan 13 00:05:00 2021
",
    ),
    (
        "matrix_text",
        "room.txt",
        "[2021-01-12 11:28:19] @anna:hs.example: first line
second line

last line
[2021-01-12T11:29:00Z] @ben:hs.example:8448: [1] ok: yes
[2021-01-12 11:30:00] @anna:hs.example:
",
    ),
    (
        "pidgin_text",
        "2010-01-02.235800+0100CET.txt",
        "Conversation with ben@jabber.example at Sat 02 Jan 2010 11:58:00 PM CET on anna@jabber.example/home (jabber)
(11:58:00 PM) ben@jabber.example/x: hello
more
(11:59:00 PM) anna: hi: you
(12:00:30 AM) ***anna waves
(12:00:40 AM) ben has signed off.
(23:59:50) anna: late
",
    ),
    (
        "pidgin_html",
        "2010-01-02.115800+0100CET.html",
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=UTF-8\"><title>Conversation with ben@jabber.example at Sat 02 Jan 2010 11:58:00 AM CET on anna@jabber.example/home (jabber)</title></head><body><h3>Conversation with ben@jabber.example at Sat 02 Jan 2010 11:58:00 AM CET on anna@jabber.example/home (jabber)</h3>
<font color=\"#A82F2F\"><font size=\"2\">(11:58:01)</font> <b>ben:</b></font> hello &lt;you&gt; <a href=\"https://a.example\">https://a.example</a><br/>
<font color=\"#16569E\"><font size=\"2\">(11:58:02)</font> <b>anna:</b></font> one<br/>two<br/>
<font size=\"2\">(11:58:03)</font><b> ben has signed off.</b><br/>
</body></html>
",
    ),
    (
        "chat_log",
        "room_2021-01-12.txt",
        "[2021-01-12 11:28:19] anna: hello
and more
[11:29:00] ben b.: hi
[1610450950] anna: seconds
",
    ),
    (
        "telegram_html",
        "messages.html",
        r##"<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="page_wrap"><div class="page_header"><div class="content"><div class="text bold">
Room &amp; more
</div></div></div><div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">
16 March 2022
</div></div>
<div class="message service" id="message1"><div class="body details">
Anna invited Ben
</div></div>
<div class="message default clearfix" id="message2">
 <div class="body"><div class="pull_right date details" title="16.03.2022 19:24:40 UTC+01:00">19:24</div>
 <div class="from_name">
Anna via @gif
 </div>
 <div class="reply_to details">In reply to <a href="#go_to_message1" onclick="x">this message</a></div>
 <div class="media_wrap clearfix"><a class="media clearfix pull_left block_link media_file" href="f"><div class="fill"></div></a></div>
 <div class="text">
hello <a href="https://a.example/">there</a><br>you
 </div></div></div>
<div class="message default clearfix joined" id="message3">
 <div class="body"><div class="pull_right date details" title="16.03.2022 19:24:41">19:24</div>
 <div class="forwarded body"><div class="from_name">Eve<span class="date details" title="01.01.2022 00:00:00"> 01.01.2022</span></div><div class="text">theirs</div></div>
 <div class="media_wrap clearfix"><div class="media_poll">q</div></div></div></div>
<div class="message default clearfix" id="message4">
 <div class="body"><div class="pull_right date details" title="bad">19:24</div><div class="from_name">Deleted Account</div><div class="text">gone</div></div></div>
<div class="message default clearfix" id="x"><div class="body"></div></div>
</div></div></div></body></html>
"##,
    ),
    (
        "prosody",
        "room.list",
        r#"item({
	{
		"hello\nyou";
		["attr"] = {};
		["name"] = "body";
	};
	["attr"] = {
		["from"] = "room@groups.q3.example/Anna";
		["id"] = "m1";
		["stamp"] = "2014-05-13T16:53:20Z";
		["type"] = "groupchat";
	};
	["key"] = "abc";
	["name"] = "message";
	["when"] = 1400000000;
	["with"] = "message<groupchat";
});
item({
	["attr"] = { ["from"] = "room@groups.q3.example/Ben"; };
	["name"] = "presence";
	["when"] = 1400000001.5;
});
item({
	{ "psst"; ["attr"] = {}; ["name"] = "body"; };
	["attr"] = { ["from"] = "anna@q3.example/phone"; ["to"] = "ben@q3.example"; ["type"] = "chat"; };
	["name"] = "message";
	["when"] = 1400000002;
});
item({
	{ ["name"] = "received"; };
	["attr"] = { ["from"] = "anna@q3.example"; };
	["name"] = "message";
});
item({ broken });
"#,
    ),
];
