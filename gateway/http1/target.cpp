#include "gateway/http1/target.h"

#include <optional>

#include "gateway/http1/chars.h"
#include "gateway/http1/json_text.h"
#include "gateway/http1/target_form.h"

namespace gateway::http1 {
namespace {

problem bad_target(std::string detail) { return {errc::invalid_target, std::move(detail)}; }

// `plus_is_space`: in a query, as every form encoder writes it.
std::optional<std::string_view> decoded(std::string_view text, bool plus_is_space, std::string& storage) {
  if (text.find_first_of(plus_is_space ? "%+" : "%") == std::string_view::npos) return text;
  const std::size_t at = storage.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is(text[i + 1], is_hex) || !is(text[i + 2], is_hex)) return std::nullopt;
      storage += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      storage += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  const std::string_view done = std::string_view(storage).substr(at);
  if (!is_utf8(done)) return std::nullopt;
  return done;
}

// Absolute form to origin form. An origin server uses the target's host and ignores Host (RFC 9112 3.2.2); we have one.
std::optional<std::string_view> origin_form(std::string_view raw) {
  if (raw.starts_with('/')) return raw;
  if (authority_of(raw).empty()) return std::nullopt;
  return behind_authority(raw);
}

}  // namespace

void target::add_segment(std::string_view text) noexcept {
  if (segments_ > segments_max) return;
  segment_[segments_++] = text;
}

boost::system::result<target, problem> target::parse(std::string_view raw, std::string& storage) {
  storage.clear();
  storage.reserve(raw.size());  // decoding never grows: the views into it stay
  const auto origin = origin_form(raw);
  if (!origin) return bad_target("the request target must begin with '/' (or http:// and a host)");
  const std::size_t mark = origin->find('?');
  std::string_view path = origin->substr(0, mark);
  std::string_view query = mark == std::string_view::npos ? std::string_view{} : origin->substr(mark + 1);

  target t;
  while (path.starts_with('/') && path.size() > 1) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (segment.empty()) continue;  // "//v1" and "/v1/" are what base URLs with a slash too many make of "/v1"
    const auto text = decoded(segment, false, storage);
    if (!text) return bad_target("the path's percent-encoding is broken, or not UTF-8");
    t.add_segment(*text);
  }

  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const auto name = decoded(pair.substr(0, equals), true, storage);
    const auto value =
        decoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true, storage);
    if (!name || !value) return bad_target("the query's percent-encoding is broken, or not UTF-8");
    if (t.parameters_ == parameters_max) return problem{errc::invalid_query, "too many query parameters"};
    t.parameter_[t.parameters_++] = {*name, *value};
  }
  return t;
}

const std::string_view* target::find(std::string_view name) const noexcept {
  for (const query_parameter& p : query())
    if (p.name == name) return &p.value;
  return nullptr;
}

bool is_topic_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." && all(name, is_topic);
}

}  // namespace gateway::http1
