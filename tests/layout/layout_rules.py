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


# What a file of each top folder may include of ours. Includes point one way; the load generator is a black box.
ALLOWED_INCLUDES = {
    "gateway": {"gateway", "batching", "metrics"},
    "batching": {"batching", "metrics"},
    "metrics": {"metrics"},
    "loadgen": {"loadgen"},
}
OUR_FOLDERS = {"gateway", "batching", "metrics", "loadgen", "tests", "bench"}
# The wiring, and nothing else of the gateway, knows which publishers there are.
MAY_NAME_KAFKA = re.compile(r"(gateway/(app[a-z_]*|main)\.(h|cpp)|batching/(kafka|direct)/.*|tests/.*|bench/.*)$")
MAY_INCLUDE_RDKAFKA = re.compile(r"(batching/kafka|loadgen|bench|tests)/")
THE_ENVIRONMENT = "gateway/config/environment.cpp"
LINES_MAX = 500
# Longer than LINES_MAX, each with its reason.
MAY_BE_LONG: Dict[str, str] = {}

SOURCE = re.compile(r"\.(h|cpp|c)$")
PRODUCT = re.compile(r"(gateway|batching|metrics|loadgen)/")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
NAMESPACE = re.compile(r"^(?:inline )?namespace ([\w:]+)\s*(?:\{|$)")
NAMED_LIKE_A_SOURCE = re.compile(r"\.(h|cpp|c|py|cmake)$")


def lines_of(text: str) -> Iterator[tuple]:
    return enumerate(text.splitlines(), start=1)


def sources(tree: Tree) -> Iterator[tuple]:
    return ((path, text) for path, text in sorted(tree.items()) if SOURCE.search(path))


def includes_point_one_way(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        allowed = ALLOWED_INCLUDES.get(path.split("/")[0])
        for number, line in lines_of(text):
            match = INCLUDE.match(line)
            if not match or allowed is None:
                continue
            folder = match[2].split("/")[0]
            if folder in OUR_FOLDERS and folder not in allowed:
                yield Breach(path, number, f"{path.split('/')[0]} may not include {folder}/")


def only_the_wiring_names_kafka(tree: Tree) -> Iterator[Breach]:
    for path, text in sources(tree):
        for number, line in lines_of(text):
            match = INCLUDE.match(line)
            if match and match[2].startswith(("batching/kafka/", "batching/direct/")) and not MAY_NAME_KAFKA.match(path):
                yield Breach(path, number, "batching/kafka and batching/direct are named only by gateway/app")
            if match and match[2].startswith("librdkafka/") and not MAY_INCLUDE_RDKAFKA.match(path):
                yield Breach(path, number, "rdkafka.h is included only in batching/kafka and loadgen")


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


def source_lists_are_explicit(tree: Tree) -> Iterator[Breach]:
    for path, text in sorted(tree.items()):
        if not (path.endswith("CMakeLists.txt") or path.endswith(".cmake")):
            continue
        for number, line in lines_of(text):
            if re.search(r"file\s*\(\s*GLOB", line, re.IGNORECASE):
                yield Breach(path, number, "name the sources: a glob misses new files until someone reconfigures")


RULES = (includes_point_one_way, only_the_wiring_names_kafka, one_file_reads_the_environment, headers_say_what_they_are, namespace_is_folder,
         files_are_short, no_machine_paths, names_are_snake_case, nothing_is_left_to_do, source_lists_are_explicit)


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
