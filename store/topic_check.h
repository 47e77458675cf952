// Checks that Kafka is set up so that a topic can be an event store, and tells what to change if not. Pure. Used at the
// start and by `headgate check`.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "batching/cluster_settings.h"

namespace store {

struct topic_finding {
  bool is_fatal = false;  // history or the proof of ownership would be lost: it is not served. Else: a weakness to know
  std::string text;       // one sentence for people: what is wrong, and what to change
};

/// The topic settings on which the store relies.
struct topic_needs {
  std::chrono::milliseconds keep_every_longest{60'000};  // between two proofs of an ownership
  std::chrono::milliseconds keep_every_shortest{1'000};  // what expires within four of these cannot be kept
  std::chrono::milliseconds transaction_timeout{60'000};
  std::size_t append_bytes_max = 900 * 1024;
};

/// The verdict on one topic.
struct topic_verdict {
  std::string topic;
  std::vector<topic_finding> findings;
  std::chrono::milliseconds keep_every{};  // a quarter of what Kafka forgets first, within the needs' bounds
  std::size_t message_bytes_max = 0;       // max.message.bytes; 0: not known

  [[nodiscard]] bool is_fit() const noexcept;
  /// The fatal findings as one text.
  [[nodiscard]] std::string why_unfit() const;
};

/// One for each topic that is there. Findings about the brokers stand in each of them.
[[nodiscard]] std::vector<topic_verdict> judge_topics(const batching::cluster_facts& facts, const topic_needs& needs);

/// Everything that is to be said, once; also of topics that are not there.
[[nodiscard]] std::vector<topic_finding> check_topics(const batching::cluster_facts& facts, const topic_needs& needs);

}  // namespace store
