#include "tests/loadgen/support/mock_kafka.h"

#include <stdexcept>

namespace loadgen_tests {

namespace {

constexpr int flush_ms = 20000;

void check(rd_kafka_resp_err_t error) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
}

}  // namespace

mock_kafka::mock_kafka(int brokers)
    : host_(loadgen::kafka::make_client({RD_KAFKA_PRODUCER, {{"client.id", "mock"}}, {}})),
      cluster_(rd_kafka_mock_cluster_new(host_.get(), brokers)) {
  if (!cluster_) throw std::runtime_error("no mock cluster");
}

void mock_kafka::make_topic(const std::string& name, int partitions) {
  check(rd_kafka_mock_topic_create(cluster_.get(), name.c_str(), partitions, 1));
}

void mock_kafka::push_errors(api which, const std::vector<rd_kafka_resp_err_t>& errors) {
  rd_kafka_mock_push_request_errors_array(cluster_.get(), static_cast<std::int16_t>(which), errors.size(),
                                          errors.data());
}

void mock_kafka::set_topic_error(const std::string& topic, rd_kafka_resp_err_t error) {
  rd_kafka_mock_topic_set_error(cluster_.get(), topic.c_str(), error);
}

void mock_kafka::set_leader(const std::string& topic, std::int32_t partition, std::int32_t broker) {
  check(rd_kafka_mock_partition_set_leader(cluster_.get(), topic.c_str(), partition, broker));
}

void mock_kafka::write(const std::string& topic, std::int32_t partition, const std::vector<std::string>& values) {
  const auto client = loadgen::kafka::make_client({RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap()}}, {}});
  const loadgen::kafka::topic_handle into(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  for (const std::string& value : values) {
    // Copied by the flag; the interface only lacks const.
    if (rd_kafka_produce(into.get(), partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(),
                         nullptr, 0, nullptr) != 0) {
      check(rd_kafka_last_error());
    }
  }
  check(rd_kafka_flush(client.get(), flush_ms));
}

}  // namespace loadgen_tests
