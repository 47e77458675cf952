#include "loadgen/store/options.h"

#include <gtest/gtest.h>

#include "loadgen/units/option.h"

namespace loadgen::store {
namespace {

using namespace std::chrono_literals;

store_options usual() {
  store_options options;
  options.topic = "carts";
  options.kafka = "127.0.0.1:9092";
  return options;
}

TEST(StoreOptionsTest, DefaultsMakeAPlan) {
  const load::load_plan plan = make_plan(usual());
  EXPECT_EQ(plan.run.size(), 8U);
  EXPECT_EQ(plan.instances.size(), 1U);
  EXPECT_EQ(plan.duration, 10s);
  EXPECT_TRUE(plan.rate.closed_loop());
  EXPECT_EQ(make_settings(usual()).settle, 2s);
}

TEST(StoreOptionsTest, SeveralInstancesAreRead) {
  store_options options = usual();
  options.targets = "http://a:1,http://b:2";
  const load::load_plan plan = make_plan(options);
  ASSERT_EQ(plan.instances.size(), 2U);
  EXPECT_EQ(plan.instances[1].host, "b");
  EXPECT_EQ(plan.instances[1].port, "2");
}

TEST(StoreOptionsTest, TheLengthIsThatOfTheRateOrAsAsked) {
  store_options options = usual();
  options.rate = "100:5s,200:3s";
  EXPECT_EQ(make_plan(options).duration, 8s);
  options.duration = "2s";
  EXPECT_EQ(make_plan(options).duration, 2s);
  options = usual();
  options.appends = "50k";
  EXPECT_EQ(make_plan(options).appends, 50'000U);
  EXPECT_GT(make_plan(options).duration, 24h);
}

TEST(StoreOptionsTest, WhatCannotBeUsedIsRefused) {
  const auto refused = [](auto&& change) {
    store_options options = usual();
    change(options);
    EXPECT_THROW((make_plan(options), make_settings(options)), units::usage_error);
  };
  refused([](auto& o) { o.targets = "tcp://a:1"; });
  refused([](auto& o) { o.topic = "a b"; });
  refused([](auto& o) { o.kafka = ""; });
  refused([](auto& o) { o.writers = "0"; });
  refused([](auto& o) { o.writers = "1025"; });
  refused([](auto& o) { o.aggregates = "0"; });
  refused([](auto& o) { o.size = "159"; });
  refused([](auto& o) { o.events = "0"; });
  refused([](auto& o) { o.any = "1.1"; });
  refused([](auto& o) { o.repeat = "-1"; });
  refused([](auto& o) { o.look = "2"; });
  refused([](auto& o) { o.careless = "1.5"; });
  refused([](auto& o) { o.anywhere = "x"; });
  refused([](auto& o) { o.timeout = "soon"; });
  refused([](auto& o) { o.settle = "x"; });
  refused([](auto& o) { o.kafka_properties = {"no-such-thing=1"}; });
}

}  // namespace
}  // namespace loadgen::store
