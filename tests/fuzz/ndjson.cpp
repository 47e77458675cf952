// Any body of lines: each line is read as it would be alone, and as simdjson reads it; keys are equal.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gateway/decode/text.h"
#include "tests/gateway/decode/agreement.h"

namespace {

using gateway::decode::decode_options;
using gateway::decode::decoder;
using gateway::decode::key_finder;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void agree(std::string_view line) {
  const std::string said = decode_tests::disagreement(line);
  demand(said.empty(), said.c_str());
  const std::string keys = decode_tests::key_disagreement(line);
  demand(keys.empty(), keys.c_str());
}

bool same(const batching::event& a, const batching::event& b) {
  return a.value == b.value && a.key == b.key && a.has_key == b.has_key && a.invalid == b.invalid;
}

/// The event at `index` of the whole body is what its line gives alone.
std::size_t compare_line(std::string_view line, const decode_options& how, const batching::events& whole,
                         std::size_t index) {
  if (gateway::decode::trimmed(line).empty()) return index;
  static decoder decode;
  batching::events out;
  const decode_tests::padded body(line, '"');
  demand(decode.ndjson(body.view(), how, out).has_value() && out.size() == 1, "a line alone is one event");
  demand(index < whole.size() && same(out[0], whole[index]), "a line reads otherwise among others");
  return index + 1;
}

void whole_against_lines(std::string_view text, const decode_options& how) {
  static decoder decode;
  batching::events whole;
  const decode_tests::padded body(text, '}');
  const auto read = decode.ndjson(body.view(), how, whole);
  std::size_t index = 0;
  for (std::string_view rest = body.view(); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    index = compare_line(line, how, whole, index);
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  demand(index == whole.size(), "more events than lines");
  demand(read.has_value() == (index != 0), "no events, and yet read; or the other way round");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const key_finder flat({"/aggregateId", "/aggregate_id"});
  static const key_finder nested({"/data/0/id", "/a~1b", "/\"q"});
  for (const bool validate : {true, false})
    for (const key_finder* keys : {&flat, &nested}) whole_against_lines(text, {keys, validate, 16, 100'000});
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    agree(line);
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  return 0;
}
