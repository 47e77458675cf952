#include "batching/kafka/wire/protocol.h"

#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::int16_t produce_api = 0;
constexpr std::int16_t init_producer_id_api = 22;
constexpr std::int16_t init_producer_id_version = 0;
constexpr std::int16_t no_text = -1;  // the length of a string that is not there
constexpr std::int16_t acks_all = -1;

}  // namespace

void write_init_producer_id(buffer& to, std::int32_t correlation, std::string_view client_id) {
  const std::size_t begin = begin_request(to, init_producer_id_api, init_producer_id_version, correlation, client_id);
  put(to, no_text);               // no transactional id
  put(to, std::int32_t{60'000});  // its transactions' timeout in ms: unused, but has to be sensible
  store_length(to, begin);
}

produce_writer::produce_writer(buffer& to, std::int32_t correlation, std::string_view client_id,
                               std::int32_t timeout_ms, std::int32_t topics, std::int16_t version)
    : to_(&to), begin_(begin_request(to, produce_api, version, correlation, client_id)) {
  put(to, no_text);  // no transactional id
  put(to, acks_all);
  put(to, timeout_ms);
  put(to, topics);
}

void produce_writer::topic(std::string_view name, std::int32_t partitions) {
  put_text(*to_, name);
  put(*to_, partitions);
}

void produce_writer::begin_partition(std::int32_t partition) {
  put(*to_, partition);
  records_at_ = to_->size();
  to_->extend(length_bytes);
}

void produce_writer::end_partition() { store_length(*to_, records_at_); }

void produce_writer::finish() { store_length(*to_, begin_); }

std::optional<std::int32_t> read_correlation(std::string_view response) noexcept {
  std::int32_t correlation = 0;
  if (!take(response, correlation)) return std::nullopt;
  return correlation;
}

std::optional<producer_id_answer> read_init_producer_id(std::string_view response) noexcept {
  std::int32_t correlation = 0;
  producer_id_answer answer;
  if (!take(response, correlation) || !take(response, answer.throttle_ms) || !take(response, answer.error) ||
      !take(response, answer.producer.id) || !take(response, answer.producer.epoch))
    return std::nullopt;
  return answer;
}

produce_reader::produce_reader(std::string_view response, std::int16_t version) noexcept
    : rest_(response), version_(version) {
  std::int32_t correlation = 0;
  if (!take(rest_, correlation) || !take(rest_, topics_left_)) topics_left_ = -1;
}

bool produce_reader::next(produce_answer& answer) noexcept {
  while (partitions_left_ <= 0) {
    if (topics_left_ <= 0) {
      is_whole_ = topics_left_ == 0 && take(rest_, throttle_ms_);
      return false;
    }
    --topics_left_;
    if (!take_text(rest_, topic_) || !take(rest_, partitions_left_)) return false;
  }
  --partitions_left_;
  std::int64_t log_start_offset = 0;
  answer.topic = topic_;
  return take(rest_, answer.partition) && take(rest_, answer.error) && take(rest_, answer.base_offset) &&
         take(rest_, answer.log_append_time_ms) && take(rest_, log_start_offset) && take_culprits(answer);
}

// Records that were refused, each with a text, and a text for all of them.
bool produce_reader::take_culprits(produce_answer& answer) noexcept {
  answer.culprit = -1;
  answer.error_text = {};
  if (version_ < produce_newest) return true;
  std::int32_t count = 0;
  std::string_view text;
  if (!take(rest_, count)) return false;
  for (; count > 0; --count) {
    std::int32_t index = -1;
    if (!take(rest_, index) || !take_text(rest_, text)) return false;
    if (answer.culprit < 0 || index < answer.culprit) answer.culprit = index;
    if (answer.error_text.empty()) answer.error_text = text;
  }
  if (!take_text(rest_, text)) return false;
  if (answer.error_text.empty()) answer.error_text = text;
  return true;
}

}  // namespace batching::kafka::wire
