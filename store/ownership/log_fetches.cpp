#include "store/ownership/log_fetches.h"

#include <algorithm>
#include <utility>

#include "batching/kafka/wire/fetch_requests.h"
#include "batching/kafka/wire/protocol.h"

namespace store::ownership {

namespace wire = batching::kafka::wire;

std::int32_t log_fetches::leader_of(const partition& p) const noexcept {
  return cluster_ ? cluster_->leader_of(p.of()->id(), p.number()) : -1;
}

void log_fetches::remove(partition& p) {
  std::erase(partitions_, &p);
  for (auto& [broker, under_way] : sent_at_) std::erase(under_way.of, &p);
}

partition* log_fetches::find(const std::vector<partition*>& among, std::string_view topic,
                             std::int32_t number) noexcept {
  const auto found = std::ranges::find_if(
      among, [&](const partition* p) { return p->number() == number && p->of()->name() == topic; });
  return found == among.end() ? nullptr : *found;
}

void log_fetches::plan(time_point now) {
  needed_.clear();
  for (const partition* p : partitions_) {
    if (!p->wants_fetch(now)) continue;
    const std::int32_t leader = leader_of(*p);
    if (leader < 0)
      wants_metadata_ = true;
    else if (std::ranges::find(needed_, leader) == needed_.end())
      needed_.push_back(leader);
  }
  for (const auto& [broker, fetch] : sent_at_)
    if (std::ranges::find(needed_, broker) == needed_.end()) needed_.push_back(broker);
}

bool log_fetches::next_request(std::int32_t broker, time_point now, std::int64_t /*wall_ms*/, wire::buffer& to) {
  if (sent_at_.contains(broker) || terms_[broker].is_throttled(now)) return false;
  wanted_.clear();
  std::vector<partition*> asked;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    partition& p = *partitions_[(first_ + i) % partitions_.size()];
    if (!p.wants_fetch(now) || leader_of(p) != broker) continue;
    wanted_.push_back({p.of()->name(), p.number(), p.fetch_from()});
    asked.push_back(&p);
  }
  if (wanted_.empty()) return false;
  ++first_;
  sent_at_[broker] = {now, ++correlation_, std::move(asked)};
  wire::write_fetch(to, {correlation_, client_id_}, wanted_, {wait_max, bytes_max, partition_bytes_max});
  return true;
}

bool log_fetches::on_response(std::int32_t broker, std::string_view response, time_point now) {
  const auto under_way = sent_at_.find(broker);
  if (under_way == sent_at_.end() || wire::read_correlation(response) != under_way->second.correlation) return false;
  answered_was_sent_at_ = under_way->second.at;
  const std::vector<partition*> asked = std::move(under_way->second.of);
  sent_at_.erase(under_way);
  wire::fetch_reader reader(response);
  for (wire::fetch_answer answer; reader.next(answer);)
    if (partition* const p = find(asked, answer.topic, answer.partition)) wants_metadata_ |= p->on_fetched(answer, now);
  if (reader.is_whole()) terms_[broker].on_throttled(broker, wire::read_throttle(response), now);
  return reader.is_whole();
}

void log_fetches::on_lost(std::int32_t broker, bool /*newest_unsent*/) {
  sent_at_.erase(broker);
  wants_metadata_ = true;
}

bool log_fetches::needs(std::int32_t broker) const noexcept {
  return sent_at_.contains(broker) || std::ranges::find(needed_, broker) != needed_.end();
}

const batching::kafka::client::broker_terms* log_fetches::terms_of(std::int32_t broker) const noexcept {
  const auto found = terms_.find(broker);
  return found == terms_.end() ? nullptr : &found->second;
}

bool log_fetches::is_overdue(std::int32_t broker, time_point now) const noexcept {
  const auto under_way = sent_at_.find(broker);
  return under_way != sent_at_.end() && now - under_way->second.at > answer_time_max;
}

}  // namespace store::ownership
