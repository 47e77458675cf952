#include "gateway/api/rest_proxy/partial_choice.h"

#include "gateway/api/partial_field.h"
#include "gateway/api/v1/answer_status.h"
#include "gateway/api/v1/ingest_query.h"

namespace gateway::api::rest_proxy {

std::optional<fault> partial_choice::read(const http1::call& c) {
  *this = {};
  for (const http1::query_parameter& p : c.to.query()) {
    if (http1::is_cache_buster(p.name)) continue;
    if (p.name != "partial")
      return fault{400, 400, "unknown query parameter '" + std::string(p.name) + "': there is partial"};
    const auto status = v1::partial_status_of(p.value);
    if (!status || is_asked_) return fault{400, 400, "partial must stand once and be 207 or 503"};
    how_ = *status;
    is_asked_ = true;
  }
  const auto of_field = partial_field_of(c.head);
  if (!of_field) return fault_of(of_field.error());
  if (!is_asked_ && *of_field) how_ = **of_field;
  is_asked_ |= of_field->has_value();
  return {};
}

void partial_choice::settle(const config::topic_settings& topic, config::ack_level level) noexcept {
  ack_ = level;
  if (is_asked_) return;
  how_ = topic.partial;
  is_asked_ = topic.partial != config::partial_status::automatic;
}

int partial_choice::status_of(batching::ack& a, bool timed_out, int original) const {
  if (!is_asked_) return original;
  return v1::status_of(v1::tally_of(a, {.ack = ack_, .partial = how_, .timed_out = timed_out}), how_);
}

}  // namespace gateway::api::rest_proxy
