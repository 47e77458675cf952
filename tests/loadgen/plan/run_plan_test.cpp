#include "loadgen/plan/run_plan.h"

#include <gtest/gtest.h>

#include "loadgen/units/option.h"

namespace loadgen::plan {
namespace {

using namespace std::chrono_literals;

run_options usual() {
  run_options options;
  options.topic = "t";
  return options;
}

TEST(RunPlanTest, LengthComesFromWhateverSaysIt) {
  run_options options = usual();
  EXPECT_EQ(make_plan(options).duration, 10s);
  options.rate = "100:5s,200:10s";
  EXPECT_EQ(make_plan(options).duration, 15s);
  options.duration = "7s";
  EXPECT_EQ(make_plan(options).duration, 7s);
  options = usual();
  options.events = "5k";
  EXPECT_EQ(make_plan(options).events, 5000U);
  EXPECT_GT(make_plan(options).duration, 24h);
}

TEST(RunPlanTest, NoMoreConnectionsThanAggregates) {
  run_options options = usual();
  options.aggregates = "3";
  const run_plan plan = make_plan(options);
  EXPECT_EQ(plan.connections, 3U);
  EXPECT_EQ(plan.notes.size(), 1U);
}

TEST(RunPlanTest, OptionsThatContradictEachOtherAreNamed) {
  const auto why_not = [](auto change) -> std::string {
    run_options options = usual();
    change(options);
    try {
      make_plan(options);
      return "";
    } catch (const units::usage_error& error) {
      return error.what();
    }
  };
  EXPECT_NE(why_not([](run_options& o) { o.topic = ""; }).find("--topic is missing"), std::string::npos);
  const std::string both = why_not([](run_options& o) { o.template_file = o.replay_file = "x"; });
  EXPECT_NE(both.find("--replay and --template"), std::string::npos);
  EXPECT_NE(why_not([](run_options& o) {
              o.replay_file = "x";
              o.rate = "100";
            }).find("--rate: cannot use '100': leave it out"),
            std::string::npos);
  EXPECT_NE(why_not([](run_options& o) {
              o.target = "tcp://h:1";
              o.encoding = "gzip";
            }).find("--encoding: cannot use 'gzip': write identity, zstd or lz4"),
            std::string::npos);
}

TEST(RunPlanTest, SingleEventsAreJsonObjects) {
  run_options options = usual();
  EXPECT_EQ(make_plan(options).format, body_format::ndjson);
  options.batch = "1";
  EXPECT_EQ(make_plan(options).format, body_format::json);
}

}  // namespace
}  // namespace loadgen::plan
