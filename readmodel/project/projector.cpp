#include "readmodel/project/projector.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "metrics/log.h"
#include "readmodel/cql/values.h"
#include "readmodel/project/beginning.h"

namespace readmodel::project {

using namespace std::chrono_literals;
using cassandra::errc;
using cassandra::failure;
using metrics::log_level;

namespace {

constexpr auto wait_for_events = 100ms;
constexpr auto pause_time = 2s;
constexpr auto kafka_patience = 10s;

}  // namespace

projector::projector(projector_settings settings, const fold::projection& how, cassandra::session& session,
                     progress& count)
    : settings_(std::move(settings)),
      how_(&how),
      session_(&session),
      count_(&count),
      generations_(session, settings_.keyspace, how.name, settings_.level) {}

std::optional<failure> projector::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto live = first_generation();
    auto ended = live ? run_generation(*live, stop) : result<turn>(live.error());
    if (ended) {
      if (*ended == turn::stopped) return std::nullopt;
      continue;
    }
    if (ended.error().code == errc::stopped) return std::nullopt;
    if (ended.error().code == errc::refused) {
      auto still = is_still_live();  // tables of a generation that was dropped refuse everything
      if (!still || *still || generation_ == 0) return ended.error();
      continue;
    }
    pause(ended.error().message, stop);
  }
  return std::nullopt;
}

// Nothing is lost by it: the group gives our partitions to others, or back to us later, from their stored positions.
void projector::pause(const std::string& why, const std::stop_token& stop) {
  count_->pauses.fetch_add(1, std::memory_order_relaxed);
  count_->set_trouble(why);
  metrics::log_event(log_level::error, "projector_paused", why);
  const auto until = cql::clock::now() + pause_time;
  while (!stop.stop_requested() && cql::clock::now() < until) std::this_thread::sleep_for(50ms);
}

auto projector::first_generation() -> result<int> {
  if (auto failed = generations_.prepare(settings_.replication)) return *failed;
  auto live = generations_.live();
  if (!live || *live > 0) return live;
  auto first = generations_.claim_next();
  if (!first) return first;
  const tables::statements of({settings_.keyspace, how_->name, *first}, *how_, settings_.level);
  for (const auto& one : of.create())
    if (auto made = session_->execute_one(one); !made) return made.error();
  if (auto switched = generations_.switch_live(0, *first); !switched) return switched.error();
  return generations_.live();  // ours, or that of a projector that was quicker
}

auto projector::run_generation(int number, const std::stop_token& stop) -> result<turn> {
  generation_ = number;
  count_->generation = number;
  statements_ = std::make_unique<tables::statements>(tables::generation{settings_.keyspace, how_->name, number}, *how_,
                                                     settings_.level);
  for (const auto& one : statements_->create())
    if (auto made = session_->execute_one(one); !made) return made.error();
  std::unique_ptr<kafka::dead_letters> letters;
  if (!settings_.dead_letter_topic.empty()) {
    auto made = kafka::dead_letters::make(settings_.kafka.bootstrap, settings_.kafka.extra, settings_.dead_letter_topic,
                                          how_->name + " generation " + std::to_string(number));
    if (!made) return failure{errc::refused, "dead letters: " + made.error()};
    letters = std::move(*made);
  }
  kafka::consumer_settings as_member = settings_.kafka;
  as_member.group += ".g" + std::to_string(number);
  auto from = kafka::consumer::make(as_member);
  if (!from) return failure{errc::refused, "Kafka: " + from.error()};
  if (auto refused = (*from)->join(); !refused.empty()) return failure{errc::refused, "Kafka: " + refused};
  metrics::log_event(log_level::info, "projector_started", how_->name,
                     {{"generation", number}, {"group", as_member.group}});
  pipeline to({settings_.kafka.topic, settings_.aggregates_cached_max, settings_.broken}, *statements_, *session_,
              letters.get(), *count_);
  auto ended = fold_on(**from, to, stop);
  for (const auto& [partition, at] : count_->partitions()) count_->forget(partition);
  return ended;
}

