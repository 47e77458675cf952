#include "store/ownership/lane_driver.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>
#include <utility>

namespace store::ownership {

namespace asio = boost::asio;
namespace client = batching::kafka::client;
using batching::clock;

lane_driver::lane_driver(driver_settings settings, client::connection_settings connecting, driver_requests requests)
    : settings_(std::move(settings)),
      connecting_(std::move(connecting)),
      requests_(std::move(requests)),
      asking_(settings_.asking),
      reading_(settings_.asking.client_id) {}

lane_driver::~lane_driver() { close_all(); }

void lane_driver::attach(asio::io_context& io) {
  io_ = &io;
  ticker_ = std::make_unique<decltype(ticker_)::element_type>(io.get_executor());
}

void lane_driver::close_all() {
  for (const auto& p : partitions_) p->is->abandon();
  to_ask_.clear();
  to_read_.clear();
  ticker_.reset();
}

owned_partition& lane_driver::open(std::shared_ptr<batching::topic> of, std::int32_t number, const log_position& from,
                                   log_sink& sink, ownership_events& events) {
  auto& o = *partitions_.emplace_back(std::make_unique<opened>());
  o.settings.claiming = settings_.claiming;
  o.settings.append_bytes_max = settings_.append_bytes_max;
  if (const auto often = keep_every_.find(of->name()); often != keep_every_.end())
    o.settings.claiming.keep_every = often->second;
  if (settings_.compression_of) o.settings.compressed = settings_.compression_of(of->name());
  o.is = std::make_unique<partition>(
      std::move(of), number, from, sink, events, o.settings, tools_, [this] { pump_soon(); }, std::random_device{}(),
      clock::now());
  asking_.add(*o.is);
  reading_.add(*o.is);
  pump_soon();
  return *o.is;
}

void lane_driver::close(owned_partition& which) {
  const auto found = std::ranges::find_if(partitions_, [&](const auto& o) { return o->is.get() == &which; });
  if (found == partitions_.end()) return;
  asking_.remove(*(*found)->is);
  reading_.remove(*(*found)->is);
  (*found)->is->abandon();
  partitions_.erase(found);
}

void lane_driver::set_cluster(std::shared_ptr<const batching::cluster> seen) {
  asio::post(*io_, [this, seen = std::move(seen)] { take_cluster(seen); });
}

void lane_driver::set_keep_every(std::string topic, std::chrono::milliseconds interval) {
  asio::post(*io_, [this, topic = std::move(topic), interval] {
    for (const auto& o : partitions_)
      if (o->is->of()->name() == topic) o->settings.claiming.keep_every = interval;
    keep_every_[topic] = interval;
    pump_soon();
  });
}

void lane_driver::take_cluster(const std::shared_ptr<const batching::cluster>& seen) {
  cluster_ = seen;
  for (connections* all : {&to_ask_, &to_read_})
    for (const auto& [id, c] : *all)
      if (const batching::broker_address* at = cluster_->find(id); at != nullptr && c) c->set_address(*at);
  asking_.set_cluster(seen);
  reading_.set_cluster(seen);
  pump_soon();
}

// All appends of a readiness cycle leave together.
void lane_driver::pump_soon() {
  if (io_ == nullptr || !ticker_ || std::exchange(pump_posted_, true)) return;
  asio::post(*io_, [this] {
    pump_posted_ = false;
    if (ticker_) pump();
  });
}

void lane_driver::pump() {
  const clock::time_point now = clock::now();
  for (std::size_t i = 0; i < partitions_.size(); ++i) partitions_[i]->is->wake(now);
  asking_.plan(now);
  pump_connections(asking_.brokers_needed(), to_ask_, asking_, now);
  reading_.plan(now);
  pump_connections(reading_.brokers_needed(), to_read_, reading_, now);
  request_metadata(now);
  keep_ticking(now);
}

// By value: a connection that is lost meanwhile changes who is needed.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void lane_driver::pump_connections(std::vector<std::int32_t> brokers, connections& over, client::requester& from,
                                   clock::time_point now) {
  for (const std::int32_t broker : brokers)
    if (client::connection* const c = connection_to(broker, over, from)) c->pump(now);
}

