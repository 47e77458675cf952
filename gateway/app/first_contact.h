// Says what to change while Kafka has not answered since the start: asks the bootstrap brokers itself, as `headgate
// check` does, because librdkafka, which looks for the topics, does not say why it is refused. One for the process,
// built by application; its own thread, which ends once Kafka has told its topics.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "gateway/config/settings.h"

namespace gateway::app {

class first_contact {
 public:
  static constexpr std::chrono::seconds patience{3};  // with a Kafka that is there, topics are known earlier
  static constexpr std::chrono::seconds asked_every{
      30};  // a login that is wrong, tried again and again, locks a user out

  /// `is_made`: Kafka has told its topics; any thread.
  first_contact(std::shared_ptr<const config::settings> settings, std::function<bool()> is_made);

 private:
  std::jthread thread_;
};

}  // namespace gateway::app
