// bench-topics: what the harness asks Kafka. create NAME PARTITIONS | delete NAME | end NAME (sum of the end offsets:
// the events really there) | wait (until the broker answers and can give a producer its id).
#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

namespace {

rd_kafka_t* kafka = nullptr;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "bench-topics: %s\n", what.c_str());
  std::exit(1);
}

rd_kafka_event_t* answer_of(rd_kafka_queue_t* queue) {
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 30'000);
  if (!event) die("no answer within 30 s");
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) die(rd_kafka_event_error_string(event));
  return event;
}

void check(const rd_kafka_topic_result_t** results, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (rd_kafka_topic_result_error(results[i]) != RD_KAFKA_RESP_ERR_NO_ERROR)
      die(std::string(rd_kafka_topic_result_name(results[i])) + ": " + rd_kafka_topic_result_error_string(results[i]));
}

void create_topic(const char* name, int partitions) {
  char error[256];
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name, partitions, -1, error, sizeof error);
  if (!topic) die(error);
  // Results are read at once and thrown away: a deleted topic must not fill the disk for a minute.
  rd_kafka_NewTopic_set_config(topic, "file.delete.delay.ms", "500");
  rd_kafka_queue_t* queue = rd_kafka_queue_new(kafka);
  rd_kafka_CreateTopics(kafka, &topic, 1, nullptr, queue);
  rd_kafka_event_t* event = answer_of(queue);
  size_t count = 0;
  const auto** results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  check(results, count);
}

void delete_topic(const char* name) {
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name);
  rd_kafka_queue_t* queue = rd_kafka_queue_new(kafka);
  rd_kafka_DeleteTopics(kafka, &topic, 1, nullptr, queue);
  rd_kafka_event_t* event = answer_of(queue);
  size_t count = 0;
  const auto** results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
  check(results, count);
}

/// Negative: not there yet, as for a moment after it was created.
int partitions_of(const char* name) {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(kafka, name, nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto e = rd_kafka_metadata(kafka, 0, topic, &metadata, 10'000);
  if (e != RD_KAFKA_RESP_ERR_NO_ERROR) die(rd_kafka_err2str(e));
  const auto& found = metadata->topics[0];
  const int n = found.err == RD_KAFKA_RESP_ERR_NO_ERROR ? found.partition_cnt : -1;
  rd_kafka_metadata_destroy(metadata);
  return n;
}

/// Negative: a partition has no leader yet.
long long try_end_offsets(const char* name) {
  const int partitions = partitions_of(name);
  long long sum = 0;
  for (int p = 0; p < partitions; ++p) {
    int64_t low = 0;
    int64_t high = 0;
    if (rd_kafka_query_watermark_offsets(kafka, name, p, &low, &high, 10'000) != RD_KAFKA_RESP_ERR_NO_ERROR) return -1;
    sum += high;
  }
  return partitions > 0 ? sum : -1;
}

long long end_offsets(const char* name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (const long long sum = try_end_offsets(name); sum >= 0) return sum;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  die(std::string("no end offsets of ") + name + " within 10 s");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) die("usage: bench-topics BOOTSTRAP create NAME PARTITIONS | delete NAME | end NAME | wait");
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char error[256];
  rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], error, sizeof error);
  rd_kafka_conf_set(conf, "log_level", "2", error, sizeof error);
  kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
  if (!kafka) die(error);
  const std::string what = argv[2];
  if (what == "create" && argc == 5) {
    create_topic(argv[3], std::atoi(argv[4]));
    end_offsets(argv[3]);  // returns when every partition can be written
  } else if (what == "delete" && argc == 4)
    delete_topic(argv[3]);
  else if (what == "end" && argc == 4)
    std::printf("%lld\n", end_offsets(argv[3]));
  else if (what == "wait") {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto e = rd_kafka_metadata(kafka, 0, nullptr, &metadata, 60'000);
    if (e != RD_KAFKA_RESP_ERR_NO_ERROR) die(rd_kafka_err2str(e));
  } else
    die("usage: bench-topics BOOTSTRAP create NAME PARTITIONS | delete NAME | end NAME | wait");
  return 0;  // leaves librdkafka's threads to the kernel: a clean close would cost a second for nothing
}
