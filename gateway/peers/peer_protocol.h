// The client's side of the frame protocol between two instances, as a state machine: requests in, bytes out; bytes in,
// answers out. Owns no socket and no clock. Driven by peer_link. Tells the fate of each request once.
//
//   greeting ──WELCOME──> (proving ──PEERED──>) open ──CLOSE of theirs──> leaving ──> over
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "gateway/frames/frame_reader.h"
#include "gateway/stores/peers.h"

namespace gateway::peers {

struct protocol_settings {
  std::string instance;  // our name
  std::string secret;    // empty: no proof is given, and none wanted
};

class peer_protocol {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using appends_told = stores::peers::appends_told;
  using piece_told = stores::peers::piece_told;

  static constexpr std::uint32_t receive_bytes_max = 16 << 20;    // the largest answer
  static constexpr std::size_t unsent_bytes_max = 8 << 20;        // then no more is taken
  static constexpr std::chrono::milliseconds ping_after{1'000};   // of silence, with requests open
  static constexpr std::chrono::milliseconds silence_max{4'000};  // then the connection is lost
  static constexpr std::chrono::milliseconds answer_grace{500};   // beyond what the other waits itself

  explicit peer_protocol(const protocol_settings& settings) : settings_(&settings) {}

  /// The connection is there: HELLO is in output().
  void begin(time_point now);
  [[nodiscard]] bool is_open() const noexcept { return phase_ == phase::open; }

  /// False: there is no room, or it is not open; `told` is not called. Bytes are copied.
  [[nodiscard]] bool append(std::string_view topic, std::span<const ::store::append> appends,
                            std::chrono::milliseconds time_max, time_point now, const appends_told& told);
  [[nodiscard]] bool read(const stores::remote_read& what, time_point now, const piece_told& told);

  /// Takes whole frames from the front of `received`. Not empty: why the connection is of no use.
  [[nodiscard]] std::string receive(std::string& received, time_point now);
  /// Answers what is overdue; asks a silent one for a sign. False: it gives none, the connection is lost.
  [[nodiscard]] bool check_times(time_point now);
  /// The connection is gone: what is open is told so.
  void end();

  [[nodiscard]] std::string& output() noexcept { return output_; }
  /// So many bytes of output() may have left: requests in them are not certainly unsent any more.
  void note_left(std::size_t bytes) noexcept { left_ += bytes; }
  [[nodiscard]] std::size_t open_requests() const noexcept { return open_.size(); }

 private:
  enum class phase : std::uint8_t { closed, greeting, proving, open, leaving, over };
  struct request {
    appends_told told_appends;  // of an APPEND
    piece_told told_piece;      // of a READ
    time_point until;
    std::uint64_t begins_at;  // in all bytes of the connection
  };

  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept;
  [[nodiscard]] std::string on_frame(const frames::frame& whole);
  [[nodiscard]] std::string on_welcome(std::string_view payload);
  [[nodiscard]] std::string on_appended(std::string_view payload);
  [[nodiscard]] std::string on_events(std::string_view payload);
  void on_close(std::string_view payload);
  [[nodiscard]] bool take(std::uint64_t number, request& out);
  static void tell(const request& what, stores::forwarding how);

  const protocol_settings* settings_;
  phase phase_ = phase::closed;
  bool ended_well_ = false;  // a last CLOSE has said that what is open was not taken
  std::string output_;
  std::uint64_t left_ = 0;    // bytes that may have left
  std::uint64_t queued_ = 0;  // bytes ever put into output_
  std::string own_challenge_;
  std::uint32_t frame_bytes_max_ = 0;
  std::uint32_t requests_max_ = 0;
  std::uint64_t next_request_ = 1;
  std::map<std::uint64_t, request> open_;
  time_point heard_at_{};
  time_point pinged_at_{};
};

}  // namespace gateway::peers
