#include "gateway/stores/topic_watch.h"

#include <algorithm>
#include <utility>

#include "metrics/events.h"

namespace gateway::stores {

using metrics::happened;
using metrics::happening;

void topic_watch::start(question ask, listener tell, pauses between) {
  ask_ = std::move(ask);
  tell_ = std::move(tell);
  between_ = between;
  thread_ = std::thread([this] { run(); });
}

void topic_watch::set_topics(std::vector<std::string> topics) {
  const std::lock_guard lock(mutex_);
  if (topics == topics_) return;
  topics_ = std::move(topics);
  is_fresh_ = true;
  changed_.notify_all();
}

void topic_watch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void topic_watch::run() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_fresh_ || stopping_; });
  while (!stopping_) {
    is_fresh_ = false;
    const std::vector<std::string> topics = topics_;
    lock.unlock();
    const auto pause = look(topics);
    lock.lock();
    changed_.wait_for(lock, pause, [this] { return is_fresh_ || stopping_; });
  }
}

// Returns how long to wait before the next look.
std::chrono::milliseconds topic_watch::look(const std::vector<std::string>& topics) {
  if (topics.empty()) return between_.well;
  const answer facts = ask_(topics);
  if (!facts) {
    if (failure_ != facts.error())
      happened(happening::store_topic_weak, "the settings of the store topics cannot be checked: " + facts.error());
    failure_ = facts.error();
    return between_.without_answer;
  }
  failure_.clear();
  const std::vector<::store::topic_finding> findings = ::store::check_topics(*facts, {});
  const std::vector<::store::topic_verdict> verdicts = ::store::judge_topics(*facts, {});
  say(findings);
  tell_(verdicts);
  say_fit(verdicts);
  return std::ranges::any_of(findings, &::store::topic_finding::is_fatal) ? between_.unfit : between_.well;
}

void topic_watch::say(const std::vector<::store::topic_finding>& findings) {
  std::set<std::string> hold;
  for (const ::store::topic_finding& f : findings) {
    hold.insert(f.text);
    if (!said_.contains(f.text))
      happened(f.is_fatal ? happening::store_topic_unfit : happening::store_topic_weak, f.text);
  }
  said_ = std::move(hold);
}

void topic_watch::say_fit(const std::vector<::store::topic_verdict>& verdicts) {
  for (const ::store::topic_verdict& v : verdicts) {
    if (!v.is_fit()) {
      unfit_.insert(v.topic);
    } else if (unfit_.erase(v.topic) > 0) {
      happened(happening::store_topic_fit, "Kafka is set up for the store topic now: it is served",
               {{"topic", v.topic}});
    }
  }
}

}  // namespace gateway::stores
