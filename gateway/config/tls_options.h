// The options about TLS and proxies: rows for `tls` and for each listener's own (`listen.http_tls`), and what must hold
// between them. Used by option_table.cpp and checks.cpp only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/option_table.h"

namespace gateway::config {

[[nodiscard]] std::vector<setting_option> listener_tls_options();
[[nodiscard]] std::vector<setting_option> tls_options();

/// The listeners and their own settings.
struct listener_with_tls {
  std::string_view path;  // listen.http
  std::optional<endpoint> settings::*at;
  listener_tls settings::*tls;
};
inline constexpr std::array<listener_with_tls, 4> listeners_with_tls{{
    {"listen.http", &settings::http, &settings::http_tls},
    {"listen.tcp", &settings::tcp, &settings::tcp_tls},
    {"listen.lines", &settings::lines, &settings::lines_tls},
    {"listen.admin", &settings::admin, &settings::admin_tls},
}};

/// The listener's settings, with the shared ones where it says nothing.
[[nodiscard]] listener_tls complete_tls(const settings& s, const listener_with_tls& of);
/// nullopt: it does not listen, or speaks no TLS.
[[nodiscard]] std::optional<listener_tls> tls_in_force(const settings& s, const listener_with_tls& of);

/// The flaw in the TLS of one listener; empty: none. `own`: where it is written, `listen.http_tls`.
struct tls_flaw {
  std::string path;
  std::string message;
};
[[nodiscard]] std::vector<tls_flaw> tls_flaws(const settings& s);

}  // namespace gateway::config
