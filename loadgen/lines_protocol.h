#pragma once

// Newline-delimited events over plain TCP. Nobody answers: an event is settled as "accepted" when the kernel has it.

#include "loadgen/protocol.h"

namespace loadgen {

class lines_protocol final : public protocol {
 public:
  void encode(request& what) override;
  void sending(const request&) override {}
  bool receive(std::string_view, std::deque<answered>&) override { return true; }
  bool silent() const override { return true; }
  bool all_or_nothing() const override { return false; }
  const std::string& complaint() const override { return complaint_; }

 private:
  std::string complaint_;
};

}  // namespace loadgen
