#!/usr/bin/env python3
"""The rules of the tree that no compiler checks. `layout_rules.py ROOT` prints each breach as file:line and exits 1 if there is one;
an ordinary test runs it, and layout_rules_test.py shows that each rule can fail. A rule takes the tree (path -> text) and yields breaches."""
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, NamedTuple

Tree = Dict[str, str]


class Breach(NamedTuple):
    path: str
    line: int
    text: str


# The folders whose files a file may include, beside its own folder. Includes point one way; a folder that is not here may include
# nothing. The reasons: docs/architecture.md, "Folders".
MAY_INCLUDE = {
    "metrics": set(),
    "batching": {"metrics"},
    "batching/files": set(),
    "batching/stream": set(),
    "batching/kafka/wire": {"batching"},
    "batching/kafka/client/login": {"batching/files"},
    "batching/kafka/client": {"batching", "batching/files", "batching/kafka/client/login", "batching/kafka/wire", "batching/stream", "metrics"},
    "batching/kafka/producer": {"batching", "batching/kafka/client", "batching/kafka/wire", "metrics"},
    "batching/librdkafka": {"batching", "batching/files", "batching/kafka/client/login", "batching/topics", "metrics"},
    "batching/topics": {"batching", "batching/librdkafka", "metrics"},
    "store": {"batching", "metrics"},
    "store/ownership": {"batching", "batching/kafka/client", "batching/kafka/wire", "metrics", "store"},
    "gateway/config": {"batching", "metrics"},
    "gateway/auth": {"gateway/config", "metrics"},
    "gateway/runtime": {"batching", "gateway/config", "metrics"},
    "gateway/decode": {"batching"},
    "gateway/ingress": {"batching", "batching/files", "gateway/auth", "gateway/config", "gateway/decode", "gateway/runtime", "metrics", "store"},
    "gateway/stores": {"batching", "gateway/config", "gateway/decode", "gateway/runtime", "metrics", "store", "store/ownership"},
    "gateway/net": {"batching", "batching/files", "batching/stream", "gateway/auth", "gateway/config", "gateway/runtime", "metrics"},
    "gateway/http1": {"batching", "batching/stream", "gateway/auth", "gateway/decode", "gateway/net", "gateway/runtime", "metrics"},
    "gateway/api": {"batching", "gateway/api/openapi", "gateway/api/store", "gateway/stores", "gateway/auth", "gateway/api/admin", "gateway/api/cloudevents", "gateway/api/rest_proxy", "gateway/api/v1", "gateway/config", "gateway/decode", "gateway/http1", "gateway/ingress", "gateway/runtime", "metrics"},
    "gateway/api/admin": {"gateway/http1", "metrics"},
    "gateway/api/openapi": {"gateway/http1"},
    "gateway/api/store": {"batching", "gateway/api", "gateway/auth", "gateway/config", "gateway/decode", "gateway/http1", "gateway/ingress", "gateway/runtime", "gateway/stores", "metrics", "store"},
    "gateway/api/v1": {"batching", "gateway/auth", "gateway/api", "gateway/config", "gateway/decode", "gateway/http1", "gateway/ingress", "gateway/runtime", "metrics"},
    "gateway/api/rest_proxy": {"batching", "gateway/auth", "gateway/api", "gateway/api/v1", "gateway/config", "gateway/decode", "gateway/http1", "gateway/ingress", "gateway/runtime", "metrics"},
    "gateway/api/cloudevents": {"batching", "gateway/auth", "gateway/api", "gateway/api/v1", "gateway/config", "gateway/decode", "gateway/http1", "gateway/ingress", "gateway/runtime", "metrics"},
    "gateway/frames": {"batching", "batching/stream", "gateway/auth", "gateway/config", "gateway/decode", "gateway/ingress", "gateway/net", "gateway/runtime", "gateway/stores", "metrics", "store"},
    "gateway/peers": {"batching", "batching/kafka/client", "batching/stream", "gateway/auth", "gateway/config", "gateway/frames", "gateway/runtime", "gateway/stores", "metrics", "store"},
    "gateway/lines": {"batching", "batching/stream", "gateway/auth", "gateway/config", "gateway/ingress", "gateway/net", "gateway/runtime", "metrics"},
    "readmodel/cql": set(),
    "readmodel/cassandra": {"batching/stream", "readmodel/cql"},
    "readmodel/fold": set(),
    "readmodel/kafka": {"readmodel/fold"},
    "readmodel/tables": {"readmodel/cassandra", "readmodel/cql", "readmodel/fold"},
    "readmodel/project": {"metrics", "readmodel/cassandra", "readmodel/cql", "readmodel/fold", "readmodel/kafka", "readmodel/tables"},
    "readmodel/app": {"batching/stream", "metrics", "readmodel/cassandra", "readmodel/cql", "readmodel/fold", "readmodel/kafka", "readmodel/project", "readmodel/tables"},
    # A black box, and a second reading of every protocol: nothing of the gateway.
    "loadgen/units": set(),
    "loadgen/json": set(),
    "loadgen/answers": set(),
    "loadgen/events": {"loadgen/units"},
    "loadgen/timing": {"loadgen/units"},
    "loadgen/plan": {"loadgen/events", "loadgen/timing", "loadgen/units"},
    "loadgen/measure": {"loadgen/answers", "loadgen/plan", "loadgen/timing", "loadgen/units"},
    "loadgen/wire": {"loadgen/answers", "loadgen/plan", "loadgen/timing"},
    "loadgen/http": {"loadgen/answers", "loadgen/plan", "loadgen/wire"},
    "loadgen/frames": {"loadgen/answers", "loadgen/events", "loadgen/plan", "loadgen/wire"},
    "loadgen/lines": {"loadgen/wire"},
    "loadgen/load": {"loadgen/answers", "loadgen/events", "loadgen/measure", "loadgen/plan", "loadgen/timing", "loadgen/units", "loadgen/wire"},
    "loadgen/sockets": {"loadgen/answers", "loadgen/frames", "loadgen/http", "loadgen/lines", "loadgen/load", "loadgen/measure", "loadgen/plan", "loadgen/timing", "loadgen/wire"},
    "loadgen/kafka": {"loadgen/answers", "loadgen/events", "loadgen/load", "loadgen/measure", "loadgen/plan", "loadgen/timing", "loadgen/units"},
    "loadgen/verify": {"loadgen/answers", "loadgen/events", "loadgen/json", "loadgen/kafka", "loadgen/units"},
    "loadgen/run": {"loadgen/answers", "loadgen/events", "loadgen/kafka", "loadgen/load", "loadgen/measure", "loadgen/plan", "loadgen/sockets", "loadgen/timing", "loadgen/units", "loadgen/verify"},
    "loadgen/capacity": {"loadgen/answers", "loadgen/measure", "loadgen/plan", "loadgen/run", "loadgen/units", "loadgen/verify"},
    "loadgen/report": {"loadgen/answers", "loadgen/capacity", "loadgen/json", "loadgen/measure", "loadgen/plan", "loadgen/run", "loadgen/units", "loadgen/verify"},
    "loadgen/store/history": {"loadgen/events", "loadgen/json"},
    "loadgen/store/check": {"loadgen/store/history"},
    "loadgen/store/load": {"loadgen/events", "loadgen/http", "loadgen/measure", "loadgen/sockets", "loadgen/store/history", "loadgen/timing"},
    "loadgen/store": {"loadgen/events", "loadgen/json", "loadgen/kafka", "loadgen/measure", "loadgen/plan", "loadgen/store/check", "loadgen/store/history", "loadgen/store/load", "loadgen/timing", "loadgen/units"},
    "loadgen/cli": {"loadgen/capacity", "loadgen/events", "loadgen/kafka", "loadgen/measure", "loadgen/plan", "loadgen/run", "loadgen/store", "loadgen/store/load", "loadgen/units", "loadgen/verify"},
    "loadgen": {"loadgen/capacity", "loadgen/cli", "loadgen/report", "loadgen/run", "loadgen/store", "loadgen/units", "loadgen/verify"},
    "gateway/app": {"*"},  # the wiring knows everybody
}
OUR_FOLDERS = {"gateway", "batching", "store", "metrics", "loadgen", "readmodel", "tests", "bench"}
MAY_INCLUDE_RDKAFKA = re.compile(r"(batching/librdkafka|readmodel/kafka|loadgen|bench|tests)/")
THE_ENVIRONMENT = "gateway/config/environment.cpp"
LINES_MAX = 500
# Longer than LINES_MAX, each with its reason.
MAY_BE_LONG: Dict[str, str] = {}

