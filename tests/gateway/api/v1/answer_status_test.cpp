#include "gateway/api/v1/answer_status.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace gateway::api::v1 {
namespace {

using batching::ack;
using batching::outcome;
using batching::reason;
using config::partial_status;

/// Everything that one event of a request can come to.
enum fate {
  persisted,
  duplicate,
  accepted,
  rejected,
  not_written,
  blocked,
  refused_along,
  fenced,
  unknown,
  open,
  fates
};

constexpr std::array<const char*, fates> names{"persisted", "duplicate",     "accepted", "rejected", "not written",
                                               "blocked",   "refused along", "fenced",   "unknown",  "open"};

void settle(ack& a, std::uint32_t index, fate f) {
  switch (f) {
    case persisted: return a.settle_persisted(index, 0, index);
    case duplicate: return a.settle_failed(index, outcome::duplicate, reason::none);
    case accepted: return a.settle_accepted(index);
    case rejected: return a.settle_failed(index, outcome::rejected, reason::invalid_json);
    case not_written: return a.settle_failed(index, outcome::not_persisted, reason::partition_full);
    case blocked: return a.settle_failed(index, outcome::blocked, reason::earlier_record_unknown);
    case refused_along: return a.settle_failed(index, outcome::not_persisted, reason::request_refused);
    case fenced: return a.settle_failed(index, outcome::blocked, reason::aggregate_fenced);
    case unknown: return a.settle_failed(index, outcome::possibly_persisted, reason::producer_failed);
    default: return;  // open
  }
}

struct nobody final : batching::ack_listener {
  void on_acked(ack&) noexcept override {}
};

struct answered {
  int status;
  bool retry_after;
};

answered answer_of(const std::vector<fate>& events, partial_status partial) {
  nobody listener;
  ack a;
  a.begin(&listener, static_cast<std::uint32_t>(events.size()), false);
  bool any_open = false;
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    settle(a, i, events[i]);
    any_open |= events[i] == open;
  }
  a.seal();
  const tally t = tally_of(a, {.timed_out = any_open});
  EXPECT_EQ(t.stored + t.accepted + t.rejected + t.hopeless + t.retriable + t.unknown, events.size());
  const answered result{status_of(t, partial), retry_can_help(t)};
  a.detach();
  return result;
}

std::string text_of(const std::vector<fate>& events) {
  std::string text;
  for (const fate f : events) text.append(text.empty() ? "" : ", ").append(names[f]);
  return text;
}

/// All requests of one event of each fate in a set, for every set.
template <typename Each>
void for_each_combination(Each each) {
  for (unsigned set = 1; set < 1U << fates; ++set) {
    std::vector<fate> events;
    for (int f = 0; f < fates; ++f)
      if ((set >> f & 1U) != 0) events.push_back(static_cast<fate>(f));
    each(events, [set](std::initializer_list<fate> any) {
      for (const fate f : any)
        if ((set >> f & 1U) != 0) return true;
      return false;
    });
  }
}

TEST(AnswerStatusTest, A2xxMeansThatSomethingIsStoredOrAccepted) {
  for_each_combination([](const std::vector<fate>& events, auto has) {
    for (const auto partial : {partial_status::multi_status, partial_status::unavailable}) {
      const answered a = answer_of(events, partial);
      const bool good = has({persisted, duplicate, accepted});
      EXPECT_TRUE(a.status >= 400 || good) << text_of(events);
      const bool failed = has({rejected, not_written, blocked, refused_along, fenced, unknown, open});
      EXPECT_EQ(a.status == 200 || a.status == 202, !failed) << text_of(events);
      EXPECT_EQ(a.status == 207, good && failed && !has({open}) && partial == partial_status::multi_status)
          << text_of(events);
    }
  });
}

TEST(AnswerStatusTest, RetryAfterStandsWhereverARetryCanHelp) {
  for_each_combination([](const std::vector<fate>& events, auto has) {
    const bool helps = has({not_written, blocked, unknown, open});
    EXPECT_EQ(answer_of(events, partial_status::multi_status).retry_after, helps) << text_of(events);
  });
}

TEST(AnswerStatusTest, WhatARetryCanSaveIsAnsweredWithAStatusThatMakesClientsRetry) {
  for_each_combination([](const std::vector<fate>& events, auto has) {
    const bool good = has({persisted, duplicate, accepted});
    const bool helps = has({not_written, blocked, unknown, open});
    const int status = answer_of(events, partial_status::unavailable).status;
    if (helps) {
      EXPECT_EQ(status, has({open}) || (!good && has({unknown})) ? 504 : 503) << text_of(events);
    }
    if (!good && !helps) {
      EXPECT_EQ(status, 422) << "the same request will never succeed: " << text_of(events);
    }
  });
}

TEST(AnswerStatusTest, A503WithoutThePartialChoiceMeansThatNothingWasWritten) {
  for_each_combination([](const std::vector<fate>& events, auto has) {
    if (answer_of(events, partial_status::multi_status).status != 503) return;
    EXPECT_FALSE(has({persisted, duplicate, accepted, unknown, open})) << text_of(events);
  });
}

}  // namespace
}  // namespace gateway::api::v1
