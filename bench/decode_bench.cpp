// The cost of an event between the socket and the batch: split, validate, find the key; beside simdjson's own two
// parsers doing the same. Read the time of one `event` only against the rows of the same run.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <string>

#include "gateway/decode/decoder.h"

namespace {

using gateway::decode::decoder;

constexpr int events_a_body = 100;

/// A usual event: an id, a type, a time, a nested object; filled up to `size` bytes with members and a note.
std::string event_of(int number, std::size_t size, bool escapes) {
  std::string text = R"({"aggregateId":"order-)" + std::to_string(10'000'000 + number * 7919 % 90'000'000) +
                     R"(","type":"ItemAddedToCart","version":)" + std::to_string(number % 50) +
                     R"(,"at":"2026-05-01T12:00:00.123Z","data":{"sku":"sku-)" + std::to_string(number * 31 % 100'000) +
                     R"(","quantity":)" + std::to_string(1 + number % 9) + R"(,"price":12.)" +
                     std::to_string(10 + number % 90) + R"(,"tags":["new","sale"],"gift":false)";
  for (int i = 0; text.size() + 200 < size; ++i)
    text += R"(,"attribute)" + std::to_string(i) + R"(":"value )" + std::to_string(i * number) + '"';
  text += R"(},"note":")";
  if (escapes) text += R"(say \"hi\"\n)";
  text.resize(std::max(size, text.size() + 3) - 3, 'x');
  return text + "\"}\n";
}

/// With the padding that every parser here wants.
std::string body_of(std::size_t size, bool escapes = false) {
  std::string body;
  for (int i = 0; i < events_a_body; ++i) body += event_of(i, size, escapes);
  return body;
}

struct padded {
  explicit padded(std::string text) : bytes(std::move(text)), size(bytes.size()) { bytes.resize(size + 64, ' '); }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes.data(), size}; }
  std::string bytes;
  std::size_t size;
};

void report(benchmark::State& state, const padded& body) {
  state.counters["event"] = benchmark::Counter(static_cast<double>(state.iterations() * events_a_body),
                                               benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size));
}

void decode(benchmark::State& state, bool validate, bool escapes, const std::vector<std::string>& pointers) {
  const padded body(body_of(static_cast<std::size_t>(state.range(0)), escapes));
  const gateway::decode::key_finder keys(pointers);
  gateway::decode::decode_options how;
  how.keys = &keys;
  how.validate = validate;
  decoder decode_body;
  batching::events out;
  for (auto _ : state) {
    const auto result = decode_body.ndjson(body.view(), how, out);
    benchmark::DoNotOptimize(result.has_value());
    benchmark::DoNotOptimize(out[0].key.data());
  }
  if (out.size() != events_a_body || !out[1].has_key || out[1].invalid != batching::reason::none)
    state.SkipWithError("an event was not decoded");
  report(state, body);
}

const std::vector<std::string> usual = {"/aggregateId", "/aggregate_id"};

void BM_Decode(benchmark::State& state) { decode(state, true, false, usual); }
void BM_DecodeWithEscapes(benchmark::State& state) { decode(state, true, true, usual); }
void BM_DecodeNestedKey(benchmark::State& state) { decode(state, true, false, {"/data/sku"}); }
void BM_DecodeNoValidation(benchmark::State& state) { decode(state, false, false, usual); }
void BM_DecodeNoValidationKeyLast(benchmark::State& state) { decode(state, false, false, {"/note"}); }

void BM_SimdjsonDom(benchmark::State& state) {
  const padded body(body_of(static_cast<std::size_t>(state.range(0))));
  simdjson::dom::parser parser;
  for (auto _ : state) {
    simdjson::dom::document_stream events;
    if (parser.parse_many(body.bytes.data(), body.size, 1 << 20).get(events)) state.SkipWithError("parse_many");
    for (auto event : events) {
      std::string_view key;
      if (event["aggregateId"].get(key)) state.SkipWithError("key");
      benchmark::DoNotOptimize(key.data());
    }
  }
  report(state, body);
}

/// Not a whole validation: on-demand looks only at what it is asked for.
void BM_SimdjsonOnDemand(benchmark::State& state) {
  padded body(body_of(static_cast<std::size_t>(state.range(0))));
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    simdjson::ondemand::document_stream events;
    if (parser.iterate_many(body.bytes.data(), body.size, 1 << 20).get(events)) state.SkipWithError("iterate_many");
    for (auto event : events) {
      std::string_view key;
      if (event["aggregateId"].get(key)) state.SkipWithError("key");
      benchmark::DoNotOptimize(key.data());
    }
  }
  report(state, body);
}

BENCHMARK(BM_Decode)->Arg(256)->Arg(1024);
BENCHMARK(BM_DecodeWithEscapes)->Arg(256)->Arg(1024);
BENCHMARK(BM_DecodeNestedKey)->Arg(256)->Arg(1024);
BENCHMARK(BM_DecodeNoValidation)->Arg(256)->Arg(1024);
BENCHMARK(BM_DecodeNoValidationKeyLast)->Arg(256)->Arg(1024);
BENCHMARK(BM_SimdjsonDom)->Arg(256)->Arg(1024);
BENCHMARK(BM_SimdjsonOnDemand)->Arg(256)->Arg(1024);

}  // namespace
