from __future__ import annotations

import pytest

from backlinkspider.core.arguments import Follow, NamedList, SeedFile, parse_arguments
from backlinkspider.core.exceptions import ArgumentError
from backlinkspider.core.links.relation import Relation
from backlinkspider.core.links.target import Scope
from backlinkspider.core.seeds.seeds import Seed, parse_seed


def test_the_defaults() -> None:
    arguments = parse_arguments({"target": "example.com"})
    assert arguments.seeds == ()
    assert arguments.keep == {Relation.BACKLINK}
    assert arguments.follow is Follow.SITE
    assert (arguments.max_pages, arguments.max_depth) == (100, 5)


def test_all_arguments() -> None:
    arguments = parse_arguments(
        {
            "target": "example.com, blog.example.org",
            "scope": "HOST",
            "seeds": "a.com,https://b.com/x,list.csv",
            "keep": "backlink, External",
            "follow": "none",
            "max_pages": "0",
            "max_depth": "2",
            "_job": "1",
        }
    )
    assert [target.scope for target in arguments.targets] == [Scope.HOST, Scope.HOST]
    assert arguments.seeds == (parse_seed("a.com"), parse_seed("https://b.com/x"), SeedFile("list.csv"))
    assert arguments.keep == {Relation.BACKLINK, Relation.EXTERNAL}
    assert arguments.follow is Follow.NONE
    assert (arguments.max_pages, arguments.max_depth) == (0, 2)


def test_pasted_quotation_marks_are_removed() -> None:
    arguments = parse_arguments({"target": "\u201cexample.com\u201d", "seeds": "'a.com', \"b.com\""})
    assert arguments.targets[0].host == "example.com"
    assert arguments.seeds == (parse_seed("a.com"), parse_seed("b.com"))


def test_all_relations() -> None:
    assert parse_arguments({"target": "example.com", "keep": "all"}).keep == set(Relation)


def test_one_target_in_two_spellings_is_one() -> None:
    assert len(parse_arguments({"target": "example.com,https://EXAMPLE.com"}).targets) == 1


def test_seeds_of_the_setting_are_a_default() -> None:
    assert parse_arguments({"target": "example.com"}, default_seeds="a.com").seeds == (parse_seed("a.com"),)
    assert parse_arguments({"target": "example.com", "seeds": "b.com"}, default_seeds="a.com").seeds == (parse_seed("b.com"),)


@pytest.mark.parametrize(
    "path", ["seeds.txt", "SEEDS.CSV", "./mine", "../lists/x", "/tmp/x", "~/x", "C:\\lists\\x", "export.tsv", "sitemap.xml"]
)
def test_a_list_file(path: str) -> None:
    assert parse_arguments({"target": "example.com", "seeds": path}).seeds == (SeedFile(path),)


