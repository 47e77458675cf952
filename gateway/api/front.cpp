#include "gateway/api/front.h"

#include <ctime>

namespace gateway::api {
namespace {

std::chrono::microseconds since(batching::clock::time_point start, batching::clock::time_point now) {
  return std::chrono::duration_cast<std::chrono::microseconds>(now - start);
}

constexpr std::string_view all_methods = "GET, HEAD, POST, OPTIONS";

http1::head_limits limits_of(const runtime::lane& on) {
  return {on.settings().limits.head_bytes_max, on.settings().limits.headers_max};
}

}  // namespace

front::front(ingress::door& to, surface what, admin::admin_source* admin)
    : lane_(&to.on()), surface_(what), admin_(admin), ingest_(to), parser_(limits_of(to.on())) {}

// Most requests ask for what the one before asked for: a target is read once for as long as it stays the same.
std::optional<http1::problem> front::read_target(std::string_view raw) {
  if (raw == target_text_) return {};
  target_text_.assign(raw);
  auto parsed = http1::target::parse(target_text_, decoded_target_);
  if (!parsed) {
    target_text_.clear();
    return parsed.error();
  }
  target_ = *parsed;
  found_ = find_endpoint(surface_, target_);
  return {};
}

std::optional<http1::problem> front::find(const http1::request_head& head) {
  if (head.method == http1::method::unknown)
    return http1::problem{http1::errc::method_not_implemented, "the methods here are GET, HEAD, POST and OPTIONS"};
  if (auto wrong = read_target(head.target)) {
    if (head.method != http1::method::known) return wrong;
    return http1::problem{http1::errc::method_not_allowed, "no method of ours takes such a target", all_methods};
  }
  if (found_ == nullptr)
    return http1::problem{
        http1::errc::unknown_path,
        surface_ == surface::admin
            ? "this is the admin listener: there are /, /metrics, /healthz and /readyz; events go to http"
            : "events are posted to /v1/topics/{topic}/events; see also /v1/topics, /healthz and /readyz"};
  if (head.method == http1::method::options) return {};
  const bool fits = found_->takes_events ? head.method == http1::method::post
                                         : head.method == http1::method::get || head.method == http1::method::head;
  if (!fits)
    return http1::problem{http1::errc::method_not_allowed, "the methods here are: " + std::string(found_->allow()),
                          found_->allow()};
  return {};
}

front::verdict front::route(const http1::request_head& head, attempt which, exchange& x) {
  x.without_body = head.method == http1::method::head;
  if (head.target == "*") return say_methods(all_methods, x);
  std::optional<http1::problem> wrong = find(head);
  if (!wrong) {
    x.route = found_->route;
    if (head.method == http1::method::options) return say_methods(found_->allow(), x);
    if (found_->takes_events) {
      plan_ = v1::ingest_plan{};
      wrong = ingest_.plan(head, target_, which == attempt::body_is_here, plan_);
      if (!wrong) return verdict::wants_body;
    } else {
      wrong = found_->answer({*lane_, head, target_, admin_}, x.reply);
    }
  }
  if (wrong && wrong->error == http1::errc::unknown_topic && which == attempt::first &&
      http1::is_topic_name(target_.segment(2)))
    return verdict::ask_kafka;
  if (wrong && wrong->error == http1::errc::unknown_topic && which == attempt::kafka_was_silent)
    wrong =
        http1::problem{http1::errc::not_ready,
                       "Kafka did not say in time whether the topic exists: send the request again after Retry-After"};
  if (wrong) refuse(*wrong, x);
  x.answered = true;
  return verdict::answered;
}

front::verdict front::say_methods(std::string_view methods, exchange& x) {
  x.reply.status = 204;
  x.reply.allow = methods;
  x.answered = true;
  return verdict::answered;
}

void front::take(std::string_view body, exchange& x) {
  x.is_work = body.size() > light_bytes_max || plan_.encoding != decode::encoding::identity;
  ingest_.take(plan_, body, x);
}

void front::refuse(const http1::problem& p, exchange& x) {
  x.reply.refuse(p);
  if (x.reply.status == 503) {
    x.reply.retry_after_seconds = lane_->outside().retry_after_seconds();
    if (p.error == http1::errc::overloaded) lane_->recorder().refused_full.add();
    if (p.error == http1::errc::draining) lane_->recorder().refused_draining.add();
  }
  x.answered = true;
}

void front::write(exchange& x, bool timed_out, std::string& to) {
  const http1::reply_form form{.without_body = x.without_body,
                               .closes = x.closes,
                               .says_keep_alive = x.says_keep_alive,
                               .date = date_.text(std::time(nullptr))};
  if (x.ack != nullptr) {
    write_ack(x, timed_out);
    append_response(to, x.reply, body_, form);
  } else {
    append_response(to, x.reply, x.reply.body, form);
  }
  lane_->recorder().request(metrics::listener::http, x.route, x.reply.status, since(x.started, lane_->now()));
}

void front::write_ack(exchange& x, bool timed_out) {
  x.how.timed_out = timed_out;
  const v1::tally tally = tally_of(*x.ack, x.how);
  x.reply.status = status_of(tally, x.how.partial);
  if (x.reply.status >= 400) x.reply.content_type = http1::problem_content_type;
  if (retry_can_help(tally)) x.reply.retry_after_seconds = lane_->outside().retry_after_seconds();
  body_.clear();
  append_answer(body_, *x.ack, x.how, tally, x.reply.status);
}

exchange& front::take_exchange() {
  if (exchanges_.empty()) return *new exchange;
  exchange& x = *exchanges_.back().release();
  exchanges_.pop_back();
  return x;
}

void front::give_back(exchange& x) noexcept {
  std::unique_ptr<exchange> owned(&x);
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
  x.how = {};
  x.route = metrics::route::other;
  x.answered = x.withdrawn = x.is_work = x.closes = x.without_body = x.says_keep_alive = false;
  x.reply.clear();
  exchanges_.push_back(std::move(owned));
}

std::string& front::out() noexcept {
  if (out_.capacity() > 32 * text_bytes_kept) out_ = {};
  if (body_.capacity() > 32 * text_bytes_kept) body_ = {};
  out_.clear();
  return out_;
}

}  // namespace gateway::api
