#include "tests/store/ownership/model_kafka.h"

#include <algorithm>

#include "batching/crc32c.h"
#include "batching/kafka/wire/big_endian.h"
#include "batching/kafka/wire/record_batch_reader.h"

namespace tests::ownership {

namespace wire = batching::kafka::wire;

void model_kafka::pass(time_point now, bool is_calm) {
  now_ = now;
  if (!is_calm && happens(1)) coordinator_ = 1 + static_cast<std::int32_t>(random_() % 3);
  if (id_.marker_in > 0 && --id_.marker_in == 0) write_marker();
  // A leader dies: the next one does not know yet that all have its last records.
  if (!is_calm && happens(1) && hidden_from_ < 0) {
    hidden_from_ = std::max<std::int64_t>(0, end_ - static_cast<std::int64_t>(random_() % 4));
    hidden_for_ = static_cast<int>(random_() % 40);
  }
  if (hidden_from_ >= 0 && hidden_for_-- <= 0) hidden_from_ = -1;
  std::erase_if(producers_, [&](const auto& p) { return now - p.second.used > expires_after; });
}

std::pair<error_code, producer_identity> model_kafka::init_producer(std::int32_t broker) {
  if (broker != coordinator_) return {error_code::not_coordinator, {}};
  if (id_.marker_in > 0) return {error_code::concurrent_transactions, {}};
  if (id_.is_open) {
    abort_with({id_.producer.id, static_cast<std::int16_t>(id_.producer.epoch + 1)});
    id_.producer.epoch = id_.marker.epoch;
    return {error_code::concurrent_transactions, {}};
  }
  const bool is_used_up = id_.producer.epoch >= 32'766;
  id_.producer = id_.producer.is_known() && !is_used_up
                     ? producer_identity{id_.producer.id, static_cast<std::int16_t>(id_.producer.epoch + 1)}
                     : producer_identity{next_id_++, is_used_up ? std::int16_t{0} : first_epoch_};
  id_.is_ended = false;
  return {error_code::none, id_.producer};
}

error_code model_kafka::look_at(std::int32_t broker, const producer_identity& by) {
  if (broker != coordinator_) return error_code::not_coordinator;
  if (!id_.producer.is_known() || by.id != id_.producer.id) return error_code::invalid_producer_id_mapping;
  if (by.epoch != id_.producer.epoch)
    return happens(50) ? error_code::producer_fenced : error_code::invalid_producer_epoch;
  return id_.marker_in > 0 ? error_code::concurrent_transactions : error_code::none;
}

error_code model_kafka::add_partition(std::int32_t broker, const producer_identity& by) {
  const error_code seen = look_at(broker, by);
  if (seen == error_code::none) id_.is_open = true;
  return seen;
}

error_code model_kafka::end_transaction(std::int32_t broker, const producer_identity& by) {
  const error_code seen = look_at(broker, by);
  if (seen != error_code::none) return seen;
  if (!id_.is_open) return id_.is_ended ? error_code::none : error_code::invalid_txn_state;
  abort_with(by);
  return error_code::none;
}

void model_kafka::abort_with(const producer_identity& marker) {
  id_.is_open = false;
  id_.is_ended = true;
  id_.marker = marker;
  id_.marker_in = 1 + static_cast<int>(random_() % 20);
}

void model_kafka::write_marker() {
  const std::string record("\x20\0\0\0\x08\0\0\0\0\x0c\0\0\0\0\0\x02\0", 17);
  std::string b(wire::record_batch_head_bytes, 0);
  b += record;
  char* const h = b.data();
  wire::store(h + 8, static_cast<std::int32_t>(b.size() - 12));
  h[16] = 2;
  wire::store(h + 21, std::int16_t{0x30});
  wire::store(h + 43, id_.marker.id);
  wire::store(h + 51, id_.marker.epoch);
  wire::store(h + 53, std::int32_t{-1});
  wire::store(h + 57, std::int32_t{1});
  wire::store(h + 17, batching::crc32c(std::string_view(b).substr(21)));
  producer_state& p = producers_[id_.marker.id];
  p.used = now_;
  if (id_.marker.epoch > p.epoch) {
    p.epoch = id_.marker.epoch;
    p.last.clear();
  }
  id_.marker_in = -1;
  append({0, id_.marker, true, -1, 1, {}}, b);
}

void model_kafka::append(entry e, std::string bytes) {
  e.offset = end_;
  wire::store(bytes.data(), end_);
  e.bytes = std::move(bytes);
  end_ += e.count;
  log_.push_back(std::move(e));
}

// As Kafka's leader does it.
wire::produce_answer model_kafka::produce(std::string_view record_batch) {
  wire::record_batch_head head;
  wire::record_batch_reader reader(record_batch);
  if (reader.next(head) != wire::record_batch_reader::step::batch) return {"", 0, error_code::corrupt_message, -1, -1};
  const auto known = producers_.find(head.producer.id);
  if (known != producers_.end()) {
    producer_state& p = known->second;
    if (head.producer.epoch < p.epoch) return {"", 0, error_code::invalid_producer_epoch, -1, -1};
    if (head.producer.epoch > p.epoch && head.base_sequence != 0)
      return {"", 0, error_code::out_of_order_sequence_number, -1, -1};
    if (head.producer.epoch > p.epoch) p.last.clear();
    for (const entry& e : p.last)
      if (e.sequence == head.base_sequence && e.count == head.count) return {"", 0, error_code::none, e.offset, -1};
    if (!p.last.empty() && head.base_sequence != p.last.back().sequence + p.last.back().count)
      return {"", 0, error_code::out_of_order_sequence_number, -1, -1};
    if (p.last.empty() && head.producer.epoch == p.epoch && head.base_sequence != 0)
      return {"", 0, error_code::out_of_order_sequence_number, -1, -1};
  }
  producer_state& p = producers_[head.producer.id];
  p.epoch = head.producer.epoch;
  p.used = now_;
  const std::int64_t offset = end_;
  append({0, head.producer, false, head.base_sequence, head.count, {}}, std::string(record_batch));
  p.last.push_back({offset, head.producer, false, head.base_sequence, head.count, {}});
  if (p.last.size() > 5) p.last.pop_front();
  return {"", 0, error_code::none, offset, -1};
}

wire::offset_answer model_kafka::end_offset() {
  if (hidden_from_ >= 0) return {error_code::offset_not_available, -1};
  return {error_code::none, end_};
}

wire::fetch_answer model_kafka::fetch(std::int64_t from) {
  const std::int64_t seen_end = hidden_from_ >= 0 ? std::min(hidden_from_, end_) : end_;
  fetched_.clear();
  int batches = 1 + static_cast<int>(random_() % 4);
  for (const entry& e : log_) {
    if (e.offset + e.count <= from) continue;
    if (e.offset >= seen_end || batches-- == 0) break;
    fetched_ += e.bytes;
  }
  return {"t", 0, error_code::none, seen_end, 0, fetched_};
}

}  // namespace tests::ownership
