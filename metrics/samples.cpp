#include "metrics/samples.h"

#include <cassert>
#include <cmath>
#include <limits>

#include "metrics/catalogue.h"

namespace metrics {

namespace {

std::vector<std::string_view> split(std::string_view labels) {
  std::vector<std::string_view> names;
  while (!labels.empty()) {
    const std::size_t comma = labels.find(',');
    names.push_back(labels.substr(0, comma));
    labels = comma == std::string_view::npos ? std::string_view{} : labels.substr(comma + 1);
  }
  return names;
}

double bound(std::size_t power, const buckets_shown& shown) {
  return (std::ldexp(1.0, static_cast<int>(power)) - (shown.whole ? 1 : 0)) / shown.unit;
}

}  // namespace

samples::samples(const metric& of, prometheus::MetricFamily& into) : label_names_(split(of.labels)), family_(into) {}

prometheus::ClientMetric& samples::next(std::initializer_list<std::string_view> label_values) {
  assert(label_values.size() == label_names_.size());
  auto& sample = family_.metric.emplace_back();
  auto name = label_names_.begin();
  for (const std::string_view value : label_values)
    if (!value.empty())
      sample.label.push_back({std::string(*name++), std::string(value)});
    else
      ++name;  // an empty label is no label
  return sample;
}

void samples::add(std::initializer_list<std::string_view> label_values, double value) {
  auto& sample = next(label_values);
  sample.counter.value = value;
  sample.gauge.value = value;
}

void samples::add(std::initializer_list<std::string_view> label_values, const histogram_counts& observed,
                  const buckets_shown& shown) {
  auto& histogram = next(label_values).histogram;
  for (std::size_t i = 0; i < observed.counts.size(); ++i) {
    histogram.sample_count += observed.counts[i];
    if ((shown.powers >> i & 1) != 0) histogram.bucket.push_back({histogram.sample_count, bound(i, shown)});
  }
  histogram.bucket.push_back({histogram.sample_count, std::numeric_limits<double>::infinity()});
  histogram.sample_sum = static_cast<double>(observed.sum) / shown.unit;
}

}  // namespace metrics
