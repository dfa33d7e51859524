-- Discourse.
CREATE SCHEMA discourse_functions;
CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(60) NOT NULL, created_at TIMESTAMP NOT NULL, name VARCHAR, seen_notification_id BIGINT DEFAULT 0 NOT NULL, last_posted_at TIMESTAMP, password_hash VARCHAR(64), salt VARCHAR(32), active BOOLEAN DEFAULT true NOT NULL, username_lower VARCHAR(60) NOT NULL, last_seen_at TIMESTAMP, admin BOOLEAN DEFAULT false NOT NULL, trust_level INTEGER NOT NULL, suspended_at TIMESTAMP, ip_address INET, moderator BOOLEAN DEFAULT false);
CREATE TABLE user_emails (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, email VARCHAR(513) NOT NULL, "primary" BOOLEAN DEFAULT false NOT NULL);
CREATE TABLE user_profiles (user_id INTEGER PRIMARY KEY, location VARCHAR, website VARCHAR, bio_raw TEXT, bio_cooked TEXT);
CREATE TABLE user_histories (id INTEGER PRIMARY KEY, action INTEGER NOT NULL, acting_user_id INTEGER, target_user_id INTEGER, details TEXT, created_at TIMESTAMP NOT NULL, ip_address VARCHAR, email VARCHAR, previous_value TEXT, new_value TEXT);
CREATE TABLE categories (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, slug VARCHAR NOT NULL);
CREATE TABLE topics (id INTEGER PRIMARY KEY, title VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL, user_id INTEGER, category_id INTEGER, archetype VARCHAR DEFAULT 'regular' NOT NULL, tags_bytes BYTEA);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER, topic_id INTEGER NOT NULL, post_number INTEGER NOT NULL, raw TEXT NOT NULL, cooked TEXT NOT NULL, created_at TIMESTAMP NOT NULL, reply_to_post_number INTEGER);
INSERT INTO users VALUES (-1,'system','2019-01-01','system',0,NULL,NULL,NULL,true,'system',NULL,true,4,NULL,NULL,true),(4,'Mi''a','2019-01-02 03:04:05.678','M; (1)',0,NULL,'SECRET','SECRET',true,'mi''a','2020-01-01',false,1,NULL,'192.0.2.1',true);
INSERT INTO user_emails VALUES (1,4,'mia@mail.example.net',true);
INSERT INTO user_profiles VALUES (4,E'Rome\\Roma','http://mia-shop.net','x','<p>t.me/mia_channel</p>');
INSERT INTO user_histories VALUES (1,21,1,4,NULL,'2019-06-01 10:00:00','192.0.2.1',NULL,E'Mi\\o\t"x"','Mi''a'),(2,10,1,4,'x','2019-06-01 10:00:00','192.0.2.1',NULL,NULL,NULL);
INSERT INTO categories VALUES (3,'Talk','talk');
INSERT INTO topics VALUES (8,E'A\\B \'C\'','2020-01-01 10:00:00',4,3,'regular',E'\\x00275c0a1a'),(9,'PM','2020-01-01 11:00:00',4,NULL,'private_message',NULL);
INSERT INTO posts VALUES (1,4,8,1,'*hi*',E'<p><em>hi</em>\n<a class="mention" href="/u/ben">@ben</a></p>','2020-01-01 10:00:00.123456',NULL),(2,4,9,1,'psst','<p>psst</p>','2020-01-01 11:00:00',NULL),(3,NULL,8,3,'x','<p>x</p>','2020-01-01 12:00:00',100);
