#include "gateway/auth/tenant.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/config/values.h"

namespace gateway::auth {
namespace {

constexpr bucket::duration look_again = std::chrono::seconds(1);  // where no clock says when

}  // namespace

std::string_view name(bound b) noexcept {
  switch (b) {
    case bound::none: return "none";
    case bound::events: return "events";
    case bound::bytes: return "bytes";
    case bound::requests: return "requests";
    case bound::connections: return "connections";
    case bound::in_flight: return "in_flight";
  }
  return "none";
}

tenant::tenant(config::tenant_settings settings, usage& uses) : settings_(std::move(settings)), uses_(&uses) {
  uses.events.set_rate(settings_.quota.events);
  uses.bytes.set_rate(settings_.quota.bytes);
  uses.requests.set_rate(settings_.quota.requests);
}

bool tenant::may(right what, std::string_view topic) const noexcept {
  const std::vector<std::string>& patterns = what == right::write ? settings_.write : settings_.read;
  return std::ranges::any_of(patterns, [&](const std::string& p) { return config::matches(p, topic); });
}

shortage tenant::take_request(bucket::time_point now) const noexcept {
  if (const auto wait = uses_->requests.wait(now); wait > bucket::duration{}) {
    uses_->over_quota_total[static_cast<std::size_t>(bound::requests)].fetch_add(1, std::memory_order_relaxed);
    return {bound::requests, wait};
  }
  uses_->requests.charge(1, now);
  uses_->requests_total.fetch_add(1, std::memory_order_relaxed);
  return {};
}

shortage tenant::longest(bucket::time_point now, bool requests_too) const noexcept {
  shortage out;
  const auto look = [&](bound of, bucket::duration wait) {
    if (wait > out.wait) out = {of, wait};
  };
  if (requests_too) look(bound::requests, uses_->requests.wait(now));
  look(bound::events, uses_->events.wait(now));
  look(bound::bytes, uses_->bytes.wait(now));
  if (const auto max = settings_.quota.in_flight_bytes;
      max != 0 && uses_->in_flight_bytes.load(std::memory_order_relaxed) >= static_cast<std::int64_t>(max))
    look(bound::in_flight, look_again);
  return out;
}

shortage tenant::shortage_now(bucket::time_point now) const noexcept { return longest(now, true); }

shortage tenant::check_events(bucket::time_point now) const noexcept {
  const shortage out = longest(now, false);
  if (out.of != bound::none)
    uses_->over_quota_total[static_cast<std::size_t>(out.of)].fetch_add(1, std::memory_order_relaxed);
  return out;
}

void tenant::charge_events(std::uint64_t events, std::uint64_t bytes, bucket::time_point now) const noexcept {
  uses_->events.charge(events, now);
  uses_->bytes.charge(bytes, now);
  uses_->events_total.fetch_add(events, std::memory_order_relaxed);
  uses_->bytes_total.fetch_add(bytes, std::memory_order_relaxed);
}

bool tenant::take_connection() const noexcept {
  const std::uint32_t max = settings_.quota.connections;
  const std::uint32_t before = uses_->connections.fetch_add(1, std::memory_order_relaxed);
  if (max == 0 || before < max) return true;
  uses_->connections.fetch_sub(1, std::memory_order_relaxed);
  uses_->over_quota_total[static_cast<std::size_t>(bound::connections)].fetch_add(1, std::memory_order_relaxed);
  return false;
}

}  // namespace gateway::auth
