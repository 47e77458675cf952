#include "readmodel/tables/names.h"

#include <algorithm>

namespace readmodel::tables {

namespace {

constexpr std::size_t name_bytes_max = 40;  // Cassandra takes 48 for a table, and _gNNNNNN is ours

std::string numbered(const generation& of, const std::string& stem) {
  return of.keyspace + "." + stem + "_g" + std::to_string(of.number);
}

}  // namespace

std::string view_table(const generation& of, const fold::view& which) { return numbered(of, which.name); }
std::string state_table(const generation& of) { return numbered(of, of.projection + "_state"); }
std::string positions_table(const std::string& keyspace) { return keyspace + ".readmodel_positions"; }
std::string generations_table(const std::string& keyspace) { return keyspace + ".readmodel_generations"; }

bool is_name(std::string_view text) noexcept {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.size() <= name_bytes_max && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), fits);
}

}  // namespace readmodel::tables
