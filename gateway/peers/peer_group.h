// The instances of one store.group as the stores ask them: who owns what by the group's last word, and on each lane a
// connection to each instance that is asked. Built by app beside the stores; outlives the lanes' running.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/peers/peer_book.h"
#include "gateway/peers/peer_link.h"
#include "gateway/runtime/lane.h"
#include "gateway/stores/peers.h"

namespace gateway::peers {

class peer_group final : public stores::peers {
 public:
  static constexpr std::size_t links_max = 64;           // of one lane, to so many instances
  static constexpr std::int64_t read_bytes = 128 << 10;  // charged to the budget while a piece is asked for

  /// `lanes` outlive what is called on them. `ask_again`: the group's word is wanted anew; any thread.
  peer_group(std::string own_name, link_settings settings, std::span<runtime::lane* const> lanes,
             std::function<void()> ask_again);
  ~peer_group() override;

  /// Any thread: the group has said who its members are.
  void set(std::vector<peer_book::member> members, bool is_stable);
  /// Any thread.
  [[nodiscard]] bool has_others() const { return book_.has_others(); }
  [[nodiscard]] bool has_been_told() const noexcept { return has_been_told_.load(std::memory_order_acquire); }
  /// Once the lanes stand still, while they are there.
  void close();

  /// Any thread.
  enum class kind : std::uint8_t { append, read };
  [[nodiscard]] std::uint64_t counted(kind what, stores::forwarding how) const noexcept {
    return counts_[static_cast<std::size_t>(what)][static_cast<std::size_t>(how)].load(std::memory_order_relaxed);
  }

  // stores::peers
  [[nodiscard]] const std::string& own_name() const override { return own_name_; }
  [[nodiscard]] std::string owner_of(std::string_view topic, std::int32_t partition) const override {
    return book_.owner_of(topic, partition);
  }
  void ask_again() override { ask_again_(); }
  void append(runtime::lane& on, const std::string& owner, std::string_view topic,
              std::span<const ::store::append> appends, std::chrono::milliseconds time_max, appends_told told) override;
  void read(runtime::lane& on, const std::string& owner, const stores::remote_read& what, piece_told told) override;

 private:
  struct links_of_lane {
    runtime::lane* on;
    std::map<std::string, std::unique_ptr<peer_link>, std::less<>> links;  // by instance
  };
  /// nullptr: it is no member, or too many are asked.
  [[nodiscard]] peer_link* link_to(runtime::lane& on, const std::string& instance);
  void forget_strangers(links_of_lane& of);
  void count(kind what, stores::forwarding how) noexcept {
    counts_[static_cast<std::size_t>(what)][static_cast<std::size_t>(how)].fetch_add(1, std::memory_order_relaxed);
  }

  std::string own_name_;
  link_settings settings_;
  std::function<void()> ask_again_;
  peer_book book_;
  std::atomic<bool> has_been_told_{false};  // who the members are
  std::vector<links_of_lane> lanes_;
  std::array<std::array<std::atomic<std::uint64_t>, stores::forwardings>, 2> counts_{};
};

}  // namespace gateway::peers
