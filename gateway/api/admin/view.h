// The admin listener's content: metrics, the status page and its numbers, made from one snapshot of the process each.
// Built by the application, asked by the admin endpoints (source.h). Admin lane's thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/api/admin/source.h"
#include "metrics/snapshot.h"

namespace gateway::api::admin {

class admin_view final : public admin_source {
 public:
  /// `observe` takes the snapshot; it must outlive the view.
  explicit admin_view(std::function<metrics::snapshot()> observe) : observe_(std::move(observe)) {}

  [[nodiscard]] page render_metrics(std::string_view accept) override;
  [[nodiscard]] page status_page() override;
  [[nodiscard]] page status_json() override;

 private:
  std::function<metrics::snapshot()> observe_;
};

}  // namespace gateway::api::admin
