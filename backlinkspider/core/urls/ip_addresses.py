"""Tell public IP addresses from those of private networks."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
"""IPv6 networks whose last 32 bits are the IPv4 address that is reached (RFC 6052, RFC 8215, RFC 4291)."""

_MORE_RESERVED = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))
"""Networks that `is_global` calls public: one that Python before 3.13 knows in part, and Azure's metadata service."""


def is_public_address(text: str) -> bool:
    """True if an IP address, with or without brackets, is reachable by anybody: not private, loopback, link-local or multicast.

    Follows IANA's special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry/). An IPv6 address
    that embeds an IPv4 address is judged by that one. False for any other text.

    >>> is_public_address("192.0.43.8"), is_public_address("10.0.0.1"), is_public_address("[::ffff:7f00:1]")
    (True, False, False)
    """
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return False
    embedded = _embedded_ipv4(address) if isinstance(address, IPv6Address) else None
    if embedded is not None:
        return _is_public(embedded)
    return _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    is_reserved = any(address in network for network in _MORE_RESERVED)
    return address.is_global and not address.is_multicast and not is_reserved


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
