// OpenMetrics 1.0: like the text format, but a family's name has no _total or _info, units are declared, histogram
// bounds are written as floating-point numbers, and the end is marked.
#include <array>
#include <charconv>
#include <cmath>

#include "metrics/catalogue.h"
#include "metrics/exposition.h"

namespace metrics {

namespace {

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
}

void append_bound(std::string& out, double value) {
  const std::size_t begin = out.size();
  append_number(out, value);
  if (out.find_first_of(".eI", begin) == std::string::npos) out += ".0";
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) switch (c) {
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      case '\n': out += "\\n"; break;
      default: out += c;
    }
}

/// name{labels,le="bound"} value
class line {
 public:
  line(std::string& out, std::string_view name, std::string_view suffix, const prometheus::ClientMetric& of)
      : out_(out) {
    out_.append(name).append(suffix);
    for (const auto& label : of.label) {
      begin_label(label.name);
      append_escaped(out_, label.value);
      out_ += '"';
    }
  }
  line& le(double bound) {
    begin_label("le");
    append_bound(out_, bound);
    out_ += '"';
    return *this;
  }
  void value(double v) {
    out_ += separator_ == ',' ? "} " : " ";
    append_number(out_, v);
    out_ += '\n';
  }

 private:
  void begin_label(std::string_view name) {
    out_ += separator_;
    out_.append(name).append("=\"");
    separator_ = ',';
  }
  std::string& out_;
  char separator_ = '{';
};

void append_head(std::string& out, std::string_view family, const metric& m) {
  out.append("# TYPE ").append(family).append(" ").append(name(m.type)).append("\n");
  if (!m.unit.empty() && family.ends_with(m.unit))
    out.append("# UNIT ").append(family).append(" ").append(m.unit).append("\n");
  out.append("# HELP ").append(family).append(" ");
  append_escaped(out, m.help);
  out += '\n';
}

void append_histogram(std::string& out, std::string_view family, const prometheus::ClientMetric& sample) {
  const auto& histogram = sample.histogram;
  for (const auto& bucket : histogram.bucket)
    line(out, family, "_bucket", sample).le(bucket.upper_bound).value(static_cast<double>(bucket.cumulative_count));
  line(out, family, "_count", sample).value(static_cast<double>(histogram.sample_count));
  line(out, family, "_sum", sample).value(histogram.sample_sum);
}

std::string_view suffix_of(kind k) noexcept {
  if (k == kind::counter) return "_total";
  return k == kind::info ? "_info" : "";
}

}  // namespace

std::string to_openmetrics(const std::vector<prometheus::MetricFamily>& list) {
  std::string out;
  auto described = catalogue().begin();
  for (const auto& family : list) {
    while (described->name != family.name) ++described;  // families() keeps the catalogue's order
    const std::string_view suffix = suffix_of(described->type);
    const auto base = std::string_view(family.name).substr(0, family.name.size() - suffix.size());
    append_head(out, base, *described);
    for (const auto& sample : family.metric) {
      if (described->type == kind::histogram)
        append_histogram(out, base, sample);
      else
        line(out, base, suffix, sample).value(sample.gauge.value);
    }
  }
  out += "# EOF\n";
  return out;
}

}  // namespace metrics
