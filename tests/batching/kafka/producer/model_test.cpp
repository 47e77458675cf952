// The sender against a model of Kafka that does its worst: answers are lost before and after the batch was written,
// leaders move, followers lack what the leader has, logs are cut. After each run every record is settled once, what was
// called persisted stands where it was said to be, once, and in order.
#include <array>
#include <random>
#include <set>

#include "tests/batching/kafka/producer/sender_fixture.h"

namespace tests::direct {
namespace {

constexpr std::array after_writing = {error_code::not_enough_replicas_after_append, error_code::request_timed_out,
                                      error_code::not_leader_or_follower};

/// One partition as its replicas see it.
struct partition_log {
  struct entry {
    std::string value;
    std::int64_t producer;
    std::int16_t epoch;
    std::int32_t sequence;
  };
  std::vector<entry> entries;
  std::int32_t leader = 1;

  [[nodiscard]] const entry* last_of(std::int64_t producer) const {
    for (auto e = entries.rbegin(); e != entries.rend(); ++e)
      if (e->producer == producer) return &*e;
    return nullptr;
  }
  /// As Kafka's leader does it: a repeated batch is not written again; a gap and an older epoch are refused. Returns
  /// (error, base offset).
  std::pair<error_code, std::int64_t> append(const read_batch& b) {
    const entry* last = last_of(b.producer_id);
    if (last != nullptr && b.producer_epoch < last->epoch) return {error_code::invalid_producer_epoch, -1};
    if (last != nullptr && b.producer_epoch > last->epoch) {
      if (b.base_sequence != 0) return {error_code::out_of_order_sequence_number, -1};
      last = nullptr;
    }
    if (last != nullptr && last->sequence == b.base_sequence + b.count - 1) {
      for (std::size_t at = 0; at < entries.size(); ++at)
        if (entries[at].producer == b.producer_id && entries[at].epoch == b.producer_epoch &&
            entries[at].sequence == b.base_sequence)
          return {error_code::none, static_cast<std::int64_t>(at)};
      return {error_code::duplicate_sequence_number, -1};
    }
    if (last != nullptr && b.base_sequence != last->sequence + 1) return {error_code::out_of_order_sequence_number, -1};
    const auto base = static_cast<std::int64_t>(entries.size());
    for (std::int32_t i = 0; i < b.count; ++i)
      entries.push_back(
          {b.records[static_cast<std::size_t>(i)].value, b.producer_id, b.producer_epoch, b.base_sequence + i});
    return {error_code::none, base};
  }
};

struct ModelTest : sender_fixture, ::testing::WithParamInterface<unsigned> {
  static constexpr std::int32_t partitions = 4;

  int draw(int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); }
  bool happens(int percent) { return draw(100) < percent; }

