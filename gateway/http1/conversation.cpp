#include "gateway/http1/conversation.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gateway::http1 {

// The bytes that take() was given, and how far it is. `data` moves forward as they are used up.
struct conversation::bytes {
  char* data;
  std::size_t size;
  std::size_t taken = 0;

  [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }
  void take(std::size_t n) noexcept {
    data += n;
    size -= n;
    taken += n;
  }
};

void conversation::abandon() noexcept {
  if (std::exchange(abandoned_, true)) return;  // by its session already; the lane may be gone by now
  router_->forget_body(*this);
  phase_ = phase::ended;
  client_.leave();
  last_ = stream_ = nullptr;
  under_way_ = 0;
  while (first_ != nullptr) {
    exchange& x = *first_;
    first_ = x.next;
    router_->give_back(x);
  }
}

std::size_t conversation::take(char* data, std::size_t& size, std::size_t fresh, batching::clock::time_point now) {
  bytes b{data, size};
  busy_ = true;
  held_back_ = worked_ = false;
  now_ = now;
  if (fresh > 0) progress_at_ = now;
  window_bytes_ += fresh;
  received_bytes_ += fresh;
  while (b.size > 0 && step(b) && !worked_) {
  }
  paused_ = worked_ && b.size > 0;
  busy_ = false;
  size = b.size;
  return b.taken;
}

// One state's worth of work. False: more bytes, or something else, must come first.
bool conversation::step(bytes& b) {
  switch (phase_) {
    case phase::head: return read_head(b);
    case phase::body:
      if (b.size < left_) return false;
      phase_ = phase::head;  // whole now: its head is read again, in the same handler as the body
      return true;
    case phase::chunks: return read_chunks(b);
    case phase::stream: return read_stream(b);
    case phase::discard: return discard(b);
    case phase::discard_chunks: return discard_chunks(b);
    case phase::asking: return false;
    case phase::ended: b.take(b.size); return false;
  }
  return false;
}

bool conversation::is_blocked() const noexcept {
  if (held_ || starved_) return true;
  if (phase_ == phase::stream) return false;  // it is one of those under way
  return under_way_ >= router_->limits().pipelined_requests_max ||
         events_under_way_ >= router_->limits().events_per_request_max;
}

bool conversation::read_head(bytes& b) {
  if (is_blocked()) {
    held_back_ = true;
    return false;
  }
  const bool only_line_end = b.size <= 2 && b.data[0] == '\r';  // left over from the request before, most likely
  if (!begun_ && !only_line_end) {
    begun_ = true;
    begun_at_ = progress_at_;
    head_since_ = window_since_ = now_;
    window_bytes_ = 0;
  }
  request_parser& parser = parser_ ? *parser_ : router_->parser();
  if (!parser_) parser.reset();
  switch (parser.feed(b.view())) {
    case request_parser::status::need_more:
      if (!parser_) parser_ = std::make_unique<request_parser>(parser);
      return false;
    case request_parser::status::failed: fail(parser.error()); return true;
    case request_parser::status::done: break;
  }
  const std::unique_ptr<request_parser> kept = std::move(parser_);  // owns the head for the rest of this step
  return read_request(parser.head(), b);
}

bool conversation::read_request(const request_head& head, bytes& b) {
  if (asked_ != kafka_word::not_asked) restart_clock(now_);  // nothing was read while Kafka was asked
  exchange& x = begin_exchange(&head);
  const router::next next = router_->route(head, asked_, admitted_, x);
  if (next == router::next::ask_kafka) return ask_kafka(x);
  if (next == router::next::streams) return begin_stream(head, x, b);
  return head.framing == framing::chunked ? read_chunked(head, next, x, b) : read_sized(head, next, x, b);
}

// Nothing of the request is taken: it is read again, from its head, when Kafka has spoken.
bool conversation::ask_kafka(exchange& x) {
  router_->give_back(x);
  parser_.reset();
  phase_ = phase::asking;
  head_since_ = now_;
  host_->on_unknown_topic();
  return false;
}

