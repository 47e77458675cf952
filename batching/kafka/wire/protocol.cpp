#include "batching/kafka/wire/protocol.h"

#include <utility>

#include "batching/kafka/wire/request_parts.h"

namespace batching::kafka::wire {
namespace {

constexpr std::int16_t produce_api = 0;
constexpr std::int16_t init_producer_id_api = 22;
constexpr std::int16_t init_producer_id_version = 0;
constexpr std::int16_t no_text = -1;  // the length of a string that is not there
constexpr std::int16_t acks_all = -1;
constexpr std::size_t padded_bytes = 5;          // a varint that may hold any length
constexpr std::uint32_t current_leader_tag = 0;  // of a partition's answer

// Before the record batch is made nobody knows its length, so that its varint is as long as the longest.
void store_padded(char* at, std::uint32_t value) noexcept {
  for (std::size_t i = 0; i + 1 < padded_bytes; ++i, value >>= 7) at[i] = static_cast<char>(value | 0x80);
  at[padded_bytes - 1] = static_cast<char>(value);
}

}  // namespace

void write_init_producer_id(buffer& to, std::int32_t correlation, std::string_view client_id) {
  const std::size_t begin = begin_request(to, init_producer_id_api, init_producer_id_version, correlation, client_id);
  put(to, no_text);               // no transactional id
  put(to, std::int32_t{60'000});  // its transactions' timeout in ms: unused, but has to be sensible
  store_length(to, begin);
}

produce_writer::produce_writer(buffer& to, std::int32_t correlation, std::string_view client_id,
                               std::int32_t timeout_ms, std::int32_t topics, std::int16_t version)
    : to_(&to), begin_(begin_request(to, produce_api, version, correlation, client_id)), version_(version) {
  if (is_flexible()) {
    put_no_tags(to);
    put_varint(to, 0);  // no transactional id
  } else {
    put(to, no_text);
  }
  put(to, acks_all);
  put(to, timeout_ms);
  if (is_flexible())
    put_varint(to, static_cast<std::uint32_t>(topics) + 1);
  else
    put(to, topics);
}

void produce_writer::topic(std::string_view name, std::int32_t partitions) {
  if (!is_flexible()) {
    put_text(*to_, name);
    return put(*to_, partitions);
  }
  if (std::exchange(has_topic_, true)) put_no_tags(*to_);
  put_compact_text(*to_, name);
  put_varint(*to_, static_cast<std::uint32_t>(partitions) + 1);
}

void produce_writer::begin_partition(std::int32_t partition) {
  put(*to_, partition);
  records_at_ = to_->size();
  to_->extend(is_flexible() ? padded_bytes : length_bytes);
}

void produce_writer::end_partition() {
  if (!is_flexible()) return store_length(*to_, records_at_);
  store_padded(to_->data() + records_at_, static_cast<std::uint32_t>(to_->size() - records_at_ - padded_bytes + 1));
  put_no_tags(*to_);
}

void produce_writer::finish() {
  if (has_topic_) put_no_tags(*to_);
  if (is_flexible()) put_no_tags(*to_);
  store_length(*to_, begin_);
}

std::optional<std::int32_t> read_correlation(std::string_view response) noexcept {
  std::int32_t correlation = 0;
  if (!take(response, correlation)) return std::nullopt;
  return correlation;
}

std::int32_t read_throttle(std::string_view response) noexcept {
  std::int32_t correlation = 0;
  std::int32_t ms = 0;
  return take(response, correlation) && take(response, ms) ? ms : 0;
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
  const bool has_head = take(rest_, correlation) && (!is_flexible() || skip_tags(rest_));
  if (!has_head || !take_count_of(topics_left_)) topics_left_ = -1;
}

bool produce_reader::take_text_of(std::string_view& text) noexcept {
  return is_flexible() ? take_compact_text(rest_, text) : take_text(rest_, text);
}

bool produce_reader::take_count_of(std::int32_t& count) noexcept {
  return is_flexible() ? take_compact_count(rest_, count) : take(rest_, count);
}

bool produce_reader::end_topic() noexcept {
  return !std::exchange(has_topic_, false) || !is_flexible() || skip_tags(rest_);
}

bool produce_reader::next(produce_answer& answer) noexcept {
  while (partitions_left_ <= 0) {
    if (!end_topic()) return false;
    if (topics_left_ <= 0) {
      is_whole_ = topics_left_ == 0 && take(rest_, throttle_ms_) && (!is_flexible() || skip_tags(rest_));
      return false;
    }
    --topics_left_;
    if (!take_text_of(topic_) || !take_count_of(partitions_left_)) return false;
    has_topic_ = true;
  }
  --partitions_left_;
  std::int64_t log_start_offset = 0;
  answer.topic = topic_;
  return take(rest_, answer.partition) && take(rest_, answer.error) && take(rest_, answer.base_offset) &&
         take(rest_, answer.log_append_time_ms) && take(rest_, log_start_offset) && take_culprits(answer) &&
         take_end(answer);
}

// Records that were refused, each with a text, and a text for all of them.
bool produce_reader::take_culprits(produce_answer& answer) noexcept {
  answer.culprit = -1;
  answer.error_text = {};
  if (version_ < produce_names_culprits) return true;
  std::int32_t count = 0;
  std::string_view text;
  if (!take_count_of(count)) return false;
  for (; count > 0; --count) {
    std::int32_t index = -1;
    if (!take(rest_, index) || !take_text_of(text) || (is_flexible() && !skip_tags(rest_))) return false;
    if (answer.culprit < 0 || index < answer.culprit) answer.culprit = index;
    if (answer.error_text.empty()) answer.error_text = text;
  }
  if (!take_text_of(text)) return false;
  if (answer.error_text.empty()) answer.error_text = text;
  return true;
}

bool produce_reader::take_end(produce_answer& answer) noexcept {
  answer.leader = -1;
  if (!is_flexible()) return true;
  return take_tags(rest_, [&answer](std::uint32_t number, std::string_view bytes) {
    if (number == current_leader_tag && !take(bytes, answer.leader)) answer.leader = -1;
  });
}

}  // namespace batching::kafka::wire
