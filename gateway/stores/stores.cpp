#include "gateway/stores/stores.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "gateway/stores/index_rebuild.h"
#include "metrics/events.h"
#include "store/batch_appends.h"

namespace gateway::stores {
namespace asio = boost::asio;
using metrics::happened;
using metrics::happening;

namespace {

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

constexpr std::size_t message_bytes_default = 1'048'588;  // Kafka's, where the topic's is not known

}  // namespace

stores::stores(batching::publisher& others) noexcept : others_(&others) {}
stores::~stores() = default;

void place::open_driver(std::shared_ptr<batching::topic> of, ::store::ownership::lane_partitions& owned) {
  topic_ = std::move(of);
  owned_ = &owned;
  partition_->on_wants_pump = [this] {
    on_serving();
    pump_soon();
  };
  open_driver();
}

void place::open_driver() {
  if (owned_ == nullptr || partition_->is_attached()) return;
  ::store::partition& p = *partition_;
  p.attach(owned_->open(topic_, p.number(), p.index().applied(), p, p));
}

// Appends under way are settled first, so the partition still has its driver then.
void place::close_driver() {
  if (!partition_->is_attached()) return;
  owned_->close(partition_->driver());
  partition_->detach();
}

// Behind what is ready on the lane: appends that arrive together travel together.
void place::pump_soon() {
  if (std::exchange(pump_is_posted_, true)) return;
  asio::post(on_->io(), [this] {
    pump_is_posted_ = false;
    partition_->pump(on_->now(), wall_ms());
  });
}

void place::when_serving(std::function<void(bool)> next) {
  if (partition_->is_serving()) return next(true);
  if (is_unfit()) return next(false);
  if (parked_.size() >= parked_max) return next(false);
  parked_.push_back({on_->now() + serving_patience, std::move(next)});
  if (parked_.size() == 1) expire_parked();
}

void place::on_serving() {
  has_begun_.store(true, std::memory_order_relaxed);
  for (parked& p : std::exchange(parked_, {})) p.next(true);
}

// The oldest first: all have the same patience.
void place::expire_parked() {
  while (!parked_.empty() && parked_.front().until <= on_->now()) {
    const auto next = std::move(parked_.front().next);
    parked_.pop_front();
    next(false);
  }
  if (parked_.empty()) return;
  patience_->expires_at(parked_.front().until);
  patience_->async_wait([this](boost::system::error_code error) {
    if (!error) expire_parked();
  });
}

void place::close() {
  patience_.reset();
  for (parked& p : std::exchange(parked_, {})) p.next(false);
  partition_->close();
}

bool stores::have_begun() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(kept_, [](const auto& p) { return p->has_begun(); });
}

void stores::close() {
  if (rebuild_) rebuild_->stop();
  for (place* p : all()) p->close();
}

void stores::start(std::shared_ptr<const config::settings> settings, ::store::index& index,
                   std::vector<owning_lane> lanes, lane_chooser lane_of) {
  settings_ = std::move(settings);
  index_ = &index;
  rebuild_ = std::make_unique<index_rebuild>(*this, index, index_rebuild::pauses{});
  lanes_ = std::move(lanes);
  lane_of_ = std::move(lane_of);
}

void stores::set_topics(const batching::topic_table& topics) {
  if (!settings_) return;
  const std::lock_guard lock(mutex_);
  auto fresh = std::make_shared<places>(*places_);
  for (const auto& [name, entry] : topics.topics())
    if (settings_->of_topic(name).mode == config::topic_mode::store) open(entry, *fresh);
  places_ = std::move(fresh);
}

void stores::open(const batching::topic_entry& topic, places& into) {
  ::store::appender_bounds bounds;
  bounds.append_events_max = settings_->store.append_events_max;
  bounds.message_bytes_max =
      topic.message_bytes_max > 0 ? static_cast<std::size_t>(topic.message_bytes_max) : message_bytes_default;
  const auto verdict = verdicts_.find(topic.shared->name());
  const bool is_unfit = verdict != verdicts_.end() && !verdict->second.is_fit();
  if (verdict != verdicts_.end() && verdict->second.message_bytes_max > 0)
    bounds.message_bytes_max = verdict->second.message_bytes_max;
  ::store::partition_notices& notices = *this;
  std::vector<place*>& all = into[topic.shared->id()];
  for (auto p = static_cast<std::int32_t>(all.size()); p < topic.partitions; ++p) {
    const owning_lane lane = lanes_[lane_of_(topic.shared->id(), p)];
    auto made =
        std::make_unique<::store::partition>(topic.shared, p, index_->of(topic.shared->name(), p), bounds, notices);
    kept_.push_back(std::make_unique<place>(std::move(made), *lane.on));
    place* const at = kept_.back().get();
    if (is_unfit) at->note_not_ours();
    at->set_unfit(is_unfit);
    at->on_index_failure = [this](const std::string& why) { rebuild_->want(why); };
    all.push_back(at);
    asio::post(at->on().io(), [at, of = topic.shared, owned = lane.owned, ours = should_own(topic.shared->name(), p)] {
      at->open_driver(of, *owned);
      at->partition().should_own(ours);
    });
  }
}

bool stores::should_own(const std::string& topic, std::int32_t partition) const {
  if (assigned_ && !assigned_->contains({topic, partition})) return false;
  if (!demands_verdicts_) return true;
  const auto verdict = verdicts_.find(topic);
  return verdict != verdicts_.end() && verdict->second.is_fit();
}

void stores::demand_verdicts() {
  const std::lock_guard lock(mutex_);
  demands_verdicts_ = true;
}

