#include "gateway/api/store/read_query.h"

#include <algorithm>
#include <limits>
#include <string>

#include "gateway/api/store/append_fields.h"

namespace gateway::api::store {
namespace {

using maybe = std::optional<http1::problem>;
constexpr std::uint64_t any_number = std::numeric_limits<std::int64_t>::max();

maybe wrong(std::string detail) { return http1::problem{http1::errc::invalid_query, std::move(detail)}; }

maybe read_into(const http1::target& to, std::string_view name, std::uint64_t low, std::uint64_t high,
                std::uint64_t& value) {
  const std::string_view* written = to.find(name);
  if (written == nullptr) return {};
  const auto number = read_number(*written);
  if (!number || *number < low || *number > high)
    return wrong(std::string(name) + " must be a whole number, " + std::to_string(low) +
                 (high == any_number ? " or more" : " to " + std::to_string(high)));
  value = *number;
  return {};
}

maybe read_token(std::string_view text, read_query& out) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto partition = read_number(text.substr(0, colon));
  const auto offset = read_number(text.substr(std::min(colon + 1, text.size())));
  if (!partition || !offset || *partition > std::numeric_limits<std::int32_t>::max() || *offset > any_number)
    return wrong("token is what the answer to an append said, such as 4:901");
  out.token_partition = static_cast<std::int32_t>(*partition);
  out.token_offset = static_cast<std::int64_t>(*offset);
  return {};
}

maybe read_words(const http1::target& to, read_query& out) {
  if (const std::string_view* towards = to.find("direction")) {
    if (*towards != "forward" && *towards != "backward") return wrong("direction is forward or backward");
    out.range.towards = *towards == "forward" ? ::store::direction::forward : ::store::direction::backward;
  }
  if (const std::string_view* fresh = to.find("fresh")) {
    if (*fresh != "true" && *fresh != "false") return wrong("fresh is true or false");
    out.fresh = *fresh == "true";
  }
  if (const std::string_view* token = to.find("token")) return read_token(*token, out);
  return {};
}

}  // namespace

boost::system::result<read_query, http1::problem> read_query::read(const http1::target& to,
                                                                   const config::limits& limits) {
  read_query out;
  out.range.limit = limit_default;
  std::uint64_t from = 0;
  const auto wait_max = static_cast<std::uint64_t>(limits.answer_time_max.count());
  std::uint64_t wait = std::min<std::uint64_t>(static_cast<std::uint64_t>(wait_default.count()), wait_max);
  if (auto bad = read_into(to, "from", 1, any_number, from)) return *bad;
  if (auto bad = read_into(to, "limit", 1, any_number, out.range.limit)) return *bad;
  if (auto bad = read_into(to, "at_least", 0, any_number, out.at_least)) return *bad;
  if (auto bad = read_into(to, "wait_ms", 0, wait_max, wait)) return *bad;
  if (auto bad = read_words(to, out)) return *bad;
  if (from > 0) out.range.from = from;
  out.wait = std::chrono::milliseconds(wait);
  return out;
}

}  // namespace gateway::api::store
