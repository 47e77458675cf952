#include "gateway/http1/chunk_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::http1 {
namespace {

using status = chunk_decoder::status;

struct outcome {
  chunk_decoder::status end;
  std::string body;
  std::size_t consumed;
  errc error;
};

// Feeds `in` in pieces of `piece` bytes and puts the body together.
outcome decode(const std::string& in, std::size_t piece, std::uint64_t max = 1000) {
  chunk_decoder d(max);
  outcome o{status::need_more, {}, 0, errc::internal_error};
  while (o.consumed < in.size() && o.end == status::need_more) {
    std::string bytes = in.substr(o.consumed, piece);
    const auto p = d.feed(bytes, bytes.data());
    o.body += bytes.substr(0, p.produced);
    o.consumed += p.consumed;
    o.end = p.status;
  }
  if (o.end == status::failed) o.error = d.error().error;
  return o;
}

const std::string valid = "5\r\nhello\r\n6;name=\"a b\"\r\n world\r\n0000\r\nTrailer: x\r\nOther:\r\n\r\n";

TEST(ChunkDecoderTest, GivesTheSameBodyWhereverTheBytesAreSplit) {
  for (std::size_t piece = 1; piece <= valid.size(); ++piece) {
    const outcome o = decode(valid + "GET / HTTP/1.1", piece);
    EXPECT_EQ(o.end, status::done) << piece;
    EXPECT_EQ(o.body, "hello world");
    EXPECT_EQ(o.consumed, valid.size());
  }
}

TEST(ChunkDecoderTest, NeedsMoreAtEveryTruncation) {
  for (std::size_t n = 0; n < valid.size(); ++n)
    EXPECT_EQ(decode(valid.substr(0, n), 1000).end, status::need_more) << n;
}

TEST(ChunkDecoderTest, TakesFramingOutInPlace) {
  std::string bytes = valid;
  chunk_decoder d(100);
  const auto p = d.feed(bytes, bytes.data());
  EXPECT_EQ(std::string_view(bytes).substr(0, p.produced), "hello world");
}

TEST(ChunkDecoderTest, TakesABodyAtItsLimitAndNoByteMore) {
  EXPECT_EQ(decode("a\r\n0123456789\r\n0\r\n\r\n", 3, 10).end, status::done);
  const outcome over = decode("a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", 3, 10);
  EXPECT_EQ(over.end, status::failed);
  EXPECT_EQ(over.error, errc::body_too_large);
  EXPECT_EQ(decode("7fffffffffffff\r\n", 100).error, errc::body_too_large);
}

TEST(ChunkDecoderTest, RefusesEveryBrokenFraming) {
  for (const std::string bad : {
           "x\r\n",                           // no size
           "\r\n",                            // empty size
           " 5\r\nhello\r\n",                 // space before the size
           "5 \r\nhello\r\n",                 // space behind it
           "5 ;x\r\nhello\r\n",               // space before an extension
           "5\nhello\r\n",                    // bare LF
           "5\rhello",                        // bare CR
           "-5\r\nhello\r\n",                 // sign
           "+5\r\nhello\r\n",                 //
           "0x5\r\nhello\r\n",                // prefix
           "5h\r\nhello\r\n",                 // not hexadecimal
           "5,5\r\nhello\r\n",                // list
           "5\r\nhelloworld\r\n",             // more data than said
           "5\r\nhello\n",                    // bare LF behind the data
           "5\r\nhello\rx",                   //
           "5;\r\nhello\r\n",                 // extension without a name
           "5; \r\nhello\r\n",                //
           "5;=x\r\nhello\r\n",               //
           "5;a=\r\nhello\r\n",               // without a value
           "5;a= \r\nhello\r\n",              //
           "5;a=b;\r\nhello\r\n",             // an empty one at the end
           "5;;a\r\nhello\r\n",               // and before
           "5;a;;b\r\nhello\r\n",             //
           "5;a=\"b\r\nhello\r\n",            // a quote that does not end
           "5;a=\"b\\\"\r\nhello\r\n",        //
           "5;a=\"b\"c\r\nhello\r\n",         // text behind a quote
           "5;\"a\"\r\nhello\r\n",            // a name in quotes
           "5;a=b\"c\"\r\nhello\r\n",         // a quote inside a value
           "5;a=b=c\r\nhello\r\n",            //
           "5;a b\r\nhello\r\n",              //
           "5;a=b c\r\nhello\r\n",            //
           "5;a,b\r\nhello\r\n",              // not a token
           "5;a=b \r\nhello\r\n",             // white space before the line's end
           "5;a\t\r\nhello\r\n",              //
           "5;a=\"\xe9\"\r\nhello\r\n",       // a high byte in quotes
           "5\t;a\r\nhello\r\n",              // a tab before an extension
           "5:a\r\nhello\r\n",                //
           "5;a\nb\r\nhello\r\n",             // bare LF in an extension
           "5;\x80\r\nhello\r\n",             // high byte in an extension
           "5;a\x01\r\nhello\r\n",            // control in an extension
           "0000000000000005\r\nhello\r\n",   // 16 digits
           "10000000000000005\r\nhello\r\n",  // overflow
           "0\r\n X: folded\r\n\r\n",         // trailer that begins with a space
           "0\r\nX y: v\r\n\r\n",             // space in a trailer's name
           "0\r\n: v\r\n\r\n",                // trailer without a name
           "0\r\nX\r\n\r\n",                  // trailer without a colon
           "0\r\nX: a\nb\r\n\r\n",            // bare LF in a trailer
           "0\r\n\rx",                        // bare CR at the end
           "0\r\n\n",                         // bare LF at the end
           "0\n\n",
       }) {
    const outcome o = decode(bad, 1000);
    EXPECT_EQ(o.end, status::failed) << bad;
    EXPECT_EQ(o.error, errc::malformed_chunks) << bad;
    EXPECT_EQ(decode(bad, 1).end, status::failed) << bad;
  }
}

TEST(ChunkDecoderTest, TakesExtensionsOfEveryLegalForm) {
  for (const char* legal :
       {";a", ";a;b", ";a=b", "; a = b", ";a ;b", ";a=b ; c", ";a=\"\"", ";a=\"b;\\\"c\t,=\";d", ";!#=$"}) {
    const std::string in = "5" + std::string(legal) + "\r\nhello\r\n0" + legal + "\r\n\r\n";
    for (const std::size_t piece : {1UL, in.size()}) EXPECT_EQ(decode(in, piece).end, status::done) << legal;
  }
}

TEST(ChunkDecoderTest, BoundsExtensionsOverAllChunks) {
  std::string in;
  for (int i = 0; i < 20; ++i) in += "1;" + std::string(1000, 'e') + "\r\nx\r\n";
  const outcome o = decode(in, 100);
  EXPECT_EQ(o.end, status::failed);
  EXPECT_EQ(o.error, errc::malformed_chunks);
}

TEST(ChunkDecoderTest, BoundsTrailersInBytesAndNumber) {
  EXPECT_EQ(decode("0\r\nX: " + std::string(9000, 't') + "\r\n\r\n", 100).error, errc::head_too_large);
  std::string many = "0\r\n";
  for (int i = 0; i < 65; ++i) many += "A:\r\n";
  EXPECT_EQ(decode(many, 100).error, errc::head_too_large);
}

}  // namespace
}  // namespace gateway::http1
