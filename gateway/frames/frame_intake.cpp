#include "gateway/frames/frame_intake.h"

#include <utility>

namespace gateway::frames {
namespace {

decode::encoding encoding_of(compression packed) noexcept {
  switch (packed) {
    case compression::none: return decode::encoding::identity;
    case compression::zstd: return decode::encoding::zstd;
    case compression::lz4: return decode::encoding::lz4;
  }
  return decode::encoding::identity;
}

ingress::answer no_records() {
  ingress::answer a;
  a.what = ingress::verdict::refused;
  a.why = {ingress::errc::no_events, "the frame has no records: send at least one"};
  return a;
}

}  // namespace

refusal_meaning meaning_of(ingress::errc why) noexcept {
  using ingress::errc;
  switch (why) {
    case errc::ack_not_allowed: return {frame_status::ack_not_allowed};
    case errc::no_events: return {frame_status::no_records};
    case errc::invalid_encoding:
    case errc::decoded_too_large:
    case errc::wrong_decoded_size: return {{}, error_code::bad_compression};
    case errc::malformed_records: return {{}, error_code::malformed_records};
    case errc::too_many_headers: return {{}, error_code::limit_exceeded};
    case errc::bad_signature:
    case errc::not_on_store:
    case errc::invalid_json:
    case errc::too_many_events:
    case errc::key_needs_single_event: break;  // of bodies that no frame has
  }
  return {{}, error_code::internal};
}

ingress::answer frame_intake::take(const publish& from, auth::principal who, const auth::ip_address& client,
                                   batching::clock::duration waited, batching::ack_listener& listener,
                                   bool asked_kafka) {
  ingress::request asked;
  asked.who = who;
  asked.client = client;
  asked.topic = from.topic;
  asked.ack = from.ack;
  asked.on_invalid = from.on_invalid;
  asked.wants_positions = from.results == results::positions && from.ack != batching::ack_level::none;
  asked.from = metrics::listener::tcp;
  asked.listener = &listener;
  ingress::body block;
  block.bytes = from.block;
  block.encoding = encoding_of(from.packed);
  block.decoded_bytes = from.records_bytes;
  block.reader = &records_;
  block.events_max = from.records;
  records_.expect(from.records, from.json);
  asked.asked_kafka = asked_kafka;
  if (from.topic.empty()) return from.records == 0 ? no_records() : door_->take_routed(asked, block);
  if (from.records == 0) {
    ingress::plan unused;
    ingress::answer found = door_->find(asked, unused);
    return found.what == ingress::verdict::taken ? no_records() : found;
  }
  return door_->take_announced(asked, block, {from.records, from.records_bytes, waited});
}

}  // namespace gateway::frames
