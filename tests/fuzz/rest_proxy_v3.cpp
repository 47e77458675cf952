// Any body of the REST Proxy's version 3, and any cut of a stream of it: a refusal has one of the dialect's statuses,
// each record has its note, data of JSON is a piece of the body, and where a stream is cut changes nothing of what is
// found.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "gateway/api/rest_proxy/document_scan.h"
#include "gateway/api/rest_proxy/v3_reader.h"

namespace {

using gateway::api::rest_proxy::document_scan;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool is_refusal(int status) { return status == 400 || status == 413 || status == 422; }

// The documents' ends, and how it ended.
std::pair<std::vector<std::size_t>, document_scan::found> ends(std::string_view plain, std::size_t cut) {
  std::vector<std::size_t> found;
  document_scan scan;
  std::size_t at = 0;
  for (std::string_view seen : {plain.substr(0, cut), plain}) {
    auto last = document_scan::found::nothing;
    while ((last = scan.next(seen.substr(at))) == document_scan::found::document) {
      demand(scan.length() > 0, "a document of no bytes");
      at += scan.length();
      demand(at <= seen.size(), "a document beyond what was given");
      found.push_back(at);
    }
    if (last == document_scan::found::garbage || seen.size() == plain.size()) return {found, last};
  }
  return {found, document_scan::found::nothing};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  if (size == 0) return 0;
  std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t length = body.size();
  body.append(decode::decoder::padding_bytes, ' ');
  const std::string_view plain(body.data(), length);
  demand(ends(plain, 0) == ends(plain, length == 0 ? 0 : data[0] % length), "a cut changed what is found");

  decode::decoder decoder;
  batching::events list;
  decode::decode_options how;
  how.bounds = {0, 0, INT64_MAX};
  api::rest_proxy::v3_documents documents(decoder);
  if (documents.read(plain, how, list))
    demand(is_refusal(documents.why().status), "a status that the page does not name");
  else
    demand(list.size() > 0 && documents.notes().size() == list.size(), "a record without its note");
  for (const batching::event& e : list) {
    demand(e.partition >= -1, "a negative partition");
    demand(!e.is_tombstone || e.value.empty(), "a tombstone with a value");
    demand(e.timestamp_ms >= -1, "a time before 1970");
  }
  api::rest_proxy::v3_batch_reader batch(decoder);
  if (batch.read(plain, how, list))
    demand(is_refusal(batch.why().status), "a status of a batch that the page does not name");
  else
    demand(list.size() == batch.ids().size() && list.size() == batch.notes().size(), "an entry without its id");
  return 0;
}