// Nothing of the request is taken: it is read again, from its head, in the next turn, and its work goes on.
bool conversation::take_in_turns(exchange& x) {
  router_->give_back(x);
  parser_.reset();
  admitted_ = worked_ = true;
  return true;
}

bool conversation::read_sized(const request_head& head, router::next next, exchange& x, bytes& b) {
  const std::uint64_t whole = head.head_bytes + head.body_bytes;
  if (next == router::next::wants_body && b.size < whole) {
    left_ = whole;
    return await_body(phase::body, head, x, b.size);
  }
  const std::size_t here = static_cast<std::size_t>(std::min<std::uint64_t>(whole, b.size));
  if (router_->on().draining() && b.size <= whole) x.closes = true;  // what came behind it is answered too
  left_ = whole - here;
  if (next == router::next::wants_body) {
    const auto said = router_->take(head, b.view().substr(head.head_bytes, here - head.head_bytes), x);
    if (said == router::next::ask_kafka) return ask_kafka(x);
    if (said == router::next::again) return take_in_turns(x);
  } else if (head.body_bytes > discard_bytes_max || (head.body_bytes > 0 && head.expects_continue)) {
    x.closes =
        true;  // who waits for 100 Continue may or may not send what was refused: nobody can tell what comes next
  }
  enqueue(x);
  b.take(here);
  finish_request();
  if (left_ > 0 && phase_ != phase::ended) phase_ = phase::discard;
  return true;
}

bool conversation::read_chunked(const request_head& head, router::next next, exchange& x, bytes& b) {
  if (next == router::next::wants_body && chunks_) return take_chunked(head, x, b);
  if (next == router::next::wants_body) {
    chunks_ = std::make_unique<chunk_decoder>(router_->limits().body_bytes_max);
    left_ = head.head_bytes;
    chunked_body_ = 0;
    await_body(phase::chunks, head, x, b.size);
    return b.size > head.head_bytes;
  }
  // Refused: either unread, or when its body was whole already.
  const bool body_is_here = chunks_ != nullptr;
  if (router_->on().draining()) x.closes = true;
  if (!body_is_here) {
    chunks_ = std::make_unique<chunk_decoder>(discard_bytes_max);
    b.take(head.head_bytes);
  } else {
    b.take(static_cast<std::size_t>(left_ + chunked_body_));
    chunks_.reset();
  }
  if (!body_is_here && head.expects_continue) x.closes = true;
  enqueue(x);
  finish_request();
  if (!body_is_here && phase_ != phase::ended) phase_ = phase::discard_chunks;
  return true;
}

// The second time: the body lies behind the head, without its framing.
bool conversation::take_chunked(const request_head& head, exchange& x, bytes& b) {
  const auto body_bytes = static_cast<std::size_t>(chunked_body_);
  const auto said = router_->take(head, b.view().substr(head.head_bytes, body_bytes), x);
  if (said == router::next::ask_kafka) return ask_kafka(x);
  if (said == router::next::again) return take_in_turns(x);
  if (router_->on().draining()) x.closes = true;
  chunks_.reset();
  enqueue(x);
  b.take(head.head_bytes + body_bytes);
  finish_request();
  return true;
}

bool conversation::await_body(phase next, const request_head& head, exchange& x, std::size_t have) {
  router_->give_back(x);
  parser_.reset();
  admitted_ = true;
  continue_due_ = head.expects_continue && have == head.head_bytes;
  phase_ = next;
  return false;
}

// Layout: head (left_), body without framing (chunked_body_), then what came last.
bool conversation::read_chunks(bytes& b) {
  const std::size_t head_and_body = static_cast<std::size_t>(left_ + chunked_body_);
  char* const raw = b.data + head_and_body;
  const auto p = chunks_->feed({raw, b.size - head_and_body}, raw);
  chunked_body_ += p.produced;
  if (p.status == chunk_decoder::status::failed) {
    fail(chunks_->error());
    return true;
  }
  if (p.status == chunk_decoder::status::need_more) {
    b.size = head_and_body + p.produced;
    return false;
  }
  // Bytes that came behind the chunks move up to the body; then the head is read again, for the plan.
  const std::size_t behind = b.size - head_and_body - p.consumed;
  std::memmove(raw + p.produced, raw + p.consumed, behind);
  b.size = head_and_body + p.produced + behind;
  phase_ = phase::head;
  return true;
}

