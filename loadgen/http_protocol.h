#pragma once

// POST /v1/topics/{topic}/events over HTTP/1.1 keep-alive, bodies plain or compressed, answers read in order.

#include <cstdint>
#include <deque>
#include <string>

#include "loadgen/http_answer.h"
#include "loadgen/protocol.h"

namespace loadgen {

struct run_plan;

class http_protocol final : public protocol {
 public:
  explicit http_protocol(const run_plan& plan);

  void encode(request& what) override;
  void sending(const request& what) override;
  bool receive(std::string_view bytes, std::deque<answered>& answers) override;
  void closed(std::deque<answered>& answers) override;
  bool exhausted() const override { return closing_; }
  const std::string& complaint() const override { return complaint_; }

 private:
  struct expected {
    std::uint64_t id;
    std::uint32_t events;
  };
  void take_response(std::deque<answered>& answers);

  const run_plan& plan_;
  std::string head_;  // up to the value of Content-Length
  std::deque<expected> expected_;
  http_answer_reader reader_;
  bool closing_ = false;
  std::string complaint_;
};

}  // namespace loadgen
