#include "gateway/http1/forwarded.h"

#include <algorithm>
#include <optional>
#include <string>

#include "gateway/auth/address.h"
#include "gateway/http1/chars.h"
#include "gateway/http1/field_lines.h"

namespace gateway::http1 {
namespace {

constexpr std::size_t node_bytes_max = 64;  // "[", an IPv6 address, "]:", a port; longer ones are hidden

/// The end of the quoted text that begins at `from`, behind its quote; npos: it does not end.
std::size_t end_of_quoted(std::string_view text, std::size_t from) noexcept {
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

/// The next comma that is not quoted, or the end.
std::size_t end_of_element(std::string_view list) noexcept {
  std::size_t i = 0;
  while (i < list.size() && list[i] != ',') i = list[i] == '"' ? end_of_quoted(list, i) : i + 1;
  return std::min(i, list.size());
}

bool is_port(std::string_view text) noexcept {
  if (text.starts_with('_')) return text.size() > 1 && all(text.substr(1), is_token);
  return !text.empty() && text.size() <= 5 && all(text, is_digit);
}

hop hop_of(std::string_view address) {
  const auto read = auth::parse_address(address);
  return read ? hop{hop::kind::address, *read} : hop{hop::kind::hidden, {}};
}

// 192.0.2.7, 192.0.2.7:80, 2001:db8::7, [2001:db8::7], [2001:db8::7]:80
hop read_node(std::string_view text) {
  constexpr hop hidden{hop::kind::hidden, {}};
  if (text.size() > node_bytes_max) return hidden;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return hidden;
    const std::string_view behind = text.substr(end + 1);
    const std::string_view inside = text.substr(1, end - 1);
    const bool is_whole = behind.empty() || (behind.front() == ':' && is_port(behind.substr(1)));
    return is_whole && inside.find(':') != std::string_view::npos ? hop_of(inside) : hidden;
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) return hop_of(text);
  return is_port(text.substr(colon + 1)) ? hop_of(text.substr(0, colon)) : hidden;
}

/// Takes a value off the front: a quoted text without its quotes and backslashes, or what stands there up to ';'.
std::optional<std::string> take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const std::string_view plain = rest.substr(0, rest.find(';'));
    rest.remove_prefix(plain.size());
    if (plain.find('"') != std::string_view::npos) return std::nullopt;
    return std::string(trimmed(plain));
  }
  const std::size_t end = end_of_quoted(rest, 0);
  if (end == std::string_view::npos) return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i + 1 < end; ++i) out += rest[i] == '\\' ? rest[++i] : rest[i];
  rest.remove_prefix(end);
  return out;
}

// for=192.0.2.7;proto=https;by=_us. Text of another form says nothing: a client must not be able to make its part
// swallow that of the proxy behind it.
hop read_forwarded(std::string_view rest) {
  constexpr hop hidden{hop::kind::hidden, {}};
  std::optional<std::string> node;
  while (!rest.empty()) {
    rest = trimmed(rest);
    const std::size_t equals = rest.find('=');
    if (equals == 0 || equals == std::string_view::npos || !all(rest.substr(0, equals), is_token)) return hidden;
    const bool is_for = equals_ignoring_case(rest.substr(0, equals), "for");
    rest.remove_prefix(equals + 1);
    auto value = take_value(rest);
    rest = trimmed(rest);
    if (!value || (is_for && node) || (!rest.empty() && rest.front() != ';')) return hidden;
    if (is_for) node = std::move(value);
    if (!rest.empty()) rest.remove_prefix(1);
  }
  return node ? read_node(*node) : hidden;
}

hop read_x_forwarded_for(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return read_node(text);
}

}  // namespace

forwarded_hops::forwarded_hops(const request_head& head, forwarded_by field) : field_(field) {
  const std::string_view name = field == forwarded_by::forwarded ? "forwarded" : "x-forwarded-for";
  for_each_field(head, [&](const field_line& line) {
    if (equals_ignoring_case(line.name, name)) add(line.value);
  });
  left_ = std::min(added_, hops_max);
}

void forwarded_hops::add(std::string_view line) {
  is_there_ = true;
  while (!line.empty()) {
    const std::size_t end =
        field_ == forwarded_by::forwarded ? end_of_element(line) : std::min(line.find(','), line.size());
    keep(trimmed(line.substr(0, end)));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
}

void forwarded_hops::keep(std::string_view element) {
  if (!element.empty()) ring_[added_++ % hops_max] = element;
}

hop forwarded_hops::next() {
  if (left_ == 0) return {};
  --left_;
  const std::string_view element = ring_[--added_ % hops_max];
  return field_ == forwarded_by::forwarded ? read_forwarded(element) : read_x_forwarded_for(element);
}

}  // namespace gateway::http1
