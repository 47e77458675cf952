// Any bytes as any encoding: never more out than the bound, never a crash; a second run with the same contexts gives
// the same, and so does one in steps.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/decode/decompress.h"

namespace {

using gateway::decode::buffer;
using gateway::decode::decompressor;
using gateway::decode::encoding;

constexpr std::size_t out_max = 64 * 1024;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void once(decompressor& decompress, encoding how, std::string_view in, buffer& out) {
  const auto first = decompress.run(how, in, out_max, out);
  demand(out.capacity() <= out_max, "more reserved than the bound");
  if (!first) return demand(!first.error().detail.empty(), "an error without a detail");
  demand(first->size() <= out_max, "more than the bound came out");
  volatile char last_of_padding = first->data()[first->size() + buffer::padding_bytes - 1];
  static_cast<void>(last_of_padding);
  const std::string kept(*first);
  const auto second = decompress.run(how, in, kept.size(), out);
  demand(second.has_value() && *second == kept, "at its exact size it reads otherwise");
  decompress.begin(how, in, out_max, out);
  std::optional<decompressor::result> in_steps;
  while (!in_steps) in_steps = decompress.go_on(1000);
  demand(in_steps->has_value() && **in_steps == kept, "in steps it reads otherwise");
  if (!kept.empty()) demand(!decompress.run(how, in, kept.size() - 1, out).has_value(), "one over passed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static decompressor decompress;
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  for (const encoding how : {encoding::gzip, encoding::zstd, encoding::lz4, encoding::deflate, encoding::snappy}) {
    buffer out;
    once(decompress, how, in, out);
  }
  return 0;
}
