#include "gateway/api/rest_proxy/v3_produce.h"

#include <memory>
#include <utility>

#include "gateway/api/rest_proxy/v3_results.h"

namespace gateway::api::rest_proxy {
namespace {

using http1::planned;

struct produce_state final : v3_taken {
  std::string broken;  // why reading stopped; empty: it did not
};

}  // namespace

planned v3_produce::plan(const http1::call& c, http1::exchange& x) {
  if (auto wrong = check_head(c, x)) return std::move(*wrong);
  partial_.settle(post_.rules(), config::ack_level::broker);
  const bool streams = c.head.framing == http1::framing::chunked && post_.encoding() == decode::encoding::identity;
  // A stream's status is said before its end, and a webhook's signature is that of the whole body.
  const bool is_whole = partial_.is_asked() || post_.rules().webhook != config::webhook_kind::none;
  if (!streams || is_whole) return planned::step::wants_body;
  return stream_.begin(c, post_.asked(), x);
}

planned v3_produce::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  auto state = std::make_unique<produce_state>();
  if (auto wrong = take_records(c, body, reader_, *state, x)) return std::move(*wrong);
  state->broken = reader_.broken();
  x.state = std::move(state);
  return planned::step::waits;
}

void v3_produce::write(http1::exchange& x, bool timed_out, std::string& body) {
  const auto& state = static_cast<const produce_state&>(*x.state);
  begin_answer(x, timed_out, 200);
  bool wrote = false;
  append_documents(body, state.place(), state.notes, *x.ack, timed_out, wrote);
  if (state.broken.empty()) return;
  append_separator(body, wrote);
  append_fault(body, 400, state.broken);
}

}  // namespace gateway::api::rest_proxy
