// Bytes from a Cassandra node's socket, or from whoever pretends to be one: any bytes, after an opening that is
// answered properly, while statements are under way. Every statement is answered at most once, and none is made up.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "readmodel/cql/conversation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace readmodel::cql;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const clock::time_point now{std::chrono::seconds(1000)};
  conversation talk({.in_flight_max = 8}, now);
  const std::string_view ready("\x84\0\0\0\x02\0\0\0\0", header_bytes);
  if (!talk.on_bytes(ready, now)) std::abort();
  const statement prepared_one{"insert into t(a) values(?)", {bytes("x")}, {}};
  const statement plain_one{"select a from t", {}, {}};
  for (std::uint64_t token = 0; token < 4; ++token) talk.submit(token, token % 2 == 0 ? prepared_one : plain_one, now);
  std::set<std::uint64_t> seen;
  for (std::size_t at = 0; at < input.size(); at += 7) {
    if (!talk.on_bytes(input.substr(at, 7), now)) break;
    while (const auto a = talk.next_answer())
      if (a->token >= 4 || !seen.insert(a->token).second) std::abort();
  }
  return 0;
}
