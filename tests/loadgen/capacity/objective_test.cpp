#include "loadgen/capacity/objective.h"

#include <gtest/gtest.h>

#include "loadgen/units/option.h"

namespace loadgen::capacity {
namespace {

using namespace std::chrono_literals;

TEST(ObjectiveTest, ReadsAllItsParts) {
  const objective slo = objective::parse("p99=50ms,p99.9=200ms,max=1s,errors=0.1%");
  ASSERT_EQ(slo.limits.size(), 3U);
  EXPECT_DOUBLE_EQ(slo.limits[1].share, 0.999);
  EXPECT_EQ(slo.limits[2].at_most, 1s);
  EXPECT_DOUBLE_EQ(slo.errors_max, 0.001);
  for (const char* text : {"", "p99", "p0=1ms", "p100=1ms", "p99=fast", "errors=2", "speed=3"}) {
    EXPECT_THROW(objective::parse(text), units::usage_error) << text;
  }
}

}  // namespace
}  // namespace loadgen::capacity
