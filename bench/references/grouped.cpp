// R-grouped: collects about 1,024 messages, finds each one's partition, and hands each partition's messages over in one
// rd_kafka_produce_batch(). The cheapest way to feed librdkafka, and what the gateway is held against.
#include <vector>

#include "bench/references/event_pool.h"
#include "bench/references/murmur2.h"
#include "bench/references/producer.h"

using namespace bench::references;

namespace {

constexpr std::size_t collected_max = 1024;

/// All of `bucket`, in order: what did not fit is offered again after some reports were served.
void hand_over(producer& to, std::int32_t partition, std::vector<rd_kafka_message_t>& bucket, int flags) {
  std::size_t first = 0;
  while (first < bucket.size()) {
    rd_kafka_produce_batch(to.topic(), partition, flags, bucket.data() + first,
                           static_cast<int>(bucket.size() - first));
    while (first < bucket.size() && bucket[first].err == RD_KAFKA_RESP_ERR_NO_ERROR) ++first;
    if (first < bucket.size()) to.poll(10);
  }
  to.produced += bucket.size();
  bucket.clear();
}

}  // namespace

int main(int argc, char** argv) {
  const options o = parse_options(argc, argv, "R-grouped: one rd_kafka_produce_batch() a partition and 1,024 messages");
  const event_pool pool({.event_bytes = o.event_bytes});
  producer to(o);
  const int flags = o.by_reference ? 0 : RD_KAFKA_MSG_F_COPY;
  std::vector<std::vector<rd_kafka_message_t>> buckets(static_cast<std::size_t>(to.partitions()));

  stopwatch watch;
  run_length length(o);
  for (std::size_t i = 0; length.goes_on(to.produced, watch);) {
    for (std::size_t n = 0; n < collected_max; ++n, i = i + 1 == pool.size() ? 0 : i + 1) {
      const auto value = pool.value(i);
      const auto key = pool.key(i);
      auto& m = buckets[static_cast<std::size_t>(partition_of(key, to.partitions()))].emplace_back();
      m.payload = const_cast<char*>(value.data());
      m.len = value.size();
      m.key = const_cast<char*>(key.data());
      m.key_len = key.size();
    }
    for (std::int32_t p = 0; p < to.partitions(); ++p)
      if (auto& bucket = buckets[static_cast<std::size_t>(p)]; !bucket.empty()) hand_over(to, p, bucket, flags);
    to.poll(0);
  }
  to.wait_for_reports();
  watch.print("R-grouped", o, to);
  return to.failed() == 0 ? 0 : 1;
}
