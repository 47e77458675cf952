#!/usr/bin/env python3
"""The shop over HTTP. Commands read an aggregate from the log, decide, and append; queries read the views in Cassandra. Standard library only.

  POST   /carts/ID/items        {"sku":"tea","quantity":2}     -> {"version":3,"token":"4:901"}
  DELETE /carts/ID/items/SKU
  POST   /carts/ID/checkout     {"customer":"ada"}             -> {"order":"order-ID","token":..}
  POST   /orders/ID/ship
  GET    /carts/ID?token=4:901              what the view shows, once it shows what the token stands for
  GET    /customers/NAME/orders?token=..

A command may carry `Request-Id`: the ids of its events come from it, so the same command sent again changes nothing.
"""
import argparse
import http.server
import json
import sys
import time
import traceback
import urllib.parse
import uuid

import cql
from store import Conflict, EventStore, Gateway, OneWriter, Unavailable

ATTEMPTS = 20
PRICES = {"tea": 450, "cup": 1200, "spoon": 300, "kettle": 4900, "honey": 800}


class Refused(Exception):
    """The command makes no sense for the aggregate as it is."""


def cart_of(events):
    """sku -> quantity, and whether it was checked out. The command side's own fold: only what decisions need."""
    items, is_closed = {}, False
    for event in events:
        if event["eventType"] == "ItemAddedToCart":
            items[event["sku"]] = items.get(event["sku"], 0) + event.get("quantity", 1)
        elif event["eventType"] == "ItemRemovedFromCart":
            items.pop(event["sku"], None)
        elif event["eventType"] == "CartCheckedOut":
            is_closed = True
    return items, is_closed


def add_item(events, body):
    if cart_of(events)[1]:
        raise Refused("the cart was checked out")
    if body.get("sku") not in PRICES or not isinstance(body.get("quantity", 1), int) or body.get("quantity", 1) < 1:
        raise Refused("a known sku and a quantity from 1 on are needed")
    return [{"eventType": "ItemAddedToCart", "eventVersion": 2, "sku": body["sku"], "quantity": body.get("quantity", 1)}]


def remove_item(events, body):
    items, is_closed = cart_of(events)
    if is_closed or body["sku"] not in items:
        raise Refused("that is not in the cart")
    return [{"eventType": "ItemRemovedFromCart", "sku": body["sku"]}]


def check_out(events, body):
    items, is_closed = cart_of(events)
    if is_closed or not items or not body.get("customer"):
        raise Refused("a customer and an open cart with something in it are needed")
    return [{"eventType": "CartCheckedOut", "customer": body["customer"], "items": sum(items.values()),
             "totalCents": sum(PRICES[sku] * count for sku, count in items.items())}]


def ship(events, _):
    if [event["eventType"] for event in events] != ["OrderPlaced"]:
        raise Refused("it was not placed, or it was shipped")
    return [{"eventType": "OrderShipped"}]


class Commands:
    def __init__(self, store):
        self.store = store

    def run(self, topic, aggregate, request_id, decide, body):
        """Reads, decides, appends; again where somebody else was quicker. Returns (the aggregate's events after it, what was written)."""
        for attempt in range(ATTEMPTS):
            try:
                events, version = self.store.read(topic, aggregate)
                mine = [at for at, event in enumerate(events) if event.get("eventId", "").startswith(request_id + ":")]
                before = events[:mine[0]] if mine else events  # a repeat decides on what the first one saw
                new = [{"eventId": f"{request_id}:{n}", **event} for n, event in enumerate(decide(before, body))]
                if mine and isinstance(self.store, OneWriter):
                    return before + new, None
                return before + new, self.store.append(topic, aggregate, mine[0] if mine else version, new)
            except Conflict:
                continue
            except Unavailable:
                if attempt == ATTEMPTS - 1:
                    raise
                time.sleep(min(1.0, 0.05 * 2 ** attempt))
        raise Unavailable("too many conflicts")

    def check_out(self, cart, request_id, body):
        """Two aggregates, so two appends. A crash in between is healed by the same command sent again: ids and versions are the same."""
        events, _ = self.run("carts", cart, request_id, check_out, body)
        closing, order = events[-1], "order-" + cart
        place = lambda _, __: [{"eventType": "OrderPlaced", **{k: closing[k] for k in ("customer", "items", "totalCents")}}]
        _, written = self.run("orders", order, request_id, place, body)
        return order, written


