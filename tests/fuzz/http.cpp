// Any bytes on an HTTP connection: what is said and published does not depend on how they were cut into pieces, and a
// head that is accepted is framed as llhttp, an independent parser, frames it.
#include <llhttp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/http1/request_parser.h"
#include "tests/support/conversation_driver.h"

namespace {

using gateway::http1::framing;
using gateway::http1::request_parser;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

struct second_reading {
  bool complete = false;
  bool chunked = false;
  std::uint64_t length = 0;
};

second_reading by_llhttp(std::string_view bytes) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = [](llhttp_t* p) {
    auto* r = static_cast<second_reading*>(p->data);
    *r = {true, (p->flags & F_CHUNKED) != 0, p->content_length};
    return static_cast<int>(HPE_PAUSED);
  };
  second_reading r;
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  parser.data = &r;
  llhttp_execute(&parser, bytes.data(), bytes.size());
  return r;
}

void compare_framing(std::string_view bytes) {
  request_parser ours(gateway::http1::head_limits{});
  if (ours.feed(bytes) != request_parser::status::done) return;
  const auto& head = ours.head();
  const second_reading theirs = by_llhttp(bytes.substr(0, head.head_bytes));
  if (!theirs.complete) return;  // it knows fewer methods and targets
  demand(theirs.chunked == (head.framing == framing::chunked), "chunked for one parser only");
  demand(theirs.chunked || theirs.length == head.body_bytes, "two lengths for one body");
}

std::string converse(std::string_view bytes, std::size_t piece, std::size_t& records) {
  tests::conversation_driver d;
  while (!bytes.empty()) {
    d.send(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  d.end_of_input();
  records = d.publisher.records().size();
  return d.answers();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = 1 + data[0] % 97;
  compare_framing(bytes);
  std::size_t whole_records = 0;
  std::size_t cut_records = 0;
  const std::string whole = converse(bytes, bytes.size(), whole_records);
  const std::string cut = converse(bytes, piece, cut_records);
  demand(whole == cut, "another answer for other pieces");
  demand(whole_records == cut_records, "other records for other pieces");
  return 0;
}
