#include "gateway/api/rest_proxy/v3_post.h"

#include <utility>

#include "gateway/api/rest_proxy/v3_head.h"

namespace gateway::api::rest_proxy {
namespace {

using http1::planned;

planned answer(const fault& f, http1::exchange& x) {
  rest_proxy::refuse(x.reply, f, v3_content_type);
  return planned::step::answered;
}

}  // namespace

std::optional<planned> v3_post::check_head(const http1::call& c, http1::exchange& x) {
  auto wrong = partial_.read(c);
  if (!wrong) wrong = check_v3_post(c);
  if (wrong) return answer(*wrong, x);
  ingress::request asked;
  asked.wants_positions = true;
  if (auto problem = post_.plan(c, asked)) return planned(std::move(*problem));
  return {};
}

std::optional<planned> v3_post::take_records(const http1::call& c, std::string_view body, v3_body_reader& with,
                                             v3_taken& to, http1::exchange& x) {
  ingress::answer said = post_.take(body, with, x);
  if (said.what == ingress::verdict::refused && said.why.code == ingress::errc::invalid_json)
    return answer(with.why(), x);
  if (said.what != ingress::verdict::taken) return planned(post_.problem_of_take(std::move(said)));
  partial_.settle(post_.rules(), said.level);
  x.remember(partial_);
  to.cluster = c.to.segment(v3_cluster_segment);
  to.topic = c.topic;
  to.notes.swap(with.notes());
  if (const auto at = post_.timestamp_ms())
    for (v3_note& n : to.notes) n.timestamp_ms = *at;
  return {};
}

void v3_post::begin_answer(http1::exchange& x, bool timed_out, int original) {
  x.reply.content_type = v3_content_type;
  x.reply.status = x.recall<partial_choice>().status_of(*x.ack, timed_out, original);
  if (x.reply.status >= 500) x.reply.retry_after_seconds = post_.on().outside().retry_after_seconds();
}

void v3_post::refuse(const http1::problem& p, http1::reply& r) {
  rest_proxy::refuse(r, v3_fault_of(p), v3_content_type);
}

}  // namespace gateway::api::rest_proxy
