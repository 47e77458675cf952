#include "gateway/api/store/aggregate_read.h"

#include <algorithm>
#include <utility>

#include "gateway/api/store/append_answer.h"
#include "gateway/api/store/append_fields.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api::store {
namespace {

constexpr std::string_view index_unread =
    "the index cannot be read and is made anew: send the request again after Retry-After";

}  // namespace

// The client has it all already where it knows this version: a log only grows.
bool aggregate_read::write_head(std::uint64_t version, std::string_view owner) {
  http1::reply& to = exchange_->reply;
  to.content_type = content_type_of(form_);
  add_version_fields(version, to);
  add_owner_field(owner, to);
  is_answered_ = true;
  if (!names_version(known_, version)) return exchange_->without_body;
  to.status = 304;
  return true;
}

bool aggregate_read::begin(std::string_view owner) {
  const auto head = at_->partition().index().head_of(aggregate_);
  if (!head) {
    at_->report_index_failure(head.error());
    fail(http1::errc::no_owner, index_unread);
    return true;
  }
  if (write_head(head->version, owner)) return true;
  http1::reply& to = exchange_->reply;
  reader_.emplace(at_->partition().index(), aggregate_, head->version, query_.range);
  append_piece(first_piece_);
  if (is_broken_) {
    to.fields.clear();
    first_piece_.clear();
    fail(http1::errc::no_owner, index_unread);
    return true;
  }
  if (!reader_->is_done()) return false;
  to.body = std::move(first_piece_);
  return true;
}

bool aggregate_read::begin(const stores::remote_piece& first) {
  if (first.status == stores::read_status::failed)
    return fail(http1::errc::internal_error, first.why, first.owner), true;
  if (write_head(first.version, first.owner)) return true;
  is_remote_ = true;
  up_to_ = first.version;
  left_ = query_.range.limit;
  append_remote(first_piece_, first);
  if (has_more_) return false;
  exchange_->reply.body = std::move(first_piece_);
  return true;
}

stores::remote_read aggregate_read::wanted_elsewhere() const {
  stores::remote_read what;
  what.topic = at_->partition().of().name();
  what.aggregate = aggregate_;
  what.towards = query_.range.towards;
  if (is_remote_) {
    what.from = next_;
    what.limit = left_;
    what.up_to = up_to_;
    return what;
  }
  what.from = query_.range.from.value_or(0);
  what.limit = exchange_->without_body ? 0 : query_.range.limit;
  what.at_least = query_.at_least;
  what.token_offset = query_.token_offset;
  what.wait = query_.wait;
  what.fresh = query_.fresh;
  return what;
}

void aggregate_read::go_on(const stores::remote_piece& next) {
  is_broken_ = next.status != stores::read_status::done;
  append_remote(first_piece_, next);
  exchange_->tell();
}

void aggregate_read::go_on_here() {
  ::store::read_range rest = query_.range;
  rest.from = next_;
  rest.limit = left_;
  reader_.emplace(at_->partition().index(), aggregate_, up_to_, rest);
  is_remote_ = false;
  exchange_->tell();
}

void aggregate_read::append_remote(std::string& to, const stores::remote_piece& piece) {
  const bool is_json = form_ == read_form::json;
  if (is_first_ && is_json && to.empty()) to += '[';
  for (const ::store::stored_event& e : piece.events) append_one(to, e);
  left_ -= std::min<std::uint64_t>(left_, piece.events.size());
  if (!piece.events.empty()) {
    const std::uint64_t last = piece.events.back().version;
    next_ = query_.range.towards == ::store::direction::forward ? last + 1 : last - 1;
  }
  has_more_ = piece.has_more && !piece.events.empty() && left_ > 0 && next_ > 0 && !is_broken_;
  if (is_broken_ && !is_json) to += "{\"error\":\"the rest cannot be read\"}\n";
  if (is_json && !is_broken_ && !has_more_) to += ']';
}

void aggregate_read::write(std::string& body) {
  if (!first_piece_.empty())
    body += std::exchange(first_piece_, {});
  else if (!is_remote_)
    append_piece(body);
  const bool is_done = is_remote_ ? !has_more_ : reader_->is_done();
  if (is_broken_ || is_done)
    exchange_->answered = true;
  else if (is_remote_)
    on_wants_piece();
  else
    exchange_->tell();
}

void aggregate_read::append_one(std::string& to, const ::store::stored_event& e) {
  const bool is_json = form_ == read_form::json;
  if (!std::exchange(is_first_, false) && is_json) to += ',';
  append_event(to, e, form_);
  if (!is_json) to += '\n';
}

// An array whose end is missing, or a line that says so, tells the client that the rest is missing.
void aggregate_read::append_piece(std::string& to) {
  const bool is_json = form_ == read_form::json;
  if (is_first_ && is_json) to += '[';
  if (!reader_->is_done()) {
    const auto done =
        reader_->read(http1::endpoint::piece_bytes_max, [&](const ::store::stored_event& e) { append_one(to, e); });
    is_broken_ = !done;
    if (is_broken_) at_->report_index_failure(done.error());
    if (is_broken_ && !is_json) to += "{\"error\":\"the rest cannot be read\"}\n";
  }
  if (is_json && !is_broken_ && reader_->is_done()) to += ']';
}

void aggregate_read::fail(http1::errc error, std::string_view detail, std::string_view owner) {
  write_problem(error, detail, {}, exchange_->reply);
  add_owner_field(owner, exchange_->reply);
  if (exchange_->reply.status == 503) exchange_->reply.retry_after_seconds = 1;
  is_answered_ = true;
}

void aggregate_read::tell(bool is_whole) {
  if (is_whole) return exchange_->finish();
  exchange_->in_pieces = true;
  exchange_->tell();
}

}  // namespace gateway::api::store
