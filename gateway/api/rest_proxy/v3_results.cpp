#include "gateway/api/rest_proxy/v3_results.h"

#include <utility>

#include "gateway/api/rest_proxy/fault.h"
#include "gateway/api/rest_proxy/v3_time.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using batching::outcome;
using batching::reason;

void append_content(std::string& to, std::string_view what, v3_type type, std::uint32_t bytes) {
  if (type == v3_type::absent) return;
  to += ",\"";
  to += what;
  to += R"(":{"type":")";
  to += name_of(type);
  to += R"(","size":)";
  http1::append_number(to, bytes);
  to += '}';
}

}  // namespace

v3_results::v3_results(batching::ack& a, bool timed_out) : positions_(a.positions()), failures_(a.failures()) {
  if (timed_out) open_ = a.open_indexes();
}

v3_result v3_results::next() {
  const std::uint32_t index = index_++;
  if (open_at_ < open_.size() && open_[open_at_] == index) {
    ++open_at_;
    return {503, {}, text_of(texts_, outcome::possibly_persisted, reason::answer_timeout, {})};
  }
  if (failed_at_ < failures_.size() && failures_[failed_at_].index == index) {
    const batching::failure& f = failures_[failed_at_++];
    if (f.fate != outcome::duplicate) return {v3_code_of(f.fate, f.why), {}, text_of(texts_, f.fate, f.why, f.detail)};
  }
  return {200, positions_[index], {}};
}

int v3_code_of(outcome fate, reason why) noexcept {
  if (why == reason::not_authorized) return 403;
  if (why == reason::unknown_partition) return 404;
  if (why == reason::event_too_large || why == reason::message_too_large) return 413;
  const bool hopeless = fate == outcome::rejected || why == reason::request_refused || why == reason::aggregate_fenced;
  return hopeless ? 400 : 503;
}

void append_report(std::string& to, const v3_place& of, const batching::position& at, const v3_note& n) {
  to += R"("cluster_id":)";
  http1::append_json_string(to, of.cluster);
  to += R"(,"topic_name":)";
  http1::append_json_string(to, of.topic);
  if (at.partition >= 0) {
    to += R"(,"partition_id":)";
    http1::append_number(to, at.partition);
  }
  if (at.offset >= 0) {
    to += R"(,"offset":)";
    http1::append_number(to, at.offset);
  }
  to += R"(,"timestamp":")";
  append_time(to, n.timestamp_ms);
  to += '"';
  append_content(to, "key", n.key, n.key_bytes);
  append_content(to, "value", n.value, n.value_bytes);
}

void append_separator(std::string& to, bool& wrote) {
  if (std::exchange(wrote, true)) to += "\r\n";
}

void append_documents(std::string& to, const v3_place& of, std::span<const v3_note> notes, batching::ack& a,
                      bool timed_out, bool& wrote) {
  v3_results results(a, timed_out);
  for (const v3_note& n : notes) {
    const v3_result r = results.next();
    append_separator(to, wrote);
    if (r.code != 200) {
      append_fault(to, r.code, r.text);
      continue;
    }
    to += R"({"error_code":200,)";
    append_report(to, of, r.at, n);
    to += '}';
  }
}

}  // namespace gateway::api::rest_proxy
