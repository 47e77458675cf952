// The rules of each topic, resolved from the settings once and kept until they change: the one cache of topic rules
// and key finders of a lane. Knows no request.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batching/topic.h"
#include "gateway/config/settings.h"
#include "gateway/decode/event_rules.h"
#include "gateway/decode/key_finder.h"
#include "gateway/runtime/lane.h"

namespace gateway::ingress {

struct topic_rules {
  std::uint64_t settings_version = 0;
  const config::topic_settings* settings = nullptr;
  std::optional<decode::key_finder> keys;
  std::optional<decode::event_rules> events;  // nothing: a JSON event is only asked for its key
  std::string webhook_secret;                 // empty: nothing is signed
};

/// The timestamps of records' own that a topic takes at this moment.
[[nodiscard]] decode::timestamp_bounds bounds_of(const config::topic_settings& of, std::int64_t now_ms) noexcept;

class rule_book {
 public:
  static constexpr std::size_t pointers_max = 64;  // `key=` values whose parsed form is kept

  explicit rule_book(runtime::lane& on) noexcept : lane_(&on) {}

  /// Valid until the lane's settings change, which happens between two handlers.
  [[nodiscard]] const topic_rules& of(const batching::topic& t);
  /// `pointer` first, the topic's own behind it: an event without the one may have the other. Valid until the next
  /// call.
  [[nodiscard]] const decode::key_finder& finder_of(std::string_view pointer, const batching::topic& t,
                                                    const topic_rules& rules);
  [[nodiscard]] std::size_t pointers_kept() const noexcept { return pointers_.size(); }

 private:
  runtime::lane* lane_;
  std::vector<std::unique_ptr<topic_rules>> rules_;                  // by topic id
  std::map<std::string, decode::key_finder, std::less<>> pointers_;  // by topic, settings and `key=`
};

}  // namespace gateway::ingress
