#include "gateway/http1/field_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/http1/request_parser.h"

namespace gateway::http1 {
namespace {

std::string lines_of(std::string_view request) {
  request_parser parser(head_limits{});
  EXPECT_EQ(parser.feed(request), request_parser::status::done);
  std::string seen;
  for_each_field(parser.head(), [&](const field_line& f) {
    seen += f.name;
    seen += '=';
    seen += f.value;
    seen += ';';
  });
  return seen;
}

TEST(FieldLinesTest, GivesEachFieldInItsOrder) {
  EXPECT_EQ(lines_of("GET / HTTP/1.1\r\nHost: h\r\nX-a:  b:c \r\nx-A:\r\n\r\nbody: no\r\n"), "Host=h;X-a=b:c;x-A=;");
  EXPECT_EQ(lines_of("\r\nGET / HTTP/1.0\r\n\r\n"), "");
}

TEST(FieldLinesTest, FindsTheFirstOfAName) {
  request_parser parser(head_limits{});
  ASSERT_EQ(parser.feed("GET / HTTP/1.1\r\nHost: h\r\nCE-Id: 1\r\nce-id: 2\r\n\r\n"), request_parser::status::done);
  EXPECT_EQ(field_named(parser.head(), "ce-id"), "1");
  EXPECT_EQ(field_named(parser.head(), "ce-type").data(), nullptr);
}

}  // namespace
}  // namespace gateway::http1
