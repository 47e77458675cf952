#pragma once

// POST /v1/topics/{topic}/events over HTTP/1.1 keep-alive, bodies plain or compressed, answers read in order.
// Called by sockets/stream.h.

#include <cstdint>
#include <deque>
#include <string>

#include "loadgen/http/response.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/wire/protocol.h"
#include "loadgen/wire/request.h"

namespace loadgen::http {

class protocol final : public wire::protocol {
 public:
  explicit protocol(const plan::run_plan& plan);

  void encode(wire::request& what) override;
  void sending(const wire::request& what) override;
  bool receive(std::string_view bytes, std::deque<wire::answered>& answers) override;
  void closed(std::deque<wire::answered>& answers) override;
  bool exhausted() const override { return closing_; }
  const std::string& complaint() const override { return complaint_; }

 private:
  struct expected {
    std::uint64_t id;
    std::uint32_t events;
  };
  void take_response(std::deque<wire::answered>& answers);

  const plan::run_plan& plan_;
  std::string head_;  // up to the value of Content-Length
  std::deque<expected> expected_;
  response_reader reader_;
  bool closing_ = false;
  std::string complaint_;
};

}  // namespace loadgen::http
