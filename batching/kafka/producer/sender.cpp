#include "batching/kafka/producer/sender.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "batching/kafka/client/backoff.h"

namespace batching::kafka::producer {

sender::sender(sender_settings settings, std::uint64_t seed) : settings_(std::move(settings)), random_(seed) {}
sender::~sender() { abandon(); }

partition_queue& sender::queue_of(const batch& b) {
  const std::uint32_t id = b.of().id();
  if (topics_.size() <= id) topics_.resize(id + 1);
  topic_queues& t = topics_[id];
  if (!t.of) {
    t.of = b.topic_ptr();
    if (settings_.compression_of) t.how = settings_.compression_of(t.of->name());
    topic_ids_.emplace(t.of->name(), id);
  }
  const auto p = static_cast<std::size_t>(b.partition());
  if (t.queues.size() <= p) t.queues.resize(p + 1);
  if (!t.queues[p]) t.queues[p] = std::make_unique<partition_queue>(id, b.partition());
  return *t.queues[p];
}

partition_queue* sender::find_queue(std::string_view topic_name, std::int32_t partition) noexcept {
  const auto id = topic_ids_.find(topic_name);
  if (id == topic_ids_.end() || partition < 0) return nullptr;
  const auto& queues = topics_[id->second].queues;
  const auto p = static_cast<std::size_t>(partition);
  return p < queues.size() ? queues[p].get() : nullptr;
}

void sender::add(std::unique_ptr<batch> sealed) {
  partition_queue& q = queue_of(*sealed);
  q.add(*sealed.release(),
        settings_.attempt_bytes_max);  // owned by its unsettled records from here on: see wire::record_range
  if (closing_) return q.end_all(outcome::not_persisted, reason::shutting_down);
  if (q.now == partition_queue::phase::idle && q.has_work()) make_ready(q);
}

void sender::make_ready(partition_queue& q) {
  q.now = partition_queue::phase::ready;
  q.leader = leader_of(q);
  if (q.leader >= 0) return state_of(q.leader).ready.push_back(&q);
  leaderless_.push_back(&q);
  wants_metadata_ = true;
}

// Metadata is asked for as well, and holds as soon as it names another than the broker that has sent us away.
std::int32_t sender::leader_of(const partition_queue& q) const noexcept {
  if (!cluster_) return -1;
  const std::int32_t leader = cluster_->leader_of(q.topic_id, q.partition);
  return q.told.instead_of(leader, *cluster_);
}

// At once, but only at the first refusal of an attempt: two brokers may each believe that the other one leads.
bool sender::take_leader(partition_queue& q, std::int32_t leader) {
  if (leader == q.leader || q.refusals > 0 || !cluster_) return false;
  if (!q.told.take(leader, cluster_->leader_of(q.topic_id, q.partition), cluster_.get())) return false;
  ++q.refusals;
  ++state_of(q.leader).retries;
  make_ready(q);
  return true;
}

void sender::go_on(partition_queue& q) {
  if (q.has_work())
    make_ready(q);
  else
    q.now = partition_queue::phase::idle;
}

// A queue of which everything was taken back.
void sender::be_idle(partition_queue& q) {
  q.now = partition_queue::phase::idle;
  std::erase(leaderless_, &q);
  std::erase(backing_off_, &q);
  for (auto& [id, b] : brokers_) std::erase(b.ready, &q);
}

void sender::back_off(partition_queue& q, clock::time_point now) {
  const auto pause = client::backoff(settings_.retry_pause_first, settings_.retry_pause_longest, q.refusals++, random_);
  ++state_of(q.leader).retries;
  q.now = partition_queue::phase::backing_off;
  q.backs_off_until = now + pause;
  backing_off_.push_back(&q);
}

void sender::wake(clock::time_point now) {
  std::erase_if(backing_off_, [&](partition_queue* q) {
    if (q->now == partition_queue::phase::backing_off && q->backs_off_until > now) return false;
    if (q->now == partition_queue::phase::backing_off) make_ready(*q);
    return true;
  });
}

clock::time_point sender::due() const noexcept {
  auto next = wants_producer_ ? producer_due_ : clock::time_point::max();
  for (const partition_queue* q : backing_off_) next = std::min(next, q->backs_off_until);
  for (const auto& [id, b] : brokers_) {
    if (b.ready.empty() || b.count == requests_in_flight_max) continue;
    if (b.waits_since != clock::time_point::max())
      next = std::min(next, std::max(b.waits_since + settings_.linger, b.terms.throttled_until()));
    else if (b.holds_back)
      next = std::min(next, b.terms.throttled_until());
  }
  return next;
}

// Every queue is looked at again: metadata comes every few seconds, and after it turned out to be stale.
void sender::set_cluster(std::shared_ptr<const cluster> seen, clock::time_point now) {
  cluster_ = std::move(seen);
  leaderless_.clear();
  for (auto& [id, b] : brokers_) b.ready.clear();
  for_each_queue([&](partition_queue& q) { look_at_leader(q, now); });
  std::erase_if(backing_off_, [](const partition_queue* q) { return q->now != partition_queue::phase::backing_off; });
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
  return !backing_off_.empty() || !leaderless_.empty() ||
         std::ranges::any_of(brokers_, [](const auto& b) { return b.second.is_needed(); });
}

bool sender::is_overdue(std::int32_t broker, clock::time_point now) const noexcept {
  const broker_state* b = find(broker);
  return b != nullptr && b->count > 0 &&
         now - b->terms.awaited_since(b->oldest().sent_at) > settings_.request_timeout + answer_grace;
}

std::size_t sender::requests_in_flight(std::int32_t broker) const noexcept {
  const broker_state* b = find(broker);
  return b == nullptr ? 0 : b->count;
}

queue_size sender::queued() const noexcept {
  queue_size all;
  for (const topic_queues& t : topics_)
    for (const auto& q : t.queues) {
      if (!q || q->now == partition_queue::phase::idle) continue;
      all.records += q->records();
      all.bytes += q->waiting_bytes();
    }
  return all;
}

std::chrono::milliseconds sender::throttle(std::int32_t broker, clock::time_point now) const noexcept {
  const broker_state* b = find(broker);
  return b == nullptr ? std::chrono::milliseconds(0) : b->terms.throttle(now);
}

void sender::on_connected(std::int32_t broker, const wire::api_versions_answer& knows) {
  state_of(broker).terms.on_connected(knows);
}

std::uint64_t sender::retries(std::int32_t broker) const noexcept {
  const broker_state* b = find(broker);
  return b == nullptr ? 0 : b->retries;
}

std::int16_t sender::produce_version(std::int32_t broker) const noexcept {
  const broker_state* b = find(broker);
  return b == nullptr ? std::int16_t{0} : b->terms.spoken_version();
}

topic_sent sender::sent_of(std::uint32_t topic_id) const noexcept {
  return topic_id < topics_.size() ? topics_[topic_id].sent : topic_sent{};
}

sender::request& sender::begin_request(broker_state& b, clock::time_point now) {
  request& r = b.at(b.count++);
  r.correlation = ++correlation_;
  r.is_for_producer = false;
  r.version = b.terms.produce_version();
  r.sent_at = now;
  r.queues.clear();
  return r;
}

bool sender::next_request(std::int32_t broker, clock::time_point now, std::int64_t /*wall_ms*/, wire::buffer& to) {
  const auto found = brokers_.find(broker);
  if (found == brokers_.end()) return false;
  broker_state& b = found->second;
  if (b.ready.empty() || b.count == requests_in_flight_max || b.terms.is_throttled(now) || !is_due(b, now))
    return false;
  b.holds_back = false;
  b.waits_since = clock::time_point::max();
  choose(b);
  if (chosen_.empty()) return ask_for_producer(b, now, to);
  request& r = begin_request(b, now);
  r.queues.assign(chosen_.begin(), chosen_.end());
  write_produce(r, to);
  return true;
}

bool sender::is_due(broker_state& b, clock::time_point now) const noexcept {
  if (b.count == 0) return true;
  b.waits_since = std::min(b.waits_since, now);
  if (now - b.waits_since >= settings_.linger) return true;
  std::int64_t bytes = 0;
  return std::ranges::any_of(
      b.ready, [&](const partition_queue* q) { return (bytes += q->waiting_bytes()) >= pipelined_bytes_min; });
}

bool sender::has_producer(partition_queue& q) noexcept {
  if (q.producer.is_known()) return true;
  if (producer_.is_known())
    q.begin_producer(producer_);
  else
    wants_producer_ = true;
  return q.producer.is_known();
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
  std::erase_if(b.ready, [&](partition_queue* q) {
    if (!has_producer(*q)) return false;
    q->form_attempt(settings_.attempt_bytes_max);
    if (!chosen_.empty() && bytes + q->attempt_bytes() > request_bytes_max) return false;
    bytes += q->attempt_bytes();
    chosen_.push_back(q);
    return true;
  });
  std::ranges::sort(chosen_, {}, [](const partition_queue* q) { return std::tuple(q->topic_id, q->partition); });
}

void sender::write_produce(request& r, wire::buffer& to) {
  const auto same_topic = [](const partition_queue* a, const partition_queue* b) { return a->topic_id == b->topic_id; };
  std::int32_t topics = 0;
  for (auto from = r.queues.begin(); from != r.queues.end(); ++topics)
    from = std::find_if_not(from, r.queues.end(), [&](const partition_queue* q) { return same_topic(*from, q); });
  wire::produce_writer writer(to, r.correlation, settings_.client_id,
                              static_cast<std::int32_t>(settings_.request_timeout.count()), topics, r.version);
  for (auto from = r.queues.begin(); from != r.queues.end();) {
    const auto end =
        std::find_if_not(from, r.queues.end(), [&](const partition_queue* q) { return same_topic(*from, q); });
    topic_queues& t = topics_[(*from)->topic_id];
    writer.topic(t.of->name(), static_cast<std::int32_t>(end - from));
    for (; from != end; ++from) {
      partition_queue& q = **from;
      q.now = partition_queue::phase::sent;
      q.correlation = r.correlation;
      writer.begin_partition(q.partition);
      const std::size_t before = to.size();
      wire::write_record_batch(q.attempt(), {q.producer, q.sequence}, t.how, compressor_, scratch_, to);
      t.sent.wire_bytes += to.size() - before;
      writer.end_partition();
    }
  }
  writer.finish();
}

}  // namespace batching::kafka::producer
