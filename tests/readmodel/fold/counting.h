// A projection for tests: counts and sums what happens to an account; version 1 of Paid had cents as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "readmodel/fold/projection.h"

namespace fold_tests {

using namespace readmodel::fold;

struct account {
  std::int64_t paid = 0;
  std::int64_t times = 0;
};

inline std::unique_ptr<projection_of<account>> make_counting() {
  auto p = std::make_unique<projection_of<account>>();
  p->name = "accounts";
  p->views = {{"accounts", {{"id", column_type::text}}, {}, {{"paid", column_type::bigint}}}};
  p->on("Paid", 2, [](account& a, const event& e) -> problem {
    ++a.times;  // before what may fail: the state of a failed fold is of no use
    const std::int64_t cents = e.json["cents"].get_int64();
    if (cents < 0) return "Paid: negative";
    a.paid += cents;
    return std::nullopt;
  });
  p->upcast("Paid", 1, [](const event& e) {
    return R"({"eventType":"Paid","eventVersion":2,"cents":)" + std::string(std::string_view(e.json["cents"])) + "}";
  });
  p->to_bytes = [](const account& a) { return std::to_string(a.paid) + " " + std::to_string(a.times); };
  p->from_bytes = [](std::string_view from) -> std::optional<account> {
    const std::string text(from);
    account a;
    if (std::sscanf(text.c_str(), "%ld %ld", &a.paid, &a.times) != 2) return std::nullopt;
    return a;
  };
  p->to_rows = [](const account& a, std::string_view id) -> std::vector<row> {
    return {{0, {std::string(id)}, {a.paid}, false}};
  };
  return p;
}

/// Records of one partition, from offset `first` on.
inline std::vector<record> records_of(const std::vector<std::pair<std::string, std::string>>& all,
                                      std::int64_t first = 0) {
  std::vector<record> list;
  for (const auto& [key, body] : all) {
    record r;
    r.key = key;
    r.value = body;
    r.has_key = r.has_value = true;
    r.offset = first++;
    list.push_back(r);
  }
  return list;
}

inline std::string paid(std::int64_t cents) {
  return R"({"eventType":"Paid","eventVersion":2,"cents":)" + std::to_string(cents) + "}";
}

}  // namespace fold_tests
