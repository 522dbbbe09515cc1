"""Tell the learner of a site what each of its pages turned out to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from scrapy import Request
from scrapy.http import Response

from backlinkspider.core.ranking.page_worth import Turnout, Worth, worth_of
from backlinkspider.core.ranking.url_kinds import UrlKind, kind_of
from backlinkspider.frontier.scope import CrawlScope
from backlinkspider.items import Page
from backlinkspider.request_meta import request_context, request_of
from backlinkspider.scraper.sequential_scraper import Aside


class PageLearning:
    """Judges the first pages of each form of URL, for the order of the crawl."""

    def __init__(self, scope: CrawlScope, target_sites: Collection[str]) -> None:
        self._learner = scope.learner
        self._seen = scope.seen
        self._target_sites = target_sites

    def of_page(self, page: Page, response: Response, requests: Iterable[Request | Aside]) -> Iterator[Request | Aside]:
        """Pass on the requests that a page leads to, and record what the page turned out to be."""
        request, context, learner = request_of(response), request_context(response), self._learner
        if page.domain_from != context.site or not learner.is_to_be_judged(request):
            yield from requests
            return
        worth = worth_of(page)
        is_redundant = worth is Worth.COPY and self._seen.is_seen(page.page_from_canonical or "")
        # A login in place of the page, for example.
        leads_to_form = bool(context.redirect_chain) and kind_of(page.url_from) in {UrlKind.VARIANT, UrlKind.ACTION}
        is_redundant |= leads_to_form and worth is Worth.THIN
        new_pages = 0
        for following in requests:
            new_pages += isinstance(following, Request) and learner.may_promise(following)
            yield following
        worth_beside_others = learner.worth_of_text(context.site, page.url_from, response.body, worth=worth)
        learner.learn(request, Turnout(worth_beside_others, new_pages, self.links_to_target(page), is_redundant))
        learner.learn_parameters(page, response.body, worth)

    def learn_redundant(self, request: Request) -> None:
        """Record that a URL only leads to a page that was known before."""
        if self._learner.is_to_be_judged(request):
            self._learner.learn(request, Turnout(Worth.COPY, 0, has_backlink=False, is_redundant=True))

    def links_to_target(self, page: Page) -> bool:
        targets = self._target_sites
        return page.domain_from not in targets and any(link.domain_to in targets for link in page.links)
