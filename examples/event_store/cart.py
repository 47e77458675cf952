#!/usr/bin/env python3
"""A shop that never sells what is not there: many buyers at once want the last packets of tea. Each packet is reserved by
an event of the stock's aggregate, appended only if nobody else has reserved one since the buyer looked.

    cart.py [--gateway http://127.0.0.1:8080] [--topic carts] [--stock 10] [--buyers 25]"""

import argparse
import sys
import threading
from pathlib import Path
from typing import List

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))  # or: pip install examples/python

from headgate import Store  # noqa: E402
from headgate.store import Event  # noqa: E402


class SoldOut(Exception):
    pass


def available(stock: List[Event]) -> int:
    received = sum(e["packets"] for e in stock if e["eventType"] == "PacketsReceived")
    return received - sum(1 for e in stock if e["eventType"] == "PacketReserved")


def put_into_cart(store: Store, article: str, cart: str) -> None:
    """Reserves one packet for a cart, then notes it there."""

    def reserve(stock: List[Event]) -> List[Event]:
        if any(e.get("cart") == cart for e in stock):
            return []  # reserved before: nothing happens twice
        if available(stock) < 1:
            raise SoldOut(article)
        return [{"eventType": "PacketReserved", "cart": cart}]

    store.decide(f"stock-{article}", reserve)
    store.append(f"cart-{cart}", [{"eventType": "ItemAdded", "article": article}])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gateway", default="http://127.0.0.1:8080")
    options.add_argument("--topic", default="carts")
    options.add_argument("--article", default="tea")
    options.add_argument("--stock", type=int, default=10)
    options.add_argument("--buyers", type=int, default=25)
    asked = options.parse_args()
    store = Store(asked.gateway, asked.topic)
    store.append(f"stock-{asked.article}", [{"eventType": "PacketsReceived", "packets": asked.stock}])

    results: List[str] = []

    def buy(buyer: int) -> None:
        try:
            with Store(asked.gateway, asked.topic) as own:  # a connection is one thread's
                put_into_cart(own, asked.article, f"{asked.article}-{buyer}")
            results.append("has one")
        except SoldOut:
            results.append("came too late")

    buyers = [threading.Thread(target=buy, args=(n,)) for n in range(asked.buyers)]
    for thread in buyers:
        thread.start()
    for thread in buyers:
        thread.join()

    version, stock = store.read(f"stock-{asked.article}", fresh="true")
    print(f"{results.count('has one')} buyers have a packet, {results.count('came too late')} came too late")
    print(f"stock-{asked.article} is at version {version}, and {available(stock)} packets are left")
    assert results.count("has one") == min(asked.stock, asked.buyers) and available(stock) >= 0


if __name__ == "__main__":
    main()
