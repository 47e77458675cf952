#include "gateway/api/store/read_endpoint.h"

#include <array>
#include <utility>

#include "gateway/api/store/aggregate_read.h"
#include "gateway/api/store/append_answer.h"
#include "gateway/http1/field_lines.h"

namespace gateway::api::store {
namespace {

using http1::errc;

struct read_state final : http1::exchange_state {
  std::shared_ptr<aggregate_read> read;  // co-owned by nobody else for longer than a call
};

constexpr std::string_view not_here =
    "nobody that can be asked owns the aggregate's partition at the moment: send the request again after Retry-After";
constexpr std::string_view not_visible = "what at_least or token names is not visible within wait_ms: ask again";

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
                                                 form_of(c.head[http1::field::accept]),
                                                 std::string(http1::field_named(c.head, "if-none-match")));
  const std::shared_ptr<aggregate_read> r = state->read;
  x.state = std::move(state);
  r->job = std::make_shared<stores::read_job>(*stores_, door_->on(), *found->at, r->wanted());
  const std::weak_ptr<aggregate_read> weak = r;
  const bool is_ready = r->job->start([this, weak](stores::read_readiness what) {
    if (const auto waiting = weak.lock()) on_told(waiting, what);
  });
  if (is_ready && r->begin(stores_->owner_of(*found->at))) return http1::planned::step::answered;
  if (is_ready) x.in_pieces = x.piece_due = true;
  return http1::planned::step::waits;
}

// Behind an answer from elsewhere, which has said that the partition is here by now.
void read_endpoint::start(const std::shared_ptr<aggregate_read>& r) {
  r->job = std::make_shared<stores::read_job>(*stores_, door_->on(), r->at(), r->wanted());
  const bool is_ready = r->job->start([this, weak = std::weak_ptr(r)](stores::read_readiness what) {
    if (const auto waiting = weak.lock()) on_told(waiting, what);
  });
  if (is_ready) on_told(r, stores::read_readiness::ready);
}

void read_endpoint::on_told(const std::shared_ptr<aggregate_read>& r, stores::read_readiness what) {
  if (r->is_answered()) return;
  switch (what) {
    case stores::read_readiness::ready: return r->tell(r->begin(stores_->owner_of(r->at())));
    case stores::read_readiness::elsewhere: return ask_elsewhere(r);
    case stores::read_readiness::not_visible: r->fail(errc::not_visible_yet, not_visible); break;
    case stores::read_readiness::no_owner: r->fail(errc::no_owner, not_here, stores_->owner_of(r->at())); break;
  }
  r->tell(true);
}

void read_endpoint::ask_elsewhere(const std::shared_ptr<aggregate_read>& r) {
  stores_->read_elsewhere(r->at(), door_->on(), r->wanted_elsewhere(),
                          [this, weak = std::weak_ptr(r)](const std::optional<stores::remote_piece>& piece) {
                            const auto waiting = weak.lock();
                            if (!waiting || waiting->is_answered()) return;
                            if (!piece) return start(waiting);
                            on_answered_elsewhere(waiting, *piece);
                          });
}

void read_endpoint::on_answered_elsewhere(const std::shared_ptr<aggregate_read>& r, const stores::remote_piece& piece) {
  if (piece.status == stores::read_status::no_owner) r->fail(errc::no_owner, not_here, piece.owner);
  if (piece.status == stores::read_status::not_visible) r->fail(errc::not_visible_yet, not_visible, piece.owner);
  if (r->is_answered()) return r->tell(true);
  r->on_wants_piece = [this, weak = std::weak_ptr(r)] {
    if (const auto waiting = weak.lock()) ask_for_more(waiting);
  };
  r->tell(r->begin(piece));
}

// The next piece may come from another owner, or from here: all have the same events up to a version.
void read_endpoint::ask_for_more(const std::shared_ptr<aggregate_read>& r) {
  stores_->read_elsewhere(r->at(), door_->on(), r->wanted_elsewhere(),
                          [weak = std::weak_ptr(r)](const std::optional<stores::remote_piece>& piece) {
                            const auto waiting = weak.lock();
                            if (!waiting) return;
                            if (piece) return waiting->go_on(*piece);
                            waiting->go_on_here();
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
