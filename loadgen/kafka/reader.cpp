#include "loadgen/kafka/reader.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>
#include <utility>

#include "loadgen/kafka/failure.h"
#include "loadgen/kafka/reading.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::kafka {

using timing::steady;

namespace {

// Of one attempt: long enough for a slow broker, and --kafka-wait is kept to the second.
constexpr std::chrono::milliseconds request_time_min{1000};
constexpr std::chrono::milliseconds request_time_max{5000};
constexpr std::chrono::milliseconds poll_time{200};
constexpr std::size_t messages_max = 1000;  // taken from librdkafka at once

int request_time_ms(const patience& how) {
  const auto all = std::chrono::duration_cast<std::chrono::milliseconds>(how.wait_max);
  return static_cast<int>(std::clamp(all, request_time_min, request_time_max).count());
}

/// Empty for an error of the whole client.
std::string partition_text(std::int32_t partition) {
  return partition < 0 ? std::string() : "partition " + std::to_string(partition);
}

/// The partitions that librdkafka fetches from; fetching stops with the object.
class fetching {
 public:
  fetching(rd_kafka_t* client, const std::string& topic)
      : queue_(rd_kafka_queue_new(client)), topic_(rd_kafka_topic_new(client, topic.c_str(), nullptr)) {}
  ~fetching() {
    for (const std::int32_t partition : started_) rd_kafka_consume_stop(topic_.get(), partition);
  }
  fetching(const fetching&) = delete;
  fetching& operator=(const fetching&) = delete;

  void start(const partition_span& span) {
    if (rd_kafka_consume_start_queue(topic_.get(), span.partition, span.first, queue_.get()) != 0) {
      throw failure(std::string("cannot read the topic: ") + rd_kafka_err2str(rd_kafka_last_error()));
    }
    started_.push_back(span.partition);
  }

  /// Returns the messages that came within poll_time; valid until the next call.
  std::vector<message_handle>& next() {
    std::array<rd_kafka_message_t*, messages_max> found{};
    const ssize_t count =
        rd_kafka_consume_batch_queue(queue_.get(), static_cast<int>(poll_time.count()), found.data(), found.size());
    messages_.clear();
    for (ssize_t i = 0; i < count; ++i) messages_.emplace_back(found[static_cast<std::size_t>(i)]);
    return messages_;
  }

 private:
  queue_handle queue_;
  topic_handle topic_;
  std::vector<std::int32_t> started_;
  std::vector<message_handle> messages_;
};

void read_headers(const rd_kafka_message_t& message, const std::vector<std::string>& names,
                  std::vector<std::string_view>& into) {
  into.assign(names.size(), {});
  rd_kafka_headers_t* all = nullptr;
  if (names.empty() || rd_kafka_message_headers(&message, &all) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const void* value = nullptr;
    std::size_t size = 0;
    if (rd_kafka_header_get_last(all, names[i].c_str(), &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    into[i] = {static_cast<const char*>(value), size};
  }
}

/// True when the message brings the reading further.
bool take(const rd_kafka_message_t& message, reading& state, const std::vector<std::string>& names,
          const reader::record_handler& handle) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    state.reach(message.partition, message.offset);
    return true;
  }
  if (!state.wants(message.partition, message.offset)) return false;
  std::vector<std::string_view> headers;
  read_headers(message, names, headers);
  handle({message.partition,
          message.offset,
          {static_cast<const char*>(message.key), message.key_len},
          {static_cast<const char*>(message.payload), message.len},
          headers});
  state.reach(message.partition, message.offset + 1);
  return true;
}

struct partition_list {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string where = {};
  std::vector<std::int32_t> ids = {};
};

/// The partitions of the one topic in `metadata`, or why they cannot be read yet.
partition_list partitions_in(const rd_kafka_metadata_t& metadata) {
  if (metadata.topic_cnt != 1) return {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART};
  const rd_kafka_metadata_topic_t& topic = metadata.topics[0];
  if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) return {topic.err};
  if (topic.partition_cnt == 0) return {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART};
  partition_list found;
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& each = topic.partitions[i];
    if (each.leader < 0) return {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, partition_text(each.id)};
    found.ids.push_back(each.id);
  }
  std::sort(found.ids.begin(), found.ids.end());
  return found;
}

