// How long the appends that wait for a broker wait for company, because what a request costs is paid once for all of
// them. Clients that wait for their answers come back together: so many as came before are waited for, as long as the
// last answer took, and never longer than a linger. Pure; one a broker, used by broker_requests.h.
#pragma once

#include <chrono>
#include <cstddef>

#include "batching/batch.h"

namespace store::ownership {

class company {
 public:
  using time_point = batching::clock::time_point;
  static constexpr std::size_t enough = 256;         // more make each of them hardly cheaper
  static constexpr std::size_t pipelined_min = 512;  // so many do not wait for the answer to the request before
  static constexpr std::chrono::milliseconds remembered{100};  // after such a pause nobody is expected

  explicit company(std::chrono::microseconds linger) noexcept : linger_(linger) {}

  /// So many wait: do they leave now? Called whenever that may have changed, and at due().
  [[nodiscard]] bool is_due(std::size_t waiting, bool is_one_under_way, time_point now) noexcept;
  /// When they leave at the latest; time_point::max(): nothing waits.
  [[nodiscard]] time_point due() const noexcept { return due_; }
  /// All that waited have left.
  void on_sent() noexcept { waits_since_ = due_ = time_point::max(); }
  /// The request before is answered. `waiting`: what has come meanwhile.
  void on_answered(std::size_t answered, std::size_t waiting, batching::clock::duration round_trip,
                   time_point now) noexcept;

 private:
  [[nodiscard]] std::size_t wanted(time_point now) const noexcept;

  std::chrono::microseconds linger_;
  std::size_t expected_ = 1;
  batching::clock::duration round_trip_{};
  time_point answered_at_{};
  time_point waits_since_ = time_point::max();
  time_point due_ = time_point::max();
};

}  // namespace store::ownership