  void tell_leaders() {
    std::vector<std::int32_t> leaders;
    for (const partition_log& log : logs) leaders.push_back(log.leader);
    lead(leaders);
  }
  void add_some() {
    const std::int32_t p = draw(partitions);
    std::vector<std::string> records;
    for (int n = 1 + draw(4); n > 0; --n) {
      const std::string key = std::to_string(p) + "-" + std::to_string(draw(3));
      records.push_back(key + "=" + std::to_string(++number));
      sent[key].push_back(records.back());
      added_at[records.back()] = steps;
    }
    add(p, records);
  }
  /// Kafka's side of one request.
  std::string serve(const read_request& r, std::int32_t broker, bool is_calm) {
    if (r.api == init_producer_id) return producer_id_response(r.correlation, next_producer_id++);
    std::vector<part_answer> answers;
    for (const read_part& p : r.parts) {
      partition_log& log = logs[static_cast<std::size_t>(p.partition)];
      part_answer a{p.topic, p.partition, error_code::none, -1};
      if (log.leader != broker) {
        a.error = error_code::not_leader_or_follower;
      } else if (!is_calm && rights_come_and_go && happens(10)) {
        a.error = error_code::topic_authorization_failed;
      } else if (!is_calm && happens(10)) {
        a.error = error_code::not_enough_replicas;
      } else {
        std::tie(a.error, a.base_offset) = log.append(p.batch);
        const bool is_written = a.error == error_code::none;
        if (is_written && !is_calm && happens(10)) a.error = after_writing[random() % after_writing.size()];
      }
      if (is_calm || !happens(3)) answers.push_back(a);
    }
    return produce_response(r.correlation, answers);
  }
  void exchange(std::int32_t broker, bool is_calm) {
    bytes.clear();
    while (sender.next_request(broker, now, 1, bytes)) {
      requests[broker].push_back(read_one_request(bytes.view()));
      bytes.clear();
    }
    auto& waiting = requests[broker];
    if (waiting.empty()) return;
    if (!is_calm && happens(10)) {  // the connection goes, with some of the requests already served
      const bool newest_unsent = waiting.size() > 1 && happens(30);
      const std::size_t reached = waiting.size() - (newest_unsent ? 1 : 0);
      for (int served = draw(static_cast<int>(reached) + 1), i = 0; i < served; ++i)
        static_cast<void>(serve(waiting[static_cast<std::size_t>(i)], broker, is_calm));
      if (!newest_unsent && happens(50)) late.emplace_back(broker, waiting.back());
      waiting.clear();
      return sender.on_lost(broker, newest_unsent);
    }
    const read_request r = waiting.front();
    waiting.pop_front();
    ASSERT_TRUE(sender.on_response(broker, serve(r, broker, is_calm), now));
  }
  void step(bool is_calm) {
    ++steps;
    let_some_answers_leave(is_calm);
    if (!is_calm) add_some();
    if (!is_calm && happens(5)) {
      logs[random() % partitions].leader = 1 + draw(3);
      if (happens(60)) tell_leaders();
    }
    if (is_calm || happens(10)) tell_leaders();
    for (std::int32_t broker = 1; broker <= 3; ++broker) exchange(broker, is_calm);
    if (!late.empty() && happens(20)) {  // what a broker read before the connection went, and comes to only now
      static_cast<void>(serve(late.front().second, late.front().first, is_calm));
      late.pop_front();
    }
    pass(std::chrono::milliseconds(draw(300)));
  }
  /// A client has its answer some steps after its batch came home, and a step later all lanes have handed over.
  void let_some_answers_leave(bool is_calm) {
    for (const auto& fence : std::exchange(lifting, {})) sender.lift(fence);
    for (std::size_t i = 0; i < home.returned.size(); ++i) {
      if (left.contains(i) || (!is_calm && !happens(30))) continue;
      left.insert(i);
      home.returned[i]->let_go();
      for (const batching::record& r : home.returned[i]->records()) answered_at[std::string(r.value_view())] = steps;
    }
    for (const auto& fence : std::exchange(answered, {}))
      if (sender.on_answered(fence, now)) lifting.push_back(fence);
  }
  /// No event was sent behind a hole before the answer left that invited the client to send the earlier event again.
  void expect_nothing_behind_a_hole() {
    const auto all = fates();
    for (const auto& [key, values] : sent)
      for (std::size_t i = 0; i < values.size(); ++i) {
        const outcome first = all.at(values[i]).first;
        if (first != outcome::not_persisted && first != outcome::possibly_persisted) continue;
        const int left_at = answered_at.contains(values[i]) ? answered_at.at(values[i]) : steps;
        for (std::size_t j = i + 1; j < values.size() && added_at.at(values[j]) < left_at; ++j) {
          ++behind_holes;
          EXPECT_NE(all.at(values[j]).first, outcome::persisted)
              << values[j] << " stands behind the hole " << values[i];
        }
      }
  }
  void expect_truth(bool logs_are_whole) {
    std::map<std::string, int> times;
    std::map<std::string, std::pair<std::int32_t, std::int64_t>> at;
    for (std::int32_t p = 0; p < partitions; ++p) {
      const auto& entries = logs[static_cast<std::size_t>(p)].entries;
      for (std::size_t offset = 0; offset < entries.size(); ++offset) {
        ++times[entries[offset].value];
        at[entries[offset].value] = {p, static_cast<std::int64_t>(offset)};
      }
    }
    const auto all = fates();
    EXPECT_EQ(all.size(), static_cast<std::size_t>(number)) << "every record is settled once";
    for (const auto& [key, values] : sent) {
      std::int64_t last = -1;
      for (const std::string& value : values) {
        ASSERT_TRUE(all.contains(value)) << value;
        const auto& [what, offset] = all.at(value);
        EXPECT_LE(times[value], 1) << value << " stands twice, answered " << batching::name(what);
        if (what == outcome::persisted && logs_are_whole) {
          ASSERT_EQ(times[value], 1) << value << " was answered persisted";
          if (offset >= 0) {
            EXPECT_EQ(at[value].second, offset) << value;
          }
        }
        if (what == outcome::not_persisted || what == outcome::rejected || what == outcome::blocked) {
          EXPECT_EQ(times[value], 0) << value << " was answered " << batching::name(what);
        }
        if (times[value] == 1 && logs_are_whole) {
          EXPECT_GT(at[value].second, last) << value << " stands before an earlier one of its key";
          last = at[value].second;
        }
      }
    }
  }