// The exchange is under way from now on: what comes behind its head is fed, what becomes of it is written.
bool conversation::begin_stream(const request_head& head, exchange& x, bytes& b) {
  continue_due_ = head.expects_continue && b.size == head.head_bytes;
  chunked_body_ = 0;
  stream_whole_ = false;
  chunks_ = std::make_unique<chunk_decoder>(stream_bytes_max);
  enqueue(x);
  stream_ = &x;
  phase_ = phase::stream;
  b.take(head.head_bytes);
  return b.size > 0;
}

// Layout: body without framing (chunked_body_), then what came last.
bool conversation::read_stream(bytes& b) {
  if (!stream_whole_ && !decode_stream(b)) return true;
  return feed_stream(b);
}

// False: the framing is broken. The records before it stand, and are answered.
bool conversation::decode_stream(bytes& b) {
  const auto before = static_cast<std::size_t>(chunked_body_);
  char* const raw = b.data + before;
  const auto p = chunks_->feed({raw, b.size - before}, raw);
  if (p.status == chunk_decoder::status::failed) {
    router_->on().recorder().protocol_errors.add();
    host_->on_protocol_error(chunks_->error());
    static_cast<void>(router_->feed(*stream_, {b.data, before + p.produced}, body_rest::follows));
    end_stream(body_rest::none);
    return false;
  }
  const std::size_t behind = b.size - before - p.consumed;
  std::memmove(raw + p.produced, raw + p.consumed, behind);
  b.size = before + p.produced + behind;
  chunked_body_ += p.produced;
  stream_whole_ = p.status == chunk_decoder::status::done;
  return true;
}

bool conversation::feed_stream(bytes& b) {
  const auto have = static_cast<std::size_t>(chunked_body_);
  const fed f = router_->feed(*stream_, b.view().substr(0, have), stream_whole_ ? body_rest::none : body_rest::follows);
  const bool is_over = f.next == fed::then::more && stream_whole_;
  const std::size_t done = is_over ? have : f.taken;
  b.take(done);
  chunked_body_ -= done;
  stream_full_ = f.next == fed::then::full;
  if (f.next == fed::then::over) phase_ = phase::ended;
  if (f.next == fed::then::over) return true;
  if (!is_over) return false;
  phase_ = stream_->closes || router_->on().draining() ? phase::ended : phase::head;
  stream_ = nullptr;
  chunks_.reset();
  finish_request();
  return b.size > 0;
}

// Nothing more is read: what is under way of it is answered, and the connection ends.
void conversation::end_stream(body_rest rest) noexcept {
  if (stream_ != nullptr) static_cast<void>(router_->feed(*std::exchange(stream_, nullptr), {}, rest));
  stream_full_ = false;
  phase_ = phase::ended;
}

bool conversation::discard(bytes& b) {
  const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, b.size));
  b.take(n);
  left_ -= n;
  if (left_ == 0) phase_ = phase::head;
  return left_ == 0;
}

bool conversation::discard_chunks(bytes& b) {
  const auto p = chunks_->feed(b.view(), b.data);
  b.take(p.consumed);
  if (p.status == chunk_decoder::status::need_more) return false;
  phase_ = p.status == chunk_decoder::status::done ? phase::head : phase::ended;
  chunks_.reset();
  return true;
}

exchange& conversation::begin_exchange(const request_head* head) {
  exchange& x = router_->take_exchange();
  x.owner = this;
  x.client = &client_;
  x.started = begun_at_;
  if (head != nullptr) {
    x.closes = !head->keep_alive;
    x.says_keep_alive = head->keep_alive && head->minor_version == 0;
  }
  return x;
}

