// Any body and any fields as a CloudEvent, in each content mode: an event is either rejected with a reason, or its
// record has the four attributes that every CloudEvent has, and it is no tombstone.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gateway/api/cloudevents/reader.h"
#include "gateway/http1/request_parser.h"

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool has_header(const batching::event& e, std::string_view name) {
  for (const batching::header& h : e.headers)
    if (h.name == name) return true;
  return false;
}

}  // namespace

// The first byte says the mode; then a request with its head.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  if (size == 0) return 0;
  const auto mode = static_cast<api::cloudevents::mode>(data[0] % 3);
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t length = text.size();
  text.append(decode::decoder::padding_bytes, ' ');
  http1::request_parser parser(http1::head_limits{});
  const std::string_view all(text.data(), length);
  if (parser.feed(all) != http1::request_parser::status::done) return 0;
  decode::decoder decoder;
  api::cloudevents::reader reader(decoder);
  config::topic_settings rules;
  rules.cloudevents_key = {"partitionkey", "data", "subject"};
  reader.begin(mode, parser.head(), rules);
  batching::events list;
  decode::decode_options how;
  const decode::key_finder keys(rules.key_pointers);
  how.keys = &keys;
  if (reader.read(all.substr(parser.head().head_bytes), how, list)) return 0;
  for (const batching::event& e : list) {
    if (e.invalid != batching::reason::none) continue;
    for (const char* name : {"ce_specversion", "ce_id", "ce_source", "ce_type"})
      demand(has_header(e, name), "an attribute is not among the headers");
    demand(!e.is_tombstone, "a tombstone");
  }
  return 0;
}
