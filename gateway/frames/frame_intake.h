// The way of one PUBLISH frame into the core: topic, decompression, records, JSON where asked for, submit. One a lane,
// shared by its TCP sessions; knows no socket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/decode/buffer.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/decompress.h"
#include "gateway/frames/protocol.h"
#include "gateway/frames/record_reader.h"
#include "gateway/runtime/lane.h"

namespace gateway::frames {

class frame_intake {
 public:
  enum class verdict : std::uint8_t {
    taken,          // `answer` settles, now or later
    refused,        // the frame as a whole: `status`, `text`
    unknown_topic,  // no such topic as far as we know: ask Kafka, then call again or refuse
    full,           // no room in the budget, or none of the topic's for now: call again when has_room() says so
    broken,         // the connection must end: `why`, `text`
  };
  struct result {
    verdict what = verdict::full;
    batching::ack* answer = nullptr;
    frames::ack_given level = frames::ack_given::broker;
    frames::frame_status status = frames::frame_status::taken;
    frames::error_code why = frames::error_code::internal;
    std::string text;
    batching::room_wanted wanted;  // of `full`
  };

  explicit frame_intake(runtime::lane& on) : lane_(&on) {}

  /// `from` views into bytes with decoder::padding_bytes readable behind them. `waited`: since it was `full` for the
  /// first time. On `taken` the ack is not sealed yet.
  result take(const frames::publish& from, batching::clock::duration waited, batching::ack_listener& listener);
  /// Is it worth to call take() again?
  [[nodiscard]] bool has_room(const batching::room_wanted& wanted, batching::clock::duration waited) {
    return !lane_->budget().paused() && !lane_->should_wait(wanted, waited);
  }

  [[nodiscard]] runtime::lane& on() noexcept { return *lane_; }

  static constexpr std::size_t unpacked_bytes_kept = 1 << 20;

 private:
  result submit(const frames::publish& from, const batching::topic_entry& to, const config::topic_settings& how,
                batching::ack_listener& listener);
  frames::fault unpack(const frames::publish& from, std::string_view& block);
  void look_into(const config::topic_settings& how);
  void look_into(batching::event& e, const decode::decode_options& how);
  const decode::key_finder& finder_of(const config::topic_settings& how);

  runtime::lane* lane_;
  frames::record_reader records_;
  decode::decompressor decompressor_;
  decode::decoder decoder_;
  decode::buffer unpacked_;
  batching::events one_;
  std::unordered_map<const config::topic_settings*, std::unique_ptr<decode::key_finder>> finders_;  // one a pattern
  std::uint64_t settings_version_ = 0;
};

}  // namespace gateway::frames
