#include "readmodel/project/pipeline.h"

#include <chrono>
#include <utility>

#include "metrics/log.h"

namespace readmodel::project {

namespace {

using namespace std::chrono_literals;
constexpr auto letters_patience = 25s;

// Cassandra takes no null in a key, and no empty partition key.
bool has_a_key(const fold::row& one, const fold::view& of) {
  for (std::size_t i = 0; i < one.key.size(); ++i) {
    if (!one.key[i]) return false;
    const auto* text = std::get_if<std::string>(&*one.key[i]);
    if (text != nullptr && text->empty() && i < of.partition_key.size()) return false;
  }
  return one.key.size() == of.partition_key.size() + of.clustering_key.size() && one.values.size() <= of.values.size();
}

void add(std::atomic<std::uint64_t>& to, std::uint64_t count) { to.fetch_add(count, std::memory_order_relaxed); }

}  // namespace

pipeline::pipeline(pipeline_settings settings, const tables::statements& how, cassandra::session& session,
                   kafka::dead_letters* letters, progress& count)
    : settings_(std::move(settings)),
      how_(&how),
      session_(&session),
      letters_(letters),
      count_(&count),
      folder_(how.projection(), !settings_.broken.folds_twice) {}

std::optional<cassandra::failure> pipeline::process(const batch& records) {
  if (settings_.broken.position_first)
    if (auto failed = write(positions(records))) return failed;
  if (auto failed = load_unknown(records)) return failed;
  steps rows, states;
  std::vector<fold::poison> poisons;
  for (const auto& [partition, list] : records) fold_into(list, cache_of(partition), rows, states, poisons);
  if (auto failed = write(rows)) return failed;
  if (auto failed = write_letters(poisons)) return failed;
  if (auto failed = write(states)) return failed;
  if (auto failed = write(positions(records))) return failed;
  add(count_->rows_written, rows.size());
  add(count_->states_written, states.size());
  add(count_->batches, 1);
  for (auto& [partition, cache] : caches_) cache.trim();
  return std::nullopt;
}

std::optional<cassandra::failure> pipeline::load_unknown(const batch& records) {
  steps reads;
  std::vector<std::pair<std::int32_t, std::string>> which;
  for (const auto& [partition, list] : records)
    for (std::string& id : fold::folder::unknown(list, cache_of(partition))) {
      reads.push_back(how_->read_state(id));
      which.emplace_back(partition, std::move(id));
    }
  auto answers = session_->execute(reads);
  if (!answers) return answers.error();
  for (std::size_t i = 0; i < which.size(); ++i) {
    const auto& found = (*answers)[i].list;
    if (!found.empty())
      cache_of(which[i].first).put(which[i].second, tables::to_aggregate(found.front(), how_->projection()));
  }
  add(count_->states_read, reads.size());
  return std::nullopt;
}

void pipeline::fold_into(const std::vector<fold::record>& records, fold::aggregate_cache& cache, steps& rows,
                         steps& states, std::vector<fold::poison>& poisons) {
  fold::folded_batch done = folder_.fold(records, cache);
  for (const fold::changed& one : done.aggregates) {
    add_rows(one, rows);
    states.push_back(how_->write_state(one.id, *one.now));
  }
  poisons.insert(poisons.end(), done.poisons.begin(), done.poisons.end());
  add(count_->folded, done.counts.folded);
  add(count_->repeated, done.counts.repeated);
  add(count_->ignored, done.counts.ignored);
  add(count_->fenced, done.counts.fenced);
  add(count_->poisoned, done.poisons.size());
}

void pipeline::add_rows(const fold::changed& of, steps& rows) {
  if (of.now->folded_at == fold::no_offset) return;  // fenced at its first event: there is nothing to show
  const auto& projection = how_->projection();
  for (fold::row& one : projection.rows(*of.now->state, of.id)) {
    if (!has_a_key(one, projection.views[one.view])) {
      add(count_->rows_refused, 1);
      metrics::log_event(metrics::log_level::warning, "row_refused", "a row has no key that Cassandra would take",
                         {{"view", projection.views[one.view].name}, {"aggregate", of.id}});
      continue;
    }
    one.values.resize(projection.views[one.view].values.size());
    rows.push_back(how_->write_row(one, of.id, of.now->folded_at));
  }
}

std::optional<cassandra::failure> pipeline::write_letters(const std::vector<fold::poison>& all) {
  for (const fold::poison& one : all) {
    metrics::log_event(metrics::log_level::warning, "event_not_folded", one.why,
                       {{"partition", one.which->partition}, {"offset", one.which->offset}});
    if (letters_ != nullptr) letters_->add(*one.which, settings_.topic, one.why);
  }
  if (letters_ == nullptr || all.empty()) return std::nullopt;
  const std::string trouble = letters_->flush(letters_patience);
  if (trouble.empty()) return std::nullopt;
  return cassandra::failure{cassandra::errc::unreachable, "dead letters could not be written: " + trouble};
}

std::optional<cassandra::failure> pipeline::write(const steps& all) {
  auto done = session_->execute(all);
  if (!done) return done.error();
  return std::nullopt;
}

auto pipeline::positions(const batch& records) const -> steps {
  steps all;
  for (const auto& [partition, list] : records)
    if (!list.empty()) all.push_back(how_->write_position(partition, list.back().offset + 1));
  return all;
}

fold::aggregate_cache& pipeline::cache_of(std::int32_t partition) {
  return caches_.try_emplace(partition, settings_.aggregates_cached_max).first->second;
}

void pipeline::drop(std::int32_t partition) { caches_.erase(partition); }

}  // namespace readmodel::project
