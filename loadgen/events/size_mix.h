#pragma once

// `--size`: how large events are. Read once; images makes its pool in these proportions.
//
//   256        every event          100-1024        uniform between          256:90,4096:9,65536:1   weighted

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::events {

class size_mix {
 public:
  static constexpr std::size_t size_max = 8U << 20;

  /// Throws units::usage_error.
  static size_mix parse(std::string_view text);

  /// `count` sizes in the mix's proportions, spread evenly; the same for the same arguments.
  std::vector<std::size_t> spread(std::size_t count) const;

  std::size_t smallest() const;
  std::size_t largest() const;
  double mean() const;
  const std::string& text() const { return text_; }  // as the user wrote it

 private:
  struct range {
    std::size_t from;
    std::size_t to;
    double weight;
  };
  std::string text_;
  std::vector<range> ranges_;
};

}  // namespace loadgen::events
