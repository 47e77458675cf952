// Another instance's answers: WELCOME, APPENDED and EVENTS with any payload, and a client id of the group. Never
// more than a refusal; what is understood lies within the bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/peers/member_name.h"
#include "gateway/peers/peer_messages.h"

using namespace gateway::peers;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view payload(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: {
      const auto said = read_welcome(payload);
      if (said && said->challenge.size() > payload.size()) std::abort();
      break;
    }
    case 1: {
      const auto said = read_appended(payload);
      if (said && said->results.size() > payload.size()) std::abort();
      break;
    }
    case 2: {
      const auto said = read_events(payload);
      if (!said) break;
      std::size_t bytes = 0;
      for (const auto& e : said->piece.events) bytes += e.value.size();
      if (bytes > payload.size()) std::abort();
      break;
    }
    default: {
      const auto member = member_of(payload);
      if (member && member_of(client_id_of(*member)) != member) std::abort();
    }
  }
  return 0;
}