  std::mt19937 random{GetParam()};
  std::vector<partition_log> logs{partitions};
  std::map<std::int32_t, std::deque<read_request>> requests;
  std::deque<std::pair<std::int32_t, read_request>> late;
  std::map<std::string, std::vector<std::string>> sent;  // by key, in order
  std::map<std::string, int> added_at, answered_at;      // steps
  std::set<std::size_t> left;                            // of home.returned
  std::vector<batching::kafka::producer::fence_id> lifting;
  bool rights_come_and_go = false;
  int steps = 0;
  int behind_holes = 0;
  int number = 0;
};

// Refusals leave holes, and requests of lost connections arrive after the partition has gone on without them.
TEST_P(ModelTest, NothingIsWrittenBehindAHole) {
  rights_come_and_go = true;
  answers_leave_at_once = false;
  for (int i = 0; i < 400; ++i) step(false);
  for (int i = 0; i < 200 && (sender.is_busy() || !late.empty()); ++i) step(true);
  EXPECT_FALSE(sender.is_busy());
  expect_truth(true);
  expect_nothing_behind_a_hole();
  EXPECT_GT(behind_holes, 0);
}

TEST_P(ModelTest, NothingIsLostRepeatedReorderedOrFalselyAnswered) {
  for (int i = 0; i < 400; ++i) step(false);
  for (int i = 0; i < 200 && sender.is_busy(); ++i) step(true);
  EXPECT_FALSE(sender.is_busy());
  expect_truth(true);
  int unknown = 0;
  for (const auto& [value, fate] : fates()) unknown += fate.first == outcome::persisted ? 0 : 1;
  EXPECT_EQ(unknown, 0) << "Kafka kept everything, so all ends well";
}

TEST_P(ModelTest, AnEndInTheMiddleOfItTellsTheTruth) {
  for (int i = 0; i < 100 + draw(100); ++i) step(false);
  sender.abandon();
  for (auto& [broker, waiting] : requests)  // what was sent still arrives
    for (const read_request& r : waiting) static_cast<void>(serve(r, broker, false));
  expect_truth(true);
}

// An unclean election: the log loses its end, and with it what the producer wrote last.
TEST_P(ModelTest, ACutLogCostsOnlyWhatKafkaLost) {
  for (int i = 0; i < 400; ++i) {
    step(false);
    auto& entries = logs[random() % partitions].entries;
    if (i % 20 == 0) entries.resize(entries.size() - std::min<std::size_t>(entries.size(), random() % 6));
  }
  for (int i = 0; i < 200 && sender.is_busy(); ++i) step(true);
  EXPECT_FALSE(sender.is_busy());
  EXPECT_GT(sender.producers_lost(), 0U);
  expect_truth(false);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ModelTest, ::testing::Range(0U, 40U));

}  // namespace
}  // namespace tests::direct
