#include "tests/loadgen/support/kafka_sink.h"

#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

#include "loadgen/kafka/reader.h"

namespace loadgen_tests {

namespace {

rd_kafka_t* make_producer() {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  std::array<char, 256> error{};
  const auto set = [&](const char* name, const std::string& value) {
    if (rd_kafka_conf_set(conf, name, value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(error.data());
    }
  };
  set("bootstrap.servers", test_kafka());
  set("enable.idempotence", "true");
  set("partitioner", "murmur2_random");
  rd_kafka_t* const client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error.data(), error.size());
  if (client == nullptr) throw std::runtime_error(error.data());
  return client;
}

std::string_view key_of(std::string_view event) {
  constexpr std::string_view member = R"("aggregateId":")";
  const auto at = event.find(member) + member.size();
  return event.substr(at, event.find('"', at) - at);
}

}  // namespace

std::string test_kafka() {
  const char* const address = std::getenv("HEADGATE_TEST_KAFKA");
  if (address == nullptr) throw std::runtime_error("HEADGATE_TEST_KAFKA is not set: run this test through ctest");
  return address;
}

std::string make_topic(const std::string& stem, int partitions) {
  static int count = 0;
  const std::string name = "loadgen-" + stem + "-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> client(make_producer(), rd_kafka_destroy);
  const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue(rd_kafka_queue_new(client.get()),
                                                                                   rd_kafka_queue_destroy);
  std::array<char, 256> error{};
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), partitions, 1, error.data(), error.size());
  rd_kafka_CreateTopics(client.get(), &topic, 1, nullptr, queue.get());
  rd_kafka_NewTopic_destroy(topic);
  const std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> event(
      rd_kafka_queue_poll(queue.get(), 20000), rd_kafka_event_destroy);
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("cannot make topic " + name);
  }
  loadgen::kafka::reader(test_kafka(), name, {}).spans();  // waits until each partition has its leader
  return name;
}

void kafka_sink::closer::operator()(rd_kafka_s* client) const { rd_kafka_destroy(client); }

void kafka_sink::closer::operator()(rd_kafka_topic_s* topic) const { rd_kafka_topic_destroy(topic); }

kafka_sink::kafka_sink(const std::string& topic)
    : client_(make_producer()), topic_(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr)) {}

kafka_sink::~kafka_sink() { flush(); }

void kafka_sink::write(std::string_view event) { write(key_of(event), event, RD_KAFKA_PARTITION_UA); }

void kafka_sink::write(std::string_view key, std::string_view value, std::int32_t partition) {
  // Copied by the flag; the interface only lacks const.
  if (rd_kafka_produce(topic_.get(), partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(),
                       key.data(), key.size(), nullptr) != 0) {
    throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
  }
}

void kafka_sink::flush() { rd_kafka_flush(client_.get(), 20000); }

std::vector<stored_record> read_topic(const std::string& topic) {
  loadgen::kafka::reader reader(test_kafka(), topic, {});
  std::vector<std::vector<stored_record>> partitions;
  reader.read(reader.spans(),
              [&](const loadgen::kafka::record_view& record) {
                const auto at = static_cast<std::size_t>(record.partition);
                if (partitions.size() <= at) partitions.resize(at + 1);
                partitions[at].push_back({record.partition, std::string(record.key), std::string(record.value)});
              },
              {});
  std::vector<stored_record> all;
  for (auto& each : partitions) all.insert(all.end(), each.begin(), each.end());
  return all;
}

}  // namespace loadgen_tests
