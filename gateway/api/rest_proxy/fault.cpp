#include "gateway/api/rest_proxy/fault.h"

#include "gateway/api/v1/answer.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using batching::outcome;
using batching::reason;

// Beside a code that says only that sending the record again may help.
std::string_view advice_of(outcome fate) noexcept {
  switch (fate) {
    case outcome::not_persisted: return "not_persisted: it is not stored, and safe to send again: ";
    case outcome::possibly_persisted:
      return "possibly_persisted: it may be stored already, and sending it again may store it twice: ";
    case outcome::blocked: return "blocked: it is not stored, and safe to send again behind the earlier record: ";
    case outcome::persisted:
    case outcome::duplicate:
    case outcome::rejected: break;
  }
  return {};
}

std::string_view explain(outcome fate, reason why) noexcept {
  if (why != reason::answer_timeout) return v1::explain(why);
  return fate == outcome::not_persisted ? "it was taken back, since it was not settled in time"
                                        : "it was not settled in time";
}

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

std::string text_of(answer_texts& texts, outcome fate, reason why, std::string_view detail) {
  const bool is_retriable = code_of(fate, why) == retriable;
  std::string text(is_retriable ? advice_of(fate) : std::string_view());
  text += detail.empty() ? explain(fate, why) : detail;
  if (!texts.take(text).empty()) return text;
  return is_retriable ? std::string(name(fate)).append(": as others before it") : std::string(as_others);
}

std::string not_stored(std::string_view why) { return std::string(advice_of(outcome::not_persisted)).append(why); }

fault wrong_charset() { return {415, 415, "JSON is UTF-8 (RFC 8259): convert the body and leave charset out"}; }

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
