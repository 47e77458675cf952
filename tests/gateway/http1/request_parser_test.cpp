#include "gateway/http1/request_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::http1 {
namespace {

using status = request_parser::status;

const std::string whole =
    "POST /v1/topics/orders/events?results=each HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: t\xc3\xa9st\r\n"
    "Content-Type:application/json\r\nContent-Length:\t 17 \r\nHeadgate-Key: a b \r\n\r\n";

request_parser parsed(const std::string& bytes, status expected) {
  request_parser p(head_limits{});
  EXPECT_EQ(p.feed(bytes), expected) << bytes;
  return p;
}

TEST(RequestParserTest, ReadsEveryFieldItKnows) {
  const std::string bytes = whole + "body of the request";
  const request_parser p = parsed(bytes, status::done);
  const request_head& h = p.head();
  EXPECT_EQ(h.method, method::post);
  EXPECT_EQ(h.target, "/v1/topics/orders/events?results=each");
  EXPECT_EQ(h[field::content_type], "application/json");
  EXPECT_EQ(h[field::headgate_key], "a b");
  EXPECT_EQ(h.framing, framing::length);
  EXPECT_EQ(h.body_bytes, 17U);
  EXPECT_EQ(h.head_bytes, whole.size());
  EXPECT_TRUE(h.keep_alive);
}

TEST(RequestParserTest, NeedsMoreAtEveryTruncation) {
  for (std::size_t n = 0; n < whole.size(); ++n) {
    request_parser p(head_limits{});
    EXPECT_EQ(p.feed(whole.substr(0, n)), status::need_more) << n;
  }
}

TEST(RequestParserTest, GivesTheSameWhereverTheBytesAreSplit) {
  for (std::size_t n = 0; n < whole.size(); ++n) {
    request_parser p(head_limits{});
    const std::string first = whole.substr(0, n);
    ASSERT_EQ(p.feed(first), status::need_more);
    const std::string moved = whole;  // the bytes may lie elsewhere now
    ASSERT_EQ(p.feed(moved), status::done) << n;
    EXPECT_EQ(p.head().target, "/v1/topics/orders/events?results=each");
    EXPECT_EQ(p.head()[field::host], "localhost:8080");
    EXPECT_EQ(p.head().body_bytes, 17U);
  }
}

TEST(RequestParserTest, ReadsByteForByte) {
  request_parser p(head_limits{});
  for (std::size_t n = 1; n < whole.size(); ++n)
    ASSERT_EQ(p.feed(std::string_view(whole).substr(0, n)), status::need_more);
  EXPECT_EQ(p.feed(whole), status::done);
}

TEST(RequestParserTest, IsAsNewAfterReset) {
  request_parser p(head_limits{});
  ASSERT_EQ(p.feed(whole), status::done);
  p.reset();
  ASSERT_EQ(p.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), status::done);
  EXPECT_EQ(p.head().framing, framing::none);
  EXPECT_FALSE(p.head().has(field::headgate_key));
}

TEST(RequestParserTest, IgnoresOneEmptyLineBeforeARequest) {
  parsed("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", status::done);
  parsed("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", status::failed);
}

TEST(RequestParserTest, TakesAHeadAtItsLimitAndNoByteMore) {
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  const head_limits limits{.bytes_max = 1000, .fields_max = 64};
  const auto padded = [&](std::size_t bytes) {
    return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
  };
  request_parser at(limits);
  EXPECT_EQ(at.feed(padded(1000)), status::done);
  request_parser over(limits);
  EXPECT_EQ(over.feed(padded(1001)), status::failed);
  EXPECT_EQ(over.error().error, errc::head_too_large);
  request_parser endless(limits);
  EXPECT_EQ(endless.feed("GET /" + std::string(1000, 'a')), status::failed);
  EXPECT_EQ(endless.error().error, errc::head_too_large);
}

TEST(RequestParserTest, TakesAsManyFieldsAsAllowedAndNoneMore) {
  const auto with_fields = [](int n) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 1; i < n; ++i) bytes += "X-" + std::to_string(i) + ": v\r\n";
    return bytes + "\r\n";
  };
  parsed(with_fields(64), status::done);
  EXPECT_EQ(parsed(with_fields(65), status::failed).error().error, errc::head_too_large);
}

TEST(RequestParserTest, KeepsAliveAsTheVersionAndTheClientSay) {
  const auto keep_alive = [](const std::string& line, const std::string& fields) {
    return parsed(line + "\r\nHost: h\r\n" + fields + "\r\n", status::done).head().keep_alive;
  };
  EXPECT_TRUE(keep_alive("GET / HTTP/1.1", ""));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1", "Connection: x, CLOSE\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.0", ""));
  EXPECT_TRUE(keep_alive("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

TEST(RequestParserTest, RefusesOtherVersionsAsSuch) {
  for (const char* version : {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.0"})
    EXPECT_EQ(parsed("GET / " + std::string(version) + "\r\n", status::failed).error().error,
              errc::version_not_supported);
  for (const char* version : {"HTTP/11", "http/1.1", "HTTP/1.1 ", "HTTP/1.", "HTTPS/1.1", "HTTP/1.1x", "HTTP/1,1", ""})
    EXPECT_EQ(parsed("GET / " + std::string(version) + "\r\n", status::failed).error().error, errc::malformed_request);
}

TEST(RequestParserTest, UnderstandsExpectOnlyIn11) {
  const std::string expect = "Host: h\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n";
  EXPECT_TRUE(parsed("POST / HTTP/1.1\r\n" + expect, status::done).head().expects_continue);
  EXPECT_FALSE(parsed("POST / HTTP/1.0\r\n" + expect, status::done).head().expects_continue);
  EXPECT_EQ(parsed("POST / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n", status::failed).error().error,
            errc::expectation_failed);
}

TEST(RequestParserTest, NoticesATlsHandshakeAtItsFirstByte) {
  EXPECT_EQ(parsed("\x16\x03\x01", status::failed).error().error, errc::malformed_request);
}

}  // namespace
}  // namespace gateway::http1
