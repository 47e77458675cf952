#include "readmodel/project/verification.h"

#include <array>
#include <cstdio>
#include <limits>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "readmodel/cql/values.h"
#include "readmodel/project/log_reader.h"

namespace readmodel::project {

using namespace std::chrono_literals;
using cassandra::errc;
using cassandra::failure;

namespace {

constexpr std::int32_t page_rows = 2'000;

// Cassandra's word on one aggregate.
struct claim {
  bool has_state = false;
  bool is_checked = false;
  std::int64_t folded_at = fold::no_offset;
  std::uint64_t state_hash = 0;
  std::map<std::int64_t, std::vector<std::uint64_t>> rows;  // offset that they show -> their hashes
};

class verifier {
 public:
  verifier(const tables::statements& tables, cassandra::session& session, verification_result& into)
      : tables_(&tables), session_(&session), into_(&into), folder_(tables.projection()) {}

  [[nodiscard]] std::optional<failure> read_tables() {
    if (auto failed = read_positions()) return failed;
    if (auto failed = read_states()) return failed;
    for (std::size_t view = 0; view < tables_->projection().views.size(); ++view)
      if (auto failed = read_rows(view)) return failed;
    return std::nullopt;
  }

  // One record at a time: a state must be seen at the very offset that Cassandra's shows.
  void fold(const fold::record& one) {
    ++into_->events;
    const fold::folded_batch done = folder_.fold({&one, 1}, all_);
    for (const fold::changed& c : done.aggregates)
      if (c.now->folded_at == one.offset) on_changed(one, c);
  }

  void finish() {
    for (const auto& [id, c] : claims_) {
      if (c.has_state && !c.is_checked && c.folded_at != fold::no_offset)
        wrong(into_->wrong_states, id, "no event of it stands at offset " + std::to_string(c.folded_at));
      for (const auto& [at, hashes] : c.rows) {
        into_->wrong_rows += hashes.size() - 1;
        wrong(into_->wrong_rows, id,
              "a row of it shows offset " + std::to_string(at) + ", where the log gives no such row");
      }
    }
  }

 private:
  void wrong(std::uint64_t& count, std::string_view id, const std::string& what) {
    ++count;
    if (into_->examples.size() < verification_result::examples_max)
      into_->examples.push_back("aggregate " + std::string(id) + ": " + what);
  }

  [[nodiscard]] std::optional<failure> read_positions() {
    auto stored = session_->execute_one(tables_->read_positions());
    if (!stored) return stored.error();
    for (const auto& row : stored->list)
      positions_[cql::to_integer(row[0]).value_or(-1)] = cql::to_bigint(row[1]).value_or(0);
    return std::nullopt;
  }

  [[nodiscard]] std::optional<failure> read_states() {
    return session_->read_pages(tables_->read_all_states(), page_rows, [&](cql::rows& page) {
      for (const auto& row : page.list) {
        claim& c = claims_[row[0].value_or("")];
        c.has_state = true;
        c.folded_at = cql::to_bigint(row[1]).value_or(fold::no_offset);
        c.state_hash = fold::hash_of(row[2].value_or(""));
        ++into_->aggregates;
        if (cql::to_bigint(row[3])) ++into_->fenced;
        into_->digest += c.state_hash ^ fold::hash_of(row[0].value_or(""));
      }
      return true;
    });
  }

  [[nodiscard]] std::optional<failure> read_rows(std::size_t view) {
    const auto& projection = tables_->projection();
    return session_->read_pages(tables_->read_all_rows(projection.views[view]), page_rows, [&](cql::rows& page) {
      for (const auto& row : page.list) {
        const std::int64_t at = cql::to_bigint(row[1]).value_or(fold::no_offset);
        claims_[row[0].value_or("")].rows[at].push_back(hash_of(tables::to_row(row, projection, view)));
        ++into_->rows;
      }
      return true;
    });
  }

  void on_changed(const fold::record& one, const fold::changed& now) {
    const auto found = claims_.find(now.id);
    if (found == claims_.end() || !found->second.has_state) note_missing(one, now.id);
    if (found == claims_.end()) return;
    claim& c = found->second;
    if (c.has_state && c.folded_at == one.offset) check_state(c, now);
    check_rows(c, one.offset, now);
  }

  void note_missing(const fold::record& one, const std::string& id) {
    const auto position = positions_.find(one.partition);
    if (position != positions_.end() && one.offset < position->second && missing_.insert(id).second)
      wrong(into_->missing_states, id,
            "it is not there, although offset " + std::to_string(one.offset) + " was passed");
  }

