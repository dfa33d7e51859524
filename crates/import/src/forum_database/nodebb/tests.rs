use crate::forum_database::tests::detected;
use crate::testing::{folder_of, import_files, records};
use expect_test::expect;

/// Objects in an order in which nothing is known before it is needed.
const MONGO: &str = r##"{"_id":{"$oid":"0123"},"_key":"post:10","pid":10,"uid":5,"tid":3,"content":"Selling, jabber: bob@jabber.example.net, see http://bobs-shop.net","timestamp":1500000000000,"edited":1.50000001e12,"ip":"192.0.2.1","votes":2}
{"_key":"post:11","pid":11,"uid":"6","tid":"3","toPid":"10","content":"> Selling\n\nthanks, @bob","timestamp":{"$numberLong":"1500000100000"},"deleted":1}
{"_key":"post:12","pid":12,"uid":0,"handle":"Visitor","tid":3,"content":"","timestamp":{"$numberDouble":"1.5000002E+12"},"edited":0}
{"_key":"topic:3","tid":3,"uid":5,"cid":7,"title":"Traffic & more","timestamp":1500000000000,"mainPid":10}
{"_key":"topic:3:posts","value":"11","score":1500000100000}
{"_key":"category:7","cid":7,"name":"Market"}
{"_key":"user:5","uid":5,"username":"Bob","userslug":"bob","email":"bob@mail.example.net","joindate":1400000000000,"lastonline":1500000300000,"password":"HASH","passwordExpiry":0,"website":"http://bobs-site.net","location":"Riga","aboutme":"write to t.me/bob_channel","signature":"icq 123456789","reputation":-3,"banned":1,"rss_token":"KEY"}
{"_key":"user:6","uid":6,"username":"Ann","email":"none","joindate":1400000000000,"lastonline":0,"banned":0,"banned:expire":0}
{"_key":"user:5:settings","showemail":1}
{"_key":"user:5:usernames","value":"Robert:1450000000000","score":1450000000000}
{"_key":"user:5:usernames","value":"Bob:1460000000000","score":1460000000000}
{"_key":"user:5:usernames","value":"bob:smith:1400000000000","score":1400000000000}
{"_key":"user:6:usernames","value":"Ann:1400000000000","score":1400000000000}
{"_key":"group:administrators:members","value":"6","score":1400000000000}
{"_key":"message:1","mid":1,"content":"psst","timestamp":1500000400000,"fromuid":5,"roomId":2,"ip":"192.0.2.1"}
{"_key":"message:2","content":"user-join","timestamp":1500000500000,"fromuid":6,"roomId":2,"system":1}
{"_key":"chat:room:2","owner":5,"roomId":2,"roomName":"Deal","timestamp":1500000350000}
{"_key":"uid:5:ip","value":"192.0.2.1","score":1500000000000}
{"_key":"global","nextUid":6}
{"uid":1}
[1]
not json
"##;

