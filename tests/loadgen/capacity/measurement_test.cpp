#include "loadgen/capacity/measurement.h"

#include <gtest/gtest.h>

#include "loadgen/measure/histogram.h"

namespace loadgen::capacity {
namespace {

using namespace std::chrono_literals;

TEST(MeasurementTest, EveryBrokenPartIsNamed) {
  measure::histogram latency;
  latency.record(10ms, 98);
  latency.record(90ms, 2);
  measurement point;
  point.errors = 0.01;
  judge(point, objective::parse("p50=20ms,p99=50ms,errors=0"), latency);
  EXPECT_FALSE(point.held);
  EXPECT_NE(point.why.find("1 % of the events"), std::string::npos) << point.why;
  EXPECT_NE(point.why.find("p99 was 9"), std::string::npos) << point.why;
  EXPECT_EQ(point.why.find("p50"), std::string::npos) << point.why;
}

}  // namespace
}  // namespace loadgen::capacity
