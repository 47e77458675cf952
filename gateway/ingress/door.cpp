#include "gateway/ingress/door.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gateway/decode/key_lookup.h"
#include "gateway/ingress/webhook.h"
#include "store/append.h"

namespace gateway::ingress {
namespace {

answer only(verdict what) {
  answer a;
  a.what = what;
  return a;
}

// Kafka forgets who owns a partition by the timestamps of its record batches, and aggregates are found by their keys.
constexpr const char* own_time_refused =
    "records of a store topic have the time of their admission: leave the timestamp out, or put it into the event";
constexpr const char* own_partition_refused =
    "a store topic finds an aggregate's partition by its key: leave the partition out";
constexpr const char* tombstone_refused =
    "a store topic keeps every event of an aggregate and takes none without a value: append an event that says so";

constexpr const char* own_header_refused =
    "event-id and aggregate-version are written by the store: leave these headers out, and send Headgate-Event-Id or "
    "eventId in the event";
constexpr const char* ids_too_long = "Headgate-Event-Id has at most 256 bytes, Idempotency-Key at most 200: shorten it";

bool is_stores_own(const batching::header& h) noexcept {
  return h.name == store::event_id_header || h.name == store::version_header;
}

std::optional<refusal> not_for_store(const request& r) {
  if (r.timestamp_ms) return refusal{errc::not_on_store, own_time_refused};
  if (std::ranges::any_of(r.headers, is_stores_own)) return refusal{errc::not_on_store, own_header_refused};
  return {};
}

answer refused(refusal why) {
  answer a = only(verdict::refused);
  a.why = std::move(why);
  return a;
}

}  // namespace

// Rights are checked before existence: a client that may not write to a topic does not learn whether it exists, and
// a client that may not even read it is told that there is none.
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
  std::optional<refusal> wrong = check_signature(r, p, b.bytes);
  if (!wrong) wrong = read(p, b);
  if (!wrong && p.rules->settings->mode == config::topic_mode::store) wrong = check_store(r);
  if (!wrong) wrong = set_key(r);
  answer said;
  if (wrong) {
    said = refused(std::move(*wrong));
  } else {
    demand_json(p, b);
    set_headers(r);
    name_client(r, *p.rules->settings, 0);
    if (r.timestamp_ms) set_timestamp(r, bounds_of(*p.rules->settings, lane_->wall_ms()));
    said = submit(r, p, b);
  }
  decompressed_.shrink(decoded_bytes_kept);
  return said;
}

std::optional<refusal> door::read(const plan& p, const body& b) {
  std::string_view plain = b.bytes;
  if (b.encoding != decode::encoding::identity)
    if (auto wrong = decompress(b, plain)) return wrong;
  decode::decode_options how;
  how.keys = p.keys;
  how.validate = p.rules->settings->validate == config::validation::full;
  how.depth_max = lane_->settings().limits.json_depth_max;
  how.events_max = b.events_max;
  how.bounds = bounds_of(*p.rules->settings, lane_->wall_ms());
  if (p.rules->events) how.rules = &*p.rules->events;
  return b.reader->read(plain, how, lane_->decoded());
}

std::optional<refusal> door::decompress(const body& b, std::string_view& plain) {
  const auto done =
      b.unpacked != nullptr
          ? *b.unpacked
          : decompressor_.run(b.encoding, b.bytes, b.decoded_bytes.value_or(b.decoded_bytes_max), decompressed_);
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
  for (std::size_t i = 0; i < list.size(); ++i) list[i].shared_headers = r.headers;
}

void door::name_client(const request& r, const config::topic_settings& of, std::uint16_t destination) {
  if (of.client_address_header.empty() || !r.client) [[likely]]
    return;
  client_header_.add(of.client_address_header, *r.client, lane_->decoded(), destination);
}

std::optional<refusal> door::check_signature(const request& r, const plan& p, std::string_view bytes) const {
  if (p.rules->webhook_secret.empty() || r.from != metrics::listener::http) [[likely]]
    return {};
  const config::topic_settings& how = *p.rules->settings;
  if (is_signed(how.webhook, p.rules->webhook_secret, r.signature, bytes, lane_->wall_ms(), how.webhook_age_max))
    return {};
  return refusal{errc::bad_signature, "this topic takes signed webhooks: " + std::string(signature_field(how.webhook)) +
                                          " is missing, is not the signature of this body, or is too old"};
}

