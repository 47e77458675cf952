#include "gateway/app/event_store.h"

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "batching/kafka/producer/partition_owners.h"
#include "metrics/events.h"

namespace gateway::app {
namespace {

using metrics::happened;
using metrics::happening;
using result = boost::system::result<void, std::string>;

// Empty: none can be made.
std::string make_temporary() {
  std::error_code error;
  std::string path = std::filesystem::temp_directory_path(error) / "headgate-store-XXXXXX";
  return error || ::mkdtemp(path.data()) == nullptr ? std::string() : path;
}

// Appends of one lane share requests to Kafka, those of two do not: half of the lanes own all partitions.
std::size_t owning_lanes(std::size_t lanes) noexcept { return (lanes + 1) / 2; }

metrics::store_partition_row row_of(const ::store::partition& p) {
  metrics::store_partition_row row;
  row.topic = p.of().name();
  row.partition = p.number();
  row.folded = p.folding().folded();
  row.mismatches = p.folding().mismatches();
  for (std::size_t i = 0; i < row.appends.size(); ++i) row.appends[i] = p.appends().counted()[i].value();
  return row;
}

void add(const ::store::ownership::partition_seen& seen, std::vector<metrics::store_partition_row>& to) {
  const auto same = std::ranges::find_if(
      to, [&](const auto& row) { return row.partition == seen.partition && row.topic == seen.topic; });
  if (same == to.end()) return;
  same->state = name(seen.status.is);
  same->reason = code(seen.status.why);
  same->since_seconds = std::chrono::duration<double>(batching::clock::now() - seen.status.since).count();
  same->epoch = seen.status.epoch;
  same->take_overs = seen.take_overs;
  same->keep_every_seconds = std::chrono::duration<double>(seen.keep_every).count();
  same->is_keep_overdue = seen.status.is_keep_overdue;
  if (seen.status.end_offset >= 0)
    same->lag = std::max<std::int64_t>(seen.status.end_offset - seen.status.next_offset, 0);
}

}  // namespace

event_store::~event_store() {
  joiner_ = {};
  group_watch_.reset();
  drivers_.clear();
  std::error_code ignored;
  if (!temporary_.empty()) std::filesystem::remove_all(temporary_, ignored);
}

result event_store::open_index(const config::store_settings& how) {
  std::string directory = how.directory;
  if (directory.empty()) {
    directory = temporary_ = make_temporary();
    if (directory.empty()) return std::string("no temporary folder can be made for the index: set store.directory");
    happened(happening::store_index_temporary, "the index is folded from the whole log at every start",
             {{"directory", directory}});
  }
  if (result opened = index_.open({directory, how.index_cache_bytes, how.index_write_bytes}); !opened) return opened;
  if (!index_.was_thrown_away().empty())
    happened(happening::store_index_thrown_away, "the index is begun anew from Kafka's log",
             {{"directory", directory}, {"why", index_.was_thrown_away()}});
  return {};
}

result event_store::start(const std::shared_ptr<const config::settings>& settings,
                          const std::vector<runtime::lane*>& lanes, const driver_factory& make_driver,
                          batching::librdkafka::group_settings group, stores::topic_watch::question ask_settings) {
  if (!settings->has_store()) return {};
  settings_ = settings;
  group_ = std::move(group);
  if (!settings->store.group.empty()) stores_.set_assigned({});
  if (result opened = open_index(settings->store); !opened) return opened;
  std::vector<stores::stores::owning_lane> owning;
  for (runtime::lane* on : lanes) {
    drivers_.push_back(make_driver());
    drivers_.back()->attach(on->io());
    owning.push_back({on, drivers_.back().get()});
  }
  stores_.start(settings, index_, owning,
                [lanes = owning_lanes(lanes.size())](std::uint32_t topic, std::int32_t partition) {
                  return batching::kafka::producer::partition_owners::owner_of(topic, partition, lanes);
                });
  stores_.demand_verdicts();
  watch_.start(std::move(ask_settings), [this](const auto& all) { take_verdicts(all); }, {});
  watch({});
  return {};
}

void event_store::set_topics(const batching::topic_table& topics) {
  stores_.set_topics(topics);
  if (!is_on()) return;
  std::vector<std::string> names;
  for (const auto& [name, entry] : topics.topics())
    if (settings_->of_topic(name).mode == config::topic_mode::store) names.push_back(name);
  std::ranges::sort(names);
  watch(names);
  if (settings_->store.group.empty() || names == to_join_) return;
  to_join_ = names;
  joiner_ =
      std::jthread([this, names = std::move(names)](const std::stop_token& stop) { join_when_warm(stop, names); });
}

// Also those that are named and not there yet.
void event_store::watch(const std::vector<std::string>& there) {
  std::set<std::string> all(there.begin(), there.end());
  for (const config::topic_settings& t : settings_->topics)
    if (t.mode == config::topic_mode::store && t.pattern.find('*') == std::string::npos) all.insert(t.pattern);
  watch_.set_topics({all.begin(), all.end()});
}

// The interval first: nothing is taken over before it is known.
void event_store::take_verdicts(const std::vector<::store::topic_verdict>& all) {
  for (const ::store::topic_verdict& v : all)
    for (const auto& d : drivers_) d->set_keep_every(v.topic, v.keep_every);
  stores_.judge(all);
}

// A member of the group gets partitions, and others give them up for it: it must be able to serve them at once. If
// there are no others nobody is served better by waiting.
void event_store::join_when_warm(const std::stop_token& stop, std::vector<std::string> topics) {
  constexpr std::chrono::milliseconds look_every{20};
  const auto began = batching::clock::now();
  const auto waits = [&] {
    if (!peers_ || stores_.are_warm()) return false;
    const auto waited = batching::clock::now() - began;
    return peers_->has_been_told() ? peers_->has_others() && waited < warm_patience : waited < word_patience;
  };
  while (!stop.stop_requested() && waits()) std::this_thread::sleep_for(look_every);
  if (!stop.stop_requested()) join(std::move(topics));
}

// A group is joined for the topics there are: another list takes another member.
void event_store::join(std::vector<std::string> topics) {
  const std::lock_guard lock(joining_);
  if (draining_ || topics.empty() || topics == joined_) return;
  member_.reset();
  auto made = batching::librdkafka::group_member::join(group_, topics, [this](const auto& all) {
    std::set<std::pair<std::string, std::int32_t>> assigned;
    for (const auto& p : all) assigned.emplace(p.topic, p.partition);
    stores_.set_assigned(std::move(assigned));
  });
  if (!made) return happened(happening::kafka_refused, made.error(), {{"group", group_.group}});
  joined_ = std::move(topics);
  member_ = std::move(*made);
}

void event_store::leave() {
  joiner_.request_stop();
  const std::lock_guard lock(joining_);
  draining_ = true;
  member_.reset();
}

void event_store::set_cluster(const std::shared_ptr<const batching::cluster>& seen) {
  for (const auto& d : drivers_) d->set_cluster(seen);
}

void event_store::fill(metrics::snapshot& into) const {
  into.store.on = is_on();
  if (!is_on()) return;
  for (std::size_t i = 0; i < ::store::append_fates; ++i)
    into.store.fate_names[i] = ::store::name(static_cast<::store::append_fate>(i));
  for (std::size_t i = 0; i < ::store::ownership_reasons; ++i)
    into.store.take_over_names[i] = code(static_cast<::store::ownership_reason>(i));
  into.store.topics = stores_.judged();
  for (const stores::place* p : stores_.all()) into.store.partitions.push_back(row_of(p->partition()));
  for (const auto& d : drivers_) {
    into.store.take_over_us.add(d->take_over_us());
    for (const ::store::ownership::partition_seen& seen : d->seen()) add(seen, into.store.partitions);
  }
  fill_forwarded(into.store);
  const ::store::index_size size = index_.size();
  into.store.index_disk_bytes = size.disk_bytes;
  into.store.index_memory_bytes = size.memory_bytes;
}

std::vector<metrics::broker_row> event_store::brokers_seen() const {
  std::vector<metrics::broker_row> all;
  for (const auto& d : drivers_) std::ranges::move(d->brokers_seen(), std::back_inserter(all));
  return all;
}

void event_store::close() {
  watch_.stop();
  leave();
  joiner_ = {};
  group_watch_.reset();
  if (peers_) peers_->close();
  for (const auto& d : drivers_) d->close_all();
  stores_.close();
}

}  // namespace gateway::app
