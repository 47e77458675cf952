#pragma once

// The pool of ready-made events: their bytes, and where the fields stand that change with each event. Streams copy an
// image into the request buffer and patch it in place; nothing is formatted or allocated while the load runs.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/events/size_mix.h"

namespace loadgen::events {

struct image {
  std::string bytes;                        // with the run already in its mark
  std::uint32_t mark_at = 0;                // the 47 characters of the mark
  std::vector<std::uint32_t> aggregate_at;  // 7 hexadecimal digits each
  std::vector<std::uint32_t> timestamp_at;  // 24 characters each
};

class images {
 public:
  /// The text of an aggregate id, and the record's key: this prefix and 7 hexadecimal digits.
  static constexpr std::string_view aggregate_prefix = "cart-";
  /// The smallest event: id and aggregate id. An event that is too small for all fields leaves the least important out.
  static constexpr std::size_t size_min = 90;

  /// Shop events of these sizes, each exact to the byte. Throws units::usage_error.
  static images shop(const size_mix& sizes, std::uint32_t run, std::uint64_t seed);

  /// The user's own events, one a line of `text`: {{mark}} (required, once), {{aggregate}}, {{timestamp}}.
  /// Throws content_error.
  static images from_template(std::string_view text, std::uint32_t run);

  const image& pick(std::uint32_t number) const {
    return images_[static_cast<std::uint32_t>(number * 0x9e3779b1U) % images_.size()];
  }
  std::size_t largest() const { return largest_; }
  double mean_size() const;
  std::size_t size() const { return images_.size(); }

  /// True when {{aggregate}} is the value of a member "aggregateId", so the record's key must be the aggregate id.
  bool keyed() const { return keyed_; }

 private:
  void add(std::string_view text, std::uint32_t run);

  std::vector<image> images_;
  std::size_t largest_ = 0;
  bool keyed_ = true;
};

std::string aggregate_text(std::uint32_t aggregate);

}  // namespace loadgen::events