void conversation::enqueue(exchange& x) noexcept {
  (last_ != nullptr ? last_->next : first_) = &x;
  last_ = &x;
  ++under_way_;
  if (x.ack != nullptr) events_under_way_ += x.ack->events();
  worked_ |= x.is_work;
  if (x.closes) phase_ = phase::ended;
}

void conversation::finish_request() noexcept {
  router_->forget_body(*this);
  begun_ = admitted_ = continue_due_ = false;
  asked_ = kafka_word::not_asked;
  parser_.reset();
}

void conversation::fail(const problem& p) {
  exchange& x = begin_exchange(nullptr);
  router_->fail(p, x);
  if (x.reply.status == 400) {
    router_->on().recorder().protocol_errors.add();
    host_->on_protocol_error(p);
  }
  x.closes = true;
  enqueue(x);
  finish_request();
  chunks_.reset();
}

void conversation::end_of_input(std::size_t rest) {
  if (phase_ == phase::asking || (rest > 0 && (held_back_ || paused_ || stream_full_)))
    return;  // whole requests may wait: not the end yet
  if (phase_ == phase::ended) return;
  if (phase_ == phase::stream) return end_stream(body_rest::none);
  if (begun_)
    fail({errc::incomplete_request, "the connection ended before the request did: nothing of it was published"});
  phase_ = phase::ended;
}

void conversation::asked_kafka(bool answered) noexcept {
  if (phase_ != phase::asking) return;
  asked_ = answered ? kafka_word::answered : kafka_word::silent;
  held_back_ = true;
  phase_ = phase::head;
}

void conversation::refuse_for_room() {
  if (phase_ == phase::stream) return end_stream(body_rest::unread);
  fail({errc::overloaded, "there is no room for the request's body: send the request again after Retry-After"});
}

bool conversation::is_due(const exchange& x, batching::clock::time_point now) {
  return x.answered || x.piece_due || (x.withdrawn && now >= x.deadline);
}

void conversation::on_answered(exchange& x) noexcept {
  if (&x == stream_ && std::exchange(stream_full_, false)) held_back_ = true;
  if (!busy_ && &x == first_) host_->on_answer_ready();
}

void conversation::write(std::string& to, batching::clock::time_point now) {
  while (first_ != nullptr && to.size() < write_bytes_max && is_due(*first_, now)) {
    exchange& x = *first_;
    if (&x == stream_) write_continue(to, now);  // it begins to answer before its body is here
    const bool is_late = !x.answered && x.withdrawn && now >= x.deadline;
    if (!router_->write(x, is_late, to)) continue;
    if (&x == stream_) {  // the answer is over before the request is
      stream_ = nullptr;
      phase_ = phase::ended;
    }
    if (x.ack != nullptr) events_under_way_ -= x.ack->events();
    first_ = x.next;
    if (first_ == nullptr) last_ = nullptr;
    --under_way_;
    router_->give_back(x);
  }
  if (first_ == nullptr) write_continue(to, now);
}

void conversation::write_continue(std::string& to, batching::clock::time_point now) {
  if (!std::exchange(continue_due_, false)) return;
  to += "HTTP/1.1 100 Continue\r\n\r\n";
  restart_clock(now);
}

std::size_t conversation::bytes_wanted(std::size_t have) const noexcept {
  const std::size_t more = std::max<std::size_t>(have * 2, 2048);
  switch (phase_) {
    case phase::body:
      return static_cast<std::size_t>(std::min<std::uint64_t>(left_, std::max<std::size_t>(more, 64 * 1024)));
    case phase::stream: return std::max<std::size_t>(more, 16 * 1024);
    case phase::chunks: {
      const auto most = static_cast<std::size_t>(left_ + router_->limits().body_bytes_max) + framing_slack_bytes;
      return std::max(have + 4096, std::min(std::max<std::size_t>(more, 16 * 1024), most));
    }
    default: return more;
  }
}

}  // namespace gateway::http1
