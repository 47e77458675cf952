#include "loadgen/plan/run_plan.h"

#include <gtest/gtest.h>

#include "loadgen/units/quantity.h"

namespace loadgen::plan {
namespace {

using namespace std::chrono_literals;

run_options usual() {
  run_options options;
  options.topic = "t";
  return options;
}

TEST(RunPlanTest, TheTargetsSchemeChoosesTheProtocol) {
  run_options options = usual();
  options.target = "tcp://10.0.0.1:7070";
  EXPECT_EQ(make_plan(options).protocol, protocol_kind::tcp);
  EXPECT_EQ(make_plan(options).port, "7070");
  options.target = "kafka://a:9092,b:9092";
  EXPECT_EQ(make_plan(options).host, "a:9092,b:9092");
  options.target = "http://[::1]:8080/";
  EXPECT_EQ(make_plan(options).host, "::1");
  options.target = "127.0.0.1:8080";
  EXPECT_EQ(make_plan(options).protocol, protocol_kind::http);
  options.target = "127.0.0.1:7171";
  options.protocol = "lines";
  EXPECT_EQ(make_plan(options).protocol, protocol_kind::lines);
}

TEST(RunPlanTest, RefusesTargetsItCannotReach) {
  for (const char* target : {"https://h:1", "tcp://h", "ftp://h:1", "http://:80"}) {
    run_options options = usual();
    options.target = target;
    EXPECT_THROW(make_plan(options), units::usage_error) << target;
  }
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

TEST(RunPlanTest, RefusesWhatItCannotMean) {
  const auto refused = [](auto change) {
    run_options options = usual();
    change(options);
    EXPECT_THROW(make_plan(options), units::usage_error);
  };
  refused([](run_options& o) { o.topic = ""; });
  refused([](run_options& o) { o.events = "0"; });
  refused([](run_options& o) { o.batch = 0; });
  refused([](run_options& o) { o.connections = 0; });
  refused([](run_options& o) { o.encoding = "brotli"; });
  refused([](run_options& o) { o.retry = "often"; });
  refused([](run_options& o) { o.duration = "0s"; });
  refused([](run_options& o) { o.aggregates = "1.5"; });
  refused([](run_options& o) { o.template_file = "/nonexistent"; });
}

TEST(RunPlanTest, SingleEventsAreJsonObjects) {
  run_options options = usual();
  EXPECT_EQ(make_plan(options).format, body_format::ndjson);
  options.batch = 1;
  EXPECT_EQ(make_plan(options).format, body_format::json);
}

}  // namespace
}  // namespace loadgen::plan
