#include "gateway/api/store/read_endpoint.h"

#include <array>
#include <utility>

#include "gateway/api/store/aggregate_read.h"
#include "gateway/api/store/append_answer.h"

namespace gateway::api::store {
namespace {

using http1::errc;

struct read_state final : http1::exchange_state {
  std::shared_ptr<aggregate_read> read;  // co-owned by nobody else for longer than a call
};

constexpr std::string_view not_here =
    "this instance does not own the aggregate's partition at the moment: send the request again after Retry-After";

}  // namespace

http1::planned read_endpoint::plan(const http1::call& c, http1::exchange& x) {
  static constexpr std::array<std::string_view, 7> known{"from",  "limit",   "direction", "at_least",
                                                         "token", "wait_ms", "fresh"};
  if (auto wrong = check_parameters(c, known)) return std::move(*wrong);
  auto query = read_query::read(c.to, c.on.settings().limits);
  if (!query) return std::move(query).error();
  auto found = find_aggregate(c, *door_, *stores_);
  if (!found) return std::move(found).error();
  if (query->token_offset >= 0 && query->token_partition != found->partition)
    return http1::problem{errc::invalid_query, "this token is of another aggregate's partition"};
  if (found->at == nullptr) {
    write_problem(errc::no_owner, not_here, {}, x.reply);
    x.reply.retry_after_seconds = 1;
    return http1::planned::step::answered;
  }
  auto state = std::make_unique<read_state>();
  state->read = std::make_shared<aggregate_read>(x, *found->at, std::string(found->name), *query,
                                                 form_of(c.head[http1::field::accept]));
  const std::shared_ptr<aggregate_read> r = state->read;
  x.state = std::move(state);
  if (!found->at->partition().is_serving()) {
    wait_for_owner(r);
  } else if (!r->is_visible()) {
    wait(r);
  } else if (query->fresh) {
    ask_kafka(r);
  } else if (r->begin()) {
    return http1::planned::step::answered;
  } else {
    x.in_pieces = x.piece_due = true;
  }
  return http1::planned::step::waits;
}

// The partition starts, or moves.
void read_endpoint::wait_for_owner(const std::shared_ptr<aggregate_read>& r) {
  const std::weak_ptr<aggregate_read> weak = r;
  stores_->when_serving(r->at(), door_->on(), [this, weak](bool is_serving) {
    const auto waiting = weak.lock();
    if (!waiting || waiting->is_answered()) return;
    if (is_serving) return go_on(waiting);
    waiting->fail(errc::no_owner, not_here, stores_->owner_of(waiting->at()));
    waiting->tell(true);
  });
}

void read_endpoint::go_on(const std::shared_ptr<aggregate_read>& r) {
  if (!r->is_visible()) return wait(r);
  if (r->query().fresh) return ask_kafka(r);
  r->tell(r->begin());
}

// The timer and Kafka's confirmed writes run for it; the later one finds it answered.
void read_endpoint::wait(const std::shared_ptr<aggregate_read>& r) {
  runtime::lane& on = door_->on();
  const std::weak_ptr<aggregate_read> weak = r;
  r->timer.emplace(on.io());
  r->timer->expires_after(r->query().wait);
  r->timer->async_wait([weak](boost::system::error_code error) {
    const auto waiting = weak.lock();
    if (error || !waiting || waiting->is_answered()) return;
    waiting->fail(errc::not_visible_yet, "what at_least or token names is not visible within wait_ms: ask again");
    waiting->tell(true);
  });
  stores_->wait_for(
      r->at(), on, r->wanted(), [weak] { return !weak.expired(); },
      [this, weak](bool is_visible) {
        const auto waiting = weak.lock();
        if (!waiting || waiting->is_answered()) return;
        waiting->timer->cancel();
        if (!is_visible) {
          waiting->fail(errc::no_owner, not_here, stores_->owner_of(waiting->at()));
          return waiting->tell(true);
        }
        if (waiting->query().fresh) return ask_kafka(waiting);
        waiting->tell(waiting->begin());
      });
}

void read_endpoint::ask_kafka(const std::shared_ptr<aggregate_read>& r) {
  const std::weak_ptr<aggregate_read> weak = r;
  stores_->prove(r->at(), door_->on(), [this, weak](bool is_owner) {
    const auto waiting = weak.lock();
    if (!waiting || waiting->is_answered()) return;
    if (is_owner) return waiting->tell(waiting->begin());
    waiting->fail(errc::no_owner, not_here, stores_->owner_of(waiting->at()));
    waiting->tell(true);
  });
}

void read_endpoint::write(http1::exchange& x, bool timed_out, std::string& body) {
  aggregate_read& r = *static_cast<read_state&>(*x.state).read;
  if (timed_out && !r.is_answered())
    r.fail(errc::not_visible_yet, "Kafka did not answer in time whether this instance is still the owner: ask again");
  if (!x.in_pieces || timed_out) return;
  x.deadline = batching::clock::time_point::max();  // what the client does not read ends it, not what it asked for
  r.write(body);
}

}  // namespace gateway::api::store
