#include "gateway/api/v1/ingest_query.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "gateway/decode/decoder.h"

namespace gateway::api::v1 {
namespace {

using maybe = std::optional<http1::problem>;

http1::problem bad_query(std::string detail) { return {http1::errc::invalid_query, std::move(detail)}; }

maybe read_ack(std::string_view value, ingest_query& out) {
  if (value == "journal")
    return http1::problem{http1::errc::ack_not_available, "ack=journal is not available yet: use ack=broker"};
  if (value != "broker" && value != "none") return bad_query("ack must be broker or none");
  out.ack = value == "none" ? config::ack_level::none : config::ack_level::broker;
  return {};
}

maybe read_key(std::string_view value, ingest_query& out) {
  if (!decode::key_finder::is_pointer(value))
    return bad_query("key must be a JSON pointer (RFC 6901) such as /aggregateId");
  out.key = value;
  return {};
}

maybe read_results(std::string_view value, ingest_query& out) {
  out.each = value == "each";
  if (out.each || value == "summary") return {};
  return bad_query("results must be summary or each");
}

maybe read_timeout(std::string_view value, const config::limits& limits, ingest_query& out) {
  std::int64_t ms = 0;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, ms);
  if (read.ec != std::errc() || read.ptr != end || ms < 1 || ms > limits.answer_time_max.count())
    return bad_query("timeout_ms must be a whole number from 1 to " + std::to_string(limits.answer_time_max.count()));
  out.timeout = std::chrono::milliseconds(ms);
  return {};
}

maybe read_on_invalid(std::string_view value, ingest_query& out) {
  if (value == "skip")
    out.on_invalid = batching::on_invalid::skip;
  else if (value == "fence")
    out.on_invalid = batching::on_invalid::fence;
  else if (value == "refuse")
    out.on_invalid = batching::on_invalid::refuse;
  else
    return bad_query("on_invalid must be skip, fence or refuse");
  return {};
}

maybe read_partial(std::string_view value, ingest_query& out) {
  out.partial = partial_status_of(value);
  return out.partial ? maybe{} : bad_query("partial must be 207 or 503");
}

maybe read_one(const http1::query_parameter& p, const config::limits& limits, ingest_query& out) {
  if (p.name == "ack") return read_ack(p.value, out);
  if (p.name == "key") return read_key(p.value, out);
  if (p.name == "results") return read_results(p.value, out);
  if (p.name == "timeout_ms") return read_timeout(p.value, limits, out);
  if (p.name == "on_invalid") return read_on_invalid(p.value, out);
  if (p.name == "partial") return read_partial(p.value, out);
  out.unknown = p.name;
  return {};
}

constexpr std::string_view known[] = {"ack", "key", "results", "timeout_ms", "on_invalid", "partial"};

bool is_known(std::string_view name) { return std::ranges::find(known, name) != std::end(known); }

}  // namespace

std::optional<config::partial_status> partial_status_of(std::string_view text) noexcept {
  if (text == "207") return config::partial_status::multi_status;
  if (text == "503") return config::partial_status::unavailable;
  return {};
}

boost::system::result<ingest_query, http1::problem> ingest_query::read(const http1::target& to,
                                                                       const config::limits& limits) {
  ingest_query out;
  for (const http1::query_parameter& p : to.query()) {
    if (http1::is_cache_buster(p.name)) continue;
    if (is_known(p.name) && to.find(p.name) != &p.value)
      return bad_query("query parameter '" + std::string(p.name) + "' may stand only once");
    if (const auto wrong = read_one(p, limits, out)) return *wrong;
  }
  return out;
}

maybe unknown_parameter(const http1::target& to, std::span<const std::string> ignored) {
  for (const http1::query_parameter& p : to.query())
    if (!is_known(p.name) && !http1::is_cache_buster(p.name) && std::ranges::find(ignored, p.name) == ignored.end())
      return bad_query("unknown query parameter '" + std::string(p.name) +
                       "': there are ack, results, timeout_ms, on_invalid, partial and key");
  return {};
}

}  // namespace gateway::api::v1
