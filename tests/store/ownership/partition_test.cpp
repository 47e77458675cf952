#include "store/ownership/partition.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batching/crc32c.h"
#include "batching/kafka/wire/record_batch.h"
#include "metrics/events.h"
#include "tests/batching/recording_publisher.h"

namespace store::ownership {
namespace {

using namespace std::chrono_literals;
namespace wire = batching::kafka::wire;
using metrics::happened_total;
using metrics::happening;
using wire::error_code;

constexpr wire::producer_identity ours{7, 3};

/// A log that the test writes, and a partition that reads it.
struct OwnedPartitionTest : ::testing::Test, log_sink, ownership_events {
  void on_batch(const log_batch& read) override {
    for (const log_record& r : read.records) folded.emplace_back(r.value);
  }
  void on_position(const log_position& p) override { position = p.next_offset; }
  void on_caught_up() override {}
  void on_restart(std::int64_t) override {}
  void on_gained() override { ++gained; }
  void on_lost(ownership_reason why) override { lost.push_back(why); }
  void on_settled(batches, const append_result& result) override { settled.push_back(result); }

  /// One record batch; a marker where there is no value.
  std::string batch_at(std::int64_t offset, wire::producer_identity by, std::string_view value) {
    auto b = std::make_unique<batching::batch>(home, of, 0);
    b->admit_at({}, 1000);
    b->append("k", true, value.empty() ? "m" : value, {}, nullptr, 0);
    const wire::record_range range{b.get(), 0, 1};
    wire::buffer bytes;
    wire::buffer scratch;
    wire::compressor none;
    wire::write_record_batch({&range, 1}, {by, 0}, {}, none, scratch, bytes);
    std::string text(bytes.view());
    for (int i = 0; i < 8; ++i) text[static_cast<std::size_t>(i)] = static_cast<char>(offset >> (56 - 8 * i));
    if (value.empty()) text[22] = 0x30;  // attributes: transactional, control
    return sealed(std::move(text));
  }
  static std::string sealed(std::string text) {
    const std::uint32_t sum = batching::crc32c(std::string_view(text).substr(21));
    for (int i = 0; i < 4; ++i) text[static_cast<std::size_t>(17 + i)] = static_cast<char>(sum >> (24 - 8 * i));
    return text;
  }
  void fetch(const std::string& bytes, std::int64_t end) {
    owned.on_fetched({"carts", 0, error_code::none, end, 0, bytes}, now);
  }
  void answer_all() {
    for (question what = owned.next_question(now); what != question::none; what = owned.next_question(now)) {
      owned.asked(what, now);
      now += 1ms;
      if (what == question::find_coordinator)
        owned.on_coordinator({error_code::none, 1, "h", 1}, now);
      else if (what == question::init_producer)
        owned.on_producer({error_code::none, ours}, now);
      else if (what == question::list_offsets)
        owned.on_end_offset({error_code::none, 0}, now);
      else
        owned.on_answer(what, error_code::none, now);
    }
  }
  void serve() {
    owned.should_own(true);
    fetch("", 0);
    owned.wake(now);
    answer_all();
    fetch(batch_at(0, ours, ""), 1);
    ASSERT_EQ(owned.status().is, ownership_state::serving);
  }

  batching::testing::recording_home home;
  std::shared_ptr<batching::topic> of = batching::testing::make_topic("carts", 0, 1);
  partition_settings settings;
  lane_tools tools;
  claim::time_point now{1000s};
  std::vector<std::string> folded;
  std::int64_t position = 0;
  int gained = 0;
  std::vector<ownership_reason> lost;
  std::vector<append_result> settled;
  partition owned{of, 0, log_position{}, *this, *this, settings, tools, [] {}, 1, now};
};

TEST_F(OwnedPartitionTest, ServesBehindItsMarkerAndMeasuresHowLongThatTook) {
  serve();
  EXPECT_EQ(gained, 1);
  EXPECT_EQ(position, 1);
  std::uint64_t observed = 0;
  for (std::size_t i = 0; i < metrics::log2_histogram::buckets; ++i) observed += tools.take_over_us.bucket(i);
  EXPECT_EQ(observed, 1U);
  EXPECT_EQ(tools.take_over_us.sum(), 5000U) << "five answers of a millisecond each";
}

TEST_F(OwnedPartitionTest, AnOverdueKeepAliveIsSaidOnceAndEndsWithTheProof) {
  serve();
  const auto before = happened_total(happening::store_keep_alive_overdue);
  now += 2 * settings.claiming.keep_every;
  owned.wake(now);
  owned.wake(now + 1s);
  EXPECT_TRUE(owned.status().is_keep_overdue);
  EXPECT_EQ(happened_total(happening::store_keep_alive_overdue), before + 1);
  answer_all();
  owned.wake(now);
  EXPECT_FALSE(owned.status().is_keep_overdue);
  EXPECT_EQ(owned.status().is, ownership_state::serving);
}

TEST_F(OwnedPartitionTest, AStrangersRecordsBehindTheMarkerAreAnAlarm) {
  serve();
  const auto before = happened_total(happening::foreign_writer);
  now += settings.claiming.keep_every;
  owned.wake(now);
  answer_all();
  ASSERT_TRUE(owned.wants_fetch(now)) << "after each proof the log is read to its end";
  fetch(batch_at(1, {99, 0}, "theirs"), 2);
  EXPECT_EQ(happened_total(happening::foreign_writer), before + 1);
  EXPECT_EQ(folded, std::vector<std::string>{"theirs"}) << "it counts all the same";
}

TEST_F(OwnedPartitionTest, WhatWasThereBeforeTheMarkerIsNoStrangers) {
  const auto before = happened_total(happening::foreign_writer);
  owned.should_own(true);
  fetch(batch_at(0, {5, 0}, "former"), 1);
  owned.wake(now);
  answer_all();
  fetch(batch_at(1, ours, ""), 2);
  EXPECT_EQ(folded.size(), 1U);
  EXPECT_EQ(happened_total(happening::foreign_writer), before);
}

TEST_F(OwnedPartitionTest, ADamagedBatchIsSaidAndReadAgainLater) {
  const auto before = happened_total(happening::store_log_unreadable);
  std::string bytes = batch_at(0, {5, 0}, "x");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  fetch(bytes, 1);
  EXPECT_EQ(happened_total(happening::store_log_unreadable), before + 1);
  EXPECT_FALSE(owned.wants_fetch(now));
  EXPECT_EQ(owned.status().why, ownership_reason::log_unreadable);
  now += settings.damaged_pause;
  EXPECT_TRUE(owned.wants_fetch(now));
  fetch(batch_at(0, {5, 0}, "x"), 1);
  EXPECT_EQ(folded, std::vector<std::string>{"x"});
  EXPECT_NE(owned.status().why, ownership_reason::log_unreadable);
}

TEST_F(OwnedPartitionTest, FencedByKafkaItLosesThePartitionAndKnowsTheFateOfAFirstAttempt) {
  serve();
  batches parts;
  parts.push_back(std::make_unique<batching::batch>(home, of, 0));
  parts.back()->admit_at({}, 1000);
  parts.back()->append("k", true, "v", {}, nullptr, 0);
  owned.append(std::move(parts));
  ASSERT_TRUE(owned.has_append(now));
  const std::uint64_t attempt = owned.append_sent(now);
  owned.on_appended(attempt, {"carts", 0, error_code::invalid_producer_epoch, -1, -1}, now);
  EXPECT_EQ(lost, std::vector{ownership_reason::fenced});
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].fate, batching::outcome::not_persisted);
}

}  // namespace
}  // namespace store::ownership
