// A connection of the frame protocol fed any bytes: it never crashes, takes the same frames and answers the same
// whatever pieces the bytes arrive in, and whatever it sends is whole frames. Checksums are repaired first, or nothing
// but the checksum would ever be reached; a frame whose checksum field is 0xffffffff keeps it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batching/crc32c.h"
#include "gateway/decode/decompress.h"
#include "gateway/frames/bytes.h"
#include "gateway/frames/peer_proof.h"
#include "gateway/frames/record_reader.h"
#include "gateway/frames/session_protocol.h"
#include "gateway/frames/store_messages.h"

using namespace gateway;

namespace {

constexpr std::uint32_t kept_checksum = 0xffffffff;

class nobody final : public batching::ack_listener {
 public:
  void on_acked(batching::ack&) noexcept override {}
};

class connection {
 public:
  connection() {
    limits_.frame_bytes_max = 32 * 1024;
    limits_.decoded_bytes_max = 64 * 1024;
    limits_.records_max = 1000;
    limits_.window_frames = 16;
    limits_.window_bytes = 64 * 1024;
  }

  void receive(std::string_view bytes) {
    pending_ += bytes;
    for (;;) {
      const auto next = protocol_.next(pending_);
      using step = frames::session_protocol::step;
      if (next.what == step::need_bytes) break;
      if (next.what == step::ended) {
        pending_.clear();
        break;
      }
      if (next.what == step::hello) protocol_.welcome_client();
      if (next.what == step::peer && !peer()) continue;
      if (next.what == step::store && !store_request()) continue;
      if (next.what == step::publish && !publish()) continue;
      if (next.bytes == 0 || next.bytes > pending_.size()) std::abort();
      pending_.erase(0, next.bytes);
    }
    answer();
  }
  void end() {
    protocol_.on_end_of_stream(pending_);
    answer();
    if (protocol_.unanswered() > 0 || protocol_.current() != frames::session_protocol::phase::done) std::abort();
  }
  [[nodiscard]] const std::string& taken() const { return taken_; }

 private:
  bool peer() {
    frames::peer_frame said;
    if (const auto wrong = frames::read_peer(protocol_.store_frame().payload, said)) return fail(wrong->code);
    if (frames::is_right(said, "secret", protocol_.challenge())) std::abort();  // nobody guesses it
    protocol_.welcome_peer({});
    return true;
  }
  bool store_request() {
    const frames::frame& whole = protocol_.store_frame();
    protocol_.begin_request();
    const auto wrong = whole.type == frames::frame_type::append ? append(whole.payload) : read(whole.payload);
    protocol_.end_request({});
    return !wrong || fail(wrong->code);
  }
  frames::fault append(std::string_view payload) {
    frames::append_request frame;
    if (auto wrong = frames::read_append(payload, frame)) return wrong;
    frames::append_reader reader(frame.block);
    for (std::uint32_t i = 0; i < frame.appends; ++i) {
      frames::append_unit unit;
      if (auto wrong = reader.next(unit)) return wrong;
      taken_ += unit.aggregate;
      for (std::uint32_t k = 0; k < unit.events; ++k) {
        ::store::event e;
        if (auto wrong = reader.next_event(e)) return wrong;
        taken_.append(e.value).append(e.id);
        for (const batching::header& h : e.headers) taken_.append(h.name).append(h.value);
      }
    }
    return reader.finish();
  }
  frames::fault read(std::string_view payload) {
    frames::read_request frame;
    if (auto wrong = frames::read_read(payload, frame)) return wrong;
    taken_.append(frame.topic).append(frame.aggregate);
    return {};
  }
  bool publish() {
    const frames::publish& frame = protocol_.publish_frame();
    std::string_view block = frame.block;
    if (frame.packed != frames::compression::none) {
      const auto how = frame.packed == frames::compression::zstd ? decode::encoding::zstd : decode::encoding::lz4;
      const auto unpacked = decompressor_.run(how, block, frame.records_bytes, unpacked_);
      if (!unpacked || unpacked->size() != frame.records_bytes) return fail(frames::error_code::bad_compression);
      block = *unpacked;
    }
    if (const auto wrong = records_.read(block, frame.records, events_)) return fail(wrong->code);
    if (events_.size() != frame.records) std::abort();
    taken_ += frame.topic;
    for (const batching::event& e : events_) {
      taken_.append(e.key).append(e.value);
      for (const batching::header& h : e.headers) taken_.append(h.name).append(h.value);
    }
    settle(frame);
    return true;
  }
  void settle(const frames::publish& frame) {
    auto& answer = *acks_.emplace_back(std::make_unique<batching::ack>());
    answer.begin(&nobody_, frame.records, frame.results == frames::results::positions);
    for (std::uint32_t i = 0; i < frame.records; ++i) {
      if (events_[i].value.size() % 3 == 0)
        answer.settle_failed(i, batching::outcome::rejected, batching::reason::empty_event, "detail");
      else
        answer.settle_persisted(i, static_cast<std::int32_t>(i % 5), i);
    }
    answer.seal();
    protocol_.take(answer, batching::ack_level::broker, {});
  }
  bool fail(frames::error_code code) {
    protocol_.fail({code, "found by the records"});
    return false;
  }
  void answer() {
    protocol_.answer(false, [](batching::ack*, auto) {});
    std::string_view out = protocol_.output();
    while (!out.empty()) {
      if (out.size() < frames::header_bytes) std::abort();
      const std::size_t bytes = frames::header_bytes + frames::load<std::uint32_t>(out.data());
      if (out.size() < bytes) std::abort();
      const auto sum = batching::crc32c(out.substr(frames::header_bytes, bytes - frames::header_bytes),
                                        batching::crc32c(out.substr(0, 8)));
      if (sum != frames::load<std::uint32_t>(out.data() + 8)) std::abort();
      out.remove_prefix(bytes);
    }
    protocol_.output().clear();
  }

  frames::session_limits limits_;
  frames::session_protocol protocol_{limits_};
  frames::record_reader records_;
  decode::decompressor decompressor_;
  decode::buffer unpacked_;
  batching::events events_;
  nobody nobody_;
  std::vector<std::unique_ptr<batching::ack>> acks_;
  std::string pending_;
  std::string taken_;
};

std::string with_checksums(std::string bytes) {
  for (std::size_t at = 0; bytes.size() - at >= frames::header_bytes;) {
    const std::size_t payload = frames::load<std::uint32_t>(bytes.data() + at);
    if (payload > bytes.size() - at - frames::header_bytes) break;
    const std::string_view whole = std::string_view(bytes).substr(at, frames::header_bytes + payload);
    if (frames::load<std::uint32_t>(whole.data() + 8) != kept_checksum)
      frames::store<std::uint32_t>(bytes.data() + at + 8, batching::crc32c(whole.substr(frames::header_bytes),
                                                                           batching::crc32c(whole.substr(0, 8))));
    at += whole.size();
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + std::size_t{1};
  const std::string bytes = with_checksums({reinterpret_cast<const char*>(data + 1), size - 1});
  connection whole, pieces;
  whole.receive(bytes);
  for (std::size_t at = 0; at < bytes.size(); at += piece) pieces.receive(std::string_view(bytes).substr(at, piece));
  if (whole.taken() != pieces.taken()) std::abort();
  whole.end();
  pieces.end();
  return 0;
}
