#include "real_kafka.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

namespace kafka_tests {
namespace {

using namespace std::chrono_literals;
constexpr int patience_ms = 15'000;

using client = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;

client make_client(rd_kafka_type_t type) {
  std::array<char, 256> why{};
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap().c_str(), why.data(), why.size());
  if (type == RD_KAFKA_CONSUMER) {
    rd_kafka_conf_set(conf, "group.id", "headgate-tests", why.data(), why.size());
    rd_kafka_conf_set(conf, "enable.auto.commit", "false", why.data(), why.size());
    rd_kafka_conf_set(conf, "enable.partition.eof", "true", why.data(), why.size());
    rd_kafka_conf_set(conf, "fetch.wait.max.ms", "50", why.data(), why.size());  // there is an end between two markers
  }
  return {rd_kafka_new(type, conf, why.data(), why.size()), rd_kafka_destroy};
}

template <typename Request>
rd_kafka_resp_err_t ask(rd_kafka_t* rk, Request request) {
  rd_kafka_queue_t* queue = rd_kafka_queue_new(rk);
  request(queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, patience_ms);
  const rd_kafka_resp_err_t error = event != nullptr ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (event != nullptr) rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  return error;
}

bool has_leaders(rd_kafka_t* rk, const std::string& topic, int partitions) {
  rd_kafka_topic_t* rkt = rd_kafka_topic_new(rk, topic.c_str(), nullptr);
  const rd_kafka_metadata_t* answer = nullptr;
  bool all = rd_kafka_metadata(rk, 0, rkt, &answer, patience_ms) == RD_KAFKA_RESP_ERR_NO_ERROR &&
             answer->topic_cnt == 1 && answer->topics[0].partition_cnt == partitions;
  for (int i = 0; all && i < partitions; ++i) all = answer->topics[0].partitions[i].leader >= 0;
  if (answer != nullptr) rd_kafka_metadata_destroy(answer);
  rd_kafka_topic_destroy(rkt);
  return all;
}

std::vector<std::pair<std::string, std::string>> headers_of(const rd_kafka_message_t& m) {
  std::vector<std::pair<std::string, std::string>> all;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return all;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    all.emplace_back(name, value == nullptr ? "(null)" : std::string(static_cast<const char*>(value), size));
  return all;
}

read_record record_of(const rd_kafka_message_t& m) {
  return {m.partition,
          m.offset,
          m.key != nullptr,
          std::string(static_cast<const char*>(m.key), m.key_len),
          std::string(static_cast<const char*>(m.payload), m.len),
          headers_of(m),
          m.payload == nullptr,
          rd_kafka_message_timestamp(&m, nullptr)};
}

}  // namespace

std::string bootstrap() {
  const char* at = std::getenv("HEADGATE_TEST_KAFKA");
  if (at == nullptr) ADD_FAILURE() << "HEADGATE_TEST_KAFKA=host:port is not set: run this through ctest -L kafka";
  return at != nullptr ? at : "127.0.0.1:1";
}

std::string make_topic(const std::string& stem, int partitions, const std::string& config_name,
                       const std::string& config_value) {
  static int made = 0;
  const std::string name = stem + "-" + std::to_string(getpid()) + "-" + std::to_string(++made);
  const client rk = make_client(RD_KAFKA_PRODUCER);
  std::array<char, 256> why{};
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), partitions, 1, why.data(), why.size());
  if (!config_name.empty()) rd_kafka_NewTopic_set_config(topic, config_name.c_str(), config_value.c_str());
  const auto error =
      ask(rk.get(), [&](rd_kafka_queue_t* queue) { rd_kafka_CreateTopics(rk.get(), &topic, 1, nullptr, queue); });
  rd_kafka_NewTopic_destroy(topic);
  EXPECT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_err2str(error);
  for (int i = 0; i < 150 && !has_leaders(rk.get(), name, partitions); ++i) std::this_thread::sleep_for(100ms);
  return name;
}

void delete_topic(const std::string& topic) {
  const client rk = make_client(RD_KAFKA_PRODUCER);
  rd_kafka_DeleteTopic_t* gone = rd_kafka_DeleteTopic_new(topic.c_str());
  const auto error =
      ask(rk.get(), [&](rd_kafka_queue_t* queue) { rd_kafka_DeleteTopics(rk.get(), &gone, 1, nullptr, queue); });
  rd_kafka_DeleteTopic_destroy(gone);
  EXPECT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_err2str(error);
}

void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before) {
  const client rk = make_client(RD_KAFKA_PRODUCER);
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset = before;
  rd_kafka_DeleteRecords_t* gone = rd_kafka_DeleteRecords_new(all);
  const auto error =
      ask(rk.get(), [&](rd_kafka_queue_t* queue) { rd_kafka_DeleteRecords(rk.get(), &gone, 1, nullptr, queue); });
  rd_kafka_DeleteRecords_destroy(gone);
  rd_kafka_topic_partition_list_destroy(all);
  EXPECT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_err2str(error);
  std::int64_t first = -1, end = -1;
  rd_kafka_query_watermark_offsets(rk.get(), topic.c_str(), partition, &first, &end, patience_ms);
  EXPECT_EQ(first, before);
}

std::vector<read_record> read_all(const std::string& topic) {
  const client rk = make_client(RD_KAFKA_CONSUMER);
  rd_kafka_topic_t* rkt = rd_kafka_topic_new(rk.get(), topic.c_str(), nullptr);
  const rd_kafka_metadata_t* answer = nullptr;
  std::vector<read_record> all;
  if (rd_kafka_metadata(rk.get(), 0, rkt, &answer, patience_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ADD_FAILURE() << "no metadata of " << topic;
    rd_kafka_topic_destroy(rkt);
    return all;
  }
  for (std::int32_t p = 0; p < answer->topics[0].partition_cnt; ++p) {
    std::int64_t low = 0, high = 0;
    rd_kafka_query_watermark_offsets(rk.get(), topic.c_str(), p, &low, &high, patience_ms);
    rd_kafka_consume_start(rkt, p, low);
    for (std::int64_t next = low; next < high;) {
      rd_kafka_message_t* m = rd_kafka_consume(rkt, p, patience_ms);
      if (m == nullptr) {
        ADD_FAILURE() << "no answer from " << topic << " " << p << " at " << next;
        break;
      }
      if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) next = high;  // what stands there is no record: a marker
      if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        next = m->offset + 1;
        all.push_back(record_of(*m));
      }
      rd_kafka_message_destroy(m);
    }
    rd_kafka_consume_stop(rkt, p);
  }
  rd_kafka_metadata_destroy(answer);
  rd_kafka_topic_destroy(rkt);
  return all;
}

}  // namespace kafka_tests
