#include "gateway/api/rest_proxy/v3_batch.h"

#include <memory>
#include <utility>
#include <vector>

#include "gateway/api/rest_proxy/v3_head.h"
#include "gateway/api/rest_proxy/v3_results.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using http1::planned;

struct batch_state final : http1::exchange_state {
  std::string cluster;
  std::string topic;
  std::vector<v3_note> notes;
  std::vector<std::string> ids;
};

void append_id(std::string& to, const std::string& id) {
  if (to.back() == '}') to += ',';
  to += R"({"id":)";
  http1::append_json_string(to, id);
  to += ',';
}

void append_failure(std::string& to, const v3_result& r) {
  to += R"("error_code":)";
  http1::append_number(to, r.code);
  to += R"(,"message":)";
  http1::append_json_string(to, r.text);
}

planned answer(const fault& f, http1::exchange& x) {
  rest_proxy::refuse(x.reply, f, v3_content_type);
  return planned::step::answered;
}

}  // namespace

planned v3_batch::plan(const http1::call& c, http1::exchange& x) {
  auto wrong = partial_.read(c.to);
  if (!wrong) wrong = check_v3_post(c);
  if (wrong) return answer(*wrong, x);
  ingress::request asked;
  asked.wants_positions = true;
  if (auto problem = post_.plan(c, asked)) return std::move(*problem);
  return planned::step::wants_body;
}

planned v3_batch::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  ingress::answer said = post_.take(body, reader_, x);
  if (said.what == ingress::verdict::refused && said.why.code == ingress::errc::invalid_json)
    return answer(reader_.why(), x);
  if (said.what != ingress::verdict::taken) return post_.problem_of_take(std::move(said));
  partial_.settle(post_.rules(), said.level);
  x.remember(partial_);
  auto state = std::make_unique<batch_state>();
  state->cluster = c.to.segment(v3_cluster_segment);
  state->topic = c.topic;
  state->notes.swap(reader_.notes());
  state->ids.swap(reader_.ids());
  if (const auto at = post_.timestamp_ms())
    for (v3_note& n : state->notes) n.timestamp_ms = *at;
  x.state = std::move(state);
  return planned::step::waits;
}

void v3_batch::write(http1::exchange& x, bool timed_out, std::string& body) {
  const auto& state = static_cast<const batch_state&>(*x.state);
  x.reply.content_type = v3_content_type;
  x.reply.status = x.recall<partial_choice>().status_of(*x.ack, timed_out, 207);
  if (x.reply.status >= 500) x.reply.retry_after_seconds = post_.on().outside().retry_after_seconds();
  std::string failures = R"(],"failures":[)";
  body += R"({"successes":[)";
  v3_results results(*x.ack, timed_out);
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    const v3_result r = results.next();
    std::string& to = r.code == 200 ? body : failures;
    append_id(to, state.ids[i]);
    if (r.code == 200)
      append_report(to, {state.cluster, state.topic}, r.at, state.notes[i]);
    else
      append_failure(to, r);
    to += '}';
  }
  body += failures;
  body += "]}";
}

void v3_batch::refuse(const http1::problem& p, http1::reply& r) {
  rest_proxy::refuse(r, v3_fault_of(p), v3_content_type);
}

}  // namespace gateway::api::rest_proxy
