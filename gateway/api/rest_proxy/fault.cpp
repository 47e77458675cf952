#include "gateway/api/rest_proxy/fault.h"

#include "gateway/api/v1/answer.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using batching::outcome;
using batching::reason;

}  // namespace

fault fault_of(const http1::problem& p) {
  const int status = http1::row_of(p.error).status;
  int code = status;
  if (p.error == http1::errc::unknown_topic) code = topic_not_found;
  if (status == 401) code = unauthorized;
  if (status == 403) code = forbidden;
  return {status, code, p.detail};
}

int code_of(outcome fate, reason why) noexcept {
  if (why == reason::not_authorized) return forbidden;
  const bool hopeless = fate == outcome::rejected || why == reason::request_refused || why == reason::aggregate_fenced;
  return hopeless ? not_retriable : retriable;
}

std::string_view text_of(reason why, std::string_view detail) noexcept {
  return detail.empty() ? v1::explain(why) : detail;
}

void append_fault(std::string& to, int code, std::string_view message) {
  to += R"({"error_code":)";
  http1::append_number(to, code);
  to += R"(,"message":)";
  http1::append_json_string(to, message);
  to += '}';
}

void refuse(http1::reply& r, const fault& f, std::string_view content_type) {
  r.clear();
  r.status = f.status;
  r.content_type = content_type;
  append_fault(r.body, f.code, f.message);
}

}  // namespace gateway::api::rest_proxy
