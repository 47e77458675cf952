#include "gateway/config/suggest.h"

#include <algorithm>
#include <numeric>

namespace gateway::config {
namespace {

constexpr std::size_t length_max = 100;  // the table below is quadratic in it

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

/// Insertions, deletions and replacements between the two (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view mistyped, const std::vector<std::string>& known) {
  if (mistyped.size() > length_max) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, last_part(mistyped).size() / 3) + 1;
  for (const std::string& candidate : known) {
    const bool same_name = last_part(candidate) == last_part(mistyped);
    const std::size_t d =
        same_name ? std::min<std::size_t>(1, distance(mistyped, candidate))
                  : std::min(distance(mistyped, candidate), distance(last_part(mistyped), last_part(candidate)) + 1);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace gateway::config
