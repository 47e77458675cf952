#include "readmodel/project/comparison.h"

#include <unordered_map>
#include <utility>

#include "readmodel/cql/values.h"

namespace readmodel::project {

namespace {

constexpr std::int32_t page_rows = 2'000;

struct print {
  std::int64_t folded_at = fold::no_offset;
  std::uint64_t hash = 0;
};

print print_of(const std::vector<cql::value>& row) {
  return {cql::to_bigint(row[1]).value_or(fold::no_offset), fold::hash_of(row[2].value_or(""))};
}

void count(comparison& c, const print& before, const print& now) {
  if (before.folded_at != now.folded_at)
    ++c.at_another;
  else
    ++(before.hash == now.hash ? c.identical : c.different);
}

}  // namespace

std::string describe(const comparison& c) {
  return std::to_string(c.identical) + " aggregates identical, " + std::to_string(c.different) + " different, " +
         std::to_string(c.at_another) + " at another offset, " + std::to_string(c.only_before) + " only before, " +
         std::to_string(c.only_now) + " only now";
}

cassandra::session::result<comparison> compare(cassandra::session& session, const tables::statements& before,
                                               const tables::statements& now) {
  std::unordered_map<std::string, print> known;
  if (auto failed = session.read_pages(before.read_all_states(), page_rows, [&](cql::rows& page) {
        for (const auto& row : page.list) known.emplace(row[0].value_or(""), print_of(row));
        return true;
      }))
    return *failed;
  comparison c;
  if (auto failed = session.read_pages(now.read_all_states(), page_rows, [&](cql::rows& page) {
        for (const auto& row : page.list) {
          const auto found = known.find(row[0].value_or(""));
          if (found == known.end()) {
            ++c.only_now;
            continue;
          }
          count(c, found->second, print_of(row));
          known.erase(found);
        }
        return true;
      }))
    return *failed;
  c.only_before = known.size();
  return c;
}

}  // namespace readmodel::project
