#include "loadgen/store/check/checker.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>

namespace loadgen::store::check {
namespace {

using history::answer;
using history::attempt;
using history::event_name;
using history::promise;

/// A sound run of one client and two aggregates, in which an append takes ten ticks; tests then spoil it.
class CheckerTest : public ::testing::Test {
 protected:
  static constexpr const char* run_id = "00000abc";
  static constexpr std::uint32_t bytes = history::event_bytes_min;

  struct kept {  // a record of the topic
    std::int32_t partition;
    std::int64_t offset;
    std::string key, value, version, id;
  };

  CheckerTest() {
    run_.run = run_id;
    run_.aggregates = 2;
    run_.event_bytes = bytes;
    run_.clients.resize(1);
  }

  history::client_log& log() { return run_.clients[0]; }

  /// An append that is not in Kafka, and its one answer.
  std::uint32_t ask(answer said, std::optional<std::uint64_t> expected, std::uint16_t events = 1,
                    std::uint64_t version = 0, std::uint32_t aggregate = 0) {
    history::append what;
    what.aggregate = aggregate;
    what.events = events;
    what.expected = expected;
    what.first_attempt = static_cast<std::uint32_t>(log().attempts.size());
    log().appends.push_back(what);
    ask_again(said, version);
    return static_cast<std::uint32_t>(log().appends.size()) - 1;
  }

  attempt& ask_again(answer said, std::uint64_t version = 0) {
    ++log().appends.back().attempts;
    attempt& told = log().attempts.emplace_back();
    told.begin = now_ += 10;
    told.end = now_ += 10;
    told.said = said;
    told.version = version;
    return told;
  }

  /// It is in Kafka, at the end of its aggregate.
  void store(std::uint32_t append) {
    const history::append& what = log().appends[append];
    for (std::uint16_t i = 0; i < what.events; ++i) {
      const event_name name{0, append, i};
      records_.push_back({3, offset_++, history::aggregate_text(run_id, what.aggregate),
                          history::event_text(run_id, name, what.aggregate, bytes),
                          std::to_string(++versions_[what.aggregate]), history::id_text(run_id, name)});
    }
  }

  /// The answer of a sound server to what was stored last.
  static void fill(attempt& told, std::uint16_t events, std::uint64_t version, std::int64_t end) {
    told.version = version;
    told.first_version = version - events + 1;
    told.partition = 3;
    told.last_offset = end - 1;
    told.first_offset = end - events;
  }

  std::uint32_t write(std::uint16_t events = 1, std::uint32_t aggregate = 0, bool any = false) {
    const auto expected = any ? std::nullopt : std::optional(versions_[aggregate]);
    const std::uint32_t made = ask(answer::written, expected, events, 0, aggregate);
    store(made);
    fill(log().attempts.back(), events, versions_[aggregate], offset_);
    return made;
  }

  history::read& look(std::uint64_t version, promise asked = promise::none, std::uint64_t promised = 0) {
    history::read& seen = log().reads.emplace_back();
    seen.begin = now_ += 10;
    seen.end = now_ += 10;
    seen.asked = asked;
    seen.promised = promised;
    seen.version = version;
    seen.low = 1;
    for (const kept& each : records_) {
      if (each.key != history::aggregate_text(run_id, 0) || std::stoull(each.version) > version) continue;
      seen.digest += history::digest(*history::name_in(each.id, run_id), std::stoull(each.version), each.offset);
      ++seen.count;
    }
    return seen;
  }

  report check() {
    checker judge(run_);
    for (const kept& each : records_) {
      judge.add({each.partition, each.offset, each.key, each.value, each.version, each.id});
    }
    return judge.finish();
  }

  /// The one kind of finding that there is.
  void expect_only(finding_kind kind, std::uint64_t times = 1) {
    const report found = check();
    for (std::size_t k = 0; k < finding_kinds; ++k) {
      const auto each = static_cast<finding_kind>(k);
      EXPECT_EQ(found.found.count(each), each == kind ? times : 0U) << name_of(each);
    }
    EXPECT_FALSE(found.sound());
  }