FILES = ["partners.xlsx", "links.ods", "old.xls", "backlinks.jsonl", "rows.json", "bookmarks.html", "Favoriten.HTM",
         "list.csv.gz", "report.pdf", "data/export.xlsx", "my list.xlsx", "links.docx", "export.numbers"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("argument", ["seeds", "trusted"])
def test_a_name_with_the_ending_of_a_file_is_never_a_domain(argument: str, name: str) -> None:
    arguments = parse_arguments({"target": "example.com", argument: name})
    assert (*arguments.seeds, *arguments.trusted) == (SeedFile(name),)


@pytest.mark.parametrize("name", ["partners.com", "list.example", "a.io"])
def test_the_name_of_a_file_that_is_here_is_never_a_domain(name: str) -> None:
    given = {"target": "example.com", "seeds": f"{name},b.com"}
    assert parse_arguments(given, is_file=lambda other: other == name).seeds == (SeedFile(name), parse_seed("b.com"))


SITES = ["https://partners.xlsx/", "example.com/index.html", "example.com/links.json", "www.example.com/a/b.html", "xlsx.com"]


@pytest.mark.parametrize("text", SITES)
def test_an_address_that_ends_like_a_file_is_none(text: str) -> None:
    assert parse_arguments({"target": "example.com", "seeds": text}).seeds == (parse_seed(text),)


@pytest.mark.parametrize("name", ["partners", "Partners-2026.csv", "a..b", "_x", "1"])
def test_a_named_list(name: str) -> None:
    assert parse_arguments({"target": "example.com", "seeds": f"a.com, list:{name}"}).seeds[1] == NamedList(name)


@pytest.mark.parametrize(
    "name", ["", "..", ".hidden", "../secret", "/etc/passwd", "a/b", "a\\b", "C:x", "~root", "a b", "a\nb", "a\0", "é", "x" * 101]
)
def test_a_path_is_not_a_list_name(name: str) -> None:
    with pytest.raises(ArgumentError, match="never a path"):
        parse_arguments({"target": "example.com", "seeds": f"a.com,list:{name}"})


@pytest.mark.parametrize("text", ["https://a.com/list.txt", "a.com/lists", "a.com"])
def test_a_url_is_not_a_list(text: str) -> None:
    assert all(isinstance(seed, Seed) for seed in parse_arguments({"target": "example.com", "seeds": text}).seeds)


REFUSED = [
    pytest.param({}, "no target", id="no target"),
    pytest.param({"target": " , "}, "no target", id="an empty target"),
    pytest.param({"target": "co.uk"}, "public suffix", id="a public suffix"),
    pytest.param({"target": "nonsense!"}, "is not a domain", id="a nonsense target"),
    pytest.param({"target": "*"}, r"target '\*' is not a domain", id="everything"),
    pytest.param({"target": "example.com", "seed": "x"}, "did you mean 'seeds'", id="an unknown argument, nearly known"),
    pytest.param({"target": "example.com", "zzz": "x"}, "the arguments are target", id="an unknown argument"),
    pytest.param({"target": "example.com", "resolve": "bit.ly"}, "'resolve' is now called 'shorteners'", id="an old name"),
    pytest.param({"target": "example.com", "max_queries": "9"}, "now called 'max_query_variants'", id="another old name"),
    pytest.param({"target": "example.com", "scope": "all"}, "one of domain, host, prefix, exact", id="an unknown scope"),
    pytest.param({"target": "example.com", "keep": "links"}, "must be one of backlink", id="an unknown relation"),
    pytest.param({"target": "example.com", "keep": "all,backlink"}, "all means every relation", id="all and another"),
    pytest.param({"target": "example.com", "aliases": "two words"}, "aliases: 'two words' is not", id="an invalid alias"),
    pytest.param({"target": "example.com", "shorteners": "bit"}, "shorteners: 'bit' is not a domain", id="an invalid shortener"),
    pytest.param({"target": "example.com", "keep": ""}, "keep is empty", id="no relation"),
    pytest.param({"target": "example.com", "follow": "web"}, "one of site, host, none", id="an unknown follow"),
    pytest.param({"target": "example.com", "max_pages": "-1"}, "whole number", id="a negative number"),
    pytest.param({"target": "example.com", "max_depth": "1.5"}, "whole number", id="a fraction"),
    pytest.param({"target": "example.com", "max_pages": "٣"}, "whole number", id="a digit of another script"),
    pytest.param({"target": "example.com", "seeds": ""}, "seeds is empty", id="empty seeds"),
    pytest.param({"target": "example.com", "sitemaps": "yes"}, "must be one of auto, true, false", id="an invalid switch"),
    pytest.param({"target": "example.com", "seeds": "a.com", "shard": "2/2"}, "must be a number from 0", id="a shard too many"),
    pytest.param({"target": "example.com", "seeds": "a.com", "shard": "1"}, "must be a number from 0", id="half a shard"),
    pytest.param({"target": "example.com", "shard": "0/2"}, "divides a seed list", id="a shard without a list"),
    pytest.param({"target": "a.com", "seeds": "http://http://b.com"}, "scheme twice; remove one$", id="a doubled scheme"),
    pytest.param({"target": "example.com", "seeds": "word"}, "nor the file of a list", id="an invalid seed"),
]


@pytest.mark.parametrize(("given", "problem"), REFUSED)
def test_a_wrong_argument_is_refused_in_one_line(given: dict[str, str], problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem) as error:
        parse_arguments(given)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("argument", ["target", "aliases", "seeds", "trusted", "shorteners"])
@pytest.mark.parametrize("address", ["https://me:secret@bad host/", "ftp://me:secret@x.example/", "https://me:sec@secret@bad!/"])
def test_no_message_contains_a_password(argument: str, address: str) -> None:
    with pytest.raises(ArgumentError) as error:
        parse_arguments({"target": "example.com", argument: address})
    assert "://" in str(error.value)
    assert "secret" not in str(error.value)
