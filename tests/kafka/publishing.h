// The part that tests of both publishers share: batches with numbered records, and the comparison of their answers with
// what the topic really holds.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "batching/batch.h"
#include "batching/event.h"
#include "real_kafka.h"
#include "tests/support/noise.h"

namespace kafka_tests {

using namespace std::chrono_literals;
using batching::batch;
using batching::outcome;
using batching::settled_range;

struct publishing : ::testing::Test, batching::batch_home {
  void take_back(std::unique_ptr<batch> settled) noexcept override {
    const std::lock_guard lock(mutex);
    returned.push_back(std::move(settled));
    changed.notify_all();
  }

  static std::int64_t wall_ms() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  }
  std::unique_ptr<batch> make_batch(const std::shared_ptr<batching::topic>& to, int partition, int first, int count) {
    auto b = std::make_unique<batch>(*this, to, partition);
    b->sealed_at = batching::clock::now();
    b->admit_at(b->sealed_at, wall_ms());
    for (int i = first; i < first + count; ++i)
      b->append("key-" + std::to_string(i % 10), true, "value-" + std::to_string(i), {}, nullptr,
                static_cast<std::uint32_t>(i));
    return b;
  }
  /// Headers that are empty and null, bytes that are no text, an empty key, and none; a tombstone, an empty value, and
  /// timestamps of a record's own.
  std::unique_ptr<batch> make_strange_batch(const std::shared_ptr<batching::topic>& to) {
    auto b = std::make_unique<batch>(*this, to, 0);
    b->admit_at(batching::clock::now(), wall_ms());
    const batching::header h[] = {{"traceparent", "00-abc"}, {"empty", ""}, {"null", {}, true}, {"empty", "again"}};
    b->append("k", true, binary, h, nullptr, 0);
    b->append("", true, "empty key", {}, nullptr, 1);
    b->append("", false, "no key", {}, nullptr, 2);
    batching::event e;
    e.key = "gone";
    e.has_key = e.is_tombstone = true;
    b->append(e, nullptr, 3);
    e.is_tombstone = false;
    e.timestamp_ms = old_ms;
    b->append(e, nullptr, 4);
    e.headers = std::span(h).first(1);
    e.timestamp_ms = b->admissions()[0].wall_ms + 60'000;
    b->append(e, nullptr, 5);
    return b;
  }
  void expect_strange_batch(const std::string& topic) {
    const auto read = read_all(topic);
    ASSERT_EQ(read.size(), 6U);
    EXPECT_EQ(read[0].value, binary);
    const std::vector<std::pair<std::string, std::string>> headers = {
        {"traceparent", "00-abc"}, {"empty", ""}, {"null", "(null)"}, {"empty", "again"}};
    EXPECT_EQ(read[0].headers, headers);
    EXPECT_TRUE(read[1].has_key);
    EXPECT_EQ(read[1].key, "");
    EXPECT_FALSE(read[2].has_key);
    EXPECT_FALSE(read[2].is_tombstone);
    EXPECT_TRUE(read[3].is_tombstone);
    EXPECT_EQ(read[3].timestamp_ms, returned[0]->admissions()[0].wall_ms);
    EXPECT_FALSE(read[4].is_tombstone);
    EXPECT_EQ(read[4].value, "");
    EXPECT_EQ(read[4].timestamp_ms, old_ms);
    EXPECT_EQ(read[5].timestamp_ms, returned[0]->admissions()[0].wall_ms + 60'000);
    EXPECT_EQ(read[5].headers.size(), 1U);
  }
  /// One record of 20 kB, however it is compressed.
  std::unique_ptr<batch> make_large_batch(const std::shared_ptr<batching::topic>& to) {
    auto b = std::make_unique<batch>(*this, to, 0);
    b->admit_at(batching::clock::now(), wall_ms());
    b->append("k", true, tests::noise(20'000), {}, nullptr, 0);
    return b;
  }
  void wait_for_batches(std::size_t count) {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 60s, [&] { return returned.size() >= count; })) << returned.size();
  }
  /// Keys stand in the order in which make_batch() numbered their records.
  static void expect_order(const std::string& topic) {
    std::map<std::pair<int, std::string>, int> last;
    for (const auto& r : read_all(topic)) {
      const int number = std::stoi(r.value.substr(6));
      auto [at, is_first] = last.try_emplace({r.partition, r.key}, -1);
      EXPECT_GT(number, at->second) << "key " << r.key << " in partition " << r.partition;
      at->second = number;
    }
  }
  /// Every answered outcome against what the topic really holds.
  void expect_truth(const std::string& topic) {
    std::map<std::pair<int, std::int64_t>, std::string> at;
    std::map<std::string, int> times;
    for (const auto& r : read_all(topic)) {
      at[{r.partition, r.offset}] = r.value;
      ++times[r.value];
    }
    const std::lock_guard lock(mutex);
    for (const auto& b : returned)
      for (const settled_range& range : b->ranges())
        for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
          const std::string value(b->records()[i].value_view());
          if (range.fate == outcome::persisted) {
            EXPECT_EQ(times[value], 1) << value;
            EXPECT_EQ((at[{b->partition(), range.offset + (i - range.first)}]), value);
          } else if (range.fate != outcome::possibly_persisted) {
            EXPECT_EQ(times[value], 0) << value << " was answered " << name(range.fate);
          }
        }
  }

  static constexpr std::int64_t old_ms = 1'577'836'800'123;
  const std::string binary{"\0\xff\n", 3};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::unique_ptr<batch>> returned;
};

}  // namespace kafka_tests