void stores::judge(const std::vector<::store::topic_verdict>& all) {
  const std::lock_guard lock(mutex_);
  for (const ::store::topic_verdict& v : all) {
    verdicts_[v.topic] = v;
    apply(v);
  }
}

void stores::apply(const ::store::topic_verdict& v) {
  const bool is_unfit = !v.is_fit();
  for (const auto& p : kept_) {
    const ::store::partition& of = p->partition();
    if (of.of().name() != v.topic) continue;
    p->set_unfit(is_unfit);
    if (is_unfit) p->note_not_ours();
    asio::post(p->on().io(), [at = p.get(), ours = should_own(v.topic, of.number()), bytes_max = v.message_bytes_max] {
      if (bytes_max > 0) at->partition().set_message_bytes_max(bytes_max);
      at->partition().should_own(ours);
    });
  }
}

std::vector<std::pair<std::string, std::string>> stores::judged() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [topic, v] : verdicts_) all.emplace_back(topic, v.why_unfit());
  return all;
}

std::string stores::why_unfit(const place& p) const {
  const std::lock_guard lock(mutex_);
  const auto verdict = verdicts_.find(p.partition().of().name());
  return verdict == verdicts_.end() ? std::string() : verdict->second.why_unfit();
}

void stores::set_assigned(std::set<std::pair<std::string, std::int32_t>> assigned) {
  const std::lock_guard lock(mutex_);
  assigned_ = std::move(assigned);
  for (const auto& p : kept_) {
    const bool ours = should_own(p->partition().of().name(), p->partition().number());
    if (!ours && !assigned_->empty()) p->note_not_ours();
    asio::post(p->on().io(), [at = p.get(), ours] { at->partition().should_own(ours); });
  }
}

place* stores::find(std::uint32_t topic_id, std::int32_t partition) const {
  std::shared_ptr<const places> now;
  {
    const std::lock_guard lock(mutex_);
    now = places_;
  }
  const auto found = now->find(topic_id);
  if (found == now->end() || static_cast<std::size_t>(partition) >= found->second.size()) return nullptr;
  return found->second[static_cast<std::size_t>(partition)];
}

std::vector<place*> stores::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<place*> list;
  for (const auto& p : kept_) list.push_back(p.get());
  return list;
}

void stores::append(place& to, const std::shared_ptr<append_job>& job) {
  asio::post(to.on().io(), [&to, job] {
    to.when_serving([&to, job](bool is_serving) {
      if (!is_serving) return job->fail();
      to.partition().take(job->begin());
      to.pump_soon();
    });
  });
}

void stores::when_serving(place& at, runtime::lane& asking, std::function<void(bool)> done) {
  asio::post(at.on().io(), [&at, &asking, done = std::move(done)] {
    at.when_serving(
        [&asking, done](bool is_serving) { asio::post(asking.io(), [done, is_serving] { done(is_serving); }); });
  });
}

void stores::wait_for(place& at, runtime::lane& asking, ::store::visibility what, std::function<bool()> is_wanted,
                      std::function<void(bool)> done) {
  asio::post(at.on().io(), [&at, &asking, what = std::move(what), is_wanted = std::move(is_wanted),
                            done = std::move(done)]() mutable {
    const auto tell = [&asking, done = std::move(done)](bool visible) {
      asio::post(asking.io(), [done, visible] { done(visible); });
    };
    if (!at.partition().is_serving() || !at.partition().wait_for(std::move(what), std::move(is_wanted), tell))
      tell(false);
  });
}

void stores::prove(place& at, runtime::lane& asking, std::function<void(bool)> done) {
  asio::post(at.on().io(), [&at, &asking, done = std::move(done)] {
    at.partition().prove(
        [&asking, done](bool is_owner) { asio::post(asking.io(), [done, is_owner] { done(is_owner); }); });
  });
}

void stores::publish(std::unique_ptr<batching::batch> sealed) noexcept {
  if (!settings_ || settings_->of_topic(sealed->of().name()).mode != config::topic_mode::store)
    return others_->publish(std::move(sealed));
  place* const at = find(sealed->of().id(), sealed->partition());
  if (at == nullptr) {
    sealed->settle({0, static_cast<std::uint32_t>(sealed->records().size()), batching::outcome::not_persisted,
                    batching::reason::no_owner, -1});
    batching::batch_home& home = sealed->home();
    return home.take_back(std::move(sealed));
  }
  asio::post(at->on().io(), [this, at, batch = std::move(sealed)]() mutable {
    auto waiting = std::make_shared<std::unique_ptr<batching::batch>>(std::move(batch));
    at->when_serving([this, at, waiting](bool) { take(*at, std::move(*waiting)); });  // unserved, it is answered so
  });
}

void stores::take(place& at, std::unique_ptr<batching::batch> sealed) {
  ::store::batch_appends::begin(
      std::move(sealed), [&at](std::string_view value, std::string& storage) { return at.ids().read(value, storage); },
      [&at](const ::store::append& each) { at.partition().take(each); });
  at.pump_soon();
}

void stores::on_version_mismatch(const batching::topic& of, std::int32_t partition,
                                 const ::store::version_mismatch& what) {
  happened(happening::store_version_mismatch,
           "an event's aggregate-version is not what counting gives: somebody else writes to this topic",
           {{"topic", of.name()},
            {"partition", partition},
            {"offset", what.offset},
            {"counted", what.counted},
            {"header", what.said}});
}

// All partitions share it, so all are folded again.
void stores::on_index_failed(const batching::topic& of, std::int32_t partition, const std::string& why) {
  rebuild_->want(of.name() + " " + std::to_string(partition) + ": " + why);
}

}  // namespace gateway::stores
