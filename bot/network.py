"""The way out: which proxy leads to an address, and which certificates are trusted.

What is on this machine is reached directly, whatever the environment says.
"""

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from bot.core.addresses import is_loopback
from bot.core.errors import InvalidSettings

_SCHEMES: Final = ("http", "https", "all")
_SOCKS: Final = ("socks5://", "socks5h://")
_PROXIES: Final = ("http://", "https://", *_SOCKS)


class Network:
    """The proxies and the certificates that outgoing connections use."""

    def __init__(
        self,
        proxies: Mapping[str, str] | None = None,
        *,
        no_proxy: str = "",
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._proxies = dict(proxies or {})
        self._no_proxy = no_proxy
        # None: those that come with the libraries.
        self.trust = trust

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return what HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE say.

        Raises `InvalidSettings`, with one line for each of them that cannot be used.
        """
        problems: list[str] = []
        proxies: dict[str, str] = {}
        for scheme in _SCHEMES:
            name, value = _variable(environment, f"{scheme}_proxy")
            if not value:
                continue
            address = value if "://" in value else f"http://{value}"
            if problem := _problem_of_proxy(address):
                problems.append(f"{name}: {problem}")
            proxies[scheme] = address
        trust = None
        try:
            trust = _trust(environment)
        except _Untrusted as error:
            problems.append(str(error))
        if problems:
            raise InvalidSettings(problems)
        _, no_proxy = _variable(environment, "no_proxy")
        return cls(proxies, no_proxy=no_proxy, trust=trust)

    def proxy_for(self, url: str) -> str | None:
        """Return the proxy that leads to an address, None if it is reached directly."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if is_loopback(host) or self._is_excepted(host, parts.port):
            return None
        scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
        return self._proxies.get(scheme) or self._proxies.get("all")

    def _is_excepted(self, host: str, port: int | None) -> bool:
        return any(
            _matches(part.strip().lower(), host.lower(), port)
            for part in re.split(r"[\s,]+", self._no_proxy)
            if part
        )

    def session(self, url: str, *, seconds: float | None = None) -> "Session":
        """Return what makes requests to that address, and to others by the same way."""
        proxy = self.proxy_for(url)
        connector: aiohttp.BaseConnector
        if proxy is not None and proxy.startswith(_SOCKS):
            plain = proxy.replace("socks5h://", "socks5://", 1)
            # The proxy resolves names: where one is needed, there is often no other way.
            connector = _SocksConnector.from_url(plain, rdns=True, ssl=self.trust)
        else:
            connector = aiohttp.TCPConnector(ssl=self.trust or True)
        timeout = aiohttp.ClientTimeout(total=seconds) if seconds else aiohttp.ClientTimeout()
        return Session(self, aiohttp.ClientSession(connector=connector, timeout=timeout))


class _SocksConnector(ProxyConnector):
    """Connects through a SOCKS proxy, whose trouble is one of connecting like any other."""

    async def connect(self, *arguments: Any, **options: Any) -> Any:
        """Connect; raises `aiohttp.ClientConnectionError` where the proxy does not lead there."""
        try:
            return await super().connect(*arguments, **options)
        except (ProxyError, ProxyConnectionError, ProxyTimeoutError) as error:
            raise aiohttp.ClientConnectionError("the proxy does not lead there") from error


class Session:
    """Requests by aiohttp, each by the proxy that leads to its address.

    It stands where slack_sdk wants a session, and takes no proxy from it: the SDK knows no
    exceptions, and asks the environment by itself.
    """

    def __init__(self, network: Network, session: aiohttp.ClientSession) -> None:
        self._network = network
        self._session = session

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._session.closed

    async def close(self) -> None:
        """Close it, and its connections."""
        await self._session.close()

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Make a request; a redirect is not followed, which could repeat it elsewhere."""
        options = {"allow_redirects": False, **options, **self._way_to(url)}
        return self._session.request(method, url, **options)

    async def post_json(self, url: str, body: Mapping[str, Any]) -> int:
        """Post JSON and return the status."""
        async with self.request("POST", url, json=body) as response:
            return int(response.status)

    async def ws_connect(self, url: str, **options: Any) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket."""
        way = self._way_to(url)
        opened: aiohttp.ClientWebSocketResponse = await self._session.ws_connect(
            url, **{**options, **way}
        )
        return opened

    def _way_to(self, url: str) -> dict[str, Any]:
        proxy = self._network.proxy_for(url)
        is_socks = proxy is not None and proxy.startswith(_SOCKS)
        trust = {"ssl": self._network.trust} if self._network.trust else {}
        return {"proxy": None if is_socks else proxy, **trust}


class _Untrusted(Exception):
    """Certificates cannot be used; the message names the variable."""


def _variable(environment: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return a variable's value and how its name is written, which both cases may be."""
    for written in (name, name.upper()):
        if value := environment.get(written, "").strip():
            return written, value
    return name.upper(), ""


def _problem_of_proxy(address: str) -> str | None:
    if not address.startswith(_PROXIES):
        return f"must begin with {', '.join(_PROXIES[:-2])} or {_PROXIES[-2]}"
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    is_plain = address.isascii() and address.isprintable() and " " not in address
    return None if usable and is_plain else "is not the address of a proxy"


def _matches(pattern: str, host: str, port: int | None) -> bool:
    """Return whether an entry of NO_PROXY means a host: a name, a domain, an address, a network."""
    if pattern == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(pattern, strict=False)
    except ValueError:
        pass
    name, _, its_port = pattern.partition(":")
    if its_port and its_port != str(port):
        return False
    domain = name.removeprefix("*").lstrip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _trust(environment: Mapping[str, str]) -> ssl.SSLContext | None:
    file, folder = (environment.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    if file:
        try:
            ssl.create_default_context(cafile=file)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no certificates in it"
            raise _Untrusted(f"SSL_CERT_FILE: cannot be read ({reason})") from None
    if folder and not any(os.path.isdir(one) for one in folder.split(os.pathsep)):
        raise _Untrusted("SSL_CERT_DIR: is not a folder")
    if not file and not folder:
        return None
    # OpenSSL takes several folders apart by colons, and reads them when it needs them.
    return ssl.create_default_context(cafile=file or None, capath=folder or None)
