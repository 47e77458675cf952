"""Users with a password, for SCRAM: Kafka keeps them, and knows a new one at once. (Users for PLAIN stand in the brokers' properties: listeners.py.)"""
import hashlib
import os
import struct

from local_kafka.wire import KafkaError, ask, compact, short

ALTER_SCRAM = 51
SCRAM = {"SCRAM-SHA-256": (1, "sha256"), "SCRAM-SHA-512": (2, "sha512")}
ROUNDS = 4096


def grant(port, user, password, mechanism):
    number, hash_name = SCRAM[mechanism]
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac(hash_name, password.encode(), salt, ROUNDS)
    entry = short(user.encode()) + struct.pack(">bi", number, ROUNDS) + short(salt) + short(salted) + b"\0"
    alter(port, compact([]) + compact([entry]) + b"\0")


def revoke(port, user, mechanism):
    entry = short(user.encode()) + struct.pack(">b", SCRAM[mechanism][0]) + b"\0"
    alter(port, compact([entry]) + compact([]) + b"\0")


def alter(port, body):
    answer = ask(port, ALTER_SCRAM, 0, body, flexible=True)
    answer.take(">i")
    answer.take(">b")  # one result
    user, error, message = answer.short(), answer.take(">h"), answer.short()
    if error:
        raise KafkaError(f"user {user}: {message or f'error {error}'}")