SOURCE = re.compile(r"\.(h|cpp|c)$")
PRODUCT = re.compile(r"(gateway|batching|store|metrics|loadgen|readmodel)/")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
NAMESPACE = re.compile(r"^(?:inline )?namespace ([\w:]+)\s*(?:\{|$)")
NAMED_LIKE_A_SOURCE = re.compile(r"\.(h|cpp|c|py|cmake)$")


def lines_of(text: str) -> Iterator[tuple]:
    return enumerate(text.splitlines(), start=1)


def sources(tree: Tree) -> Iterator[tuple]:
    return ((path, text) for path, text in sorted(tree.items()) if SOURCE.search(path))


def folder_of(path: str) -> str:
    return path.rsplit("/", 1)[0]


def arrow_is_allowed(path: str, included: str) -> bool:
    allowed = MAY_INCLUDE.get(folder_of(path), set())
    target = folder_of(included)
    return target == folder_of(path) or target in allowed or ("*" in allowed and not included.startswith(("loadgen/", "tests/", "bench/")))


def includes_point_one_way(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        if not PRODUCT.match(path):
            continue
        for number, line in lines_of(text):
            match = INCLUDE.match(line)
            if match and match[2].split("/")[0] in OUR_FOLDERS and not arrow_is_allowed(path, match[2]):
                yield Breach(path, number, f"{folder_of(path)} may not include {folder_of(match[2])} (MAY_INCLUDE)")


def rdkafka_is_named_in_one_folder(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        for number, line in lines_of(text):
            match = INCLUDE.match(line)
            if match and match[2].startswith("librdkafka/") and not MAY_INCLUDE_RDKAFKA.match(path):
                yield Breach(path, number, "rdkafka.h is included only in batching/librdkafka, readmodel/kafka and loadgen")


# Tests of a mirrored folder that are about more than one source, and what about.
TESTS_OF_MORE = {
    "tests/batching/kafka/producer/model_test.cpp": "sender against a model of Kafka",
    "tests/batching/librdkafka/publisher_answers_test.cpp": "publisher: what a delivery report means",
    "tests/readmodel/project/cut_log_test.cpp": "projector, rebuild and verification on a log that lost events",
    "tests/readmodel/project/node_faults_test.cpp": "projector on a Cassandra that loses writes, is overloaded, has a full disk",
    "tests/readmodel/project/secure_node_test.cpp": "session and projector on a Cassandra with login and TLS",
    "tests/store/ownership/model_test.cpp": "partitions of several processes against a model of Kafka",
    "tests/gateway/config/documents_test.cpp": "what docs and example files say of the options",
    "tests/gateway/config/topics_test.cpp": "topic_options, from the file to the settings",
    "tests/gateway/decode/agreement_test.cpp": "decoder and a second reading of the same bytes",
    "tests/gateway/decode/json_test.cpp": "decoder on JSON bodies",
    "tests/gateway/decode/key_test.cpp": "key_finder and key_lookup together",
    "tests/gateway/decode/ndjson_test.cpp": "decoder on NDJSON bodies",
    "tests/gateway/frames/vectors_test.cpp": "the protocol page's own bytes",
    "tests/gateway/http1/smuggling_test.cpp": "request_parser and chunk_decoder against requests that two readers read differently",
    "tests/metrics/operations_test.cpp": "what docs/operations.md says of metrics and notices",
    "tests/metrics/prometheus_test.cpp": "exposition, read by a real Prometheus",
}


def tests_mirror_sources(tree: Tree) -> Iterator[Breach]:
    for path in sorted(tree):
        match = re.fullmatch(r"tests/((?:gateway|batching|store|metrics|readmodel)/.*)_test\.cpp", path)
        if match and path not in TESTS_OF_MORE and not any(f"{match[1]}.{ending}" in tree for ending in ("h", "cpp")):
            yield Breach(path, 1, f"there is no {match[1]}.h or .cpp: a test lies where its source lies (or stands in TESTS_OF_MORE)")
    for path in sorted(set(TESTS_OF_MORE) - set(tree)):
        if "tests/layout/layout_rules.py" in tree:
            yield Breach(path, 1, "stands in TESTS_OF_MORE and does not exist")


COMMENT = re.compile(r"(?://|#)(.*)$")
NAMED_PATH = re.compile(r"(?<![\w/.<{-])((?:gateway|batching|store|metrics|loadgen|readmodel|tests|bench|docs|scripts|deploy|examples|cmake)(?:/[a-z0-9_.-]+)+)(?![A-Za-z0-9_/-])")
NAMED_FILE = re.compile(r"(?<![\w/.*<{-])([a-z][a-z0-9_]*\.(?:h|cpp))\b")
OTHERS_FILES = {"rdkafka.h", "rdkafka_mock.h", "llhttp.h", "page.cpp", "build_values.h"}  # page.cpp is made from page.cpp.in


def text_for_people(path: str, text: str) -> Iterator[tuple]:
    """(line number, text) of comments, and of whole pages."""
    for number, line in lines_of(text):
        if path.endswith(".md"):
            yield number, line
        elif (SOURCE.search(path) or path.endswith(".py")) and not line.lstrip().startswith("#include") and (match := COMMENT.search(line)):
            yield number, match[1]


def named_files_exist(tree: Tree) -> Iterator[Breach]:
    folders = {path[:at] for path in tree for at in range(len(path)) if path[at] == "/"}
    stems = {re.sub(r"\.\w+$", "", path) for path in tree}
    bases = {path.split("/")[-1] for path in tree}
    for path, text in sorted(tree.items()):
        if re.match(r"(docs/adr/|docs/(clients|proxies|kafka-compatibility)\.md|bench/results/|tests/chaos/results/|tests/layout/)", path):
            continue  # what was true when it was written, or names files of other projects
        for number, line in text_for_people(path, text):
            for name in (match[1].rstrip(".") for match in NAMED_PATH.finditer(line)):
                is_there = name in tree or name in folders or name in stems or any(p.startswith(name + "-") for p in tree)
                if not is_there and not name.startswith("bench/results/"):
                    yield Breach(path, number, f"there is no {name}")
            for match in NAMED_FILE.finditer(line):
                if match[1] not in bases and match[1] not in OTHERS_FILES:
                    yield Breach(path, number, f"there is no {match[1]}")


def one_file_reads_the_environment(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        if not PRODUCT.match(path) or path == THE_ENVIRONMENT:
            continue
        for number, line in lines_of(text):
            if re.search(r"\bgetenv\s*\(|\benviron\b\s*[;\[]", line.split("//")[0]):
                yield Breach(path, number, f"only {THE_ENVIRONMENT} reads the environment")


def headers_say_what_they_are(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        if not path.endswith(".h"):
            continue
        if "\n#pragma once\n" not in "\n" + text:
            yield Breach(path, 1, "a header needs #pragma once")
        if not re.match(r"(#pragma once\n\s*)?// ", text):
            yield Breach(path, 1, "a header opens with what it is and who calls it")


def namespace_is_folder(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        if not PRODUCT.match(path):
            continue
        expected = "::".join(path.split("/")[:-1])
        found = [(number, match[1]) for number, line in lines_of(text) if (match := NAMESPACE.match(line))]
        for number, name in found:
            if name != expected and not name.startswith(expected + "::") and name.split("::")[0] in OUR_FOLDERS:
                if not is_forward_declaration(text, number):
                    yield Breach(path, number, f"namespace {name} in a folder whose namespace is {expected}")
        if path.endswith(".h") and not any(name == expected or name.startswith(expected + "::") for _, name in found):
            yield Breach(path, 1, f"a header of this folder declares into namespace {expected}")


def is_forward_declaration(text: str, number: int) -> bool:
    """`namespace x {` at this line holds nothing but declarations of classes and closes soon after."""
    for line in text.splitlines()[number - 1:number + 8]:
        if re.match(r"^}", line) or re.match(r"^namespace .*\{.*}$", line):
            return True
        if not re.match(r"^(namespace .*|\s*(class|struct|enum class) [\w:]+( : [\w:]+)?;|\s*//.*|\s*)$", line):
            return False
    return False


def files_are_short(tree: Tree) -> Iterator[Breach]:
    for path, text in sorted(tree.items()):
        count = text.count("\n")
        if (SOURCE.search(path) or path.endswith(".py") or path.startswith("scripts/")) and count > LINES_MAX and path not in MAY_BE_LONG:
            yield Breach(path, LINES_MAX + 1, f"{count} lines; split it (at most {LINES_MAX})")


def no_machine_paths(tree: Tree) -> Iterator[Breach]:
    folders = "|".join(("work", "root", "home"))
    pattern = re.compile(rf"(?<![\w./:$}}~*-])/({folders})/[\w.]")
    for path, text in sorted(tree.items()):
        for number, line in lines_of(text):
            if pattern.search(line):
                yield Breach(path, number, "a path of one machine")


def names_are_snake_case(tree: Tree) -> Iterator[Breach]:
    for path in sorted(tree):
        name = path.split("/")[-1]
        if NAMED_LIKE_A_SOURCE.search(name) and not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", name):
            yield Breach(path, 1, "file names are snake_case")


def nothing_is_left_to_do(tree: Tree) -> Iterator[Breach]:
    words = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    for path, text in sources(tree):
        for number, line in lines_of(text):
            if words.search(line):
                yield Breach(path, number, "do it, or open an issue; no notes to oneself in the code")


# A line that is nothing but comment, or the first of a docstring; and the file kinds in which # begins one.
COMMENT_LINE = re.compile(r'\s*(?://+<?|/\*+|"""|#(?!include|pragma))\s?(.*)$')
COMMENTED = re.compile(r"(\.(h|cpp|c|java|py|cmake|sh|ya?ml)|/CMakeLists\.txt)$|^(CMakeLists\.txt$|scripts/)")
RELATIVE_CLAUSE = re.compile(r"[.!?] \(?(?:What|Who|Whom|Whose|Where|Which|Whoever|Whatever|Wherever)\b(?![^.]*\?)")


def sentences_begin_with_their_subject(tree: Tree) -> Iterator[Breach]:
    """The first word of a comment is never "What .." or "Who ..", nor is that of a later sentence in it; questions may begin so."""
    for path, text in sorted(tree.items()):
        if not COMMENTED.search(path):
            continue
        before = "."
        for number, line in lines_of(text):
            match = COMMENT_LINE.match(line)
            if match and RELATIVE_CLAUSE.search(before[-1:] + " " + match[1].lstrip()):
                yield Breach(path, number, "a sentence begins with a relative clause; begin with the thing: \"The answer to ..\", \"A client that ..\"")
            before = match[1].rstrip() or "." if match else "."


def source_lists_are_explicit(tree: Tree) -> Iterator[Breach]:
    for path, text in sorted(tree.items()):
        if not (path.endswith("CMakeLists.txt") or path.endswith(".cmake")):
            continue
        for number, line in lines_of(text):
            if re.search(r"file\s*\(\s*GLOB", line, re.IGNORECASE):
                yield Breach(path, number, "name the sources: a glob misses new files until someone reconfigures")


RULES = (includes_point_one_way, rdkafka_is_named_in_one_folder, tests_mirror_sources, named_files_exist, one_file_reads_the_environment, headers_say_what_they_are, namespace_is_folder,
         files_are_short, no_machine_paths, names_are_snake_case, nothing_is_left_to_do, sentences_begin_with_their_subject,
         source_lists_are_explicit)


def breaches(tree: Tree) -> list:
    return [breach for rule in RULES for breach in rule(tree)]


def read_tree(root: Path) -> Tree:
    """Every tracked text file; without git (an unpacked archive) every file outside build/."""
    listing = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=False)
    if listing.returncode == 0:
        paths = [path for path in listing.stdout.decode().split("\0") if path]
    else:
        paths = [str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()]
    tree = {}
    for path in paths:
        if path.startswith(("build/", ".git/", "tests/fuzz/corpus/")) or not (root / path).is_file():
            continue
        data = (root / path).read_bytes()
        if b"\0" not in data:
            tree[path] = data.decode("utf-8", errors="replace")
    return tree


def main() -> int:
    tree = read_tree(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    found = breaches(tree)
    for breach in found:
        print(f"{breach.path}:{breach.line}: {breach.text}")
    print(f"{len(tree)} files, {len(found)} breaches")
    return 1 if found or not tree else 0


if __name__ == "__main__":
    sys.exit(main())
