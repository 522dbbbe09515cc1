"""Fill an Oscar shop with the products on standard input; run by the shop's own `manage.py shell`, prints where each is."""

import json
import sys
from decimal import Decimal

from django.contrib.flatpages.models import FlatPage  # type: ignore[import-not-found]
from django.contrib.sites.models import Site  # type: ignore[import-not-found]
from oscar.apps.catalogue.categories import create_from_breadcrumbs  # type: ignore[import-not-found]
from oscar.apps.catalogue.models import Product, ProductClass, ProductRecommendation  # type: ignore[import-not-found]
from oscar.apps.catalogue.reviews.models import ProductReview  # type: ignore[import-not-found]
from oscar.apps.partner.models import Partner, StockRecord  # type: ignore[import-not-found]

given = json.loads(sys.stdin.read())
site = Site.objects.get_current()
kind = ProductClass.objects.create(name="Things", track_stock=False)
partner = Partner.objects.create(name="Stock")
products: dict[str, Product] = {}
for number, each in enumerate(given["products"]):
    product = Product.objects.create(
        product_class=kind, title=each["title"], slug=each["slug"][:200], upc=f"{number:06}", description=each["description"]
    )
    for breadcrumbs in each["categories"]:
        product.categories.add(create_from_breadcrumbs(breadcrumbs))
    StockRecord.objects.create(product=product, partner=partner, partner_sku=str(number), price=Decimal(5 + number))
    for review in each["reviews"]:
        ProductReview.objects.create(product=product, score=4, name="A reader", email="reader@shop.example", status=1, **review)
    for related in each["related"]:
        ProductRecommendation.objects.create(primary=product, recommendation=products[related])
    products[each["slug"]] = product
paths = {slug: product.get_absolute_url() for slug, product in products.items()}
for each in given["pages"]:
    page = FlatPage.objects.create(
        url=f"/{each['slug']}/", title=each["title"], content=each["text"], template_name="flatpages/default.html"
    )
    page.sites.add(site)
    paths[each["slug"]] = page.url
sys.stdout.write("PATHS" + json.dumps(paths))
