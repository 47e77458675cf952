// A client's words to the event store beside its events (fields of an append, the query of a read), and what an index
// of another version may hold: never more than a refusal, and what is understood is within its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/api/store/append_fields.h"
#include "gateway/api/store/event_lines.h"
#include "gateway/api/store/read_query.h"
#include "gateway/decode/checker.h"
#include "gateway/http1/request_parser.h"
#include "gateway/stores/event_ids.h"
#include "store/index_keys.h"

namespace {

namespace api = gateway::api::store;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void read_head(std::string_view bytes) {
  gateway::http1::request_parser parser(gateway::http1::head_limits{});
  if (parser.feed(bytes) != gateway::http1::request_parser::status::done) return;
  if (const auto fields = api::read_append_fields(parser.head())) {
    demand(fields->event_id.size() <= ::store::event_id_bytes_max, "an event id is too long");
    demand(fields->idempotency_key.size() <= ::store::idempotency_key_bytes_max, "an idempotency key is too long");
  }
  std::string storage;
  const auto target = gateway::http1::target::parse(parser.head().target, storage);
  if (!target) return;
  if (const auto query = api::read_query::read(*target, {})) {
    demand(query->range.limit > 0, "a limit of nothing");
    demand(query->token_offset < 0 || query->token_partition >= 0, "a token of no partition");
  }
}

void read_index(std::string_view bytes) {
  if (const auto e = store::decode_event(7, bytes)) {
    std::string again;
    store::encode_event(*e, again);
    demand(again == bytes, "an event is not what was read");
    std::string line;
    api::append_event(line, *e, api::read_form::ndjson);
    demand(line.find('\n') == std::string::npos, "a line has two");
    demand(!gateway::decode::check(line, 2048), "an answer that is no JSON");
  }
  if (const auto head = store::decode_head(bytes)) (void)head->hash_of(head->version);
  (void)store::decode_position(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_head(bytes);
  read_index(bytes);
  gateway::stores::event_ids ids;
  std::string storage;
  demand(ids.read(bytes, storage).size() <= ::store::event_id_bytes_max, "an event id is too long");
  return 0;
}
