#include "batching/kafka/producer/order_fence.h"

namespace batching::kafka::producer {

bool order_fence::stop(std::string_view key) {
  if (stops_every_key_ || keys_.contains(key)) return false;
  key_bytes_ += key.size();
  if (key_bytes_ <= key_bytes_max) {
    keys_.emplace(key);
  } else {
    stops_every_key_ = true;
    keys_.clear();
  }
  return true;
}

void order_fence::absorb(const order_fence& other) {
  for (const std::string& key : other.keys_) stop(key);
  stops_every_key_ |= other.stops_every_key_;
}

}  // namespace batching::kafka::producer
