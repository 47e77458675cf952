#include "store/ownership/broker_requests.h"

#include <algorithm>

#include "batching/kafka/wire/fetch_requests.h"
#include "batching/kafka/wire/protocol.h"
#include "batching/kafka/wire/transaction_requests.h"
#include "store/ownership/fence_record.h"

namespace store::ownership {

namespace wire = batching::kafka::wire;

void broker_requests::remove(partition& p) {
  std::erase(partitions_, &p);
  told_.erase(&p);
  for (auto& [broker, all] : under_way_)
    for (request& r : all) {
      if (r.of == &p) r.of = nullptr;
      for (append_part& a : r.appends)
        if (a.of == &p) a.of = nullptr;
    }
}

std::int32_t broker_requests::leader_of(const partition& p) const noexcept {
  if (!cluster_) return -1;
  const std::int32_t leader = cluster_->leader_of(p.of()->id(), p.number());
  const auto told = told_.find(&p);
  return told == told_.end() ? leader : told->second.instead_of(leader, *cluster_);
}

// -1: nobody is known.
std::int32_t broker_requests::broker_for(const partition& p, question what) const noexcept {
  const std::int32_t leader = leader_of(p);
  if (what == question::list_offsets || what == question::fence_other) return leader;
  if (what != question::find_coordinator) return p.claimed().coordinator();
  if (leader >= 0) return leader;  // any broker knows
  return cluster_ && !cluster_->brokers.empty() ? cluster_->brokers.front().id : -1;
}

void broker_requests::want(std::int32_t broker) {
  if (broker < 0)
    wants_metadata_ = true;
  else if (std::ranges::find(needed_, broker) == needed_.end())
    needed_.push_back(broker);
}

void broker_requests::plan(time_point now) {
  now_ = now;
  needed_.clear();
  for (partition* p : partitions_) {
    const question what = p->next_question(now);
    if (what != question::none) want(broker_for(*p, what));
    if (p->has_append(now) || p->turn_wanted(now) > 0 || p->wants_start(now)) want(leader_of(*p));
  }
  for (const auto& [broker, all] : under_way_)
    if (!all.empty()) want(broker);
  for (auto& [broker, c] : companies_)
    if (waiting_for(broker, now) == 0) c.on_sent();
}

broker_requests::time_point broker_requests::due() const noexcept {
  auto next = time_point::max();
  for (const auto& [broker, c] : companies_) next = std::min(next, c.due());
  return next;
}

bool broker_requests::is_busy() const noexcept {
  return std::ranges::any_of(under_way_, [](const auto& of) { return !of.second.empty(); });
}

void broker_requests::on_disconnected(std::int32_t broker) {
  for (partition* p : partitions_)
    if (leader_of(*p) == broker) p->on_leader_lost();
}

broker_requests::request& broker_requests::begin(std::int32_t broker, time_point now) {
  request& r = under_way_[broker].emplace_back();
  r.correlation = ++correlation_;
  r.version = terms_[broker].produce_version();
  r.sent_at = now;
  return r;
}

bool broker_requests::next_request(std::int32_t broker, time_point now, std::int64_t wall_ms, wire::buffer& to) {
  now_ = now;
  if (requests_in_flight(broker) >= requests_in_flight_max || terms_[broker].is_throttled(now)) return false;
  return next_question(broker, now, wall_ms, to) || next_start(broker, now, to) ||
         next_appends(broker, now, wall_ms, to);
}

bool broker_requests::next_question(std::int32_t broker, time_point now, std::int64_t wall_ms, wire::buffer& to) {
  for (partition* p : partitions_) {
    const question what = p->next_question(now);
    if (what == question::none || broker_for(*p, what) != broker) continue;
    request& r = begin(broker, now);
    r.asks = what;
    r.of = p;
    p->asked(what, now);
    write(r, wall_ms, to);
    return true;
  }
  return false;
}

void broker_requests::write(const request& r, std::int64_t wall_ms, wire::buffer& to) {
  const partition& p = *r.of;
  const wire::request_id id{r.correlation, settings_.client_id};
  const wire::transaction own{p.transactional_id(), p.claimed().producer()};
  switch (r.asks) {
    case question::none: break;
    case question::find_coordinator: return wire::write_find_coordinator(to, id, own.id);
    case question::init_producer: return wire::write_init_transactional_id(to, id, own.id, p.transaction_timeout());
    case question::list_offsets:
      return wire::write_list_offsets(to, id, p.of()->name(), p.number(), wire::log_end::latest);
    case question::add_partition: return wire::write_add_partition(to, id, own, p.of()->name(), p.number());
    case question::end_transaction: return wire::write_abort_transaction(to, id, own);
    case question::fence_other: {
      wire::produce_writer writer(to, r.correlation, settings_.client_id,
                                  static_cast<std::int32_t>(settings_.request_timeout.count()), 1, r.version);
      writer.topic(p.of()->name(), 1);
      writer.begin_partition(p.number());
      write_fence(p.of(), p.number(), p.claimed().fence_as(), wall_ms, to);
      writer.end_partition();
      return writer.finish();
    }
  }
}

bool broker_requests::next_start(std::int32_t broker, time_point now, wire::buffer& to) {
  for (partition* p : partitions_) {
    if (!p->wants_start(now) || leader_of(*p) != broker) continue;
    request& r = begin(broker, now);
    r.of = p;
    p->asked_start();
    wire::write_list_offsets(to, {r.correlation, settings_.client_id}, p->of()->name(), p->number(),
                             wire::log_end::earliest);
    return true;
  }
  return false;
}

bool broker_requests::next_appends(std::int32_t broker, time_point now, std::int64_t wall_ms, wire::buffer& to) {
  const auto under_way = std::ranges::count_if(under_way_[broker], [](const request& r) { return !r.appends.empty(); });
  if (under_way >= static_cast<std::ptrdiff_t>(appends_in_flight_max)) return false;
  const bool is_turn = company_of(broker).is_due(waiting_for(broker, now), under_way > 0, now);
  std::vector<append_part> chosen = choose_appends(broker, is_turn, now, wall_ms);
  if (is_turn) company_of(broker).on_sent();
  if (chosen.empty()) return false;
  request& r = begin(broker, now);
  r.appends = std::move(chosen);
  write_appends(r, now, to);
  return true;
}

// Those that are sent again do not wait for a turn.
std::vector<broker_requests::append_part> broker_requests::choose_appends(std::int32_t broker, bool is_turn,
                                                                          time_point now, std::int64_t wall_ms) {
  std::vector<append_part> chosen;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    partition& p = *partitions_[i];
    if (leader_of(p) != broker) continue;
    const bool has_turn = is_turn && bytes < append_bytes_max && p.turn_wanted(now) > 0;
    const std::size_t appends = has_turn ? p.give_turn(now, wall_ms) : 0;
    if (!p.has_append(now)) continue;
    if (!chosen.empty() && bytes + p.append_bytes().size() > append_bytes_max) continue;
    bytes += p.append_bytes().size();
    chosen.push_back({&p, 0, appends});
  }
  return chosen;
}

