// The owner that each partition should have, by the group's last word. Written by the group's watch, read by the lanes:
// any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/peers/member_name.h"

namespace gateway::peers {

class peer_book {
 public:
  static constexpr std::size_t members_max = 256;  // further ones are not seen

  struct member {
    member_name name;
    std::vector<std::pair<std::string, std::int32_t>> assigned;
  };

  /// `self`: our own name, which is nobody's to be asked.
  explicit peer_book(std::string self) : self_(std::move(self)) {}

  /// Takes the group's word. While it is not stable nothing is said of assignments: old ones stand for members that
  /// are still there, and the others' partitions have no owner.
  void set(std::vector<member> members, bool is_stable);

  /// Another instance's name; empty: none is known, or it is us.
  [[nodiscard]] std::string owner_of(std::string_view topic, std::int32_t partition) const;
  [[nodiscard]] bool has_others() const;
  /// The address of an instance; nullopt: it is no member (any more).
  [[nodiscard]] std::optional<member_name> find(std::string_view instance) const;

 private:
  struct page {
    std::map<std::string, member_name, std::less<>> members;                          // by name
    std::map<std::pair<std::string, std::int32_t>, std::string, std::less<>> owners;  // by topic and partition
  };
  [[nodiscard]] std::shared_ptr<const page> now() const;

  std::string self_;
  mutable std::mutex mutex_;
  std::shared_ptr<const page> page_ = std::make_shared<page>();  // swapped whole; co-owned by who looks it up
};

}  // namespace gateway::peers
