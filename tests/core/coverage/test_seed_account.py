"""The account of a seed adds up, whatever happens to its URLs."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.coverage.seed_account import Ending, SeedAccount

EVENTS = st.lists(
    st.one_of(
        st.just(("open", None, None)),
        st.tuples(st.just("end"), st.sampled_from(Ending), st.sampled_from([None, "http_404", "dns", "depth"])),
        st.tuples(st.just("refuse"), st.none(), st.sampled_from(["depth", "nofollow"])),
        st.just(("withdraw", None, None)),
    )
)


def account_after(events: list[tuple[str, Ending | None, str | None]]) -> tuple[SeedAccount, int]:
    """The account after what happened, and how many URLs were found; one ends or is taken back only when it is open."""
    account, found = SeedAccount(), 0
    for event, ending, reason in events:
        if event == "open":
            account.open_urls += 1
            found += 1
        elif event == "refuse":
            account.refuse(str(reason))
            found += 1
        elif account.open_urls and event == "withdraw":
            account.withdraw()
            found -= 1
        elif account.open_urls and ending is not None:
            account.end(ending, reason)
    return account, found


@given(EVENTS)
def test_every_url_is_open_or_has_one_ending(events: list[tuple[str, Ending | None, str | None]]) -> None:
    account, found = account_after(events)
    assert account.addresses == found
    assert account.addresses == account.open_urls + sum(account.endings[ending] for ending in Ending)


@given(EVENTS)
def test_what_is_stored_comes_back_without_what_is_open(events: list[tuple[str, Ending | None, str | None]]) -> None:
    account, _ = account_after(events)
    restored = SeedAccount.restore(account.store())
    restored.open_urls = account.open_urls
    assert restored == account


def test_a_seed_that_leads_to_another_is_a_duplicate() -> None:
    account = SeedAccount(open_urls=1)
    account.end(Ending.NOT_FOLLOWED, "other_shard")
    assert account.outcome(is_done=True) == "duplicate"
    assert account.not_followed == Counter(other_shard=1)
