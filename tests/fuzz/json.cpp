// Any JSON body: accepted where simdjson accepts it, and the elements of an array are the ones that simdjson sees.
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gateway/decode/checker.h"
#include "tests/gateway/decode/agreement.h"

namespace {

using gateway::decode::decode_options;
using gateway::decode::decoder;
using gateway::decode::key_finder;

constexpr std::uint32_t depth_max = 64;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

std::string minified(simdjson::dom::element element) { return simdjson::minify(element); }

/// Each event is the element at its place, as another parser reads both.
void compare_elements(std::string_view text, const batching::events& out) {
  static simdjson::dom::parser parser;
  static simdjson::dom::parser one;
  simdjson::dom::array array;
  if (parser.parse(simdjson::padded_string(text)).get(array)) return;
  std::size_t index = 0;
  for (const simdjson::dom::element element : array) {
    demand(index < out.size(), "an element is missing");
    simdjson::dom::element alone;
    demand(!one.parse(simdjson::padded_string(out[index].value)).get(alone), "an event's value is not its element");
    demand(minified(alone) == minified(element), "an event's value is another element");
    demand(element.is_object() == (out[index].invalid != batching::reason::invalid_json), "only objects are events");
    ++index;
  }
  demand(index == out.size(), "more events than elements");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const key_finder keys({"/aggregateId", "/data/id", "/list/1"});
  const decode_tests::padded body(text, '"');
  static decoder decode;
  batching::events out;
  for (const bool validate : {true, false}) {
    const auto read = decode.json(body.view(), decode_options{&keys, validate, depth_max, 1000}, out);
    demand(read.has_value() == (out.size() != 0), "an error beside events, or neither");
    if (!read) demand(!read.error().detail.empty(), "an error without a detail");
    for (const batching::event& e : out) {
      demand(e.value.data() >= body.view().data() && e.value.data() + e.value.size() <= body.view().data() + size,
             "outside");
      const bool valid = !gateway::decode::check(e.value, depth_max).has_value();
      if (validate && e.invalid != batching::reason::invalid_json) demand(valid, "an event that is not JSON");
      demand(e.invalid == batching::reason::none || !e.detail.empty(), "refused without a detail");
    }
    if (validate && read.has_value() && gateway::decode::check(text, depth_max) == std::nullopt)
      compare_elements(text, out);
  }
  return 0;
}
