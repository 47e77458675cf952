// The partition's reading of its log: records for the sink, markers and fences for the claim, the fate of an append.
#include <algorithm>
#include <string>

#include "metrics/events.h"
#include "store/ownership/fence_record.h"
#include "store/ownership/partition.h"

namespace store::ownership {

namespace wire = batching::kafka::wire;
using batching::outcome;
using batching::reason;
using phase = append_attempt::phase;

namespace {

std::string_view meaning_of(wire::decompressor::result is) noexcept {
  switch (is) {
    case wire::decompressor::result::too_large: return "it becomes larger than 64 MiB";
    case wire::decompressor::result::unknown: return "its codec is not known";
    case wire::decompressor::result::damaged: return "it is damaged";
    case wire::decompressor::result::done: break;
  }
  return "";
}

}  // namespace

bool partition::wants_fetch(time_point now) const noexcept {
  if (now < fetch_not_before_ || out_of_range_ >= out_of_range_max) return false;
  return claim_.is() != claim::state::serving || position_ < read_until_ || reads_to_end_;
}

bool partition::on_fetched(const wire::fetch_answer& answer, time_point now) {
  out_of_range_ = answer.error == wire::error_code::offset_out_of_range ? out_of_range_ + 1 : 0;
  if (answer.error != wire::error_code::none) {
    fetch_not_before_ = now + settings_->retry_pause_first;
    if (meaning_of(question::list_offsets, answer.error) == answer_meaning::not_authorized)
      on_unreadable(wire::describe(answer.error), now);
    return answer.error != wire::error_code::offset_out_of_range;
  }
  const std::int64_t before = position_;
  read(answer.record_batches, now);
  if (position_ != before) tell_position();
  catch_up(answer.end_offset);
  if (attempt_.is == phase::confirmed && position_ >= attempt_.first_offset + attempt_.records)
    settle({outcome::persisted, reason::none, attempt_.first_offset});
  wake(now);
  return false;
}

void partition::catch_up(std::int64_t end_offset) {
  status_.end_offset = std::max(end_offset, position_);
  if (position_ < end_offset) return;
  reads_to_end_ = false;
  if (std::exchange(status_.has_caught_up, true)) return;
  sink_->on_caught_up();
}

void partition::read(std::string_view record_batches, time_point now) {
  using step = wire::record_batch_reader::step;
  wire::record_batch_reader reader(record_batches);
  wire::record_batch_head head;
  step is = reader.next(head);
  for (; is == step::batch; is = reader.next(head)) {
    if (head.next_offset() <= position_) continue;
    if (!read_batch(head, now)) return;
    position_ = head.next_offset();
  }
  if (is == step::damaged) on_unreadable("a record batch is damaged", now);
  if (is == step::old_format) on_unreadable("a record batch was written before Kafka 0.11", now);
}

// False: it cannot be read.
bool partition::read_batch(const wire::record_batch_head& head, time_point now) {
  if (head.is_control()) {
    note_in_log(head, false, now);
    return true;
  }
  std::string_view raw = head.records;
  if (head.codec_number() != 0) {
    const auto unpacked = tools_->unpacks.run(head.codec_number(), head.records, tools_->scratch);
    if (unpacked != wire::decompressor::result::done) {
      on_unreadable("a record batch cannot be decompressed: " + std::string(meaning_of(unpacked)) + " (" +
                        std::string(wire::decompressor::name_of(head.codec_number())) + ")",
                    now);
      return false;
    }
    raw = tools_->scratch.view();
  }
  const bool is_fence_only = read_records(head, raw);
  if (!is_fence_only) tell_stranger(head);
  if (!tools_->records.empty())
    give_to_sink({head.producer.id, head.producer.epoch, head.base_sequence, false, tools_->records});
  note_in_log(head, is_fence_only, now);
  return true;
}

// Returns whether it is the batch that fences its own producer id.
bool partition::read_records(const wire::record_batch_head& head, std::string_view raw) {
  tools_->records.clear();
  tools_->all_headers.clear();
  tools_->header_counts.clear();
  bool fences = false;
  wire::record_reader reader(head, raw, tools_->headers);
  for (wire::read_record r; reader.next(r);) {
    fences |= is_fence(r);
    if (r.offset >= position_ && !is_fence(r)) keep_record(r);
  }
  const batching::header* at = tools_->all_headers.data();
  for (std::size_t i = 0; i < tools_->records.size(); at += tools_->header_counts[i++])
    tools_->records[i].headers = {at, tools_->header_counts[i]};
  return fences;
}

void partition::keep_record(const wire::read_record& r) {
  tools_->records.push_back({r.offset, r.timestamp_ms, r.has_key, r.has_value, r.key, r.value, {}});
  tools_->header_counts.push_back(r.headers.size());
  tools_->all_headers.insert(tools_->all_headers.end(), r.headers.begin(), r.headers.end());
}

void partition::give_to_sink(log_batch batch) { sink_->on_batch(batch); }

void partition::note_in_log(const wire::record_batch_head& head, bool fences, time_point now) {
  if (!head.is_control() && attempt_.matches(head.producer, head.base_sequence)) {
    attempt_.first_offset = head.base_offset;
    if (attempt_.is == phase::in_doubt) settle_from_log();
  }
  if (head.producer.id == attempt_.by.id && head.producer.epoch > attempt_.by.epoch) {
    attempt_.is_sealed = true;
    if (attempt_.is == phase::in_doubt) settle_from_log();
  }
  if (head.is_control()) {
    if (head.is_transactional()) claim_.on_marker(head.producer, now);
  } else if (fences) {
    claim_.on_fence(head.producer, now);
  } else {
    claim_.on_records(head.producer, now);
  }
}

// Behind our own marker only our own batches are written by a store.
void partition::tell_stranger(const wire::record_batch_head& head) {
  if (claim_.is() != claim::state::serving || head.producer == claim_.producer()) return;
  has_stranger_ = told_ == claim::state::serving;
  metrics::happened(metrics::happening::foreign_writer, "a stranger writes to a store partition",
                    {{"topic", of_->name()},
                     {"partition", number_},
                     {"offset", head.base_offset},
                     {"records", head.count},
                     {"producer_id", head.producer.id}});
}

void partition::on_unreadable(std::string_view why, time_point now) {
  fetch_not_before_ = now + settings_->damaged_pause;
  status_.why = ownership_reason::log_unreadable;
  metrics::happened(metrics::happening::store_log_unreadable, "the log of a store partition cannot be read on",
                    {{"topic", of_->name()}, {"partition", number_}, {"offset", position_}, {"why", why}});
}

void partition::tell_position() {
  status_.next_offset = position_;
  if (status_.why == ownership_reason::log_unreadable) status_.why = claim_.why();
  status_.end_offset = std::max(status_.end_offset, position_);
  sink_->on_position({position_, claim_.note()});
}

void partition::on_start_offset(const wire::offset_answer& answer, time_point now) {
  asked_start_ = false;
  if (answer.error != wire::error_code::none || answer.offset < 0) {
    fetch_not_before_ = now + settings_->retry_pause_longest;
    return;
  }
  out_of_range_ = 0;
  metrics::happened(
      metrics::happening::store_log_restarted, "the log of a store partition does not go on where it was read to",
      {{"topic", of_->name()}, {"partition", number_}, {"read_to", position_}, {"begins", answer.offset}});
  position_ = answer.offset;
  status_.next_offset = position_;
  status_.has_caught_up = false;
  claim_.lose(ownership_reason::unknown_outcome, now);
  sink_->on_restart(position_);
  wake(now);
}

}  // namespace store::ownership
