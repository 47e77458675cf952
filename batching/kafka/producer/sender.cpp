#include "batching/kafka/producer/sender.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "batching/kafka/producer/backoff.h"

namespace batching::kafka::producer {

sender::sender(sender_settings settings, std::uint64_t seed) : settings_(std::move(settings)), random_(seed) {}
sender::~sender() { abandon(); }

line& sender::line_of(const batch& b) {
  const std::uint32_t id = b.of().id();
  if (topics_.size() <= id) topics_.resize(id + 1);
  topic_lines& t = topics_[id];
  if (!t.of) {
    t.of = b.topic_ptr();
    if (settings_.compression_of) t.how = settings_.compression_of(t.of->name());
    topic_ids_.emplace(t.of->name(), id);
  }
  const auto p = static_cast<std::size_t>(b.partition());
  if (t.lines.size() <= p) t.lines.resize(p + 1);
  if (!t.lines[p]) t.lines[p] = std::make_unique<line>(id, b.partition());
  return *t.lines[p];
}

line* sender::find_line(std::string_view topic_name, std::int32_t partition) noexcept {
  const auto id = topic_ids_.find(topic_name);
  if (id == topic_ids_.end() || partition < 0) return nullptr;
  const auto& lines = topics_[id->second].lines;
  const auto p = static_cast<std::size_t>(partition);
  return p < lines.size() ? lines[p].get() : nullptr;
}

template <typename Each>
void sender::for_each_line(Each each) {
  for (topic_lines& t : topics_)
    for (const auto& l : t.lines)
      if (l) each(*l);
}

void sender::add(std::unique_ptr<batch> sealed) {
  line& l = line_of(*sealed);
  l.add(*sealed.release(), settings_.group_bytes_max);  // owned by its unsettled records from here on: see run
  if (closing_) return l.settle_waiting(outcome::not_persisted, reason::shutting_down);
  if (l.now == line::phase::idle) make_ready(l);
}

void sender::make_ready(line& l) {
  l.now = line::phase::ready;
  l.leader = cluster_ ? cluster_->leader_of(l.topic_id, l.partition) : -1;
  if (l.leader >= 0) return state_of(l.leader).ready.push_back(&l);
  leaderless_.push_back(&l);
  wants_metadata_ = true;
}

void sender::go_on(line& l) {
  if (l.has_work())
    make_ready(l);
  else
    l.now = line::phase::idle;
}

void sender::rest(line& l, clock::time_point now) {
  const auto pause = backoff(settings_.retry_pause_first, settings_.retry_pause_longest, l.attempts++, random_);
  ++state_of(l.leader).retries;
  l.now = line::phase::resting;
  l.rest_until = now + pause;
  resting_.push_back(&l);
}

void sender::wake(clock::time_point now) {
  std::erase_if(resting_, [&](line* l) {
    if (l->now == line::phase::resting && l->rest_until > now) return false;
    if (l->now == line::phase::resting) make_ready(*l);
    return true;
  });
}

clock::time_point sender::due() const noexcept {
  auto next = wants_producer_ ? producer_due_ : clock::time_point::max();
  for (const line* l : resting_) next = std::min(next, l->rest_until);
  for (const auto& [id, b] : brokers_)
    if (!b.ready.empty() && b.count < requests_in_flight_max && b.waits_since != clock::time_point::max())
      next = std::min(next, b.waits_since + settings_.linger);
  return next;
}

// Every line is looked at again: metadata comes every few seconds, and after it turned out to be stale.
void sender::set_cluster(std::shared_ptr<const cluster> seen, clock::time_point now) {
  cluster_ = std::move(seen);
  leaderless_.clear();
  for (auto& [id, b] : brokers_) b.ready.clear();
  for_each_line([&](line& l) { look_at_leader(l, now); });
  std::erase_if(resting_, [](const line* l) { return l->now != line::phase::resting; });
}

const sender::broker_state* sender::find(std::int32_t broker) const noexcept {
  const auto found = brokers_.find(broker);
  return found == brokers_.end() ? nullptr : &found->second;
}

bool sender::needs(std::int32_t broker) const noexcept {
  const broker_state* b = find(broker);
  return b != nullptr && b->is_needed();
}

bool sender::is_busy() const noexcept {
  return !resting_.empty() || !leaderless_.empty() ||
         std::ranges::any_of(brokers_, [](const auto& b) { return b.second.is_needed(); });
}

bool sender::is_overdue(std::int32_t broker, clock::time_point now) const noexcept {
  const broker_state* b = find(broker);
  return b != nullptr && b->count > 0 && now - b->oldest().sent_at > settings_.request_timeout + answer_grace;
}

std::size_t sender::requests_in_flight(std::int32_t broker) const noexcept {
  const broker_state* b = find(broker);
  return b == nullptr ? 0 : b->count;
}

queue_size sender::queued() const noexcept {
  queue_size all;
  for (const topic_lines& t : topics_)
    for (const auto& l : t.lines) {
      if (!l || l->now == line::phase::idle) continue;
      all.records += l->records();
      all.bytes += l->waiting_bytes();
    }
  return all;
}

std::uint64_t sender::retries(std::int32_t broker) const noexcept {
  const broker_state* b = find(broker);
  return b == nullptr ? 0 : b->retries;
}

topic_sent sender::sent_of(std::uint32_t topic_id) const noexcept {
  return topic_id < topics_.size() ? topics_[topic_id].sent : topic_sent{};
}

sender::request& sender::begin_request(broker_state& b, clock::time_point now) {
  request& r = b.at(b.count++);
  r.correlation = ++correlation_;
  r.is_for_producer = false;
  r.sent_at = now;
  r.lines.clear();
  return r;
}

bool sender::next_request(std::int32_t broker, clock::time_point now, std::int64_t wall_ms, wire::buffer& to) {
  const auto found = brokers_.find(broker);
  if (found == brokers_.end()) return false;
  broker_state& b = found->second;
  if (b.ready.empty() || b.count == requests_in_flight_max || !is_due(b, now)) return false;
  b.waits_since = clock::time_point::max();
  choose(b);
  if (chosen_.empty()) return ask_for_producer(b, now, to);
  request& r = begin_request(b, now);
  r.lines.assign(chosen_.begin(), chosen_.end());
  write_produce(r, wall_ms, to);
  return true;
}

bool sender::is_due(broker_state& b, clock::time_point now) const noexcept {
  if (b.count == 0) return true;
  b.waits_since = std::min(b.waits_since, now);
  if (now - b.waits_since >= settings_.linger) return true;
  std::int64_t bytes = 0;
  return std::ranges::any_of(b.ready,
                             [&](const line* l) { return (bytes += l->waiting_bytes()) >= pipelined_bytes_min; });
}

// A producer id that a line lost is not given to it again.
bool sender::has_producer(line& l) noexcept {
  if (l.producer.is_known()) return true;
  if (producer_.is_known())
    l.begin_producer(producer_);
  else
    wants_producer_ = true;
  return l.producer.is_known();
}

bool sender::ask_for_producer(broker_state& b, clock::time_point now, wire::buffer& to) {
  if (!wants_producer_ || now < producer_due_) return false;
  producer_due_ = now + leader_patience;
  request& r = begin_request(b, now);
  r.is_for_producer = true;
  wire::write_init_producer_id(to, r.correlation, settings_.client_id);
  return true;
}

void sender::choose(broker_state& b) {
  chosen_.clear();
  std::int64_t bytes = 0;
  std::erase_if(b.ready, [&](line* l) {
    if (!has_producer(*l)) return false;
    l->form_group(settings_.group_bytes_max);
    if (!chosen_.empty() && bytes + l->group_bytes() > request_bytes_max) return false;
    bytes += l->group_bytes();
    chosen_.push_back(l);
    return true;
  });
  std::ranges::sort(chosen_, {}, [](const line* l) { return std::tuple(l->topic_id, l->partition); });
}

void sender::write_produce(request& r, std::int64_t wall_ms, wire::buffer& to) {
  const auto same_topic = [](const line* a, const line* b) { return a->topic_id == b->topic_id; };
  std::int32_t topics = 0;
  for (auto from = r.lines.begin(); from != r.lines.end(); ++topics)
    from = std::find_if_not(from, r.lines.end(), [&](const line* l) { return same_topic(*from, l); });
  wire::produce_writer writer(to, r.correlation, settings_.client_id,
                              static_cast<std::int32_t>(settings_.request_timeout.count()), topics);
  for (auto from = r.lines.begin(); from != r.lines.end();) {
    const auto end = std::find_if_not(from, r.lines.end(), [&](const line* l) { return same_topic(*from, l); });
    topic_lines& t = topics_[(*from)->topic_id];
    writer.topic(t.of->name(), static_cast<std::int32_t>(end - from));
    for (; from != end; ++from) {
      line& l = **from;
      l.now = line::phase::sent;
      l.correlation = r.correlation;
      writer.begin_partition(l.partition);
      const std::size_t before = to.size();
      wire::write_record_batch(l.group(), {l.producer, l.sequence, wall_ms}, t.how, compressor_, scratch_, to);
      t.sent.wire_bytes += to.size() - before;
      writer.end_partition();
    }
  }
  writer.finish();
}

}  // namespace batching::kafka::producer
