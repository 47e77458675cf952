// One HTTP/1.1 connection without its socket: bytes in, requests in order, answers out in the same order. Says what it
// wants next (more bytes, to write, to end). The session owns one and does the I/O; the fuzz target drives it alone.
//
//   bytes ──take──> head ──> body | chunks ──> exchange, exchange, .. ──write──> bytes
//                     └─ refused ──> discard (small rest) or end (everything behind it is dropped)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/http1/chunk_decoder.h"
#include "gateway/http1/router.h"

namespace gateway::http1 {

/// Told by a conversation, in any of its lane's handlers.
class conversation_host {
 public:
  /// An answer is ready that was not when the last call into the conversation returned: write().
  virtual void on_answer_ready() noexcept = 0;
  /// A topic is not known: refresh the lane's topics, then call asked_kafka().
  virtual void on_unknown_topic() noexcept = 0;
  /// The client sent what cannot be read; it is told, and the connection ends.
  virtual void on_protocol_error(const problem& p) noexcept = 0;

 protected:
  ~conversation_host() = default;
};

class conversation final : public exchange_owner {
 public:
  static constexpr std::uint64_t discard_bytes_max = 64 * 1024;  // of a refused body, to keep the connection usable
  static constexpr std::size_t write_bytes_max = 256 * 1024;
  static constexpr std::uint64_t stream_bytes_max = 1ULL << 62;  // what of a stream is under way is bounded instead
  static constexpr std::size_t framing_slack_bytes = 64 * 1024;  // of chunks, beside the body they carry

  conversation(router& of, conversation_host& host, auth::peer from = {}) noexcept
      : router_(&of), host_(&host), client_(std::move(from)) {}
  ~conversation() { abandon(); }
  conversation(const conversation&) = delete;
  conversation& operator=(const conversation&) = delete;

  /// Takes what it can from the front of `data` and says how many bytes are done with; the rest, `size` of them beside
  /// those, must be given again with more behind it. `size` shrinks where chunk framing was taken out of the middle.
  /// The last `fresh` bytes are given for the first time. Bodies are read in place: decoder::padding_bytes must be
  /// readable behind the data. One request that is work (exchange::is_work) ends the call: see wants_turn().
  std::size_t take(char* data, std::size_t& size, std::size_t fresh, batching::clock::time_point now);
  /// The client has ended its side; `rest`: bytes that were not taken.
  void end_of_input(std::size_t rest);
  /// The answer to on_unknown_topic(): take() the same bytes again. `answered`: Kafka has said which topics there are.
  void asked_kafka(bool answered) noexcept;
  /// No room for the request's bytes: it is refused, and the connection ends.
  void refuse_for_room();
  /// The client is gone: what is under way goes on without its answer.
  void abandon() noexcept;
  /// A stream that is silent so long ends when the gateway drains.
  static constexpr std::chrono::milliseconds drain_quiet_time{500};
  /// So long after its time an answer waits for what is taken back.
  static constexpr std::chrono::milliseconds withdraw_patience{100};

  /// Deadlines. No waiting of ours counts against the client: an answer or room that its 100 Continue waits for, a
  /// socket that does not take our answers, requests that are held back. A slow request is refused; an overdue answer
  /// is ready to write().
  /// `hurried`: others need the room that this request holds: from then on it must come at
  /// batching::crowded_rate_bytes_min.
  void check_time(batching::clock::time_point now, bool hurried = false);

  /// Appends the answers that are due, in order; not more than write_bytes_max and one answer at a time. Nothing: none
  /// is.
  void write(std::string& to, batching::clock::time_point now);
  /// The socket does not take more: no further requests meanwhile.
  void hold(bool held, batching::clock::time_point now) noexcept {
    held_ = held;
    restart_clock(now);
  }

  /// There is no room for more of a request: nothing is read meanwhile.
  void starve(bool starved, batching::clock::time_point now) noexcept {
    starved_ = starved;
    restart_clock(now);
  }

  /// Bytes the session should make room for, counting what was not taken; the body's end where that is known.
  [[nodiscard]] std::size_t bytes_wanted(std::size_t have) const noexcept;
  /// The size of the whole request, by its Content-Length; 0: that is not known.
  [[nodiscard]] std::size_t bytes_announced() const noexcept {
    return phase_ == phase::body ? static_cast<std::size_t>(left_) : 0;
  }
  /// Requests may be waiting in bytes that were not taken: too many are under way.
  [[nodiscard]] bool holds_back() const noexcept { return held_back_ && !is_blocked(); }
  /// Requests are waiting in bytes that were not taken, and other sessions have their turn first: take() them in
  /// another handler.
  [[nodiscard]] bool wants_turn() const noexcept { return paused_ && !is_blocked(); }
  [[nodiscard]] bool reads() const noexcept {
    return !is_blocked() && !paused_ && !stream_full_ && phase_ != phase::ended && phase_ != phase::asking;
  }
  [[nodiscard]] const auth::peer& from() const noexcept { return client_.from(); }
  /// Nothing under way, nothing to write, nothing begun.
  [[nodiscard]] bool is_idle() const noexcept {
    return first_ == nullptr && phase_ == phase::head && !begun_ && !paused_;
  }
  /// The last answer of this connection is written.
  [[nodiscard]] bool is_over() const noexcept { return first_ == nullptr && phase_ == phase::ended; }

