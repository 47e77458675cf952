// Reads the id of an event from its JSON text. One a lane.
#pragma once

#include <string>
#include <string_view>

#include "batching/event.h"
#include "gateway/decode/key_finder.h"
#include "store/append.h"

namespace gateway::stores {

class event_ids {
 public:
  event_ids() : finder_({::store::event_id_pointer}) {}

  /// Empty: none, or none that can be one. The view is of `value` or of `storage`.
  [[nodiscard]] std::string_view read(std::string_view value, std::string& storage);
  /// For a decoder that finds it on its way, in place of a key.
  [[nodiscard]] const decode::key_finder& finder() const noexcept { return finder_; }

 private:
  decode::key_finder finder_;
  batching::events texts_;
};

}  // namespace gateway::stores
