#include "readmodel/cql/conversation.h"

#include <algorithm>
#include <utility>

namespace readmodel::cql {

namespace {

// Streams beside those of statements: the opening, and a PREPARE for each text.
constexpr std::size_t streams_beside = 64;
static_assert(streams_beside > conversation::texts_max + 1,
              "a statement that waits for its PREPARE always finds a stream");

constexpr std::int16_t stream_of_an_event = -1;  // never asked for, ignored

}  // namespace

conversation::conversation(conversation_settings settings, clock::time_point now) : settings_(std::move(settings)) {
  const std::size_t streams = std::min<std::size_t>(settings_.in_flight_max + streams_beside, 32'000);
  settings_.in_flight_max = streams - streams_beside;
  for (std::size_t i = streams; i > 0; --i) free_streams_.push_back(static_cast<std::int16_t>(i - 1));
  request opening;
  opening.sent = now;
  write_startup(output_, open_stream(std::move(opening)));
}

bool conversation::fail(std::string why) {
  state_ = state::failed;
  failure_ = std::move(why);
  return false;
}

std::int16_t conversation::open_stream(request r) {
  const std::int16_t stream = free_streams_.back();
  free_streams_.pop_back();
  under_way_.emplace(stream, std::move(r));
  return stream;
}

void conversation::submit(std::uint64_t token, const statement& what, clock::time_point now) {
  const bool is_asked = std::any_of(waiting_.begin(), waiting_.end(),
                                    [&](const request& other) { return other.what->text == what.text; });
  const bool is_full = prepared_.size() + preparing_ >= texts_max;
  if (what.values.empty() || prepared_.contains(what.text) || (is_full && !is_asked)) {
    send(token, what, now);
    return;
  }
  waiting_.push_back({step::executing, token, &what, {}, now});
  if (!is_asked) prepare(what, now);
}

void conversation::send(std::uint64_t token, const statement& what, clock::time_point now) {
  const std::int16_t stream = open_stream({step::executing, token, &what, {}, now});
  const auto id = prepared_.find(what.text);
  if (id == prepared_.end())
    write_query(output_, stream, what.text, what.values, what.options);
  else
    write_execute(output_, stream, id->second, what.values, what.options);
}

void conversation::prepare(const statement& what, clock::time_point now) {
  ++preparing_;
  write_prepare(output_, open_stream({step::preparing, 0, nullptr, what.text, now}), what.text);
}

bool conversation::on_bytes(std::string_view received, clock::time_point now) {
  if (state_ == state::failed) return false;
  input_.append(received);
  std::size_t at = 0;
  while (input_.size() - at >= header_bytes) {
    const std::string_view rest = std::string_view(input_).substr(at);
    const frame_header header = read_header(rest);
    if (!header.is_response || header.version != protocol_version) {
      // A node that knows no version 4 says so in its own version's frame.
      return fail("the node does not speak version 4 of the native protocol");
    }
    if (header.body_bytes > frame_bytes_max) return fail("a frame of the node is larger than 16 MiB");
    if (rest.size() - header_bytes < header.body_bytes) break;
    if (!on_frame(header, rest.substr(header_bytes, header.body_bytes), now)) return false;
    at += header_bytes + header.body_bytes;
  }
  input_.erase(0, at);
  return true;
}

bool conversation::on_frame(const frame_header& header, std::string_view body, clock::time_point now) {
  if (header.stream == stream_of_an_event) return true;
  const auto found = under_way_.find(header.stream);
  if (found == under_way_.end()) return fail("the node answered a request that was not sent");
  auto r = read_response(header, body);
  if (!r) return fail("the node's answer is not one of the native protocol");
  const request of = std::move(found->second);
  under_way_.erase(found);
  free_streams_.push_back(header.stream);
  switch (of.at) {
    case step::opening: return on_opening(*r, now);
    case step::preparing: return on_prepared(of, std::move(*r), now);
    case step::executing: return on_executed(of, std::move(*r), now);
  }
  return false;
}

bool conversation::on_opening(const response& r, clock::time_point now) {
  if (std::holds_alternative<ready>(r) || std::holds_alternative<auth_success>(r)) {
    state_ = state::ready;
    return true;
  }
  if (const auto* error = std::get_if<server_error>(&r)) {
    login_failed_ = meaning_of(error->code).what_to_do == remedy::login;
    return fail(describe(*error));
  }
  if (std::holds_alternative<authenticate>(r) && state_ == state::starting) return say_who_we_are(now);
  return fail("the node asks for a login that is not PLAIN");
}

bool conversation::say_who_we_are(clock::time_point now) {
  if (settings_.user.empty()) {
    login_failed_ = true;
    return fail("the node asks for a user and a password, and none is configured");
  }
  state_ = state::logging_in;
  request opening;
  opening.sent = now;
  write_auth_response(output_, open_stream(std::move(opening)), plain_token(settings_.user, settings_.password));
  return true;
}

bool conversation::on_prepared(const request& of, response&& r, clock::time_point now) {
  --preparing_;
  if (auto* is = std::get_if<prepared>(&r)) {
    prepared_[of.text] = std::move(is->id);
    send_waiting(of.text, now);
    return true;
  }
  const auto* error = std::get_if<server_error>(&r);
  if (error == nullptr) return fail("the node answered PREPARE with something else");
  answer_waiting(of.text, *error);
  return true;
}

void conversation::send_waiting(const std::string& text, clock::time_point now) {
  const auto is_for_it = [&](const request& w) { return w.what->text == text; };
  const auto first =
      std::stable_partition(waiting_.begin(), waiting_.end(), [&](const request& w) { return !is_for_it(w); });
  const std::vector<request> now_prepared(first, waiting_.end());
  waiting_.erase(first, waiting_.end());
  for (const request& w : now_prepared) send(w.token, *w.what, now);
}

void conversation::answer_waiting(const std::string& text, const server_error& with) {
  std::erase_if(waiting_, [&](const request& w) {
    if (w.what->text != text) return false;
    answers_.push_back({w.token, with});
    return true;
  });
}

bool conversation::on_executed(const request& of, response&& r, clock::time_point now) {
  if (auto* error = std::get_if<server_error>(&r)) {
    if (meaning_of(error->code).what_to_do == remedy::prepare_again) {
      prepared_.erase(of.what->text);
      submit(of.token, *of.what, now);
    } else {
      answers_.push_back({of.token, std::move(*error)});
    }
    return true;
  }
  if (auto* list = std::get_if<rows>(&r))
    answers_.push_back({of.token, std::move(*list)});
  else if (std::holds_alternative<done>(r))
    answers_.push_back({of.token, done{}});
  else
    return fail("the node answered a statement with something else");
  return true;
}

std::optional<answer> conversation::next_answer() {
  if (answers_.empty()) return std::nullopt;
  answer first = std::move(answers_.front());
  answers_.pop_front();
  return first;
}

std::optional<clock::time_point> conversation::deadline() const noexcept {
  std::optional<clock::time_point> first;
  for (const auto& [stream, r] : under_way_)
    if (!first || r.sent + settings_.answer_time_max < *first) first = r.sent + settings_.answer_time_max;
  return first;
}

bool conversation::is_overdue(clock::time_point now) const noexcept {
  const auto first = deadline();
  return first && now >= *first;
}

}  // namespace readmodel::cql