  void on_answered(exchange& x) noexcept override;

 private:
  enum class phase : std::uint8_t { head, body, chunks, discard, discard_chunks, stream, asking, ended };
  struct bytes;
  bool step(bytes& b);
  bool read_head(bytes& b);
  bool read_request(const request_head& head, bytes& b);
  bool read_sized(const request_head& head, router::next next, exchange& x, bytes& b);
  bool read_chunked(const request_head& head, router::next next, exchange& x, bytes& b);
  bool take_chunked(const request_head& head, exchange& x, bytes& b);
  bool ask_kafka(exchange& x);
  bool take_in_turns(exchange& x);
  bool read_chunks(bytes& b);
  bool begin_stream(const request_head& head, exchange& x, bytes& b);
  bool read_stream(bytes& b);
  [[nodiscard]] bool decode_stream(bytes& b);
  bool feed_stream(bytes& b);
  void end_stream(body_rest rest) noexcept;
  bool discard(bytes& b);
  bool discard_chunks(bytes& b);
  bool await_body(phase next, const request_head& head, exchange& x, std::size_t have);
  exchange& begin_exchange(const request_head* head);
  void enqueue(exchange& x) noexcept;
  void finish_request() noexcept;
  void fail(const problem& p);
  void check_pace(batching::clock::time_point now);
  void check_stream(batching::clock::time_point now, bool hurried);
  void write_continue(std::string& to, batching::clock::time_point now);
  [[nodiscard]] bool is_too_slow_for_others(batching::clock::time_point now) noexcept;
  void hurry(batching::clock::time_point since) noexcept;
  void restart_clock(batching::clock::time_point now) noexcept;
  [[nodiscard]] bool waits_for_us() const noexcept {
    return is_blocked() || continue_due_ || held_back_ || paused_ || stream_full_;
  }
  [[nodiscard]] bool is_blocked() const noexcept;
  void withdraw_late(batching::clock::time_point now);
  [[nodiscard]] static bool is_due(const exchange& x, batching::clock::time_point now);

  router* router_;
  conversation_host* host_;
  auth::client client_;
  exchange* first_ = nullptr;  // oldest request without a written answer
  exchange* last_ = nullptr;
  exchange* stream_ = nullptr;  // whose body is being fed
  std::uint32_t under_way_ = 0;
  std::uint64_t events_under_way_ = 0;  // in acks that are not written yet: their memory is the client's doing
  phase phase_ = phase::head;
  bool busy_ = false;                         // inside take(): what is answered now is written by the caller
  bool begun_ = false;                        // bytes of a request have come
  kafka_word asked_ = kafka_word::not_asked;  // of this request's topic
  bool admitted_ = false;                     // wants_body was said
  bool stream_full_ = false;                  // its endpoint has no room for more
  bool stream_whole_ = false;                 // the last chunk of its body is here
  bool held_ = false;
  bool starved_ = false;
  bool held_back_ = false;
  bool worked_ = false;  // in this take(): it ends with this request
  bool paused_ = false;  // the last take() ended so, with bytes left
  bool abandoned_ = false;
  bool continue_due_ = false;               // 100 Continue, behind the answers before it
  std::unique_ptr<request_parser> parser_;  // of a head that came in pieces
  std::unique_ptr<chunk_decoder> chunks_;
  std::uint64_t left_ = 0;  // body: bytes of the whole request; discard: bytes still to drop; chunks: of the head
  std::uint64_t chunked_body_ = 0;
  std::uint64_t window_bytes_ = 0;               // what came since window_since_
  std::uint64_t received_bytes_ = 0;             // in all
  std::uint64_t hurried_from_ = 0;               // of those, at hurried_since_
  batching::clock::time_point hurried_since_{};  // others wait for what it holds; not set: none do
  batching::clock::time_point now_{};            // of the last take()
  batching::clock::time_point begun_at_{};       // of the request: what its latency is counted from
  batching::clock::time_point head_since_{};     // since when the head, or Kafka's word on its topic, is waited for
  batching::clock::time_point window_since_{};   // of a body's pace
  batching::clock::time_point progress_at_{};
};

}  // namespace gateway::http1
