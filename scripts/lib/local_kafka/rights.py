"""The rights of users (Kafka's ACLs). They say something once the brokers have an authorizer: scripts/kafka start --secure --acl."""
import dataclasses
import struct

from local_kafka.wire import KafkaError, array, ask, text

DESCRIBE_ACLS, CREATE_ACLS, DELETE_ACLS = 29, 30, 31
ANY, LITERAL, PREFIXED = 1, 3, 4
RESOURCES = {"topic": 2, "group": 3, "cluster": 4, "transactional-id": 5}
OPERATIONS = {"all": 2, "read": 3, "write": 4, "create": 5, "delete": 6, "alter": 7, "describe": 8, "cluster-action": 9, "describe-configs": 10,
              "alter-configs": 11, "idempotent-write": 12}
PERMISSIONS = {"deny": 2, "allow": 3}
CLUSTER = "kafka-cluster"


@dataclasses.dataclass(frozen=True)
class Right:
    permission: str
    user: str
    operation: str
    resource: str
    name: str  # NAME* stands for every name that begins so, * for all

    def encoded(self):
        is_prefix = self.name.endswith("*") and self.name != "*"
        return (struct.pack(">b", RESOURCES[self.resource]) + text(self.name[:-1] if is_prefix else self.name)
                + struct.pack(">b", PREFIXED if is_prefix else LITERAL) + text(f"User:{self.user}") + text("*")
                + struct.pack(">bb", OPERATIONS[self.operation], PERMISSIONS[self.permission]))


def add(port, right):
    answer = ask(port, CREATE_ACLS, 1, array([right.encoded()]))
    answer.take(">i")
    check(answer.array(lambda r: (r.take(">h"), r.text())))


def remove(port, right):
    """How many there were of it."""
    answer = ask(port, DELETE_ACLS, 1, array([right.encoded()]))
    answer.take(">i")
    count = answer.take(">i")
    check([(answer.take(">h"), answer.text())] if count else [])
    return answer.take(">i")


def check(results):
    for error, message in results:
        if error:
            raise KafkaError(f"rights: {message or f'error {error}'}")


def listed(port):
    everything = struct.pack(">b", ANY) + text(None) + struct.pack(">b", ANY) + text(None) + text(None) + struct.pack(">bb", ANY, ANY)
    answer = ask(port, DESCRIBE_ACLS, 1, everything)
    answer.take(">i")
    check([(answer.take(">h"), answer.text())])
    return [right for resource in answer.array(resource_with_rights) for right in resource]


def resource_with_rights(reader):
    kind, name, pattern = reader.take(">b"), reader.text(), reader.take(">b")
    name += "*" if pattern == PREFIXED else ""
    entries = reader.array(lambda r: (r.text(), r.text(), *r.take(">bb")))
    return [Right(name_of(PERMISSIONS, permission), principal.removeprefix("User:"), name_of(OPERATIONS, operation), name_of(RESOURCES, kind), name)
            for principal, _, operation, permission in entries]


def name_of(table, number):
    return next((name for name, value in table.items() if value == number), str(number))
