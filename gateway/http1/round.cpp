#include "gateway/http1/round.h"

#include <boost/asio/post.hpp>
#include <string_view>
#include <utility>

#include "gateway/http1/session.h"

namespace gateway::http1 {

http_round::http_round(router& of) noexcept : router_(&of) {}

http_round::~http_round() = default;

char* http_round::slot() {
  if (!slots_) slots_ = std::make_unique_for_overwrite<char[]>(slots * slot_bytes + http_input::padding_bytes);
  if (received_.size() == slots) take_received();
  return slots_.get() + received_.size() * slot_bytes;
}

void http_round::received(http_session& s, std::size_t bytes) { received_.push_back({&s, bytes}); }

void http_round::take_received() {
  char* data = slots_.get();
  for (const request& r : received_) {
    r.of->take_received(data, r.bytes);
    data += slot_bytes;
  }
  received_.clear();
}

void http_round::answer_soon(http_session& s) {
  due_.emplace_back(&s);
  if (due_.size() > 1) return;
  boost::asio::post(router_->on().io(), [this] { answer(); });
}

void http_round::answer() {
  due_.swap(answering_);
  for (std::size_t next = 0; next < answering_.size();) next = write_from(next);
  for (const session_ptr& s : answering_) s->on_answered();
  answering_.clear();
}

// The answers of as many sessions as fill a buffer, then their sends. Returns the first session that had no turn.
std::size_t http_round::write_from(std::size_t first) {
  std::string& out = router_->out();
  for (std::size_t i = first; i < answering_.size() && out.size() < conversation::write_bytes_max; ++i) {
    const std::size_t before = out.size();
    answering_[i]->write_answers(out);
    written_.push_back(out.size() - before);
  }
  std::string_view rest = out;
  for (const std::size_t bytes : written_) {
    if (bytes > 0) answering_[first]->send(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
    ++first;
  }
  written_.clear();
  return first;
}

}  // namespace gateway::http1
