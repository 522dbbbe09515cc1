"""Page and link for itemadapter, and so for whatever of Scrapy's takes items: pipelines of others, `scrapy parse`, JSON."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from itemadapter import ItemAdapter
from itemadapter.adapter import AdapterInterface

from backlinkspider.core.rows.columns import COLUMNS
from backlinkspider.items import Link, Page


class ColumnsAdapter(AdapterInterface):
    """Shows of a page its columns and its links, of a link its columns, and nothing that a crawl keeps there for itself."""

    @classmethod
    def is_item_class(cls, item_class: type) -> bool:
        return issubclass(item_class, Page | Link)

    @classmethod
    def get_field_names_from_class(cls, item_class: type) -> list[str]:
        return [*_field_names(item_class)]

    def __getitem__(self, name: str) -> Any:
        self._check(name)
        return getattr(self.item, name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._check(name)
        setattr(self.item, name, value)

    def __delitem__(self, name: str) -> None:
        raise KeyError(f"the field {name} cannot be removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def _names(self) -> dict[str, None]:
        item_class: type = type(self.item)
        return _field_names(item_class)

    def _check(self, name: str) -> None:
        if name not in self._names:
            raise KeyError(name)


@cache
def _field_names(item_class: type) -> dict[str, None]:
    """Return the names in their order. They are asked for at every access to a field."""
    names = Link.__struct_fields__ if issubclass(item_class, Link) else Page.__slots__
    return {name: None for name in names if name in COLUMNS or name == "links"}


def register_adapter() -> None:
    """Let itemadapter know pages and links."""
    if ColumnsAdapter not in ItemAdapter.ADAPTER_CLASSES:
        ItemAdapter.ADAPTER_CLASSES = (ColumnsAdapter, *ItemAdapter.ADAPTER_CLASSES)
