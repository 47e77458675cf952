// A sender with one broker or more that the test plays: it sees each request, and answers or does not.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "batching/kafka/producer/sender.h"
#include "tests/batching/kafka/producer/request_reader.h"
#include "tests/batching/recording_publisher.h"

namespace tests::direct {

using namespace std::chrono_literals;
using batching::outcome;
using batching::reason;

struct sender_fixture : ::testing::Test {
  batching::kafka::producer::sender_settings settings() {
    batching::kafka::producer::sender_settings s;
    s.answered = [this](batching::kafka::producer::fence_id fence) { answered.push_back(fence); };
    return s;
  }
  sender_fixture() { lead({1, 1, 1, 1}); }

  /// Topic t, id 0: who leads its partitions.
  void lead(std::vector<std::int32_t> leaders) {
    batching::cluster c;
    for (std::int32_t id = 1; id <= 3; ++id) c.brokers.push_back({id, "b", 1});
    c.topics.push_back({true, false, std::move(leaders)});
    sender.set_cluster(std::make_shared<const batching::cluster>(c), now);
  }
  void lose_topic() {
    batching::cluster c;
    c.topics.push_back({false, true, {}});
    sender.set_cluster(std::make_shared<const batching::cluster>(c), now);
  }
  /// A batch of these records, "key=value" each.
  void add(std::int32_t partition, const std::vector<std::string>& records) {
    auto b = std::make_unique<batching::batch>(home, topic, partition);
    b->admit_at(now, wall_ms);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      const std::size_t cut = records[i].find('=');
      b->append(records[i].substr(0, cut), true, records[i], {}, nullptr, i);
    }
    if (answers_leave_at_once) let_answers_leave();
    sender.add(std::move(b));
  }
  /// Records that came home have been answered, and all lanes have handed over what they had.
  void let_answers_leave() {
    for (const auto& b : home.returned) b->let_go();
    for (const auto& fence : std::exchange(answered, {}))
      if (sender.on_answered(fence, now)) sender.lift(fence);
  }
  /// The broker's next request; fails the test where there is none. Producer ids are given out on the way.
  read_request next(std::int32_t broker = 1) {
    bytes.clear();
    if (!sender.next_request(broker, now, 1'700'000'000'000, bytes)) {
      ADD_FAILURE() << "no request for broker " << broker;
      return {};
    }
    read_request r = read_one_request(bytes.view());
    if (r.api != init_producer_id) return r;
    EXPECT_TRUE(sender.on_response(broker, producer_id_response(r.correlation, next_producer_id++), now));
    return next(broker);
  }
  [[nodiscard]] bool is_silent(std::int32_t broker = 1) {
    bytes.clear();
    return !sender.next_request(broker, now, 1, bytes);
  }
  /// The same answer for each partition; offsets begin at `offset`.
  void answer(const read_request& r, error_code error, std::int64_t offset = -1, std::int32_t broker = 1) {
    std::vector<part_answer> answers;
    for (const read_part& p : r.parts) answers.push_back({p.topic, p.partition, error, offset, -1});
    EXPECT_TRUE(sender.on_response(broker, produce_response(r.correlation, answers, r.version), now));
  }
  void pass(std::chrono::milliseconds time) {
    now += time;
    sender.wake(now);
  }
  /// The fate of each record: value -> outcome and offset.
  std::map<std::string, std::pair<outcome, std::int64_t>> fates() const {
    std::map<std::string, std::pair<outcome, std::int64_t>> all;
    for (const auto& b : home.returned)
      for (const batching::settled_range& range : b->ranges())
        for (std::uint32_t i = 0; i < range.count; ++i) {
          const std::string value(b->records()[range.first + i].value_view());
          const bool is_new =
              all.emplace(value, std::pair(range.fate, range.offset < 0 ? -1 : range.offset + i)).second;
          EXPECT_TRUE(is_new) << value << " is settled twice";
        }
    return all;
  }
  outcome fate(const std::string& value) const {
    const auto all = fates();
    const auto found = all.find(value);
    if (found != all.end()) return found->second.first;
    ADD_FAILURE() << value << " is not settled";
    return outcome::rejected;
  }

  std::vector<batching::kafka::producer::fence_id> answered;  // told by batches: outlives those that home keeps
  batching::testing::recording_home home;
  std::shared_ptr<batching::topic> topic = batching::testing::make_topic("t", 0, 4);
  batching::clock::time_point now{std::chrono::seconds(1000)};
  bool answers_leave_at_once = true;
  std::int64_t wall_ms = 1'700'000'000'000;
  batching::kafka::producer::sender sender{settings(), 1};
  batching::kafka::wire::buffer bytes;
  std::int64_t next_producer_id = 100;
};

}  // namespace tests::direct
