#include "batching/kafka/wire/fetch_requests.h"

#include <algorithm>

#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::int16_t fetch_key = 1;
constexpr std::int16_t list_offsets_key = 2;
constexpr std::int32_t no_replica = -1;       // a client asks
constexpr std::int32_t no_leader_epoch = -1;  // not checked
constexpr std::uint8_t read_uncommitted = 0;
constexpr std::size_t aborted_transaction_bytes = 16;

void put_fetch_partition(buffer& to, const fetch_partition& p, const fetch_bounds& bounds) {
  put(to, p.partition);
  put(to, no_leader_epoch);
  put(to, p.from_offset);
  put(to, std::int64_t{-1});  // our log's start: a client has none
  put(to, bounds.partition_bytes_max);
}

}  // namespace

void write_list_offsets(buffer& to, request_id id, std::string_view topic, std::int32_t partition, log_end which) {
  const std::size_t begin = begin_request(to, list_offsets_key, 5, id.correlation, id.client_id);
  put(to, no_replica);
  put(to, read_uncommitted);
  put(to, std::int32_t{1});  // topics
  put_text(to, topic);
  put(to, std::int32_t{1});  // its partitions
  put(to, partition);
  put(to, no_leader_epoch);
  put(to, static_cast<std::int64_t>(which));
  store_length(to, begin);
}

std::optional<offset_answer> read_list_offsets(std::string_view response) noexcept {
  offset_answer answer;
  std::int32_t topics = 0;
  std::int32_t partitions = 0;
  std::string_view topic;
  // Correlation and throttle time first.
  if (!skip<std::int64_t>(response) || !take(response, topics) || topics != 1 || !take_text(response, topic) ||
      !take(response, partitions) || partitions != 1 || !skip<std::int32_t>(response) ||
      !take(response, answer.error) || !skip<std::int64_t>(response) || !take(response, answer.offset))
    return std::nullopt;
  return answer;
}

void write_fetch(buffer& to, request_id id, std::span<const fetch_partition> partitions, const fetch_bounds& bounds) {
  const std::size_t begin = begin_request(to, fetch_key, 11, id.correlation, id.client_id);
  put(to, no_replica);
  put(to, static_cast<std::int32_t>(bounds.wait_max.count()));
  put(to, std::int32_t{1});  // bytes that are worth an answer
  put(to, bounds.bytes_max);
  put(to, read_uncommitted);
  put(to, std::int32_t{0});   // no fetch session ..
  put(to, std::int32_t{-1});  // .. and none wanted
  const std::size_t topics_at = to.size();
  std::int32_t topics = 0;
  put(to, topics);
  for (auto from = partitions.begin(); from != partitions.end(); ++topics) {
    const auto end = std::find_if(from, partitions.end(), [&](const auto& p) { return p.topic != from->topic; });
    put_text(to, from->topic);
    put(to, static_cast<std::int32_t>(end - from));
    for (; from != end; ++from) put_fetch_partition(to, *from, bounds);
  }
  store(to.data() + topics_at, topics);
  put(to, std::int32_t{0});  // nothing to be forgotten
  put_text(to, {});          // of no rack
  store_length(to, begin);
}

fetch_reader::fetch_reader(std::string_view response) noexcept : rest_(response) {
  std::int32_t topics = 0;
  if (!skip<std::int32_t>(rest_) || !skip<std::int32_t>(rest_) || !take(rest_, error_) || !skip<std::int32_t>(rest_) ||
      !take(rest_, topics))
    return;
  topics_left_ = std::max(topics, 0);
}

bool fetch_reader::next(fetch_answer& answer) noexcept {
  while (partitions_left_ <= 0) {
    if (topics_left_ <= 0) {
      is_whole_ = topics_left_ == 0;
      return false;
    }
    --topics_left_;
    if (take_text(rest_, topic_) && take(rest_, partitions_left_)) continue;
    topics_left_ = -1;
    return false;
  }
  --partitions_left_;
  answer.topic = topic_;
  if (take_partition(answer)) return true;
  topics_left_ = -1;
  partitions_left_ = 0;
  return false;
}

bool fetch_reader::take_partition(fetch_answer& answer) noexcept {
  std::int32_t aborted = 0;
  std::int32_t bytes = 0;
  std::string_view skipped;
  return take(rest_, answer.partition) && take(rest_, answer.error) && take(rest_, answer.end_offset) &&
         skip<std::int64_t>(rest_) && take(rest_, answer.start_offset) &&
         take_count(rest_, aborted_transaction_bytes, aborted) &&
         take_bytes(rest_, static_cast<std::int64_t>(std::max(aborted, 0)) * aborted_transaction_bytes, skipped) &&
         skip<std::int32_t>(rest_) && take(rest_, bytes) && take_bytes(rest_, bytes, answer.record_batches);
}

}  // namespace batching::kafka::wire