// An envelope can only be found in JSON.
void door::demand_json(const plan& p, const body& b) {
  if (b.reader != &opaque_ || !p.rules->events || !p.rules->events->envelope) return;
  batching::events& list = lane_->decoded();
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i].invalid = batching::reason::invalid_json;
    list[i].detail = "the topic takes events in an envelope, which is JSON: send Content-Type application/json";
  }
}

// Frames are answered event by event.
std::optional<refusal> door::check_store(const request& r) {
  const bool is_whole = r.from == metrics::listener::http;
  if (auto wrong = not_for_store(r)) return wrong;
  batching::events& list = lane_->decoded();
  for (std::size_t i = 0; i < list.size(); ++i) {
    batching::event& e = list[i];
    if (e.partition >= 0) return refusal{errc::not_on_store, own_partition_refused};
    if (e.invalid == batching::reason::none && (e.is_tombstone || e.value.empty())) {
      e.invalid = batching::reason::empty_event;
      e.detail = tombstone_refused;
    }
    if (e.timestamp_ms == batching::no_timestamp) continue;
    if (is_whole) return refusal{errc::not_on_store, own_time_refused};
    e.timestamp_ms = batching::no_timestamp;
    if (e.invalid != batching::reason::none) continue;
    e.invalid = batching::reason::invalid_timestamp;
    e.detail = own_time_refused;
  }
  return set_event_ids(r);
}

// An id of the event's own comes before these, so that a retry is recognised whatever way it takes.
std::optional<refusal> door::set_event_ids(const request& r) {
  if (r.event_id.empty() && r.idempotency_key.empty()) return {};
  batching::events& list = lane_->decoded();
  if (r.event_id.size() > store::event_id_bytes_max || r.idempotency_key.size() > store::idempotency_key_bytes_max)
    return refusal{errc::not_on_store, ids_too_long};
  if (!r.event_id.empty() && list.size() != 1)
    return refusal{errc::not_on_store, "Headgate-Event-Id goes with a single event: let /eventId say each one's id"};
  for (std::size_t i = 0; i < list.size(); ++i) {
    batching::event& e = list[i];
    const bool has_own = e.value.find('{') != std::string_view::npos &&
                         decode::key_of(own_ids_, e.value, false, list).what != decode::key_verdict::verdict::none;
    if (e.invalid != batching::reason::none || (has_own && r.event_id.empty())) continue;
    const std::string_view id =
        r.event_id.empty() ? list.keep(std::string(r.idempotency_key) + ":" + std::to_string(i)) : r.event_id;
    e.headers = list.keep(e.headers, std::array{batching::header{store::event_id_header, id}});
  }
  return {};
}

bool door::is_any_store() const noexcept {
  return std::ranges::any_of(routes_.destinations(),
                             [](const plan& each) { return each.rules->settings->mode == config::topic_mode::store; });
}

void door::set_timestamp(const request& r, const decode::timestamp_bounds& bounds) {
  batching::events& list = lane_->decoded();
  const bool is_taken = bounds.take(*r.timestamp_ms);
  for (std::size_t i = 0; i < list.size(); ++i) {
    batching::event& e = list[i];
    e.timestamp_ms = is_taken ? *r.timestamp_ms : batching::no_timestamp;
    if (is_taken || e.invalid != batching::reason::none) continue;
    e.invalid = batching::reason::invalid_timestamp;
    e.detail = decode::timestamp_not_taken;
  }
}

answer door::take_routed(const request& r, const body& b) {
  if (lane_->budget().paused()) return only(verdict::full);
  std::optional<refusal> wrong = read_routed(r, b);
  if (!wrong && routes_.refused()) wrong = std::move(routes_.refused());
  if (!wrong) wrong = set_key(r);
  if (!wrong && is_any_store()) wrong = not_for_store(r);
  answer said;
  if (wrong) {
    said = refused(std::move(*wrong));
  } else if (routes_.barred()) {
    said = std::move(*routes_.barred());
  } else if (routes_.misses_topic() && !r.asked_kafka) {
    said = only(verdict::unknown_topic);
  } else {
    set_headers(r);
    const std::vector<plan>& all = routes_.destinations();
    for (std::size_t d = 0; d < all.size(); ++d) name_client(r, *all[d].rules->settings, static_cast<std::uint16_t>(d));
    if (r.timestamp_ms) set_timestamp(r, bounds_of(lane_->settings().topics.back(), lane_->wall_ms()));
    said = submit_routed(r, b);
  }
  if (!routes_.destinations().empty()) said.wanted.of = routes_.destinations().front().to->shared.get();
  decompressed_.shrink(decoded_bytes_kept);
  return said;
}

