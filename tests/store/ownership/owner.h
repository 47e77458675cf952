// A partition that is read and owned as the test says: its log is written by the test, and a healthy Kafka answers what
// it asks.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batching/crc32c.h"
#include "batching/kafka/wire/record_batch.h"
#include "store/ownership/partition.h"
#include "tests/batching/recording_publisher.h"

namespace store::ownership::testing {

using namespace std::chrono_literals;
namespace wire = batching::kafka::wire;
using wire::error_code;

inline constexpr wire::producer_identity ours{7, 3};

/// A log that the test writes, and a partition that reads it.
struct owner : log_sink, ownership_events {
  explicit owner(std::int32_t number_of = 0) : number(number_of) {}
  virtual ~owner() = default;

  void on_batch(const log_batch& read) override {
    for (const log_record& r : read.records) folded.emplace_back(r.value);
  }
  void on_position(const log_position& p) override { position = p.next_offset; }
  void on_caught_up() override {}
  void on_restart(std::int64_t) override {}
  void on_gained() override { ++gained; }
  void on_lost(ownership_reason why) override { lost.push_back(why); }
  void on_settled(batches, const append_result& result) override { settled.push_back(result); }
  void on_turn(claim::time_point, std::int64_t) override {
    batches parts;
    parts.push_back(std::make_unique<batching::batch>(home, of, number));
    parts.back()->admit_at({}, 1000);
    for (const std::string& value : std::exchange(waiting, {})) parts.back()->append("k", true, value, {}, nullptr, 0);
    owned.append(std::move(parts));
  }
  /// Waits for its turn.
  void offer(std::string_view value) {
    waiting.emplace_back(value);
    EXPECT_FALSE(owned.ask_turn(waiting.size()));
  }

  /// One record batch; a marker where there is no value.
  std::string batch_at(std::int64_t offset, wire::producer_identity by, std::string_view value) {
    auto b = std::make_unique<batching::batch>(home, of, number);
    b->admit_at({}, 1000);
    b->append("k", true, value.empty() ? "m" : value, {}, nullptr, 0);
    const wire::record_range range{b.get(), 0, 1};
    wire::buffer bytes;
    wire::buffer scratch;
    wire::compressor none;
    wire::write_record_batch({&range, 1}, {by, 0}, {}, none, scratch, bytes);
    std::string text(bytes.view());
    for (int i = 0; i < 8; ++i) text[static_cast<std::size_t>(i)] = static_cast<char>(offset >> (56 - 8 * i));
    if (value.empty()) text[22] = 0x30;  // attributes: transactional, control
    return sealed(std::move(text));
  }
  static std::string sealed(std::string text) {
    const std::uint32_t sum = batching::crc32c(std::string_view(text).substr(21));
    for (int i = 0; i < 4; ++i) text[static_cast<std::size_t>(17 + i)] = static_cast<char>(sum >> (24 - 8 * i));
    return text;
  }
  void fetch(const std::string& bytes, std::int64_t end) {
    owned.on_fetched({"carts", number, error_code::none, end, 0, bytes}, now);
  }
  void answer_all() {
    for (question what = owned.next_question(now); what != question::none; what = owned.next_question(now)) {
      owned.asked(what, now);
      now += 1ms;
      if (what == question::find_coordinator)
        owned.on_coordinator({error_code::none, 1, "h", 1}, now);
      else if (what == question::init_producer)
        owned.on_producer({error_code::none, ours}, now);
      else if (what == question::list_offsets)
        owned.on_end_offset({error_code::none, 0}, now);
      else
        owned.on_answer(what, error_code::none, now);
    }
  }
  void serve() {
    owned.should_own(true);
    fetch("", 0);
    owned.wake(now);
    answer_all();
    fetch(batch_at(0, ours, ""), 1);
    EXPECT_EQ(owned.status().is, ownership_state::serving);
  }

  void append(std::string_view value) {
    batches parts;
    parts.push_back(std::make_unique<batching::batch>(home, of, number));
    parts.back()->admit_at({}, 1000);
    parts.back()->append("k", true, value, {}, nullptr, 0);
    owned.append(std::move(parts));
  }

  std::int32_t number;
  batching::testing::recording_home home;
  std::shared_ptr<batching::topic> of = batching::testing::make_topic("carts", 0, 4);
  partition_settings settings;
  lane_tools tools;
  claim::time_point now{1000s};
  std::vector<std::string> waiting;
  std::vector<std::string> folded;
  std::int64_t position = 0;
  int gained = 0;
  std::vector<ownership_reason> lost;
  std::vector<append_result> settled;
  partition owned{of, number, log_position{}, *this, *this, settings, tools, [] {}, 1, now};
};

}  // namespace store::ownership::testing
