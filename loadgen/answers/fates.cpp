#include "loadgen/answers/fates.h"

#include <algorithm>
#include <utility>

namespace loadgen::answers {

namespace {
constexpr std::uint32_t per_word = 32;
constexpr std::uint64_t every_event = 0x5555555555555555;
}  // namespace

void fates::set_range(std::uint32_t first, std::uint32_t count, fate value) {
  if (count == 0) return;
  const std::uint32_t end = first + count;
  size_ = std::max(size_, end);
  if (words_.size() * per_word < end) words_.resize(end / per_word + 1, 0);
  const std::uint64_t pattern = every_event * static_cast<std::uint64_t>(value);
  for (std::uint32_t at = first; at < end;) {
    const std::uint32_t offset = at % per_word;
    const std::uint32_t here = std::min(end - at, per_word - offset);
    const std::uint64_t low = here == per_word ? ~std::uint64_t{0} : (std::uint64_t{1} << (2 * here)) - 1;
    const std::uint64_t mask = low << (2 * offset);
    std::uint64_t& word = words_[at / per_word];
    word = (word & ~mask) | (pattern & mask);
    at += here;
  }
}

fate fates::at(std::uint32_t number) const {
  if (number >= size_) return fate::unsent;
  return static_cast<fate>(words_[number / per_word] >> (2 * (number % per_word)) & 3);
}

fates fates::from_words(std::vector<std::uint64_t> words, std::uint32_t size) {
  fates result;
  result.words_ = std::move(words);
  result.words_.resize(size / per_word + 1, 0);
  result.size_ = size;
  return result;
}

}  // namespace loadgen::answers
