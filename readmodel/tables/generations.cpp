#include "readmodel/tables/generations.h"

#include <chrono>
#include <utility>

#include "readmodel/cql/values.h"
#include "readmodel/tables/names.h"

namespace readmodel::tables {

namespace {

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// The answer to a lightweight transaction says first whether it was applied.
bool was_applied(const cql::rows& answer) {
  return !answer.list.empty() && !answer.list[0].empty() && cql::to_boolean(answer.list[0][0]).value_or(false);
}

}  // namespace

generations::generations(cassandra::session& session, std::string keyspace, std::string projection,
                         cql::consistency level)
    : session_(&session), keyspace_(std::move(keyspace)), projection_(std::move(projection)), level_(level) {}

cql::statement generations::bound(const std::string& text, std::vector<cql::value> values) const {
  return {text, std::move(values), {level_, 0, {}}};
}

std::optional<cassandra::failure> generations::prepare(const std::string& replication) {
  const std::string keyspace = "create keyspace if not exists " + keyspace_ + " with replication = " + replication;
  const std::string table = "create table if not exists " + generations_table(keyspace_) +
                            " (projection text, generation int, live int static, created_at bigint, "
                            "dropped boolean, primary key (projection, generation))";
  for (const std::string& text : {keyspace, table})
    if (auto done = session_->execute_one(bound(text, {})); !done) return done.error();
  return std::nullopt;
}

auto generations::live() -> result<int> {
  auto answer = session_->execute_one(bound(
      "select live from " + generations_table(keyspace_) + " where projection = ? limit 1", {cql::text(projection_)}));
  if (!answer) return answer.error();
  if (answer->list.empty()) return 0;
  return cql::to_integer(answer->list[0][0]).value_or(0);
}

auto generations::all() -> result<std::vector<int>> {
  auto answer = list();
  if (!answer) return answer.error();
  std::vector<int> numbers;
  for (const auto& row : answer->list)
    if (!cql::to_boolean(row[1]).value_or(false)) numbers.push_back(cql::to_integer(row[0]).value_or(0));
  return numbers;
}

auto generations::list() -> result<cql::rows> {
  return session_->execute_one(
      bound("select generation, dropped from " + generations_table(keyspace_) + " where projection = ?",
            {cql::text(projection_)}));
}

auto generations::claim_next() -> result<int> {
  for (;;) {
    auto known = list();
    if (!known) return known.error();
    const int next = known->list.empty() ? 1 : cql::to_integer(known->list.back()[0]).value_or(0) + 1;
    // A claim whose answer was lost is found taken when it is repeated, and the number after it is claimed: a gap.
    auto answer =
        session_->execute_one(bound("insert into " + generations_table(keyspace_) +
                                        " (projection, generation, created_at) values (?, ?, ?) if not exists",
                                    {cql::text(projection_), cql::integer(next), cql::bigint(wall_clock_ms())}));
    if (!answer) return answer.error();
    if (was_applied(*answer)) return next;
  }
}

auto generations::switch_live(int from, int to) -> result<bool> {
  const cql::value expected = from == 0 ? cql::value() : cql::integer(from);
  auto answer = session_->execute_one(
      bound("update " + generations_table(keyspace_) + " set live = ? where projection = ? if live = ?",
            {cql::integer(to), cql::text(projection_), expected}));
  if (!answer) return answer.error();
  if (was_applied(*answer)) return true;
  auto now = live();  // a switch whose answer was lost is refused when it is repeated
  if (!now) return now.error();
  return *now == to;
}

// The number stays taken: tables and positions of the same name must not meet the tombstones of this one.
std::optional<cassandra::failure> generations::forget(int generation) {
  auto marked = session_->execute_one(
      bound("insert into " + generations_table(keyspace_) + " (projection, generation, dropped) values (?, ?, ?)",
            {cql::text(projection_), cql::integer(generation), cql::boolean(true)}));
  if (!marked) return marked.error();
  auto gone = session_->execute_one(
      bound("delete from " + positions_table(keyspace_) + " where projection = ? and generation = ?",
            {cql::text(projection_), cql::integer(generation)}));
  if (!gone) return gone.error();
  return std::nullopt;
}

}  // namespace readmodel::tables
