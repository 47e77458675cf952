// Every metric the process exposes: name, type, unit, labels, what it means and where its number comes from. The one
// place where metric names stand; exposition.cpp prints them, docs/operations.md lists them (a test keeps it so).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "metrics/samples.h"
#include "metrics/snapshot.h"

namespace metrics {

enum class kind : std::uint8_t { counter, gauge, histogram, info };

struct metric {
  std::string_view name;  // as it stands in the text format: counters end in _total, info metrics in _info
  kind type;
  std::string_view unit;    // "", "seconds", "bytes"
  std::string_view labels;  // separated by commas
  std::string_view help;
  void (*fill)(const snapshot&, samples&);
};

[[nodiscard]] std::string_view name(kind) noexcept;

/// All of them, in the order of the exposition.
[[nodiscard]] std::span<const metric> catalogue() noexcept;

/// The catalogue as a Markdown table, for docs/operations.md.
[[nodiscard]] std::string catalogue_markdown();

}  // namespace metrics
