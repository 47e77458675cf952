#include "loadgen/kafka/reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

namespace loadgen::kafka {

namespace {

constexpr int patience_ms = 10000;
constexpr std::chrono::seconds silence_max{30};

/// One reading of some spans: which partitions are still short of their end.
class reading {
 public:
  reading(const std::vector<partition_span>& spans) {
    for (const partition_span& span : spans) {
      if (span.from >= span.end) continue;
      open_.emplace(span.partition, span);
      total_ += span.end - span.from;
    }
  }

  const std::map<std::int32_t, partition_span>& open() const { return open_; }
  double share() const { return total_ == 0 ? 1 : 1 - static_cast<double>(left()) / static_cast<double>(total_); }

  void reach(std::int32_t partition, std::int64_t next) {
    const auto found = open_.find(partition);
    if (found == open_.end()) return;
    found->second.from = std::max(found->second.from, next);
    if (next >= found->second.end) open_.erase(found);
  }

  bool wants(std::int32_t partition, std::int64_t offset) const {
    const auto found = open_.find(partition);
    return found != open_.end() && offset < found->second.end;
  }

 private:
  std::int64_t left() const {
    std::int64_t sum = 0;
    for (const auto& [partition, span] : open_) sum += span.end - span.from;
    return sum;
  }

  std::map<std::int32_t, partition_span> open_;
  std::int64_t total_ = 0;
};

void take(const rd_kafka_message_t& message, reading& state, const reader::record_handler& handle) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return state.reach(message.partition, message.offset);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw failure(std::string("reading the topic failed: ") + rd_kafka_message_errstr(&message));
  }
  if (!state.wants(message.partition, message.offset)) return;
  handle({message.partition,
          message.offset,
          {static_cast<const char*>(message.key), message.key_len},
          {static_cast<const char*>(message.payload), message.len}});
  state.reach(message.partition, message.offset + 1);
}

bool transient(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
         error == RD_KAFKA_RESP_ERR__RESOLVE;
}

}  // namespace

reader::reader(const std::string& brokers, std::string topic, const std::vector<std::string>& properties)
    : topic_(std::move(topic)),
      brokers_(brokers),
      client_(make_client({RD_KAFKA_CONSUMER,
                           {{"bootstrap.servers", brokers},
                            {"client.id", "headgate-loadgen-verify"},
                            {"enable.partition.eof", "true"},
                            {"check.crcs", "true"},
                            {"queued.max.messages.kbytes", "16384"},
                            {"group.id", "headgate-loadgen-verify"},
                            {"enable.auto.commit", "false"}},
                           properties})) {}

std::vector<partition_span> reader::spans() {
  const topic_handle topic(rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, topic.get(), &raw, patience_ms);
  const metadata_handle metadata(raw);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw failure("Kafka at " + brokers_ + " does not answer: " + rd_kafka_err2str(error));
  }
  if (metadata->topic_cnt != 1 || metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw failure("Kafka at " + brokers_ + " has no topic '" + topic_ + "'");
  }
  std::vector<partition_span> spans;
  for (int i = 0; i < metadata->topics[0].partition_cnt; ++i) {
    partition_span span{metadata->topics[0].partitions[i].id, 0, 0};
    const auto failed = rd_kafka_query_watermark_offsets(client_.get(), topic_.c_str(), span.partition, &span.from,
                                                         &span.end, patience_ms);
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw failure("cannot get the offsets of '" + topic_ + "': " + rd_kafka_err2str(failed));
    }
    spans.push_back(span);
  }
  std::sort(spans.begin(), spans.end(), [](auto& a, auto& b) { return a.partition < b.partition; });
  return spans;
}

void reader::read(const std::vector<partition_span>& spans, const record_handler& handle,
                  const progress_handler& progress) {
  reading state(spans);
  const queue_handle queue(rd_kafka_queue_new(client_.get()));
  const topic_handle topic(rd_kafka_topic_new(client_.get(), topic_.c_str(), nullptr));
  std::vector<std::int32_t> started;
  for (const auto& [partition, span] : state.open()) {
    if (rd_kafka_consume_start_queue(topic.get(), partition, span.from, queue.get()) != 0) {
      throw failure(std::string("cannot read the topic: ") + rd_kafka_err2str(rd_kafka_last_error()));
    }
    started.push_back(partition);
  }
  std::array<rd_kafka_message_t*, 1000> messages{};
  auto heard = std::chrono::steady_clock::now();
  while (!state.open().empty()) {
    const ssize_t count = rd_kafka_consume_batch_queue(queue.get(), 200, messages.data(), messages.size());
    std::string problem;
    for (ssize_t i = 0; i < count; ++i) {
      rd_kafka_message_t* const message = messages[static_cast<std::size_t>(i)];
      try {
        if (problem.empty() && !transient(message->err)) take(*message, state, handle);
      } catch (const failure& error) {
        problem = error.what();
      }
      rd_kafka_message_destroy(message);
    }
    if (!problem.empty()) throw failure(problem);
    const auto now = std::chrono::steady_clock::now();
    if (count > 0) heard = now;
    if (now - heard > silence_max) throw failure("Kafka sent nothing for 30 s while the topic was read back");
    if (progress) progress(state.share());
  }
  for (const std::int32_t partition : started) rd_kafka_consume_stop(topic.get(), partition);
}

}  // namespace loadgen::kafka