auto projector::fold_on(kafka::consumer& from, pipeline& to, const std::stop_token& stop) -> result<turn> {
  next_look_ = cql::clock::now() + settings_.look_at_generations_every;
  while (!stop.stop_requested()) {
    if (auto failed = one_batch(from, to)) return *failed;
    if (cql::clock::now() < next_look_) continue;
    next_look_ = cql::clock::now() + settings_.look_at_generations_every;
    note_ends(from);
    auto still = is_still_live();
    if (!still) return still.error();
    if (!*still) return turn::another_generation;
  }
  return turn::stopped;
}

std::optional<failure> projector::one_batch(kafka::consumer& from, pipeline& to) {
  collected read = collect(from, settings_.batch, wait_for_events);
  if (const auto wanted = from.next_rebalance()) {
    for (const std::int32_t p : wanted->taken) read.leave_out(p);
    if (auto failed = follow(*wanted, from, to)) return failed;
  }
  if (read.records.empty()) {
    note_ends(from);
  } else {
    if (auto failed = to.process(read.records)) return failed;
    count_->set_trouble({});
    note_position(from, read);
  }
  // Begins again from the stored positions: that is where a loss is refused, or accepted and counted.
  if (const auto lost = from.lost_place())
    return failure{errc::unreachable, "the next event of partition " + std::to_string(*lost) + " is gone from the log"};
  return std::nullopt;
}

std::optional<failure> projector::follow(const kafka::rebalance& wanted, kafka::consumer& from, pipeline& to) {
  count_->rebalances.fetch_add(1, std::memory_order_relaxed);
  for (const std::int32_t p : wanted.taken) {
    to.drop(p);
    count_->forget(p);
  }
  metrics::log_event(log_level::info, "partitions_changed", how_->name,
                     {{"added", wanted.added.size()}, {"taken", wanted.taken.size()}});
  if (wanted.added.empty()) {
    if (wanted.taken.empty()) from.assign({});
    return std::nullopt;
  }
  for (const std::int32_t p : wanted.added) to.drop(p);
  return begin_reading(wanted.added, from);
}

auto projector::stored_positions(const std::vector<std::int32_t>& of) -> result<kafka::offsets> {
  auto stored = session_->execute_one(statements_->read_positions());
  if (!stored) return stored.error();
  kafka::offsets next;
  for (const std::int32_t p : of) next[p] = 0;
  for (const auto& row : stored->list) {
    const auto p = next.find(cql::to_integer(row[0]).value_or(-1));
    if (p != next.end()) p->second = cql::to_bigint(row[1]).value_or(0);
  }
  return next;
}

std::optional<failure> projector::begin_reading(const std::vector<std::int32_t>& added, kafka::consumer& from) {
  const auto next = stored_positions(added);
  if (!next) return next.error();
  const auto log = from.bounds(added, kafka_patience);
  if (!log) return failure{errc::unreachable, "Kafka: " + log.error()};
  const auto begin = find_beginning(settings_.kafka.topic, *next, *log, settings_.accepts_loss);
  if (!begin) {
    metrics::log_event(log_level::error, "log_is_cut", begin.error());
    return failure{errc::refused, begin.error()};
  }
  if (begin->missing > 0) {
    metrics::log_event(log_level::error, "loss_accepted", begin->loss);
    count_->missing += begin->missing;
    if (auto stored = session_->execute(statements_->write_positions(begin->from)); !stored) return stored.error();
  }
  for (const auto& [p, at] : begin->from) count_->set(p, {at, log->at(p).second, 0});
  from.assign(begin->from);
  return std::nullopt;
}

auto projector::is_still_live() -> result<bool> {
  auto live = generations_.live();
  if (!live) return live.error();
  return *live == generation_;
}

void projector::note_position(kafka::consumer& from, const collected& done) {
  kafka::offsets next;
  for (const auto& [p, list] : done.records) {
    next[p] = list.back().offset + 1;
    count_->set(p, {next[p], std::max(next[p], from.known_end(p)), list.back().timestamp_ms});
  }
  from.tell_group(next);
}

void projector::note_ends(const kafka::consumer& from) {
  for (auto [p, at] : count_->partitions()) {
    const std::int64_t end = from.known_end(p);
    if (end < 0) continue;
    at.end = std::max(at.end, end);
    count_->set(p, at);
  }
}

}  // namespace readmodel::project
