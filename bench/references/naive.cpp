// R-naive: one rd_kafka_produce() a message, librdkafka's own partitioner, payload copied. Most programs do it so.
#include "bench/references/event_pool.h"
#include "bench/references/producer.h"

using namespace bench::references;

int main(int argc, char** argv) {
  const options o = parse_options(argc, argv, "R-naive: one rd_kafka_produce() a message");
  const event_pool pool({.event_bytes = o.event_bytes});
  producer to(o);
  const int flags = o.by_reference ? 0 : RD_KAFKA_MSG_F_COPY;

  stopwatch watch;
  run_length length(o);
  for (std::size_t i = 0; length.goes_on(to.produced, watch); i = i + 1 == pool.size() ? 0 : i + 1) {
    const auto value = pool.value(i);
    const auto key = pool.key(i);
    while (rd_kafka_produce(to.topic(), RD_KAFKA_PARTITION_UA, flags, const_cast<char*>(value.data()), value.size(),
                            key.data(), key.size(), nullptr) != 0)
      to.poll(10);  // queue full: reports make room
    ++to.produced;
    if (to.produced % 64 == 0) to.poll(0);
  }
  to.wait_for_reports();
  watch.print("R-naive", o, to);
  return to.failed() == 0 ? 0 : 1;
}
