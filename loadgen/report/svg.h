#pragma once

// Line charts as inline SVG, for the HTML report: no script, no network. Values under the pointer come from titles.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loadgen::report {

struct chart_series {
  std::string name;
  std::string color;  // a CSS class of the report: c1 .. c5
  std::vector<std::pair<double, double>> points;
  bool dashed = false;
  bool marks = false;  // a dot at each point
};

struct chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_y = false;
  bool percentile_x = false;  // x is a share 0..1, drawn by its nines
  std::vector<chart_series> series;
};

std::string render(const chart& what);

std::string escape_html(std::string_view text);

}  // namespace loadgen::report
