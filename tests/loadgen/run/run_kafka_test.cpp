// Runs verified from a real Kafka: a sound server is proven sound, each kind of bad one is named.
#include <gtest/gtest.h>

#include "loadgen/plan/options.h"
#include "loadgen/report/summary.h"
#include "loadgen/run/result.h"
#include "loadgen/verify/description.h"
#include "loadgen/verify/verifier.h"
#include "tests/loadgen/support/bad_server.h"
#include "tests/loadgen/support/drive.h"
#include "tests/loadgen/support/kafka_sink.h"

namespace loadgen_tests {
namespace {

using namespace loadgen;

/// Drives a server of these faults that writes to a fresh topic, and verifies from there.
driven drive_verified(faults how, const std::function<void(plan::run_options&)>& change = {}) {
  const std::string topic = make_topic("run", 3);
  kafka_sink sink(topic);
  // Flushed before each answer, as an honest server would: verification begins right after the last one.
  bad_server server(how, [&](const std::vector<std::string>& events) {
    for (const std::string& event : events) sink.write(event);
    sink.flush();
  });
  run::settings settings;
  settings.verify_kafka = test_kafka();
  settings.settle = std::chrono::milliseconds(500);
  return drive(
      server.target(),
      [&](plan::run_options& o) {
        o.topic = topic;
        o.events = "600";
        o.aggregates = "40";
        o.timeout = "60s";  // the broker of a busy test machine may take its time
        if (change) change(o);
      },
      settings);
}

TEST(RunKafkaTest, ASoundServerIsProvenSound) {
  const driven run = drive_verified({});
  ASSERT_TRUE(run.result->verification);
  EXPECT_TRUE(run.result->good()) << verify::describe(*run.result->verification);
  EXPECT_EQ(run.result->verification->acked_present, 600U);
}

TEST(RunKafkaTest, ALosingServerIsNamed) {
  faults how;
  how.lose_every = 100;
  const driven run = drive_verified(how);
  EXPECT_FALSE(run.result->good());
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::lost), 6U);
  EXPECT_NE(report::describe(*run.plan, *run.result).find("FAILED"), std::string::npos);
}

TEST(RunKafkaTest, AServerThatAnswers200FalselyIsNamed) {
  faults how;
  how.lie_every = 10;
  const driven run = drive_verified(how);
  EXPECT_FALSE(run.result->good());
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::lost), 60U);
}

TEST(RunKafkaTest, ARepeatingServerIsNamed) {
  faults how;
  how.repeat_every = 50;
  const driven run = drive_verified(how);
  EXPECT_FALSE(run.result->good());
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::duplicated), 12U);
}

TEST(RunKafkaTest, AReorderingServerIsNamed) {
  faults how;
  how.swap_every = 5;
  const driven run = drive_verified(how, [](plan::run_options& o) { o.aggregates = "4"; });
  EXPECT_FALSE(run.result->good());
  EXPECT_GT(run.result->verification->count(verify::finding_kind::reordered), 50U);
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::lost), 0U);
}

TEST(RunKafkaTest, AnAlteringServerIsNamed) {
  faults how;
  how.alter_every = 200;
  const driven run = drive_verified(how);
  EXPECT_FALSE(run.result->good());
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::altered), 3U);
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::lost), 0U);
}

TEST(RunKafkaTest, AServerThatDeniesWhatItWroteIsNamed) {
  faults how;
  how.deny_every = 100;
  const driven run = drive_verified(how, [](plan::run_options& o) { o.retry = "none"; });
  EXPECT_FALSE(run.result->good());
  EXPECT_EQ(run.result->verification->count(verify::finding_kind::denied), 6U);
}

TEST(RunKafkaTest, UnansweredEventsAreAccountedSeparately) {
  faults how;
  how.close_every = 10;
  const driven run = drive_verified(how);
  EXPECT_TRUE(run.result->good()) << verify::describe(*run.result->verification);
  EXPECT_EQ(run.result->verification->unknown, 60U);
  EXPECT_EQ(run.result->verification->unknown_present, 60U);
}

TEST(RunKafkaTest, TheBaselineIsProvenSoundToo) {
  const std::string topic = make_topic("baseline", 3);
  run::settings settings;
  settings.verify_kafka = test_kafka();
  const driven run = drive(
      "kafka://" + test_kafka(), [&](plan::run_options& o) { o.topic = topic; }, settings);
  EXPECT_TRUE(run.result->good()) << report::describe(*run.plan, *run.result);
  EXPECT_EQ(run.result->verification->acked_present, 2000U);
}

}  // namespace
}  // namespace loadgen_tests
