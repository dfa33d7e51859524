"""Makes the small forum in django-machina and saves its pages: `make_machina.py FOLDER`.

The engine runs in a project of its own settings with SQLite; threads, posts, edits and signatures
go through its views.
"""

import pathlib
import sys
import tempfile

import world
from freezegun import freeze_time

PERMISSIONS = [
    "can_see_forum",
    "can_read_forum",
    "can_start_new_topics",
    "can_reply_to_topics",
    "can_edit_own_posts",
    "can_post_without_approval",
]
ENGINE_PARTS = [
    "machina",
    "machina.apps.forum",
    "machina.apps.forum_conversation",
    "machina.apps.forum_conversation.forum_attachments",
    "machina.apps.forum_conversation.forum_polls",
    "machina.apps.forum_feeds",
    "machina.apps.forum_moderation",
    "machina.apps.forum_search",
    "machina.apps.forum_tracking",
    "machina.apps.forum_member",
    "machina.apps.forum_permission",
]


def start_project(folder):
    """Settings as the engine's manual asks for, with everything in one folder."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from machina import MACHINA_MAIN_TEMPLATE_DIR

    middleware = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "machina.apps.forum_permission.middleware.ForumPermissionMiddleware",
    ]
    context_processors = [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "machina.core.context_processors.metadata",
    ]
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [MACHINA_MAIN_TEMPLATE_DIR],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": context_processors},
    }
    django_parts = [f"django.contrib.{part}" for part in ("auth", "contenttypes", "sessions", "messages", "staticfiles")]
    settings.configure(
        SECRET_KEY="not secret",
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "db.sqlite3")}},
        INSTALLED_APPS=django_parts + ["mptt", "haystack", "widget_tweaks"] + ENGINE_PARTS,
        MIDDLEWARE=middleware,
        TEMPLATES=[templates],
        CACHES={
            name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
            for name in ("default", "machina_attachments")
        },
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF=__name__,
        STATIC_URL="/static/",
        MEDIA_ROOT=str(folder / "media"),
        TIME_ZONE="UTC",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MACHINA_DEFAULT_AUTHENTICATED_USER_FORUM_PERMISSIONS=PERMISSIONS,
    )
    django.setup()
    call_command("migrate", verbosity=0)


class Machina(world.Board):
    def __init__(self):
        from machina.apps.forum.models import Forum
        from machina.apps.forum_permission.models import ForumPermission, UserForumPermission

        self.forum = Forum.objects.create(name=world.BOARD_NAME, type=Forum.FORUM_POST)
        for codename in PERMISSIONS[:2]:
            permission = ForumPermission.objects.get(codename=codename)
            UserForumPermission.objects.create(permission=permission, anonymous_user=True, has_perm=True)
        self.board_path = f"/forum/{self.forum.slug}-{self.forum.pk}/"
        self.accounts = {}
        self.titles = {}

    def client(self, name=None):
        from django.test import Client

        client = Client()
        if name is not None:
            client.force_login(self.accounts[name])
        return client

    def post(self, name, path, **fields):
        """A form that is sent by an account; files and polls are left empty."""
        for part in ("attachment", "poll"):
            fields |= {f"{part}-TOTAL_FORMS": 0, f"{part}-INITIAL_FORMS": 0}
        answer = self.client(name).post(path, fields)
        if answer.status_code != 302:
            sys.exit(f"{path} was refused: {answer.content.decode()[:8000]}")

    def register(self, name, signature, at):
        from django.contrib.auth import get_user_model

        with freeze_time(at):
            account = get_user_model().objects.create_user(name, password="correct horse")
            self.accounts[name] = account
            if signature:
                self.post(name, "/member/profile/edit/", signature=signature)
        return account.pk

    def start_thread(self, author, title, text, at):
        from machina.apps.forum_conversation.models import Topic

        with freeze_time(at):
            fields = {"subject": title, "content": text, "topic_type": 0, "enable_signature": "on"}
            self.post(author, f"{self.board_path}topic/create/", **fields)
        topic = Topic.objects.latest("pk")
        self.titles[topic.pk] = title
        return topic.pk, topic.first_post.pk, self.path(topic.pk)

    def path(self, thread):
        from machina.apps.forum_conversation.models import Topic

        return f"{self.board_path}topic/{Topic.objects.get(pk=thread).slug}-{thread}/"

    def reply(self, thread, author, text, at):
        from machina.apps.forum_conversation.models import Post

        with freeze_time(at):
            fields = {"subject": f"Re: {self.titles[thread]}", "content": text, "enable_signature": "on"}
            self.post(author, f"{self.path(thread)}post/create/", **fields)
        return Post.objects.latest("pk").pk

    def edit(self, thread, post, author, text, at):
        with freeze_time(at):
            fields = {"subject": f"Re: {self.titles[thread]}", "content": text, "enable_signature": "on"}
            self.post(author, f"{self.path(thread)}{post}/post/update/", **fields)

    def pages(self):
        return ["/", self.board_path] + [f"/member/profile/{account.pk}/" for account in self.accounts.values()]

    def fetch(self, path, at):
        with freeze_time(at):
            answer = self.client().get(path, follow=True)
        return answer.content if answer.status_code == 200 else None


def __getattr__(name):
    """The table of addresses; Django asks for it after it was set up."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path
    from machina import urls

    return [path("", include(urls))]


with tempfile.TemporaryDirectory() as folder:
    start_project(pathlib.Path(folder))
    world.make(Machina(), sys.argv[1], has_signatures=True)
