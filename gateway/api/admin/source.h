// The source of what admin endpoints show: metrics and the status page. Implemented in admin_*, asked by the HTTP
// endpoints of the admin listener.
#pragma once

#include <string>
#include <string_view>

namespace gateway::api::admin {

struct page {
  std::string content_type;
  std::string body;
};

class admin_source {
 public:
  /// The exposition format the `Accept` header asks for: Prometheus text, or OpenMetrics when asked. Admin lane's
  /// thread.
  [[nodiscard]] virtual page render_metrics(std::string_view accept) = 0;
  /// One self-contained HTML page for people.
  [[nodiscard]] virtual page status_page() = 0;
  /// The numbers behind the page; it polls them at `/status.json`.
  [[nodiscard]] virtual page status_json() = 0;

 protected:
  ~admin_source() = default;
};

}  // namespace gateway::api::admin
