#include "gateway/api/v1/answer_status.h"

namespace gateway::api::v1 {
namespace {

using batching::outcome;
using batching::reason;

// These follow from an event that is rejected for good: whoever sends the same request again gets the same answer.
bool is_hopeless(reason why) noexcept { return why == reason::request_refused || why == reason::aggregate_fenced; }

}  // namespace

tally tally_of(batching::ack& a, const answer_how& how) {
  tally t;
  t.stored = a.count(outcome::persisted) + a.count(outcome::duplicate);
  t.accepted = a.accepted();
  t.rejected = a.count(outcome::rejected);
  t.unknown = a.count(outcome::possibly_persisted) + (how.timed_out ? a.open() : 0);
  t.is_open = how.timed_out && a.open() > 0;
  const std::uint32_t not_written = a.count(outcome::not_persisted) + a.count(outcome::blocked);
  if (not_written > 0)
    for (const batching::failure& f : a.failures()) t.hopeless += is_hopeless(f.why) ? 1 : 0;
  t.retriable = not_written - t.hopeless;
  return t;
}

int status_of(const tally& t, config::partial_status partial) noexcept {
  const std::uint32_t good = t.stored + t.accepted;
  const std::uint32_t failed = t.rejected + t.hopeless + t.retriable + t.unknown;
  if (t.is_open) return 504;
  if (failed == 0) return t.accepted > 0 ? 202 : 200;
  if (good > 0) return partial == config::partial_status::unavailable ? 503 : 207;
  if (t.unknown > 0) return 504;
  return t.retriable > 0 ? 503 : 422;
}

}  // namespace gateway::api::v1
