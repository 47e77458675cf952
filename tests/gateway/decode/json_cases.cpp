#include "tests/gateway/decode/json_cases.h"

namespace decode_tests {

using namespace std::string_view_literals;

const std::vector<json_case>& json_cases() {
  // clang-format off
  static const std::vector<json_case> cases = {
      // whole texts
      {"{}"sv, true}, {"[]"sv, true}, {"null"sv, true}, {"true"sv, true}, {"false"sv, true}, {"0"sv, true}, {"\"\""sv, true},
      {" \t\r{} \t\r"sv, true}, {"[ ]"sv, true}, {"{ }"sv, true}, {" 7 "sv, true}, {"\"a\""sv, true}, {"-1"sv, true},
      {"{}{}"sv, false}, {"{} {}"sv, false}, {"[][]"sv, false}, {"{},"sv, false}, {",{}"sv, false}, {"{}]"sv, false},
      {"{}}"sv, false}, {"]"sv, false}, {"}"sv, false}, {"["sv, false}, {"{"sv, false}, {","sv, false}, {":"sv, false},
      {"\""sv, false}, {"\\"sv, false}, {"{}x"sv, false}, {"x{}"sv, false}, {"1 2"sv, false}, {"\"a\" \"b\""sv, false},
      {"\"a\"\"b\""sv, false}, {"{}\0"sv, false}, {"\0"sv, false}, {"\0{}"sv, false}, {"{\0}"sv, false}, {"\f{}"sv, false},
      {"\v{}"sv, false}, {"{}\x1A"sv, false}, {"\x0C"sv, false}, {"'a'"sv, false}, {"// c"sv, false}, {"/**/{}"sv, false},
      {"{}#"sv, false}, {"\xEF\xBB\xBF{}"sv, false}, {"\xEF\xBB\xBF"sv, false}, {"\xFE\xFF{}"sv, false},
      {"\xC2\xA0{}"sv, false}, {"\xE2\x80\xA8{}"sv, false}, {"<x>"sv, false}, {"{}\\"sv, false}, {"(1)"sv, false},
      // objects
      {R"({"a":1})"sv, true}, {R"({"a":1,"b":2})"sv, true}, {R"({"a":1,"a":2})"sv, true}, {R"({"":0})"sv, true},
      {R"({ "a" : 1 , "b" : 2 })"sv, true}, {R"({"a":{}})"sv, true}, {R"({"a":{"b":{"c":[]}}})"sv, true},
      {R"({"\u0061":1})"sv, true}, {R"({"a":"b"})"sv, true}, {R"({"a":[{"b":1},{}]})"sv, true}, {R"({"a":null})"sv, true},
      {R"({"a":true,"b":false})"sv, true}, {"{\"a\0b\":1}"sv, false}, {R"({"a"})"sv, false}, {R"({"a":})"sv, false},
      {R"({"a":1,})"sv, false}, {R"({,"a":1})"sv, false}, {R"({"a" 1})"sv, false}, {R"({"a"::1})"sv, false},
      {R"({"a":1 "b":2})"sv, false}, {R"({"a":1;"b":2})"sv, false}, {R"({a:1})"sv, false}, {R"({'a':1})"sv, false},
      {R"({1:1})"sv, false}, {R"({null:1})"sv, false}, {R"({[]:1})"sv, false}, {R"({{}:1})"sv, false},
      {R"({"a":1,,"b":2})"sv, false}, {R"({"a":1:2})"sv, false}, {R"({"a","b"})"sv, false}, {R"({"a":1]})"sv, false},
      {R"({"a":1)"sv, false}, {R"({"a":)"sv, false}, {R"({"a")"sv, false}, {R"({"a)"sv, false}, {R"({"a":1,)"sv, false},
      {R"({"a":{"b":1})"sv, false}, {R"({"a":[1})"sv, false}, {R"({"a":1}})"sv, false}, {R"({"a":1}{)"sv, false},
      {R"({"a":x})"sv, false}, {R"({"a" "b"})"sv, false}, {R"({"a":"b""c"})"sv, false}, {R"({"a""b":1})"sv, false},
      {R"({"a":"b"c})"sv, false}, {R"({"a"x:1})"sv, false}, {R"({"a":1"b"})"sv, false}, {R"({"a":true"b"})"sv, false},
      {R"({"a":1"})"sv, false}, {R"({"a":1\"})"sv, false}, {R"({\"a":1})"sv, false}, {R"({"a":"b"\})"sv, false},
      {R"({"a":\"b"})"sv, false}, {R"({:1})"sv, false}, {R"({"a":1,"b"})"sv, false}, {R"({"a":{)"sv, false},
      {R"({"a":{}]})"sv, false}, {R"({"a":,})"sv, false}, {R"({"a":/*c*/1})"sv, false}, {R"({"a":undefined})"sv, false},
      // arrays
      {"[1]"sv, true}, {"[1,2,3]"sv, true}, {"[[]]"sv, true}, {"[[],[]]"sv, true}, {"[{},[],\"\",0,null,true]"sv, true},
      {"[ 1 , 2 ]"sv, true}, {"[[[[[[[[1]]]]]]]]"sv, true}, {"[1,]"sv, false}, {"[,1]"sv, false}, {"[1,,2]"sv, false},
      {"[1 2]"sv, false}, {"[1:2]"sv, false}, {"[\"a\":1]"sv, false}, {"[1"sv, false}, {"[1,"sv, false}, {"[[]"sv, false},
      {"[]]"sv, false}, {"[}"sv, false}, {"[1}"sv, false}, {"[\"a\""sv, false}, {"[\"a"sv, false}, {"[,]"sv, false},
      {"[x]"sv, false}, {"[\"a\"\"b\"]"sv, false}, {"[1\"b\"]"sv, false}, {"[null\"b\"]"sv, false}, {"[[][]]"sv, false},
      {"[{}{}]"sv, false}, {"[{} ,{}"sv, false}, {"[[[[[[[["sv, false}, {"]["sv, false}, {"[1]]"sv, false}, {"[1],"sv, false},
      // literals
      {R"({"a":nul})"sv, false}, {R"({"a":nulll})"sv, false}, {R"({"a":Null})"sv, false}, {R"({"a":TRUE})"sv, false},
      {R"({"a":tru})"sv, false}, {R"({"a":truee})"sv, false}, {R"({"a":fals})"sv, false}, {R"({"a":falsee})"sv, false},
      {R"({"a":falsx})"sv, false}, {R"({"a":true1})"sv, false}, {R"({"a":true true})"sv, false}, {R"({"a":NaN})"sv, false},
      {R"({"a":Infinity})"sv, false}, {R"({"a":-Infinity})"sv, false}, {R"({"a":truefalse})"sv, false}, {"nul"sv, false},
      {"tru"sv, false}, {"nulL"sv, false}, {"[true]"sv, true}, {"[true,false,null]"sv, true}, {"[t]"sv, false},
      {"{\"a\":true\0}"sv, false}, {"[null\x01]"sv, false}, {R"({"a":n})"sv, false}, {R"({"a":f})"sv, false},
      // numbers
      {"[0]"sv, true}, {"[-0]"sv, true}, {"[0.0]"sv, true}, {"[-0.0]"sv, true}, {"[10]"sv, true}, {"[1.5]"sv, true},
      {"[1e5]"sv, true}, {"[1E5]"sv, true}, {"[1e+5]"sv, true}, {"[1e-5]"sv, true}, {"[1.25e-05]"sv, true}, {"[0e0]"sv, true},
      {"[12345678]"sv, true}, {"[123456789]"sv, true}, {"[1234567890123456]"sv, true}, {"[12345678901234567]"sv, true},
      {"[18446744073709551615]"sv, true}, {"[123456789012345678901234567890]"sv, true}, {"[1e999]"sv, true},
      {"[-1e999]"sv, true}, {"[0.00000000000000000000000000000000000001]"sv, true}, {"[1e-999]"sv, true},
      {"[100000000000000000000000000000000000000000000000000000000000000000000000000000000000]"sv, true},
      {"[01]"sv, false}, {"[-01]"sv, false}, {"[00]"sv, false}, {"[+1]"sv, false}, {"[.5]"sv, false}, {"[5.]"sv, false},
      {"[-]"sv, false}, {"[--1]"sv, false}, {"[1.e5]"sv, false}, {"[1e]"sv, false}, {"[1e+]"sv, false}, {"[1e-]"sv, false},
      {"[1e5.5]"sv, false}, {"[1.2.3]"sv, false}, {"[0x1]"sv, false}, {"[1a]"sv, false}, {"[1-2]"sv, false}, {"[1+2]"sv, false},
      {"[-.5]"sv, false}, {"[- 1]"sv, false}, {"[1 .5]"sv, false}, {"[1_000]"sv, false}, {"[1ee5]"sv, false}, {"[e5]"sv, false},
      {"[1\0]"sv, false}, {"[12345678x]"sv, false}, {"[123456789x]"sv, false}, {"[1234567 8]"sv, false}, {"[0b1]"sv, false},
      {"[1,2.]"sv, false}, {"[\xEF\xBC\x91]"sv, false}, {"[1\xC2\xB2]"sv, false}, {"[-x]"sv, false}, {"[1/2]"sv, false},
      {"[:1]"sv, false}, {"[12:]"sv, false}, {"[-\"a\"]"sv, false}, {"01"sv, false}, {"1."sv, false}, {"-"sv, false},
      // strings: escapes and control characters
      {R"(["\"\\\/\b\f\n\r\t"])"sv, true}, {R"(["\u0000"])"sv, true}, {R"(["\u00e9\u00E9"])"sv, true},
      {R"(["\ud83d\ude00"])"sv, true}, {R"(["\ud83d"])"sv, true}, {R"(["\ude00"])"sv, true}, {R"(["\ud83dx"])"sv, true},
      {R"(["\\u0041"])"sv, true}, {R"(["\\"])"sv, true}, {R"(["\\\""])"sv, true}, {"[\"\x7F\"]"sv, true}, {R"(["/"])"sv, true},
      {R"(["a\\",1])"sv, true}, {R"(["\a"])"sv, false}, {R"(["\x41"])"sv, false}, {R"(["\'"])"sv, false}, {R"(["\0"])"sv, false},
      {R"(["\U0041"])"sv, false}, {R"(["\u004"])"sv, false}, {R"(["\u"])"sv, false}, {R"(["\u00g0"])"sv, false},
      {R"(["\u 041"])"sv, false}, {R"(["\u+041"])"sv, false}, {R"(["\)"sv, false}, {R"(["\"])"sv, false}, {R"(["\\\"])"sv, false},
      {R"(["\ "])"sv, false}, {"[\"\\\t\"]"sv, false}, {"[\"\t\"]"sv, false}, {"[\"\0\"]"sv, false}, {"[\"\x1F\"]"sv, false},
      {"[\"\r\"]"sv, false}, {"[\"\x01\"]"sv, false}, {"[\"\\\0\"]"sv, false}, {"[\"\\\xC3\xA9\"]"sv, false},
      {R"({"a":"\u12"})"sv, false}, {R"({"\q":1})"sv, false}, {R"({"a":1,"\u00zz":2})"sv, false}, {R"({"a":["\z"]})"sv, false},
      // strings: UTF-8
      {"[\"\xC2\x80\"]"sv, true}, {"[\"\xC3\xA9\"]"sv, true}, {"[\"\xDF\xBF\"]"sv, true}, {"[\"\xE0\xA0\x80\"]"sv, true},
      {"[\"\xED\x9F\xBF\"]"sv, true}, {"[\"\xEE\x80\x80\"]"sv, true}, {"[\"\xEF\xBB\xBF\"]"sv, true},
      {"[\"\xEF\xBF\xBF\"]"sv, true}, {"[\"\xF0\x90\x80\x80\"]"sv, true}, {"[\"\xF4\x8F\xBF\xBF\"]"sv, true},
      {"[\"\xE2\x80\xA8\"]"sv, true}, {"{\"\xC3\xA9\":1}"sv, true}, {"[\"\x80\"]"sv, false}, {"[\"\xBF\"]"sv, false},
      {"[\"\xC0\x80\"]"sv, false}, {"[\"\xC1\xBF\"]"sv, false}, {"[\"\xC2\"]"sv, false}, {"[\"\xC2\x41\"]"sv, false},
      {"[\"\xE0\x80\x80\"]"sv, false}, {"[\"\xE0\x9F\xBF\"]"sv, false}, {"[\"\xE1\x80\"]"sv, false}, {"[\"\xE1\"]"sv, false},
      {"[\"\xED\xA0\x80\"]"sv, false}, {"[\"\xED\xBF\xBF\"]"sv, false}, {"[\"\xF0\x80\x80\x80\"]"sv, false},
      {"[\"\xF0\x8F\xBF\xBF\"]"sv, false}, {"[\"\xF0\x90\x80\"]"sv, false}, {"[\"\xF4\x90\x80\x80\"]"sv, false},
      {"[\"\xF5\x80\x80\x80\"]"sv, false}, {"[\"\xF8\x88\x80\x80\x80\"]"sv, false}, {"[\"\xFC\x84\x80\x80\x80\x80\"]"sv, false},
      {"[\"\xFE\"]"sv, false}, {"[\"\xFF\"]"sv, false}, {"\xFF"sv, false}, {"{\"a\":\xC3\xA9}"sv, false},
      {"{\"\xFF\":1}"sv, false}, {"[\"a\xC3\"]"sv, false}, {"[\"\xED\xA0\xBD\xED\xB8\x80\"]"sv, false}, {"[1\x80]"sv, false},
  };
  // clang-format on
  return cases;
}

}  // namespace decode_tests
