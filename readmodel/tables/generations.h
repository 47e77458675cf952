// The generations of a projection's tables, and the one row that says which is live. Used by the projector,
// which follows that row, and by the commands that change it. Waits for Cassandra.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "readmodel/cassandra/session.h"

namespace readmodel::tables {

class generations {
 public:
  template <typename T>
  using result = cassandra::session::result<T>;

  generations(cassandra::session& session, std::string keyspace, std::string projection, cql::consistency level);

  /// The table itself. The keyspace is made where it is not there, with the replication given.
  [[nodiscard]] std::optional<cassandra::failure> prepare(const std::string& replication);
  /// 0: none yet.
  [[nodiscard]] result<int> live();
  /// Those that were not dropped, in ascending order.
  [[nodiscard]] result<std::vector<int>> all();
  /// A number that nobody else was given: one above all there are.
  [[nodiscard]] result<int> claim_next();
  /// By a lightweight transaction: only where `from` is still the live one. False: it is not.
  [[nodiscard]] result<bool> switch_live(int from, int to);
  [[nodiscard]] std::optional<cassandra::failure> forget(int generation);

 private:
  [[nodiscard]] result<cql::rows> list();
  [[nodiscard]] cql::statement bound(const std::string& text, std::vector<cql::value> values) const;

  cassandra::session* session_;
  std::string keyspace_;
  std::string projection_;
  cql::consistency level_;
};

}  // namespace readmodel::tables
