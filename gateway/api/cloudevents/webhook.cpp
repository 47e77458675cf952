#include "gateway/api/cloudevents/webhook.h"

#include <string_view>

#include "gateway/http1/chars.h"
#include "gateway/http1/field_lines.h"

namespace gateway::api::cloudevents {
namespace {

constexpr std::size_t origin_bytes_max = 255;

// A DNS name, as the specification asks; a port behind it is what some senders add.
bool is_origin(std::string_view text) noexcept {
  return !text.empty() && text.size() <= origin_bytes_max && http1::is_host_and_port(text);
}

}  // namespace

void consent(const http1::request_head& head, http1::reply& r) {
  const std::string_view origin = http1::field_named(head, "webhook-request-origin");
  if (!is_origin(origin)) return;
  r.status = 200;
  r.fields += "WebHook-Allowed-Origin: ";
  r.fields += origin;
  r.fields += "\r\n";
  // No rate of a sender's own is set here: who sends too fast is answered 429 or 503 with Retry-After.
  if (http1::field_named(head, "webhook-request-rate").data() != nullptr) r.fields += "WebHook-Allowed-Rate: *\r\n";
}

}  // namespace gateway::api::cloudevents
