// The one table of a listener: path, methods, endpoint. Filled once, by api (endpoints.h); the router looks up in it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http1/endpoint.h"
#include "gateway/http1/request.h"
#include "gateway/http1/target.h"
#include "metrics/recorder.h"

namespace gateway::http1 {

using method_set = std::uint16_t;  // bit i: method i
[[nodiscard]] constexpr method_set set_of(method m) noexcept {
  return static_cast<method_set>(1U << static_cast<unsigned>(m));
}
inline constexpr method_set get_and_head = set_of(method::get) | set_of(method::head);
inline constexpr method_set all_methods =
    get_and_head | set_of(method::post) | set_of(method::put) | set_of(method::delete_) | set_of(method::options);

/// "GET, HEAD, OPTIONS".
[[nodiscard]] std::string names_of(method_set methods);

struct route {
  std::string_view path;  // "/v1/topics/{topic}/events": what stands in braces is any one segment
  method_set methods;     // those that reach the endpoint; OPTIONS is answered by the router where it is not here
  metrics::route counted_as;
  endpoint* to;
  int topic_at = -1;  // the segment "{topic}"
};

/// Rows of one path.
struct rows {
  std::span<const route> all;
  std::string_view allow;

  [[nodiscard]] const route* of(method m) const noexcept {
    for (const route& r : all)
      if ((r.methods & set_of(m)) != 0) return &r;
    return nullptr;
  }
};

class routes {
 public:
  /// Rows of one path follow each other; where two paths fit a target, the first stands.
  void add(std::string_view path, method_set methods, metrics::route counted_as, endpoint& to);
  template <typename Endpoint>
  Endpoint& keep(std::unique_ptr<Endpoint> e) {
    Endpoint& kept = *e;
    endpoints_.push_back(std::move(e));
    return kept;
  }
  void say_of_others(std::string_view detail) noexcept { nothing_here_ = detail; }

  /// Empty: nothing is at this path.
  [[nodiscard]] rows find(const target& to) const noexcept;
  [[nodiscard]] std::span<const route> all() const noexcept { return rows_; }
  [[nodiscard]] std::string_view nothing_here() const noexcept { return nothing_here_; }

 private:
  std::vector<route> rows_;
  std::vector<std::string> allow_;  // by row; the first of a path has all of its path
  std::vector<std::unique_ptr<endpoint>> endpoints_;
  std::string_view nothing_here_ = "nothing is at this path";
};

}  // namespace gateway::http1
