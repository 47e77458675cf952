#include "loadgen/report/live_view.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "loadgen/measure/progress.h"
#include "tests/loadgen/support/sample_run.h"

namespace loadgen::report {
namespace {

class LiveViewTest : public loadgen_tests::sample_run {};

TEST_F(LiveViewTest, ThePlainLineTellsTheSecond) {
  const std::string line = live_view::plain_line(result_.course);
  EXPECT_NE(line.find("50%"), std::string::npos) << line;
  EXPECT_NE(line.find("refused 50"), std::string::npos) << line;
  EXPECT_NE(line.find("5.0s left"), std::string::npos) << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(LiveViewTest, TheBlockKeepsItsHeight) {
  const std::string block = live_view::block(result_.course, 80);
  const measure::progress empty(plan_, {});
  const std::string first = live_view::block(empty, 80);
  EXPECT_EQ(std::count(block.begin(), block.end(), '\n'), std::count(first.begin(), first.end(), '\n'));
}

}  // namespace
}  // namespace loadgen::report
