// Every way to make two readers disagree about one request that we know of. None may be accepted; what is accepted is
// read the same way by llhttp, an independent parser.
#include <gtest/gtest.h>
#include <llhttp.h>

#include <string>
#include <vector>

#include "gateway/http1/chars.h"
#include "gateway/http1/request_parser.h"

namespace gateway::http1 {
namespace {

using status = request_parser::status;

const std::string line = "POST /v1/topics/t/events HTTP/1.1\r\n";
const std::string host = "Host: h\r\n";

struct bad_head {
  const char* what;
  std::string bytes;
};

std::vector<bad_head> bad_heads() {
  const std::string start = line + host;
  const auto field = [&](std::string f) { return start + std::move(f) + "\r\n\r\n"; };
  return {
      {"both framings", field("Content-Length: 3\r\nTransfer-Encoding: chunked")},
      {"both framings, the other way round", field("Transfer-Encoding: chunked\r\nContent-Length: 3")},
      {"two lengths", field("Content-Length: 3\r\nContent-Length: 4")},
      {"two equal lengths", field("Content-Length: 3\r\nContent-Length: 3")},
      {"two lengths in one field", field("Content-Length: 3, 3")},
      {"two lengths in different case", field("Content-Length: 3\r\ncontent-length: 4")},
      {"negative length", field("Content-Length: -1")},
      {"signed length", field("Content-Length: +3")},
      {"hexadecimal length", field("Content-Length: 0x3")},
      {"fractional length", field("Content-Length: 3.0")},
      {"exponent", field("Content-Length: 1e3")},
      {"length with underscore", field("Content-Length: 1_0")},
      {"length with space inside", field("Content-Length: 1 0")},
      {"length with tab inside", field("Content-Length: 1\t0")},
      {"empty length", field("Content-Length:")},
      {"length of spaces", field("Content-Length:   ")},
      {"length that overflows 64 bits", field("Content-Length: 18446744073709551617")},
      {"length of 400 digits", field("Content-Length: " + std::string(400, '1'))},
      {"length with trailing letters", field("Content-Length: 3abc")},
      {"length in quotes", field("Content-Length: \"3\"")},
      {"length with a high byte", field("Content-Length: 3\xa0")},
      {"length in full-width digits", field("Content-Length: \xef\xbc\x93")},
      {"length with a semicolon", field("Content-Length: 3;x")},
      {"gzip coding", field("Transfer-Encoding: gzip")},
      {"identity coding", field("Transfer-Encoding: identity")},
      {"coding before chunked", field("Transfer-Encoding: gzip, chunked")},
      {"coding behind chunked", field("Transfer-Encoding: chunked, gzip")},
      {"chunked twice", field("Transfer-Encoding: chunked, chunked")},
      {"two fields", field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
      {"two fields, one unknown", field("Transfer-Encoding: chunked\r\nTransfer-Encoding: x")},
      {"empty coding", field("Transfer-Encoding:")},
      {"chunked with a parameter", field("Transfer-Encoding: chunked;q=1")},
      {"chunked in quotes", field("Transfer-Encoding: \"chunked\"")},
      {"chunked with a comma", field("Transfer-Encoding: chunked,")},
      {"comma before chunked", field("Transfer-Encoding: ,chunked")},
      {"xchunked", field("Transfer-Encoding: xchunked")},
      {"chunked and more letters", field("Transfer-Encoding: chunkedx")},
      {"vertical tab before chunked", field("Transfer-Encoding: \x0b"
                                            "chunked")},
      {"form feed behind chunked", field("Transfer-Encoding: chunked\x0c")},
      {"high byte before chunked", field("Transfer-Encoding: \xff"
                                         "chunked")},
      {"NUL behind chunked", field(std::string("Transfer-Encoding: chunked\0", 27))},
      {"space before the colon", field("Transfer-Encoding : chunked")},
      {"tab before the colon", field("Content-Length\t: 3")},
      {"space before the name", field(" Content-Length: 3")},
      {"tab before the name", field("\tTransfer-Encoding: chunked")},
      {"folded value", field("X: a\r\n b")},
      {"folded framing", field("Transfer-Encoding:\r\n chunked")},
      {"folded first field", line + " Host: h\r\n\r\n"},
      {"NUL in a name", field(std::string("X\0Y: v", 6))},
      {"high byte in a name", field("X\xe9: v")},
      {"control in a name", field("X\x01: v")},
      {"bracket in a name", field("X[]: v")},
      {"space in a name", field("X Y: v")},
      {"comma in a name", field("X,Y: v")},
      {"slash in a name", field("X/Y: v")},
      {"at sign in a name", field("X@Y: v")},
      {"quote in a name", field("\"X\": v")},
      {"empty name", field(": v")},
      {"no colon", field("Content-Length 3")},
      {"NUL in a value", field(std::string("X: a\0b", 6))},
      {"DEL in a value", field("X: a\x7f")},
      {"escape in a value", field("X: a\x1b[0m")},
      {"bare CR in a value", field("X: a\rb")},
      {"bare CR, then a field", field("X: a\rContent-Length: 3")},
      {"bare LF after a field", start + "X: a\nContent-Length: 3\r\n\r\n"},
      {"bare LF as the end of the head", start + "\n"},
      {"bare LF twice", "POST / HTTP/1.1\nHost: h\n\n"},
      {"CR CR LF", start + "X: a\r\r\n\r\n"},
      {"CR X at the end of the head", start + "\rX"},
      {"LF CR", start + "X: a\n\r\n\r\n"},
      {"no host", line + "Content-Length: 3\r\n\r\n"},
      {"two hosts", line + host + host + "\r\n"},
      {"two different hosts", line + host + "host: g\r\n\r\n"},
      {"host with a space", line + "Host: a b\r\n\r\n"},
      {"host with a path", line + "Host: a/b\r\n\r\n"},
      {"host with user information", line + "Host: a@b\r\n\r\n"},
      {"host with two ports", line + "Host: a:80:80\r\n\r\n"},
      {"host with a port that is no number", line + "Host: a:b\r\n\r\n"},
      {"host with an open bracket", line + "Host: [::1\r\n\r\n"},
      {"host with a bracket inside", line + "Host: a[::1]\r\n\r\n"},
      {"host with text behind the bracket", line + "Host: [::1]a\r\n\r\n"},
      {"host list", line + "Host: a\xc2\xa0, b\r\n\r\n"},
      {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"length twice in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"},
      {"HTTP/0.9", "GET /\r\n"},
      {"two spaces in the request line", "POST  / HTTP/1.1\r\n" + host + "\r\n"},
      {"two spaces before the version", "POST /  HTTP/1.1\r\n" + host + "\r\n"},
      {"space behind the version", "POST / HTTP/1.1 \r\n" + host + "\r\n"},
      {"space before the method", " POST / HTTP/1.1\r\n" + host + "\r\n"},
      {"tabs in the request line", "POST\t/\tHTTP/1.1\r\n" + host + "\r\n"},
      {"colon in the method", "POST: / HTTP/1.1\r\n" + host + "\r\n"},
      {"high byte in the method", "P\xd6ST / HTTP/1.1\r\n" + host + "\r\n"},
      {"high byte in the target", "POST /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n"},
      {"fragment in the target", "POST /a#b HTTP/1.1\r\n" + host + "\r\n"},
      {"control in the target", "POST /a\x01 HTTP/1.1\r\n" + host + "\r\n"},
      {"empty target", "POST  HTTP/1.1\r\n" + host + "\r\n"},
      {"two requests' lines", "POST / HTTP/1.1 GET /admin HTTP/1.1\r\n" + host + "\r\n"},
      {"asterisk without OPTIONS", "GET * HTTP/1.1\r\n" + host + "\r\n"},
      {"asterisk and more", "OPTIONS ** HTTP/1.1\r\n" + host + "\r\n"},
      {"asterisk with a query", "OPTIONS *?a HTTP/1.1\r\n" + host + "\r\n"},
      {"authority without CONNECT", "GET h:80 HTTP/1.1\r\n" + host + "\r\n"},
      {"host without CONNECT", "POST h HTTP/1.1\r\n" + host + "\r\n"},
      {"path with CONNECT", "CONNECT / HTTP/1.1\r\n" + host + "\r\n"},
      {"absolute form with CONNECT", "CONNECT http://h:80/ HTTP/1.1\r\n" + host + "\r\n"},
      {"CONNECT without a port", "CONNECT h HTTP/1.1\r\n" + host + "\r\n"},
      {"CONNECT with an empty port", "CONNECT h: HTTP/1.1\r\n" + host + "\r\n"},
      {"CONNECT without a host", "CONNECT :80 HTTP/1.1\r\n" + host + "\r\n"},
      {"query without a path", "GET ?a HTTP/1.1\r\n" + host + "\r\n"},
      {"query with OPTIONS", "OPTIONS ?a HTTP/1.1\r\n" + host + "\r\n"},
      {"exclamation mark", "GET ! HTTP/1.1\r\n" + host + "\r\n"},
      {"path without its slash", "GET v1/topics HTTP/1.1\r\n" + host + "\r\n"},
      {"dot segments without a slash", "GET ../a HTTP/1.1\r\n" + host + "\r\n"},
      {"scheme without an authority", "GET http:/a HTTP/1.1\r\n" + host + "\r\n"},
      {"empty authority", "GET http:///a HTTP/1.1\r\n" + host + "\r\n"},
      {"authority of a port", "GET http://:80/ HTTP/1.1\r\n" + host + "\r\n"},
      {"authority with user information", "GET http://u@h/ HTTP/1.1\r\n" + host + "\r\n"},
      {"authority with a port that is no number", "GET http://h:x/ HTTP/1.1\r\n" + host + "\r\n"},
      {"authority with an open bracket", "GET http://[::1/ HTTP/1.1\r\n" + host + "\r\n"},
      {"another scheme", "GET ftp://h/ HTTP/1.1\r\n" + host + "\r\n"},
      {"scheme without slashes", "GET mailto:a HTTP/1.1\r\n" + host + "\r\n"},
      {"backslash path", "GET \\a HTTP/1.1\r\n" + host + "\r\n"},
      {"backslash in the path", "GET /a\\b HTTP/1.1\r\n" + host + "\r\n"},
      {"quote in the path", "GET /a\"b HTTP/1.1\r\n" + host + "\r\n"},
      {"brace in the path", "GET /{a} HTTP/1.1\r\n" + host + "\r\n"},
      {"angle bracket in the path", "GET /<a> HTTP/1.1\r\n" + host + "\r\n"},
      {"backslash in an absolute form's path", "GET http://h/a\\b HTTP/1.1\r\n" + host + "\r\n"},
      {"bare LF behind the request line", "POST / HTTP/1.1\n" + host + "\r\n"},
  };
}

TEST(SmugglingTest, RefusesEveryAmbiguousHead) {
  for (const bad_head& b : bad_heads()) {
    request_parser p(head_limits{});
    EXPECT_EQ(p.feed(b.bytes), status::failed) << b.what;
    EXPECT_EQ(p.error().error, errc::malformed_request) << b.what;
  }
}

TEST(SmugglingTest, TakesEveryLegalFormOfATarget) {
  for (const char* legal : {"GET /", "GET //", "GET /a/b;c=d/@:!$&'()*+,=~", "GET /%2Fa?b", "GET /?", "GET /a?b/c?d",
                            "GET /a?b=[c]|{d}^`\"", "GET http://h", "POST HTTPS://h:443/a?b", "GET http://[::1]:80/",
                            "GET http://h?b", "OPTIONS *", "OPTIONS /a", "OPTIONS http://h", "CONNECT h:443",
                            "CONNECT [::1]:443", "BREW /pot", "DELETE /a"}) {
    request_parser p(head_limits{});
    EXPECT_EQ(p.feed(legal + (" HTTP/1.1\r\n" + host) + "\r\n"), status::done) << legal;
  }
}

TEST(SmugglingTest, RefusesThemByteForByteToo) {
  for (const bad_head& b : bad_heads()) {
    request_parser p(head_limits{});
    status s = status::need_more;
    for (std::size_t n = 1; n <= b.bytes.size() && s == status::need_more; ++n)
      s = p.feed(std::string_view(b.bytes).substr(0, n));
    EXPECT_EQ(s, status::failed) << b.what;
  }
}

// llhttp's reading of a head: 0 while incomplete or refused.
struct second_reading {
  bool complete = false;
  bool failed = false;
  bool chunked = false;
  std::uint64_t length = 0;
};

second_reading by_llhttp(const std::string& bytes) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = [](llhttp_t* p) {
    auto* r = static_cast<second_reading*>(p->data);
    r->complete = true;
    r->chunked = (p->flags & F_CHUNKED) != 0;
    r->length = p->content_length;
    return static_cast<int>(HPE_PAUSED);
  };
  second_reading r;
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  parser.data = &r;
  const auto e = llhttp_execute(&parser, bytes.data(), bytes.size());
  r.failed = e != HPE_OK && e != HPE_PAUSED && e != HPE_PAUSED_UPGRADE;
  return r;
}

TEST(SmugglingTest, WhatIsAcceptedIsReadAlikeByASecondParser) {
  const std::vector<std::string> fields = {"Content-Length: 0",         "Content-Length: 17",
                                           "content-LENGTH:\t5 ",       "Transfer-Encoding: chunked",
                                           "transfer-encoding:Chunked", "Accept: */*",
                                           "Connection: close",         "Expect: 100-continue",
                                           "X-A: \xc3\xa9, b\tc",       "Content-Type: a/b; c=\"d\""};
  for (const std::string& a : fields)
    for (const std::string& b : fields) {
      const std::string bytes = line + host + a + "\r\n" + b + "\r\n\r\n";
      request_parser p(head_limits{});
      const status s = p.feed(bytes);
      if (s != status::done) continue;
      const second_reading r = by_llhttp(bytes);
      EXPECT_TRUE(r.complete && !r.failed) << bytes;
      EXPECT_EQ(r.chunked, p.head().framing == framing::chunked) << bytes;
      EXPECT_EQ(r.chunked ? 0 : r.length, p.head().body_bytes) << bytes;
    }
}

}  // namespace
}  // namespace gateway::http1
