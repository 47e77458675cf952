#include "batching/arrivals.h"

#include <algorithm>

namespace batching {

void arrivals::add(std::size_t records, mark& partition) noexcept {
  records_ += records;
  if (partition != window_) ++partitions_;
  partition = window_;
}

void arrivals::roll(clock::time_point now) noexcept {
  const auto length = now - window_began_;
  if (length < linger_ || linger_ <= clock::duration::zero()) return;
  const double seconds = std::chrono::duration<double>(length).count();
  const double lingers = seconds / std::chrono::duration<double>(linger_).count();
  const double old_part = lingers > lingers_remembered ? 0 : 0.5;
  const auto fade = [old_part](double& value, double fresh) { value = old_part * value + (1 - old_part) * fresh; };
  fade(per_partition_,
       static_cast<double>(records_) / static_cast<double>(std::max<std::size_t>(1, partitions_)) / lingers);
  fade(at_once_per_second_, static_cast<double>(batches_at_once_) / seconds);
  const auto gap = length / static_cast<clock::rep>(cycles_ + 1);
  silence_ =
      std::clamp<clock::duration>(gaps_of_silence * gap, silence_min, std::max<clock::duration>(linger_, silence_min));
  window_began_ = now;
  ++window_;
  records_ = partitions_ = cycles_ = batches_at_once_ = 0;
}

}  // namespace batching
