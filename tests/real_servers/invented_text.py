"""Invented articles: prose from word lists, links among articles, and links to a target. The same on every run."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TARGET = "http://target.example"


@dataclass(frozen=True)
class Subject:
    """The words from which articles on one subject are made."""

    name: str
    things: Sequence[str]
    parts: Sequence[str]
    actions: Sequence[str]
    qualities: Sequence[str]


CLOCKS = Subject(
    "Tower clocks",
    ("the tower clock", "the turret clock", "a longcase clock", "the station clock", "the church clock", "an old chronometer"),
    ("escapement", "pendulum", "mainspring", "dial", "striking train", "winding drum", "hour hand", "gear wheel"),
    ("repaired", "wound", "oiled", "regulated", "dismantled", "restored", "timed", "gilded"),
    ("punctual", "worn", "brass", "hand-cut", "rusted", "faithful", "seven-day"),
)
SUBJECTS = (
    CLOCKS,
    Subject(
        "Bread",
        ("the rye loaf", "a sourdough", "the village oven", "the flat bread", "a braided loaf", "the baker's trough"),
        ("crust", "crumb", "starter", "dough", "proving basket", "flour", "oven floor"),
        ("kneaded", "baked", "proved", "scored", "folded", "cooled", "shared"),
        ("sour", "dark", "open", "slow", "well-fired", "salted", "moist"),
    ),
    Subject(
        "Footpaths",
        ("the ridge path", "the ferry track", "a drovers' road", "the towpath", "the coastal walk", "a sunken lane"),
        ("stile", "waymark", "footbridge", "summit", "map", "shelter", "milestone"),
        ("walked", "mapped", "cleared", "signposted", "crossed", "measured", "reopened"),
        ("steep", "muddy", "windswept", "quiet", "forgotten", "stony", "shaded"),
    ),
    Subject(
        "Orchards",
        ("the pear orchard", "a walled garden", "the cider orchard", "the nursery bed", "an espalier", "the seed store"),
        ("rootstock", "blossom", "graft", "hedge", "compost heap", "fruit wall", "ladder"),
        ("pruned", "grafted", "planted", "picked", "mulched", "watered", "fenced"),
        ("frost-hardy", "late", "russet", "overgrown", "sheltered", "sunny", "thin"),
    ),
)
PLACES = ("Alderwick", "Brinmoor", "Casterley", "Dunhallow", "Estonbridge", "Farrowmere", "Greyling", "Hollinsea")
PEOPLE = ("Agnes", "Bertram", "Clemency", "Dorcas", "Edmund", "Felicia", "Gideon", "Hester", "Ivor", "Juniper")
TARGET_PATHS = ("/", "/workshop", "/escapements", "/prices", "/history", "/winding-day")
TARGET_ANCHORS = (
    "Target Clockworks",
    "the clock workshop",
    "their notes on escapements",
    "a price list for repairs",
    "target.example",
)
_SENTENCES = (
    "In {place} {thing} was {action} by {person}, who kept the {part} for another year.",
    "Nobody expected the {part} to be so {quality}, least of all {person}.",
    "{person} said that {thing} had been {action} twice before {year}.",
    "Where the {part} is {quality}, {thing} is better {action} in the spring.",
    "The {quality} {part} came from {place} and was {action} the same week.",
    "It took {number} hours until {thing} was {action} and the {part} looked {quality} again.",
    "Visitors from {place} ask about the {part}; most of them have seen {thing} only in books.",
    "Before {year} a {quality} {part} cost {number} shillings, as the accounts of {place} show.",
    "{person} and {other} disagree about the {part}, and neither has {action} {thing} since.",
    "A {quality} {part} is not a fault when {thing} stands near the sea.",
    "What {other} wrote in {year} about {thing} still helps whoever has {action} one.",
    "By {place} market day the {part} had been {action}, {quality} as it was.",
)
_TITLES = ("The {quality} {part} in {place}", "How {person} {action} {thing}", "{place} and the {part}", "A {part} from {year}")


@dataclass
class Article:
    """One content page, before a server has it."""

    slug: str
    title: str
    subject: Subject
    paragraphs: list[str]
    month: int
    """How many months before the newest one."""
    related: list[str] = field(default_factory=list)
    """Slugs of articles that it links to."""
    backlinks: list[tuple[str, str]] = field(default_factory=list)
    """URL and anchor of its links to the target."""


def make_articles(count: int, seed: str, months: int = 18) -> list[Article]:
    """Articles from the newest to the oldest, each linking to two others.

    Links to the target stand where they stand in real life: on many pages about its subject, on few others.
    """
    chance = random.Random(seed)
    articles: list[Article] = []
    for number in range(count):
        subject = chance.choice(SUBJECTS)
        title = _fill(chance.choice(_TITLES), subject, chance)
        title = title[0].upper() + title[1:]
        slug = "".join(letter if letter.isalnum() else "-" for letter in title.lower().replace("'", "")) + f"-{number}"
        text = [make_paragraph(subject, chance) for _ in range(chance.randint(3, 6))]
        article = Article(slug, f"{title} ({number})", subject, text, number * months // count)
        article.related = [earlier.slug for earlier in chance.sample(articles, min(2, len(articles)))]
        if chance.random() < (0.7 if subject is CLOCKS else 0.08):
            article.backlinks = make_backlinks(chance, chance.choice((1, 1, 1, 2)))
        articles.append(article)
    return articles


def make_forum(host: str, count: int, *, posts_of_a_page: int, long_every: int) -> dict[str, Any]:
    """The users, categories and topics of a forum, as plain values; each `long_every`th topic goes on on a second page.

    The links of a topic belong to its first post.
    """
    topics = []
    for number, article in enumerate(make_articles(count, host)):
        posts = posts_of_a_page + 5 if number % long_every == 0 else 3 + number % 5
        texts = [article.paragraphs[place % len(article.paragraphs)] for place in range(posts)]
        topic = {"slug": article.slug, "title": article.title, "category": article.subject.name}
        topics.append({**topic, "posts": texts, "links": article.backlinks})
    return {
        "users": [name.lower() for name in PEOPLE],
        "categories": [subject.name for subject in SUBJECTS],
        "topics": topics,
    }


def make_page(slug: str, title: str, seed: str, backlinks: int = 0) -> Article:
    """A page beside the articles, such as a list of partners."""
    chance = random.Random(seed + slug)
    subject = chance.choice(SUBJECTS)
    text = [make_paragraph(subject, chance) for _ in range(3)]
    return Article(slug, title, subject, text, 0, backlinks=make_backlinks(chance, backlinks))


def make_backlinks(chance: random.Random, count: int) -> list[tuple[str, str]]:
    """Links to different pages of the target."""
    return [(TARGET + path, chance.choice(TARGET_ANCHORS)) for path in chance.sample(TARGET_PATHS, count)]


def make_paragraph(subject: Subject, chance: random.Random) -> str:
    """Four to seven sentences on a subject."""
    return " ".join(_fill(chance.choice(_SENTENCES), subject, chance) for _ in range(chance.randint(4, 7)))


def make_target_site() -> dict[str, str]:
    """The target's own pages, by URL."""
    links = "".join(f'<li><a href="{path}">{path.strip("/") or "home"}</a>' for path in TARGET_PATHS)
    pages = {}
    for path in TARGET_PATHS:
        chance = random.Random(path)
        text = "".join(f"<p>{make_paragraph(CLOCKS, chance)}" for _ in range(3))
        name = path.strip("/").replace("-", " ") or "tower clocks"
        pages[TARGET + path] = f"<!doctype html><title>{name} - Target Clockworks</title><h1>{name}</h1><ul>{links}</ul>{text}"
    return pages


def _fill(template: str, subject: Subject, chance: random.Random) -> str:
    person, other = chance.sample(PEOPLE, 2)
    sentence = template.format(
        thing=chance.choice(subject.things),
        part=chance.choice(subject.parts),
        action=chance.choice(subject.actions),
        quality=chance.choice(subject.qualities),
        place=chance.choice(PLACES),
        person=person,
        other=other,
        year=chance.randint(1790, 1960),
        number=chance.randint(3, 60),
    )
    return sentence[0].upper() + sentence[1:]
