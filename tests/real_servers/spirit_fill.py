"""Fill a Spirit forum with the topics on standard input; run by the forum's own `manage.py shell`, prints where each topic is."""

import json
import sys
from datetime import timedelta

from django.contrib.auth import get_user_model  # type: ignore[import-not-found]
from django.utils import timezone  # type: ignore[import-not-found]
from spirit.category.models import Category  # type: ignore[import-not-found]
from spirit.comment.models import Comment  # type: ignore[import-not-found]
from spirit.topic.models import Topic  # type: ignore[import-not-found]

given = json.loads(sys.stdin.read())
users = [get_user_model().objects.create_user(name, f"{name}@forum.example", "x") for name in given["users"]]
categories = {name: Category.objects.create(title=name) for name in given["categories"]}
now = timezone.now()
paths = {}
for number, topic in enumerate(given["topics"]):
    date = now - timedelta(hours=number)
    made = Topic.objects.create(
        user=users[number % len(users)],
        category=categories[topic["category"]],
        title=topic["title"],
        date=date,
        last_active=date,
        comment_count=len(topic["posts"]),
    )
    links = "".join(f'<p><a href="{url}">{anchor}</a></p>' for url, anchor in topic["links"])
    for place, text in enumerate(topic["posts"]):
        html = f"<p>{text}</p>{'' if place else links}"
        user = users[(number + place) % len(users)]
        Comment.objects.create(user=user, topic=made, comment=html, comment_html=html, date=date + timedelta(minutes=place))
    paths[topic["slug"]] = made.get_absolute_url()
sys.stdout.write("PATHS" + json.dumps(paths))
