"""Makes the small forum in Misago and saves its pages: `make_misago.py FOLDER`.

Misago needs PostgreSQL, so a server of its own is started without a network and ended again.
Threads, posts and edits go through Misago's interface of JSON, accounts through its models.
"""

import contextlib
import json
import os
import pathlib
import pwd
import signal
import subprocess
import sys
import tempfile
import time

import world
from freezegun import freeze_time

# Where Debian keeps the programs of the server, by version.
SERVERS = pathlib.Path("/usr/lib/postgresql")
START_SECONDS_MAX = 60

MIDDLEWARE = [
    "misago.users.middleware.RealIPMiddleware",
    "misago.core.middleware.FrontendContextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "misago.cache.middleware.cache_versions_middleware",
    "misago.conf.middleware.dynamic_settings_middleware",
    "misago.socialauth.middleware.socialauth_providers_middleware",
    "misago.users.middleware.UserMiddleware",
    "misago.acl.middleware.user_acl_middleware",
    "misago.core.middleware.ExceptionHandlerMiddleware",
    "misago.users.middleware.OnlineTrackerMiddleware",
    "misago.admin.middleware.AdminAuthMiddleware",
    "misago.threads.middleware.UnreadThreadsCountMiddleware",
]


@contextlib.contextmanager
def postgresql():
    """A server in a folder of its own, which is also where its socket is. It refuses to run as
    root; then it runs as the user that its package made."""
    programs = max(SERVERS.glob("*/bin"), key=lambda path: int(path.parent.name))
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    with tempfile.TemporaryDirectory() as folder:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = f"{folder}/data"
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
        made = [programs / "initdb", f"--pgdata={data}", *options]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
        command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=folder, **owner)
        try:
            wait_for(programs / "pg_isready", folder)
            yield folder
        finally:
            # Fast: it does not wait for connections to end.
            server.send_signal(signal.SIGINT)
            server.wait()


def wait_for(is_ready, folder):
    for _ in range(START_SECONDS_MAX * 10):
        if subprocess.run([is_ready, "--quiet", f"--host={folder}"]).returncode == 0:
            return
        time.sleep(0.1)
    sys.exit("the server did not start")


def start_project(socket_folder, folder):
    """Settings as Misago's own project template has them, without servers other than the database."""
    import celery
    import django
    from django.conf import settings
    from misago import settings as misago

    # Notifications are tasks; without a server of queues they run at once.
    celery.Celery("witness").conf.task_always_eager = True

    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": misago.TEMPLATE_CONTEXT_PROCESSORS},
    }
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": socket_folder,
    }
    settings.configure(
        SECRET_KEY="not secret",
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=misago.INSTALLED_APPS,
        INSTALLED_PLUGINS=[],
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=[templates],
        AUTH_USER_MODEL="misago_users.User",
        AUTHENTICATION_BACKENDS=["misago.users.authbackends.MisagoBackend"],
        CSRF_FAILURE_VIEW="misago.core.errorpages.csrf_failure",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        REST_FRAMEWORK={
            "DEFAULT_PERMISSION_CLASSES": ["misago.core.rest_permissions.IsAuthenticatedOrReadOnly"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "EXCEPTION_HANDLER": "misago.core.exceptionhandler.handle_api_exception",
            "UNAUTHENTICATED_USER": "misago.users.models.AnonymousUser",
        },
        LOGIN_URL="misago:login",
        LOGOUT_URL="misago:logout",
        LOGIN_REDIRECT_URL="misago:index",
        MISAGO_ADDRESS=world.ORIGIN,
        MISAGO_SEARCH_CONFIG="simple",
        MISAGO_NOTIFICATIONS_RETRY_DELAY=misago.MISAGO_NOTIFICATIONS_RETRY_DELAY,
        ROOT_URLCONF=__name__,
        STATIC_URL="/static/",
        MEDIA_URL="/media/",
        MEDIA_ROOT=str(folder / "media"),
        TIME_ZONE="UTC",
        USE_TZ=True,
        USE_I18N=True,
        LANGUAGE_CODE="en-us",
        LOGGING_CONFIG=None,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def addresses():
    from django.urls import include, path
    from django.views.i18n import JavaScriptCatalog

    return [
        path("", include("social_django.urls", namespace="social")),
        path("", include("misago.urls", namespace="misago")),
        path("django-i18n.js", JavaScriptCatalog.as_view(packages=["misago"]), name="django-i18n"),
    ]


class Misago(world.Board):
    def __init__(self):
        from misago.categories.models import Category

        self.category = Category.objects.get(slug="first-category")
        self.category.set_name(world.BOARD_NAME)
        self.category.save()
        self.names = {}

    def call(self, method, name, path, **fields):
        """Calls the interface as an account; gives what it answers."""
        from django.test import Client

        client = Client()
        client.force_login(self.names[name])
        answer = getattr(client, method)(path, json.dumps(fields), content_type="application/json")
        if answer.status_code != 200:
            sys.exit(f"{path} was refused: {answer.content.decode()[:4000]}")
        return answer.json()

    def register(self, name, signature, at):
        from misago.users.test import create_test_user

        with freeze_time(at):
            account = create_test_user(name, f"member{len(self.names)}@mail.example.com")
        self.names[name] = account
        return account.pk

    def start_thread(self, author, title, text, at):
        from misago.threads.models import Thread

        with freeze_time(at):
            answer = self.call("post", author, "/api/threads/", category=self.category.pk, title=title, post=text)
        thread = Thread.objects.get(pk=answer["id"])
        return thread.pk, thread.first_post_id, thread.get_absolute_url()

    def reply(self, thread, author, text, at):
        with freeze_time(at):
            return self.call("post", author, f"/api/threads/{thread}/posts/", post=text)["id"]

    def edit(self, thread, post, author, text, at):
        with freeze_time(at):
            self.call("put", author, f"/api/threads/{thread}/posts/{post}/", post=text)

    def page_path(self, path, page):
        return f"{path}{page}/"

    def pages(self):
        members = [f"{account.get_absolute_url()}details/" for account in self.names.values()]
        return ["/", self.category.get_absolute_url()] + members

    def fetch(self, path, at):
        from django.test import Client

        with freeze_time(at):
            answer = Client().get(path, follow=True)
        return answer.content if answer.status_code == 200 else None


with postgresql() as socket_folder, tempfile.TemporaryDirectory() as folder:
    start_project(socket_folder, pathlib.Path(folder))
    urlpatterns = addresses()
    world.make(Misago(), sys.argv[1], has_signatures=False)
