// Is one text JSON? Asks every reader there is: the decoder in several surroundings, the byte-wise checker, and
// simdjson's DOM as the reading from outside. Shared by the differential tests and the fuzz targets.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "batching/event.h"
#include "gateway/decode/decoder.h"

namespace decode_tests {

/// A copy in memory that ends exactly with the padding, so that a sanitizer sees every byte read beyond. The bytes of
/// the padding must not matter: `fill`.
class padded {
 public:
  explicit padded(std::string_view text, char fill = ' ');
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// simdjson's word. `differs_by_design`: it refuses numbers beyond 64 bits or a double and half surrogate pairs, which
/// RFC 8259's grammar allows, and only these.
struct second_opinion {
  bool valid = false;
  bool differs_by_design = false;
  bool is_object = false;
  bool is_array = false;
};
[[nodiscard]] second_opinion ask_simdjson(std::string_view text);

/// Empty: all readers agree about `line` (no newline in it) as an NDJSON line, alone and between good neighbours, and
/// as a JSON body. Else what disagrees.
[[nodiscard]] std::string disagreement(std::string_view line);

/// Empty: the key that the decoder finds in the object `text` (valid) is the one that simdjson sees. Else what differs.
[[nodiscard]] std::string key_disagreement(std::string_view text);

}  // namespace decode_tests
