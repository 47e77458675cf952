#include "loadgen/capacity/search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "loadgen/report/capacity_table.h"

namespace loadgen::capacity {
namespace {

/// A server that holds every rate up to `limit`; measurement number `failing` fails all the same.
result search_against(double limit, double probe, search_limits how = {}, int failing = -1) {
  int measured = 0;
  return find_capacity(how, probe, [&](double rate) {
    measurement point;
    const bool disturbed = measured++ == failing;
    point.held = rate <= limit && !disturbed;
    point.why = point.held ? "" : "p99 was 80 ms";
    return point;
  });
}

TEST(SearchTest, FindsTheLimitWithinItsPrecision) {
  for (const double limit : {37.0, 500.0, 12345.0, 987654.0}) {
    for (const double probe_error : {0.5, 1.0, 3.0}) {
      const result result = search_against(limit, limit * probe_error);
      EXPECT_LE(result.rate, limit);
      EXPECT_GE(result.rate, limit * 0.9) << limit << " probed as " << limit * probe_error;
      EXPECT_LE(result.points.size(), 60U);
      EXPECT_NE(result.limited_by.find("p99 was 80 ms"), std::string::npos) << result.limited_by;
    }
  }
}

TEST(SearchTest, TheAnswerIsRepeated) {
  const result result = search_against(1000, 1000);
  const auto held = std::count_if(result.points.begin(), result.points.end(),
                                  [&](const measurement& point) { return point.rate == result.rate && point.held; });
  EXPECT_EQ(held, 3);
  ASSERT_NE(result.answer(), nullptr);
  EXPECT_EQ(result.answer()->rate, result.rate);
}

TEST(SearchTest, ARateThatFailsItsRepeatIsNotTheAnswer) {
  const result whole = search_against(1000, 1000);
  // The last measurement of the undisturbed search is the last repeat: let it fail.
  const result result = search_against(1000, 1000, {}, static_cast<int>(whole.points.size()) - 1);
  EXPECT_LT(result.rate, whole.rate);
  EXPECT_GT(result.rate, whole.rate * 0.8);
}

TEST(SearchTest, OneFailureOnTheWayUpIsNotBelieved) {
  for (int failing = 0; failing < 6; ++failing) {
    EXPECT_GE(search_against(1000, 1000, {}, failing).rate, 900) << failing;
  }
}

TEST(SearchTest, NothingHeldIsSaid) {
  const result result = search_against(0, 1000);
  EXPECT_EQ(result.rate, 0);
  EXPECT_EQ(result.answer(), nullptr);
  EXPECT_NE(report::describe(result, objective::parse("p99=50ms")).find("no rate"), std::string::npos);
}

TEST(SearchTest, StopsAtTheMostItMayAskFor) {
  search_limits how;
  how.rate_max = 700;
  const result result = search_against(1e9, 1000, how);
  EXPECT_EQ(result.rate, 700);
  for (const measurement& point : result.points) EXPECT_LE(point.rate, 700);
}

TEST(SearchTest, AGeneratorAtItsLimitEndsTheRampAndIsNamed) {
  const result result = find_capacity({}, 1000, [](double rate) {
    measurement point;
    point.held = true;
    point.generator_limited = rate >= 500;
    return point;
  });
  EXPECT_EQ(result.rate, 500);
  EXPECT_NE(result.limited_by.find("generator itself"), std::string::npos);
}

}  // namespace
}  // namespace loadgen::capacity
