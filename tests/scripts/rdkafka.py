"""librdkafka through ctypes: can a client with these properties log in, and if not, what is it told? Shares nothing with the gateway."""
import ctypes
import ctypes.util
import dataclasses
import time

PRODUCER = 0
ERROR_EVENTS = 0x8
NO_ERROR = 0
UNRESOLVED = ("_TRANSPORT", "_ALL_BROKERS_DOWN", "_RESOLVE")

lib = ctypes.CDLL(ctypes.util.find_library("rdkafka") or "librdkafka.so.1")
for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_queue_get_main", "rd_kafka_queue_poll", "rd_kafka_topic_new", "rd_kafka_event_error_string"):
    getattr(lib, name).restype = ctypes.c_void_p
lib.rd_kafka_event_error_string.restype = lib.rd_kafka_err2name.restype = ctypes.c_char_p


@dataclasses.dataclass
class Answer:
    brokers: int  # 0: not let in
    errors: list  # [(name, text)] in the order in which they came

    def first(self):
        """The first error that is more than "could not connect"."""
        return next(((name, text) for name, text in self.errors if name not in UNRESOLVED), ("", ""))


class Client:
    def __init__(self, properties):
        conf, text = lib.rd_kafka_conf_new(), ctypes.create_string_buffer(512)
        for name, value in properties.items():
            if lib.rd_kafka_conf_set(ctypes.c_void_p(conf), name.encode(), str(value).encode(), text, 512) != 0:
                raise ValueError(text.value.decode())
        lib.rd_kafka_conf_set_events(ctypes.c_void_p(conf), ERROR_EVENTS)
        made = lib.rd_kafka_new(PRODUCER, ctypes.c_void_p(conf), text, 512)
        if not made:
            raise ValueError(text.value.decode())
        self.client = ctypes.c_void_p(made)
        self.queue = ctypes.c_void_p(lib.rd_kafka_queue_get_main(self.client))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        lib.rd_kafka_queue_destroy(self.queue)
        lib.rd_kafka_destroy_flags(self.client, 0x8)

    def errors(self, seconds):
        """Those that come in so many seconds; the first that says something ends the wait."""
        found, deadline = [], time.monotonic() + seconds
        while time.monotonic() < deadline and not Answer(0, found).first()[0]:
            event = lib.rd_kafka_queue_poll(self.queue, 200)
            if event:
                event = ctypes.c_void_p(event)
                found.append((lib.rd_kafka_err2name(lib.rd_kafka_event_error(event)).decode(), lib.rd_kafka_event_error_string(event).decode()))
                lib.rd_kafka_event_destroy(event)
        return found

    def brokers(self, seconds):
        """How many Kafka names; 0 if it does not answer in time."""
        metadata = ctypes.c_void_p()
        if lib.rd_kafka_metadata(self.client, 0, None, ctypes.byref(metadata), int(seconds * 1000)) != NO_ERROR:
            return 0
        count = ctypes.cast(metadata, ctypes.POINTER(ctypes.c_int)).contents.value
        lib.rd_kafka_metadata_destroy(metadata)
        return count


def ask(properties, seconds=20.0):
    """Tells what happens to a client that connects with these."""
    with Client(properties) as client:
        count = client.brokers(seconds) if seconds else 0
        return Answer(count, [] if count else client.errors(10))
