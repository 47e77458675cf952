#include "gateway/api/admin/view.h"

#include "gateway/api/admin/page.h"
#include "gateway/api/admin/status.h"
#include "metrics/exposition.h"

namespace gateway::api::admin {

page admin_view::render_metrics(std::string_view accept) {
  auto [content_type, body] = metrics::render(observe_(), accept);
  return {std::string(content_type), std::move(body)};
}

page admin_view::status_page() { return {"text/html; charset=utf-8", std::string(status_page_html())}; }

page admin_view::status_json() { return {"application/json", admin::status_json(observe_())}; }

}  // namespace gateway::api::admin
