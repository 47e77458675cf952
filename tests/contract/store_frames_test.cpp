// The event store's frames over real sockets, as docs/protocol.md says them, on a log in memory and a real index.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/frames/bytes.h"
#include "tests/gateway/frames/client.h"
#include "tests/gateway/frames/page.h"
#include "tests/support/raw_client.h"
#include "tests/support/store_fixture.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
using frames_test::frame_type;
using gateway::frames::load;

template <typename Integer>
void put(std::string& out, std::uint64_t value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

struct event {
  std::string value, id = {};
};
struct unit {
  std::string aggregate;
  std::int64_t expected = -1;
  std::vector<event> events = {};
};

std::string append(std::uint64_t request, const std::vector<unit>& units, std::string_view topic = "carts",
                   std::uint32_t timeout_ms = 0) {
  std::string p;
  put<std::uint64_t>(p, request);
  put<std::uint32_t>(p, timeout_ms);
  put<std::uint16_t>(p, 0);
  put<std::uint16_t>(p, topic.size());
  put<std::uint32_t>(p, units.size());
  put<std::uint32_t>(p, 0);
  p += topic;
  for (const unit& u : units) {
    put<std::int64_t>(p, static_cast<std::uint64_t>(u.expected));
    put<std::uint32_t>(p, u.events.size());
    put<std::uint16_t>(p, u.aggregate.size());
    put<std::uint16_t>(p, 0);
    p += u.aggregate;
    for (const event& e : u.events) {
      put<std::uint32_t>(p, e.value.size());
      put<std::uint16_t>(p, e.id.size());
      put<std::uint16_t>(p, 0);
      p += e.id + e.value;
    }
  }
  return frames_test::frame(frame_type::append, p);
}

struct read_wish {
  std::uint64_t from = 0, limit = 1000, at_least = 0, up_to = 0;
  std::int64_t token = -1;
  std::uint32_t wait_ms = 0, bytes_max = 0;
  std::uint16_t options = 0;
};

std::string read(std::uint64_t request, std::string_view aggregate, const read_wish& w = {},
                 std::string_view topic = "carts") {
  std::string p;
  for (const std::uint64_t n : {request, w.from, w.limit, w.at_least, w.up_to}) put<std::uint64_t>(p, n);
  put<std::int64_t>(p, static_cast<std::uint64_t>(w.token));
  put<std::uint32_t>(p, w.wait_ms);
  put<std::uint32_t>(p, w.bytes_max);
  put<std::uint16_t>(p, w.options);
  put<std::uint16_t>(p, topic.size());
  put<std::uint16_t>(p, aggregate.size());
  put<std::uint16_t>(p, 0);
  return frames_test::frame(frame_type::read, p.append(topic).append(aggregate));
}

struct result {
  int outcome = -1;
  std::int32_t partition = -1;
  std::uint64_t version = 0, first_version = 0;
  std::int64_t first_offset = -1, last_offset = -1;
};
struct appended {
  std::uint64_t request = 0;
  int status = -1;
  std::string text;
  std::vector<result> results;
};
struct read_back {
  std::uint64_t request = 0, version = 0;
  int status = -1;
  bool more = false;
  std::vector<std::uint64_t> versions;
  std::vector<std::string> values;
};

appended appended_of(const std::string& p) {
  appended a;
  a.request = load<std::uint64_t>(p.data());
  a.status = p[12];
  const auto text = load<std::uint16_t>(p.data() + 14), owner = load<std::uint16_t>(p.data() + 16);
  a.text = p.substr(20, text);
  std::size_t at = 20U + text + owner;
  for (std::uint32_t left = load<std::uint32_t>(p.data() + 8); left > 0; --left, at += 48) {
    const char* r = p.data() + at;
    a.results.push_back({r[0], load<std::int32_t>(r + 4), load<std::uint64_t>(r + 8), load<std::uint64_t>(r + 16),
                         load<std::int64_t>(r + 24), load<std::int64_t>(r + 32)});
  }
  EXPECT_EQ(at, p.size());
  return a;
}

read_back events_of(const std::string& p) {
  read_back r;
  r.request = load<std::uint64_t>(p.data());
  r.version = load<std::uint64_t>(p.data() + 8);
  r.status = p[24];
  r.more = p[25] != 0;
  std::size_t at = 36U + load<std::uint16_t>(p.data() + 26) + load<std::uint16_t>(p.data() + 28);
  for (std::uint32_t left = load<std::uint32_t>(p.data() + 20); left > 0; --left) {
    r.versions.push_back(load<std::uint64_t>(p.data() + at));
    const auto bytes = load<std::uint32_t>(p.data() + at + 24);
    r.values.push_back(p.substr(at + 28, bytes));
    at += 28 + bytes;
  }
  EXPECT_EQ(at, p.size());
  return r;
}

class StoreFramesTest : public ::testing::Test {
 protected:
  StoreFramesTest() {
    send(frames_test::hello(1, 2));
    const auto said = next(frame_type::welcome);
    EXPECT_TRUE(said);
    if (said) welcome = *said;
  }

  bool send(std::string_view bytes) { return socket.send(bytes); }
  std::optional<frames_test::message> next(frame_type type, std::chrono::milliseconds within = 10s) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < until) {
      while (auto one = frames_test::take(bytes_))
        if (one->type == type) return one;
      bytes_ += socket.everything(10ms);
    }
    return {};
  }
  appended ask(const std::string& frame) {
    send(frame);
    const auto said = next(frame_type::appended);
    EXPECT_TRUE(said);
    return said ? appended_of(said->payload) : appended{};
  }
  read_back ask_for(const std::string& frame) {
    send(frame);
    const auto said = next(frame_type::events);
    EXPECT_TRUE(said);
    return said ? events_of(said->payload) : read_back{};
  }
  int error_after(std::string_view bytes) {
    send(bytes);
    const auto said = next(frame_type::error);
    return said ? said->code : -1;
  }

  temporary_folder folder;
  fake_log log;
  store_fixture gate{log, folder.path};
  raw_client socket{gate.tcp_port()};
  frames_test::message welcome;

 private:
  std::string bytes_;
};

