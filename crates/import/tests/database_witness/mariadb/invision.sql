-- Invision Community 4.
CREATE TABLE core_members (member_id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(255) NOT NULL DEFAULT '', member_group_id SMALLINT NOT NULL DEFAULT 0, email VARCHAR(150) NOT NULL DEFAULT '', joined INT NOT NULL DEFAULT 0, ip_address VARCHAR(46) NOT NULL DEFAULT '', last_visit INT DEFAULT 0, last_activity INT DEFAULT 0, members_pass_hash VARCHAR(255) DEFAULT NULL, members_pass_salt VARCHAR(22) DEFAULT NULL, temp_ban INT DEFAULT 0, signature MEDIUMTEXT, pp_reputation_points INT DEFAULT 0) ENGINE=InnoDB;
CREATE TABLE core_member_history (log_id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, log_app VARCHAR(20) NOT NULL, log_member BIGINT UNSIGNED NOT NULL, log_by BIGINT UNSIGNED DEFAULT NULL, log_type VARCHAR(32) NOT NULL, log_data TEXT, log_date DOUBLE(15,4) NOT NULL, log_ip_address VARCHAR(46) NOT NULL DEFAULT '') ENGINE=InnoDB;
CREATE TABLE core_sys_lang_words (word_id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, word_key VARCHAR(250) NOT NULL, word_default MEDIUMTEXT NOT NULL) ENGINE=InnoDB;
CREATE TABLE core_message_topics (mt_id INT PRIMARY KEY, mt_title VARCHAR(255) NOT NULL, mt_starter_id BIGINT UNSIGNED NOT NULL, mt_start_time INT NOT NULL) ENGINE=InnoDB;
CREATE TABLE core_message_posts (msg_id INT PRIMARY KEY, msg_topic_id INT, msg_date INT, msg_post MEDIUMTEXT, msg_author_id BIGINT UNSIGNED NOT NULL, msg_ip_address VARCHAR(46) NOT NULL DEFAULT '') ENGINE=InnoDB;
CREATE TABLE forums_topics (tid INT PRIMARY KEY, title VARCHAR(255) NOT NULL, starter_id BIGINT UNSIGNED NOT NULL, start_date INT, forum_id INT NOT NULL) ENGINE=InnoDB;
CREATE TABLE forums_posts (pid BIGINT UNSIGNED PRIMARY KEY, edit_time INT DEFAULT NULL, author_id BIGINT UNSIGNED NOT NULL, author_name VARCHAR(255), ip_address VARCHAR(46) NOT NULL DEFAULT '', post_date INT, post MEDIUMTEXT, topic_id INT NOT NULL, new_topic TINYINT DEFAULT 0) ENGINE=InnoDB;
INSERT INTO core_members VALUES (1,'Kim',3,'kim@mail.example.net',1200000000,'192.0.2.1',1300000000,0,'SECRET','SECRET',-1,'<p>x</p>',7);
INSERT INTO core_member_history VALUES (1,'core',1,NULL,'display_name','{"old":"K\\u00efm \\"K\\" \\/ \'k\'","new":"Kim"}',1250000000.1234,'192.0.2.1'),(2,'core',1,1,'email_change','{"old":"a","new":"b"}',1250000000,'192.0.2.1');
INSERT INTO core_sys_lang_words VALUES (1,'forums_forum_2','Cars'),(2,'forums_forum_2_desc','x');
INSERT INTO core_message_topics VALUES (1,'Subject',1,1300000000);
INSERT INTO core_message_posts VALUES (1,1,1300000000,'<p>hi</p>',1,'192.0.2.1');
INSERT INTO forums_topics VALUES (1,'T',1,1300000000,2);
INSERT INTO forums_posts VALUES (1,NULL,1,'Kim','192.0.2.1',1300000000,'<blockquote class="ipsQuote"><p>q</p></blockquote><p>a <a href="http://kim-shop.net">s</a> <a href="/profile/2" data-mentionid="2">@Bo</a></p>',1,1);