std::size_t broker_requests::waiting_for(std::int32_t broker, time_point now) const noexcept {
  std::size_t waiting = 0;
  for (const partition* p : partitions_)
    if (leader_of(*p) == broker) waiting += p->turn_wanted(now);
  return waiting;
}

company& broker_requests::company_of(std::int32_t broker) {
  return companies_.try_emplace(broker, settings_.linger).first->second;
}

void broker_requests::write_appends(request& r, time_point now, wire::buffer& to) {
  std::ranges::stable_sort(r.appends, {}, [](const append_part& a) { return a.of->of()->id(); });
  const auto end_of_topic = [&](auto from) {
    return std::find_if(from, r.appends.end(), [&](const append_part& a) { return a.of->of() != from->of->of(); });
  };
  std::int32_t topics = 0;
  for (auto from = r.appends.begin(); from != r.appends.end(); from = end_of_topic(from)) ++topics;
  wire::produce_writer writer(to, r.correlation, settings_.client_id,
                              static_cast<std::int32_t>(settings_.request_timeout.count()), topics, r.version);
  for (auto from = r.appends.begin(); from != r.appends.end();) {
    const auto end = end_of_topic(from);
    writer.topic(from->of->of()->name(), static_cast<std::int32_t>(end - from));
    for (; from != end; ++from) {
      writer.begin_partition(from->of->number());
      to.append(from->of->append_bytes());
      writer.end_partition();
      from->attempt = from->of->append_sent(now);
    }
  }
  writer.finish();
}

bool broker_requests::on_response(std::int32_t broker, std::string_view response, time_point now) {
  now_ = now;
  requests& all = under_way_[broker];
  if (all.empty() || wire::read_correlation(response) != all.front().correlation) return false;
  request r = std::move(all.front());
  all.pop_front();
  answered_was_sent_at_ = r.sent_at;
  const bool is_sense = take(broker, r, response, now);
  if (is_sense)
    terms_[broker].on_throttled(broker, r.throttle_ms, now);
  else
    give_up(r, true, now);
  return is_sense;
}

bool broker_requests::take(std::int32_t broker, request& r, std::string_view response, time_point now) {
  if (!r.appends.empty()) return take_appends(broker, r, response, now);
  if (r.asks == question::fence_other) return take_fence(r, response, now);
  r.throttle_ms = wire::read_throttle(response);
  if (r.of == nullptr) return true;
  if (r.asks != question::none) return take_answer(*r.of, r.asks, response, now);
  const auto start = wire::read_list_offsets(response);
  if (!start) return false;
  r.of->on_start_offset(*start, now);
  return true;
}