TEST_F(StoreFramesTest, WelcomeHasRequestsAndAChallenge) {
  EXPECT_EQ(welcome.version, 2);
  const std::size_t at = 38 + welcome.text.size();
  ASSERT_EQ(welcome.payload.size(), at + 4 + 2 + 32);
  EXPECT_EQ(load<std::uint32_t>(welcome.payload.data() + at), 256U);
}

TEST_F(StoreFramesTest, AnAppendExpectsAVersionAndIsAUnit) {
  const appended first = ask(append(7, {{"cart-7", 0, {{R"({"n":1})", "e-1"}, {"not json", "e-2"}}}}));
  EXPECT_EQ(first.request, 7U);
  ASSERT_EQ(first.status, 0) << first.text;
  ASSERT_EQ(first.results.size(), 1U);
  EXPECT_EQ(first.results[0].outcome, 0);
  EXPECT_EQ(first.results[0].first_version, 1U);
  EXPECT_EQ(first.results[0].version, 2U);
  EXPECT_EQ(first.results[0].last_offset, first.results[0].first_offset + 1);
  const auto records = log.records("carts");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].key, "cart-7");
  EXPECT_EQ(records[1].value, "not json");
  const std::vector<std::pair<std::string, std::string>> headers{{"aggregate-version", "2"}, {"event-id", "e-2"}};
  EXPECT_EQ(records[1].headers, headers);
  const appended conflict = ask(append(8, {{"cart-7", 1, {{"{}", "e-3"}}}}));
  EXPECT_EQ(conflict.results.at(0).outcome, 2);
  EXPECT_EQ(conflict.results[0].version, 2U);
  const appended again = ask(append(9, {{"cart-7", 0, {{R"({"n":1})", "e-1"}, {"not json", "e-2"}}}}));
  EXPECT_EQ(again.results.at(0).outcome, 1);
  EXPECT_EQ(again.results[0].first_offset, first.results[0].first_offset);
  EXPECT_EQ(log.records("carts").size(), 2U);
}

TEST_F(StoreFramesTest, EachAppendOfAFrameHasItsOwnOutcome) {
  const appended a = ask(append(1, {{"a", 0, {{"{}"}}}, {"b", 5, {{"{}"}}}, {"a", 1, {{"{}"}}}, {"c", -1, {{"{}"}}}}));
  ASSERT_EQ(a.results.size(), 4U);
  std::vector<int> outcomes;
  for (const result& r : a.results) outcomes.push_back(r.outcome);
  EXPECT_EQ(outcomes, (std::vector<int>{0, 2, 0, 0}));
  EXPECT_EQ(a.results[2].version, 2U);
  EXPECT_EQ(log.records("carts").size(), 3U);
}

