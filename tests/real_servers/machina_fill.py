"""Fill a Machina forum with the topics on standard input; run by its own `manage.py shell`, prints where each topic is."""

import json
import sys
from datetime import timedelta

from django.contrib.auth import get_user_model  # type: ignore[import-not-found]
from django.db import transaction  # type: ignore[import-not-found]
from django.urls import reverse  # type: ignore[import-not-found]
from django.utils import timezone  # type: ignore[import-not-found]
from machina.core.db.models import get_model  # type: ignore[import-not-found]

Forum, Topic, Post = (
    get_model("forum", "Forum"),
    get_model("forum_conversation", "Topic"),
    get_model("forum_conversation", "Post"),
)
Permission = get_model("forum_permission", "ForumPermission")
UserForumPermission = get_model("forum_permission", "UserForumPermission")

given = json.loads(sys.stdin.read())
users = [get_user_model().objects.create_user(name, f"{name}@board.example", "x") for name in given["users"]]
# A board where guests may read and write, so that it links to its forms.
for codename in ("can_see_forum", "can_read_forum", "can_start_new_topics", "can_reply_to_topics"):
    permission = Permission.objects.get(codename=codename)
    for audience in ("anonymous_user", "authenticated_user"):
        UserForumPermission.objects.create(permission=permission, has_perm=True, **{audience: True})
board = Forum.objects.create(name="Talk of the Valley", type=Forum.FORUM_CAT)
forums = {name: Forum.objects.create(name=name, type=Forum.FORUM_POST, parent=board) for name in given["categories"]}
now = timezone.now()
paths = {}
with transaction.atomic():
    # The newest last, as they were written.
    for number, each in reversed(list(enumerate(given["topics"]))):
        date = now - timedelta(hours=number)
        poster = users[number % len(users)]
        topic = Topic.objects.create(
            forum=forums[each["category"]],
            poster=poster,
            subject=each["title"],
            type=Topic.TOPIC_POST,
            status=Topic.TOPIC_UNLOCKED,
        )
        links = "".join(f"\n\n[{anchor}]({url})" for url, anchor in each["links"])
        for place, text in enumerate(each["posts"]):
            subject = each["title"] if place == 0 else f"Re: {each['title']}"
            user = users[(number + place) % len(users)]
            # Its own `save` counts the posts of topic and forum each time.
            post = Post(topic=topic, poster=user, subject=subject, content=text if place else text + links)
            post.save_base(force_insert=True)
            written = date + timedelta(minutes=place)
            Post.objects.filter(topic=topic, created__gt=now).update(created=written, updated=written)
        topic.update_trackers()
        arguments = {"forum_slug": topic.forum.slug, "forum_pk": topic.forum.pk, "slug": topic.slug, "pk": topic.pk}
        paths[each["slug"]] = reverse("forum_conversation:topic", kwargs=arguments)
sys.stdout.write("PATHS" + json.dumps(paths))
