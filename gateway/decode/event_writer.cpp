#include "gateway/decode/event_writer.h"

namespace gateway::decode {

body_error event_writer::too_many() const {
  return {body_errc::too_many_events,
          "more than " + std::to_string(how_->events_max) + " events in one request; send several requests"};
}

void event_writer::text(std::string_view value, bool thorough) {
  batching::event& e = out_->add();
  e.value = value;
  if (has_rules_) return ruled(e, nullptr, thorough);
  if (how_->keys != nullptr) set_key(e, key_of(*how_->keys, value, thorough, *out_));
}

void event_writer::find_walked_key(batching::event& e, const walker& walk) {
  const key_finder& keys = *how_->keys;
  if (!keys.paths_are_plain() || !walk.names_are_plain()) return set_key(e, key_of(keys, e.value, true, *out_));
  const bool noted = walk.plain_names() != 0;
  const auto of = [&](std::size_t i) { return noted ? walk.member(i) : walk.at_path(keys.paths()[i]); };
  set_key(e, first_key(keys, of, e.value.data() + e.value.size(), *out_));
}

event_target event_writer::target_of(const event_fields& fields) {
  if (how_->router == nullptr) {
    event_target here;
    here.keys = how_->keys;
    here.rules = how_->rules;
    return here;
  }
  const text_member type = text_at(fields, how_->router->type_finder(), *out_);
  if (type.is == text_member::kind::found && !type.text.empty()) return how_->router->target_of(type.text);
  const bool absent = type.is == text_member::kind::absent;
  event_target nowhere;
  nowhere.why = absent ? batching::reason::missing_event_type : batching::reason::invalid_event_type;
  nowhere.detail =
      out_->keep("the event's type chooses its topic: a string at " + how_->router->type_finder().pointers().front());
  nowhere.destination = batching::no_destination;
  return nowhere;
}

void event_writer::ruled(batching::event& e, const walker* walk, bool thorough) {
  const event_fields fields(walk, e.value, thorough);
  const event_target to = target_of(fields);
  e.destination = to.destination;
  if (to.why != batching::reason::none) {
    e.invalid = to.why;
    e.detail = to.detail;
    return;
  }
  if (to.keys != nullptr) {
    const auto of = [&](std::size_t i) { return fields.at(*to.keys, i); };
    set_key(e, first_key(*to.keys, of, e.value.data() + e.value.size(), *out_));
  }
  if (to.rules != nullptr) apply(*to.rules, fields, how_->bounds, e, *out_);
}

void event_writer::set_key(batching::event& e, const key_verdict& verdict) {
  e.has_key = verdict.what == key_verdict::verdict::found;
  e.key = verdict.key;
  if (verdict.what != key_verdict::verdict::wrong) return;
  e.invalid = batching::reason::invalid_key;
  if (has_room_for_details()) e.detail = out_->keep(located(verdict.at, verdict.problem));
}

void event_writer::invalid(std::string_view value, const char* at, std::string_view what) {
  batching::event& e = out_->add();
  e.value = value;
  e.invalid = batching::reason::invalid_json;
  if (how_->router != nullptr) e.destination = batching::no_destination;
  if (has_room_for_details()) e.detail = out_->keep(located(at, what));
}

// If nobody is told what is wrong, nobody looks for it: many broken events cost no more than good ones.
void event_writer::broken(std::string_view value) {
  if (!has_room_for_details()) return invalid(value, value.data(), {});
  const auto found = check(value, how_->depth_max);
  if (found) return invalid(value, value.data() + found->offset, found->what);
  invalid(value, value.data(), "not JSON");  // the checker is the walker's equal (tests); if not, nothing passes
}

std::string event_writer::located(const char* at, std::string_view what) {
  return places_.name(at).append(": ").append(what);
}

}  // namespace gateway::decode
