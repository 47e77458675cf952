// `--lines` over real sockets.
#include "gateway/lines/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "metrics/events.h"
#include "tests/gateway/frames/front_fixture.h"
#include "tests/support/held_lane.h"

namespace frames_test {
namespace {

std::string line(int number, std::string_view key = "a") {
  return R"({"aggregateId":")" + std::string(key) + R"(","n":)" + std::to_string(number) + "}";
}

/// The n of every published line, in order by partition.
std::map<std::int32_t, std::vector<int>> numbers(const front_fixture& gateway) {
  std::map<std::int32_t, std::vector<int>> by_partition;
  for (const auto& r : gateway.publisher.records())
    by_partition[r.partition].push_back(std::stoi(r.value.substr(r.value.rfind(':') + 1)));
  return by_partition;
}

bool has_published(front_fixture& gateway, std::size_t records) {
  return front_fixture::eventually([&] { return gateway.publisher.records().size() == records; });
}

TEST(LinesSessionTest, PublishesLinesWithTheirKeysAndAnswersNothing) {
  front_fixture gateway;
  tests::raw_client client(gateway.lines_port());
  client.send(line(1) + "\n\n" + line(2, "b") + "\r\n" + line(3));
  client.end_output();
  ASSERT_TRUE(has_published(gateway, 3));
  EXPECT_EQ(client.everything(), "");
  for (const auto& r : gateway.publisher.records()) {
    EXPECT_TRUE(r.key == "a" || r.key == "b");
    EXPECT_EQ(r.value.back(), '}');
  }
  EXPECT_TRUE(gateway.has_no_connection());
}

TEST(LinesSessionTest, ALineMayArriveInAnyPieces) {
  front_fixture gateway;
  tests::raw_client client(gateway.lines_port());
  std::string text;
  for (int i = 0; i < 300; ++i)
    text +=
        R"({"pad":")" + std::string(static_cast<std::size_t>(i * 10), 'p') + R"(","n":)" + std::to_string(i) + "}\n";
  text += R"({"pad":")" + std::string(500'000, 'p') + R"(","n":300})" + "\n";
  for (std::size_t at = 0, piece = 1; at < text.size(); at += piece, piece = piece * 5 % 70'001 + 1)
    client.send(std::string_view(text).substr(at, piece));
  ASSERT_TRUE(has_published(gateway, 301));
  client.close();
  EXPECT_TRUE(gateway.has_no_connection());
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() == 0; }));
}

