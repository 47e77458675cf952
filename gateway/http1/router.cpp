#include "gateway/http1/router.h"

#include <charconv>
#include <chrono>
#include <ctime>
#include <utility>

namespace gateway::http1 {
namespace {

constexpr std::string_view methods_anywhere = "GET, HEAD, POST, PUT, DELETE, OPTIONS";

std::chrono::microseconds since(batching::clock::time_point start, batching::clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::microseconds>(now - start);
}

head_limits limits_of(const runtime::lane& on) {
  return {on.settings().limits.head_bytes_max, on.settings().limits.headers_max};
}

void append_chunk(std::string& to, std::string_view piece) {
  char digits[16];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, piece.size(), 16).ptr);
  to += "\r\n";
  to += piece;
  to += "\r\n";
}

}  // namespace

router::router(runtime::lane& on, http1::routes table, std::unique_ptr<gatekeeper> gate)
    : lane_(&on), table_(std::move(table)), gate_(std::move(gate)), parser_(limits_of(on)) {}

// Most requests ask for what the one before asked for: a target is read once for as long as it stays the same.
std::optional<problem> router::read_target(std::string_view raw) {
  if (raw == target_text_) return {};
  target_text_.assign(raw);
  auto parsed = target::parse(target_text_, decoded_target_);
  if (!parsed) {
    target_text_.clear();
    return parsed.error();
  }
  target_ = *parsed;
  found_ = table_.find(target_);
  return {};
}

std::optional<problem> router::find(const request_head& head) {
  row_ = nullptr;
  if (head.method == method::unknown)
    return problem{errc::method_not_implemented, "the methods here are " + std::string(methods_anywhere)};
  if (auto wrong = read_target(head.target)) {
    if (head.method != method::known) return wrong;
    return problem{errc::method_not_allowed, "no method of ours takes such a target", methods_anywhere};
  }
  if (found_.all.empty()) return problem{errc::unknown_path, std::string(table_.nothing_here())};
  row_ = found_.of(head.method);
  if (row_ == nullptr && head.method != method::options)
    return problem{errc::method_not_allowed, "the methods here are: " + std::string(found_.allow), found_.allow};
  return {};
}

call router::call_of(const request_head& head) const noexcept {
  const std::string_view topic =
      row_->topic_at < 0 ? std::string_view{} : target_.segment(static_cast<std::size_t>(row_->topic_at));
  return {*lane_, head, target_, topic, asked_, body_is_here_, who_, from_};
}

router::next router::route(const request_head& head, kafka_word asked, bool body_is_here, exchange& x) {
  x.without_body = head.method == method::head;
  x.is_old = head.minor_version == 0;
  asked_ = asked;
  body_is_here_ = body_is_here;
  if (head.target == "*") return say_methods(methods_anywhere, x);
  if (auto wrong = find(head)) {
    refuse(*wrong, x);
    return next::answered;
  }
  x.route = found_.all.front().counted_as;
  if (row_ == nullptr) return say_methods_here(head, x);
  x.route = row_->counted_as;
  who_ = {};
  from_ = x.client != nullptr ? x.client->from().address : auth::ip_address{};
  if (gate_) {
    call c = call_of(head);
    if (auto wrong = gate_->admit(c, *row_, x)) {
      refuse(*wrong, x);
      return next::answered;
    }
    who_ = c.who;
    from_ = c.from;
  }
  x.deadline = lane_->now() + limits().answer_time_default;
  return follow(row_->to->plan(call_of(head), x), x);
}

router::next router::take(const request_head& head, std::string_view body, exchange& x) {
  x.is_work |= body.size() > light_bytes_max;
  if (head.has(field::content_encoding) && !unpack(head, body, x)) return next::again;
  const next said = follow(row_->to->take(call_of(head), body, x), x);
  x.unpacked = nullptr;
  return said;
}

// False: not whole yet.
bool router::unpack(const request_head& head, std::string_view body, exchange& x) {
  const auto how = decode::parse_encoding(head[field::content_encoding]);
  if (!how || *how == decode::encoding::identity) return true;
  x.unpacked = unpacker_.go_on(x.owner, *how, body, static_cast<std::size_t>(limits().decoded_bytes_max), lane_->now());
  return x.unpacked != nullptr;
}

router::next router::follow(planned said, exchange& x) {
  switch (said.what) {
    case planned::step::wants_body: return next::wants_body;
    case planned::step::streams:
      if (x.by == nullptr) x.by = row_->to;
      x.in_pieces = x.piece_due = true;
      return next::streams;
    case planned::step::waits:
      if (x.by == nullptr) x.by = row_->to;
      x.closes |= x.in_pieces && x.is_old;
      return next::answered;
    case planned::step::answered: x.answered = true; return next::answered;
    case planned::step::refused: break;
  }
  problem& wrong = *said.wrong;
  if (wrong.error == errc::unknown_topic && asked_ != kafka_word::answered) {
    const bool may_exist =
        row_->topic_at < 0 || is_topic_name(target_.segment(static_cast<std::size_t>(row_->topic_at)));
    if (asked_ == kafka_word::not_asked && may_exist) return next::ask_kafka;
    if (asked_ == kafka_word::silent)
      wrong = problem{errc::not_ready,
                      "Kafka did not say in time whether the topic exists: send the request again after Retry-After"};
  }
  refuse(wrong, x);
  return next::answered;
}

