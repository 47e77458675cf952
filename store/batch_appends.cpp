#include "store/batch_appends.h"

#include <utility>

namespace store {
namespace {

using batching::outcome;
using batching::reason;

batching::settled_range range_of(std::uint32_t record, const append_answer& result) noexcept {
  switch (result.fate) {
    case append_fate::appended: return {record, 1, outcome::persisted, reason::none, result.first_offset};
    case append_fate::duplicate: return {record, 1, outcome::duplicate, reason::none, -1};
    case append_fate::too_large: return {record, 1, outcome::rejected, reason::message_too_large, -1};
    case append_fate::refused: return {record, 1, outcome::rejected, result.why, -1};
    case append_fate::blocked: return {record, 1, outcome::blocked, reason::earlier_record_failed, -1};
    case append_fate::conflict:
    case append_fate::no_owner: return {record, 1, outcome::not_persisted, reason::no_owner, -1};
    case append_fate::unknown: break;
  }
  return {record, 1, outcome::possibly_persisted, reason::producer_failed, -1};
}

}  // namespace

batch_appends::batch_appends(std::unique_ptr<batching::batch> sealed)
    : sealed_(std::move(sealed)), open_(sealed_->records().size()) {}

void batch_appends::begin(std::unique_ptr<batching::batch> sealed, const id_reader& ids,
                          const std::function<void(const append&)>& take) {
  auto* self = new batch_appends(std::move(sealed));  // until its last record is told
  self->read(ids);
  const std::size_t records = self->events_.size();
  const batching::record* const first = self->sealed_->records().data();
  const event* const events = self->events_.data();
  for (std::size_t i = 0; i < records; ++i) take({first[i].key_view(), std::nullopt, {events + i, 1}, self, i});
}

void batch_appends::read(const id_reader& ids) {
  const auto records = sealed_->records();
  id_texts_.resize(records.size());
  events_.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    event& e = events_.emplace_back();
    e.value = records[i].value_view();
    e.headers = sealed_->headers_of(records[i]);
    for (const batching::header& h : e.headers)
      if (h.name == event_id_header) e.id = h.value;
    if (e.id.empty() && ids) e.id = ids(e.value, id_texts_[i]);
  }
}

void batch_appends::on_appended(const append& what, const append_answer& result) noexcept {
  sealed_->settle(range_of(static_cast<std::uint32_t>(what.tag), result));
  if (--open_ > 0) return;
  batching::batch_home& home = sealed_->home();
  home.take_back(std::move(sealed_));
  delete this;
}

}  // namespace store
