-- NodeBB.
CREATE TYPE legacy_object_type AS ENUM ('hash', 'zset', 'set', 'list', 'string');
CREATE TABLE legacy_object (_key TEXT PRIMARY KEY, type legacy_object_type NOT NULL, "expireAt" TIMESTAMPTZ DEFAULT NULL, UNIQUE (_key, type));
CREATE TABLE legacy_hash (_key TEXT PRIMARY KEY, data JSONB NOT NULL, type legacy_object_type NOT NULL DEFAULT 'hash' CHECK (type = 'hash'));
CREATE TABLE legacy_zset (_key TEXT NOT NULL, value TEXT NOT NULL, score NUMERIC NOT NULL, type legacy_object_type NOT NULL DEFAULT 'zset' CHECK (type = 'zset'), PRIMARY KEY (_key, value));
CREATE TABLE legacy_set (_key TEXT NOT NULL, member TEXT NOT NULL, type legacy_object_type NOT NULL DEFAULT 'set', PRIMARY KEY (_key, member));
INSERT INTO legacy_object VALUES ('user:5','hash'),('topic:3','hash'),('post:10','hash'),('category:7','hash'),('message:1','hash'),('user:5:usernames','zset'),('group:administrators:members','zset');
INSERT INTO legacy_hash (_key, data) VALUES
('user:5','{"uid":5,"username":"B\u043eb \"x\"","userslug":"bob","email":"bob@mail.example.net","joindate":1400000000000,"lastonline":1500000300000,"password":"SECRET","website":"http://bobs-site.net","location":"Riga\\Rome","signature":"icq 123456789","reputation":-3,"banned":0}'),
('topic:3','{"tid":3,"uid":5,"cid":7,"title":"It''s; (all)","timestamp":1500000000000,"mainPid":10}'),
('post:10','{"pid":10,"uid":5,"tid":3,"content":"one\n> two\nthree","timestamp":1500000000000,"edited":1500000010000,"ip":"192.0.2.1"}'),
('category:7','{"cid":7,"name":"Market"}'),
('message:1','{"content":"psst","timestamp":1500000400000,"fromuid":5,"roomId":2,"ip":"192.0.2.1"}');
INSERT INTO legacy_zset (_key, value, score) VALUES ('user:5:usernames','R''ob:smith:1400000000000',1400000000000),('user:5:usernames','Bob:1450000000000',1450000000000),('group:administrators:members','5',1400000000000);
