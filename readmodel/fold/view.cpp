#include "readmodel/fold/view.h"

namespace readmodel::fold {

namespace {

// FNV-1a, then the finalizer of splitmix64: cheap, and every bit of the input moves every bit of the hash.
class hasher {
 public:
  void add(std::string_view bytes) noexcept {
    for (const char c : bytes) sum_ = (sum_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  void add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8) sum_ = (sum_ ^ (number >> shift & 0xff)) * 0x100000001b3ULL;
  }
  [[nodiscard]] std::uint64_t result() const noexcept {
    std::uint64_t z = sum_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t sum_ = 0xcbf29ce484222325ULL;
};

// The kind and the length come first, so that no two rows share their bytes.
void add(hasher& to, const cell& one) noexcept {
  if (!one) {
    to.add(std::uint64_t{0});
  } else if (const auto* text = std::get_if<std::string>(&*one)) {
    to.add(std::uint64_t{1});
    to.add(text->size());
    to.add(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&*one)) {
    to.add(std::uint64_t{2});
    to.add(static_cast<std::uint64_t>(*number));
  } else {
    to.add(std::uint64_t{3});
    to.add(static_cast<std::uint64_t>(std::get<bool>(*one)));
  }
}

}  // namespace

std::uint64_t hash_of(const row& one) noexcept {
  hasher h;
  h.add(one.view);
  for (const cell& c : one.key) add(h, c);
  for (const cell& c : one.values) add(h, c);
  return h.result();
}

std::uint64_t hash_of(std::string_view bytes) noexcept {
  hasher h;
  h.add(bytes);
  return h.result();
}

}  // namespace readmodel::fold
