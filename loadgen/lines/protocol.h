#pragma once

// Newline-delimited events over plain TCP. There are no answers: an event is settled as accepted once the kernel has
// it. Called by sockets/stream.h.

#include "loadgen/wire/protocol.h"
#include "loadgen/wire/request.h"

namespace loadgen::lines {

class protocol final : public wire::protocol {
 public:
  void encode(wire::request& what) override;
  void sending(const wire::request&) override {}
  bool receive(std::string_view, std::deque<wire::answered>&) override { return true; }
  bool silent() const override { return true; }
  bool all_or_nothing() const override { return false; }
  const std::string& complaint() const override { return complaint_; }

 private:
  std::string complaint_;
};

}  // namespace loadgen::lines
