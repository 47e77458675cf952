#include "gateway/stores/place.h"

#include <boost/asio/post.hpp>

namespace gateway::stores {
namespace asio = boost::asio;

namespace {

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

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

// nullopt: it waits. A request passed on to us is refused at once if the partition is not to be ours: whoever passed
// it on knows better by now, or soon.
std::optional<whereabouts> place::place_for(const wanted& how, time_point now) const {
  if (partition_->is_serving()) return whereabouts::here;
  if (is_unfit()) return whereabouts::nowhere;
  if (how.only_here && !ours_.load(std::memory_order_relaxed)) return whereabouts::nowhere;
  if (how.until <= now) return whereabouts::nowhere;
  if (!how.only_here && how.not_before <= now && has_other_owner_()) return whereabouts::elsewhere;
  return std::nullopt;
}

// In the order they came: nothing overtakes what waits already.
void place::seek(const wanted& how, next then) {
  if (parked_.empty() || partition_->is_serving())
    if (const auto found = place_for(how, on_->now())) return then(*found);
  if (parked_.size() >= parked_max) return then(whereabouts::nowhere);
  parked_.push_back({how, std::move(then)});
  if (!looks_) look();
}

void place::on_serving() {
  has_begun_.store(true, std::memory_order_relaxed);
  for (parked& p : std::exchange(parked_, {})) p.then(whereabouts::here);
}

void place::look() {
  looks_ = true;
  for (parked& p : std::exchange(parked_, {})) {
    if (const auto found = place_for(p.how, on_->now()))
      p.then(*found);  // may park again, behind the others
    else
      parked_.push_back(std::move(p));
  }
  looks_ = !parked_.empty() && look_.has_value();
  if (!looks_) return;
  look_->expires_after(look_every);
  look_->async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
}

void place::close() {
  look_.reset();
  for (parked& p : std::exchange(parked_, {})) p.then(whereabouts::nowhere);
  partition_->close();
}

}  // namespace gateway::stores
