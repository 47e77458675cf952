// Asks Kafka again and again how it is set up for the store topics, says what is wrong with it, and tells the verdicts.
// On a thread of its own, which may wait for Kafka. Built by event_store.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "batching/cluster_settings.h"
#include "store/topic_check.h"

namespace gateway::stores {

class topic_watch {
 public:
  using answer = boost::system::result<batching::cluster_facts, std::string>;
  /// Blocks for some seconds at most; the error is for people.
  using question = std::function<answer(const std::vector<std::string>& topics)>;
  using listener = std::function<void(const std::vector<::store::topic_verdict>&)>;

  struct pauses {
    std::chrono::milliseconds without_answer{1'000};
    std::chrono::milliseconds unfit{15'000};  // something has to be changed in Kafka, or a topic to be made
    std::chrono::milliseconds well{300'000};
  };

  topic_watch() = default;
  ~topic_watch() { stop(); }
  topic_watch(const topic_watch&) = delete;
  topic_watch& operator=(const topic_watch&) = delete;

  /// Once. `tell` is called on the watch's thread, until stop() has returned.
  void start(question ask, listener tell, pauses between);
  /// Any thread: asks about these at once, and from now on.
  void set_topics(std::vector<std::string> topics);
  void stop();

 private:
  void run();
  [[nodiscard]] std::chrono::milliseconds look(const std::vector<std::string>& topics);
  void say(const std::vector<::store::topic_finding>& findings);
  void say_fit(const std::vector<::store::topic_verdict>& verdicts);

  question ask_;
  listener tell_;
  pauses between_;
  std::set<std::string> said_;   // findings that hold: each is said once, and again when it comes back
  std::set<std::string> unfit_;  // topics
  std::string failure_;          // why Kafka could not be asked, as it was said

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> topics_;
  bool is_fresh_ = false;  // topics_ has not been asked about
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gateway::stores