TEST(LinesSessionTest, OversizeLinesAreCountedAndSkipped) {
  gateway::config::settings settings;
  settings.limits.line_bytes_max = 1000;
  front_fixture gateway(settings);
  tests::raw_client client(gateway.lines_port());
  const std::string fits = R"({"p":")" + std::string(986, 'x') + R"(","n":1})";
  client.send(line(1) + "\n" + std::string(1001, 'x') + "\n" + line(2) + "\n" + std::string(1'000'000, 'y'));
  client.send("\n" + line(3) + "\n" + fits + "\n" + std::string(200'000, 'z'));
  client.end_output();
  ASSERT_TRUE(has_published(gateway, 4));
  EXPECT_TRUE(gateway.has_no_connection());
  EXPECT_EQ(fits.size(), 1000U);
  EXPECT_EQ(gateway.lane().recorder().lines_oversize.value(), 3U);
}

TEST(LinesSessionTest, InvalidLinesAreCountedAsRejectedAndTouchNoNeighbour) {
  front_fixture gateway;
  tests::raw_client client(gateway.lines_port());
  const auto told = metrics::happened_total(metrics::happening::line_discarded);
  client.send(line(1) + "\nnot json\n{\"a\":\n" + line(2) + "\n");
  ASSERT_TRUE(has_published(gateway, 2));
  EXPECT_EQ(metrics::happened_total(metrics::happening::line_discarded), told + 2) << "each with its reason";
  const auto* counts = gateway.lane().recorder().find_topic(0);
  ASSERT_NE(counts, nullptr);
  EXPECT_EQ(counts->outcomes[static_cast<std::size_t>(batching::outcome::rejected)].value(), 2U);
}

TEST(LinesSessionTest, WithoutValidationAnyTextIsAnEvent) {
  gateway::config::settings settings;
  settings.topics.emplace_back().validate = gateway::config::validation::none;
  front_fixture gateway(settings);
  tests::raw_client client(gateway.lines_port());
  client.send("<13>Nov 21 host app: hello\n" + line(1) + "\n");
  EXPECT_TRUE(has_published(gateway, 2));
}

TEST(LinesSessionTest, StopsReadingWhenFullAndLosesNothingEvenAfterTheClientHasGone) {
  gateway::config::settings settings;
  settings.limits.in_flight_bytes_max = 1 << 20;
  settings.limits.in_flight_bytes_high = 768 << 10;
  settings.limits.in_flight_bytes_low = 256 << 10;
  front_fixture gateway(settings);
  gateway.publisher.hold();
  constexpr int lines = 20'000;
  std::jthread sender([&] {
    tests::raw_client client(gateway.lines_port());
    std::string text;
    for (int i = 0; i < lines; ++i) text += line(i, "k" + std::to_string(i % 50)) + "\n";
    client.send(text);
  });
  std::this_thread::sleep_for(500ms);
  EXPECT_LE(gateway.budget.bytes(), 1 << 20);
  gateway.publisher.release();
  ASSERT_TRUE(has_published(gateway, lines));
  for (const auto& [partition, order] : numbers(gateway))
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << partition;
}

TEST(LinesSessionTest, OneStuckPartitionLosesNoLine) {
  gateway::config::settings settings;
  settings.limits.in_flight_bytes_max = 1 << 20;  // share: half of it, below the level where all is paused
  settings.limits.in_flight_bytes_high = 1 << 20;
  settings.limits.in_flight_bytes_low = 900 << 10;
  front_fixture gateway(settings);
  gateway.publisher.hold();
  constexpr int lines = 5000;
  tests::raw_client client(gateway.lines_port());
  std::string text;
  for (int i = 0; i < lines; ++i) text += line(i) + "\n";
  client.send(text);
  client.end_output();
  std::this_thread::sleep_for(400ms);
  EXPECT_LE(gateway.budget.bytes(), 1 << 20);
  gateway.publisher.release();
  ASSERT_TRUE(has_published(gateway, lines));
  for (const auto& [partition, order] : numbers(gateway))
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << partition;
}

TEST(LinesSessionTest, DrainTakesWhatHasArrivedAndCloses) {
  front_fixture gateway;
  tests::raw_client client(gateway.lines_port());
  client.send(line(1) + "\n" + line(2) + "\n{\"begun");
  ASSERT_TRUE(has_published(gateway, 2));
  gateway.lane().start_drain();
  EXPECT_EQ(client.everything(), "");
  EXPECT_TRUE(gateway.has_no_connection());
  EXPECT_EQ(gateway.publisher.records().size(), 2U);
}

TEST(LinesSessionTest, DrainTakesEveryLineThatLiesInTheSocket) {
  front_fixture gateway;
  tests::raw_client client(gateway.lines_port());
  client.send(line(0) + "\n");
  ASSERT_TRUE(has_published(gateway, 1));
  std::string text;
  constexpr std::size_t lines = 2000;  // fits into a socket that nobody reads
  for (std::size_t i = 1; i < lines; ++i) text += line(static_cast<int>(i)) + "\n";
  {
    const tests::held_lane stands(gateway.lane());
    client.send(text);
    gateway.drain();
  }
  EXPECT_TRUE(has_published(gateway, lines));
  EXPECT_TRUE(gateway.has_no_connection());
}

TEST(LinesSessionTest, DrainTakesTheLinesOfAConnectionInTheListenQueue) {
  front_fixture gateway;
  std::optional<tests::raw_client> client;
  {
    const tests::held_lane stands(gateway.lane());
    client.emplace(gateway.lines_port());
    client->send(line(1) + "\n");
    gateway.drain();
  }
  EXPECT_TRUE(has_published(gateway, 1));
  EXPECT_TRUE(gateway.has_no_connection());
}

TEST(LinesSessionTest, DrainTakesTheLinesThatFollowBeforeTheClientSeesTheEnd) {
  front_fixture gateway;
  tests::raw_client client(gateway.lines_port());
  client.send(line(1) + "\n");
  ASSERT_TRUE(has_published(gateway, 1));
  gateway.drain();
  EXPECT_TRUE(client.is_ended());
  EXPECT_TRUE(client.send(line(2) + "\n"));
  client.end_output();
  EXPECT_TRUE(has_published(gateway, 2));
}

}  // namespace
}  // namespace frames_test
