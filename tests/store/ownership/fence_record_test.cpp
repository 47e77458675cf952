#include "store/ownership/fence_record.h"

#include <gtest/gtest.h>

namespace store::ownership {
namespace {

namespace wire = batching::kafka::wire;

TEST(FenceRecordTest, IsOneRecordUnderTheOtherWritersNextEpoch) {
  wire::buffer bytes;
  write_fence(std::make_shared<batching::topic>("t", 0), 3, {7, 6}, 1234, bytes);
  wire::record_batch_reader reader(bytes.view());
  wire::record_batch_head head;
  ASSERT_EQ(reader.next(head), wire::record_batch_reader::step::batch);
  EXPECT_EQ(head.producer, (wire::producer_identity{7, 6}));
  EXPECT_EQ(head.base_sequence, 0) << "the first of an epoch";
  EXPECT_EQ(head.count, 1);
  EXPECT_EQ(head.max_timestamp_ms, 1234) << "Kafka forgets producers by the time of their batches";
  std::vector<batching::header> headers;
  wire::record_reader records(head, head.records, headers);
  wire::read_record r;
  ASSERT_TRUE(records.next(r));
  EXPECT_TRUE(is_fence(r));
  r.has_key = true;
  EXPECT_FALSE(is_fence(r)) << "a client may send such a header";
  r.has_key = false;
  r.headers = {};
  EXPECT_FALSE(is_fence(r));
}

}  // namespace
}  // namespace store::ownership