  history::recorded run_;
  std::deque<kept> records_;
  std::uint64_t versions_[2] = {};
  std::int64_t offset_ = 100;
  std::int64_t now_ = 0;
};

TEST_F(CheckerTest, ASoundRunIsSound) {
  write(2);
  write(1, 1);
  ask(answer::conflict, 0, 1, 2);
  const auto last = write(3);
  fill(ask_again(answer::duplicate), log().appends[last].events, 5, offset_);
  ask(answer::refused, 5);
  store(ask(answer::unknown, 5));
  ask(answer::unknown, 6);
  look(5, promise::token, 5);
  look(6, promise::fresh);
  look(2);
  const report found = check();
  EXPECT_TRUE(found.sound());
  EXPECT_EQ(found.records, 7U);
  EXPECT_EQ(found.acked_present, 3U);
  EXPECT_EQ(found.unknown_present, 1U);
  EXPECT_EQ(found.unknown_absent, 1U);
  EXPECT_EQ(found.conflicts, 1U);
  EXPECT_EQ(found.repeats, 1U);
  EXPECT_EQ(found.reads, 3U);
  EXPECT_EQ(found.longest_chain, 6U);
}

TEST_F(CheckerTest, RecordsOfOthersAreNotJudged) {
  write();
  records_.push_back({3, offset_, "cart-1", "{}", "1", "e-1"});
  records_.push_back({3, offset_ + 1, "", "", "", ""});
  const report found = check();
  EXPECT_TRUE(found.sound());
  EXPECT_EQ(found.foreign, 2U);
}

TEST_F(CheckerTest, AnAckedAppendThatIsNotThereIsLost) {
  write();
  ask(answer::written, 1, 1, 2);
  expect_only(finding_kind::lost);
}

TEST_F(CheckerTest, AnAppendOfWhichAPartIsThereIsTorn) {
  store(ask(answer::unknown, 0, 3));
  records_.pop_back();
  expect_only(finding_kind::torn);
}

TEST_F(CheckerTest, AnAppendWithAnotherOneInItsMiddleIsTorn) {
  store(ask(answer::unknown, 0, 2));
  store(ask(answer::unknown, std::nullopt));
  std::swap(records_[1], records_[2]);
  std::swap(records_[1].version, records_[2].version);
  std::swap(records_[1].offset, records_[2].offset);
  expect_only(finding_kind::torn);
}

TEST_F(CheckerTest, AnAppendElsewhereThanAnsweredIsMisplaced) {
  write();
  log().attempts.back().last_offset += 1;
  expect_only(finding_kind::misplaced);
}

TEST_F(CheckerTest, AVersionGivenTwiceIsFound) {
  write();
  versions_[0] = 0;
  store(ask(answer::unknown, 0));
  log().attempts.back().begin = 0;  // at the same time
  expect_only(finding_kind::version_twice);
}

TEST_F(CheckerTest, AVersionLeftOutIsFound) {
  write();
  ++versions_[0];
  store(ask(answer::unknown, 2));
  expect_only(finding_kind::version_missing);
}

TEST_F(CheckerTest, AnEventWithoutAVersionIsFound) {
  write();
  records_.back().version.clear();
  expect_only(finding_kind::unversioned);
}

TEST_F(CheckerTest, AnAppendAtAnotherVersionThanItExpectsIsFound) {
  write();
  store(ask(answer::unknown, 0));
  expect_only(finding_kind::expected_ignored);
}

TEST_F(CheckerTest, AnEventThatIsThereTwiceIsFound) {
  store(write());
  expect_only(finding_kind::repeated);
}

TEST_F(CheckerTest, WithoutAnExpectedVersionRepeatsAreRecognisedAmongTheLastEventsOnly) {
  const std::uint32_t first = ask(answer::unknown, std::nullopt);
  store(first);
  for (std::uint64_t i = 0; i + 1 < stored_log::recognised_events; ++i) write();
  store(first);  // the 32nd event after it
  expect_only(finding_kind::repeated);
  records_.pop_back();
  --versions_[0];
  --offset_;
  write();
  store(first);
  const report found = check();
  EXPECT_TRUE(found.sound());
  EXPECT_EQ(found.repeated_late, 1U);
}

TEST_F(CheckerTest, ARefusedAppendThatIsThereIsFound) {
  store(ask(answer::refused, 0));
  expect_only(finding_kind::denied);
}

TEST_F(CheckerTest, AConflictIsFinalForWhatWasUnknownBefore) {
  write();
  write();
  store(ask(answer::unknown, 0));
  ask_again(answer::conflict, 2);
  const report found = check();
  EXPECT_EQ(found.found.count(finding_kind::denied), 1U);
}

TEST_F(CheckerTest, AlteredBytesAreFound) {
  write();
  records_.back().value[150] ^= 1;
  expect_only(finding_kind::altered);
}

TEST_F(CheckerTest, AnEventOfAnotherAggregateIsFound) {
  store(ask(answer::unknown, 0));
  records_.back().key = history::aggregate_text(run_id, 1);
  expect_only(finding_kind::altered);
}

TEST_F(CheckerTest, AnEventThatNobodySentIsFound) {
  write();
  records_.push_back(records_.back());
  records_.back().id = history::id_text(run_id, {0, 77, 0});
  expect_only(finding_kind::invented);
}

TEST_F(CheckerTest, AnAggregateInTwoPartitionsIsFound) {
  write();
  store(ask(answer::unknown, 1));
  records_.back().partition = 4;
  expect_only(finding_kind::split);
}

TEST_F(CheckerTest, ADuplicateThatNamesAnotherPlaceIsFound) {
  write();
  fill(ask_again(answer::duplicate), 1, 1, offset_ + 1);
  expect_only(finding_kind::wrong_duplicate);
}

TEST_F(CheckerTest, ARepeatThatIsTakenForNewIsFound) {
  write();
  ask_again(answer::conflict, 1);
  expect_only(finding_kind::repeat_refused);
}

TEST_F(CheckerTest, AConflictWithAVersionThatNeverWasIsFound) {
  write();
  ask(answer::conflict, 0, 1, 7);
  expect_only(finding_kind::wrong_conflict);
}

TEST_F(CheckerTest, AConflictWithAVersionInTheMiddleOfAnAppendIsFound) {
  write(3);
  ask(answer::conflict, 0, 1, 2);
  expect_only(finding_kind::wrong_conflict);
}

TEST_F(CheckerTest, AConflictWithTheExpectedVersionIsFound) {
  write();
  ask(answer::conflict, 1, 1, 1);
  expect_only(finding_kind::wrong_conflict);
}

TEST_F(CheckerTest, AConflictWhereNoVersionWasExpectedIsFound) {
  write();
  ask(answer::conflict, std::nullopt, 1, 1);
  expect_only(finding_kind::wrong_conflict);
}

TEST_F(CheckerTest, AConflictWithAVersionThatNobodyHadSentYetIsFound) {
  ask(answer::conflict, 5, 1, 1);
  write();
  const report found = check();
  EXPECT_EQ(found.found.count(finding_kind::wrong_conflict), 1U);
}

TEST_F(CheckerTest, AConflictWithAVersionThatWasOverIsFound) {
  write();
  write();
  ask(answer::conflict, 0, 1, 1);
  expect_only(finding_kind::stale_conflict);
}

TEST_F(CheckerTest, AConflictWithAVersionThatWasOverOnlyMeanwhileIsRight) {
  write();
  ask(answer::conflict, 0, 1, 1);
  const std::size_t of_conflict = log().attempts.size() - 1;
  write();
  log().attempts[of_conflict].end = now_ + 10;
  EXPECT_TRUE(check().sound());
}

TEST_F(CheckerTest, AReadThatIsOlderThanItsTokenIsFound) {
  write();
  write();
  look(1, promise::token, 2);
  expect_only(finding_kind::stale_read);
}

TEST_F(CheckerTest, AReadThatIsOlderThanAtLeastIsFound) {
  write();
  write();
  look(1, promise::at_least, 2);
  expect_only(finding_kind::stale_read);
}

TEST_F(CheckerTest, AFreshReadThatIsOlderThanWhatWasAckedBeforeIsFound) {
  write();
  write();
  look(1, promise::fresh);
  expect_only(finding_kind::stale_read);
}

TEST_F(CheckerTest, AFreshReadNeedNotHaveWhatIsAckedMeanwhile) {
  write();
  history::read& seen = look(1, promise::fresh);
  write();
  seen.end = now_ + 10;
  EXPECT_TRUE(check().sound());
}

TEST_F(CheckerTest, AReadOfWhatNobodyHadSentIsFound) {
  write();
  history::read& seen = look(1);
  write();
  seen.version = 2;
  const report found = check();
  EXPECT_EQ(found.found.count(finding_kind::early_read), 1U);
}

TEST_F(CheckerTest, AReadOfOtherEventsThanKafkaHasIsFound) {
  write();
  look(1).digest += 1;
  expect_only(finding_kind::wrong_read);
}

TEST_F(CheckerTest, AReadOfAPartOfAnAppendIsFound) {
  write(3);
  look(2);
  expect_only(finding_kind::wrong_read);
}

TEST_F(CheckerTest, AReadThatContradictsItselfIsFound) {
  write();
  look(1).flaw = "the versions are not in order";
  expect_only(finding_kind::wrong_read);
}

TEST_F(CheckerTest, AnAppendThatStandsBeforeAnEarlierOneIsFound) {
  const std::uint32_t late = ask(answer::unknown, std::nullopt);
  store(late);
  write(1, 0, true);  // acked, at version 2
  log().attempts[log().appends[late].first_attempt].begin = now_ + 10;
  log().attempts[log().appends[late].first_attempt].end = now_ + 20;
  expect_only(finding_kind::out_of_time);
}

TEST_F(CheckerTest, ExamplesAreFewAndCountsAreWhole) {
  for (int i = 0; i < 20; ++i) ask(answer::written, std::nullopt, 1, 1);
  const report found = check();
  EXPECT_EQ(found.found.count(finding_kind::lost), 20U);
  EXPECT_EQ(found.found.examples().size(), findings::examples_max);
}

}  // namespace
}  // namespace loadgen::store::check
