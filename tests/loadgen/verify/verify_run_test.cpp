// The controls of verification on a real topic: records are removed, repeated, swapped and altered, each is found.
#include "loadgen/verify/verify_run.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "loadgen/plan/options.h"
#include "loadgen/run/result.h"
#include "loadgen/verify/description.h"
#include "loadgen/verify/run_file.h"
#include "loadgen/verify/verifier.h"
#include "tests/loadgen/support/drive.h"
#include "tests/loadgen/support/kafka_sink.h"

namespace loadgen_tests {
namespace {

using namespace loadgen;

constexpr int partitions = 3;

/// One run straight into Kafka, kept in a run file; tests copy its topic with changes and verify the copy.
class VerifyRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    topic_ = make_topic("original", partitions);
    run::settings settings;
    settings.verify_kafka = test_kafka();
    settings.run_file = ::testing::TempDir() + topic_ + ".hgrun";
    const driven run = drive(
        "kafka://" + test_kafka(),
        [&](plan::run_options& o) {
          o.topic = topic_;
          o.events = "1000";
          o.aggregates = "20";
        },
        settings);
    ASSERT_TRUE(run.result->good());
    record_ = verify::load_run_file(settings.run_file);
    std::remove(settings.run_file.c_str());
    stored_ = read_topic(topic_);
    ASSERT_EQ(stored_.size(), 1000U);
  }

  verify::report verify_copy() {
    const std::string copy = make_topic("copy", partitions);
    {
      kafka_sink sink(copy);
      for (const stored_record& each : stored_) sink.write(each.key, each.value, each.partition);
    }
    verify::options options;
    options.kafka = test_kafka();
    options.topic = copy;
    return verify::verify_run(record_, options);
  }

  /// The next record of the same aggregate.
  std::size_t next_of_key(std::size_t from) {
    for (std::size_t i = from + 1; i < stored_.size(); ++i) {
      if (stored_[i].key == stored_[from].key) return i;
    }
    return from;
  }

  std::string topic_;
  verify::run_record record_;
  std::vector<stored_record> stored_;
};

TEST_F(VerifyRunTest, AnUnchangedCopyIsSound) {
  const verify::report report = verify_copy();
  EXPECT_TRUE(report.sound()) << verify::describe(report);
  EXPECT_EQ(report.records_read, 1000U);
}

TEST_F(VerifyRunTest, ARemovedRecordIsLost) {
  const std::string value = stored_[500].value;
  stored_.erase(stored_.begin() + 500);
  const verify::report report = verify_copy();
  EXPECT_EQ(report.count(verify::finding_kind::lost), 1U);
  ASSERT_EQ(report.examples.size(), 1U);
  EXPECT_NE(value.find(report.examples[0].event_id), std::string::npos);
}

TEST_F(VerifyRunTest, ARepeatedRecordIsDuplicatedAtItsOffset) {
  stored_.push_back(stored_[0]);
  const verify::report report = verify_copy();
  EXPECT_EQ(report.count(verify::finding_kind::duplicated), 1U);
  EXPECT_EQ(report.examples[0].partition, stored_[0].partition);
  EXPECT_GT(report.examples[0].offset, 0);
}

TEST_F(VerifyRunTest, SwappedRecordsAreReordered) {
  std::swap(stored_[0], stored_[next_of_key(0)]);
  const verify::report report = verify_copy();
  EXPECT_EQ(report.count(verify::finding_kind::reordered), 1U);
  EXPECT_GE(report.examples[0].offset, 1);
}

TEST_F(VerifyRunTest, AnAlteredRecordIsAltered) {
  stored_[3].value[240] ^= 2;
  const verify::report report = verify_copy();
  EXPECT_EQ(report.count(verify::finding_kind::altered), 1U);
  EXPECT_EQ(report.examples[0].partition, stored_[3].partition);
  EXPECT_EQ(report.examples[0].offset, 3);
}

TEST_F(VerifyRunTest, AMovedAggregateIsSplit) {
  stored_[next_of_key(0)].partition = (stored_[0].partition + 1) % partitions;
  EXPECT_GE(verify_copy().count(verify::finding_kind::split), 1U);
}

TEST_F(VerifyRunTest, OtherRunsInTheTopicDoNotMatter) {
  stored_.insert(stored_.begin(), {0, "x", "other"});
  const verify::report report = verify_copy();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.records_foreign, 1U);
}

}  // namespace
}  // namespace loadgen_tests
