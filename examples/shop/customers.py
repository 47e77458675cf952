#!/usr/bin/env python3
"""Customers of the shop: they fill carts, change their minds, check out, and remember what they did. `customers.py run` shops and writes down
what every view must show; `customers.py check` asks the shop and compares. A request that fails is sent again with the same Request-Id."""
import argparse
import concurrent.futures
import http.client
import json
import random
import sys
import time
import urllib.parse

SKUS = ("tea", "cup", "spoon", "kettle", "honey")
PATIENCE = 120.0


class Client:
    def __init__(self, address):
        self.address = address
        self.link = None
        self.repeats = 0

    def send(self, method, path, body=None, request_id=None):
        """The answer's JSON; repeats what was not answered with 200, until its patience ends."""
        until = time.monotonic() + PATIENCE
        while True:
            status, answer = self.once(method, path, body, request_id)
            if status == 200:
                return answer
            if status in (400, 404, 422) or time.monotonic() > until:
                raise RuntimeError(f"{method} {path}: {status} {answer}")
            self.repeats += 1
            time.sleep(0.2)

    def once(self, method, path, body, request_id):
        try:
            if self.link is None:
                self.link = http.client.HTTPConnection(self.address, timeout=30)
            self.link.request(method, path, json.dumps(body) if body is not None else None, {"Request-Id": request_id} if request_id else {})
            answer = self.link.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as why:
            self.link.close()
            self.link = None
            return 0, str(why)


def shop_once(address, name, number, seed, own_reads):
    """One customer: fills some carts; returns what the views must show, and how often a read of an own write was checked."""
    dice, client = random.Random(seed), Client(address)
    carts, orders = {}, []
    for n in range(number):
        cart, items, step = f"{name}-{n}", {}, 0
        for step in range(dice.randint(2, 6)):
            request_id = f"{cart}-{step}"
            if items and dice.random() < 0.3:
                sku = dice.choice(sorted(items))
                answer = client.send("DELETE", f"/carts/{cart}/items/{sku}", request_id=request_id)
                del items[sku]
            else:
                sku, count = dice.choice(SKUS), dice.randint(1, 3)
                answer = client.send("POST", f"/carts/{cart}/items", {"sku": sku, "quantity": count}, request_id)
                items[sku] = items.get(sku, 0) + count
        if own_reads and answer["token"]:
            own_reads.append(read_own(client, cart, items, answer["token"]))
        if items and dice.random() < 0.6:
            client.send("POST", f"/carts/{cart}/checkout", {"customer": name}, f"{cart}-out")
            orders.append({"order": "order-" + cart, "items": sum(items.values())})
        carts[cart] = items
    return {"carts": carts, "orders": {name: orders}, "repeats": client.repeats}


def read_own(client, cart, items, token):
    """True: a read with the write's token showed the write. None: the view was not up to date within 5 s, and the answer said so."""
    seen = client.send("GET", f"/carts/{cart}?token={token}")
    if seen["up_to_date"] and seen["items"] != items:
        raise RuntimeError(f"{cart}: the answer says it is up to date and shows {seen['items']}, not {items}")
    return seen["up_to_date"] or None


def run(options):
    own_reads = [None]
    with concurrent.futures.ThreadPoolExecutor(options.customers) as pool:
        jobs = [pool.submit(shop_once, options.shop, f"{options.name}-{i}", options.carts, f"{options.name}{i}", own_reads) for i in range(options.customers)]
        done = [job.result() for job in jobs]
    merged = {"carts": {}, "orders": {}}
    for one in done:
        merged["carts"].update(one["carts"])
        merged["orders"].update(one["orders"])
    with open(options.memory, "w", encoding="utf-8") as file:
        json.dump(merged, file)
    print(f"{len(merged['carts'])} carts, {sum(map(len, merged['orders'].values()))} orders, {sum(one['repeats'] for one in done)} requests sent again, "
          f"{sum(1 for seen in own_reads if seen)} reads of own writes right")


def check(options):
    with open(options.memory, encoding="utf-8") as file:
        memory = json.load(file)
    client, until = Client(options.shop), time.monotonic() + options.wait
    wrong = ["not looked at yet"]
    while wrong and time.monotonic() < until:
        wrong = [c for c, items in memory["carts"].items() if client.send("GET", f"/carts/{urllib.parse.quote(c)}")["items"] != items]
        for customer, orders in memory["orders"].items():
            seen = client.send("GET", f"/customers/{urllib.parse.quote(customer)}/orders")["orders"]
            if [(o["order"], o["items"]) for o in seen] != sorted((o["order"], o["items"]) for o in orders):
                wrong.append(customer)
        if wrong:
            time.sleep(1)
    print(f"{len(memory['carts'])} carts and {len(memory['orders'])} customers looked at, {len(wrong)} are not what the customers did" + (f": {wrong[:5]}" if wrong else ""))
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("run", "check"))
    parser.add_argument("--shop", default="127.0.0.1:8090")
    parser.add_argument("--memory", required=True, help="the file that holds what the customers remember")
    parser.add_argument("--name", default="customer")
    parser.add_argument("--customers", type=int, default=8)
    parser.add_argument("--carts", type=int, default=15, help="of each customer")
    parser.add_argument("--wait", type=float, default=90, help="seconds that the views may take")
    options = parser.parse_args()
    return run(options) if options.what == "run" else check(options)


if __name__ == "__main__":
    sys.exit(main())
