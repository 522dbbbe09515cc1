"""Fill a Cartridge shop with what is on standard input; run by its own `manage.py shell`, prints where each page is."""

import json
import sys
from datetime import timedelta
from decimal import Decimal

from cartridge.shop.models import Category, Product  # type: ignore[import-not-found]
from django.contrib.auth import get_user_model  # type: ignore[import-not-found]
from django.contrib.sites.models import Site  # type: ignore[import-not-found]
from django.db import transaction  # type: ignore[import-not-found]
from django.utils import timezone  # type: ignore[import-not-found]
from mezzanine.blog.models import BlogCategory, BlogPost  # type: ignore[import-not-found]
from mezzanine.generic.models import AssignedKeyword, Keyword, ThreadedComment  # type: ignore[import-not-found]
from mezzanine.pages.models import RichTextPage  # type: ignore[import-not-found]

given = json.loads(sys.stdin.read())
Site.objects.update(domain=given["host"], name="Valley Store")
paths = {}

with transaction.atomic():
    users = [get_user_model().objects.create_user(name.lower(), f"{name}@store.example", "x") for name in given["people"][:4]]
    shop = Category.objects.create(title="Shop")
    categories = {name: Category.objects.create(title=name, parent=shop) for name in given["categories"]}
    RichTextPage.objects.create(title="Blog", content="<p>What we write.</p>")
    topics = {name: BlogCategory.objects.create(title=name) for name in given["categories"]}
    now = timezone.now()
    products: dict[str, Product] = {}
    for number, each in enumerate(given["products"]):
        product = Product.objects.create(
            title=each["title"], slug=each["slug"], content=each["content"], available=True, unit_price=Decimal(5 + number),
            sku=f"{number:06}", num_in_stock=9,
        )  # fmt: skip
        product.variations.manage_empty()
        product.variations.update(unit_price=product.unit_price, sku=product.sku, num_in_stock=9)
        product.categories.add(categories[each["category"]])
        product.related_products.add(*(products[slug] for slug in each["related"]))
        products[each["slug"]] = product
        paths[each["slug"]] = product.get_absolute_url()
    posts: dict[str, BlogPost] = {}
    for number, each in reversed(list(enumerate(given["posts"]))):
        date = now - timedelta(days=30 * each["months"] + number)
        post = BlogPost.objects.create(
            title=each["title"], slug=f"post-{each['slug']}", content=each["content"], user=users[number % 4], publish_date=date
        )
        post.categories.add(topics[each["category"]])
        post.related_posts.add(*(posts[slug] for slug in each["related"] if slug in posts))
        for word in each["tags"]:
            keyword, _ = Keyword.objects.get_or_create(title=word)
            AssignedKeyword.objects.create(keyword=keyword, content_object=post)
        for place, text in enumerate(each["comments"]):
            ThreadedComment.objects.create(
                content_object=post, user_name=given["people"][place], comment=text, site=Site.objects.get_current(),
                submit_date=date + timedelta(hours=place), is_public=True,
            )  # fmt: skip
        posts[each["slug"]] = post
        paths[f"post {each['slug']}"] = post.get_absolute_url()
    for each in given["pages"]:
        paths[each["slug"]] = RichTextPage.objects.create(title=each["title"], content=each["content"]).get_absolute_url()
sys.stdout.write("PATHS" + json.dumps(paths))
