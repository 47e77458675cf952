// Raw librdkafka at a fixed rate, open loop: from the moment an event was due to the serving of its delivery report.
// The gateway's own latency is what it adds to this.
#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

#include "bench/references/event_pool.h"
#include "bench/references/producer.h"

using namespace bench::references;
using clock_type = std::chrono::steady_clock;

int main(int argc, char** argv) {
  const options o = parse_options(argc, argv, "Latency of raw librdkafka at a fixed rate, open loop");
  const event_pool pool({.event_bytes = o.event_bytes});
  producer to(o);
  const double seconds = o.seconds > 0 ? o.seconds : static_cast<double>(o.events) / o.rate;
  const auto total = static_cast<std::size_t>(seconds * o.rate);
  const std::chrono::duration<double> gap(1.0 / o.rate);
  std::vector<double> latency_ms(total, -1);

  stopwatch watch;
  const auto start = clock_type::now();
  const auto due = [&](std::size_t i) {
    return start + std::chrono::duration_cast<clock_type::duration>(gap * static_cast<double>(i));
  };
  to.on_delivered = [&](const rd_kafka_message_t& m) {
    const auto i = reinterpret_cast<std::size_t>(m._private) - 1;
    latency_ms[i] = std::chrono::duration<double, std::milli>(clock_type::now() - due(i)).count();
  };
  // A second thread serves reports as they come; this one only sends when an event is due.
  std::jthread reports([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) to.poll(100);
  });
  for (std::size_t i = 0; i < total; ++i) {
    std::this_thread::sleep_until(due(i));
    const auto value = pool.value(i % pool.size());
    const auto key = pool.key(i % pool.size());
    while (rd_kafka_produce(to.topic(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()),
                            value.size(), key.data(), key.size(), reinterpret_cast<void*>(i + 1)) != 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++to.produced;
  }
  reports.request_stop();
  reports.join();
  to.wait_for_reports();
  std::sort(latency_ms.begin(), latency_ms.end());
  const auto at = [&](double q) { return latency_ms[static_cast<std::size_t>(q * static_cast<double>(total - 1))]; };
  std::printf(
      "{\"reference\":\"raw\",\"events\":%zu,\"failed\":%llu,\"p50_ms\":%.3f,\"p90_ms\":%.3f,\"p99_ms\":%.3f,\"p999_"
      "ms\":%.3f}\n",
      total, static_cast<unsigned long long>(to.failed()), at(0.5), at(0.9), at(0.99), at(0.999));
  return to.failed() == 0 ? 0 : 1;
}
