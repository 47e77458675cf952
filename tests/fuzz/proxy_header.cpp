// Any bytes as the beginning of a proxied connection: never read beyond them, and what is said of a piece does not
// contradict what is said of the whole.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/net/proxy_header.h"

namespace {

using gateway::net::proxy_header;
using gateway::net::read_proxy_header;
using state = proxy_header::state;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string whole(reinterpret_cast<const char*>(data), size);
  const proxy_header said = read_proxy_header(whole);
  demand(said.is == state::whole || (said.bytes == 0 && !said.client), "a header that is not whole says something");
  demand(said.bytes <= size && said.bytes <= gateway::net::proxy_header_bytes_max, "longer than what has come");
  for (std::size_t n = 0; n < size && n < 300; ++n) {
    const std::string piece = whole.substr(0, n);  // of its own: reading beyond it is found
    const proxy_header before = read_proxy_header(piece);
    if (before.is == state::partial) continue;
    demand(before.is == said.is && before.bytes == said.bytes && before.client == said.client,
           "more bytes changed what was settled");
  }
  if (said.is == state::whole) {
    const proxy_header alone = read_proxy_header(whole.substr(0, said.bytes));
    demand(alone.is == state::whole && alone.client == said.client, "its own bytes are not enough");
  }
  return 0;
}
