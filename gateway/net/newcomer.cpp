#include "gateway/net/newcomer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/net/entrance.h"
#include "gateway/net/proxy_header.h"

namespace gateway::net {

using batching::stream::io_result;
using batching::stream::tls_failure;
using metrics::tls_outcome;
using io = io_result::state;

namespace {

constexpr char tls_handshake_record = 0x16;  // RFC 8446, 5.1

tls_outcome outcome_of(tls_failure why) noexcept {
  switch (why) {
    case tls_failure::not_tls: return tls_outcome::plain;
    case tls_failure::no_agreement: return tls_outcome::no_agreement;
    case tls_failure::no_certificate: return tls_outcome::no_certificate;
    case tls_failure::bad_certificate: return tls_outcome::bad_certificate;
    case tls_failure::refused: return tls_outcome::refused_by_client;
    case tls_failure::none:
    case tls_failure::closed: return tls_outcome::closed;
    case tls_failure::other: break;
  }
  return tls_outcome::failed;
}

}  // namespace

void newcomer::on_ready(std::uint32_t) noexcept { entrance_->step_soon(*this); }

newcomer::step newcomer::go_on(const entrance_rules& rules, batching::clock::time_point now) {
  switch (stage_) {
    case stage::arriving: return hear_proxy(rules, now);
    case stage::looking: return look(rules, now);
    case stage::shaking_hands: return shake_hands(now);
    case stage::lingering: return drop();
  }
  return {state::leaves, tls_outcome::failed};
}

bool newcomer::may_name_client(const entrance_rules& rules) const {
  return std::ranges::any_of(rules.trusted,
                             [this](const config::network& n) { return contains(n, arrival_.from.address); });
}

// A balancer that says nothing of its client is taken for the client, as is everybody whom we do not trust.
newcomer::step newcomer::hear_proxy(const entrance_rules& rules, batching::clock::time_point now) {
  if (!may_name_client(rules)) {
    stage_ = stage::looking;
    return look(rules, now);
  }
  std::array<char, proxy_header_bytes_max> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): only written to
  const io_result r = arrival_.stream.peek(bytes.data(), bytes.size());
  if (r.is == io::would_block) return {};
  if (r.is != io::done) return {state::leaves, tls_outcome::closed};
  const proxy_header said = read_proxy_header({bytes.data(), r.bytes});
  if (said.is == proxy_header::state::partial) return {};
  if (said.is == proxy_header::state::broken) return {state::leaves, tls_outcome::bad_proxy_header};
  stage_ = stage::looking;
  if (said.client) arrival_.from.address = *said.client;
  if (said.bytes > 0 && arrival_.stream.read_some(bytes.data(), said.bytes).bytes != said.bytes)
    return {state::leaves, tls_outcome::failed};
  return look(rules, now);
}

newcomer::step newcomer::look(const entrance_rules& rules, batching::clock::time_point now) {
  if (rules.tls == nullptr) return {state::enters, tls_outcome::plain};
  char first = 0;
  const io_result r = arrival_.stream.peek(&first, 1);
  if (r.is == io::would_block) return {};
  if (r.is != io::done) return {state::leaves, tls_outcome::closed};
  if (first != tls_handshake_record)
    return rules.plain_too ? step{state::enters, tls_outcome::plain} : tell(rules, now);
  arrival_.stream.secure(rules.tls->current(), {});
  stage_ = stage::shaking_hands;
  return shake_hands(now);
}

newcomer::step newcomer::shake_hands(batching::clock::time_point now) {
  switch (arrival_.stream.handshake().is) {
    case io::would_block: return {};
    case io::done: break;
    default: refused_for_ = outcome_of(arrival_.stream.tls()->failed_by()); return linger(now);
  }
  note_certificate();
  return {state::enters, arrival_.stream.tls()->was_resumed() ? tls_outcome::resumed : tls_outcome::full};
}

void newcomer::note_certificate() {
  auto names = arrival_.stream.tls()->peer();
  if (!names) return;
  auto kept = std::make_shared<auth::certificate_names>();
  kept->common_name = std::move(names->common_name);
  kept->alternatives = std::move(names->dns);
  for (std::string& other : names->others) kept->alternatives.push_back(std::move(other));
  arrival_.from.certificate = std::move(kept);
}

// An empty socket takes a few hundred bytes at once.
newcomer::step newcomer::tell(const entrance_rules& rules, batching::clock::time_point now) {
  refused_for_ = tls_outcome::plain;
  if (arrival_.stream.write_some(rules.told_plain).is != io::done) return {state::leaves, tls_outcome::plain};
  return linger(now);
}

newcomer::step newcomer::linger(batching::clock::time_point now) {
  stage_ = stage::lingering;
  since_ = now;
  if (refused_for_ == tls_outcome::closed || !arrival_.stream.end_sending()) return {state::leaves, refused_for_};
  return drop();
}

newcomer::step newcomer::drop() {
  for (;;) {
    const io_result r = arrival_.stream.drop_raw(linger_bytes_max);
    if (r.is == io::would_block) return {};
    if (r.is != io::done) return {state::leaves, refused_for_};
    dropped_bytes_ += r.bytes;
    if (dropped_bytes_ > linger_bytes_max) return {state::leaves, refused_for_};
  }
}

}  // namespace gateway::net
