//! Small pages made by hand after the templates that the systems come with, for tests.

/// Name of the engine, address, page.
pub(super) const SAMPLES: &[(&str, &str)] = &[
    (
        "xenforo_2.html",
        r##"<!DOCTYPE html><html id="XF" lang="en" data-app="public"><head><link rel="canonical" href="https://f.example/threads/hello-world.42/"></head><body>
<ul class="p-breadcrumbs"><li itemprop="itemListElement"><a href="/"><span itemprop="name">Home</span></a></li><li><a href="/forums/talk.3/"><span itemprop="name">Talk</span></a></li></ul>
<h1 class="p-title-value">Hello world</h1>
<article class="message message--post js-post" data-author="anna" data-content="post-100" id="js-post-100"><span class="u-anchorTarget" id="post-100"></span>
<div class="message-user"><h4 class="message-name"><a href="/members/anna.7/" class="username" data-user-id="7">anna</a></h4></div>
<header class="message-attribution"><ul class="message-attribution-main"><li><time class="u-dt" datetime="2020-05-04T10:11:12+0200" data-time="1588579872">May 4, 2020</time></li></ul><ul class="message-attribution-opposite"><li><a href="/threads/hello-world.42/post-100">#1</a></li></ul></header>
<div class="message-body js-selectToQuote"><div class="bbWrapper">First <b>post</b>, see <a href="http://link.example/">this</a></div></div>
<section class="message-attachments"><ul><li class="attachment">a.zip</li></ul></section>
<div class="message-lastEdit">Last edited: <time class="u-dt" datetime="2020-05-05T10:00:00+0200">May 5, 2020</time></div>
<aside class="message-signature"><div class="bbWrapper">Jabber: anna@jabber.example.com</div></aside></article>
<article class="message" data-author="gast" data-content="post-101" id="js-post-101"><h4 class="message-name"><span class="username">gast</span></h4>
<header class="message-attribution"><time datetime="2020-05-04T12:00:00Z">x</time><ul class="message-attribution-opposite"><li>#2</li></ul></header>
<div class="message-body"><div class="bbWrapper"><blockquote class="bbCodeBlock bbCodeBlock--quote"><div class="bbCodeBlock-title">anna said:</div><div class="bbCodeBlock-content">First</div></blockquote>Second</div></div></article></body></html>"##,
    ),
    (
        "xenforo_1.html",
        r##"<html id="XenForo"><head><meta property="og:url" content="http://f.example/threads/old.9/"></head><ol><li id="post-5" class="message" data-author="ben"><div class="messageUserInfo"><h3 class="userText"><a href="members/ben.3/" class="username">ben</a></h3></div>
<blockquote class="messageText"><div class="bbCodeBlock bbCodeQuote"><aside><div class="attribution">x said:</div><blockquote class="quoteContainer"><div class="quote">old words</div></blockquote></aside></div>answer<div class="messageTextEndMarker">&nbsp;</div></blockquote>
<div class="editDate">Last edited: <abbr class="DateTime" data-time="1414693738">Oct 30, 2014</abbr></div>
<div class="messageMeta"><a class="datePermalink"><abbr class="DateTime" data-time="1414607338">Oct 29, 2014</abbr></a><a class="postNumber">#12</a></div><div class="baseHtml signature">my sig</div></li></ol></html>"##,
    ),
    (
        "mybb.html",
        r##"<html><head><title>A thread</title><script>var my_post_key = "x";</script></head><body><div class="navigation"><a href="index.php">F</a> <a href="forumdisplay.php?fid=2">Market</a> <span class="active">A thread</span></div><table><tr><td class="thead"><div><strong>A thread</strong></div></td></tr></table>
<div class="post classic" id="post_33"><div class="post_author"><div class="author_information"><strong><span class="largetext"><a href="member.php?action=profile&amp;uid=8">carl</a></span></strong></div></div>
<div class="post_content"><div class="post_head"><div class="float_right"><strong><a href="showthread.php?tid=4&amp;pid=33#pid33">#1</a></strong></div><span class="post_date"><span title="25-03-2019">Yesterday</span>, 10:15 PM <span class="post_edit"><span class="edited_post">(This post was last modified: 26-03-2019, 09:00 AM by <a href="#">carl</a>.)</span></span></span></div>
<div class="post_body scaleimages" id="pid_33"><blockquote class="mycode_quote"><cite>dora Wrote:</cite>was</blockquote>Text here</div><div class="signature scaleimages">sig</div></div></div>
<div class="post" id="post_34"><div class="post_author"><strong><span class="largetext"><a href="user-9.html">dora</a></span></strong></div><span class="post_date">03-04-2019, 08:00 AM</span><div class="post_head"><strong><a href="showthread.php?tid=4&amp;pid=34#pid34">#2</a></strong></div><div class="post_body" id="pid_34">Later</div></div></body></html>"##,
    ),
    (
        "phpbb_3.html",
        r##"<!DOCTYPE html><html><body id="phpbb" class="section-viewtopic"><link rel="canonical" href="https://p.example/viewtopic.php?t=70"><ul class="breadcrumbs"><li><a><span itemprop="name">Foren</span></a></li><li><a><span itemprop="name">Handel</span></a></li></ul><h2 class="topic-title"><a href="./viewtopic.php?f=2&amp;t=70">Frage</a></h2>
<div id="p500" class="post has-profile bg2"><dl class="postprofile" id="profile500"><dt><a href="./memberlist.php?mode=viewprofile&amp;u=55" class="username">emil</a></dt><dd><strong>Registriert:</strong> 1. Januar 2012</dd></dl>
<div class="postbody"><p class="author">Beitrag von <strong><a href="./memberlist.php?mode=viewprofile&amp;u=55" class="username">emil</a></strong> &raquo; Mo 5. Jan 2015, 20:15</p>
<div class="content"><blockquote><div><cite>fred hat geschrieben:</cite>alt</div></blockquote>neu</div><div class="notice">Zuletzt ge&auml;ndert von <a href="x">emil</a> am Di 6. Jan 2015, 08:00, insgesamt 1-mal ge&auml;ndert.</div><div id="sig500" class="signature">icq: 123456789</div></div></div>
<div id="p501" class="post bg1"><div class="postbody"><p class="author">von <strong>Gast</strong> &raquo; Heute 10:00</p><div class="content">Hallo</div></div></div>
<p>Aktuelle Zeit: Do 8. Jan 2015, 12:00</p><p>Alle Zeiten sind UTC + 1 Stunde</p></body></html>"##,
    ),
    (
        "phpbb_2.html",
        r##"<html><body><a class="maintitle" href="viewtopic.php?t=12&amp;start=0">Old topic</a><span class="nav"><a href="viewforum.php?f=1" class="nav">General</a></span><span class="gensmall">All times are GMT - 5 Hours</span><table class="forumline"><tr><th>Author</th></tr>
<tr><td class="row1" rowspan="2"><span class="name"><a name="88"></a><b>gina</b></span><br /><span class="postdetails">Joined: 01 Jan 2003<br />Posts: 5</span></td><td class="row1"><table><tr><td><span class="postdetails">Posted: Mon Jan 05, 2004 3:12 pm<span class="gen">&nbsp;</span>&nbsp; &nbsp;Post subject: x</span></td></tr><tr><td><span class="postbody">Body<br /></span><table><tr><td><span class="genmed"><b>hans wrote:</b></span></td></tr><tr><td class="quote">quoted</td></tr></table><span class="postbody">more<br />_________________<br />signature text</span><span class="gensmall"><br /><br />Last edited by gina on Tue Jan 06, 2004 4:00 pm; edited 1 time in total</span></td></tr></table></td></tr>
<tr><td class="row1"><a href="profile.php?mode=viewprofile&amp;u=21"><img alt="View user's profile"></a></td></tr><tr><td class="spaceRow"></td></tr>
<tr><td class="row2" rowspan="2"><span class="name"><a name="89"></a><b>hans</b></span></td><td><table><tr><td><span class="postdetails">Posted: Tue Jan 06, 2004 3:12 pm</span></td></tr><tr><td><span class="postbody">Answer</span></td></tr></table></td></tr><tr><td><a href="profile.php?mode=viewprofile&amp;u=22">p</a></td></tr></table></body></html>"##,
    ),
    (
        "vbulletin_3.html",
        r##"<html><head><meta name="generator" content="vBulletin 3.8.4" /></head><body><table><tr><td><span class="navbar">&gt; <a href="forumdisplay.php?f=5">Cars</a></span></td></tr><tr><td class="navbar"><a href="showthread.php?t=300"><img></a> <strong> Engine </strong></td></tr></table><div>All times are GMT +3. The time now is 08:54 PM.</div>
<div id="edit900"><table id="post900" class="tborder"><tr><td class="thead"><div class="normal">#<a href="showpost.php?p=900&amp;postcount=4" id="postcount900" name="4"><strong>4</strong></a></div><div class="normal"><a name="post900"></a> 25.04.2009, 21:47 </div></td></tr><tr><td class="alt2"><div id="postmenu_900"><a class="bigusername" href="member.php?u=61">ivan</a></div><div class="smallfont">Join Date: Jan 2005</div></td><td class="alt1" id="td_post_900"><div id="post_message_900">
<div style="margin:20px; margin-top:5px; "><div class="smallfont">Quote:</div><table><tr><td class="alt2"><div>Originally Posted by <strong>jan</strong></div><div style="font-style:italic">his</div></td></tr></table></div>mine<div style="margin:20px; margin-top:5px"><div class="smallfont">Code:</div><pre class="alt2">x = 1</pre></div></div><div>__________________<br />sig</div><div class="smallfont"><em>Last edited by ivan; 26.04.2009 at <span class="time">10:00</span>.</em></div></td></tr></table></div></body></html>"##,
    ),
    (
        "vbulletin_4.html",
        r##"<html id="vbulletin_html"><head><meta name="generator" content="vBulletin 4.2.2" /></head><body><div id="breadcrumb"><ul><li class="navbit"><a href="forum.php">F</a></li><li class="navbit"><a href="f5">Deals</a></li></ul></div><span class="threadtitle"><a href="showthread.php?77-Big-deal">Big deal</a></span><div>All times are GMT -4.</div>
<ol id="posts"><li class="postbitlegacy postbitim postcontainer" id="post_400"><div class="posthead"><span class="postdate old"><span class="date">04-25-2013,&nbsp;<span class="time">09:47 PM</span></span></span><a name="post400" href="showthread.php?77-Big-deal&amp;p=400" class="postcounter">#1</a></div>
<div class="userinfo"><a class="username offline popupctrl" href="member.php?71-karl"><strong>karl</strong></a></div><div class="content"><div id="post_message_400"><blockquote class="postcontent restore"><div class="bbcode_container"><div class="bbcode_quote"><div class="quote_container">old</div></div></div>new offer</blockquote></div></div>
<blockquote class="signature restore"><div class="signaturecontainer">skype: karl.k</div></blockquote><blockquote class="postcontent lastedited">Last edited by karl; 04-26-2013 at <span class="time">08:00 AM</span>.</blockquote></li></ol></body></html>"##,
    ),
    (
        "vbulletin_5.html",
        r##"<html><head><meta name="generator" content="vBulletin 5.6.0" /><link rel="canonical" href="https://v.example/forum/main/555-a-title"></head><body><h1 class="main-title">A title</h1><ul><li class="b-post js-post" data-node-id="556"><div class="b-userinfo"><div class="author" itemprop="author"><strong><a href="https://v.example/member/31-lena" data-vbnamecard="31">lena</a></strong></div><ul><li class="b-userinfo__additional-info"><label>Join Date: </label><span>Mar 2006</span></li><li class="b-userinfo__additional-info"><label>Location: </label><span>Porto</span></li></ul></div><div class="b-post__timestamp"><time itemprop="dateCreated" datetime="2018-02-03T04:05:06">02-03-2018</time></div><a class="b-post__count">#1</a><div class="js-post__content-text">Hello <div class="bbcode_quote">q</div></div></li></ul></body></html>"##,
    ),
    (
        "smf.html",
        r##"<html><head><script>var smf_theme_url = "x";</script><link rel="canonical" href="http://s.example/index.php?topic=66.0" /></head><body><div class="navigate_section"><ul><li><a><span>Forum</span></a></li><li><a><span>Board</span></a></li></ul></div>
<div class="windowbg"><div class="post_wrapper"><div class="poster"><h4><a href="http://s.example/index.php?action=profile;u=17" title="View">mara</a></h4></div><div class="postarea"><div class="keyinfo"><h5 id="subject_1001"><a href="http://s.example/index.php?topic=66.msg1001#msg1001">A subject</a></h5><div class="smalltext">&#171; <strong>Reply #1 on:</strong> September 07, 2013, 11:20:31 AM &#187;</div></div><div class="post"><div class="inner" id="msg_1001"><div class="quoteheader"><div class="topslice_quote"><a>Quote from: nora</a></div></div><blockquote class="bbc_standard_quote">old</blockquote><div class="quotefooter"></div>new</div></div></div><div class="moderatorbar"><div class="smalltext modified" id="modified_1001">&#171; <em>Last Edit: September 08, 2013, 10:00:00 AM by mara</em> &#187;</div><div class="signature" id="msg_1001_signature">sig</div></div></div></div></body></html>"##,
    ),
    (
        "invision_2.html",
        r##"<html><script>var ipb_var_base_url = "x";</script><body><div id="ipbwrapper"><div id="navstrip"><a href="index.php?showforum=3">Area</a></div><div class="maintitle"><b>Topic name</b></div><a href="index.php?showtopic=90&amp;st=0">1</a>
<div class="borderwrap"><table class="ipbtable"><tr><td class="row2"><a name="entry700"></a><span class="normalname"><a href="index.php?showuser=13">olga</a></span></td><td class="row2"><span class="postdetails">Jan 5 2007, 03:12 PM</span><span class="postdetails">Post <a title="Show the link">#1</a></span></td></tr><tr><td class="post2"></td><td class="post2" id="post-main-700"><div class="postcolor" id="post-700"><div class='quotetop'>QUOTE(paul)</div><div class='quotemain'>q</div>own<span class='edit'>This post has been edited by <b>olga</b>: Jan 6 2007, 04:00 PM</span></div><div class="signature">sig</div></td></tr></table></div></div></body></html>"##,
    ),
    (
        "invision_4.html",
        r##"<html><head><link rel="canonical" href="https://i.example/topic/88-deals/" /></head><body class="ipsApp ipsApp_front"><h1 class="ipsType_pageTitle">Deals</h1><article id="elComment_1200" class="cPost ipsBox"><aside><h3 class="cAuthorPane_author"><strong><a href="https://i.example/profile/19-rita/">rita</a></strong></h3></aside><div class="ipsComment_meta"><a>Posted <time datetime="2019-08-07T06:05:04Z">August 7</time></a></div><div data-role="commentContent" class="ipsType_richText"><blockquote class="ipsQuote"><div class="ipsQuote_citation">On x, y said:</div><p>q</p></blockquote><p>own words</p><span class="ipsType_light" data-excludequote>Edited <time datetime="2019-08-08T06:00:00Z">August 8</time> by rita</span></div><div data-role="memberSignature">sig</div></article></body></html>"##,
    ),
    (
        "discourse.html",
        r##"<html><head><meta name="generator" content="Discourse 2.9.0"></head><body class="crawler"><div id="topic-title"><h1><a href="/t/a-title/4321">A title</a></h1></div><link rel="canonical" href="https://d.example/t/a-title/4321" />
<div id="post_1" class="topic-body crawler-post"><div class="crawler-post-meta"><span class="creator"><a href="https://d.example/u/sven"><span itemprop="name">sven</span></a></span><span class="crawler-post-infos"><time datetime="2021-01-02T03:04:05Z" class="post-time">x</time><span itemprop="position">1</span></span></div><div class="post" itemprop="text"><aside class="quote"><div class="title">tom:</div><blockquote>q</blockquote></aside><p>own</p></div></div></body></html>"##,
    ),
    (
        "discourse_browser.html",
        r##"<html><head><meta name="generator" content="Discourse 2.9.0"></head><body><div id="topic-title" data-topic-id="4321"><h1>A title</h1></div><article id="post_2" data-post-id="9002" data-user-id="44"><div class="names"><span class="first username"><a>tom</a></span></div><div class="post-date"><span class="relative-date" data-time="1609556645000">2h</span></div><div class="cooked"><p>answer</p></div></article></body></html>"##,
    ),
    (
        "profile.html",
        r##"<html id="XF" data-app="public"><head><link rel="canonical" href="https://f.example/members/anna.7/about"></head><body><div class="memberHeader"><h1 class="memberHeader-name"><span class="username" data-user-id="7">anna</span></h1><dl class="pairs"><dt>Joined</dt><dd>Jan 5, 2018</dd></dl></div><dl><dt>Location</dt><dd>Riga</dd></dl><dl><dt>Website</dt><dd><a href="https://anna.example/">https://anna.example/</a></dd></dl><dl><dt>Jabber</dt><dd>anna@jabber.example.com</dd></dl><dl><dt>ICQ</dt><dd>not a number</dd></dl><dl><dt>E-mail</dt><dd>Anna@Mail.example.com</dd></dl></body></html>"##,
    ),
];
