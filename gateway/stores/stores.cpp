#include "gateway/stores/stores.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "gateway/stores/index_rebuild.h"
#include "metrics/events.h"
#include "store/batch_appends.h"

namespace gateway::stores {
namespace asio = boost::asio;
using metrics::happened;
using metrics::happening;
using ::store::append_answer;
using ::store::append_fate;

namespace {

constexpr std::size_t message_bytes_default = 1'048'588;  // Kafka's, where the topic's is not known

}  // namespace

stores::stores(batching::publisher& others) noexcept : others_(&others) {}
stores::~stores() = default;

struct stores::remote_look {
  place* at;
  runtime::lane* asking;
  remote_read what;
  place::time_point until;
  std::string owner;
  std::function<void(std::optional<remote_piece>)> done;
  boost::asio::steady_timer pause;
};

bool stores::have_begun() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(kept_, [](const auto& p) { return p->has_begun(); });
}

bool stores::are_warm() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(kept_, [](const auto& p) { return p->partition().has_caught_up(); });
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
    kept_.push_back(std::make_unique<place>(std::move(made), *lane.on,
                                            [this, of = topic.shared, p] { return has_other_owner(*of, p); }));
    place* const at = kept_.back().get();
    if (is_unfit) at->give_up();
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
    if (is_unfit) p->give_up();
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
    const bool is_assigned = assigned_->contains({p->partition().of().name(), p->partition().number()});
    if (is_assigned || !assigned_->empty()) p->note_ours(is_assigned);
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

std::string stores::owner_of(const place& of) const {
  if (peers_ == nullptr) return {};
  const ::store::partition& p = of.partition();
  return p.is_serving() ? peers_->own_name() : peers_->owner_of(p.of().name(), p.number());
}

bool stores::has_other_owner(const batching::topic& of, std::int32_t partition) const {
  return peers_ != nullptr && !peers_->owner_of(of.name(), partition).empty();
}

stores::shared_bundle stores::make_bundle(place& at, bool only_here, std::chrono::milliseconds time_max) {
  const place::wanted how{only_here, at.on().now() + place::serving_patience, {}};
  return std::make_shared<bundle>(at, how, time_max, [this](const shared_bundle& what) { route(what); });
}

void stores::append(place& to, const std::shared_ptr<append_job>& job) {
  asio::post(to.on().io(), [this, &to, job] {
    const shared_bundle one = make_bundle(to, job->stays_here(), job->time_max());
    one->add(job->begin());
    one->note_owner = [raw = job.get()](std::string_view owner) { raw->note_owner(owner); };
    route(one);
  });
}

void stores::route(const shared_bundle& what) {
  what->at().seek(what->how(), [this, what](whereabouts where) {
    if (where == whereabouts::elsewhere) return forward(what);
    if (peers_ != nullptr) what->note_owner(owner_of(what->at()));
    if (where == whereabouts::here) return what->take();
    if (peers_ != nullptr) peers_->ask_again();
    what->tell_all(append_fate::no_owner);
  });
}

void stores::forward(const shared_bundle& what) {
  const ::store::partition& p = what->at().partition();
  const std::string owner = peers_->owner_of(p.of().name(), p.number());
  peers_->append(what->at().on(), owner, p.of().name(), what->open(), what->time_max(),
                 [this, what, owner](forwarding how, std::span<const append_answer> results) {
                   on_forwarded(what, owner, how, results);
                 });
}

// Appends certainly not written are tried again: the partition moves, and somebody will have it in a moment.
void stores::on_forwarded(const shared_bundle& what, const std::string& owner, forwarding how,
                          std::span<const append_answer> results) {
  const auto has_no_owner = [](const append_answer& a) { return a.fate == append_fate::no_owner; };
  const bool is_answered = how == forwarding::answered && results.size() == what->open().size();
  what->note_owner(owner);
  if (how != forwarding::not_sent && !is_answered) return what->tell_all(append_fate::unknown);
  if (!is_answered || std::ranges::all_of(results, has_no_owner)) {
    peers_->ask_again();
    what->ask_others_after(what->at().on().now() + ask_again_after);
    return route(what);
  }
  const std::vector<::store::append> told = what->open();
  for (std::size_t i = 0; i < told.size(); ++i) what->tell(told[i], results[i]);
}

void stores::seek(place& at, runtime::lane& asking, bool only_here, std::function<void(whereabouts)> done) {
  asio::post(at.on().io(), [this, &at, &asking, only_here, done = std::move(done)] {
    const place::wanted how{only_here, at.on().now() + place::serving_patience, {}};
    at.seek(how, [this, &asking, done](whereabouts where) {
      if (where == whereabouts::nowhere && peers_ != nullptr) peers_->ask_again();
      asio::post(asking.io(), [done, where] { done(where); });
    });
  });
}

void stores::read_elsewhere(place& at, runtime::lane& asking, remote_read what,
                            std::function<void(std::optional<remote_piece>)> done) {
  look_elsewhere(std::make_shared<remote_look>(remote_look{&at,
                                                           &asking,
                                                           std::move(what),
                                                           asking.now() + place::serving_patience,
                                                           {},
                                                           std::move(done),
                                                           boost::asio::steady_timer(asking.io())}));
}

void stores::look_elsewhere(const std::shared_ptr<remote_look>& what) {
  const ::store::partition& p = what->at->partition();
  if (p.is_serving()) return what->done(std::nullopt);
  what->owner = peers_ != nullptr ? peers_->owner_of(p.of().name(), p.number()) : std::string();
  const auto on_told = [this, what](forwarding how, remote_piece piece) {
    piece.owner = what->owner;
    const bool has_none = how != forwarding::answered || piece.status == read_status::no_owner;
    if (!has_none) return what->done(std::move(piece));
    piece.status = read_status::no_owner;
    if (peers_ == nullptr || what->asking->now() >= what->until) return what->done(std::move(piece));
    peers_->ask_again();
    what->pause.expires_after(ask_again_after);
    what->pause.async_wait([this, what](boost::system::error_code error) {
      if (!error) look_elsewhere(what);
    });
  };
  if (what->owner.empty()) return on_told(forwarding::not_sent, {});
  peers_->read(*what->asking, what->owner, what->what, on_told);
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
    const shared_bundle all = make_bundle(*at, false, at->on().settings().limits.answer_time_max);
    ::store::batch_appends::begin(
        std::move(batch), [at](std::string_view value, std::string& storage) { return at->ids().read(value, storage); },
        [&all](const ::store::append& each) { all->add(each); });
    route(all);
  });
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
