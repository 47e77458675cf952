// Endpoints that answer at once and take no body: a function of the request, or a page of the admin listener. Owned by
// the table of endpoints.cpp.
#pragma once

#include <optional>
#include <utility>

#include "gateway/api/admin/source.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api {

/// Fills the reply in, or says what is wrong.
using page_function = std::optional<http1::problem> (*)(const http1::call&, http1::reply&);

class page_endpoint final : public http1::endpoint {
 public:
  explicit page_endpoint(page_function answer) noexcept : answer_(answer) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override {
    if (auto wrong = answer_(c, x.reply)) return std::move(*wrong);
    return http1::planned::step::answered;
  }

 private:
  page_function answer_;
};

class admin_page_endpoint final : public http1::endpoint {
 public:
  using page_function = admin::page (*)(admin::admin_source&, const http1::call&);

  admin_page_endpoint(admin::admin_source& of, page_function show) noexcept : of_(&of), show_(show) {}

  http1::planned plan(const http1::call& c, http1::exchange& x) override {
    admin::page p = show_(*of_, c);
    x.reply.body = std::move(p.body);
    x.reply.own_content_type = std::move(p.content_type);
    x.reply.content_type = x.reply.own_content_type;
    return http1::planned::step::answered;
  }

 private:
  admin::admin_source* of_;
  page_function show_;
};

}  // namespace gateway::api