client::connection* lane_driver::connection_to(std::int32_t broker, connections& over, client::requester& from) {
  auto& c = over[broker];
  if (c) return c.get();
  const batching::broker_address* const at = cluster_ ? cluster_->find(broker) : nullptr;
  if (at == nullptr) {
    wants_metadata_ = true;
    return nullptr;
  }
  const auto on_answers = [this] {
    if (requests_.contact) requests_.contact();
    pump();
  };
  const auto on_lost = [this, broker, is_asking = &over == &to_ask_] {
    if (is_asking) asking_.on_disconnected(broker);
    pump_soon();
  };
  c = std::make_unique<client::connection>(*io_, from, *at, connecting_, client::connection_hooks{on_answers, on_lost});
  return c.get();
}

void lane_driver::request_metadata(clock::time_point now) {
  wants_metadata_ |= asking_.take_metadata_request();
  wants_metadata_ |= reading_.take_metadata_request();
  if (!wants_metadata_ || now < metadata_request_due_) return;
  wants_metadata_ = false;
  metadata_request_due_ = now + metadata_request_pause;
  if (requests_.refresh_metadata) requests_.refresh_metadata();
}

void lane_driver::keep_ticking(clock::time_point now) {
  if (partitions_.empty()) return;
  const bool is_busy = asking_.is_busy() || reading_.is_busy() || wants_metadata_;
  auto due = now + (is_busy ? std::chrono::milliseconds(tick) : report_every);
  // Overdue requests that could not go (no connection, nobody leads) wait for the next tick.
  const auto look_at = [&](clock::time_point at) { due = std::min(due, at > now ? at : now + tick); };
  for (const auto& o : partitions_) look_at(o->is->due());
  look_at(asking_.due());
  if (due >= tick_due_) return;
  tick_due_ = due;
  ticker_->expires_at(due);
  ticker_->async_wait([this](boost::system::error_code error) {
    if (error) return;
    tick_due_ = clock::time_point::max();
    on_tick();
  });
}

void lane_driver::on_tick() {
  const clock::time_point now = clock::now();
  for (connections* all : {&to_ask_, &to_read_})
    for (const auto& [id, c] : *all)
      if (c) c->check_times(now);
  if (now >= report_due_) report(now);
  pump();
}

void lane_driver::report(clock::time_point now) {
  report_due_ = now + report_every;
  std::vector<partition_seen> fresh;
  fresh.reserve(partitions_.size());
  for (const auto& o : partitions_)
    fresh.push_back(
        {o->is->of()->name(), o->is->number(), o->is->status(), o->is->take_overs(), o->settings.claiming.keep_every});
  std::vector<metrics::broker_row> brokers;
  report_brokers(to_ask_, asking_, now, brokers);
  report_brokers(to_read_, reading_, now, brokers);
  const std::lock_guard lock(seen_mutex_);
  seen_ = std::move(fresh);
  brokers_seen_ = std::move(brokers);
}

template <typename Requester>
void lane_driver::report_brokers(const connections& over, const Requester& from, clock::time_point now,
                                 std::vector<metrics::broker_row>& to) {
  for (const auto& [id, c] : over) {
    if (!c) continue;
    metrics::broker_row& row = to.emplace_back(c->seen());
    row.waiting_requests = static_cast<std::int64_t>(from.requests_in_flight(id));
    const client::broker_terms* const terms = from.terms_of(id);
    if (terms == nullptr) continue;
    row.produce_version = terms->spoken_version();
    row.throttle_seconds = std::chrono::duration<double>(terms->throttle(now)).count();
  }
}

std::vector<metrics::broker_row> lane_driver::brokers_seen() const {
  const std::lock_guard lock(seen_mutex_);
  return brokers_seen_;
}

std::vector<partition_seen> lane_driver::seen() const {
  const std::lock_guard lock(seen_mutex_);
  return seen_;
}

}  // namespace store::ownership
