//! Small pages of members made by hand after the templates that the systems come with, for tests.

/// Name and page.
pub(super) const MEMBER_SAMPLES: &[(&str, &str)] = &[
    (
        "phpbb_3.html",
        r##"<!DOCTYPE html><html><body id="phpbb" class="section-memberlist"><form method="post" action="./memberlist.php?mode=group" id="viewprofile"><div class="panel"><dl class="left-box details profile-details"><dt>Username:</dt><dd><span>emil</span></dd><dt>Location:</dt><dd>Bremen</dd><dt>ICQ:</dt><dd>123456789</dd><dt>Website:</dt><dd><a href="http://emil.example/">http://emil.example/</a></dd></dl></div><div class="panel"><dl class="details"><dt>Joined:</dt> <dd>Sun Jan 01, 2012 8:15 pm</dd><dt>Last visited:</dt> <dd>Mon Jan 05, 2015 9:00 am</dd><dt>Total posts:</dt> <dd>31 | <strong><a href="./search.php?author_id=55&amp;sr=posts">Search</a></strong></dd></dl></div><div class="signature">jabber: emil@jabber.example.com</div></form><p>All times are UTC + 1 hour</p></body></html>"##,
    ),
    (
        "mybb.html",
        r##"<html><head><script>var my_post_key = "x";</script></head><body><fieldset><table><tr><td><span class="largetext"><strong>carl</strong></span><br /><span class="smalltext">(Junior Member)</span><br /><strong>Registration Date:</strong> 25-06-2009<br /><strong>Date of Birth:</strong> Not Specified</td></tr></table></fieldset><table><tr><td class="trow1"><strong>Joined:</strong></td><td class="trow1">25-06-2009</td></tr><tr><td class="trow1"><strong>Last Visit:</strong></td><td>26-03-2019, 09:00 AM</td></tr><tr><td><strong>Total Posts:</strong></td><td>5 <a href="search.php?action=finduser&amp;uid=8">Find</a></td></tr></table><table><tr><td><strong>Homepage:</strong></td><td><a href="http://carl.example">http://carl.example</a></td></tr><tr><td><strong>ICQ Number:</strong></td><td>987654321</td></tr><tr><td><strong>Skype ID:</strong></td><td>carl.skype</td></tr><tr><td><strong>Location:</strong></td><td>Gdansk</td></tr><tr><td><strong>Bio:</strong></td><td>I sell things</td></tr></table></body></html>"##,
    ),
    (
        "vbulletin_3.html",
        r##"<html><head><meta name="generator" content="vBulletin 3.8.4" /><link rel="canonical" href="http://v.example/member.php?u=61" /></head><body><div id="username_box"><h1>ivan <img alt="ivan is offline"></h1><h2>Member</h2></div><fieldset class="statistics_group"><legend>General Information</legend><ul><li><span class="shade">Last Activity:</span> 25.04.2009 <span class="time">21:47</span></li><li><span class="shade">Join Date:</span> 13.01.2005</li></ul></fieldset><dl class="list_no_decoration profilefield_list"><dt class="shade">Location</dt><dd>Tver</dd><dt class="shade">Home Page</dt><dd>http://ivan.example</dd><dt>ICQ</dt><dd>111222333</dd></dl><div>All times are GMT +3. The time now is 08:54 PM.</div></body></html>"##,
    ),
    (
        "vbulletin_4.html",
        r##"<html id="vbulletin_html"><head><meta name="generator" content="vBulletin 4.2.2" /><link rel="canonical" href="http://v.example/member.php?71-karl" /></head><body><div class="member_content userprof"><span id="userinfo"><span class="member_username">karl</span></span><div id="view-aboutme"><dl><dt>About karl</dt></dl><dl><dt>Location:</dt><dd>Oslo</dd></dl><dl class="stats"><dt>Join Date</dt><dd> 04-25-2010</dd></dl><dl class="stats"><dt>Last Activity</dt><dd> 04-26-2013 08:00 AM</dd></dl><dl><dt>Skype</dt><dd>karl.k</dd></dl></div></div><div>All times are GMT -4.</div></body></html>"##,
    ),
    (
        "vbulletin_5.html",
        r##"<html><head><meta name="generator" content="vBulletin 5.6.0" /><link rel="canonical" href="https://v.example/member/31-lena"></head><body><div class="profile-sidebar-widget"><div class="profileSideBar"><h1>lena</h1><ul class="profile-info"><li><label>Last Activity:</label> <span>02-25-2018, 10:00 AM</span></li><li><label>Joined:</label> <span>01-31-2016</span></li><li><label>Location:</label> <span>Porto</span></li></ul></div></div></body></html>"##,
    ),
    (
        "smf.html",
        r##"<html><head><script>var smf_theme_url = "x";</script><link rel="canonical" href="http://s.example/index.php?action=profile;u=17" /></head><body><div id="basicinfo"><div class="username"><h4>mara <span class="position">Newbie</span></h4></div></div><div id="detailedinfo"><dl><dt>Location:</dt><dd>Pisa</dd><dt>Date Registered: </dt><dd>September 07, 2010, 11:20:31 AM</dd><dt>Last Active:</dt><dd>September 08, 2013, 10:00:00 AM</dd><dt>ICQ:</dt><dd>444555666</dd><dt>Website:</dt><dd>http://mara.example</dd></dl><div class="signature">sig</div></div></body></html>"##,
    ),
    (
        "xenforo_1.html",
        r##"<html id="XenForo"><head><meta property="og:url" content="http://f.example/members/ben.3/"></head><body><div class="profilePage"><h1 itemprop="name" class="username">ben</h1><dl><dt>Last Activity:</dt> <dd><abbr class="DateTime">Oct 29, 2014 at 6:28 PM</abbr></dd></dl><dl><dt>Joined:</dt> <dd>Feb 2, 2011</dd></dl><div id="info"><dl><dt>Home page:</dt><dd><a href="http://ben.example">http://ben.example</a></dd></dl><dl><dt>Location:</dt><dd>Leeds</dd></dl><dl><dt>Jabber:</dt><dd>ben@jabber.example.com</dd></dl><div class="signature">sig</div></div></div></body></html>"##,
    ),
    (
        "invision_3.html",
        r##"<html><head><script>ipb.vars['x'] = 1;</script><link rel="canonical" href="http://i.example/user/19-rita/" /></head><body id='ipboard_body'><div id='profile_background'><h1><span class="fn nickname">rita</span></h1><ul><li>Member Since 07 Aug 2009</li></ul><ul class='ipsList_data'><li><span class='row_title'>Location:</span> <span class='row_data'>Lyon</span></li><li><span class='row_title'>ICQ:</span> <span>777888999</span></li><li><span class='row_title'>Website URL:</span> <span>http://rita.example</span></li></ul></div></body></html>"##,
    ),
    (
        "invision_4.html",
        r##"<html><head><link rel="canonical" href="https://i.example/profile/19-rita/" /></head><body class="ipsApp ipsApp_front"><header id="elProfileHeader"><h1>rita</h1><ul><li><h4 class="ipsType_minorHeading">Joined</h4><time datetime="2019-08-07T06:05:04Z">August 7, 2019</time></li><li><h4 class="ipsType_minorHeading">Last visited</h4><time datetime="2020-01-02T03:04:05Z">January 2, 2020</time></li></ul></header><div><strong>Location</strong><div>Lyon</div></div></body></html>"##,
    ),
];
