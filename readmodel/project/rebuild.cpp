#include "readmodel/project/rebuild.h"

#include <utility>

#include "metrics/log.h"
#include "readmodel/project/log_reader.h"

namespace readmodel::project {

using namespace std::chrono_literals;
using cassandra::errc;
using cassandra::failure;

namespace {

constexpr auto wait_for_events = 200ms;
constexpr auto silence_max = 60s;

double seconds_since(cql::clock::time_point start) {
  return std::chrono::duration<double>(cql::clock::now() - start).count();
}

failure cut_log(std::uint64_t missing) {
  return {errc::refused, "the log does not begin with its first event any more (" + std::to_string(missing) +
                             " are gone): a view built from the rest would not be the same. Bring them "
                             "back, or accept the loss with --from-what-is-left"};
}

}  // namespace

rebuild::rebuild(projector_settings settings, const fold::projection& how, cassandra::session& session, progress& count,
                 rebuild_options options)
    : settings_(std::move(settings)),
      how_(&how),
      session_(&session),
      count_(&count),
      options_(options),
      generations_(session, settings_.keyspace, how.name, settings_.level) {}

auto rebuild::run(const std::stop_token& stop, const std::function<void(const rebuild_progress&)>& tell)
    -> result<rebuild_result> {
  rebuild_result done;
  auto number = prepare(done);
  if (!number) return number.error();
  const tables::statements to({settings_.keyspace, how_->name, *number}, *how_, settings_.level);
  for (const auto& one : to.create())
    if (auto made = session_->execute_one(one); !made) return made.error();
  auto failed = fold_all(to, stop, done, tell);
  if (!failed) failed = compare_and_switch(to, done);
  if (!failed && done.switched) failed = drop_old(done.now);
  if (failed) return *failed;
  return done;
}

auto rebuild::prepare(rebuild_result& into) -> result<int> {
  if (auto failed = generations_.prepare(settings_.replication)) return *failed;
  auto live = generations_.live();
  if (!live) return live;
  into.before = *live;
  auto next = generations_.claim_next();
  if (next) {
    into.now = *next;
    count_->generation = *next;
  }
  return next;
}

std::optional<failure> rebuild::fold_all(const tables::statements& to, const std::stop_token& stop,
                                         rebuild_result& into,
                                         const std::function<void(const rebuild_progress&)>& tell) {
  const auto start = cql::clock::now();
  auto log = log_reader::open(settings_.kafka);
  if (!log) return log.error();
  if (log->missing() > 0 && !options_.takes_cut_log) return cut_log(log->missing());
  if (log->missing() > 0) {  // a projector of this generation begins there, even in a partition without events
    count_->missing += log->missing();
    if (auto stored = session_->execute(to.write_positions(log->begins())); !stored) return stored.error();
  }
  pipeline pipe({settings_.kafka.topic, settings_.aggregates_cached_max, settings_.broken}, to, *session_, nullptr,
                *count_);
  auto last_event = cql::clock::now();
  while (!log->is_at_end()) {
    if (stop.stop_requested()) return failure{errc::stopped, "stopped; the new generation is left as it is"};
    const collected read = log->next(settings_.batch, wait_for_events);
    if (auto failed = log->overtaken()) return failed;
    if (!read.records.empty()) {
      if (auto failed = pipe.process(read.records)) return failed;
      last_event = cql::clock::now();
    } else if (cql::clock::now() - last_event > silence_max) {
      return failure{errc::unreachable, "Kafka gives no more events, although the log has some"};
    }
    into.events += read.messages.size();
    if (log->is_at_end())
      if (auto failed = log->ask_ends()) return failed;  // what came meanwhile
    tell({log->total() - log->left(), log->total(), seconds_since(start)});
  }
  into.seconds = seconds_since(start);
  return std::nullopt;
}

std::optional<failure> rebuild::compare_and_switch(const tables::statements& to, rebuild_result& into) {
  if (into.before > 0) {
    const tables::statements before({settings_.keyspace, how_->name, into.before}, *how_, settings_.level);
    auto compared = compare(*session_, before, to);
    if (!compared) return compared.error();
    into.compared = *compared;
    if (options_.only_if_identical && !compared->agrees()) return std::nullopt;
  }
  if (!options_.switches) return std::nullopt;
  auto switched = generations_.switch_live(into.before, into.now);
  if (!switched) return switched.error();
  into.switched = *switched;
  if (*switched) return std::nullopt;
  return failure{errc::refused, "another generation became live meanwhile; the new one is left beside it"};
}

std::optional<failure> rebuild::drop_old(int live) {
  auto all = generations_.all();
  if (!all) return all.error();
  std::erase_if(*all, [&](int number) { return number >= live; });
  for (std::size_t i = 0; i + static_cast<std::size_t>(options_.generations_kept) < all->size(); ++i) {
    const tables::statements old({settings_.keyspace, how_->name, (*all)[i]}, *how_, settings_.level);
    for (const auto& one : old.drop())
      if (auto gone = session_->execute_one(one); !gone) return gone.error();
    if (auto failed = generations_.forget((*all)[i])) return failed;
  }
  return std::nullopt;
}

}  // namespace readmodel::project
