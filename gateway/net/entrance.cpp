#include "gateway/net/entrance.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "metrics/collect.h"
#include "metrics/events.h"

namespace gateway::net {

using metrics::tls_outcome;

namespace {

std::string told(const newcomer& of, tls_outcome why) {
  if (why == tls_outcome::bad_proxy_header) return "a trusted proxy sent a PROXY header that cannot be read";
  return of.failure().empty() ? "a client did not shake hands in TLS" : of.failure();
}

}  // namespace

entrance::entrance(runtime::lane& on, const entrance_rules& rules, session_factory next)
    : lane_(&on), rules_(&rules), next_(std::move(next)), poller_(on, *this) {
  on.watch(*this);
}

entrance::~entrance() { lane_->unwatch(*this); }

void entrance::admit(arrival a) {
  if (waiting_.size() >= rules_->waiting_max) end(waiting_.front(), tls_outcome::crowded_out);
  newcomer& fresh = waiting_.emplace_back(*this, std::move(a), lane_->now());
  note_waiting();
  if (poller_.watch(fresh.descriptor(), fresh)) return;
  metrics::happened(metrics::happening::accept_failed, "cannot watch a connection", {{"error", std::strerror(errno)}});
  end(fresh, tls_outcome::failed);
}

void entrance::step_soon(newcomer& of) {
  if (std::exchange(of.has_step_due, true)) return;
  to_step_.push_back(&of);
  if (std::exchange(turn_posted_, true)) return;
  boost::asio::post(lane_->io(), [this] { take_steps(); });
}

void entrance::take_steps() {
  turn_posted_ = false;
  for (int steps = 0; steps < steps_per_turn_max && !to_step_.empty(); ++steps) {
    newcomer* const next = to_step_.front();
    to_step_.pop_front();
    if (next != nullptr) step(*next);
  }
  if (to_step_.empty()) return;
  turn_posted_ = true;
  boost::asio::post(lane_->io(), [this] { take_steps(); });
}

void entrance::step(newcomer& of) {
  of.has_step_due = false;
  const newcomer::step taken = of.go_on(*rules_, lane_->now());
  if (taken.is == newcomer::state::waits) return;
  if (taken.is == newcomer::state::leaves) return end(of, taken.why);
  enter(of, taken.why);
}

void entrance::enter(newcomer& of, tls_outcome how) {
  if (how != tls_outcome::plain) lane_->recorder().tls_handshake(rules_->kind, how);
  poller_.unwatch(of.descriptor(), of);
  arrival in = of.take();
  forget(of);
  next_(*lane_, std::move(in));
}

void entrance::end(newcomer& of, tls_outcome why) {
  if (rules_->tls != nullptr) lane_->recorder().tls_handshake(rules_->kind, why);
  lane_->recorder().connections_closed[static_cast<std::size_t>(rules_->kind)].add();
  if (why != tls_outcome::closed)
    metrics::happened(
        metrics::happening::tls_handshake_failed, told(of, why),
        {{"client", of.address()}, {"listener", metrics::name(rules_->kind)}, {"outcome", metrics::name(why)}});
  poller_.forget(of);
  forget(of);
}

void entrance::forget(newcomer& of) {
  if (of.has_step_due) std::ranges::replace(to_step_, &of, nullptr);
  waiting_.remove_if([&of](const newcomer& each) { return &each == &of; });
  note_waiting();
}

void entrance::note_waiting() noexcept {
  lane_->recorder().handshakes_under_way[static_cast<std::size_t>(rules_->kind)].set(waiting_.size());
}

void entrance::on_tick(batching::clock::time_point now) noexcept {
  const auto time_max = lane_->settings().limits.handshake_time_max;
  const auto patience = lane_->draining() ? std::min<std::chrono::milliseconds>(time_max, drain_patience) : time_max;
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    newcomer& each = *next++;
    const bool lingers = each.is_lingering();
    if (now - each.since() <= (lingers ? newcomer::linger_time_max : patience)) continue;
    if (rules_->tls == nullptr && each.is_silent())
      enter(each, tls_outcome::plain);  // a balancer that connects in advance: its session knows how long it may idle
    else
      end(each, lingers ? each.refused_for() : tls_outcome::timed_out);
  }
}

entrances::entrances(std::span<runtime::lane* const> lanes, entrance_rules rules, const session_factory& next)
    : rules_(std::move(rules)) {
  for (runtime::lane* const on : lanes) lanes_.push_back(std::make_unique<entrance>(*on, rules_, next));
}

session_factory entrances::factory() {
  return [this](runtime::lane& on, arrival a) {
    const auto at = std::ranges::find_if(lanes_, [&on](const auto& each) { return &each->on() == &on; });
    (*at)->admit(std::move(a));
  };
}

}  // namespace gateway::net
