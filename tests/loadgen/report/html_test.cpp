#include "loadgen/report/html.h"

#include <gtest/gtest.h>

#include "loadgen/capacity/objective.h"
#include "loadgen/capacity/search.h"
#include "tests/loadgen/support/sample_run.h"

namespace loadgen::report {
namespace {

class HtmlTest : public loadgen_tests::sample_run {};

TEST_F(HtmlTest, ThePageIsWholeAndNeedsNoNetwork) {
  const std::string page = html_report(plan_, result_);
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_TRUE(page.ends_with("</html>"));
  EXPECT_EQ(page.find("http://www"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  for (const char* title : {"Throughput", "Latency over time", "Latency by percentile", "CPU", "Events refused"}) {
    EXPECT_NE(page.find(title), std::string::npos) << title;
  }
}

TEST_F(HtmlTest, TheCapacityPageShowsEveryMeasurement) {
  capacity::result capacity;
  capacity.points.resize(3);
  for (std::size_t i = 0; i < 3; ++i) capacity.points[i].rate = 1000.0 * static_cast<double>(i + 1);
  const std::string page = html_report(plan_, capacity, capacity::objective::parse("p99=50ms"));
  for (const char* rate : {"1,000", "2,000", "3,000"}) EXPECT_NE(page.find(rate), std::string::npos);
  EXPECT_NE(page.find("No rate held"), std::string::npos);
}

}  // namespace
}  // namespace loadgen::report