// False: it makes no sense.
bool broker_requests::take_answer(partition& p, question asked, std::string_view response, time_point now) {
  switch (asked) {
    case question::none:
    case question::fence_other: break;
    case question::find_coordinator:
      if (const auto a = wire::read_find_coordinator(response)) return p.on_coordinator(*a, now), true;
      return false;
    case question::init_producer:
      if (const auto a = wire::read_init_producer_id(response)) return p.on_producer(*a, now), true;
      return false;
    case question::list_offsets:
      if (const auto a = wire::read_list_offsets(response)) {
        wants_metadata_ |= meaning_of(asked, a->error) == answer_meaning::again_elsewhere;
        return p.on_end_offset(*a, now), true;
      }
      return false;
    case question::add_partition:
      if (const auto error = wire::read_add_partition(response)) return p.on_answer(asked, *error, now), true;
      return false;
    case question::end_transaction:
      if (const auto error = wire::read_abort_transaction(response)) return p.on_answer(asked, *error, now), true;
      return false;
  }
  return false;
}

bool broker_requests::take_fence(request& r, std::string_view response, time_point now) {
  wire::produce_reader reader(response, r.version);
  wire::produce_answer answer;
  wire::produce_answer beyond;
  if (!reader.next(answer) || reader.next(beyond) || !reader.is_whole()) return false;
  r.throttle_ms = reader.throttle_ms();
  if (r.of == nullptr) return true;
  wants_metadata_ |= meaning_of(question::fence_other, answer.error) == answer_meaning::again_elsewhere;
  r.of->on_answer(question::fence_other, answer.error, now);
  return true;
}

bool broker_requests::take_appends(std::int32_t broker, request& r, std::string_view response, time_point now) {
  wire::produce_reader reader(response, r.version);
  for (wire::produce_answer answer; reader.next(answer);)
    for (const append_part& a : r.appends)
      if (a.of != nullptr && a.of->number() == answer.partition && a.of->of()->name() == answer.topic &&
          a.of->on_appended(a.attempt, answer, now))
        on_stale_leader(*a.of, broker, answer.leader);
  give_up(r, true, now);  // those that were not in it
  std::size_t answered = 0;
  for (const append_part& a : r.appends) answered += a.appends;
  company_of(broker).on_answered(answered, waiting_for(broker, now), now - r.sent_at, now);
  r.throttle_ms = reader.throttle_ms();
  return reader.is_whole();
}

// The broker that was asked may say who leads now: that saves a round of metadata. Only for the first refusal of an
// append: two brokers may each believe that the other one leads.
void broker_requests::on_stale_leader(partition& p, std::int32_t asked, std::int32_t leader) {
  wants_metadata_ = true;
  const std::int32_t by_metadata = cluster_ ? cluster_->leader_of(p.of()->id(), p.number()) : -1;
  batching::kafka::client::told_leader& told = told_[&p];
  if (told.leader() == asked) told.forget();
  if (leader != asked && told.take(leader, by_metadata, cluster_.get())) p.on_leader_named();
}

void broker_requests::give_up(request& r, bool was_sent, time_point now) {
  for (const append_part& a : r.appends)
    if (a.of != nullptr) a.of->on_append_unanswered(a.attempt, was_sent, now);
  if (r.of == nullptr) return;
  if (r.asks != question::none)
    r.of->on_unanswered(r.asks, now);
  else
    r.of->on_start_offset({wire::error_code::request_timed_out, -1}, now);
}

void broker_requests::on_lost(std::int32_t broker, bool newest_unsent) {
  wants_metadata_ = true;
  requests lost = std::exchange(under_way_[broker], {});
  for (std::size_t i = 0; i < lost.size(); ++i) give_up(lost[i], !newest_unsent || i + 1 < lost.size(), now_);
  on_disconnected(broker);
  for (auto& [p, told] : told_)
    if (told.leader() == broker) told.forget();
}

bool broker_requests::needs(std::int32_t broker) const noexcept {
  return requests_in_flight(broker) > 0 || std::ranges::find(needed_, broker) != needed_.end();
}

bool broker_requests::is_overdue(std::int32_t broker, time_point now) const noexcept {
  const auto found = under_way_.find(broker);
  return found != under_way_.end() && !found->second.empty() &&
         now - terms_.at(broker).awaited_since(found->second.front().sent_at) >
             settings_.request_timeout + answer_grace;
}

const batching::kafka::client::broker_terms* broker_requests::terms_of(std::int32_t broker) const noexcept {
  const auto found = terms_.find(broker);
  return found == terms_.end() ? nullptr : &found->second;
}

std::size_t broker_requests::requests_in_flight(std::int32_t broker) const noexcept {
  const auto found = under_way_.find(broker);
  return found == under_way_.end() ? 0 : found->second.size();
}

}  // namespace store::ownership
