// The client in examples/, written from docs/protocol.md alone, against the real session.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <string>

#include "tests/gateway/frames/front_fixture.h"

namespace frames_test {
namespace {

struct run_result {
  int status;
  std::string output;
};

run_result run(const std::string& command) {
  run_result result{-1, {}};
  std::FILE* const pipe = ::popen(("PYTHONDONTWRITEBYTECODE=1 " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) result.output.append(buffer, got);
  result.status = ::pclose(pipe);
  return result;
}

std::string python(const front_fixture& gateway, const std::string& script) {
  return "HEADGATE_PORT=" + std::to_string(gateway.tcp_port()) +
         " PYTHONPATH=" HEADGATE_EXAMPLES "/python python3 -c '" +
         "import os\nfrom headgate.frames import *\nport = int(os.environ[\"HEADGATE_PORT\"])\n" + script + "'";
}

TEST(PythonClientTest, SendOrdersPublishesEveryOrderOnce) {
  front_fixture gateway;
  const auto sent = run("python3 " HEADGATE_EXAMPLES "/python/send_orders.py --events 5000 --batch 100 --port " +
                        std::to_string(gateway.tcp_port()));
  EXPECT_EQ(sent.status, 0) << sent.output;
  EXPECT_NE(sent.output.find("persisted 5000"), std::string::npos) << sent.output;
  std::set<std::string> values;
  for (const auto& r : gateway.publisher.records()) {
    values.insert(r.value);
    EXPECT_EQ(r.headers.size(), 1U);
  }
  EXPECT_EQ(values.size(), 5000U);
  EXPECT_EQ(gateway.publisher.records().size(), 5000U);
  EXPECT_TRUE(gateway.has_no_connection());
}

TEST(PythonClientTest, ReadsFailuresPositionsAndRefusals) {
  front_fixture gateway;
  const auto got = run(python(gateway, R"(
with HeadgateClient("127.0.0.1", port) as client:
    client.publish("orders", [Record(b"{}", key=b"a"), Record(b"{", key=b"a")], results=RESULTS_POSITIONS, json=True)
    client.publish("nope", [Record(b"x")])
    client.publish("orders", [Record(b"x")], ack=ACK_NONE)
    client.ping()
    one, two, three = client.flush()
    print(one.failures[0].index, one.failures[0].outcome, one.failures[0].reason, one.positions[1], two.status, three.succeeded)
    print(client.counts["persisted"], client.counts["refused"], client.counts["accepted"])
)"));
  EXPECT_EQ(got.output, "1 rejected invalid_json (-1, -1) unknown_topic True\n1 1 1\n");
}

TEST(PythonClientTest, LearnsWhyItWasDisconnected) {
  front_fixture gateway;
  const auto got = run(python(gateway, R"(
client = HeadgateClient("127.0.0.1", port)
client.publish("orders", [Record(b"1")])
client._sent_sequence = 7
client.publish("orders", [Record(b"2")])
try:
    client.flush()
except ProtocolError as error:
    print(str(error).split(":")[0], error.unanswered, error.not_taken)
)"));
  EXPECT_EQ(got.output, "bad_sequence (frame 8, last taken 1) [] [8]\n");
}

TEST(PythonClientTest, WaitsForCreditAndIsToldOfADrain) {
  gateway::config::settings settings;
  settings.limits.frame_bytes_max = 70'000;
  front_fixture gateway(settings);
  std::jthread drain([&] {
    front_fixture::eventually([&] { return gateway.publisher.records().size() >= 100; });
    gateway.lane().start_drain();
  });
  const auto got = run(python(gateway, R"(
client = HeadgateClient("127.0.0.1", port)
sent = 0
try:
    while True:
        client.publish("orders", [Record(bytes(1000))] * 50)
        sent += 50
except ConnectionClosed as closed:
    client.flush() if not closed.not_taken else None
    print(type(closed).__name__, client.closing[1])
)"));
  EXPECT_EQ(got.output, "ConnectionClosed draining\n");
}

}  // namespace
}  // namespace frames_test
