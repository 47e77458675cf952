// The text of HTTP: reading a head of usual size, and writing the JSON of an answer.
#include <benchmark/benchmark.h>

#include <string>

#include "batching/ack.h"
#include "bench/hot_paths/http_head.h"
#include "gateway/api/v1/answer.h"

namespace {

void BM_RequestHead(benchmark::State& state) {
  bench::hot_paths::http_head head;
  for (auto _ : state) benchmark::DoNotOptimize(head.parse());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(head.bytes()));
}

void BM_AnswerBody(benchmark::State& state) {
  const auto events = static_cast<std::uint32_t>(state.range(0));
  struct listener final : batching::ack_listener {
    void on_acked(batching::ack&) noexcept override {}
  } nobody;
  batching::ack answer;
  answer.begin(&nobody, events, state.range(1) != 0);
  for (std::uint32_t i = 0; i < events; ++i)
    answer.settle_persisted(i, static_cast<std::int32_t>(i % 12), 1'000'000 + i / 12);
  answer.seal();
  const gateway::api::v1::answer_how how{.each = state.range(1) != 0};
  std::string to;
  for (auto _ : state) {
    to.clear();
    const auto tally = gateway::api::v1::tally_of(answer, how);
    gateway::api::v1::append_answer(to, answer, how, tally,
                                    gateway::api::v1::status_of(tally, gateway::config::partial_status::automatic));
    benchmark::DoNotOptimize(to.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(to.size()));
}

BENCHMARK(BM_RequestHead);
BENCHMARK(BM_AnswerBody)->Args({1, 0})->Args({100, 0})->Args({100, 1});

}  // namespace
