// Counts what operator new is asked for: in steady state the way of an event must not allocate. librdkafka's own
// allocations (where it publishes, it copies keys) are not in it.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "bench/hot_paths/core.h"
#include "bench/hot_paths/http_head.h"
#include "bench/hot_paths/kafka_end.h"

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(bytes)) return p;
  throw std::bad_alloc();
}

void* counted(std::size_t bytes, std::align_val_t align) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const auto a = static_cast<std::size_t>(align);
  if (void* p = std::aligned_alloc(a, (bytes + a - 1) / a * a)) return p;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void* operator new(std::size_t bytes, std::align_val_t align) { return counted(bytes, align); }
void* operator new[](std::size_t bytes, std::align_val_t align) { return counted(bytes, align); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

using bench::hot_paths::core;
using bench::hot_paths::http_head;
using bench::hot_paths::kafka_end;

constexpr int warm_up = 200;  // every buffer has reached its size, every pool its fill
constexpr int measured = 500;

template <class Work>
std::uint64_t allocations_in(Work work) {
  for (int i = 0; i < warm_up; ++i) work();
  const std::uint64_t before = allocations.load();
  for (int i = 0; i < measured; ++i) work();
  return allocations.load() - before;
}

TEST(AllocationsTest, CounterSeesAnAllocation) {
  EXPECT_EQ(allocations_in([] { std::free(operator new(16)); }), static_cast<std::uint64_t>(measured));
}

TEST(AllocationsTest, BatchOfNdjsonFromBytesToAnswerAllocatesNothing) {
  core path({});
  EXPECT_EQ(allocations_in([&] { path.ndjson_request(); }), 0U);
  EXPECT_EQ(path.answered_events(), (warm_up + measured) * 100U);
}

TEST(AllocationsTest, SingleEventFromBytesToAnswerAllocatesNothing) {
  core path({.events_per_request = 1});
  EXPECT_EQ(allocations_in([&] { path.ndjson_request(); }), 0U);
}

TEST(AllocationsTest, UnvalidatedBatchAllocatesNothing) {
  core path({.validate = false});
  EXPECT_EQ(allocations_in([&] { path.ndjson_request(); }), 0U);
}

TEST(AllocationsTest, FrameFromBytesToAnswerAllocatesNothing) {
  core path({});
  EXPECT_EQ(allocations_in([&] {
              path.decode_frame();
              path.submit();
            }),
            0U);
}

TEST(AllocationsTest, BatchesToKafkaAndBackAllocateNothing) {
  using batching::kafka::wire::codec;
  for (const codec with : {codec::none, codec::zstd}) {
    kafka_end end({with, 1});
    EXPECT_EQ(allocations_in([&] { end.exchange(); }), 0U);
    EXPECT_EQ(end.settled(), (warm_up + measured) * kafka_end::events);
  }
}

TEST(AllocationsTest, HttpHeadAllocatesNothing) {
  http_head head;
  EXPECT_EQ(allocations_in([&] { EXPECT_EQ(head.parse(), 256U); }), 0U);
}

}  // namespace