router::next router::say_methods_here(const request_head& head, exchange& x) {
  if (gate_) {
    const http1::route& first = found_.all.front();
    row_ = &first;
    const call c = call_of(head);
    row_ = nullptr;
    if (auto wrong = gate_->options(c, first, found_.allow, x)) {
      refuse(*wrong, x);
      return next::answered;
    }
  }
  const next said = say_methods(found_.allow, x);
  found_.all.front().to->options(head, x.reply);
  return said;
}

router::next router::say_methods(std::string_view methods, exchange& x) {
  x.reply.status = 204;
  x.reply.allow = methods;
  x.answered = true;
  return next::answered;
}

void router::fail(const problem& p, exchange& x) {
  row_ = nullptr;
  refuse(p, x);
}

void router::refuse(const problem& p, exchange& x) {
  x.by = nullptr;
  if (row_ != nullptr)
    row_->to->refuse(p, x.reply);
  else
    x.reply.refuse(p);
  if (p.retry_after_seconds > 0) x.reply.retry_after_seconds = p.retry_after_seconds;
  if (x.reply.status == 503 && x.reply.retry_after_seconds == 0)
    x.reply.retry_after_seconds = lane_->outside().retry_after_seconds();
  if (p.error == errc::overloaded) lane_->recorder().refused_full.add();
  if (p.error == errc::draining) lane_->recorder().refused_draining.add();
  x.answered = true;
}

bool router::write(exchange& x, bool timed_out, std::string& to) {
  const reply_form form{.without_body = x.without_body,
                        .closes = x.closes,
                        .says_keep_alive = x.says_keep_alive,
                        .in_pieces = x.in_pieces && !x.is_old,
                        .without_length = x.in_pieces && x.is_old,
                        .date = date_.text(std::time(nullptr))};
  if (x.in_pieces) return write_piece(x, timed_out, to, form);
  if (x.by != nullptr) {
    body_.clear();
    x.by->write(x, timed_out, body_);
    append_response(to, x.reply, x.reply.body.empty() ? body_ : x.reply.body, form);
  } else {
    append_response(to, x.reply, x.reply.body, form);
  }
  count(x);
  return true;
}

bool router::write_piece(exchange& x, bool timed_out, std::string& to, const reply_form& form) {
  body_.clear();
  x.piece_due = false;
  x.by->write(x, timed_out, body_);
  if (!std::exchange(x.head_written, true)) append_response(to, x.reply, {}, form);
  if (!x.without_body && !body_.empty()) {
    if (form.in_pieces)
      append_chunk(to, body_);
    else
      to += body_;
  }
  if (!timed_out && !x.without_body && (!x.answered || x.piece_due)) return false;
  if (form.in_pieces && !x.without_body) to += "0\r\n\r\n";
  count(x);
  return true;
}

void router::count(const exchange& x) {
  lane_->recorder().request(metrics::listener::http, x.route, x.reply.status, since(x.started, lane_->now()));
}

exchange& router::take_exchange() {
  if (exchanges_.empty()) return *new exchange;
  exchange& x = *exchanges_.back().release();
  exchanges_.pop_back();
  return x;
}

void router::give_back(exchange& x) noexcept {
  std::unique_ptr<exchange> owned(&x);
  if (x.by != nullptr && !x.answered) x.by->forget(x);
  x.state.reset();
  if (x.ack != nullptr) {
    if (x.ack->is_settled())
      lane_->give_back(*x.ack);
    else
      x.ack->detach();
  }
  if (exchanges_.size() == idle_max || x.reply.body.capacity() > text_bytes_kept) return;
  x.owner = nullptr;
  x.next = nullptr;
  x.ack = nullptr;
  x.by = nullptr;
  x.route = metrics::route::other;
  x.answered = x.withdrawn = x.is_work = x.closes = x.without_body = x.says_keep_alive = x.is_old = false;
  x.in_pieces = x.piece_due = x.head_written = false;
  x.client = nullptr;
  x.unpacked = nullptr;
  x.reply.clear();
  x.reply.kept_fields.clear();
  exchanges_.push_back(std::move(owned));
}

std::string& router::out() noexcept {
  if (out_.capacity() > 32 * text_bytes_kept) out_ = {};
  if (body_.capacity() > 32 * text_bytes_kept) body_ = {};
  out_.clear();
  return out_;
}

}  // namespace gateway::http1
