// The version of each aggregate of one partition: confirmed (in Kafka and in the index) and assigned (given to the
// append under way). Assigned ones become confirmed together, or are forgotten together. Used by the appender only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "batching/topic_table.h"
#include "store/partition_index.h"

namespace store {

class versions {
 public:
  static constexpr std::size_t kept_max = 8192;  // confirmed heads kept beside the index, about 250 B each

  explicit versions(const partition_index& index) noexcept : index_(&index) {}

  struct state {
    aggregate_head confirmed;
    aggregate_head assigned;
    bool is_assigned = false;

    [[nodiscard]] const aggregate_head& now() const noexcept { return is_assigned ? assigned : confirmed; }
  };

  /// Valid until confirm(), fall_back() or forget().
  [[nodiscard]] partition_index::result<state*> of(std::string_view aggregate);
  /// Gives the aggregate's next version to an event.
  std::uint64_t assign(state& to, std::string_view event_id);
  void confirm() noexcept;
  void fall_back() noexcept;
  /// Everything: the partition belongs to somebody else now.
  void forget() noexcept {
    assigned_.clear();
    states_.clear();
  }
  [[nodiscard]] std::size_t kept() const noexcept { return states_.size(); }

 private:
  const partition_index* index_;
  std::vector<state*> assigned_;
  std::unordered_map<std::string, state, batching::string_hash, std::equal_to<>> states_;
};

}  // namespace store
