"""The one user of listener AUTH, who can lose his right to log in and get it back. Used by faults.py."""
import hashlib
import struct

from chaos.kafka_wire import KafkaError, ask, compact

ALTER_SCRAM = 51
SCRAM_SHA_256 = 1
ROUNDS = 4096
SALT = b"headgate-chaos-1"


def short(data):
    return bytes([len(data) + 1]) + data


def grant(kafka, user, password):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, ROUNDS)
    entry = short(user.encode()) + struct.pack(">bi", SCRAM_SHA_256, ROUNDS) + short(SALT) + short(salted) + b"\0"
    kafka.insist(alter_at, 60, compact([]) + compact([entry]) + b"\0")


def revoke(kafka, user):
    entry = short(user.encode()) + struct.pack(">b", SCRAM_SHA_256) + b"\0"
    kafka.insist(alter_at, 60, compact([entry]) + compact([]) + b"\0")


def alter_at(port, body):
    answer = ask(port, ALTER_SCRAM, 0, body, flexible=True)
    answer.take(">i")
    answer.take(">b")  # one result
    answer.raw(answer.take(">B") - 1)
    error = answer.take(">h")
    if error:
        raise KafkaError(f"scram credentials: error {error}")
