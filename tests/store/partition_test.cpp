#include "store/partition.h"

#include <gtest/gtest.h>

#include "store/batch_appends.h"
#include "tests/batching/recording_publisher.h"
#include "tests/store/fake_index.h"
#include "tests/store/fake_owned_partition.h"

namespace store {
namespace {

using batching::outcome;
using testing::fake_index;
using testing::fake_owned_partition;

struct PartitionTest : ::testing::Test, append_listener, partition_notices {
  PartitionTest() {
    auto made = std::make_unique<fake_index>();
    index = made.get();
    at = std::make_unique<partition>(topic, 3, std::move(made), appender_bounds{}, *this);
    driver = std::make_unique<fake_owned_partition>(log, *at, *at);
    at->attach(*driver);
    at->on_wants_pump = [this] { ++pumps_wanted; };
  }

  void on_appended(const append& what, const append_answer& result) noexcept override { results[what.tag] = result; }
  void on_version_mismatch(const batching::topic&, std::int32_t, const version_mismatch& m) override {
    notices.push_back("mismatch " + std::string(m.aggregate));
  }
  void on_index_failed(const batching::topic&, std::int32_t, const std::string& why) override {
    notices.push_back("index " + why);
  }

  std::uint64_t ask(std::string_view aggregate, std::optional<std::uint64_t> expected, std::string_view id) {
    auto& events = kept.emplace_back();
    events.push_back({"{}", id, {}});
    at->take({aggregate, expected, events, this, ++tag});
    at->pump({}, 1000);
    return tag;
  }

