#include "tests/support/fake_world.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace tests {

std::string fake_world::not_ready_reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

void fake_world::set_not_ready(std::string reason) {
  const std::lock_guard lock(mutex_);
  reason_ = std::move(reason);
}

std::shared_ptr<const batching::cluster> fake_world::cluster() const {
  const std::lock_guard lock(mutex_);
  return cluster_;
}

void fake_world::name_cluster(std::string id) {
  auto named = std::make_shared<batching::cluster>();
  named->id = std::move(id);
  named->brokers.push_back({1, "kafka-1", 9092});
  const std::lock_guard lock(mutex_);
  cluster_ = std::move(named);
}

void fake_world::add_topic(const std::string& name, std::int32_t partitions) {
  const std::lock_guard lock(mutex_);
  auto shared = std::make_shared<batching::topic>(name, static_cast<std::uint32_t>(topics_.size()));
  shared->grow(partitions);
  topics_[name] = {std::move(shared), partitions, partitions, 0};
}

void fake_world::show_topics(gateway::runtime::lane& to) {
  const std::lock_guard lock(mutex_);
  to.set_topics(std::make_shared<const batching::topic_table>(topics_));
}

void fake_world::refresh_topics(gateway::runtime::lane& asking, std::function<void(bool answered)> done) {
  ++refreshes_;
  if (silent_) return;
  const bool answered = !away_;
  if (answered) show_topics(asking);
  boost::asio::post(asking.io(), [answered, done = std::move(done)] { done(answered); });
}

}  // namespace tests
