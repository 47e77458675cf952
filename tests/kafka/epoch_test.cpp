// A real leader's treatment of late copies of requests: ADR 0009 rests on it.
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "batching/kafka/wire/big_endian.h"
#include "batching/kafka/wire/protocol.h"
#include "publishing.h"
#include "real_kafka.h"

namespace batching::kafka::wire {
namespace {

using boost::asio::ip::tcp;

struct EpochKafkaTest : kafka_tests::publishing {
  EpochKafkaTest() {
    const std::string at = kafka_tests::bootstrap();
    const std::size_t colon = at.rfind(':');
    boost::asio::connect(socket, tcp::resolver(io).resolve(at.substr(0, colon), at.substr(colon + 1)));
  }
  std::string ask(const buffer& request) {
    boost::asio::write(socket, boost::asio::buffer(request.view()));
    std::string head(length_bytes, 0);
    boost::asio::read(socket, boost::asio::buffer(head));
    std::string_view from = head;
    std::int32_t length = 0;
    EXPECT_TRUE(take(from, length));
    std::string response(static_cast<std::size_t>(length), 0);
    boost::asio::read(socket, boost::asio::buffer(response));
    return response;
  }
  producer_identity new_producer() {
    buffer request;
    write_init_producer_id(request, 1, "epoch-test");
    const auto answer = read_init_producer_id(ask(request));
    EXPECT_EQ(answer.value().error, error_code::none);
    return answer.value().producer;
  }
  error_code write_one(const producer_identity& by, std::int32_t sequence, const std::string& value) {
    auto b = std::make_unique<batch>(*this, topic_seen, 0);
    b->admit_at(clock::now(), wall_ms());
    b->append("k", true, value, {}, nullptr, 0);
    const record_range range[] = {{b.get(), 0, 1}};
    buffer request;
    produce_writer writer(request, 2, "epoch-test", 5000, 1);
    writer.topic(name, 1);
    writer.begin_partition(0);
    write_record_batch(range, {by, sequence}, {}, codecs, scratch, request);
    writer.end_partition();
    writer.finish();
    const std::string response = ask(request);
    produce_reader reader(response);
    produce_answer answer;
    EXPECT_TRUE(reader.next(answer));
    return answer.error;
  }
  /// The leader may not be there yet.
  error_code write_first(const producer_identity& by, const std::string& value) {
    for (int i = 0; i < 100; ++i) {
      const error_code error = write_one(by, 0, value);
      if (error != error_code::unknown_topic_or_partition && error != error_code::not_leader_or_follower) return error;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return error_code::unknown_topic_or_partition;
  }
  std::vector<std::string> log() const {
    std::vector<std::string> values;
    for (const auto& r : kafka_tests::read_all(name)) values.push_back(r.value);
    return values;
  }

  boost::asio::io_context io;
  tcp::socket socket{io};
  const std::string name = kafka_tests::make_topic("epoch", 1);
  std::shared_ptr<topic> topic_seen = std::make_shared<topic>(name, 0);
  compressor codecs;
  buffer scratch;
};

TEST_F(EpochKafkaTest, ALateCopyOfAnOlderEpochIsRefused) {
  const producer_identity before = new_producer();
  ASSERT_EQ(write_first(before, "first"), error_code::none);
  const producer_identity after{before.id, static_cast<std::int16_t>(before.epoch + 1)};
  ASSERT_EQ(write_one(after, 0, "second"), error_code::none) << "an epoch is raised without asking the broker";
  EXPECT_EQ(write_one(before, 1, "late"), error_code::invalid_producer_epoch);
  EXPECT_EQ(write_one(after, 1, "third"), error_code::none);
  EXPECT_EQ(log(), (std::vector<std::string>{"first", "second", "third"}));
}

// The control: what another producer id would do instead.
TEST_F(EpochKafkaTest, ALateCopyOfAnotherProducerIdIsWritten) {
  const producer_identity before = new_producer();
  ASSERT_EQ(write_first(before, "first"), error_code::none);
  const producer_identity after = new_producer();
  ASSERT_NE(after.id, before.id);
  ASSERT_EQ(write_one(after, 0, "second"), error_code::none);
  EXPECT_EQ(write_one(before, 1, "late"), error_code::none);
  EXPECT_EQ(log(), (std::vector<std::string>{"first", "second", "late"}));
}

}  // namespace
}  // namespace batching::kafka::wire
