#include "gateway/api/rest_proxy/v3_produce.h"

#include <memory>
#include <utility>
#include <vector>

#include "gateway/api/rest_proxy/v3_head.h"
#include "gateway/api/rest_proxy/v3_results.h"

namespace gateway::api::rest_proxy {
namespace {

using http1::planned;

struct produce_state final : http1::exchange_state {
  std::string cluster;
  std::string topic;
  std::vector<v3_note> notes;
  std::string broken;  // why reading stopped; empty: it did not
};

planned answer(const fault& f, http1::exchange& x) {
  rest_proxy::refuse(x.reply, f, v3_content_type);
  return planned::step::answered;
}

}  // namespace

planned v3_produce::plan(const http1::call& c, http1::exchange& x) {
  auto wrong = partial_.read(c.to);
  if (!wrong) wrong = check_v3_post(c);
  if (wrong) return answer(*wrong, x);
  ingress::request asked;
  asked.wants_positions = true;
  if (auto problem = post_.plan(c, asked)) return std::move(*problem);
  partial_.settle(post_.rules(), config::ack_level::broker);
  const bool streams = c.head.framing == http1::framing::chunked && post_.encoding() == decode::encoding::identity;
  if (!streams || partial_.is_asked()) return planned::step::wants_body;  // a stream's status is said before its end
  return stream_.begin(c, post_.asked(), x);
}

planned v3_produce::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  ingress::answer said = post_.take(body, reader_, x);
  if (said.what == ingress::verdict::refused && said.why.code == ingress::errc::invalid_json)
    return answer(reader_.why(), x);
  if (said.what != ingress::verdict::taken) return post_.problem_of_take(std::move(said));
  partial_.settle(post_.rules(), said.level);
  x.remember(partial_);
  auto state = std::make_unique<produce_state>();
  state->cluster = c.to.segment(v3_cluster_segment);
  state->topic = c.topic;
  state->notes.swap(reader_.notes());
  state->broken = reader_.broken();
  if (const auto at = post_.timestamp_ms())
    for (v3_note& n : state->notes) n.timestamp_ms = *at;
  x.state = std::move(state);
  return planned::step::waits;
}

void v3_produce::write(http1::exchange& x, bool timed_out, std::string& body) {
  const auto& state = static_cast<const produce_state&>(*x.state);
  x.reply.content_type = v3_content_type;
  x.reply.status = x.recall<partial_choice>().status_of(*x.ack, timed_out, 200);
  if (x.reply.status >= 500) x.reply.retry_after_seconds = post_.on().outside().retry_after_seconds();
  bool wrote = false;
  append_documents(body, {state.cluster, state.topic}, state.notes, *x.ack, timed_out, wrote);
  if (state.broken.empty()) return;
  append_separator(body, wrote);
  append_fault(body, 400, state.broken);
}

void v3_produce::refuse(const http1::problem& p, http1::reply& r) {
  rest_proxy::refuse(r, v3_fault_of(p), v3_content_type);
}

}  // namespace gateway::api::rest_proxy
