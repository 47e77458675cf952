#include "gateway/http1/routes.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace gateway::http1 {
namespace {

constexpr std::array<std::pair<method, std::string_view>, 6> method_names{{{method::get, "GET"},
                                                                           {method::head, "HEAD"},
                                                                           {method::post, "POST"},
                                                                           {method::put, "PUT"},
                                                                           {method::delete_, "DELETE"},
                                                                           {method::options, "OPTIONS"}}};

bool is_any(std::string_view segment) noexcept { return segment.starts_with('{'); }

std::string_view next_segment(std::string_view& path) noexcept {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool matches(std::string_view path, const target& to) noexcept {
  std::size_t i = 0;
  while (path.size() > 1) {
    const std::string_view segment = next_segment(path);
    if (i == to.segments() || (!is_any(segment) && segment != to.segment(i))) return false;
    ++i;
  }
  return i == to.segments();
}

int topic_segment(std::string_view path) noexcept {
  for (int i = 0; path.size() > 1; ++i)
    if (next_segment(path) == "{topic}") return i;
  return -1;
}

}  // namespace

std::string names_of(method_set methods) {
  std::string names;
  for (const auto& [m, name] : method_names) {
    if ((methods & set_of(m)) == 0) continue;
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

void routes::add(std::string_view path, method_set methods, metrics::route counted_as, endpoint& to) {
  const bool follows = !rows_.empty() && rows_.back().path == path;
  assert(follows || std::none_of(rows_.begin(), rows_.end(), [path](const route& r) { return r.path == path; }));
  rows_.push_back({path, methods, counted_as, &to, topic_segment(path)});
  allow_.emplace_back();
  std::size_t first = rows_.size() - 1;
  method_set all = set_of(method::options);
  for (std::size_t i = rows_.size(); i > 0 && rows_[i - 1].path == path; --i) {
    first = i - 1;
    all |= rows_[i - 1].methods;
  }
  allow_[first] = names_of(all);
}

rows routes::find(const target& to) const noexcept {
  const auto first = std::find_if(rows_.begin(), rows_.end(), [&to](const route& r) { return matches(r.path, to); });
  if (first == rows_.end()) return {};
  const auto last = std::find_if(first, rows_.end(), [first](const route& r) { return r.path != first->path; });
  return {{&*first, static_cast<std::size_t>(last - first)}, allow_[static_cast<std::size_t>(first - rows_.begin())]};
}

}  // namespace gateway::http1