class Queries:
    LIVE_SECONDS = 1.0

    def __init__(self, session, keyspace):
        self.session = session
        self.keyspace = keyspace
        self.live = {}  # projection -> (generation, until when we believe it)

    def generation(self, projection):
        number, until = self.live.get(projection, (0, 0.0))
        if time.monotonic() < until:
            return number
        rows = self.session.query(f"SELECT live FROM {self.keyspace}.readmodel_generations WHERE projection = ? LIMIT 1", [projection.encode()])
        number = cql.number(rows[0][0]) if rows else 0
        self.live[projection] = (number, time.monotonic() + self.LIVE_SECONDS)
        return number

    def wait_for(self, projection, token, seconds):
        """Read your writes: until everything up to the token's offset is in the view. False: it is not, yet."""
        partition, offset = (int(part) for part in token.split(":"))
        until = time.monotonic() + seconds
        while True:
            rows = self.session.query(
                f"SELECT next FROM {self.keyspace}.readmodel_positions WHERE projection = ? AND generation = ? AND part = ?",
                [projection.encode(), self.generation(projection).to_bytes(4, "big"), partition.to_bytes(4, "big")])
            if rows and cql.number(rows[0][0]) > offset:
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)

    def cart(self, cart):
        table = f"{self.keyspace}.cart_by_id_g{self.generation('carts')}"
        return {cql.text(sku): cql.number(count) for sku, count in self.session.query(f"SELECT sku, quantity FROM {table} WHERE cart_id = ?", [cart.encode()])}

    def orders(self, customer):
        table = f"{self.keyspace}.orders_by_customer_g{self.generation('orders')}"
        rows = self.session.query(f"SELECT order_id, status, items, total_cents FROM {table} WHERE customer = ?", [customer.encode()])
        return [{"order": cql.text(o), "status": cql.text(s), "items": cql.number(i), "totalCents": cql.number(t)} for o, s, i, t in rows]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    commands = queries = None

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_one(self, work):
        try:
            self.answer(*work())
        except Refused as why:
            self.answer(422, {"error": str(why)})
        except (Unavailable, OSError, cql.CassandraError) as why:
            self.answer(503, {"error": str(why)})
        except (ValueError, KeyError, TypeError):
            traceback.print_exc()
            self.answer(400, {"error": "this request makes no sense here"})

    def words(self):
        split = urllib.parse.urlsplit(self.path)
        return [urllib.parse.unquote(word) for word in split.path.strip("/").split("/")], dict(urllib.parse.parse_qsl(split.query))

    def body(self):
        size = int(self.headers.get("Content-Length") or 0)
        if size > 65536:
            raise ValueError("too long")
        return json.loads(self.rfile.read(size) or b"{}")

    def do_POST(self):
        self.handle_one(lambda: self.carry_out("POST", self.body()))

    def do_DELETE(self):
        self.handle_one(lambda: self.carry_out("DELETE", {}))

    def do_GET(self):
        self.handle_one(self.query)

    def carry_out(self, method, body):
        words, _ = self.words()
        request_id = self.headers.get("Request-Id") or str(uuid.uuid4())
        if method == "POST" and words[0] == "carts" and words[2:] == ["checkout"]:
            order, written = self.commands.check_out(words[1], request_id, body)
            return 200, {"order": order, "token": written.token if written else None}
        if method == "POST" and words[0] == "carts" and words[2:] == ["items"]:
            topic, decide = "carts", add_item
        elif method == "DELETE" and words[0] == "carts" and words[2:3] == ["items"] and len(words) == 4:
            topic, decide, body = "carts", remove_item, {"sku": words[3]}
        elif method == "POST" and words[0] == "orders" and words[2:] == ["ship"]:
            topic, decide = "orders", ship
        else:
            return 404, {"error": "no such command"}
        events, written = self.commands.run(topic, words[1], request_id, decide, body)
        return 200, {"version": len(events), "token": written.token if written else None}

    def query(self):
        words, options = self.words()
        if words == ["healthz"]:
            return 200, {"store": type(self.commands.store).__name__}
        if words[0] == "carts" and len(words) == 2:
            projection, read = "carts", lambda: {"items": self.queries.cart(words[1])}
        elif words[0] == "customers" and words[2:] == ["orders"]:
            projection, read = "orders", lambda: {"orders": self.queries.orders(words[1])}
        else:
            return 404, {"error": "no such view"}
        is_there = self.queries.wait_for(projection, options["token"], float(options.get("wait_s", 5))) if "token" in options else True
        return 200, {**read(), "up_to_date": is_there}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--gateway", default="127.0.0.1:8080")
    parser.add_argument("--cassandra", default="127.0.0.1:9042")
    parser.add_argument("--keyspace", default="shop")
    parser.add_argument("--one-writer", action="store_true", help="plain topics: this shop is the only writer and begins with no aggregate")
    options = parser.parse_args()
    gateway = Gateway(options.gateway)
    Handler.commands = Commands(OneWriter(gateway) if options.one_writer else EventStore(gateway))
    Handler.queries = Queries(cql.Session(options.cassandra), options.keyspace)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    print(f"shop ready at http://127.0.0.1:{options.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
