#include "gateway/decode/structural_index.h"

#include <simdjson.h>

#include <cassert>
#include <new>

namespace gateway::decode {

struct structural_index::parser {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
};

structural_index::structural_index() : parser_(std::make_unique<parser>()) {}
structural_index::~structural_index() = default;

structural_index::verdict structural_index::scan(std::string_view text) {
  auto& stages = parser_->stages;
  if (!stages) {
    // The second stage is never run, so its depth is as small as it may be.
    const auto error =
        simdjson::get_active_implementation()->create_dom_parser_implementation(kept_bytes_max, 1, stages);
    if (error) throw std::bad_alloc();
  }
  if (text.size() > stages->capacity() && stages->set_capacity(text.size())) throw std::bad_alloc();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto error = stages->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  begin_ = stages->structural_indexes.get();
  end_ = begin_;
  if (error == simdjson::EMPTY) return verdict::blank;
  if (error) return verdict::bad;
  end_ = begin_ + stages->n_structural_indexes;
  return verdict::ok;
}

void structural_index::guard(std::uint32_t offset) noexcept {
  assert(begin_ != nullptr);
  end_[0] = offset;  // stage 1 leaves room for three entries behind the last, and has written them itself
  end_[1] = offset;
}

void structural_index::shrink() noexcept {
  if (!parser_->stages || parser_->stages->capacity() <= kept_bytes_max) return;
  begin_ = end_ = nullptr;
  parser_->stages.reset();
}

}  // namespace gateway::decode
