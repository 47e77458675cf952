// The record block of a PUBLISH frame as a body of the door: its records are events, and with the json option each
// value is checked and looked into for its key. One a lane; frame_intake says what to expect before each block.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/frames/record_reader.h"
#include "gateway/ingress/body_reader.h"
#include "gateway/ingress/door.h"

namespace gateway::frames {

class record_body final : public ingress::body_reader {
 public:
  explicit record_body(ingress::door& of) noexcept : door_(&of) {}

  /// Takes the frame's word on the block that is read next.
  void expect(std::uint32_t records, bool json) noexcept {
    expected_ = records;
    json_ = json;
  }
  std::optional<ingress::refusal> read(std::string_view plain, const decode::decode_options& how,
                                       batching::events& out) override;

 private:
  void take_headers(batching::events& list, batching::event& e, const batching::event& found);
  [[nodiscard]] bool fits_budget(const batching::events& list) const noexcept;
  void look_into(batching::events& list, batching::event& e, const decode::decode_options& how);

  ingress::door* door_;
  record_reader records_;
  batching::events one_;
  std::uint32_t expected_ = 0;
  bool json_ = false;
};

}  // namespace gateway::frames
