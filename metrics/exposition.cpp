#include "metrics/exposition.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "metrics/catalogue.h"

namespace metrics {

namespace {

constexpr std::string_view text_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view openmetrics_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

prometheus::MetricType type_of(kind k) noexcept {
  switch (k) {
    case kind::counter: return prometheus::MetricType::Counter;
    case kind::histogram: return prometheus::MetricType::Histogram;
    case kind::gauge:
    case kind::info: return prometheus::MetricType::Gauge;
  }
  return prometheus::MetricType::Untyped;
}

std::string_view trim(std::string_view s) noexcept {
  const std::size_t begin = s.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return s.substr(begin, s.find_last_not_of(" \t") - begin + 1);
}

std::string_view next_part(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const std::string_view part = trim(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

/// The weight of one media range; 0 for an OpenMetrics version that we do not speak.
double weight_of(std::string_view parameters) noexcept {
  double weight = 1;
  while (!parameters.empty()) {
    const std::string_view parameter = next_part(parameters, ';');
    if (parameter.starts_with("q=")) {
      weight = 0;
      std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), weight);
    } else if (parameter.starts_with("version=") && !parameter.ends_with("1.0.0") && !parameter.ends_with("0.0.4")) {
      return 0;
    }
  }
  return weight;
}

}  // namespace

bool prefers_openmetrics(std::string_view accept) noexcept {
  double openmetrics = 0;
  double text = 0;
  while (!accept.empty()) {
    std::string_view range = next_part(accept, ',');
    const std::string_view type = next_part(range, ';');
    if (type == "application/openmetrics-text") openmetrics = std::max(openmetrics, weight_of(range));
    if (type == "text/plain") text = std::max(text, weight_of(range));
  }
  return openmetrics > 0 && openmetrics >= text;
}

std::vector<prometheus::MetricFamily> families(const snapshot& state) {
  std::vector<prometheus::MetricFamily> list;
  for (const metric& m : catalogue()) {
    prometheus::MetricFamily family{std::string(m.name), std::string(m.help), type_of(m.type), {}};
    samples out(m, family);
    m.fill(state, out);
    if (!family.metric.empty()) list.push_back(std::move(family));
  }
  return list;
}

std::string to_text(const std::vector<prometheus::MetricFamily>& list) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, list);
  return std::move(out).str();
}

exposition render(const snapshot& state, std::string_view accept) {
  if (prefers_openmetrics(accept)) return {openmetrics_type, to_openmetrics(families(state))};
  return {text_type, to_text(families(state))};
}

}  // namespace metrics
