#include "gateway/http1/target_form.h"

#include <algorithm>

#include "gateway/http1/chars.h"

namespace gateway::http1 {
namespace {

// Behind "http://" or "https://"; npos: neither.
std::size_t scheme_size(std::string_view target) noexcept {
  for (const std::string_view scheme : {"http://", "https://"})
    if (equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  return std::string_view::npos;
}

// The query is not looked at: browsers send '|', '[' and '{' in it as they are.
bool has_legal_path(std::string_view text) noexcept { return all(text.substr(0, text.find('?')), is_path); }

// CONNECT names a host and its port, both.
bool is_authority(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() && is_host_and_port(text) &&
         all(text.substr(colon + 1), is_digit);
}

}  // namespace

std::string_view authority_of(std::string_view absolute) noexcept {
  const std::size_t scheme = scheme_size(absolute);
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = absolute.substr(scheme);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  // "http://:80/" names no host, and an origin that is told none cannot be the right one.
  if (authority.empty() || authority.front() == ':' || !is_host_and_port(authority)) return {};
  return authority;
}

std::string_view behind_authority(std::string_view absolute) noexcept {
  return absolute.substr(scheme_size(absolute) + authority_of(absolute).size());
}

target_form form_of(std::string_view method, std::string_view target) noexcept {
  if (method == "CONNECT") return is_authority(target) ? target_form::authority : target_form::none;
  if (target.starts_with('/')) return has_legal_path(target) ? target_form::origin : target_form::none;
  if (target == "*") return method == "OPTIONS" ? target_form::asterisk : target_form::none;
  if (authority_of(target).empty() || !has_legal_path(behind_authority(target))) return target_form::none;
  return target_form::absolute;
}

}  // namespace gateway::http1
