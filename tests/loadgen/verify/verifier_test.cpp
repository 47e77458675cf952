#include "loadgen/verify/verifier.h"

#include <gtest/gtest.h>

#include "loadgen/answers/fates.h"
#include "loadgen/events/images.h"
#include "loadgen/events/mark.h"
#include "loadgen/events/size_mix.h"
#include "loadgen/events/source.h"
#include "loadgen/units/quantity.h"

namespace loadgen::verify {
namespace {

/// A run of one stream whose events lie in one partition in order, all acked; tests then spoil it.
class VerifierTest : public ::testing::Test {
 protected:
  VerifierTest() {
    const auto images = events::images::shop(events::size_mix::parse("256"), 0xabc, 1);
    events::source source(images, {aggregates, 1, 0}, {}, 1);
    for (int i = 0; i < 1000; ++i) {
      std::string event(images.largest(), '\0');
      event.resize(source.write(event.data(), "2026-01-02T03:04:05.678Z").size);
      events_.push_back(event);
    }
    record_.run = "00000abc";
    record_.aggregates = aggregates;
    record_.streams.resize(1);
    record_.streams[0].log.set_range(0, 1000, answers::fate::acked);
  }

  events::mark id_of(const std::string& event) { return events::find_mark(event, "00000abc", 0)->value; }

  report check(bool expect_all = false) {
    verifier v(record_, expect_all);
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto id = events::find_mark(events_[i], "00000abc", 0);
      const std::string key = keys_[i].empty() && id ? events::aggregate_text(id->value.aggregate) : keys_[i];
      v.add({partitions_[i], static_cast<std::int64_t>(i), key, events_[i]});
    }
    return v.finish();
  }

  /// The next event after `from` of the same aggregate.
  std::size_t next_of_aggregate(std::size_t from) {
    for (std::size_t i = from + 1; i < events_.size(); ++i) {
      if (id_of(events_[i]).aggregate == id_of(events_[from]).aggregate) return i;
    }
    return from;
  }

  static constexpr std::uint32_t aggregates = 50;
  run_record record_;
  std::vector<std::string> events_;
  std::map<std::size_t, std::int32_t> partitions_;
  std::map<std::size_t, std::string> keys_;
};

TEST_F(VerifierTest, ASoundRunIsSound) {
  const report report = check();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.acked, 1000U);
  EXPECT_EQ(report.acked_present, 1000U);
  EXPECT_EQ(report.records_of_run, 1000U);
}

TEST_F(VerifierTest, ALostEventIsFound) {
  events_.erase(events_.begin() + 500);
  const report report = check();
  EXPECT_EQ(report.count(finding_kind::lost), 1U);
  EXPECT_FALSE(report.sound());
  ASSERT_EQ(report.examples.size(), 1U);
  EXPECT_EQ(report.examples[0].event_id, "00000abc-0000-000001f4");
}

TEST_F(VerifierTest, ARepeatedEventIsFoundWithItsOffset) {
  events_.push_back(events_[10]);
  const report report = check();
  EXPECT_EQ(report.count(finding_kind::duplicated), 1U);
  EXPECT_EQ(report.count(finding_kind::reordered), 0U);
  EXPECT_EQ(report.examples[0].offset, 1000);
  EXPECT_EQ(report.duplicated_resent, 0U);
}

TEST_F(VerifierTest, ARepeatOfOurOwnMakingIsToldApart) {
  record_.streams[0].resent = {{10, 1}};
  events_.push_back(events_[10]);
  const report report = check();
  EXPECT_EQ(report.count(finding_kind::duplicated), 1U);
  EXPECT_EQ(report.duplicated_resent, 1U);
}

TEST_F(VerifierTest, SwappedEventsOfOneAggregateAreFound) {
  std::swap(events_[100], events_[next_of_aggregate(100)]);
  const report report = check();
  EXPECT_GE(report.count(finding_kind::reordered), 1U);
  EXPECT_EQ(report.count(finding_kind::lost), 0U);
}

TEST_F(VerifierTest, EventsOfDifferentAggregatesMayChangePlaces) {
  ASSERT_NE(id_of(events_[0]).aggregate, id_of(events_[1]).aggregate);
  std::swap(events_[0], events_[1]);
  EXPECT_TRUE(check().sound());
}

TEST_F(VerifierTest, AnAlteredEventIsAlteredAndNotLost) {
  events_[7][200] ^= 1;
  const report report = check();
  EXPECT_EQ(report.count(finding_kind::altered), 1U);
  EXPECT_EQ(report.count(finding_kind::lost), 0U);
  EXPECT_EQ(report.examples[0].offset, 7);
}

TEST_F(VerifierTest, ACutEventIsAltered) {
  events_[7].pop_back();
  EXPECT_EQ(check().count(finding_kind::altered), 1U);
}

TEST_F(VerifierTest, AnEventThatWasDeniedAndIsThereIsFound) {
  record_.streams[0].log.set(42, answers::fate::refused);
  const report report = check();
  EXPECT_EQ(report.count(finding_kind::denied), 1U);
  EXPECT_FALSE(report.sound());
}

TEST_F(VerifierTest, UnknownEventsAreAccountedSeparately) {
  record_.streams[0].log.set_range(42, 2, answers::fate::unknown);
  events_.erase(events_.begin() + 42);
  const report report = check();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.unknown, 2U);
  EXPECT_EQ(report.unknown_present, 1U);
  EXPECT_EQ(report.unknown_absent, 1U);
  EXPECT_EQ(check(true).count(finding_kind::lost), 1U);
}

TEST_F(VerifierTest, ALateEventNobodyAnsweredForIsNotHeldAgainstTheServer) {
  record_.streams[0].log.set(id_of(events_[100]).number, answers::fate::unknown);
  std::swap(events_[100], events_[next_of_aggregate(100)]);
  // The swap moved an unknown event behind an acked one, and only those two.
  const report report = check();
  EXPECT_EQ(report.late_unanswered, 1U);
  EXPECT_TRUE(report.sound());
}

TEST_F(VerifierTest, AnAggregateInTwoPartitionsIsFound) {
  partitions_[next_of_aggregate(100)] = 3;
  EXPECT_EQ(check().count(finding_kind::split), 1U);
}

TEST_F(VerifierTest, AWrongKeyIsFoundUnlessKeysAreTheUsersOwn) {
  keys_[5] = "\"cart-0000001\"";
  EXPECT_EQ(check().count(finding_kind::wrong_key), 1U);
  record_.keyed = false;
  EXPECT_TRUE(check().sound());
}

TEST_F(VerifierTest, OtherProducersRecordsAreNotOurBusiness) {
  events_.insert(events_.begin(), "something else");
  const report report = check();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.records_foreign, 1U);
}

TEST_F(VerifierTest, AnEventNeverSentIsInvented) {
  record_.streams[0].log = {};
  record_.streams[0].log.set_range(0, 999, answers::fate::acked);
  EXPECT_EQ(check().count(finding_kind::invented), 1U);
}

TEST_F(VerifierTest, ExamplesAreFewAndCountsAreWhole) {
  events_.resize(100);
  const report report = check();
  EXPECT_EQ(report.count(finding_kind::lost), 900U);
  EXPECT_EQ(report.examples.size(), verifier::examples_max);
}

}  // namespace
}  // namespace loadgen::verify
