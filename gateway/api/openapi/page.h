// GET /openapi.json: the document of the listener it is a route of. One a lane; app fills it in once all routes stand.
#pragma once

#include <string>
#include <utility>

#include "gateway/http1/endpoint.h"

namespace gateway::api::openapi {

class page final : public http1::endpoint {
 public:
  void show(std::string document) noexcept { document_ = std::move(document); }
  http1::planned plan(const http1::call&, http1::exchange& x) override {
    x.reply.body = document_;
    return http1::planned::step::answered;
  }

 private:
  std::string document_;
};

}  // namespace gateway::api::openapi
