#include "gateway/stores/peers.h"

namespace gateway::stores {

std::string_view name(forwarding what) noexcept {
  switch (what) {
    case forwarding::answered: return "answered";
    case forwarding::not_sent: return "not_sent";
    case forwarding::unknown: return "unknown";
  }
  return "";
}

}  // namespace gateway::stores
