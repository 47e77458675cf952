// The counters of a session. Written by the session's thread only, read by the thread that answers a scrape.
#pragma once

#include <atomic>
#include <cstdint>

namespace readmodel::cassandra {

struct counters {
  std::atomic<std::uint64_t> statements{0};   // answered as wished
  std::atomic<std::uint64_t> repeats{0};      // sent again after an error or a lost connection
  std::atomic<std::uint64_t> overloaded{0};   // answers that asked for less
  std::atomic<std::uint64_t> connections{0};  // opened and logged in
  std::atomic<std::uint64_t> in_flight_limit{0};
  std::atomic<bool> is_connected{false};
};

}  // namespace readmodel::cassandra
