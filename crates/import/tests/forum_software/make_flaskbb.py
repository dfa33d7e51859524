"""Makes the small forum in FlaskBB and saves its pages: `make_flaskbb.py FOLDER`.

FlaskBB 2.0.2 runs with SQLite; threads, posts and edits go through its views, accounts and
signatures through its models.
"""

import collections
import collections.abc
import pathlib
import sys
import tempfile

import world
from freezegun import freeze_time

# The engine is of 2018 and looks for these names where Python had them then.
for name in collections.abc.__all__:
    setattr(collections, name, getattr(collections.abc, name))

PASSWORD = "correct horse"


def start_forum(folder):
    """The engine with its default groups and settings."""
    from flaskbb import create_app
    from flaskbb.configs.testing import TestingConfig
    from flaskbb.extensions import db
    from flaskbb.utils.populate import create_default_groups, create_default_settings

    class Config(TestingConfig):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{folder / 'flaskbb.sqlite'}"
        SERVER_NAME = None
        USE_DEFAULT_LOGGING = False
        WTF_CSRF_ENABLED = False
        RATELIMIT_ENABLED = False

    app = create_app(Config)
    app.app_context().push()
    db.create_all()
    create_default_groups()
    create_default_settings()
    return app


class FlaskBB(world.Board):
    def __init__(self, app):
        self.app = app
        self.board = None

    def client(self, name=None):
        client = self.app.test_client()
        if name is not None:
            answer = client.post("/auth/login", data={"login": name, "password": PASSWORD})
            if answer.status_code != 302:
                sys.exit(f"{name} cannot log in: {answer.get_data(as_text=True)[:8000]}")
        return client

    def post(self, name, path, **fields):
        """A form that is sent by an account."""
        answer = self.client(name).post(path, data=fields)
        if answer.status_code != 302:
            sys.exit(f"{path} was refused: {answer.get_data(as_text=True)[:8000]}")

    def register(self, name, signature, at):
        from flaskbb.utils.populate import create_user

        with freeze_time(at):
            member = create_user(name, PASSWORD, f"member{ord(name[0])}@mail.example.com", "member")
            member.signature = signature
            member.save()
        if self.board is None:
            self.make_board(member)
        return None

    def make_board(self, owner):
        from flaskbb.forum.models import Category, Forum
        from flaskbb.user.models import Group

        category = Category(title="All boards", description="all", position=1)
        category.save()
        self.board = Forum(title=world.BOARD_NAME, description="trade", position=1, category_id=category.id)
        self.board.groups = Group.query.all()
        self.board.save()

    def start_thread(self, author, title, text, at):
        from flaskbb.forum.models import Topic

        with freeze_time(at):
            self.post(author, f"/{self.board.id}/topic/new", title=title, content=text, submit="Post Topic")
        topic = Topic.query.order_by(Topic.id.desc()).first()
        return topic.id, topic.first_post_id, topic.url

    def reply(self, thread, author, text, at):
        from flaskbb.forum.models import Post

        with freeze_time(at):
            self.post(author, f"/topic/{thread}/post/new", content=text, submit="Reply")
        return Post.query.order_by(Post.id.desc()).first().id

    def edit(self, thread, post, author, text, at):
        with freeze_time(at):
            self.post(author, f"/post/{post}/edit", content=text, submit="Reply")

    def pages(self):
        from flaskbb.user.models import User

        members = [member.url for member in User.query.order_by(User.id)]
        return ["/", self.board.url, "/memberlist"] + members

    def fetch(self, path, at):
        with freeze_time(at):
            answer = self.client().get(path, follow_redirects=True)
        return answer.data if answer.status_code == 200 else None


with tempfile.TemporaryDirectory() as folder:
    app = start_forum(pathlib.Path(folder))
    with app.test_request_context():
        world.make(FlaskBB(app), sys.argv[1], has_signatures=True)
