// The Kafka header with the client's address, where a topic's rules ask for one (client_address_header). Its name is
// the gateway's alone: a header of that name that a client brings is taken out. Used by the door, one a lane.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "batching/event.h"
#include "batching/record.h"
#include "gateway/auth/principal.h"

namespace gateway::ingress {

class client_header {
 public:
  /// To the events of `list` that go to `destination`. Texts are kept by `list`; `name` outlives the events.
  void add(const std::string& name, const auth::ip_address& client, batching::events& list, std::uint16_t destination);

 private:
  [[nodiscard]] std::span<const batching::header> without(const std::string& name,
                                                          std::span<const batching::header> all);

  std::vector<batching::header> kept_;
};

}  // namespace gateway::ingress
