#include "batching/arrivals.h"

namespace batching {

void arrivals::add(std::size_t records, mark& partition) noexcept {
  records_ += records;
  if (partition != window_) ++partitions_;
  partition = window_;
}

void arrivals::roll(clock::time_point now) noexcept {
  const auto length = now - window_began_;
  if (length < linger_ || linger_ <= clock::duration::zero()) return;
  const double lingers = std::chrono::duration<double>(length) / std::chrono::duration<double>(linger_);
  const double fresh =
      partitions_ == 0 ? 0 : static_cast<double>(records_) / static_cast<double>(partitions_) / lingers;
  per_partition_ = lingers > lingers_remembered ? fresh : (per_partition_ + fresh) / 2;
  window_began_ = now;
  ++window_;
  records_ = partitions_ = 0;
}

}  // namespace batching
