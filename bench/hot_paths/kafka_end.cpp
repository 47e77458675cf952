#include "bench/hot_paths/kafka_end.h"

#include <cstdlib>

namespace bench::hot_paths {
namespace {

constexpr batching::clock::time_point now{std::chrono::seconds(1)};
constexpr std::size_t pooled = 4096;

template <typename Number>
void put(std::string& to, Number value) {
  for (std::size_t i = sizeof value; i-- > 0;)
    to.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
}

batching::kafka::producer::sender_settings compressing(batching::kafka::wire::compression how) {
  batching::kafka::producer::sender_settings settings;
  settings.compression_of = [how](std::string_view) { return how; };
  return settings;
}

}  // namespace

kafka_end::kafka_end(batching::kafka::wire::compression how)
    : pool_({.events = pooled}), topic_(std::make_shared<batching::topic>("t", 0)), sender_(compressing(how), 1) {
  topic_->grow(partitions);
  batching::cluster cluster;
  cluster.brokers.push_back({1, "b", 1});
  cluster.topics.push_back({true, false, std::vector<std::int32_t>(partitions, 1)});
  sender_.set_cluster(std::make_shared<const batching::cluster>(cluster), now);
  put(producer_response_, std::int64_t{0});  // correlation, throttle time
  put(producer_response_, std::int16_t{0});
  put(producer_response_, std::int64_t{7});
  put(producer_response_, std::int16_t{0});
  put(produce_response_, std::int64_t{1});  // correlation, topics
  put(produce_response_, std::int16_t{1});
  produce_response_ += "t";
  put(produce_response_, partitions);
  for (std::int32_t p = 0; p < partitions; ++p) {
    put(produce_response_, p);
    put(produce_response_, std::int16_t{0});
    for (int field = 0; field < 3; ++field) put(produce_response_, std::int64_t{field});
  }
  put(produce_response_, std::int32_t{0});
  for (std::int32_t p = 0; p < partitions; ++p) home_.push_back(std::make_unique<batching::batch>(*this, topic_, p));
}

std::unique_ptr<batching::batch> kafka_end::filled(std::int32_t partition) {
  auto b = std::move(home_.back());
  home_.pop_back();
  b->reset(topic_, partition);
  for (std::uint32_t i = 0; i < records; ++i, next_ = (next_ + 1) % pooled)
    b->append(pool_.key(next_), true, pool_.value(next_), {}, nullptr, i);
  return b;
}

void kafka_end::exchange() {
  for (std::int32_t p = 0; p < partitions; ++p) sender_.add(filled(p));
  while (sender_.is_busy()) {
    bytes_.clear();
    if (!sender_.next_request(1, now, 1, bytes_)) std::abort();
    const bool is_produce = bytes_.data()[5] == 0;  // the api key
    take_answer(is_produce ? produce_response_ : producer_response_);
  }
}

void kafka_end::take_answer(std::string& response) {
  ++correlation_;
  for (std::size_t i = 0; i < 4; ++i) response[i] = static_cast<char>(correlation_ >> (24 - 8 * i) & 0xff);
  if (!sender_.on_response(1, response, now)) std::abort();
}

void kafka_end::take_back(std::unique_ptr<batching::batch> settled) noexcept {
  settled_ += settled->settled_records();
  home_.push_back(std::move(settled));
}

}  // namespace bench::hot_paths
