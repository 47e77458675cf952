// Every CQL statement of a projection, as text and values. Pure. Used by the projector, the rebuild and the
// verification. Rows that change with the log are written USING TIMESTAMP offset + 1 (docs/adr/0018-read-models.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "readmodel/cql/conversation.h"
#include "readmodel/fold/aggregate.h"
#include "readmodel/tables/names.h"

namespace readmodel::tables {

class statements {
 public:
  /// `how` outlives it.
  statements(generation of, const fold::projection& how, cql::consistency level);

  /// The table of positions, then this generation's.
  [[nodiscard]] std::vector<cql::statement> create() const;
  [[nodiscard]] std::vector<cql::statement> drop() const;

  [[nodiscard]] cql::statement write_row(const fold::row& one, std::string_view aggregate,
                                         std::int64_t folded_at) const;
  [[nodiscard]] cql::statement write_state(std::string_view id, const fold::aggregate& one) const;
  [[nodiscard]] cql::statement read_state(std::string_view id) const;
  [[nodiscard]] cql::statement write_position(std::int32_t partition, std::int64_t next) const;
  /// Of all these partitions.
  [[nodiscard]] std::vector<cql::statement> write_positions(const std::map<std::int32_t, std::int64_t>& next) const;

  // Columns aggregate, folded_at, state, fenced_at, fenced_why.
  [[nodiscard]] cql::statement read_all_states() const;
  // Columns aggregate, folded_at, then the view's own: keys, then values.
  [[nodiscard]] cql::statement read_all_rows(const fold::view& of) const;
  // Columns part, next.
  [[nodiscard]] cql::statement read_positions() const;

  [[nodiscard]] const generation& of() const noexcept { return of_; }
  [[nodiscard]] const fold::projection& projection() const noexcept { return *how_; }

 private:
  struct view_texts {
    std::string insert;
    std::string remove;
  };
  [[nodiscard]] cql::statement create_view(const fold::view& which) const;
  [[nodiscard]] cql::statement plain(std::string text) const;
  [[nodiscard]] cql::statement bound(const std::string& text, std::vector<cql::value> values) const;

  generation of_;
  const fold::projection* how_;
  cql::consistency level_;
  std::vector<view_texts> views_;
  std::string write_state_;
  std::string read_state_;
  std::string write_position_;
};

/// From read_state() or read_all_states(), whose first column is the aggregate. The state's bytes that cannot be loaded
/// give an aggregate that is as if it had never been seen.
[[nodiscard]] fold::aggregate to_aggregate(const std::vector<cql::value>& row, const fold::projection& how);

/// A row of read_all_rows(), without its first two columns.
[[nodiscard]] fold::row to_row(const std::vector<cql::value>& from, const fold::projection& how, std::size_t view);

}  // namespace readmodel::tables
