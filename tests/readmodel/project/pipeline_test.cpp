#include "readmodel/project/pipeline.h"

#include <gtest/gtest.h>

#include "read_model.h"
#include "readmodel/cql/values.h"
#include "readmodel/project/verification.h"
#include "readmodel/tables/generations.h"

namespace {

using namespace read_model_tests;
using project::controls;
using project::pipeline;

struct PipelineTest : ::testing::Test {
  read_model model;
  tables::statements tables{{model.keyspace, model.how->name, 1}, *model.how, cql::consistency::one};
  project::progress progress;

  void SetUp() override {
    tables::generations g(*model.session, model.keyspace, model.how->name, cql::consistency::one);
    ASSERT_FALSE(g.prepare("{'class': 'SimpleStrategy', 'replication_factor': 1}"));
    ASSERT_EQ(*g.claim_next(), 1);
    for (const auto& one : tables.create()) ASSERT_TRUE(model.session->execute_one(one));
    ASSERT_TRUE(*g.switch_live(0, 1));
  }
  pipeline make(controls broken = {}) {
    return pipeline({model.topic, 1'000, broken}, tables, *model.session, nullptr, progress);
  }
  std::map<std::int32_t, std::int64_t> positions() {
    std::map<std::int32_t, std::int64_t> all;
    const auto stored = model.session->execute_one(tables.read_positions());
    EXPECT_TRUE(stored);
    for (const auto& row : stored->list) all[cql::to_integer(row[0]).value()] = cql::to_bigint(row[1]).value();
    return all;
  }
  bool is_sound() {
    auto done = project::verify(model.settings(), *model.how, *model.session, 1, {}, [](const auto&) {});
    EXPECT_TRUE(done) << done.error().message;
    if (!done->is_sound()) last_verdict = describe(*done);
    return done->is_sound();
  }
  std::string last_verdict;
};

TEST_F(PipelineTest, AWholeBatchIsThereAndPositioned) {
  model.produce_many(400, 20);
  ASSERT_FALSE(make().process(model.read().records));
  EXPECT_EQ(model.shown(), model.expected());
  std::int64_t sum = 0;
  for (const auto& [p, next] : positions()) sum += next;
  EXPECT_EQ(sum, 400);
  EXPECT_TRUE(is_sound()) << last_verdict;
}

TEST_F(PipelineTest, ABatchThatIsReadAgainChangesNothing) {
  model.produce_many(100, 5);
  ASSERT_FALSE(make().process(model.read().records));  // and then it died, before its position was stored
  model.produce_many(50, 5);
  ASSERT_FALSE(make().process(model.read().records));
  EXPECT_EQ(model.shown(), model.expected());
  EXPECT_EQ(progress.repeated, 100U);
  EXPECT_TRUE(is_sound()) << last_verdict;
}

TEST_F(PipelineTest, ControlAFoldThatIsAppliedTwiceIsFound) {
  model.produce_many(100, 5);
  controls broken;
  broken.folds_twice = true;
  ASSERT_FALSE(make(broken).process(model.read().records));
  model.produce_many(50, 5);
  ASSERT_FALSE(make(broken).process(model.read().records));
  EXPECT_NE(model.shown(), model.expected());
  EXPECT_FALSE(is_sound());
}

// The view's table refuses the rows: what was not written must not be positioned.
TEST_F(PipelineTest, APositionWaitsForEverythingBeforeIt) {
  model.produce_many(100, 5);
  model.execute("drop table " + model.keyspace + ".latest_g1");
  const auto failed = make().process(model.read().records);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, cassandra::errc::refused);
  for (const auto& one : tables.create()) ASSERT_TRUE(model.session->execute_one(one));
  EXPECT_TRUE(positions().empty());
  ASSERT_FALSE(make().process(model.read(positions()).records));
  EXPECT_EQ(model.shown(), model.expected());
  EXPECT_TRUE(is_sound()) << last_verdict;
}

TEST_F(PipelineTest, ControlAPositionThatIsStoredTooEarlyIsFound) {
  model.produce_many(100, 5);
  controls broken;
  broken.position_first = true;
  model.execute("drop table " + model.keyspace + ".latest_g1");
  ASSERT_TRUE(make(broken).process(model.read().records));
  for (const auto& one : tables.create()) ASSERT_TRUE(model.session->execute_one(one));
  model.produce_many(20, 4);
  ASSERT_FALSE(make(broken).process(model.read(positions()).records));
  EXPECT_NE(model.shown(), model.expected());
  EXPECT_FALSE(is_sound());
}

// It was paused, another has its partitions, and now it writes what it still has in memory.
TEST_F(PipelineTest, TheLateWriteOfAFormerOwnerLoses) {
  model.produce_many(40, 2);
  pipeline former = make();
  ASSERT_FALSE(former.process(model.read().records));
  const auto after_first = positions();
  model.produce_many(20, 2);
  const auto late = model.read(after_first);
  model.produce_many(20, 2);
  ASSERT_FALSE(make().process(model.read(after_first).records));
  const auto positions_before = positions();
  ASSERT_FALSE(former.process(late.records));
  EXPECT_EQ(model.shown(), model.expected());
  EXPECT_EQ(positions(), positions_before);  // it never goes back
  EXPECT_TRUE(is_sound()) << last_verdict;
}

TEST_F(PipelineTest, VerificationFindsARowThatSomebodyChangedOrRemoved) {
  model.produce_many(40, 4);
  ASSERT_FALSE(make().process(model.read().records));
  EXPECT_TRUE(is_sound()) << last_verdict;
  model.execute("update " + model.keyspace + ".latest_g1 set events = 99 where aggregate_id = 'agg-1'");
  EXPECT_FALSE(is_sound());
  model.execute("delete from " + model.keyspace + ".latest_g1 where aggregate_id = 'agg-1'");
  EXPECT_FALSE(is_sound());
}

}  // namespace
