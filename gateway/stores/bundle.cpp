#include "gateway/stores/bundle.h"

#include <boost/asio/post.hpp>

namespace gateway::stores {

void bundle::add(const ::store::append& what) {
  origins_.push_back({what.listener, what.tag});
  open_.push_back(what);
  open_.back().listener = this;
  open_.back().tag = origins_.size() - 1;
}

void bundle::take() {
  const std::vector<::store::append> all = std::exchange(open_, {});
  self_ = shared_from_this();
  under_way_ = all.size();
  for (const ::store::append& a : all) at_->partition().take(a);
  at_->pump_soon();
}

void bundle::tell_all(::store::append_fate fate) {
  ::store::append_answer answer;
  answer.fate = fate;
  for (const ::store::append& a : std::exchange(open_, {})) tell(a, answer);
}

void bundle::tell(const ::store::append& what, const ::store::append_answer& result) noexcept {
  const origin& from = origins_[what.tag];
  ::store::append told = what;
  told.listener = from.listener;
  told.tag = from.tag;
  from.listener->on_appended(told, result);
}

// The partition was lost before anything of it was written: whoever has it next is asked.
void bundle::on_appended(const ::store::append& what, const ::store::append_answer& result) noexcept {
  const bool goes_on =
      result.fate == ::store::append_fate::no_owner && !at_->is_closed() && at_->on().now() < how_.until;
  if (goes_on)
    open_.push_back(what);
  else
    tell(what, result);
  if (--under_way_ > 0) return;
  const auto self = std::exchange(self_, nullptr);
  if (!open_.empty()) boost::asio::post(at_->on().io(), [self] { self->again_(self); });
}

}  // namespace gateway::stores
