#!/usr/bin/env python3
"""The control of layout_rules.py: a small tree that keeps every rule, and for each rule one change that must be found, and only it."""
import unittest

import layout_rules

HEADER = "// A header that says what it is, and who calls it.\n#pragma once\n\n{includes}namespace {namespace} {{\n}}\n"


def header(namespace: str, *includes: str) -> str:
    return HEADER.format(namespace=namespace, includes="".join(f"#include {include}\n" for include in includes))


GOOD = {
    "CMakeLists.txt": "add_library(x STATIC x.cpp)\n",
    "gateway/app/application.cpp": '#include "batching/librdkafka/publisher.h"\nnamespace gateway {\n}\n',
    "gateway/config/environment.cpp": 'namespace gateway::config {\nauto home = std::getenv("HOME");\n}\n',
    "gateway/frames/session.h": header("gateway::frames", '"batching/batch.h"', '"metrics/recorder.h"', '"gateway/runtime/lane.h"', "<vector>"),
    "gateway/runtime/lane.h": header("gateway::runtime", '"batching/batch.h"'),
    "batching/batch.h": header("batching", '"metrics/recorder.h"'),
    "batching/librdkafka/publisher.h": header("batching::librdkafka", "<librdkafka/rdkafka.h>", '"batching/batch.h"'),
    "metrics/recorder.h": header("metrics"),
    "loadgen/verifier.h": header("loadgen", "<librdkafka/rdkafka.h>"),
    "tests/batching/batch_test.cpp": '#include "batching/batch.h"\n',
    "docs/setup.md": "See `build/release/headgate`, `batching/batch` and ~/.cache/headgate.\n",
}


class LayoutRulesTest(unittest.TestCase):
    def assert_breaks(self, rule, path: str, text: str):
        found = layout_rules.breaches({**GOOD, path: text})
        self.assertEqual([breach.path for breach in found], [path], found)
        self.assertEqual(len(list(rule({**GOOD, path: text}))), 1)

    def test_a_tree_that_keeps_the_rules_has_no_breach(self):
        self.assertEqual(layout_rules.breaches(GOOD), [])

    def test_finds_an_include_against_the_direction(self):
        rule = layout_rules.includes_point_one_way
        self.assert_breaks(rule, "batching/batch.h", header("batching", '"gateway/frames/session.h"'))
        self.assert_breaks(rule, "metrics/recorder.h", header("metrics", '"batching/batch.h"'))
        self.assert_breaks(rule, "loadgen/verifier.h", header("loadgen", '"batching/batch.h"'))
        self.assert_breaks(rule, "gateway/app/wiring.cpp", '#include "loadgen/verifier.h"\n')
        self.assert_breaks(rule, "gateway/runtime/lane.cpp", '#include "batching/librdkafka/publisher.h"\n')
        self.assert_breaks(rule, "gateway/new/room.cpp", 'namespace gateway::new {\n}\n#include "batching/batch.h"\n')

    def test_finds_rdkafka_named_outside_its_folder(self):
        self.assert_breaks(layout_rules.rdkafka_is_named_in_one_folder, "gateway/runtime/lane.cpp", "#include <librdkafka/rdkafka.h>\n")

    def test_finds_a_test_without_its_source(self):
        self.assert_breaks(layout_rules.tests_mirror_sources, "tests/batching/bath_test.cpp", "")

    def test_finds_a_file_that_is_named_and_not_there(self):
        rule = layout_rules.named_files_exist
        self.assert_breaks(rule, "docs/setup.md", "See `batching/bath`.\n")
        self.assert_breaks(rule, "metrics/recorder.h", "// A recorder (bath.h).\n" + header("metrics"))

    def test_finds_a_second_reader_of_the_environment(self):
        rule = layout_rules.one_file_reads_the_environment
        self.assert_breaks(rule, "loadgen/main.cpp", 'auto* home = std::getenv("HOME");\n')

    def test_finds_a_header_without_guard_or_opening_comment(self):
        rule = layout_rules.headers_say_what_they_are
        self.assert_breaks(rule, "metrics/recorder.h", "// A recorder.\nnamespace metrics {\n}\n")
        self.assert_breaks(rule, "metrics/recorder.h", "#pragma once\nnamespace metrics {\n}\n")

    def test_finds_a_namespace_that_is_not_the_folder(self):
        rule = layout_rules.namespace_is_folder
        self.assert_breaks(rule, "gateway/frames/frame.h", header("frames"))
        self.assert_breaks(rule, "gateway/runtime/lane.cpp", "namespace batching {\nint x = 1;\n}\n")

    def test_lets_a_neighbour_be_declared_ahead(self):
        text = "namespace batching {\nclass batch;\n}\nnamespace gateway::runtime {\n}\n"
        self.assertEqual(layout_rules.breaches({**GOOD, "gateway/runtime/lane.cpp": text}), [])

    def test_finds_a_file_that_is_too_long(self):
        self.assert_breaks(layout_rules.files_are_short, "metrics/recorder.h", header("metrics") + "\n" * layout_rules.LINES_MAX)

    def test_finds_a_path_of_one_machine(self):
        rule = layout_rules.no_machine_paths
        for folder in ("work", "root", "home"):
            self.assert_breaks(rule, "docs/setup.md", f"Look in /{folder}/someone/build\n")

    def test_finds_a_name_that_is_not_snake_case(self):
        rule = layout_rules.names_are_snake_case
        self.assert_breaks(rule, "gateway/net/httpSession.cpp", "")
        self.assert_breaks(rule, "gateway/net/http-session.cpp", "")

    def test_finds_a_note_to_oneself(self):
        self.assert_breaks(layout_rules.nothing_is_left_to_do, "gateway/app/application.cpp", "// " + "TO" + "DO: later\n")

    def test_finds_a_comment_that_begins_with_a_relative_clause(self):
        rule = layout_rules.sentences_begin_with_their_subject
        for word in ("What", "Who", "Where", "Which", "Whoever", "Whatever"):
            self.assert_breaks(rule, "metrics/recorder.h", f"// {word} is counted.\n" + header("metrics"))
        self.assert_breaks(rule, "gateway/app/application.cpp", "namespace gateway::app {\nint x = 1;\n/// What it is.\nint y = 2;\n}\n")
        self.assert_breaks(rule, "gateway/app/application.cpp", "// One a lane. What is sent stays.\n")
        self.assert_breaks(rule, "gateway/app/application.cpp", "// One a lane.\n// What is sent stays.\n")
        self.assert_breaks(rule, "scripts/build", "#!/usr/bin/env bash\n\n# What is built.\n")
        self.assert_breaks(rule, "tests/chaos/stage.py", '"""What is played."""\n')
        self.assert_breaks(rule, "CMakeLists.txt", "# What is built.\nadd_library(x STATIC x.cpp)\n")
        self.assert_breaks(rule, "examples/java/Report.java", "/** What became of all events. */\n")

    def test_lets_a_comment_ask_and_go_on_with_such_words(self):
        for text in ("// What now? It waits.\n", "// It tells\n// What is a heading of the page.\n", 'auto text = "What is it";  // what it is\n'):
            self.assertEqual(layout_rules.breaches({**GOOD, "gateway/app/application.cpp": text}), [])

    def test_finds_a_glob(self):
        self.assert_breaks(layout_rules.source_lists_are_explicit, "CMakeLists.txt", "file(GLOB sources *.cpp)\n")


if __name__ == "__main__":
    unittest.main()
