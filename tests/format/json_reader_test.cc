#include "format/json_reader.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "kalends/limits.h"

namespace kalends {
namespace {

class JsonReaderTest : public testing::Test {
 protected:
  Value Read(std::string_view json) {
    Result<Value> value = reader_.Read(json, arena_);
    EXPECT_TRUE(value.has_value()) << json << ": " << value.error().message();
    return value ? *value : Value();
  }
  // The relaxed JSON of what `json` is read as.
  std::string Again(std::string_view json) { return ToJson(Read(json)); }

  Error Refused(std::string_view json) {
    const Result<Value> value = reader_.Read(json, arena_);
    EXPECT_FALSE(value.has_value()) << json;
    return value ? Error(ErrorCode::kNotFound, "accepted") : value.error();
  }
  std::string Message(std::string_view json) { return Refused(json).message(); }

  JsonReader reader_;
  Arena arena_;
};

std::string Repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST_F(JsonReaderTest, KeepsFieldsInTheOrderGiven) {
  EXPECT_EQ(Again(R"( { "z" : 1 , "a" : [ true , false , null ] , "m" : { } , "e" : [ ] } )"),
            R"({"z":1,"a":[true,false,null],"m":{},"e":[]})");
}

TEST_F(JsonReaderTest, TheInputMayGoAway) {
  std::string json = R"({"key":"text","escaped":"a\nb"})";
  const Value value = Read(json);
  json.assign(json.size(), '?');
  EXPECT_EQ(value.Get("key").as_string(), "text");
  EXPECT_EQ(value.Get("escaped").as_string(), "a\nb");
}

TEST_F(JsonReaderTest, IntegersTakeTheSmallestTypeThatHoldsThem) {
  EXPECT_TRUE(Identical(Read("0"), Value::Int(0)));
  EXPECT_TRUE(Identical(Read("2147483647"), Value::Int(2147483647)));
  EXPECT_TRUE(Identical(Read("-2147483648"), Value::Int(std::numeric_limits<std::int32_t>::min())));
  EXPECT_TRUE(Identical(Read("2147483648"), Value::Long(2147483648)));
  EXPECT_TRUE(Identical(Read("-2147483649"), Value::Long(-2147483649)));
  EXPECT_TRUE(Identical(Read("9223372036854775807"), Value::Long(std::numeric_limits<std::int64_t>::max())));
  EXPECT_TRUE(Identical(Read("-9223372036854775808"), Value::Long(std::numeric_limits<std::int64_t>::min())));
  EXPECT_TRUE(Identical(Read("9223372036854775808"), Value::Double(9223372036854775808.0)));
  EXPECT_TRUE(Identical(Read("-9223372036854775809"), Value::Double(-9223372036854775808.0)));
  EXPECT_TRUE(Identical(Read("18446744073709551616"), Value::Double(18446744073709551616.0)));
  EXPECT_TRUE(Identical(Read("100000000000000000000"), Value::Double(1e20)));
}

TEST_F(JsonReaderTest, FractionsAndExponentsMakeDoubles) {
  EXPECT_TRUE(Identical(Read("1.0"), Value::Double(1.0)));
  EXPECT_TRUE(Identical(Read("1e2"), Value::Double(100.0)));
  EXPECT_TRUE(Identical(Read("-1.5E-3"), Value::Double(-0.0015)));
  EXPECT_TRUE(Identical(Read("0.1"), Value::Double(0.1)));
  EXPECT_TRUE(Identical(Read("1.7976931348623157e308"), Value::Double(std::numeric_limits<double>::max())));
  EXPECT_TRUE(Identical(Read("5e-324"), Value::Double(std::numeric_limits<double>::denorm_min())));
}

TEST_F(JsonReaderTest, NegativeZeroKeepsItsSign) {
  EXPECT_TRUE(Identical(Read("-0"), Value::Double(-0.0)));
  EXPECT_TRUE(Identical(Read("-0.0"), Value::Double(-0.0)));
}

TEST_F(JsonReaderTest, NumbersTooSmallAreZeroAndTooLargeAreRefused) {
  EXPECT_TRUE(Identical(Read("1e-999"), Value::Double(0.0)));
  EXPECT_TRUE(Identical(Read("-0.001e-99999999999999999999"), Value::Double(-0.0)));
  EXPECT_TRUE(Identical(Read("0e99999"), Value::Double(0.0)));
  EXPECT_TRUE(Identical(Read("0." + Repeat("0", 400) + "1"), Value::Double(0.0)));
  EXPECT_TRUE(Identical(Read("0." + Repeat("0", 400) + "1e401"), Value::Double(1.0)));
  EXPECT_EQ(Message("[1e999]"), "byte 1: the number is too large for a double");
  EXPECT_EQ(Message("-1e999"), "byte 0: the number is too large for a double");
  EXPECT_EQ(Message("1e99999999999999999999"), "byte 0: the number is too large for a double");
  EXPECT_EQ(Message(Repeat("9", 400)), "byte 0: the number is too large for a double");
}

TEST_F(JsonReaderTest, RefusesNumbersThatAreNotJson) {
  EXPECT_EQ(Message("01"), "byte 0: a number must not begin with 0");
  EXPECT_EQ(Message("-01"), "byte 1: a number must not begin with 0");
  EXPECT_EQ(Message("+1"), "byte 0: expected a value");
  EXPECT_EQ(Message(".5"), "byte 0: expected a value");
  EXPECT_EQ(Message("[1.]"), "byte 3: expected a digit after the decimal point");
  EXPECT_EQ(Message("[1e]"), "byte 3: expected a digit in the exponent");
  EXPECT_EQ(Message("[-]"), "byte 2: expected a digit after '-'");
  EXPECT_EQ(Message("-"), "byte 1: expected a digit after '-', but the text ends");
  EXPECT_EQ(Message("1x"), "byte 1: unexpected character in a number");
  EXPECT_EQ(Message("1\"a\""), "byte 1: unexpected character in a number");
  EXPECT_EQ(Message("NaN"), "byte 0: expected a value");
  EXPECT_EQ(Message("-Infinity"), "byte 1: expected a digit after '-'");
  EXPECT_EQ(Message("0x10"), "byte 1: unexpected character in a number");
}

TEST_F(JsonReaderTest, DecodesEveryEscape) {
  EXPECT_EQ(Read(R"("\"\\\/\b\f\n\r\t")").as_string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Read(R"("a\u0041\u00e9\u20AC\uD83D\uDE00z")").as_string(), "aA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
  EXPECT_EQ(Read(R"(["plain","a\\","\\\"","end"])").elements()[2].as_string(), "\\\"");
}

TEST_F(JsonReaderTest, KeepsZeroBytesInStringsAndKeys) {
  const Value value = Read(R"({"a\u0000b":"c\u0000d"})");
  EXPECT_EQ(value.fields()[0].name, std::string_view("a\0b", 3));
  EXPECT_EQ(value.fields()[0].value.as_string(), std::string_view("c\0d", 3));
}

TEST_F(JsonReaderTest, RefusesWrongEscapesWithTheirPlace) {
  EXPECT_EQ(Message(R"({"a":"bc\x"})"), "byte 8: unknown escape");
  EXPECT_EQ(Message(R"("\u12g4")"), "byte 1: \\u must be followed by four hexadecimal digits");
  EXPECT_EQ(Message(R"("\u12")"), "byte 1: \\u must be followed by four hexadecimal digits");
}

TEST_F(JsonReaderTest, RefusesLoneSurrogates) {
  EXPECT_EQ(Message(R"("x\ud800")"), "byte 2: the first half of a surrogate pair stands alone");
  EXPECT_EQ(Message(R"("\ud800\ud800")"), "byte 1: the first half of a surrogate pair stands alone");
  EXPECT_EQ(Message(R"("\ud800\u0041")"), "byte 1: the first half of a surrogate pair stands alone");
  EXPECT_EQ(Message(R"("\ud800\n")"), "byte 1: the first half of a surrogate pair stands alone");
  EXPECT_EQ(Message(R"({"\udc00":1})"), "byte 2: the second half of a surrogate pair stands alone");
}

TEST_F(JsonReaderTest, RefusesBytesThatAreNotUtf8WithTheirPlace) {
  for (const std::string_view bad :
       {"\xFF", "\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x9F\x98"}) {
    EXPECT_EQ(Message("{\"a\":\"b" + std::string(bad) + "\"}"), "byte 7: invalid UTF-8");
  }
}

TEST_F(JsonReaderTest, RefusesControlCharactersInStrings) {
  EXPECT_EQ(Message("[\"a\nb\"]"), "byte 3: a control character in a string must be escaped");
  EXPECT_EQ(Message(std::string_view("[\"a\0b\"]", 7)), "byte 3: a control character in a string must be escaped");
}

TEST_F(JsonReaderTest, SaysWhereAStringBeginsThatIsNotClosed) {
  EXPECT_EQ(Message(R"({"a":"b)"), "byte 5: the string that begins here is not closed");
  EXPECT_EQ(Message(R"(["a\"])"), "byte 1: the string that begins here is not closed");
  // Whether the scan or the walk refuses it depends on the CPU.
  EXPECT_TRUE(Message(R"(\"a")").starts_with("byte 0: "));
}

TEST_F(JsonReaderTest, NamesTheByteAndTheReasonOfASyntaxError) {
  EXPECT_EQ(Message(R"({"a" 1})"), "byte 5: expected ':' after the key");
  EXPECT_EQ(Message(R"({"a":1 "b":2})"), "byte 7: expected ',' or '}' after a value");
  EXPECT_EQ(Message(R"({"a":1,})"), "byte 7: expected a key in double quotes");
  EXPECT_EQ(Message(R"({a:1})"), "byte 1: expected a key in double quotes");
  EXPECT_EQ(Message(R"({"a":})"), "byte 5: expected a value");
  EXPECT_EQ(Message(R"({"a":tru})"), "byte 5: expected a value");
  EXPECT_EQ(Message(R"([nullx])"), "byte 1: expected a value");
  EXPECT_EQ(Message(R"([null"x"])"), "byte 1: expected a value");
  EXPECT_EQ(Message(R"([1,])"), "byte 3: expected a value");
  EXPECT_EQ(Message(R"([1 2])"), "byte 3: expected ',' or ']' after a value");
  EXPECT_EQ(Message(R"([1})"), "byte 2: expected ',' or ']' after a value");
  EXPECT_EQ(Message(R"(["a"b])"), "byte 4: expected ',' or ']' after a value");
  EXPECT_EQ(Message(R"({"a":1}])"), "byte 7: unexpected content after the value");
  EXPECT_EQ(Message(R"({} {})"), "byte 3: unexpected content after the value");
  EXPECT_EQ(Message("// note\n1"), "byte 0: expected a value");
}

TEST_F(JsonReaderTest, SaysThatTheTextEnds) {
  EXPECT_EQ(Message(""), "byte 0: expected a value, but the text ends");
  EXPECT_EQ(Message(" \n"), "byte 2: expected a value, but the text ends");
  EXPECT_EQ(Message("{"), "byte 1: expected a key in double quotes, but the text ends");
  EXPECT_EQ(Message(R"({"a")"), "byte 4: expected ':' after the key, but the text ends");
  EXPECT_EQ(Message(R"({"a":)"), "byte 5: expected a value, but the text ends");
  EXPECT_EQ(Message(R"({"a":1)"), "byte 6: expected ',' or '}' after a value, but the text ends");
  EXPECT_EQ(Message("[1"), "byte 2: expected ',' or ']' after a value, but the text ends");
  EXPECT_EQ(Message("tru"), "byte 0: expected a value");
}

TEST_F(JsonReaderTest, RefusesAByteOrderMark) {
  EXPECT_EQ(Message("\xEF\xBB\xBF{}"), "byte 0: a byte order mark stands before the value");
}

TEST_F(JsonReaderTest, AKeyGivenTwiceHasTheLastValueAtTheFirstPlace) {
  EXPECT_EQ(Again(R"({"a":1,"b":2,"a":{"c":3,"c":4},"b":5,"d":6})"), R"({"a":{"c":4},"b":5,"d":6})");
  EXPECT_EQ(Again(R"({"a":1,"\u0061":2})"), R"({"a":2})");
  EXPECT_EQ(Again(R"({"":1,"":2})"), R"({"":2})");
}

TEST_F(JsonReaderTest, AKeyGivenTwiceAmongMany) {
  std::string json = "{\"x\":[{\"k0\":1}]";
  std::string expected = "{\"x\":[{\"k0\":1}]";
  for (int i = 0; i < 1000; ++i) {
    json += ",\"k" + std::to_string(i) + "\":0";
    expected += ",\"k" + std::to_string(i) + "\":" + (i % 3 == 0 ? std::to_string(i) : "0");
  }
  for (int i = 0; i < 1000; i += 3) json += ",\"k" + std::to_string(i) + "\":" + std::to_string(i);
  EXPECT_EQ(Again(json + "}"), expected + "}");
}

TEST_F(JsonReaderTest, NestsAsDeepAsTheLimit) {
  EXPECT_EQ(Again(Repeat("[", 100) + Repeat("]", 100)), Repeat("[", 100) + Repeat("]", 100));
  const std::string objects = Repeat("{\"a\":", 99) + "{}" + Repeat("}", 99);
  EXPECT_EQ(Again(objects), objects);
}

TEST_F(JsonReaderTest, RefusesDeeperNestingWithItsPlace) {
  const Error arrays = Refused(Repeat("[", 101) + Repeat("]", 101));
  EXPECT_EQ(arrays.code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(arrays.message(), "byte 100: objects and arrays are nested more than 100 deep");
  const Error objects = Refused(Repeat("{\"a\":", 100) + "{}" + Repeat("}", 100));
  EXPECT_EQ(objects.code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(objects.message(), "byte 500: objects and arrays are nested more than 100 deep");
  EXPECT_EQ(Refused(Repeat("[", 1000000)).code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(Refused(Repeat("{\"a\":", 1000000)).code(), ErrorCode::kLimitExceeded);
}

TEST_F(JsonReaderTest, TypedValuesDoNotCountAsNesting) {
  const std::string date = Repeat("[", 100) + R"({"$date":{"$numberLong":"-5"}})" + Repeat("]", 100);
  EXPECT_EQ(Again(date), date);
  const std::string binary = Repeat("[", 100) + R"({"$binary":{"base64":"AA==","subType":"00"}})" + Repeat("]", 100);
  EXPECT_EQ(Again(binary), binary);
  EXPECT_EQ(Refused(Repeat("[", 100) + R"({"$other":{"b":1}})" + Repeat("]", 100)).code(), ErrorCode::kLimitExceeded);
}

TEST_F(JsonReaderTest, RefusesTextsOverTheLimit) {
  std::string json(kDocumentBytesMax, ' ');
  json[0] = '1';
  EXPECT_TRUE(Identical(Read(json), Value::Int(1)));
  EXPECT_EQ(Refused(json + " ").code(), ErrorCode::kLimitExceeded);
}

TEST_F(JsonReaderTest, IsUsableAfterAnErrorAndAfterALargeText) {
  EXPECT_EQ(Message("[[{\"a\":[1,"), "byte 10: expected a value, but the text ends");
  EXPECT_EQ(Again("[1]"), "[1]");
  const std::string large = "[" + Repeat("1,", 2000000) + "1]";
  EXPECT_EQ(Read(large).elements().size(), 2000001U);
  EXPECT_EQ(Again("[2]"), "[2]");
}

TEST_F(JsonReaderTest, EveryCutAndEveryFlippedBitIsReadOrRefused) {
  const std::string json =
      R"({"a":[1,-2.5e3,"x\u00e9\n\ud83d\ude00",{"$date":"2024-01-31T15:00:00Z"}],"b":true,"c":null})";
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_EQ(Refused(std::string_view(json).substr(0, size)).code(), ErrorCode::kInvalidArgument) << size;
  }
  for (std::size_t bit = 0; bit < json.size() * 8; ++bit) {
    std::string flipped = json;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    arena_.Reset();
    const Result<Value> value = reader_.Read(flipped, arena_);
    if (!value) {
      EXPECT_TRUE(value.error().message().starts_with("byte ")) << value.error().message();
      continue;
    }
    const std::string again = ToJson(*value, JsonStyle::kCanonical);
    EXPECT_TRUE(Identical(Read(again), *value)) << flipped;
  }
}

// Extended JSON.

TEST_F(JsonReaderTest, ReadsTypedNumbers) {
  EXPECT_TRUE(Identical(Read(R"({"$numberInt":"-5"})"), Value::Int(-5)));
  EXPECT_TRUE(Identical(Read(R"({"$numberLong":"5"})"), Value::Long(5)));
  EXPECT_TRUE(Identical(Read(R"({"$numberDouble":"5"})"), Value::Double(5)));
  EXPECT_TRUE(Identical(Read(R"({"$numberDouble":"-0.0"})"), Value::Double(-0.0)));
  EXPECT_TRUE(Identical(Read(R"({"$numberDouble":"1E+300"})"), Value::Double(1e300)));
  EXPECT_TRUE(Identical(Read(R"({"$numberDouble":"NaN"})"), Value::Double(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_TRUE(
      Identical(Read(R"({"$numberDouble":"Infinity"})"), Value::Double(std::numeric_limits<double>::infinity())));
  EXPECT_TRUE(
      Identical(Read(R"({"$numberDouble":"-Infinity"})"), Value::Double(-std::numeric_limits<double>::infinity())));
}

TEST_F(JsonReaderTest, ReadsDates) {
  EXPECT_TRUE(Identical(Read(R"({"$date":"2024-01-31T15:00:00.123Z"})"), Value::DateMs(1706713200123)));
  EXPECT_TRUE(Identical(Read(R"({"$date":"2024-01-31T16:00:00.123000+01:00"})"), Value::DateMs(1706713200123)));
  EXPECT_TRUE(Identical(Read(R"({"$date":{"$numberLong":"-1"}})"), Value::DateMs(-1)));
  EXPECT_TRUE(Identical(Read(R"({"$date":1706713200123})"), Value::DateMs(1706713200123)));
}

TEST_F(JsonReaderTest, ReadsObjectIdsBinariesAndUuids) {
  EXPECT_EQ(Read(R"({"$oid":"507f1F77bcf86cd799439011"})").as_object_id(),
            "\x50\x7f\x1f\x77\xbc\xf8\x6c\xd7\x99\x43\x90\x11");
  EXPECT_TRUE(Identical(Read(R"({"$binary":{"base64":"aGk=","subType":"0"}})"), Value::Binary("hi", 0)));
  EXPECT_TRUE(Identical(Read(R"({"$binary":{"subType":"80","base64":""}})"), Value::Binary("", 0x80)));
  EXPECT_TRUE(Identical(Read(R"({"$type":"05","$binary":"aGkh"})"), Value::Binary("hi!", 5)));
  const Value uuid = Read(R"({"$uuid":"00112233-4455-6677-8899-aabbccddeeff"})");
  EXPECT_EQ(uuid.binary_subtype(), 4);
  EXPECT_EQ(uuid.as_binary(), std::string_view("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16));
}

TEST_F(JsonReaderTest, RefusesTypedFormsWithContentThatCannotBe) {
  for (const std::string_view json : {R"({"$oid":"xyz"})",
                                      R"({"$oid":5})",
                                      R"({"$oid":"507f1f77bcf86cd79943901g"})",
                                      R"({"$date":"yesterday"})",
                                      R"({"$date":1.5})",
                                      R"({"$date":"2024-01-31T15:00:00.123456Z"})",
                                      R"({"$numberInt":"2147483648"})",
                                      R"({"$numberInt":5})",
                                      R"({"$numberInt":"+5"})",
                                      R"({"$numberLong":"9223372036854775808"})",
                                      R"({"$numberLong":""})",
                                      R"({"$numberDouble":"inf"})",
                                      R"({"$numberDouble":"1e999"})",
                                      R"({"$numberDouble":""})",
                                      R"({"$binary":"aGk="})",
                                      R"({"$binary":{"base64":"aGk=","subType":"0","x":1}})",
                                      R"({"$binary":{"base64":"aGk","subType":"00"}})",
                                      R"({"$binary":{"base64":"a===","subType":"00"}})",
                                      R"({"$binary":{"base64":"aGl=","subType":"00"}})",
                                      R"({"$binary":{"base64":"aG k","subType":"00"}})",
                                      R"({"$binary":{"base64":"aGk=","subType":"gg"}})",
                                      R"({"$uuid":"00112233445566778899aabbccddeeff0000"})"}) {
    EXPECT_EQ(Refused(json).code(), ErrorCode::kInvalidArgument) << json;
  }
  EXPECT_EQ(Message(R"({"a":{"$oid":"xyz"}})"), "byte 5: $oid: expected 24 hexadecimal digits, found \"xyz\"");
}

TEST_F(JsonReaderTest, RefusesTypesThatAreNotStored) {
  for (const std::string_view json :
       {R"({"$numberDecimal":"1"})", R"({"$symbol":"a"})", R"({"$code":"f"})", R"({"$code":"f","$scope":{}})",
        R"({"$minKey":1})", R"({"$maxKey":1})", R"({"$undefined":true})",
        R"({"$regularExpression":{"pattern":"a","options":""}})", R"({"$timestamp":{"t":1,"i":2}})",
        R"({"$dbPointer":{"$ref":"c","$id":{"$oid":"507f1f77bcf86cd799439011"}}})"}) {
    EXPECT_EQ(Refused(json).code(), ErrorCode::kUnsupported) << json;
  }
}

TEST_F(JsonReaderTest, OtherObjectsWithDollarKeysAreObjects) {
  for (const std::string_view json :
       {R"({"$0":1})", R"({"$foo":{"$bar":2}})", R"({"$":null})", R"({"$date":"yesterday","x":1})",
        R"({"$oid":"xyz","$date":"x"})", R"({"a":1,"$oid":"xyz"})", R"({"$numberDecimal":1})", R"({"$minKey":2})",
        R"({"$undefined":false})", R"({"$timestamp":{"t":1}})", R"({"$regularExpression":"a"})", R"({"$code":1})",
        R"({"$regex":"a","$options":"i"})", R"({"$type":"string"})", R"({"$ref":"c","$id":1})",
        R"({"$symbol":null})"}) {
    EXPECT_EQ(Again(json), json);
  }
}

}  // namespace
}  // namespace kalends
