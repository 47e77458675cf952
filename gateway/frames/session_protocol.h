// One connection of the frame protocol as a state machine: bytes received in, what to do next out. Owns no socket, no
// thread, no clock. The TCP session drives it: it reads, submits the records of PUBLISH frames, and writes output().
//
//   greeting ──HELLO──> open (of a peer: proving ──PEER──> open)
//                       open ──CLOSE from the client──> finishing ──all answered──> done
//                        ├────drain, idle─────────────> leaving ────all answered──> done
//                        └────violation───────────────> failed ─────all answered──> done
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/frames/answer_queue.h"
#include "gateway/frames/messages.h"
#include "gateway/frames/protocol.h"

namespace gateway::frames {

/// The promises of WELCOME. Windows bound what a connection can have unanswered.
struct session_limits {
  std::uint32_t frame_bytes_max = 4 << 20;
  std::uint32_t decoded_bytes_max = 16 << 20;
  std::uint32_t records_max = 50'000;
  std::uint32_t idle_ms = 300'000;
  std::uint32_t window_frames = 1024;
  std::uint64_t window_bytes = 8 << 20;  // at least frame_bytes_max
  std::string_view server_name = "headgate";
  bool asks_who = false;  // HELLO is answered by welcome_client(), or fail(), and not at once
  std::uint32_t requests_max = frames::store_requests_max;  // APPEND and READ without an answer
};

class session_protocol {
 public:
  enum class phase : std::uint8_t { greeting, proving, open, finishing, leaving, failed, done };
  enum class step : std::uint8_t {
    need_bytes,  // nothing whole is there: read until `bytes` are, then call again
    handled,     // `bytes` were used: call again with the rest
    hello,       // a HELLO frame, see hello_frame(): welcome_client() or fail(), in this handler; then `bytes` are used
    peer,        // a PEER frame, see store_frame(): welcome_peer() or fail(), in this handler; then `bytes` are used
    store,       // an APPEND or a READ, see store_frame(): begin_request(), then `bytes` are used
    publish,  // a PUBLISH frame, see publish_frame(): take() or refuse() it, then `bytes` are used; or come back later
    ended,    // the rest of the client's bytes are read and dropped
  };
  struct next_step {
    step what = step::need_bytes;
    std::uint32_t bytes = 0;
  };

  explicit session_protocol(const session_limits& limits) noexcept : limits_(&limits) {}  // outlives the connection

  /// `received`: all bytes not used yet. A PUBLISH frame that is not taken is given again by the next call, unchanged.
  next_step next(std::string_view received);
  [[nodiscard]] const publish& publish_frame() const noexcept { return publish_; }
  /// Views into the bytes that next() was given.
  [[nodiscard]] const hello& hello_frame() const noexcept { return hello_; }
  void welcome_client();
  /// The peer has proven who it is.
  void welcome_peer(std::string_view peered_frame);
  [[nodiscard]] bool is_peer() const noexcept { return is_peer_; }
  /// Of a client that speaks version 2, in WELCOME.
  [[nodiscard]] std::string_view challenge() const noexcept { return challenge_; }

  /// The frame given last, APPEND, READ or PEER.
  [[nodiscard]] const frame& store_frame() const noexcept { return store_frame_; }
  /// It is taken; end_request() follows once, now or later, with the frame that answers it.
  void begin_request() noexcept { ++open_requests_; }
  void end_request(std::string_view answer);

  /// The frame given last has its records on their way; `answer` settles later (or has already).
  void take(batching::ack& answer, batching::ack_level level, std::chrono::steady_clock::time_point now);
  void refuse(frame_status why, std::string detail, std::chrono::steady_clock::time_point now);
  /// The frame given last, or anything else about the connection, is broken: ERROR, then the end.
  void fail(violation why);

  /// The client has ended its direction of the stream: as if it had sent CLOSE.
  void on_end_of_stream(std::string_view unused);
  /// We end the connection: nothing is taken from now on.
  void leave(close_reason why, std::string_view text);

  /// Writes what can be answered now; gives credit unless `withhold_credit`. `release` gets, for each frame
  /// answered, its ack (nullptr: it was refused) and when it was taken.
  template <typename Release>
  void answer(bool withhold_credit, Release&& release) {
    if (current_ == phase::greeting) return;
    queue_.write(output_, ack_bytes_max_, output_bytes_max, release);
    if (!withhold_credit) extend_credit();
    finish_if_answered();
  }
  template <typename Each>
  void abandon(Each&& each) {
    queue_.abandon(each);
  }

  /// To be sent to the client; the session removes what it has sent.
  [[nodiscard]] std::string& output() noexcept { return output_; }
  /// The client does not read its answers: take no more frames until it does.
  [[nodiscard]] bool is_congested() const noexcept {
    return output_.size() >= output_bytes_max || queue_.refused() >= refused_max ||
           (queue_.failures() >= failures_max && queue_.front_is_settled());
  }
  [[nodiscard]] phase current() const noexcept { return current_; }
  /// The client's violation; nullptr: none so far.
  [[nodiscard]] const violation* broke() const noexcept { return broke_.text.empty() ? nullptr : &broke_; }
  [[nodiscard]] std::size_t unanswered() const noexcept { return queue_.size() + open_requests_; }
  /// The largest frame that this client takes.
  [[nodiscard]] std::uint32_t answer_bytes_max() const noexcept { return ack_bytes_max_; }
  [[nodiscard]] bool has_answers() const noexcept { return queue_.front_is_settled(); }
  /// Repeats the credit, to find out whether a silent client is still there.
  void probe();
  /// The client was not given all the credit that its window has room for.
  [[nodiscard]] bool owes_credit() const noexcept;

  static constexpr std::size_t output_bytes_max = 256 * 1024;
  static constexpr std::size_t refused_max = 64;  // frames that wait to be answered, each with a text of its own
  static constexpr std::size_t failures_max =
      16'384;  // in frames that wait to be answered, beside those of the last one

 private:
  next_step end(violation why, std::uint64_t sequence = 0);
  next_step on_frame(const frame& whole);
  next_step on_hello(const frame& whole);
  next_step on_publish(const frame& whole);
  next_step on_store(const frame& whole);
  next_step on_peer(const frame& whole);
  fault check_publish() const;
  void extend_credit();
  void finish_if_answered();

  const session_limits* limits_;
  phase current_ = phase::greeting;
  bool gave_publish_ = false;
  std::uint32_t ack_bytes_max_ = ack_bytes_max;
  std::uint32_t records_max_ = 0;
  std::uint64_t last_sequence_ = 0;   // taken or refused
  std::uint64_t received_bytes_ = 0;  // of PUBLISH frames taken or refused
  credit given_;
  publish publish_;
  frame store_frame_;
  std::uint16_t version_ = version_oldest;
  bool is_peer_ = false;
  std::size_t open_requests_ = 0;  // APPEND and READ that were taken
  std::string challenge_;
  hello hello_;
  violation broke_{};
  answer_queue queue_;
  std::string output_;
};

}  // namespace gateway::frames
