#include "batching/kafka/wire/metadata_requests.h"

#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::int32_t partitions_max = 1'000'000;  // of one topic: no cluster has so many

// A count that so many bytes cannot hold is no count.
bool take_count(std::string_view& from, std::int32_t& count, std::size_t bytes_each) noexcept {
  return take(from, count) && (count <= 0 || static_cast<std::size_t>(count) <= from.size() / bytes_each);
}

bool skip_numbers(std::string_view& from) noexcept {
  std::int32_t count = 0;
  std::string_view skipped;
  return take_count(from, count, 4) && take_bytes(from, std::int64_t{count} * 4, skipped);
}

bool take_broker(std::string_view& from, metadata_broker& to) {
  std::string_view host;
  std::string_view rack;
  if (!take(from, to.id) || !take_text(from, host) || !take(from, to.port) || !take_text(from, rack)) return false;
  to.host = host;
  return true;
}

bool take_partition(std::string_view& from, metadata_topic& to) {
  std::int32_t index = 0;
  std::int32_t leader = -1;
  if (!skip<std::int16_t>(from) || !take(from, index) || !take(from, leader) || !skip<std::int32_t>(from) ||
      !skip_numbers(from) || !skip_numbers(from) || !skip_numbers(from) || index < 0 || index >= partitions_max)
    return false;
  if (to.leaders.size() <= static_cast<std::size_t>(index)) to.leaders.resize(static_cast<std::size_t>(index) + 1, -1);
  to.leaders[static_cast<std::size_t>(index)] = leader;
  return true;
}

bool take_topic(std::string_view& from, std::int16_t version, metadata_topic& to) {
  std::string_view name;
  std::int32_t partitions = 0;
  constexpr std::size_t partition_bytes = 26;
  if (!take(from, to.error) || !take_text(from, name) || !skip<std::uint8_t>(from) ||
      !take_count(from, partitions, partition_bytes))
    return false;
  to.name = name;
  for (; partitions > 0; --partitions)
    if (!take_partition(from, to)) return false;
  return version < metadata_newest || take(from, to.operations);
}

}  // namespace

void write_metadata(buffer& to, std::int16_t version, request_id id, std::span<const std::string> topics) {
  const std::size_t begin = begin_request(to, metadata_key, version, id.correlation, id.client_id);
  put(to, static_cast<std::int32_t>(topics.size()));
  for (const std::string& topic : topics) put_text(to, topic);
  put(to, std::uint8_t{0});  // no topic is made by asking for it
  if (version >= metadata_newest) {
    put(to, std::uint8_t{0});  // rights in the cluster: of no use to us
    put(to, std::uint8_t{1});  // rights on the topics
  }
  store_length(to, begin);
}

std::optional<metadata_answer> read_metadata(std::string_view response, std::int16_t version) {
  metadata_answer answer;
  std::int32_t count = 0;
  std::string_view cluster_id;
  constexpr std::size_t broker_bytes = 12;
  constexpr std::size_t topic_bytes = 9;
  // Correlation and throttle time first.
  if (!skip<std::int64_t>(response) || !take_count(response, count, broker_bytes)) return std::nullopt;
  for (; count > 0; --count)
    if (!take_broker(response, answer.brokers.emplace_back())) return std::nullopt;
  if (!take_text(response, cluster_id) || !skip<std::int32_t>(response) || !take_count(response, count, topic_bytes))
    return std::nullopt;
  for (; count > 0; --count)
    if (!take_topic(response, version, answer.topics.emplace_back())) return std::nullopt;
  return answer;
}

}  // namespace batching::kafka::wire
