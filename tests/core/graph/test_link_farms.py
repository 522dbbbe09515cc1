"""Which sites belong to one hand, and which only share a hoster, a theme or a friendship."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest

from backlinkspider.core.graph import link_farms
from backlinkspider.core.graph.link_farms import Footprint, LinkFarm, SiteFootprints, find_link_farms

A, B, C, D = "a.example", "b.example", "c.example", "d.example"
THIRD = [f"money{number}.example" for number in range(6)]

Links = Mapping[str, Sequence[str]]
RING: Links = {A: [B, C], B: [A, C], C: [A, B]}


def sites(*names: str, **traces: Sequence[str]) -> list[SiteFootprints]:
    """Sites with the same traces."""
    return [SiteFootprints(name, **{kind: frozenset(values) for kind, values in traces.items()}) for name in names]


FARMS = [
    pytest.param(sites(A, B, C, addresses=["192.0.2.7"]), RING, ["clique", "address", "subnet"], id="a clique on one server"),
    pytest.param(
        sites(A, addresses=["192.0.2.7"]) + sites(B, C, addresses=["192.0.2.99"]),
        RING,
        ["clique", "subnet"],
        id="a clique in one network",
    ),
    pytest.param(
        sites(A, addresses=["2001:db8:1::1"]) + sites(B, C, addresses=["2001:db8:1:ffff::9"]),
        RING,
        ["clique", "subnet"],
        id="a clique in one network of IPv6",
    ),
    pytest.param(sites(A, B, C, templates=["5f1d"]), RING, ["clique", "template"], id="a clique of one template"),
    pytest.param(sites(A, B, C, analytics_ids=["UA-1"]), RING, ["clique", "analytics"], id="a clique with one account"),
    pytest.param(sites(A, B, C, linked_sites=THIRD), RING, ["clique", "same_links"], id="a clique that links to the same sites"),
    pytest.param(
        sites(A, B, C, linked_sites=THIRD, addresses=["192.0.2.7"]),
        {},
        ["same_links", "address", "subnet"],
        id="the same links from one server",
    ),
    pytest.param(
        sites(A, B, C, analytics_ids=["UA-1"], templates=["5f1d"]), {}, ["analytics", "template"], id="one account, one template"
    ),
    pytest.param(
        sites(A, B, C, analytics_ids=["UA-1", "UA-2"], addresses=["192.0.2.7", "192.0.2.8"], templates=["5f1d"]),
        RING,
        ["clique", "address", "subnet", "analytics", "template"],
        id="all that can be",
    ),
]


@pytest.mark.parametrize(("traces", "links", "footprints"), FARMS)
def test_a_farm(traces: list[SiteFootprints], links: Links, footprints: list[str]) -> None:
    farm = LinkFarm((A, B, C), tuple(map(Footprint, footprints)))
    assert find_link_farms(traces, links) == {A: farm, B: farm, C: farm}


NO_FARMS = [
    pytest.param(sites(A, B, C), RING, id="friends who link to each other"),
    pytest.param(sites(A, B, C, analytics_ids=["UA-1"]), {}, id="one account alone"),
    pytest.param(sites(A, B, C, addresses=["192.0.2.7"]), {}, id="one server alone, which is its network too"),
    pytest.param(sites(A, B, C, addresses=["192.0.2.7"], templates=["5f1d"]), {}, id="one server and template: a site builder"),
    pytest.param(
        sites(A, addresses=["192.0.2.7"], templates=["5f1d"]) + sites(B, C, addresses=["192.0.2.8"], templates=["5f1d"]),
        {},
        id="one network and template",
    ),
    pytest.param(sites(A, B, C, addresses=["192.0.2.7"]), {A: [B, C], B: [C]}, id="links one way on one server"),
    pytest.param(sites(A, B, C, linked_sites=list(THIRD)[:4], addresses=["192.0.2.7"]), {}, id="few links in common are chance"),
    pytest.param(
        sites(A, B, C, linked_sites=sorted(link_farms._POPULAR), addresses=["192.0.2.7"]), {}, id="what all link to tells nothing"
    ),
    pytest.param(
        [
            SiteFootprints(
                site, frozenset({"192.0.2.7"}), linked_sites=frozenset(THIRD) | {f"{site}{number}" for number in range(7)}
            )
            for site in (A, B)
        ],
        {},
        id="most of their links are others",
    ),
    pytest.param(
        sites(A, B, C, addresses=["192.0.2.7"], linked_sites=[A, B, C, D, "e.example"]) + sites(D, "e.example"),
        {},
        id="that they link to each other is no link to the same third sites",
    ),
    pytest.param(
        sites(*(f"{number}.example" for number in range(51)), analytics_ids=["UA-1"], templates=["5f1d"]),
        {},
        id="what more than 50 have in common",
    ),
    pytest.param([], {}, id="no sites"),
]


@pytest.mark.parametrize(("traces", "links"), NO_FARMS)
def test_no_farm(traces: list[SiteFootprints], links: Links) -> None:
    assert find_link_farms(traces, links) == {}


def test_a_ring_of_one_account_is_a_farm_and_who_is_beside_it_is_not() -> None:
    traces = sites(A, B, C, D, analytics_ids=["UA-1"]) + sites("e.example", "f.example")
    farm = LinkFarm((A, B, C), (Footprint.INTERLINKED, Footprint.ANALYTICS))
    links = {A: [B], B: [C], C: [A], D: [A], "e.example": ["f.example", A], "f.example": ["e.example"]}
    assert find_link_farms(traces, links) == {A: farm, B: farm, C: farm}


def test_a_ring_on_one_server_is_none() -> None:
    traces = sites(A, B, C, addresses=["192.0.2.7"], templates=["5f1d"])
    assert find_link_farms(traces, {A: [B], B: [C], C: [A]}) == {}


def test_two_sites_of_one_hand_are_no_farm() -> None:
    traces = sites(A, B, addresses=["192.0.2.7"], analytics_ids=["UA-1"], templates=["5f1d"])
    assert find_link_farms(traces, {A: [B], B: [A]}) == {}


def test_members_have_all_footprints_in_common() -> None:
    traces = sites(A, B, C, analytics_ids=["UA-1"], templates=["5f1d"]) + sites(D, analytics_ids=["UA-1"])
    farms = find_link_farms(traces, {**RING, D: [A], A: [B, C, D]})
    assert farms[A] == farms[D] == LinkFarm((A, B, C, D), (Footprint.INTERLINKED, Footprint.ANALYTICS))


def test_two_farms_are_kept_apart() -> None:
    others = ("x.example", "y.example", "z.example")
    traces = sites(A, B, C, analytics_ids=["UA-1"], templates=["x"]) + sites(*others, analytics_ids=["UA-2"], templates=["x"])
    farms = find_link_farms(traces, {})
    assert {farm.members for farm in farms.values()} == {(A, B, C), others}


def test_hundreds_of_sites_of_a_hoster_are_no_farm_but_the_farm_among_them_is() -> None:
    hosted = [
        SiteFootprints(f"customer{number}.example", frozenset({f"192.0.2.{number // 40}"}), templates=frozenset({"wordpress"}))
        for number in range(400)
    ]
    farm = [trace._replace(analytics_ids=frozenset({"ca-pub-1"}), linked_sites=frozenset(THIRD)) for trace in hosted[7:12]]
    farms = find_link_farms([*hosted[:7], *farm, *hosted[12:]], {})
    assert set(farms) == {f"customer{number}.example" for number in range(7, 12)}
    assert farms["customer7.example"].footprints == (
        Footprint.SAME_LINKS,
        Footprint.ADDRESS,
        Footprint.ANALYTICS,
    ), "400 have the network in common"


def test_what_is_found_does_not_depend_on_the_order_of_the_sites() -> None:
    draw = random.Random(3)
    names = [f"site{number}.example" for number in range(200)]
    traces = [
        SiteFootprints(
            name,
            frozenset({f"192.0.{draw.randrange(20)}.{draw.randrange(3)}"}),
            frozenset({f"UA-{draw.randrange(20)}"}),
            frozenset({str(draw.randrange(10))}),
            frozenset(f"money{draw.randrange(30)}.example" for _ in range(10)),
        )
        for name in names
    ]
    links = {name: draw.sample(names, 120) for name in names}
    farms = find_link_farms(traces, links)
    draw.shuffle(traces)
    assert find_link_farms(traces, links) == farms
    assert len(farms) > 50
    for site, farm in farms.items():
        assert site in farm.members
        assert len(farm.members) > 2
        assert {Footprint.CLIQUE, Footprint.SAME_LINKS, Footprint.ANALYTICS} & set(farm.footprints)


def test_the_pairs_that_are_compared_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_farms, "_PAIRS_MAXIMUM", 100)
    names = [f"site{number}.example" for number in range(50)]
    linked = {name: frozenset(f"money{number}.example" for number in range(100)) for name in names}
    assert link_farms._count_common(linked).total() <= 100


def test_a_clique_of_a_thousand_sites_is_one_group() -> None:
    names = [f"site{number}.example" for number in range(1_000)]
    neighbors = {name: set(names) - {name} for name in names}
    assert list(link_farms._groups_of_neighbors(neighbors)) == [frozenset(names)]
