#include "readmodel/project/log_reader.h"

#include <algorithm>
#include <utility>

namespace readmodel::project {

using namespace std::chrono_literals;
using cassandra::errc;
using cassandra::failure;

namespace {
constexpr auto kafka_patience = 15s;
}

auto log_reader::open(kafka::consumer_settings settings) -> result<log_reader> {
  settings.group.clear();
  auto made = kafka::consumer::make(settings);
  if (!made) return failure{errc::refused, "Kafka: " + made.error()};
  log_reader r(std::move(*made));
  auto partitions = r.from_->partitions(kafka_patience);
  if (!partitions) return failure{errc::unreachable, "Kafka: " + partitions.error()};
  kafka::offsets begin;
  for (const std::int32_t p : *partitions) r.parts_[p] = {};
  if (auto failed = r.ask_ends()) return *failed;
  for (auto& [p, at] : r.parts_) begin[p] = at.next = at.first;
  r.from_->assign_all(begin);
  return r;
}

std::optional<failure> log_reader::ask_ends() {
  std::vector<std::int32_t> all;
  for (const auto& [p, at] : parts_) all.push_back(p);
  auto bounds = from_->bounds(all, kafka_patience);
  if (!bounds) return failure{errc::unreachable, "Kafka: " + bounds.error()};
  for (const auto& [p, b] : *bounds) {
    parts_[p].first = b.first;
    parts_[p].end = b.second;
  }
  return std::nullopt;
}

kafka::offsets log_reader::begins() const {
  kafka::offsets all;
  for (const auto& [p, at] : parts_) all[p] = at.first;
  return all;
}

std::uint64_t log_reader::missing() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [p, at] : parts_) sum += static_cast<std::uint64_t>(at.first);
  return sum;
}

std::optional<failure> log_reader::overtaken() const {
  const auto partition = from_->lost_place();
  if (!partition) return std::nullopt;
  return failure{errc::refused, "partition " + std::to_string(*partition) +
                                    " lost events before they were read: make the topic's retention longer"};
}

bool log_reader::is_at_end() const noexcept {
  return std::all_of(parts_.begin(), parts_.end(), [](const auto& one) { return one.second.next >= one.second.end; });
}

std::uint64_t log_reader::total() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [p, at] : parts_) sum += static_cast<std::uint64_t>(at.end - at.first);
  return sum;
}

std::uint64_t log_reader::left() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [p, at] : parts_) sum += static_cast<std::uint64_t>(std::max<std::int64_t>(0, at.end - at.next));
  return sum;
}

collected log_reader::next(const batch_limits& limits, std::chrono::milliseconds patience) {
  collected read = collect(*from_, limits, patience);
  for (const auto& [p, list] : read.records) parts_[p].next = list.back().offset + 1;
  if (read.records.empty())
    for (auto& [p, at] : parts_) at.next = std::max(at.next, from_->position(p));  // markers and gaps at the end
  return read;
}

}  // namespace readmodel::project
