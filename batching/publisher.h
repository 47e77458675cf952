// Where sealed batches go. Nothing above knows how they are sent. Implementations: kafka/ (librdkafka) and the tests'
// fake.
#pragma once

#include <memory>
#include <string>

#include "batching/batch.h"

namespace batching {

class publisher {
 public:
  virtual ~publisher() = default;

  /// Any lane's thread; one lane's batches of one partition are sent in the order given. Takes the batch for as long as
  /// it lasts: no timer gives up on a record. The batch comes back, settled, through its home().take_back(), on any
  /// thread.
  virtual void publish(std::unique_ptr<batch> sealed) noexcept = 0;
};

}  // namespace batching
