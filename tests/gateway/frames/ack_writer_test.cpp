#include "gateway/frames/ack_writer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/frames/answer_queue.h"
#include "tests/gateway/frames/client.h"

namespace gateway::frames {
namespace {

class AnswerQueueTest : public testing::Test {
 protected:
  batching::ack& push(std::uint64_t sequence, std::uint32_t records, results wanted = results::failures) {
    auto& answer = *acks_.emplace_back(std::make_unique<batching::ack>());
    answer.begin(&nobody_, records, wanted == results::positions);
    queue_.push(
        {{sequence, records, batching::ack_level::broker, wanted, frame_status::taken, &answer, {}}, 100, {}, {}});
    return answer;
  }
  static void persist(batching::ack& answer) {
    for (std::uint32_t i = 0; i < answer.events(); ++i) answer.settle_persisted(i, static_cast<std::int32_t>(i), i);
    answer.seal();
  }
  std::vector<frames_test::message> written(std::uint32_t ack_bytes = 1 << 20, std::size_t out_bytes = 1 << 20) {
    std::string out;
    queue_.write(out, ack_bytes, out_bytes, [this](batching::ack*, auto) { ++released_; });
    return frames_test::take_all(out);
  }

  struct nobody final : batching::ack_listener {
    void on_acked(batching::ack&) noexcept override {}
  };
  nobody nobody_;
  std::vector<std::unique_ptr<batching::ack>> acks_;
  answer_queue queue_;
  int released_ = 0;
};

TEST_F(AnswerQueueTest, AnswersNothingBeforeTheOldestIsSettled) {
  auto& first = push(1, 2);
  persist(push(2, 3));
  EXPECT_TRUE(written().empty());
  persist(first);
  const auto sent = written();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].ack.sequence, 2U);
  EXPECT_EQ(sent[0].ack.frames, 2U);
  EXPECT_EQ(sent[0].ack.counts[frames_test::count::persisted], 5U);
  EXPECT_TRUE(sent[0].ack.entries.empty());
  EXPECT_EQ(released_, 2);
  EXPECT_EQ(queue_.answered_frames(), 2U);
  EXPECT_EQ(queue_.answered_bytes(), 200U);
}

TEST_F(AnswerQueueTest, ItemisesWhatIsNotPersistedByIndex) {
  auto& mixed = push(1, 3);
  mixed.settle_failed(2, batching::outcome::not_persisted, batching::reason::partition_full, "later");
  mixed.settle_persisted(1, 0, 5);
  mixed.settle_failed(0, batching::outcome::rejected, batching::reason::empty_event);
  mixed.seal();
  persist(push(2, 1));
  const auto sent = written();
  ASSERT_EQ(sent.size(), 1U);
  ASSERT_EQ(sent[0].ack.entries.size(), 1U);
  const auto& e = sent[0].ack.entries[0];
  EXPECT_EQ(e.sequence, 1U);
  EXPECT_EQ(e.records, 3U);
  ASSERT_EQ(e.failures.size(), 2U);
  EXPECT_EQ(e.failures[0].index, 0U);
  EXPECT_EQ(e.failures[0].outcome, 2);
  EXPECT_EQ(e.failures[0].reason, frames_test::reason::empty_event);
  EXPECT_EQ(e.failures[1].detail, "later");
  EXPECT_EQ(sent[0].ack.counts[frames_test::count::persisted], 2U);
  EXPECT_EQ(sent[0].ack.counts[frames_test::count::rejected], 1U);
  EXPECT_EQ(sent[0].ack.counts[frames_test::count::not_persisted], 1U);
}

TEST_F(AnswerQueueTest, GivesRangesAndPositionsWhenAsked) {
  persist(push(1, 2, results::ranges));
  persist(push(2, 2, results::positions));
  const auto sent = written();
  ASSERT_EQ(sent[0].ack.entries.size(), 2U);
  EXPECT_EQ(sent[0].ack.entries[0].ranges.size(), 2U);
  EXPECT_TRUE(sent[0].ack.entries[0].positions.empty());
  ASSERT_EQ(sent[0].ack.entries[1].positions.size(), 2U);
  EXPECT_EQ(sent[0].ack.entries[1].positions[1], (std::pair<std::int32_t, std::int64_t>{1, 1}));
}

TEST_F(AnswerQueueTest, AnEntryThatDoesNotFitGoesIntoTheNextFrame) {
  for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) persist(push(sequence, 100, results::positions));
  const auto sent = written(10'000);
  ASSERT_GT(sent.size(), 1U);
  std::uint32_t frames = 0;
  for (const auto& each : sent) {
    EXPECT_LE(each.payload.size() + header_bytes, 10'000U);
    frames += each.ack.frames;
    EXPECT_EQ(each.ack.sequence, frames);
  }
  EXPECT_EQ(frames, 10U);
}

TEST_F(AnswerQueueTest, TheWorstAnswerOfALargestFrameFitsTheSmallestReceiver) {
  const std::uint32_t records = ack_writer::records_max_for(receive_bytes_min);
  ASSERT_GT(records, 1000U);
  persist(push(1, records, results::positions));  // every record in a partition of its own
  const auto sent = written(receive_bytes_min);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_LE(sent[0].payload.size() + header_bytes, receive_bytes_min);
  EXPECT_EQ(sent[0].ack.entries[0].ranges.size(), records);
}

TEST_F(AnswerQueueTest, DetailsGiveWayToRoom) {
  auto& bad = push(1, 1500, results::positions);
  const std::string detail(1000, 'd');
  for (std::uint32_t i = 0; i < 1500; ++i)
    bad.settle_failed(i, batching::outcome::rejected, batching::reason::invalid_json, detail);
  bad.seal();
  const auto sent = written(receive_bytes_min);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_LE(sent[0].payload.size() + header_bytes, receive_bytes_min);
  EXPECT_EQ(sent[0].ack.entries[0].failures[0].detail, detail);
  EXPECT_EQ(sent[0].ack.entries[0].failures[1499].detail, "");
}

TEST_F(AnswerQueueTest, StopsWhenTheClientDoesNotRead) {
  for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) persist(push(sequence, 100, results::positions));
  EXPECT_EQ(written(2000, 1).size(), 1U);
  EXPECT_TRUE(queue_.front_is_settled());
}

TEST_F(AnswerQueueTest, AbandonsWhatIsOpenAndWhatIsUnwritten) {
  persist(push(1, 1));
  push(2, 1);
  int abandoned = 0;
  queue_.abandon([&](batching::ack&) { ++abandoned; });
  EXPECT_EQ(abandoned, 2);
  EXPECT_TRUE(queue_.empty());
}

TEST_F(AnswerQueueTest, KeepsItsOrderWhileItGrowsAndTurns) {
  std::uint64_t next = 1, answered = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<batching::ack*> open;
    for (int i = 0; i < round; ++i) open.push_back(&push(next++, 1));
    for (auto it = open.rbegin(); it != open.rend(); ++it) persist(**it);
    for (const auto& each : written()) answered += each.ack.frames;
    EXPECT_EQ(answered, next - 1);
  }
}

}  // namespace
}  // namespace gateway::frames
