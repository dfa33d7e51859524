"""Makes the small forum in Spirit and saves its pages: `make_spirit.py FOLDER`.

Spirit runs from its own project template with SQLite; accounts register, post and edit through
Spirit's views.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import world
from freezegun import freeze_time

PASSWORD = "correct horse battery staple"


def start_project(folder):
    """A Spirit project by its own template, with the test settings that need no server."""
    import django
    import spirit

    template = pathlib.Path(spirit.__file__).parent / "extra" / "project_template"
    command = [sys.executable, "-m", "django", "startproject", "forum", str(folder), "--template", str(template)]
    subprocess.run(command, check=True)
    (folder / "forum" / "settings" / "witness.py").write_text(
        "from .base import *\n"
        "SECRET_KEY = 'not secret'\n"
        "ALLOWED_HOSTS = ['*']\n"
        f"ST_SITE_URL = '{world.ORIGIN}/'\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(BASE_DIR, 'db.sqlite3')}}\n"
        "PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n"
        "EMAIL_BACKEND = 'django.core.mail.backends.dummy.EmailBackend'\n"
        "HAYSTACK_SIGNAL_PROCESSOR = 'haystack.signals.BaseSignalProcessor'\n"
        "CACHES = {name: {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache', 'LOCATION': name, 'TIMEOUT': None}"
        " for name in ('default', 'st_rate_limit')}\n"
        "ST_RATELIMIT_CACHE = 'st_rate_limit'\n"
        "ST_CASE_INSENSITIVE_USERNAMES = False\n"
        "LOGGING = {}\n"
    )
    sys.path.insert(0, str(folder))
    os.environ["DJANGO_SETTINGS_MODULE"] = "forum.settings.witness"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class Spirit(world.Board):
    def __init__(self):
        from spirit.category.models import Category

        self.category = Category.objects.create(title=world.BOARD_NAME, sort=1)
        self.names = {}

    def client(self, name=None):
        from django.test import Client

        client = Client()
        if name is not None:
            client.force_login(self.names[name], backend="spirit.user.auth.backends.UsernameAuthBackend")
        return client

    def post(self, name, path, **fields):
        """A form that is sent by an account; gives the path to which the answer leads."""
        from django.core.cache import caches

        for cache in caches.all():
            cache.clear()
        answer = self.client(name).post(path, fields)
        if answer.status_code != 302:
            sys.exit(f"{path} was refused: {answer.content.decode()[:4000]}")
        return answer["Location"]

    def register(self, name, signature, at):
        from django.contrib.auth import get_user_model

        with freeze_time(at):
            address = f"member{len(self.names)}@mail.example.com"
            fields = {"username": name, "email": address, "email2": address, "password": PASSWORD}
            answer = self.client().post("/user/register/", fields)
            if answer.status_code != 302:
                sys.exit(f"{name} cannot register: {answer.content.decode()[:4000]}")
        account = get_user_model().objects.get(username=name)
        account.is_active = True
        account.st.is_verified = True
        account.save()
        account.st.save()
        self.names[name] = account
        return account.pk

    def start_thread(self, author, title, text, at):
        from spirit.topic.models import Topic

        with freeze_time(at):
            path = self.post(author, "/topic/publish/", title=title, category=self.category.pk, comment=text)
        topic = Topic.objects.latest("pk")
        return topic.pk, topic.comment_set.get().pk, path

    def reply(self, thread, author, text, at):
        from spirit.comment.models import Comment

        with freeze_time(at):
            self.post(author, f"/comment/{thread}/publish/", comment=text)
        return Comment.objects.latest("pk").pk

    def edit(self, thread, post, author, text, at):
        with freeze_time(at):
            self.post(author, f"/comment/{post}/update/", comment=text)

    def pages(self):
        index = ["/", self.category.get_absolute_url()]
        return index + [account.st.get_absolute_url() for account in self.names.values()]

    def fetch(self, path, at):
        # Members are shown to members only.
        reader = world.ACCOUNTS[0] if path.startswith("/user/") else None
        with freeze_time(at):
            answer = self.client(reader).get(path, follow=True)
        return answer.content if answer.status_code == 200 else None


with tempfile.TemporaryDirectory() as folder:
    start_project(pathlib.Path(folder))
    world.make(Spirit(), sys.argv[1], has_signatures=False)
