#include "loadgen/report/svg.h"

#include <gtest/gtest.h>

namespace loadgen::report {
namespace {

TEST(SvgTest, DrawsNoNumberThatIsNone) {
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

TEST(SvgTest, TextsAreEscaped) {
  const std::string svg = render({"<b>&'\"", "x", "y", false, false, {{"</svg>", "c1", {{1, 2}}}}});
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_EQ(svg.find("</svg><"), svg.rfind("</svg><"));
}

}  // namespace
}  // namespace loadgen::report