std::int64_t sum_of_ends(const std::vector<partition_span>& spans) {
  std::int64_t sum = 0;
  for (const partition_span& span : spans) sum += span.end;
  return sum;
}

bool is_error(const rd_kafka_message_t& message) {
  return message.err != RD_KAFKA_RESP_ERR_NO_ERROR && message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF;
}

}  // namespace

reader::reader(const std::string& brokers, std::string topic, const std::vector<std::string>& properties, patience how)
    : topic_(std::move(topic)),
      brokers_(brokers),
      how_(std::move(how)),
      client_(make_client({RD_KAFKA_CONSUMER,
                           {{"bootstrap.servers", brokers},
                            {"client.id", "headgate-loadgen-verify"},
                            {"enable.partition.eof", "true"},
                            {"check.crcs", "true"},
                            {"queued.max.messages.kbytes", "16384"},
                            {"group.id", "headgate-loadgen-verify"},
                            {"enable.auto.commit", "false"},
                            // Records that retention removed are reported, not skipped in silence.
                            {"auto.offset.reset", "error"}},
                           properties,
                           this,
                           on_error})) {}

void reader::on_error(rd_kafka_t*, int error, const char* text, void* self) noexcept {
  reader& noting = *static_cast<reader*>(self);
  noting.noted_error_ = static_cast<rd_kafka_resp_err_t>(error);
  noting.noted_ = text;
}

void reader::take_notes(wait& until) {
  rd_kafka_poll(client_.get(), 0);
  if (!noted_.empty()) until.note(noted_error_, std::exchange(noted_, {}));
}

void reader::pause_after(rd_kafka_resp_err_t error, const std::string& where, wait& until) {
  take_notes(until);
  std::this_thread::sleep_for(until.failed(error, where, steady::now()));
}

std::vector<partition_span> reader::spans() {
  wait until(how_, brokers_, topic_, "tell the offsets");
  std::vector<partition_span> spans;
  for (const std::int32_t partition : partitions(until)) spans.push_back(span_of(partition, until));
  return spans;
}

std::vector<partition_span> reader::settled_spans(std::chrono::nanoseconds settle) {
  std::vector<partition_span> found = spans();
  const auto give_up = steady::now() + settle_max;
  auto still_since = steady::now();
  while (steady::now() - still_since < settle && steady::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    auto next = spans();
    if (sum_of_ends(next) != sum_of_ends(found)) still_since = steady::now();
    found = std::move(next);
  }
  return found;
}

std::vector<std::int32_t> reader::partitions(wait& until) {
  const topic_handle topic(rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr));
  for (;;) {
    const rd_kafka_metadata_t* raw = nullptr;
    const auto failed = rd_kafka_metadata(client_.get(), 0, topic.get(), &raw, request_time_ms(how_));
    const metadata_handle metadata(raw);
    const partition_list found =
        failed == RD_KAFKA_RESP_ERR_NO_ERROR ? partitions_in(*metadata) : partition_list{failed};
    if (found.error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      until.succeeded();
      return found.ids;
    }
    pause_after(found.error, found.where, until);
  }
}

partition_span reader::span_of(std::int32_t partition, wait& until) {
  partition_span span{partition, 0, 0};
  for (;;) {
    const auto error = rd_kafka_query_watermark_offsets(client_.get(), topic_.c_str(), partition, &span.first,
                                                        &span.end, request_time_ms(how_));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    pause_after(error, partition_text(partition), until);
  }
  until.succeeded();
  return span;
}

void reader::read(const std::vector<partition_span>& spans, const record_handler& handle,
                  const progress_handler& progress) {
  reading state(spans);
  fetching fetch(client_.get(), topic_);
  for (const auto& [partition, span] : state.open()) fetch.start(span);
  wait until(how_, brokers_, topic_, "send the records");
  while (!state.open().empty()) {
    bool further = false;
    for (const message_handle& message : fetch.next()) {
      if (is_error(*message)) {
        // librdkafka goes on fetching by itself: no pause is needed.
        until.failed(message->err, partition_text(message->partition), steady::now());
      } else {
        further = take(*message, state, headers_, handle) || further;
      }
    }
    take_notes(until);
    further ? until.succeeded() : until.silent(steady::now());
    if (progress) progress(state.share());
  }
}

}  // namespace loadgen::kafka
