// The core, one part at a time and as a whole: what an event costs between its decoded form and its answer. `per_event`
// is the figure; read it only against the rows of the same run.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "batching/ack_pool.h"
#include "batching/batch.h"
#include "batching/batcher.h"
#include "batching/partitioner.h"
#include "bench/hot_paths/core.h"
#include "bench/hot_paths/kafka_end.h"
#include "bench/references/event_pool.h"

namespace {

using bench::hot_paths::core;
using bench::hot_paths::instant_publisher;
using bench::references::event_pool;

constexpr std::size_t group = 64;  // records of one partition and hand-over: what a busy gateway sees

void per_event(benchmark::State& state, std::size_t events) {
  state.counters["per_event"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(events),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

struct discarding_home final : batching::batch_home {
  void take_back(std::unique_ptr<batching::batch> settled) noexcept override { last = std::move(settled); }
  std::unique_ptr<batching::batch> last;
};

std::shared_ptr<batching::topic> topic_of(std::int32_t partitions) {
  auto t = std::make_shared<batching::topic>("events", 0);
  t->grow(partitions);
  return t;
}

void BM_ToKafkaAndBack(benchmark::State& state) {
  bench::hot_paths::kafka_end end({static_cast<batching::kafka::wire::codec>(state.range(0)), 1});
  for (auto _ : state) end.exchange();
  per_event(state, bench::hot_paths::kafka_end::events);
}

void BM_Partition(benchmark::State& state) {
  const event_pool pool({.events = 1024});
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(batching::partition_of(pool.key(i++ % 1024), 12));
  per_event(state, 1);
}

void BM_BatchAppend(benchmark::State& state) {
  const event_pool pool({.events = 4096, .event_bytes = static_cast<std::size_t>(state.range(0))});
  discarding_home home;
  const auto of = topic_of(1);
  batching::batch b(home, of, 0);
  std::size_t i = 0;
  for (auto _ : state) {
    b.reset(of, 0);
    for (std::size_t n = 0; n < group; ++n, i = (i + 1) % 4096)
      b.append(pool.key(i), true, pool.value(i), {}, nullptr, 0);
    benchmark::DoNotOptimize(b.records().data());
  }
  per_event(state, group);
}

/// Opens one record in each partition, flushes, settles, recycles: the price of a cycle, whatever it carries.
void BM_BatcherFlush(benchmark::State& state) {
  const auto partitions = static_cast<std::int32_t>(state.range(0));
  struct home_of_lane final : batching::batch_home {
    void take_back(std::unique_ptr<batching::batch> settled) noexcept override { back.push_back(std::move(settled)); }
    std::vector<std::unique_ptr<batching::batch>> back;
  } home;
  instant_publisher publisher;
  batching::batcher batcher(home, publisher, {});
  const auto of = topic_of(partitions);
  auto now = batching::clock::now();
  for (auto _ : state) {
    now += std::chrono::microseconds(100);
    for (std::int32_t p = 0; p < partitions; ++p) batcher.open(of, p, now).append("key", true, "value", {}, nullptr, 0);
    batcher.flush(now);
    for (auto& b : home.back) {
      batcher.on_settled(*b, now);
      batcher.recycle(std::move(b));
    }
    home.back.clear();
  }
  state.counters["per_batch"] = benchmark::Counter(static_cast<double>(state.iterations() * partitions),
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_AckSettle(benchmark::State& state) {
  const auto events = static_cast<std::uint32_t>(state.range(0));
  struct listener final : batching::ack_listener {
    void on_acked(batching::ack&) noexcept override {}
  } nobody;
  batching::ack_pool pool;
  for (auto _ : state) {
    batching::ack& a = pool.take();
    a.begin(&nobody, events, false);
    a.seal();
    // Twelve partitions, each one's records in a run, as they come back.
    for (std::uint32_t p = 0; p < 12; ++p)
      for (std::uint32_t i = p; i < events; i += 12) a.settle_persisted(i, static_cast<std::int32_t>(p), i);
    pool.take_back(a);
  }
  per_event(state, events);
}

void BM_IntakeToAnswer(benchmark::State& state) {
  const auto events = static_cast<std::size_t>(state.range(0));
  core path({.events_per_request = events, .partitions = static_cast<std::int32_t>(state.range(1))});
  path.decode();
  for (auto _ : state) path.submit();
  per_event(state, events);
}

void BM_NdjsonRequest(benchmark::State& state) {
  const auto events = static_cast<std::size_t>(state.range(0));
  core path({.events_per_request = events, .event_bytes = static_cast<std::size_t>(state.range(1))});
  for (auto _ : state) path.ndjson_request();
  per_event(state, events);
}

void BM_FrameRequest(benchmark::State& state) {
  const auto events = static_cast<std::size_t>(state.range(0));
  core path({.events_per_request = events});
  for (auto _ : state) {
    path.decode_frame();
    path.submit();
  }
  per_event(state, events);
}

BENCHMARK(BM_ToKafkaAndBack)->Arg(0)->Arg(3)->Arg(4);  // Kafka's numbers of the codecs: none, lz4, zstd
BENCHMARK(BM_Partition);
BENCHMARK(BM_BatchAppend)->Arg(256)->Arg(1024);
BENCHMARK(BM_BatcherFlush)->Arg(12)->Arg(64)->Arg(256);
BENCHMARK(BM_AckSettle)->Arg(1)->Arg(100)->Arg(1000);
BENCHMARK(BM_IntakeToAnswer)->Args({1, 12})->Args({100, 12})->Args({1000, 12})->Args({1000, 256});
BENCHMARK(BM_NdjsonRequest)->Args({1, 256})->Args({100, 256})->Args({1000, 256})->Args({100, 1024});
BENCHMARK(BM_FrameRequest)->Arg(250);

}  // namespace
