#include "loadgen/report/svg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/units/quantity.h"

namespace loadgen::report {

namespace {

constexpr double width = 760;
constexpr double height = 280;
constexpr double left = 70;
constexpr double right = 14;
constexpr double top = 12;
constexpr double bottom = 42;

std::string at(double value) { return units::format_fixed(value, 1); }

std::string short_number(double value) {
  const double size = std::abs(value);
  if (size >= 1e6) return units::format_short(value / 1e6, 4) + "M";
  if (size >= 1e4) return units::format_short(value / 1e3, 4) + "k";
  return units::format_short(value, 4);
}

/// The place of a share on an axis of nines: 0.9 at 1, 0.99 at 2.
double nines(double share) { return -std::log10(std::max(1 - share, 1e-5)); }

struct axis {
  double low = 0;
  double high = 1;
  bool log = false;

  double place(double value) const {
    if (log) return (std::log10(std::max(value, low)) - std::log10(low)) / (std::log10(high) - std::log10(low));
    return (value - low) / (high - low);
  }

  std::vector<double> ticks() const {
    std::vector<double> found;
    if (log) {
      for (double value = low; value <= high * 1.001; value *= 10) found.push_back(value);
      return found;
    }
    const double rough = (high - low) / 6;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    for (double value = std::ceil(low / step) * step; value <= high + step * 1e-6; value += step) {
      found.push_back(std::abs(value) < step * 1e-6 ? 0 : value);
    }
    return found;
  }
};

template <typename Use>
void each_point(const chart& what, Use use) {
  for (const chart_series& series : what.series) {
    for (const auto& point : series.points) use(point);
  }
}

axis x_axis(const chart& what) {
  axis x{1e300, -1e300, false};
  each_point(what, [&](const auto& point) {
    const double value = what.percentile_x ? nines(point.first) : point.first;
    x.low = std::min(x.low, value);
    x.high = std::max(x.high, value);
  });
  if (what.percentile_x || x.low > x.high) x.low = 0;
  if (x.high <= x.low) x.high = x.low + 1;
  return x;
}

axis y_axis(const chart& what) {
  axis y{1e300, 0, what.log_y};
  each_point(what, [&](const auto& point) {
    y.high = std::max(y.high, point.second);
    if (point.second > 0) y.low = std::min(y.low, point.second);
  });
  if (!what.log_y) return {0, y.high > 0 ? y.high * 1.08 : 1, false};
  if (y.low > y.high) return {0.1, 1, true};
  y.low = std::pow(10, std::floor(std::log10(y.low)));
  y.high = std::max(y.low * 10, std::pow(10, std::ceil(std::log10(y.high))));
  return y;
}

double to_x(double place) { return left + place * (width - left - right); }
double to_y(double place) { return height - bottom - place * (height - top - bottom); }

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x='" + at(x) + "' y='" + at(y) + "' text-anchor='" + anchor + "'>" + escape_html(text) + "</text>";
}

std::string line(double x1, double y1, double x2, double y2, const char* style) {
  return "<line x1='" + at(x1) + "' y1='" + at(y1) + "' x2='" + at(x2) + "' y2='" + at(y2) + "' class='" + style +
         "'/>";
}

std::string draw_grid(const chart& what, const axis& x, const axis& y) {
  std::string svg;
  for (const double tick : y.ticks()) {
    const double where = to_y(y.place(tick));
    svg += line(left, where, width - right, where, "grid") + text_at(left - 6, where + 4, "end", short_number(tick));
  }
  if (what.percentile_x) {
    constexpr std::array<std::pair<double, const char*>, 6> marks{
        {{0, "0"}, {0.9, "90 %"}, {0.99, "99 %"}, {0.999, "99.9 %"}, {0.9999, "99.99 %"}, {0.99999, "99.999 %"}}};
    for (const auto& [share, name] : marks) {
      if (nines(share) > x.high + 0.01) continue;
      const double where = to_x(x.place(nines(share)));
      svg += line(where, top, where, height - bottom, "grid") + text_at(where, height - bottom + 16, "middle", name);
    }
  } else {
    for (const double tick : x.ticks()) {
      svg += text_at(to_x(x.place(tick)), height - bottom + 16, "middle", short_number(tick));
    }
  }
  svg += line(left, height - bottom, width - right, height - bottom, "axis");
  svg += text_at(left + (width - left - right) / 2, height - 6, "middle", what.x_label);
  return svg + "<text transform='translate(13 " + at(top + (height - top - bottom) / 2) +
         ") rotate(-90)' text-anchor='middle'>" + escape_html(what.y_label) + "</text>";
}

std::string draw_series(const chart& what, const chart_series& series, const axis& x, const axis& y) {
  std::string path;
  std::string dots;
  for (const auto& [px, py] : series.points) {
    const double sx = to_x(x.place(what.percentile_x ? nines(px) : px));
    const double sy = to_y(std::clamp(y.place(py), 0.0, 1.0));
    path += (path.empty() ? "M" : "L") + at(sx) + " " + at(sy);
    const std::string where = what.percentile_x ? units::format_short(px * 100, 6) + " %" : short_number(px);
    dots += "<circle cx='" + at(sx) + "' cy='" + at(sy) + "' r='" +
            (series.marks ? "3.5' class='dot " : "6' class='hover ") + series.color + "'><title>" +
            escape_html(series.name + " at " + where + ": " + short_number(py)) + "</title></circle>";
  }
  return "<path d='" + path + "' class='line " + series.color + (series.dashed ? " dashed" : "") + "'/>" + dots;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '\'': safe += "&#39;"; break;
      case '"': safe += "&quot;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string render(const chart& what) {
  const axis x = x_axis(what);
  const axis y = y_axis(what);
  std::string html = "<figure><figcaption>" + escape_html(what.title) + "<span class='legend'>";
  for (const chart_series& series : what.series) {
    html += "<span class='" + series.color + "'><i" + (series.dashed ? " class='dashed'" : "") + "></i>" +
            escape_html(series.name) + "</span>";
  }
  html += "</span></figcaption><svg viewBox='0 0 " + at(width) + " " + at(height) + "' role='img'>";
  html += draw_grid(what, x, y);
  for (const chart_series& series : what.series) {
    if (!series.points.empty()) html += draw_series(what, series, x, y);
  }
  return html + "</svg></figure>";
}

}  // namespace loadgen::report
