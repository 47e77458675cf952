#include "batching/topics/consumer_lag.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <tuple>

#include "batching/librdkafka/lag_client.h"
#include "metrics/events.h"

namespace batching::topics {

namespace {

std::set<std::string> topics_in(const offsets& list) {
  std::set<std::string> topics;
  for (const auto& [where, offset] : list) topics.insert(where.first);
  return topics;
}

std::chrono::milliseconds spread(std::chrono::milliseconds interval) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto tenth = interval.count() / 10;
  return interval + std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(-tenth, tenth)(random));
}

}  // namespace

std::vector<metrics::consumer_lag_row> lag_rows(const std::string& group, const offsets& committed, const offsets& ends,
                                                const std::function<std::int32_t(std::string_view)>& partitions_of) {
  std::vector<metrics::consumer_lag_row> rows;
  for (const auto& [where, offset] : committed) {
    if (offset < 0) {
      rows.push_back({group, where.first, where.second, -1});
    } else if (const auto end = ends.find(where); end != ends.end()) {
      rows.push_back({group, where.first, where.second, std::max<std::int64_t>(end->second - offset, 0)});
    }
  }
  if (partitions_of)
    for (const auto& topic : topics_in(committed))
      for (std::int32_t p = 0; p < partitions_of(topic); ++p)
        if (!committed.contains({topic, p})) rows.push_back({group, topic, p, -1});
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
  });
  return rows;
}

consumer_lag::consumer_lag(consumer_lag_settings settings)
    : settings_(std::move(settings)), keeper_([this](const std::stop_token& stop) { keep(stop); }) {}

consumer_lag::~consumer_lag() = default;

metrics::consumer_lag_state consumer_lag::state(clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  const double age = complete_at_ ? std::chrono::duration<double>(now - *complete_at_).count() : -1;
  return {true, rows_, age, errors_};
}

std::vector<metrics::consumer_lag_row> consumer_lag::rows() const {
  const std::scoped_lock lock(mutex_);
  return rows_;
}

void consumer_lag::keep(const std::stop_token& stop) {
  std::optional<librdkafka::lag_client> kafka;
  while (!stop.stop_requested()) {
    if (!kafka) {
      auto made = librdkafka::lag_client::make(settings_.bootstrap, settings_.properties, settings_.credentials,
                                               settings_.timeout);
      if (made)
        kafka.emplace(std::move(*made));
      else
        failed("", made.error());
    }
    if (kafka) ask_all(*kafka, stop);
    if (kafka && kafka->has_open_question()) kafka.reset();
    std::unique_lock lock(sleep_mutex_);
    wakes_.wait_for(lock, stop, spread(settings_.interval), [] { return false; });
  }
}

void consumer_lag::ask_all(librdkafka::lag_client& kafka, const std::stop_token& stop) {
  std::vector<metrics::consumer_lag_row> all;
  bool complete = true;
  for (const auto& group : settings_.groups) {
    auto rows = ask(kafka, group, stop);
    if (stop.stop_requested()) return;
    complete = complete && rows.has_value();
    if (kafka.has_open_question()) break;
    if (rows) all.insert(all.end(), std::make_move_iterator(rows->begin()), std::make_move_iterator(rows->end()));
  }
  const std::scoped_lock lock(mutex_);
  rows_ = std::move(all);
  if (complete) complete_at_ = clock::now();
}

std::optional<std::vector<metrics::consumer_lag_row>> consumer_lag::ask(librdkafka::lag_client& kafka,
                                                                        const std::string& group,
                                                                        const std::stop_token& stop) {
  // Committed first, then the ends: the other way round a busy consumer has a negative lag.
  const auto committed = kafka.committed(group, stop);
  if (stop.stop_requested()) return std::nullopt;
  if (!committed) return failed(group, committed.error()), std::nullopt;
  const auto ends = kafka.ends(*committed, stop);
  if (stop.stop_requested()) return std::nullopt;
  if (!ends) return failed(group, ends.error()), std::nullopt;
  return lag_rows(group, *committed, *ends, settings_.partitions_of);
}

void consumer_lag::failed(const std::string& group, const std::string& why) {
  {
    const std::scoped_lock lock(mutex_);
    ++errors_;
  }
  metrics::happened(metrics::happening::lag_unknown, why, {{"group", group}});
}

}  // namespace batching::topics