std::optional<refusal> door::read_routed(const request& r, const body& b) {
  std::string_view plain = b.bytes;
  if (b.encoding != decode::encoding::identity)
    if (auto wrong = decompress(b, plain)) return wrong;
  const config::topic_settings& defaults = lane_->settings().topics.back();
  if (type_version_ != lane_->settings_version() || !type_finder_)
    type_finder_.emplace(std::vector<std::string>{defaults.event_type_pointer});
  type_version_ = lane_->settings_version();
  routes_.begin(r, *type_finder_);
  decode::decode_options how;
  how.depth_max = lane_->settings().limits.json_depth_max;
  how.events_max = b.events_max;
  how.bounds = bounds_of(defaults, lane_->wall_ms());
  how.router = &routes_;
  return b.reader->read(plain, how, lane_->decoded());
}

bool door::any_invalid(const body& b) {
  batching::events& list = lane_->decoded();
  bool any = std::ranges::any_of(list, [](const batching::event& e) { return e.invalid != batching::reason::none; });
  const auto& all = routes_.destinations();
  for (std::size_t d = 0; d < all.size(); ++d) {
    batching::intake_policy policy = all[d].policy;
    policy.event_bytes_max = std::min(policy.event_bytes_max, b.event_bytes_max);
    any |= batching::intake::check(*all[d].to, policy, list, static_cast<std::uint16_t>(d));
  }
  return any;
}

// Topics are taken one after the other. The first that finds no room refuses the request; a later one only its events.
answer door::submit_routed(const request& r, const body& b) {
  batching::events& list = lane_->decoded();
  batching::ack& gathered = lane_->take_ack();
  gathered.begin(r.listener, static_cast<std::uint32_t>(list.size()), r.wants_positions);
  const batching::ack_level level = r.ack.value_or(batching::ack_level::broker);
  const auto& all = routes_.destinations();
  const bool refuses_whole =
      std::ranges::any_of(all, [](const plan& each) { return each.policy.invalid == batching::on_invalid::refuse; });
  const bool invalid = refuses_whole && any_invalid(b);  // otherwise nobody asks
  for (std::size_t d = 0; d < all.size(); ++d) {
    const auto destination = static_cast<std::uint16_t>(d);
    batching::intake_policy policy = all[d].policy;
    policy.event_bytes_max = std::min(policy.event_bytes_max, b.event_bytes_max);
    policy.others_invalid = invalid;
    if (lane_->submit(*all[d].to, policy, list, gathered, level, r.from, destination) == batching::admission::taken)
      continue;
    if (d == 0) {
      gathered.cancel();
      lane_->give_back(gathered);
      return only(verdict::full);
    }
    settle_full(gathered, destination);
  }
  charge(r, gathered);
  settle_nowhere(gathered);
  answer said = only(verdict::taken);
  said.ack = &gathered;
  said.level = level;
  return said;
}

void door::settle_nowhere(batching::ack& gathered) {
  const batching::events& list = lane_->decoded();
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (list[i].destination != batching::no_destination) continue;
    gathered.settle_failed(i, batching::outcome::rejected, list[i].invalid, list[i].detail);
    lane_->recorder().refused_events[static_cast<std::size_t>(list[i].invalid)].add();
  }
}

void door::settle_full(batching::ack& gathered, std::uint16_t destination) {
  const batching::events& list = lane_->decoded();
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (list[i].destination != destination) continue;
    const bool is_invalid = list[i].invalid != batching::reason::none;
    gathered.settle_failed(i, is_invalid ? batching::outcome::rejected : batching::outcome::not_persisted,
                           is_invalid ? list[i].invalid : batching::reason::partition_full, list[i].detail);
  }
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