  void check_state(claim& c, const fold::changed& now) {
    c.is_checked = true;
    if (c.state_hash != fold::hash_of(tables_->projection().save(*now.now->state)))
      wrong(into_->wrong_states, now.id,
            "its state is not what the log gives at offset " + std::to_string(c.folded_at));
  }

  void check_rows(claim& c, std::int64_t offset, const fold::changed& now) {
    const auto shown = c.rows.find(offset);
    const bool is_the_state = c.has_state && c.folded_at == offset;
    if (shown == c.rows.end() && !is_the_state) return;
    std::vector<std::uint64_t> there;
    if (shown != c.rows.end()) there = std::move(shown->second);
    if (shown != c.rows.end()) c.rows.erase(shown);
    const bool are_newer = c.rows.upper_bound(offset) != c.rows.end();  // the projector went on while we read
    for (fold::row& r : tables_->projection().rows(*now.now->state, now.id)) {
      if (r.removed) continue;
      r.values.resize(tables_->projection().views[r.view].values.size());
      if (std::erase(there, hash_of(r)) == 0 && is_the_state && !are_newer)
        wrong(into_->missing_rows, now.id, "a row of its state at offset " + std::to_string(offset) + " is not there");
    }
    for (std::size_t i = 0; i < there.size(); ++i)
      wrong(into_->wrong_rows, now.id, "a row is not what the log gives at offset " + std::to_string(offset));
  }

  const tables::statements* tables_;
  cassandra::session* session_;
  verification_result* into_;
  fold::folder folder_;
  fold::aggregate_cache all_{std::numeric_limits<std::size_t>::max()};
  std::unordered_map<std::string, claim> claims_;
  std::unordered_set<std::string> missing_;
  std::map<std::int32_t, std::int64_t> positions_;
};

std::optional<failure> fold_log(const projector_settings& settings, verifier& into, const std::stop_token& stop,
                                const std::function<void(const rebuild_progress&)>& tell) {
  const auto start = cql::clock::now();
  auto log = log_reader::open(settings.kafka);
  if (!log) return log.error();
  if (log->missing() > 0) return failure{errc::refused, "the log does not begin with its first event any more"};
  auto last_event = start;
  while (!log->is_at_end()) {
    if (stop.stop_requested()) return failure{errc::stopped, "stopped"};
    const collected read = log->next(settings.batch, 200ms);
    if (auto failed = log->overtaken()) return failed;
    for (const auto& [partition, list] : read.records)
      for (const fold::record& one : list) into.fold(one);
    if (!read.records.empty()) last_event = cql::clock::now();
    if (cql::clock::now() - last_event > 60s)
      return failure{errc::unreachable, "Kafka gives no more events, although the log has some"};
    tell({log->total() - log->left(), log->total(), std::chrono::duration<double>(cql::clock::now() - start).count()});
  }
  return std::nullopt;
}

}  // namespace

std::string describe(const verification_result& r) {
  std::array<char, 24> digest{};
  std::snprintf(digest.data(), digest.size(), "%016llx", static_cast<unsigned long long>(r.digest));
  std::string text = "generation " + std::to_string(r.generation) + ": " + std::to_string(r.events) + " events, " +
                     std::to_string(r.aggregates) + " aggregates (" + std::to_string(r.fenced) + " fenced), " +
                     std::to_string(r.rows) + " rows, digest " + digest.data() + "\n";
  text += r.is_sound() ? "sound: every state and every row is what the log gives\n"
                       : "NOT SOUND: " + std::to_string(r.wrong_states) + " wrong states, " +
                             std::to_string(r.missing_states) + " missing, " + std::to_string(r.wrong_rows) +
                             " wrong rows, " + std::to_string(r.missing_rows) + " missing\n";
  for (const std::string& one : r.examples) text += "  " + one + "\n";
  return text;
}

cassandra::session::result<verification_result> verify(const projector_settings& settings, const fold::projection& how,
                                                       cassandra::session& session, int generation,
                                                       const std::stop_token& stop,
                                                       const std::function<void(const rebuild_progress&)>& tell) {
  tables::generations generations(session, settings.keyspace, how.name, settings.level);
  verification_result done;
  done.generation = generation;
  if (generation == 0) {
    auto live = generations.live();
    if (!live) return live.error();
    done.generation = *live;
  }
  if (done.generation == 0) return failure{errc::refused, "there is no generation of " + how.name + " yet"};
  const tables::statements of({settings.keyspace, how.name, done.generation}, how, settings.level);
  verifier v(of, session, done);
  if (auto failed = v.read_tables()) return *failed;
  if (auto failed = fold_log(settings, v, stop, tell)) return *failed;
  v.finish();
  return done;
}

}  // namespace readmodel::project
