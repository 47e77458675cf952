#include "store/appender.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "tests/batching/recording_publisher.h"
#include "tests/store/fake_index.h"

namespace store {
namespace {

using batching::outcome;
using batching::reason;
using batching::testing::recording_home;
using batching::testing::recording_publisher;
using testing::fake_index;

struct AppenderTest : ::testing::Test, append_listener {
  AppenderTest() {
    bounds.append_events_max = 5;
    bounds.message_bytes_max = 4000;
    start();
  }

  void start() {
    appends = std::make_unique<appender>(topic, 0, index, writer, home, bounds);
    appends->own();
  }

  void on_appended(const append& what, const append_answer& result) noexcept override {
    EXPECT_FALSE(results.contains(what.tag)) << "told twice";
    results[what.tag] = result;
    told.push_back(what.tag);
  }

  std::uint64_t ask(std::string_view aggregate, std::optional<std::uint64_t> expected, std::vector<std::string> ids,
                    std::string_view value = "{}") {
    auto& events = kept.emplace_back();
    for (std::string& id : ids) events.push_back({value, texts.emplace_back(std::move(id)), {}});
    appends->take({aggregate, expected, events, this, ++tag});
    return tag;
  }

  void pump() {
    appends->pump({}, 1000);
    for (const appender::conflict& each : appends->take_conflicts()) appends->tell_conflict(each, true);
  }

  /// Writes what is with the writer into the index, as the fold does, and tells the appender.
  void persist() {
    ASSERT_EQ(writer.waiting.size(), 1U);
    const batching::batch& b = *writer.waiting.front();
    const std::int64_t first = index.at.next_offset;
    for (const batching::record& r : b.records()) {
      std::string id;
      for (const auto& h : b.headers_of(r))
        if (h.name == event_id_header) id = h.value;
      index.put(std::string(r.key_view()), {id});
      EXPECT_EQ(version_of(b, r), std::to_string(index.heads[std::string(r.key_view())].version));
    }
    settle(outcome::persisted, reason::none, first);
  }
  void settle(outcome fate, reason why = reason::none, std::int64_t offset = -1) {
    const auto records = static_cast<std::uint32_t>(writer.waiting.front()->records().size());
    writer.waiting.pop_front();
    appends->settle({0, records, fate, why, offset});
  }

  static std::string version_of(const batching::batch& b, const batching::record& r) {
    for (const auto& h : b.headers_of(r))
      if (h.name == version_header) return std::string(h.value);
    return "none";
  }

  append_answer& of(std::uint64_t asked) {
    EXPECT_TRUE(results.contains(asked)) << "nobody told " << asked;
    return results[asked];
  }
  append_fate fate(std::uint64_t asked) { return of(asked).fate; }

