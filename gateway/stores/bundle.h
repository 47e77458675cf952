// Appends of one request or batch on their way to whoever serves their partition, here or elsewhere: told once each,
// whatever happens on the way. Co-owned by what it waits for; on the partition's lane. Made by stores.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/stores/place.h"
#include "store/append.h"

namespace gateway::stores {

class bundle final : public ::store::append_listener, public std::enable_shared_from_this<bundle> {
 public:
  /// `again`: some were answered no_owner, which the partition's next owner may not say.
  bundle(place& at, const place::wanted& how, std::chrono::milliseconds time_max,
         std::function<void(const std::shared_ptr<bundle>&)> again)
      : how_(how), at_(&at), time_max_(time_max), again_(std::move(again)) {}

  void add(const ::store::append& what);
  /// Told who serves the partition, before the appends are.
  std::function<void(std::string_view owner)> note_owner = [](std::string_view) {};

  /// Gives what is not answered yet to the partition, which serves.
  void take();
  void tell_all(::store::append_fate fate);
  void tell(const ::store::append& what, const ::store::append_answer& result) noexcept;

  [[nodiscard]] const std::vector<::store::append>& open() const noexcept { return open_; }
  [[nodiscard]] place& at() noexcept { return *at_; }
  [[nodiscard]] const place::wanted& how() const noexcept { return how_; }
  [[nodiscard]] std::chrono::milliseconds time_max() const noexcept { return time_max_; }
  void ask_others_after(place::time_point t) noexcept { how_.not_before = t; }

  void on_appended(const ::store::append& what, const ::store::append_answer& result) noexcept override;

 private:
  struct origin {
    ::store::append_listener* listener;
    std::uint64_t tag;
  };

  place::wanted how_;
  place* at_;
  std::chrono::milliseconds time_max_;
  std::function<void(const std::shared_ptr<bundle>&)> again_;
  std::vector<origin> origins_;        // by tag of those in open_
  std::vector<::store::append> open_;  // not answered, and not with the partition
  std::size_t under_way_ = 0;          // with the partition
  std::shared_ptr<bundle> self_;       // while there are any
};

}  // namespace gateway::stores
