#include "loadgen/capacity.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "loadgen/units.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// A server that holds every rate up to `limit`; `noise` lets the n-th measurement fail.
capacity_result search_against(double limit, double probe, capacity_search how = {}, int failing = -1) {
  int measured = 0;
  return find_capacity(how, probe, [&](double rate) {
    capacity_point point;
    const bool disturbed = measured++ == failing;
    point.held = rate <= limit && !disturbed;
    point.why = point.held ? "" : "p99 was 80 ms";
    return point;
  });
}

TEST(CapacityTest, FindsTheLimitWithinItsPrecision) {
  for (const double limit : {37.0, 500.0, 12345.0, 987654.0}) {
    for (const double probe_error : {0.5, 1.0, 3.0}) {
      const capacity_result result = search_against(limit, limit * probe_error);
      EXPECT_LE(result.rate, limit);
      EXPECT_GE(result.rate, limit * 0.9) << limit << " probed as " << limit * probe_error;
      EXPECT_LE(result.points.size(), 60U);
      EXPECT_NE(result.limited_by.find("p99 was 80 ms"), std::string::npos) << result.limited_by;
    }
  }
}

TEST(CapacityTest, TheAnswerIsRepeated) {
  const capacity_result result = search_against(1000, 1000);
  const auto held = std::count_if(result.points.begin(), result.points.end(),
                                  [&](const capacity_point& point) { return point.rate == result.rate && point.held; });
  EXPECT_EQ(held, 3);
  ASSERT_NE(result.answer(), nullptr);
  EXPECT_EQ(result.answer()->rate, result.rate);
}

TEST(CapacityTest, ARateThatFailsItsRepeatIsNotTheAnswer) {
  const capacity_result whole = search_against(1000, 1000);
  // The last measurement of the undisturbed search is the last repeat: let it fail.
  const capacity_result result = search_against(1000, 1000, {}, static_cast<int>(whole.points.size()) - 1);
  EXPECT_LT(result.rate, whole.rate);
  EXPECT_GT(result.rate, whole.rate * 0.8);
}

TEST(CapacityTest, OneFailureOnTheWayUpIsNotBelieved) {
  for (int failing = 0; failing < 6; ++failing) {
    EXPECT_GE(search_against(1000, 1000, {}, failing).rate, 900) << failing;
  }
}

TEST(CapacityTest, NothingHeldIsSaid) {
  const capacity_result result = search_against(0, 1000);
  EXPECT_EQ(result.rate, 0);
  EXPECT_EQ(result.answer(), nullptr);
  EXPECT_NE(describe(result, objective::parse("p99=50ms")).find("no rate"), std::string::npos);
}

TEST(CapacityTest, StopsAtTheMostItMayAskFor) {
  capacity_search how;
  how.rate_max = 700;
  const capacity_result result = search_against(1e9, 1000, how);
  EXPECT_EQ(result.rate, 700);
  for (const capacity_point& point : result.points) EXPECT_LE(point.rate, 700);
}

TEST(CapacityTest, AGeneratorAtItsLimitEndsTheRampAndIsNamed) {
  const capacity_result result = find_capacity({}, 1000, [](double rate) {
    capacity_point point;
    point.held = true;
    point.generator_limited = rate >= 500;
    return point;
  });
  EXPECT_EQ(result.rate, 500);
  EXPECT_NE(result.limited_by.find("generator itself"), std::string::npos);
}

TEST(ObjectiveTest, ReadsAllItsParts) {
  const objective slo = objective::parse("p99=50ms,p99.9=200ms,max=1s,errors=0.1%");
  ASSERT_EQ(slo.limits.size(), 3U);
  EXPECT_DOUBLE_EQ(slo.limits[1].share, 0.999);
  EXPECT_EQ(slo.limits[2].at_most, 1s);
  EXPECT_DOUBLE_EQ(slo.errors_max, 0.001);
  for (const char* text : {"", "p99", "p0=1ms", "p100=1ms", "p99=fast", "errors=2", "speed=3"}) {
    EXPECT_THROW(objective::parse(text), usage_error) << text;
  }
}

TEST(ObjectiveTest, EveryBrokenPartIsNamed) {
  histogram latency;
  latency.record(10ms, 98);
  latency.record(90ms, 2);
  capacity_point point;
  point.errors = 0.01;
  judge(point, objective::parse("p50=20ms,p99=50ms,errors=0"), latency);
  EXPECT_FALSE(point.held);
  EXPECT_NE(point.why.find("1 % of the events"), std::string::npos) << point.why;
  EXPECT_NE(point.why.find("p99 was 9"), std::string::npos) << point.why;
  EXPECT_EQ(point.why.find("p50"), std::string::npos) << point.why;
}

}  // namespace
}  // namespace loadgen