  fake_index index;
  recording_publisher writer;
  recording_home home;
  std::shared_ptr<batching::topic> topic = batching::testing::make_topic("carts", 0, 1);
  appender_bounds bounds;
  std::unique_ptr<appender> appends;
  std::deque<std::vector<event>> kept;
  std::deque<std::string> texts;
  std::map<std::uint64_t, append_answer> results;
  std::vector<std::uint64_t> told;
  std::uint64_t tag = 0;
};

TEST_F(AppenderTest, GivesVersionsInOrderAndOffsetsFromKafka) {
  index.at.next_offset = 900;
  const auto a = ask("cart-7", 0, {"1", "2"});
  pump();
  EXPECT_TRUE(results.empty());
  persist();
  EXPECT_EQ(fate(a), append_fate::appended);
  EXPECT_EQ(of(a).first_version, 1U);
  EXPECT_EQ(of(a).version, 2U);
  EXPECT_EQ(of(a).first_offset, 900);
  EXPECT_EQ(of(a).last_offset, 901);
  const auto b = ask("cart-7", 2, {"3"});
  pump();
  persist();
  EXPECT_EQ(of(b).version, 3U);
}

TEST_F(AppenderTest, WritesAllEventsOfAllWaitingAppendsAsOneRecordBatch) {
  ask("a", 0, {"1", "2"});
  ask("b", 0, {"3"});
  pump();
  ASSERT_EQ(writer.waiting.size(), 1U);
  EXPECT_EQ(writer.waiting.front()->records().size(), 3U);
}

TEST_F(AppenderTest, OneRecordBatchIsUnderWayAtATime) {
  ask("a", 0, {"1"});
  pump();
  const auto b = ask("b", 0, {"2"});
  pump();
  EXPECT_EQ(writer.waiting.size(), 1U);
  EXPECT_FALSE(appends->wants_pump());
  persist();
  EXPECT_TRUE(appends->wants_pump());
  pump();
  persist();
  EXPECT_EQ(fate(b), append_fate::appended);
}

TEST_F(AppenderTest, AnotherVersionIsAConflictThatNamesTheCurrentOne) {
  index.put("a", {"1", "2", "3"});
  const auto low = ask("a", 2, {"x"});
  const auto high = ask("a", 4, {"y"});
  const auto fresh = ask("b", 1, {"z"});
  pump();
  EXPECT_TRUE(writer.waiting.empty());
  EXPECT_EQ(fate(low), append_fate::conflict);
  EXPECT_EQ(of(low).version, 3U);
  EXPECT_EQ(of(high).version, 3U);
  EXPECT_EQ(fate(fresh), append_fate::conflict);
  EXPECT_EQ(of(fresh).version, 0U);
}

TEST_F(AppenderTest, AppendsBuiltOnEachOtherTravelTogether) {
  const auto a = ask("a", 0, {"1"});
  const auto b = ask("a", 1, {"2"});
  const auto c = ask("a", std::nullopt, {"3"});
  pump();
  ASSERT_EQ(writer.waiting.front()->records().size(), 3U);
  persist();
  EXPECT_EQ(of(a).version, 1U);
  EXPECT_EQ(of(b).version, 2U);
  EXPECT_EQ(of(c).version, 3U);
}

// A 409 must rest on a version that is in Kafka.
TEST_F(AppenderTest, AConflictWithAnAppendUnderWayIsSaidWhenThatIsPersisted) {
  const auto a = ask("a", 0, {"1"});
  const auto b = ask("a", 0, {"2"});
  const auto after = ask("a", 1, {"3"});
  const auto other = ask("b", 0, {"4"});
  pump();
  EXPECT_TRUE(results.empty());
  EXPECT_EQ(writer.waiting.front()->records().size(), 2U) << "the other aggregate is not held up";
  persist();
  EXPECT_EQ(fate(a), append_fate::appended);
  EXPECT_EQ(fate(other), append_fate::appended);
  EXPECT_FALSE(results.contains(b));
  pump();
  EXPECT_EQ(fate(b), append_fate::conflict);
  EXPECT_EQ(of(b).version, 1U);
  persist();
  EXPECT_EQ(fate(after), append_fate::appended);
}

TEST_F(AppenderTest, AConflictWithAnAppendThatWasNotWrittenIsNone) {
  ask("a", 0, {"1"});
  const auto b = ask("a", 0, {"2"});
  pump();
  settle(outcome::rejected, reason::kafka_refused);
  pump();
  persist();
  EXPECT_EQ(fate(b), append_fate::appended);
  EXPECT_EQ(of(b).version, 1U);
}

TEST_F(AppenderTest, ARetryWithAnExpectedVersionFindsItsEventsHoweverLongAgo) {
  index.put("a", {"1", "2", "3"});
  for (int i = 0; i < 100; ++i) index.put("a", {"later-" + std::to_string(i)});
  const auto again = ask("a", 1, {"2", "3"});
  pump();
  EXPECT_TRUE(writer.waiting.empty());
  EXPECT_EQ(fate(again), append_fate::duplicate);
  EXPECT_EQ(of(again).first_version, 2U);
  EXPECT_EQ(of(again).version, 3U);
  EXPECT_EQ(of(again).first_offset, 1);
  EXPECT_EQ(of(again).last_offset, 2);
}

TEST_F(AppenderTest, ARetryWhoseFirstAttemptIsUnderWayIsADuplicateOfIt) {
  const auto a = ask("a", 0, {"1"});
  const auto b = ask("a", 0, {"1"});
  const auto c = ask("a", std::nullopt, {"1"});
  pump();
  persist();
  pump();
  EXPECT_EQ(fate(a), append_fate::appended);
  EXPECT_EQ(fate(b), append_fate::duplicate);
  EXPECT_EQ(fate(c), append_fate::duplicate);
  EXPECT_EQ(of(c).first_offset, of(a).first_offset);
}

TEST_F(AppenderTest, ARetryFindsItsEventsBehindThoseOfAStrangerWhichHaveNoIds) {
  index.put("a", {"1"});
  for (std::size_t i = 0; i < appender::strangers_between_max; ++i) index.put("a", {""});
  index.put("a", {"2"});
  const auto again = ask("a", 1, {"2"});
  const auto never = ask("a", 1, {"3"});
  const auto before = ask("a", 1, {"1"});
  pump();
  EXPECT_EQ(fate(again), append_fate::duplicate);
  EXPECT_EQ(of(again).version, appender::strangers_between_max + 2);
  EXPECT_EQ(fate(never), append_fate::conflict);
  EXPECT_EQ(fate(before), append_fate::conflict);
}

TEST_F(AppenderTest, OtherIdsAtTheSameVersionsAreAConflict) {
  index.put("a", {"1", "2"});
  const auto one_differs = ask("a", 0, {"1", "x"});
  const auto longer = ask("a", 1, {"2", "3"});
  const auto without = ask("a", 0, {"", ""});
  pump();
  EXPECT_EQ(fate(one_differs), append_fate::conflict);
  EXPECT_EQ(fate(longer), append_fate::conflict);
  EXPECT_EQ(fate(without), append_fate::conflict);
}

TEST_F(AppenderTest, WithoutAnExpectedVersionTheLastEventsAreCompared) {
  for (std::size_t i = 1; i <= aggregate_head::recent_max + 1; ++i) index.put("a", {"id-" + std::to_string(i)});
  const auto oldest = ask("a", std::nullopt, {"id-2", "id-3"});
  pump();
  EXPECT_EQ(fate(oldest), append_fate::duplicate);
  EXPECT_EQ(of(oldest).first_version, 2U);
  const auto too_old = ask("a", std::nullopt, {"id-1"});
  const auto without_id = ask("b", std::nullopt, {""});
  const auto without_id_again = ask("b", std::nullopt, {""});
  pump();
  persist();
  EXPECT_EQ(fate(too_old), append_fate::appended);
  EXPECT_EQ(fate(without_id), append_fate::appended);
  EXPECT_EQ(fate(without_id_again), append_fate::appended);
}

// The head keeps hashes; these two are the same.
TEST_F(AppenderTest, IdsWithOneHashAreNotTheSameEvent) {
  std::map<std::uint32_t, std::string> seen;
  std::string one;
  std::string other;
  for (int i = 0; one.empty(); ++i) {
    const std::string id = std::to_string(i * 7919LL);
    const auto [at, is_new] = seen.emplace(id_hash(id), id);
    if (!is_new && at->second != id) one = at->second, other = id;
  }
  index.put("a", {one});
  const auto b = ask("a", std::nullopt, {other});
  pump();
  persist();
  EXPECT_EQ(fate(b), append_fate::appended);
}

TEST_F(AppenderTest, AnAppendBeyondOneRecordBatchIsTooLarge) {
  const auto many = ask("a", 0, {"1", "2", "3", "4", "5", "6"});
  const auto large = ask("a", 0, {"1"}, std::string(4000, 'x'));
  const auto fits = ask("a", 0, {"1", "2", "3", "4", "5"});
  pump();
  EXPECT_EQ(fate(many), append_fate::too_large);
  EXPECT_EQ(of(many).limit, 5U);
  EXPECT_TRUE(of(many).is_limit_of_events);
  EXPECT_EQ(fate(large), append_fate::too_large);
  EXPECT_EQ(of(large).limit, 4000U);
  EXPECT_FALSE(of(large).is_limit_of_events);
  persist();
  EXPECT_EQ(fate(fits), append_fate::appended);
}

TEST_F(AppenderTest, AFullRecordBatchLeavesTheRestInOrder) {
  const std::string large(1500, 'x');
  const auto a = ask("a", std::nullopt, {"1"}, large);
  const auto b = ask("a", std::nullopt, {"2"}, large);
  const auto c = ask("a", std::nullopt, {"3"}, large);
  pump();
  EXPECT_EQ(writer.waiting.front()->records().size(), 2U);
  persist();
  pump();
  persist();
  EXPECT_EQ(of(a).version, 1U);
  EXPECT_EQ(of(b).version, 2U);
  EXPECT_EQ(of(c).version, 3U);
}

TEST_F(AppenderTest, ARefusedRecordBatchGoesAgainOneByOne) {
  const auto good = ask("a", 0, {"1"});
  const auto bad = ask("b", 0, {"2"});
  const auto built_on_bad = ask("b", 1, {"3"});
  const auto last = ask("c", 0, {"4"});
  pump();
  settle(outcome::rejected, reason::message_too_large);
  EXPECT_TRUE(results.empty());
  pump();
  persist();
  EXPECT_EQ(fate(good), append_fate::appended);
  pump();
  settle(outcome::rejected, reason::message_too_large);
  EXPECT_EQ(fate(bad), append_fate::refused);
  EXPECT_EQ(of(bad).why, reason::message_too_large);
  pump();
  EXPECT_EQ(fate(built_on_bad), append_fate::blocked);
  pump();
  persist();
  EXPECT_EQ(fate(last), append_fate::appended);
  const auto afterwards = ask("b", 0, {"5"});
  pump();
  persist();
  EXPECT_EQ(fate(afterwards), append_fate::appended);
  EXPECT_EQ(of(afterwards).version, 1U);
}

TEST_F(AppenderTest, WhoIsNoOwnerTakesNothing) {
  appends->lose();
  const auto a = ask("a", 0, {"1"});
  EXPECT_EQ(fate(a), append_fate::no_owner);
}

TEST_F(AppenderTest, LosingThePartitionAnswersWhatWaitsAndLeavesWhatIsUnderWay) {
  const auto a = ask("a", 0, {"1"});
  pump();
  const auto b = ask("a", 1, {"2"});
  appends->lose();
  EXPECT_EQ(fate(b), append_fate::no_owner);
  EXPECT_FALSE(results.contains(a));
  persist();
  EXPECT_EQ(fate(a), append_fate::appended);
}

TEST_F(AppenderTest, WhatWasCertainlyNotWrittenLeavesTheConfirmedVersions) {
  const auto a = ask("a", 0, {"1"});
  pump();
  settle(outcome::not_persisted, reason::producer_failed);
  EXPECT_EQ(fate(a), append_fate::no_owner);
  const auto b = ask("a", 0, {"2"});
  pump();
  persist();
  EXPECT_EQ(of(b).version, 1U);
}

TEST_F(AppenderTest, WhatNobodyKnowsIsSaidSo) {
  const auto a = ask("a", 0, {"1"});
  pump();
  settle(outcome::possibly_persisted);
  EXPECT_EQ(fate(a), append_fate::unknown);
}

TEST_F(AppenderTest, AnotherOwnersVersionsCountAfterTakingOverAgain) {
  ask("a", 0, {"1"});
  pump();
  persist();
  appends->lose();
  index.put("a", {"theirs"});
  appends->own();
  const auto b = ask("a", 2, {"3"});
  pump();
  persist();
  EXPECT_EQ(fate(b), append_fate::appended);
}

TEST_F(AppenderTest, AnIndexThatCannotBeReadIsSaid) {
  index.broken = "disk on fire";
  const auto a = ask("a", 0, {"1"});
  pump();
  EXPECT_EQ(fate(a), append_fate::no_owner);
  EXPECT_EQ(appends->index_error(), "disk on fire");
}

TEST_F(AppenderTest, EveryAppendIsToldOnceAndCounted) {
  ask("a", 0, {"1"});
  ask("a", 5, {"2"});
  pump();
  persist();
  pump();
  std::uint64_t counted = 0;
  for (const metrics::tally& n : appends->counted()) counted += n.value();
  EXPECT_EQ(counted, 2U);
  EXPECT_EQ(appends->counted()[static_cast<std::size_t>(append_fate::conflict)].value(), 1U);
  EXPECT_EQ(appends->waiting(), 0U);
}

TEST_F(AppenderTest, HeadersOfTheEventGoAlongAndOursCannotBeForged) {
  const std::vector<batching::header> headers{{"traceparent", "t"}, {version_header, "99"}, {event_id_header, "no"}};
  const std::vector<event> events{{"{}", "yes", headers}};
  appends->take({"a", std::nullopt, events, this, 77});
  pump();
  const batching::batch& b = *writer.waiting.front();
  const auto sent = b.headers_of(b.records()[0]);
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].value, "1");
  EXPECT_EQ(sent[1].value, "yes");
  EXPECT_EQ(sent[2].name, "traceparent");
}

}  // namespace
}  // namespace store