#[test]
fn documents_of_mongodb_in_any_order() {
    let folder = folder_of(&[("objects.json", MONGO.as_bytes())]);
    assert_eq!(detected(folder.path()), Some(("nodebb_database", 0.95)));
    let text = records("nodebb_database", &[("objects.json", MONGO)]);
    for secret in ["HASH", "KEY", "192.0.2.1"] {
        assert!(!text.contains(secret), "{secret} was read");
    }
    expect![[r#"
        asked account 2
        asked thread 2
        asked post 5
        asked unknown 4
        account 5 Some("Bob") registered=2014-05-13T16:53:20Z seen=2017-07-14T02:45:00Z about="write to t.me/bob_channel" location="Riga" website="http://bobs-site.net" reputation=-3 staff=false banned=true
        account 6 Some("Ann") registered=2014-05-13T16:53:20Z staff=true banned=false
        thread 3 by="5" board="Market" title="Traffic & more" started=2017-07-14T02:40:00Z
        thread pm:2 by="5" title="Deal" started=2017-07-14T02:45:50Z
        post 10 opening by="5" in="3" at=2017-07-14T02:40:00Z edited=2017-07-14T02:40:10Z body="Selling, jabber: bob@jabber.example.net, see http://bobs-shop.net" quoted=0 links=1
        post 11 reply by="6" in="3" answers="10" at=2017-07-14T02:41:40Z body="thanks, @bob" quoted=8 links=0
        post 12 reply in="3" at=2017-07-14T02:43:20Z quoted=0 links=0
        post pm:1 message by="5" in="pm:2" at=2017-07-14T02:46:40Z body="psst" quoted=0 links=0
        post pm:2 notice by="6" in="pm:2" at=2017-07-14T02:48:20Z body="user-join" quoted=0 links=0
        identifier 5 jabber bob@jabber.example.net mentioned in="10"
        identifier 5 url http://bobs-shop.net/ mentioned in="10"
        identifier 5 domain bobs-site.net profile
        identifier 5 email bob@mail.example.net profile
        identifier 5 icq 123456789 signature
        former name 5 "Robert" until=2016-04-07T03:33:20Z
        former name 5 "bob:smith" until=2015-12-13T09:46:40Z
        unreadable unknown at objects.json 2021..2030 line 20: the value is no object with a _key
        unreadable unknown at objects.json 2032..2033 line 21: the value is no object with a _key
        unreadable unknown at objects.json 2035..2038 line 22: the value is no object with a _key
        unreadable unknown at objects.json 2039..2043 line 22: the value is no object with a _key
        reject account.email at objects.json 1063..1189 line 8: the value is not of the kind that its field names
    "#]].assert_eq(&text);
}

/// The documents that are objects of a forum.
fn well_formed() -> Vec<&'static str> {
    MONGO.lines().take(19).collect()
}

/// The records in an order of their own, without rejects, which have places.
fn sorted_records(name: &str, text: &str) -> Vec<String> {
    let text = records("nodebb_database", &[(name, text)]);
    let lines = text.lines().filter(|line| !line.starts_with("reject"));
    let mut lines: Vec<String> = lines.map(str::to_string).collect();
    lines.sort();
    lines
}

#[test]
fn documents_in_an_array_are_the_same() {
    let array = format!("[{}]", well_formed().join(",\n"));
    assert_eq!(
        sorted_records("a.json", &array),
        sorted_records("a.json", &well_formed().join("\n")),
    );
}

#[test]
fn tables_of_postgresql_hold_the_same_objects() {
    let mut hashes = String::from("COPY public.legacy_hash (_key, data, type) FROM stdin;\n");
    let mut sets = String::from("COPY public.legacy_zset (_key, value, score, type) FROM stdin;\n");
    for document in well_formed() {
        let mut value: serde_json::Value = serde_json::from_str(document).unwrap();
        let object = value.as_object_mut().unwrap();
        object.remove("_id");
        let key = object.remove("_key").unwrap();
        let key = key.as_str().unwrap();
        match object.get("score") {
            Some(score) => {
                let value = object["value"].as_str().unwrap();
                sets += &format!("{key}\t{value}\t{score}\tzset\n");
            }
            None => {
                let data = value.to_string().replace('\\', "\\\\");
                hashes += &format!("{key}\t{data}\thash\n");
            }
        }
    }
    let dump = format!(
        "SET standard_conforming_strings = on;\n\
         CREATE TABLE public.legacy_object (_key text NOT NULL, type public.legacy_object_type NOT NULL);\n\
         {hashes}\\.\n{sets}\\.\n"
    );
    let folder = folder_of(&[("dump.sql", dump.as_bytes())]);
    assert_eq!(detected(folder.path()), Some(("nodebb_database", 0.95)));
    assert_eq!(
        sorted_records("dump.sql", &dump),
        sorted_records("a.json", &well_formed().join("\n")),
    );
}

#[test]
fn damaged_rows_of_postgresql_cost_themselves_only() {
    let dump = "COPY public.legacy_hash (_key, data, type) FROM stdin;\n\
        user:1\t{\"username\":\thash\nuser:2\t{\"username\":\"B\"}\thash\n\\N\t{}\thash\nuser:3\thash\n\
        user:4\t{\"username\":\"D\",\"joindate\":17,\"banned\":true}\thash\n";
    expect![[r#"
        asked account 2
        asked unknown 4
        account 2 Some("B") staff=false banned=false
        account 4 Some("D") staff=false banned=true
        unreadable unknown at dump.sql 55..79 line 2: the data of the row are no well-formed JSON
        unreadable unknown at dump.sql 109..119 line 4: the row has no _key
        unreadable unknown at dump.sql 120..131 line 5: the row has 2 values, the table has 3 columns
        unreadable unknown at dump.sql 189..189 line 7: the file ends inside the data of COPY
        reject account.registered_at at dump.sql 132..188 line 6: the instant lies before 1990
    "#]].assert_eq(&records("nodebb_database", &[("dump.sql", dump)]));
}

#[test]
fn input_without_objects_of_a_forum_is_refused() {
    for text in ["", "{}", "[]", "{\"_key\":\"global\"}", "hello"] {
        let (collected, result) = import_files("nodebb_database", &[("x.json", text.as_bytes())]);
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains("holds nothing that nodebb_database reads"),
            "{text}: {error}"
        );
        assert!(collected.asked.is_empty());
    }
    let folder = folder_of(&[("x.json", b"{\"_key\":\"17\",\"_id\":\"people/17\"}")]);
    assert_eq!(detected(folder.path()), None);
}

#[test]
fn every_prefix_of_an_export_is_read_or_refused() {
    for end in (0..MONGO.len()).step_by(3) {
        let (collected, _) =
            import_files("nodebb_database", &[("x.json", &MONGO.as_bytes()[..end])]);
        collected.assert_balanced();
    }
}