TEST_F(StoreFramesTest, ReadsGiveRangesVersionsAndPieces) {
  ask(append(1, {{"c", 0, {{R"({"n":1})"}, {R"({"n":2})"}, {R"({"n":3})"}}}}));
  const read_back all = ask_for(read(2, "c"));
  EXPECT_EQ(all.request, 2U);
  EXPECT_EQ(all.status, 0);
  EXPECT_EQ(all.version, 3U);
  EXPECT_EQ(all.versions, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(all.values[2], R"({"n":3})");
  EXPECT_FALSE(all.more);
  EXPECT_EQ(ask_for(read(3, "c", {.limit = 2, .options = 1})).versions, (std::vector<std::uint64_t>{3, 2}));
  const read_back head = ask_for(read(4, "c", {.limit = 0}));
  EXPECT_EQ(head.version, 3U);
  EXPECT_TRUE(head.versions.empty());
  const read_back piece = ask_for(read(5, "c", {.bytes_max = 1}));
  EXPECT_EQ(piece.versions, (std::vector<std::uint64_t>{1}));
  EXPECT_TRUE(piece.more);
  EXPECT_EQ(ask_for(read(6, "c", {.from = 2, .up_to = 2})).versions, (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(ask_for(read(7, "nobody")).version, 0U);
  EXPECT_EQ(ask_for(read(8, "c", {.options = 2})).version, 3U) << "fresh";
}

TEST_F(StoreFramesTest, AReadWaitsForAVersion) {
  send(read(1, "c", {.at_least = 1, .wait_ms = 5000}));
  send(append(2, {{"c", 0, {{"{}"}}}}));
  const auto said = next(frame_type::events);
  ASSERT_TRUE(said);
  EXPECT_EQ(events_of(said->payload).version, 1U);
  EXPECT_EQ(ask_for(read(3, "c", {.at_least = 9, .wait_ms = 20})).status, 8);
}

TEST_F(StoreFramesTest, WhatCannotBeIsRefusedAsAWhole) {
  EXPECT_EQ(ask(append(1, {{"c", 0, {{"{}"}}}}, "orders")).status, 2);
  EXPECT_EQ(ask(append(2, {{"c", 0, {{"{}"}}}}, "nope")).status, 1);
  EXPECT_EQ(ask(append(3, {{"c", 0, {{"{}"}, {""}}}})).status, 6);
  EXPECT_EQ(ask(append(4, {{"", 0, {{"{}"}}}})).status, 6);
  EXPECT_EQ(ask(append(5, {{"c", 0, {}}})).status, 6);
  EXPECT_EQ(ask_for(read(6, "c", {}, "orders")).status, 2);
  EXPECT_EQ(ask_for(read(7, "c", {}, "nope")).status, 1);
  EXPECT_TRUE(log.records("carts").empty());
}

TEST_F(StoreFramesTest, AnAppendThatIsNotSettledInTimeIsUnknown) {
  for (auto& o : gate.owned()) o->hold();
  const appended a = ask(append(1, {{"c", 0, {{"{}", "e-1"}}}}, "carts", 50));
  EXPECT_EQ(a.results.at(0).outcome, 7);
  for (auto& o : gate.owned()) o->release();
  EXPECT_EQ(ask(append(2, {{"c", 0, {{"{}", "e-1"}}}})).results.at(0).outcome, 1);
}

TEST_F(StoreFramesTest, BrokenFramesEndTheConnection) {
  std::string cut = append(1, {{"c", 0, {{"{}"}}}}).substr(12);
  cut.pop_back();
  EXPECT_EQ(error_after(frames_test::frame(frame_type::append, cut)), 8);
}

TEST_F(StoreFramesTest, AClientOfVersion1KnowsNoAppend) {
  raw_client old(gate.tcp_port());
  old.send(frames_test::hello(1, 1) + append(1, {{"c", 0, {{"{}"}}}}));
  std::string bytes = old.everything(2s);
  const auto all = frames_test::take_all(bytes);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].version, 1);
  EXPECT_EQ(all[0].payload.size(), 38 + all[0].text.size()) << "WELCOME is as it was";
  EXPECT_EQ(all[1].code, 3);
}

TEST_F(StoreFramesTest, APeerThatDoesNotKnowTheSecretIsRefused) {
  raw_client peer(gate.tcp_port());
  peer.send(frames_test::vectors().at("hello_peer"));
  peer.send(frames_test::vectors().at("peer"));  // the answer to another challenge
  std::string bytes = peer.everything(2s);
  const auto all = frames_test::take_all(bytes);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].type, frame_type::error);
  EXPECT_EQ(all[1].code, 15);
  EXPECT_EQ(all[1].text.find("staple"), std::string::npos);
}

TEST_F(StoreFramesTest, APeerSendsNothingBeforeItsProof) {
  raw_client peer(gate.tcp_port());
  peer.send(frames_test::vectors().at("hello_peer") + append(1, {{"c", 0, {{"{}"}}}}));
  std::string bytes = peer.everything(2s);
  const auto all = frames_test::take_all(bytes);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].code, 15);
  EXPECT_TRUE(log.records("carts").empty());
}

}  // namespace
}  // namespace tests
