#include "loadgen/frames/protocol.h"

#include <array>
#include <utility>

#include "loadgen/answers/outcome.h"
#include "loadgen/events/images.h"
#include "loadgen/events/mark.h"
#include "loadgen/frames/crc32c.h"
#include "loadgen/plan/options.h"
#include "loadgen/wire/compress.h"

namespace loadgen::frames {

namespace {

constexpr std::size_t header_size = 12;
constexpr std::size_t publish_fixed = 24;
constexpr std::size_t record_fixed = 8;
constexpr std::size_t key_size = events::images::aggregate_prefix.size() + 7;
constexpr std::uint16_t no_key = 0xffff;
constexpr std::uint16_t option_json = 1;      // the gateway takes the key from the value
constexpr std::size_t frame_max = 64U << 20;  // of what we receive

std::size_t block_size(const plan::run_plan& plan, const wire::request& what) {
  // Each event of the body has a separator byte, which a frame does not carry.
  return what.body_size - what.events.size() + what.events.size() * (record_fixed + (plan.keyed ? key_size : 0));
}

char* put_key(char* at, std::uint32_t aggregate) {
  at += events::images::aggregate_prefix.copy(at, events::images::aggregate_prefix.size());
  events::write_hex7(at, aggregate);
  return at + 7;
}

std::size_t frame_size_bound(const plan::run_plan& plan, std::size_t block) {
  return header_size + publish_fixed + plan.topic.size() + block;
}

void finish_header(char* frame, frame_type type, std::size_t payload_size) {
  char* at = put_field(frame, static_cast<std::uint32_t>(payload_size));
  at = put_field(at, static_cast<std::uint8_t>(type));
  at = put_field(at, std::uint8_t{0});
  at = put_field(at, std::uint16_t{0});
  const std::uint32_t head_sum = crc32c({frame, 8});
  put_field(at, crc32c({frame + header_size, payload_size}, head_sum));
}

std::uint8_t ack_level(const plan::run_plan& plan) {
  if (plan.query.find("ack=none") != std::string::npos) return 2;
  return plan.query.find("ack=broker") != std::string::npos ? 1 : 0;
}

std::uint8_t compression_code(plan::body_encoding encoding) {
  return encoding == plan::body_encoding::zstd ? 1 : encoding == plan::body_encoding::lz4 ? 2 : 0;
}

answers::event_outcome outcome_of(std::uint8_t code) {
  constexpr std::array<answers::event_outcome, 6> outcomes{
      answers::event_outcome::persisted,          answers::event_outcome::duplicate,
      answers::event_outcome::rejected,           answers::event_outcome::not_persisted,
      answers::event_outcome::possibly_persisted, answers::event_outcome::blocked};
  return code < outcomes.size() ? outcomes[code] : answers::event_outcome::unanswered;
}

}  // namespace

std::string make_frame(frame_type type, std::string_view payload) {
  std::string frame(header_size, '\0');
  frame += payload;
  finish_header(frame.data(), type, payload.size());
  return frame;
}

protocol::protocol(const plan::run_plan& plan) : plan_(plan) {}

bool protocol::fail(std::string why) {
  complaint_ = std::move(why);
  return false;
}

std::string protocol::greeting() {
  constexpr std::string_view name = "headgate-loadgen";
  std::string payload(22, '\0');
  payload.replace(0, 8, "HEADGATE");
  char* at = put_field(payload.data() + 8, std::uint16_t{1});
  at = put_field(at, std::uint16_t{1});
  at = put_field(at, std::uint32_t{0});
  at = put_field(at, std::uint32_t{0});
  put_field(at, static_cast<std::uint16_t>(name.size()));
  return make_frame(frame_type::hello, payload.append(name));
}

bool protocol::ready(const wire::request& what) const {
  if (!welcomed_ || closing_ || sequence_ + 1 > credit_sequence_) return false;
  return bytes_published_ + frame_size_bound(plan_, block_size(plan_, what)) <= credit_bytes_;
}

std::size_t protocol::write_records(const wire::request& what, char* const begin) const {
  char* at = begin;
  for (const wire::request_event& e : what.events) {
    at = put_field(at, e.size);
    at = put_field(at, plan_.keyed ? static_cast<std::uint16_t>(key_size) : no_key);
    at = put_field(at, std::uint16_t{0});
    if (plan_.keyed) at = put_key(at, e.aggregate);
    at += what.event(e).copy(at, e.size);
  }
  return static_cast<std::size_t>(at - begin);
}

void protocol::encode(wire::request& what) {
  const std::size_t block = block_size(plan_, what);
  const std::size_t front = header_size + publish_fixed + plan_.topic.size();
  if (what.coded.size() < front + block) what.coded.resize(front + block);
  std::size_t sent_block = block;
  std::uint8_t compression = compression_code(plan_.encoding);
  if (compression != 0) {
    plain_.resize(block);
    write_records(what, plain_.data());
    sent_block = wire::compress(plan_.encoding, {plain_.data(), block}, what.coded, front);
  }
  if (compression == 0 || sent_block > block) {  // the credit was checked for the plain size
    compression = 0;
    sent_block = write_records(what, what.coded.data() + front);
  }
  char* at = what.coded.data() + header_size;
  at = put_field(at, sequence_ + 1);
  at = put_field(at, ack_level(plan_));
  at = put_field(at, std::uint8_t{0});
  at = put_field(at, compression);
  at = put_field(at, std::uint8_t{0});
  at = put_field(at, plan_.keyed ? std::uint16_t{0} : option_json);
  at = put_field(at, static_cast<std::uint16_t>(plan_.topic.size()));
  at = put_field(at, static_cast<std::uint32_t>(what.events.size()));
  at = put_field(at, static_cast<std::uint32_t>(block));
  plan_.topic.copy(at, plan_.topic.size());
  finish_header(what.coded.data(), frame_type::publish, front - header_size + sent_block);
  what.wire = {what.coded.data(), front + sent_block};
}

void protocol::sending(const wire::request& what) {
  expected_.push_back({++sequence_, what.id, static_cast<std::uint32_t>(what.events.size())});
  bytes_published_ += what.wire.size();
}

std::string protocol::outgoing() { return std::exchange(outgoing_, {}); }

bool protocol::receive(std::string_view bytes, std::deque<wire::answered>& answers) {
  received_.append(bytes);
  std::size_t used = 0;
  bool sound = true;
  while (sound && received_.size() - used >= header_size) {
    const std::string_view rest = std::string_view(received_).substr(used);
    field_reader header(rest);
    const auto size = header.take<std::uint32_t>();
    const auto type = header.take<std::uint8_t>();
    header.take<std::uint8_t>();
    header.take<std::uint16_t>();
    const auto sum = header.take<std::uint32_t>();
    if (size > frame_max) return fail("a frame of " + std::to_string(size) + " bytes, more than a gateway sends");
    if (rest.size() < header_size + size) break;
    const std::string_view payload = rest.substr(header_size, size);
    if (crc32c(payload, crc32c(rest.substr(0, 8))) != sum) return fail("a frame whose checksum does not match");
    sound = take_frame(static_cast<frame_type>(type), payload, answers);
    used += header_size + size;
  }
  received_.erase(0, used);
  return sound;
}

bool protocol::take_frame(frame_type type, std::string_view payload, std::deque<wire::answered>& answers) {
  field_reader in(payload);
  switch (type) {
    case frame_type::welcome: return take_welcome(in);
    case frame_type::ack: return take_ack(in, answers);
    case frame_type::credit:
      credit_sequence_ = in.take<std::uint64_t>();
      credit_bytes_ = in.take<std::uint64_t>();
      return !in.too_short() || fail("a CREDIT frame that is too short");
    case frame_type::ping: outgoing_ += make_frame(frame_type::pong, payload); return true;
    case frame_type::pong: return true;
    case frame_type::close: return take_close(in);
    case frame_type::error: return take_error(in);
    case frame_type::hello:
    case frame_type::publish: break;
  }
  return fail("a frame of type " + std::to_string(static_cast<int>(type)) + ", which a gateway does not send");
}

bool protocol::take_welcome(field_reader in) {
  const auto version = in.take<std::uint16_t>();
  const auto compressions = in.take<std::uint16_t>();
  const auto frame_bytes = in.take<std::uint32_t>();
  const auto decoded_bytes = in.take<std::uint32_t>();
  const auto records = in.take<std::uint32_t>();
  in.take<std::uint32_t>();
  credit_sequence_ = in.take<std::uint64_t>();
  credit_bytes_ = in.take<std::uint64_t>();
  if (in.too_short() || version != 1 || welcomed_)
    return fail("a WELCOME frame that is cut short, of another version, or sent twice");
  welcomed_ = true;
  const std::uint8_t wanted = compression_code(plan_.encoding);
  if (wanted != 0 && (compressions >> wanted & 1) == 0)
    return fail("the gateway does not take this --encoding in frames");
  const std::size_t block = plan_.batch * (plan_.event_size_max + record_fixed + key_size);
  if (plan_.batch > records || block > decoded_bytes || frame_size_bound(plan_, block) > frame_bytes) {
    return fail("the gateway takes at most " + std::to_string(records) + " records and " + std::to_string(frame_bytes) +
                " bytes a frame: lower --batch");
  }
  return true;
}

bool protocol::take_ack(field_reader in, std::deque<wire::answered>& answers) {
  const auto last = in.take<std::uint64_t>();
  const auto frames = in.take<std::uint32_t>();
  const auto entries = in.take<std::uint32_t>();
  std::array<std::uint32_t, 8> counts{};
  for (auto& count : counts) count = in.take<std::uint32_t>();
  // Frames without an entry succeeded; the counts tell in which way.
  const bool only_accepted = counts[6] > 0 && counts[0] + counts[1] == 0;
  std::uint64_t entry_sequence = 0;
  answers::answer entry;
  std::uint32_t entries_left = entries;
  for (std::uint32_t i = 0; i < frames; ++i) {
    if (expected_.empty() || expected_.front().sequence != last - frames + 1 + i) {
      return fail("an ACK of frames that were not waiting for one");
    }
    if (entry_sequence < expected_.front().sequence && entries_left > 0) {
      --entries_left;
      if (!take_entry(in, entry_sequence, entry)) return fail("an ACK frame that is too short");
    }
    answers::answer what;
    what.whole = only_accepted ? answers::event_outcome::accepted : answers::event_outcome::persisted;
    if (entry_sequence == expected_.front().sequence) what = std::move(entry);
    answers.push_back({std::move(what), expected_.front().id});
    expected_.pop_front();
  }
  return !in.too_short() || fail("an ACK frame that is too short");
}

bool protocol::take_entry(field_reader& in, std::uint64_t& sequence, answers::answer& into) {
  into = {};
  sequence = in.take<std::uint64_t>();
  const auto status = in.take<std::uint8_t>();
  const auto ack = in.take<std::uint8_t>();
  const auto detail_bytes = in.take<std::uint16_t>();
  in.take<std::uint32_t>();
  const auto failures = in.take<std::uint32_t>();
  const auto ranges = in.take<std::uint32_t>();
  const auto positions = in.take<std::uint32_t>();
  into.complaint = in.text(detail_bytes);
  into.whole = status != 0 ? answers::event_outcome::failed
               : ack == 2  ? answers::event_outcome::accepted
                           : answers::event_outcome::persisted;
  for (std::uint32_t i = 0; i < failures && !in.too_short(); ++i) {
    const auto index = in.take<std::uint32_t>();
    const auto outcome = in.take<std::uint8_t>();
    const auto reason = in.take<std::uint8_t>();
    const std::string_view detail = in.text(in.take<std::uint16_t>());
    into.exceptions.push_back({index, outcome_of(outcome)});
    if (!into.complaint.empty()) continue;
    into.complaint = detail.empty() ? "reason " + std::to_string(reason) : std::string(detail);
  }
  for (std::uint32_t i = 0; i < ranges && !in.too_short(); ++i) in.text(24);
  for (std::uint32_t i = 0; i < positions && !in.too_short(); ++i) in.text(12);
  return !in.too_short();
}

bool protocol::take_end(std::uint64_t last_taken) {
  closing_ = true;
  last_taken_ = last_taken;
  return true;
}

bool protocol::take_close(field_reader in) {
  const auto sequence = in.take<std::uint64_t>();
  return in.too_short() ? fail("a CLOSE frame that is too short") : take_end(sequence);
}

bool protocol::take_error(field_reader in) {
  in.take<std::uint64_t>();
  const auto last = in.take<std::uint64_t>();
  const auto code = in.take<std::uint16_t>();
  const std::string_view text = in.text(in.take<std::uint16_t>());
  if (in.too_short()) return fail("an ERROR frame that is too short");
  complaint_ = "ERROR " + std::to_string(code) + ": " + std::string(text);
  return take_end(last);
}

std::optional<std::uint64_t> protocol::untaken_from() const {
  if (!closing_ || expected_.empty() || expected_.front().sequence <= last_taken_) return std::nullopt;
  return expected_.front().id;
}

}  // namespace loadgen::frames