  std::shared_ptr<batching::topic> topic = batching::testing::make_topic("carts", 0, 4);
  std::vector<testing::logged> log;
  fake_index* index = nullptr;
  std::unique_ptr<partition> at;
  std::unique_ptr<fake_owned_partition> driver;
  std::deque<std::vector<event>> kept;
  std::map<std::uint64_t, append_answer> results;
  std::vector<std::string> notices;
  std::uint64_t tag = 0;
  int pumps_wanted = 0;
};

TEST_F(PartitionTest, FoldsTheLogBeforeItServes) {
  log = {{"a", "1", {}, 0}, {"a", "2", {}, 0}};
  EXPECT_FALSE(at->is_serving());
  EXPECT_EQ(ask("a", 0, "x"), 1U);
  EXPECT_EQ(results[1].fate, append_fate::no_owner);
  driver->gain();
  EXPECT_TRUE(at->is_serving());
  ask("a", 2, "y");
  driver->settle();
  EXPECT_EQ(results[2].fate, append_fate::appended);
  EXPECT_EQ(results[2].version, 3U);
  EXPECT_EQ(results[2].first_offset, 2);
}

TEST_F(PartitionTest, WhoIsToldFindsTheEventInTheIndex) {
  driver->gain();
  ask("a", 0, "x");
  EXPECT_EQ(index->head_of("a")->version, 0U);
  driver->settle();
  EXPECT_EQ(results[1].fate, append_fate::appended);
  EXPECT_EQ(index->head_of("a")->version, 1U);
  EXPECT_EQ(index->events["a"][0].id, "x");
  EXPECT_EQ(index->events["a"][0].timestamp_ms, 1000);
  EXPECT_EQ(index->applied_offset(), 1);
  EXPECT_TRUE(notices.empty());
}

TEST_F(PartitionTest, AConflictIsToldOnceKafkaHasSaidThatThePartitionIsStillOurs) {
  driver->gain();
  ask("a", 0, "x");
  driver->settle();
  const std::uint64_t stale = ask("a", 0, "y");
  ASSERT_EQ(driver->proofs.size(), 1U);
  EXPECT_EQ(results.count(stale), 0U);
  driver->proofs[0](true);
  EXPECT_EQ(results[stale].fate, append_fate::conflict);
  EXPECT_EQ(results[stale].version, 1U);
}

TEST_F(PartitionTest, AnOwnerThatWasOvertakenTellsNoConflict) {
  driver->gain();
  ask("a", 0, "x");
  driver->settle();
  const std::uint64_t stale = ask("a", 0, "y");
  driver->proofs.at(0)(false);
  EXPECT_EQ(results[stale].fate, append_fate::no_owner);
}

TEST_F(PartitionTest, AConflictOfAPartitionThatIsLostIsToldOnceAsNotWritten) {
  driver->gain();
  ask("a", 0, "x");
  driver->settle();
  const std::uint64_t stale = ask("a", 0, "y");
  driver->lose();
  EXPECT_EQ(results[stale].fate, append_fate::no_owner);
  results.clear();
  driver->proofs.at(0)(true);
  EXPECT_TRUE(results.empty());
}

TEST_F(PartitionTest, ARepeatIsTrueWhoeverOwnsThePartition) {
  driver->gain();
  ask("a", 0, "x");
  driver->settle();
  const std::uint64_t again = ask("a", 0, "x");
  EXPECT_TRUE(driver->proofs.empty());
  EXPECT_EQ(results[again].fate, append_fate::duplicate);
}

TEST_F(PartitionTest, AsksToBePumpedWhenMoreWaitsBehindWhatIsSettled) {
  driver->gain();
  ask("a", 0, "x");
  ask("a", 1, "y");
  pumps_wanted = 0;
  EXPECT_FALSE(at->wants_pump());
  driver->settle();
  EXPECT_EQ(pumps_wanted, 1);
  at->pump({}, 0);
  driver->settle();
  EXPECT_EQ(results[2].version, 2U);
}

TEST_F(PartitionTest, ARestartedLogIsFoldedFromItsNewBeginning) {
  log = {{"a", "1", {}, 0}, {"b", "2", {}, 0}};
  driver->gain();
  log.erase(log.begin());
  at->on_restart(0);
  EXPECT_FALSE(at->is_serving());
  driver->gain();
  EXPECT_EQ(index->head_of("a")->version, 0U);
  EXPECT_EQ(index->head_of("b")->version, 1U);
}

TEST_F(PartitionTest, AWaitEndsWhenItsVersionOrOffsetIsThere) {
  driver->gain();
  std::string told;
  const auto wait = [&](visibility v, std::string name) {
    ASSERT_TRUE(at->wait_for(
        std::move(v), [] { return true; }, [&, name](bool ok) { told += name + (ok ? "+" : "-"); }));
  };
  wait({"a", 0, -1}, "now");
  wait({"a", 1, -1}, "version");
  wait({"a", 0, 1}, "offset");
  wait({"a", 9, -1}, "never");
  EXPECT_EQ(told, "now+");
  ask("a", 0, "x");
  driver->settle();
  EXPECT_EQ(told, "now+version+");
  ask("b", 0, "x");
  driver->settle();
  EXPECT_EQ(told, "now+version+offset+");
  driver->lose();
  EXPECT_EQ(told, "now+version+offset+never-");
}

TEST_F(PartitionTest, WaitsAreBoundedAndUnwantedOnesMakeRoom) {
  driver->gain();
  bool are_wanted = true;
  int told = 0;
  const auto wait = [&](std::function<bool()> is_wanted) {
    return at->wait_for({"a", 9, -1}, std::move(is_wanted), [&](bool) { ++told; });
  };
  for (std::size_t i = 0; i < partition::waits_max; ++i) ASSERT_TRUE(wait([&] { return are_wanted; }));
  EXPECT_FALSE(wait([] { return true; }));
  are_wanted = false;
  EXPECT_TRUE(wait([] { return true; }));
  driver->lose();
  EXPECT_EQ(told, 1);
}

TEST_F(PartitionTest, AnIndexThatFailsGivesThePartitionUpOnce) {
  driver->should_own(true);
  driver->gain();
  ask("a", 0, "x");
  index->broken = "disk full";
  driver->settle();
  EXPECT_FALSE(at->is_serving());
  EXPECT_FALSE(driver->should_be_owner);
  EXPECT_EQ(notices, std::vector<std::string>{"index disk full"});
  EXPECT_EQ(results[1].fate, append_fate::appended) << "it is in Kafka";
  ask("a", 1, "y");
  EXPECT_EQ(results[2].fate, append_fate::no_owner);
  driver->gain();
  EXPECT_FALSE(at->is_serving());
}

TEST_F(PartitionTest, OverANewIndexAndAnotherDriverItServesAgain) {
  at->should_own(true);
  driver->gain();
  index->broken = "bad block";
  ask("a", 0, "x");
  EXPECT_EQ(results[1].fate, append_fate::no_owner) << "nobody knows whether it was there already";
  EXPECT_FALSE(at->is_serving());
  EXPECT_TRUE(at->has_failed());
  at->detach();
  bool proven = true;
  at->prove([&](bool is) { proven = is; });
  EXPECT_FALSE(proven);
  index->broken.clear();
  fake_owned_partition second(log, *at, *at);
  at->attach(second);
  EXPECT_TRUE(second.should_be_owner) << "the assignment holds";
  second.gain();
  EXPECT_TRUE(at->is_serving());
  EXPECT_FALSE(at->has_failed());
}

TEST_F(PartitionTest, AForeignVersionIsSaid) {
  log = {{"a", "1", {{std::string(version_header), "5"}}, 0}};
  driver->gain();
  EXPECT_EQ(notices, std::vector<std::string>{"mismatch a"});
}

TEST_F(PartitionTest, AnAppendThatAStrangerCameBeforeIsToldTheVersionThatItCountsAs) {
  driver->gain();
  ask("a", 0, "x");
  driver->settle();
  const std::uint64_t late = ask("a", 1, "y");
  log.push_back({"a", "theirs", {}, 0});
  const log_record theirs{1, 0, true, true, "a", "theirs", {}};
  log_batch b;
  b.records = {&theirs, 1};
  at->on_batch(b);
  driver->settle();
  EXPECT_EQ(results[late].fate, append_fate::appended);
  EXPECT_EQ(results[late].first_offset, 2);
  EXPECT_EQ(results[late].version, 3U);
  EXPECT_EQ(index->head_of("a")->version, 3U);
  EXPECT_EQ(notices, std::vector<std::string>{"mismatch a"});
  const std::uint64_t again = ask("a", 1, "y");
  EXPECT_EQ(results[again].fate, append_fate::duplicate);
  EXPECT_EQ(results[again].version, 3U);
  EXPECT_EQ(results[again].first_offset, 2);
  const std::uint64_t next = ask("a", 3, "z");
  driver->settle();
  EXPECT_EQ(results[next].fate, append_fate::appended);
  EXPECT_EQ(results[next].version, 4U);
}

TEST_F(PartitionTest, ABatchOfAnOrdinaryRequestIsAnAppendForEachRecord) {
  driver->gain();
  batching::testing::recording_home home;
  auto sealed = std::make_unique<batching::batch>(home, topic, 3);
  const std::vector<batching::header> with_id{{event_id_header, "from header"}};
  sealed->append("a", true, "one", {}, nullptr, 0);
  sealed->append("b", true, "two", with_id, nullptr, 1);
  sealed->append("a", true, "one", {}, nullptr, 2);
  batch_appends::begin(
      std::move(sealed),
      [](std::string_view value, std::string& storage) {
        return std::string_view(storage = "id of " + std::string(value));
      },
      [this](const append& each) { at->take(each); });
  at->pump({}, 0);
  driver->settle();
  at->pump({}, 0);
  ASSERT_EQ(home.returned.size(), 1U);
  const auto ranges = home.returned[0]->ranges();
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_EQ(ranges[0].fate, outcome::persisted);
  EXPECT_EQ(ranges[0].count, 2U);
  EXPECT_EQ(ranges[0].offset, 0);
  EXPECT_EQ(ranges[1].fate, outcome::duplicate);
  EXPECT_EQ(index->events["a"][0].id, "id of one");
  EXPECT_EQ(index->events["b"][0].id, "from header");
}

TEST_F(PartitionTest, ABatchWithoutOwnerIsNotPersistedAndGoesHome) {
  batching::testing::recording_home home;
  auto sealed = std::make_unique<batching::batch>(home, topic, 3);
  sealed->append("a", true, "one", {}, nullptr, 0);
  sealed->append("b", true, "two", {}, nullptr, 1);
  batch_appends::begin(std::move(sealed), {}, [this](const append& each) { at->take(each); });
  ASSERT_EQ(home.returned.size(), 1U);
  ASSERT_EQ(home.returned[0]->ranges().size(), 1U);
  EXPECT_EQ(home.returned[0]->ranges()[0].fate, outcome::not_persisted);
  EXPECT_EQ(home.returned[0]->ranges()[0].why, batching::reason::no_owner);
}

}  // namespace
}  // namespace store
