// Takes sealed batches. Nothing above knows how they are sent. Implementations: kafka/, librdkafka/ and the tests'
// fake.
#pragma once

#include <memory>
#include <vector>

#include "batching/batch.h"

namespace batching {

class publisher {
 public:
  virtual ~publisher() = default;

  /// Any lane's thread; one lane's batches of one partition are sent in the order given. Takes the batch for as long as
  /// it lasts: no timer gives up on a record. The batch comes back, settled, through its home().take_back(), on any
  /// thread.
  virtual void publish(std::unique_ptr<batch> sealed) noexcept = 0;

  /// Any lane's thread. Takes back the records that `home` published for these acks and that were certainly never sent,
  /// which are answered not_persisted (batch_home::answer); everything else goes on. A publisher that cannot tell does
  /// nothing.
  /// It keeps what it is given. NOLINTNEXTLINE(performance-unnecessary-value-param)
  virtual void withdraw(batch_home& /*home*/, std::vector<const ack*> /*late*/) {}
};

}  // namespace batching
