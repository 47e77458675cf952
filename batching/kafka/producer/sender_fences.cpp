// Order behind what failed: fences, and records that are taken back.
#include <utility>

#include "batching/kafka/producer/sender.h"

namespace batching::kafka::producer {

// The token tells once the last batch that keeps it has been answered.
failing sender::failing_with(const partition_queue& q, outcome fate, reason why) {
  const fence_id fence{q.topic_id, q.partition, ++fences_};
  const auto tell = [answered = settings_.answered, fence](void*) {
    if (answered) answered(fence);
  };
  return {fate, why, fence.number, std::shared_ptr<void>(nullptr, tell)};
}

partition_queue* sender::find_queue(fence_id fence) noexcept {
  if (fence.topic_id >= topics_.size()) return nullptr;
  const auto& queues = topics_[fence.topic_id].queues;
  const auto p = static_cast<std::size_t>(fence.partition);
  return p < queues.size() ? queues[p].get() : nullptr;
}

std::shared_ptr<topic> sender::on_answered(fence_id fence, clock::time_point now) {
  partition_queue* const q = find_queue(fence);
  if (q == nullptr || !q->is_fenced(fence.number)) return nullptr;
  q->answered(fence.number, now);
  return topics_[fence.topic_id].of;
}

void sender::lift(fence_id fence) {
  if (partition_queue* const q = find_queue(fence)) q->lift(fence.number);
}

answers_by_home sender::withdraw(const withdrawal& from, std::vector<std::shared_ptr<void>>& until_answered) {
  answers_by_home answers;
  for_each_queue([&](partition_queue& q) {
    if (q.now == partition_queue::phase::idle) return;
    const failing how = failing_with(q, outcome::not_persisted, reason::answer_timeout);
    q.withdraw(from, how, answers);
    if (q.is_fenced(how.fence)) until_answered.push_back(how.until_answered);
    if (!q.has_work()) be_idle(q);
  });
  return answers;
}

}  // namespace batching::kafka::producer
