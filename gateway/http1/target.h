// A request target taken apart: path segments and query parameters, percent-decoded, strictly. Used by the endpoints.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "gateway/http1/problem.h"

namespace gateway::http1 {

struct query_parameter {
  std::string_view name;
  std::string_view value;
};

class target {
 public:
  static constexpr std::size_t segments_max = 9;  // longer paths are nobody's
  static constexpr std::size_t parameters_max = 16;

  /// Origin form ("/path?query") or absolute form ("http://host/path?query"). Decoded text that is not in `raw` is put
  /// into `storage`; the views live as long as both.
  static boost::system::result<target, problem> parse(std::string_view raw, std::string& storage);

  /// "/v1/topics" has two, and so has "//v1/topics/": slashes that repeat or end a path mean nothing. More than
  /// segments_max: one more than that.
  [[nodiscard]] std::size_t segments() const noexcept { return segments_; }
  [[nodiscard]] std::string_view segment(std::size_t i) const noexcept { return segment_[i]; }
  [[nodiscard]] std::span<const query_parameter> query() const noexcept { return {parameter_.data(), parameters_}; }
  /// The first parameter of that name; nullptr: there is none.
  [[nodiscard]] const std::string_view* find(std::string_view name) const noexcept;

 private:
  void add_segment(std::string_view text) noexcept;

  std::size_t segments_ = 0;
  std::size_t parameters_ = 0;
  std::array<std::string_view, segments_max + 1> segment_;
  std::array<query_parameter, parameters_max> parameter_;
};

/// The parameters that clients and proxies add against caches: `_` and `t`. They mean nothing, on every path.
[[nodiscard]] constexpr bool is_cache_buster(std::string_view name) noexcept { return name == "_" || name == "t"; }

/// Kafka's rule: [a-zA-Z0-9._-]{1,249}, and neither "." nor "..".
[[nodiscard]] bool is_topic_name(std::string_view name) noexcept;

}  // namespace gateway::http1
