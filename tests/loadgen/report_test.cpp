// What people look at: the chart, the page, the live view. Their looks were judged by eye; here is what must not break.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "loadgen/html_report.h"
#include "loadgen/live_view.h"
#include "loadgen/svg_chart.h"
#include "loadgen/units.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

TEST(SvgChartTest, DrawsNoNumberThatIsNone) {
  for (const bool log : {false, true}) {
    for (const bool percentile : {false, true}) {
      for (const auto& points : std::vector<std::vector<std::pair<double, double>>>{
               {}, {{0, 0}}, {{1, 5}}, {{0, 0}, {0.5, 0}}, {{0, 1e-9}, {0.99999, 1e12}}, {{5, 3}, {5, 3}}}) {
        const std::string svg = render({"t", "x", "y", log, percentile, {{"s", "c1", points}}});
        EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
        EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
      }
    }
  }
}

TEST(SvgChartTest, TextsAreEscaped) {
  const std::string svg = render({"<b>&'\"", "x", "y", false, false, {{"</svg>", "c1", {{1, 2}}}}});
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_EQ(svg.find("</svg><"), svg.rfind("</svg><"));
}

class ReportTest : public ::testing::Test {
 protected:
  ReportTest() : plan_(make_plan(options())), result_(plan_, {}) {
    const auto start = steady::now();
    result_.course.begin(start);
    for (int second = 1; second <= 5; ++second) {
      tally counted;
      counted.counts.events_sent = 1000;
      counted.counts.outcomes[0] = 990;
      counted.counts.outcomes[7] = 10;
      counted.corrected.record(12ms, 990);
      counted.service.record(10ms, 990);
      result_.course.add(counted, start + std::chrono::seconds(second));
    }
  }

  static run_options options() {
    run_options o;
    o.topic = "orders<script>";
    o.rate = "1000";
    o.duration = "10s";
    return o;
  }

  run_plan plan_;
  run_result result_;
};

TEST_F(ReportTest, ThePageIsWholeAndNeedsNoNetwork) {
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

TEST_F(ReportTest, TheCapacityPageShowsEveryMeasurement) {
  capacity_result capacity;
  capacity.points.resize(3);
  for (std::size_t i = 0; i < 3; ++i) capacity.points[i].rate = 1000.0 * static_cast<double>(i + 1);
  const std::string page = html_report(plan_, capacity, objective::parse("p99=50ms"));
  for (const char* rate : {"1,000", "2,000", "3,000"}) EXPECT_NE(page.find(rate), std::string::npos);
  EXPECT_NE(page.find("No rate held"), std::string::npos);
}

TEST_F(ReportTest, ThePlainLineTellsTheSecond) {
  const std::string line = live_view::plain_line(result_.course);
  EXPECT_NE(line.find("50%"), std::string::npos) << line;
  EXPECT_NE(line.find("refused 50"), std::string::npos) << line;
  EXPECT_NE(line.find("5.0s left"), std::string::npos) << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(ReportTest, TheBlockKeepsItsHeight) {
  const std::string block = live_view::block(result_.course, 80);
  const progress empty(plan_, {});
  const std::string first = live_view::block(empty, 80);
  EXPECT_EQ(std::count(block.begin(), block.end(), '\n'), std::count(first.begin(), first.end(), '\n'));
}

}  // namespace
}  // namespace loadgen
