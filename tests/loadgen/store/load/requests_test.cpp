#include "loadgen/store/load/requests.h"

#include <gtest/gtest.h>

#include "loadgen/store/history/event.h"

namespace loadgen::store::load {
namespace {

const request_form form{"5f0c2a91", "carts", history::event_bytes_min};

std::string request(std::optional<std::uint64_t> expected, std::uint16_t events, append_form how) {
  history::append what;
  what.aggregate = 5;
  what.events = events;
  what.expected = expected;
  return append_request(form, "localhost", 3, 42, what, how);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(StoreRequestsTest, AnAppendNamesItsAggregateAndSaysItsLength) {
  const std::string text = request(7, 1, {});
  EXPECT_TRUE(text.starts_with("POST /v1/topics/carts/aggregates/5f0c2a91-cart-0000005/events HTTP/1.1\r\n"));
  EXPECT_TRUE(has(text, "\r\nContent-Length: " + std::to_string(history::event_bytes_min) + "\r\n\r\n{"));
  EXPECT_TRUE(text.ends_with(history::event_text(form.run, {3, 42, 0}, 5, form.event_bytes)));
}

TEST(StoreRequestsTest, ExpectationsAreSaidInEveryWay) {
  EXPECT_TRUE(has(request(7, 1, {}), "\r\nExpected-Version: 7\r\n"));
  EXPECT_TRUE(has(request(7, 1, {true, false}), "\r\nIf-Match: \"7\"\r\n"));
  EXPECT_TRUE(has(request(0, 1, {true, false}), "\r\nIf-None-Match: *\r\n"));
  EXPECT_TRUE(has(request(std::nullopt, 1, {}), "\r\nExpected-Version: any\r\n"));
  EXPECT_FALSE(has(request(std::nullopt, 1, {true, false}), "Match"));
}

TEST(StoreRequestsTest, SeveralEventsAreAnArrayOrLines) {
  EXPECT_TRUE(has(request(7, 2, {}), "\r\n\r\n[{"));
  EXPECT_TRUE(has(request(7, 2, {false, true}), "}\n{"));
  EXPECT_TRUE(has(request(7, 2, {false, true}), "application/x-ndjson"));
}

TEST(StoreRequestsTest, AReadSaysWhatItMustHave) {
  read_question what;
  what.aggregate = 5;
  what.from = 3;
  what.limit = 2;
  EXPECT_TRUE(
      read_request(form, "h", what)
          .starts_with("GET /v1/topics/carts/aggregates/5f0c2a91-cart-0000005/events?limit=2&from=3 HTTP/1.1\r\n"));
  what.is_backward = true;
  what.asked = history::promise::token;
  what.token = "4:901";
  EXPECT_TRUE(has(read_request(form, "h", what), "?limit=2&direction=backward&token=4:901 "));
  what.asked = history::promise::at_least;
  what.promised = 12;
  EXPECT_TRUE(has(read_request(form, "h", what), "&at_least=12 "));
  what.asked = history::promise::fresh;
  EXPECT_TRUE(has(read_request(form, "h", what), "&fresh=true "));
}

}  // namespace
}  // namespace loadgen::store::load
