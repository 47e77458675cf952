// Checks that Kafka is set up so that a topic can be an event store, and tells what to change if not. Pure. Used at the
// start and by `headgate check`.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "batching/cluster_settings.h"

namespace store {

struct topic_finding {
  bool is_fatal = false;  // history or the proof of ownership would be lost; else: a weakness to know of
  std::string text;       // one sentence for people: what is wrong, and what to change
};

/// The topic settings on which the store relies.
struct topic_needs {
  std::chrono::milliseconds keep_every{60'000};  // between two proofs of an ownership
  std::chrono::milliseconds transaction_timeout{60'000};
  std::size_t append_bytes_max = 900 * 1024;
};

[[nodiscard]] std::vector<topic_finding> check_topics(const batching::cluster_facts& facts, const topic_needs& needs);

}  // namespace store
