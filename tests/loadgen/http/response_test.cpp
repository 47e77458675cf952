#include "loadgen/http/response.h"

#include <gtest/gtest.h>

#include <vector>

namespace loadgen::http {
namespace {

std::vector<response> read_in_pieces(std::string_view bytes, std::size_t piece, response_reader& reader) {
  std::vector<response> found;
  while (!bytes.empty() && !reader.broken()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    while (!part.empty() && !reader.broken()) {
      if (reader.consume(part)) found.push_back(reader.taken());
    }
  }
  return found;
}

constexpr std::string_view three =
    "HTTP/1.1 100 Continue\r\n\r\n"
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-LENGTH:  5 \r\n\r\nhello"
    "HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=1\r\nwiki\r\n5\r\npedia\r\n0\r\nX: "
    "y\r\n\r\n"
    "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

TEST(ResponseTest, ReadsTheSameHoweverTheBytesArrive) {
  for (std::size_t piece = 1; piece <= three.size(); ++piece) {
    response_reader reader;
    const auto found = read_in_pieces(three, piece, reader);
    ASSERT_EQ(found.size(), 3U) << piece << " " << reader.error();
    EXPECT_EQ(found[0].status, 200);
    EXPECT_EQ(found[0].body, "hello");
    EXPECT_FALSE(found[0].close);
    EXPECT_EQ(found[1].status, 503);
    EXPECT_EQ(found[1].body, "wikipedia");
    EXPECT_EQ(found[1].retry_after, std::chrono::seconds(3));
    EXPECT_EQ(found[2].status, 204);
    EXPECT_TRUE(found[2].close);
  }
}

TEST(ResponseTest, ABodyMayEndWithTheConnection) {
  response_reader reader;
  std::string_view bytes = "HTTP/1.0 200 OK\r\n\r\nall there is";
  EXPECT_FALSE(reader.consume(bytes));
  EXPECT_TRUE(reader.finish());
  EXPECT_EQ(reader.taken().body, "all there is");
  EXPECT_TRUE(reader.taken().close);
}

TEST(ResponseTest, ACutAnswerIsNotWhole) {
  response_reader reader;
  std::string_view bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
  EXPECT_FALSE(reader.consume(bytes));
  EXPECT_FALSE(reader.finish());
}

TEST(ResponseTest, NonsenseIsNamed) {
  for (const char* text :
       {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"}) {
    response_reader reader;
    read_in_pieces(text, 1000, reader);
    EXPECT_TRUE(reader.broken()) << text;
  }
}

TEST(ResponseTest, AnEndlessHeadIsRefused) {
  response_reader reader;
  read_in_pieces("HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'a'), 5000, reader);
  EXPECT_TRUE(reader.broken());
}

}  // namespace
}  // namespace loadgen::http
