#include "gateway/decode/event_rules.h"

#include <cstdlib>
#include <string>

#include "gateway/decode/rfc3339.h"
#include "gateway/decode/text.h"
#include "gateway/decode/walker.h"

namespace gateway::decode {
namespace {

using batching::reason;
using kind = text_member::kind;

/// The complaint about one event, told to people with the pointer where it stands.
class complaint {
 public:
  complaint(batching::event& e, batching::events& keep) noexcept : event_(&e), keep_(&keep) {}

  [[nodiscard]] bool is_made() const noexcept { return event_->invalid != reason::none; }
  void make(reason why, std::string_view what, const key_finder& where) {
    event_->invalid = why;
    event_->detail = keep_->keep(std::string(what).append(" at ").append(where.pointers().front()));
  }

 private:
  batching::event* event_;
  batching::events* keep_;
};

struct names_of_part {
  reason missing;
  reason invalid;
  std::string_view what;
};
constexpr names_of_part id_part{reason::missing_event_id, reason::invalid_event_id, "event id: a string, not empty,"};
constexpr names_of_part type_part{reason::missing_event_type, reason::invalid_event_type,
                                  "event type: a string, not empty,"};
constexpr names_of_part time_part{reason::missing_timestamp, reason::invalid_timestamp,
                                  "timestamp: a string like 2024-02-29T12:00:00Z (RFC 3339)"};

void demand_text(const text_member& found, const names_of_part& part, const key_finder& where, complaint& wrong) {
  if (wrong.is_made() || (found.is == kind::found && !found.text.empty())) return;
  const reason why = found.is == kind::absent ? part.missing : part.invalid;
  wrong.make(why, std::string("the envelope needs an ").append(part.what), where);
}

void demand_time(const event_rules& rules, const text_member& found, const timestamp_bounds& bounds, complaint& wrong) {
  demand_text(found, time_part, rules.time, wrong);
  if (wrong.is_made()) return;
  const auto ms = parse_rfc3339_ms(found.text);
  if (!ms) return wrong.make(reason::invalid_timestamp, "the envelope's timestamp is not RFC 3339", rules.time);
  if (std::llabs(*ms - bounds.now_ms) > rules.envelope_skew_ms)
    wrong.make(reason::invalid_timestamp, timestamp_not_taken, rules.time);
}

void demand_payload(const event_rules& rules, const event_fields& of, complaint& wrong) {
  if (wrong.is_made()) return;
  const looked_up found = of.at(rules.payload);
  const std::string_view text = found.at == nullptr ? std::string_view{} : of.from(found.at);
  if (found.what == looked_up::verdict::absent || text.starts_with("null"))
    return wrong.make(reason::missing_payload, "the envelope needs a payload", rules.payload);
  const bool right = found.what == looked_up::verdict::present && (text.starts_with('{') || text.starts_with('['));
  if (!right) wrong.make(reason::invalid_payload, "the payload must be one object or array", rules.payload);
}

void set_timestamp(const key_finder& where, const event_fields& of, const timestamp_bounds& bounds, batching::event& e,
                   batching::events& keep, complaint& wrong) {
  if (wrong.is_made()) return;
  const looked_up found = of.at(where);
  if (found.what == looked_up::verdict::absent) return;
  const std::string_view text = of.from(found.at);
  if (found.what == looked_up::verdict::present && text.starts_with("null")) return;
  const text_member written = text_at(of, where, keep);
  const auto ms = written.is == kind::found ? parse_rfc3339_ms(written.text)
                                            : parse_timestamp_ms(text.substr(0, number_length(text)));
  if (!ms || found.what != looked_up::verdict::present)
    return wrong.make(reason::invalid_timestamp, "no timestamp (RFC 3339, or milliseconds since 1970)", where);
  if (!bounds.take(*ms)) return wrong.make(reason::invalid_timestamp, timestamp_not_taken, where);
  e.timestamp_ms = *ms;
}

void set_headers(const text_member& type, const text_member& id, batching::event& e, batching::events& keep) {
  batching::header made[2];
  std::size_t count = 0;
  if (type.is == kind::found) made[count++] = {"event-type", type.text};
  if (id.is == kind::found) made[count++] = {"event-id", id.text};
  if (count > 0) e.headers = keep.keep(e.headers, {made, count});
}

}  // namespace

looked_up event_fields::at(const key_finder& where, std::size_t i) const {
  const auto& path = where.paths()[i];
  if (walk_ != nullptr && where.paths_are_plain() && walk_->names_are_plain()) return walk_->at_path(path);
  return look_up(value_, path, thorough_);
}

text_member text_at(const event_fields& of, const key_finder& where, batching::events& keep) {
  const looked_up found = of.at(where);
  if (found.what == looked_up::verdict::absent) return {};
  if (found.what == looked_up::verdict::duplicate) return {kind::wrong, {}};
  const std::string_view text = of.from(found.at);
  if (text.starts_with("null")) return {};
  if (!text.starts_with('"')) return {kind::wrong, {}};
  const string_extent here = string_at(text);
  if (here.length == 0) return {kind::wrong, {}};
  const std::string_view inside = text.substr(1, here.length - 2);
  if (!here.escaped) return {kind::found, inside};
  auto plain = unescaped(inside);
  if (!plain) return {kind::wrong, {}};
  return {kind::found, keep.keep(*std::move(plain))};
}

void apply_timestamp(const event_rules& rules, const event_fields& of, const timestamp_bounds& bounds,
                     batching::event& e, batching::events& keep) {
  complaint wrong(e, keep);
  if (rules.timestamp) set_timestamp(*rules.timestamp, of, bounds, e, keep, wrong);
}

void apply(const event_rules& rules, const event_fields& of, const timestamp_bounds& bounds, batching::event& e,
           batching::events& keep) {
  complaint wrong(e, keep);
  if (wrong.is_made()) return;
  text_member id;
  text_member type;
  if (rules.envelope || rules.headers) {
    id = text_at(of, rules.id, keep);
    type = text_at(of, rules.type, keep);
  }
  if (rules.envelope) {
    demand_text(id, id_part, rules.id, wrong);
    demand_text(type, type_part, rules.type, wrong);
    demand_time(rules, text_at(of, rules.time, keep), bounds, wrong);
    demand_payload(rules, of, wrong);
  }
  if (rules.timestamp) set_timestamp(*rules.timestamp, of, bounds, e, keep, wrong);
  if (rules.headers && !wrong.is_made()) set_headers(type, id, e, keep);
}

}  // namespace gateway::decode
