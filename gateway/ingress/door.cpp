#include "gateway/ingress/door.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gateway::ingress {
namespace {

answer only(verdict what) {
  answer a;
  a.what = what;
  return a;
}

answer refused(refusal why) {
  answer a = only(verdict::refused);
  a.why = std::move(why);
  return a;
}

}  // namespace

// What may be done is asked before what there is: who may not write to a topic does not learn whether it exists, and
// who may not even read it is told that there is none.
answer door::check_rights(const request& r) {
  if (guard_.is_open()) return only(verdict::taken);
  const auth::tenant* const of = r.who.of;
  if (of == nullptr || !of->may(r.wants, r.topic)) {
    if (of != nullptr) of->uses().forbidden_total.fetch_add(1, std::memory_order_relaxed);
    const bool is_hidden = of != nullptr && r.wants == auth::right::read && !of->may_see(r.topic);
    return only(is_hidden ? verdict::unknown_topic : verdict::forbidden);
  }
  answer said = only(verdict::taken);
  if (r.wants == auth::right::write) said.lacks = of->check_events(lane_->now());
  if (said.lacks.of != auth::bound::none) said.what = verdict::over_quota;
  return said;
}

auth::shortage door::shortage_of(auth::principal who) { return who.of->shortage_now(lane_->now()); }

std::uint64_t door::decoded_bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const batching::event& e : lane_->decoded()) bytes += e.value.size();
  return bytes;
}

void door::charge(auth::principal who) {
  if (who.of != nullptr) who.of->charge_events(lane_->decoded().size(), decoded_bytes(), lane_->now());
}

void door::charge(const request& r, batching::ack& gathered) {
  if (r.who.of == nullptr) return;
  charge(r.who);
  const std::uint64_t held = decoded_bytes() + lane_->decoded().size() * batching::batch::record_overhead_bytes;
  gathered.charge(r.who.of->uses().in_flight_bytes, static_cast<std::int64_t>(held));
}

answer door::find(const request& r, plan& out) {
  if (answer said = check_rights(r); said.what != verdict::taken) return said;
  out.to = lane_->topics().find(r.topic);
  if (out.to == nullptr || out.to->partitions <= 0) return only(verdict::unknown_topic);
  out.rules = &rules_.of(*out.to->shared);
  const config::topic_settings& how = *out.rules->settings;
  if (r.is_told && r.ack == batching::ack_level::none && !how.ack_none_allowed)
    return refused({errc::ack_not_allowed, "this topic's configuration forbids ack=none: use ack=broker"});
  out.level = r.is_told ? r.ack.value_or(how.ack) : batching::ack_level::none;
  out.policy = how.intake;
  out.policy.invalid = r.on_invalid.value_or(how.intake.invalid);
  if (r.key)
    out.keys = nullptr;
  else
    out.keys = r.key_pointer ? &rules_.finder_of(*r.key_pointer, *out.to->shared, *out.rules) : &*out.rules->keys;
  return only(verdict::taken);
}

answer door::take_announced(const request& r, const body& b, const announced_size& size) {
  plan p;
  if (r.who.of != nullptr)
    if (const auto wait = r.who.of->uses().requests.wait(lane_->now()); wait > auth::bucket::duration{})
      return only(verdict::full);
  answer found = find(r, p);
  if (found.what == verdict::over_quota) return only(verdict::full);  // these clients wait, by credit or unread
  if (found.what != verdict::taken) return found;
  const batching::room_wanted wanted = batching::room_for(*p.to, p.policy, size.events, size.bytes);
  const bool may = (r.is_told || !lane_->is_full(*p.to->shared)) && has_room(wanted, size.waited);
  answer said = may ? take(r, p, b) : only(verdict::full);
  if (r.who.of != nullptr && said.what == verdict::taken && r.is_told) (void)r.who.of->take_request(lane_->now());
  said.wanted = wanted;
  return said;
}

answer door::take(const request& r, const plan& p, const body& b) {
  std::optional<refusal> wrong = read(p, b);
  if (!wrong) wrong = set_key(r);
  answer said;
  if (wrong) {
    said = refused(std::move(*wrong));
  } else {
    set_headers(r);
    said = submit(r, p, b);
  }
  decompressed_.shrink(decoded_bytes_kept);
  return said;
}

std::optional<refusal> door::read(const plan& p, const body& b) {
  std::string_view plain = b.bytes;
  if (b.encoding != decode::encoding::identity)
    if (auto wrong = decompress(b, plain)) return wrong;
  const decode::decode_options how{.keys = p.keys,
                                   .validate = p.rules->settings->validate == config::validation::full,
                                   .depth_max = lane_->settings().limits.json_depth_max,
                                   .events_max = b.events_max};
  return b.reader->read(plain, how, lane_->decoded());
}

std::optional<refusal> door::decompress(const body& b, std::string_view& plain) {
  const auto done =
      decompressor_.run(b.encoding, b.bytes, b.decoded_bytes.value_or(b.decoded_bytes_max), decompressed_);
  if (!done && done.error().code == decode::decompress_errc::too_large && !b.decoded_bytes)
    return refusal{errc::decoded_too_large, done.error().detail};
  if (!done) return refusal{errc::invalid_encoding, done.error().detail};
  plain = *done;
  if (!b.decoded_bytes || plain.size() == *b.decoded_bytes) return {};
  return refusal{errc::wrong_decoded_size, "the record block has " + std::to_string(plain.size()) +
                                               " bytes after decompression, records_bytes says " +
                                               std::to_string(*b.decoded_bytes)};
}

std::optional<refusal> door::set_key(const request& r) {
  if (!r.key) return {};
  batching::events& list = lane_->decoded();
  if (list.size() != 1)
    return refusal{errc::key_needs_single_event,
                   "the request has " + std::to_string(list.size()) +
                       " events: leave Headgate-Key out and let key=/json/pointer find each one's key"};
  list[0].key = *r.key;
  list[0].has_key = true;
  return {};
}

void door::set_headers(const request& r) {
  if (r.headers.empty()) return;
  batching::events& list = lane_->decoded();
  for (std::size_t i = 0; i < list.size(); ++i) list[i].headers = r.headers;
}

answer door::submit(const request& r, const plan& p, const body& b) {
  batching::events& list = lane_->decoded();
  batching::intake_policy policy = p.policy;
  policy.event_bytes_max = std::min(policy.event_bytes_max, b.event_bytes_max);
  batching::ack& gathered = lane_->take_ack();
  gathered.begin(r.listener, static_cast<std::uint32_t>(list.size()), r.wants_positions);
  if (lane_->submit(*p.to, policy, list, gathered, p.level, r.from) == batching::admission::full) {
    gathered.cancel();
    lane_->give_back(gathered);
    return only(verdict::full);
  }
  charge(r, gathered);
  answer said = only(verdict::taken);
  said.ack = &gathered;
  said.level = p.level;
  return said;
}

}  // namespace gateway::ingress
