"""Client for Headgate, standard library only. Copy it, or install this folder: `pip install examples/python`.

    from headgate import Client
    with Client("http://127.0.0.1:8080") as client:
        report = client.send("orders", [{"orderId": "o-1", "n": 1}], key="/orderId")
        for lost in report.failures:
            print(lost.index, lost.outcome, lost.code, lost.detail)

Client waits; AsyncClient is for asyncio; frames.HeadgateClient speaks the frame protocol; Store appends to aggregates.
The events that are sent again are chosen in retry.py; requests to aggregates may always be repeated (store.py)."""

from headgate.aio import AsyncClient
from headgate.http import Client
from headgate.retry import Failure, HeadgateError, Patience, Refused, Report
from headgate.store import Aggregate, Conflict, Store

__all__ = ["Aggregate", "AsyncClient", "Client", "Conflict", "Failure", "HeadgateError", "Patience", "Refused", "Report",
           "Store"]
