// Any body of the REST Proxy's version 2: it is refused with one of the dialect's statuses, or every event has a legal
// partition, and values of format json are pieces of the body.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gateway/api/rest_proxy/v2_reader.h"

namespace {

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool lies_in(std::string_view piece, std::string_view whole) {
  return piece.empty() || (piece.data() >= whole.data() && piece.data() + piece.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  if (size == 0) return 0;
  const bool is_json = (data[0] & 1) != 0;
  std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t length = body.size();
  body.append(decode::decoder::padding_bytes, ' ');
  const std::string_view plain(body.data(), length);
  decode::decoder decoder;
  api::rest_proxy::v2_reader reader(decoder);
  reader.begin(is_json ? api::rest_proxy::v2_format::json : api::rest_proxy::v2_format::binary,
               config::rest_key_form::json, std::nullopt);
  batching::events list;
  if (reader.read(plain, {}, list)) {
    const int status = reader.why().status;
    demand(status == 400 || status == 413 || status == 422, "a status that the page does not name");
    return 0;
  }
  demand(list.size() > 0, "no events and no refusal");
  for (const batching::event& e : list) {
    demand(e.partition >= -1, "a negative partition");
    demand(!e.is_tombstone || e.value.empty(), "a tombstone with a value");
    demand(!is_json || lies_in(e.value, plain), "a value that was not sent");
  }
  return 0;
}
