#include <gtest/gtest.h>

#include "tests/query/expression_cases.h"

namespace kalends {
namespace {

TEST(NumberExpression, IntegersGrowToLongsAndDoubles) {
  CheckAll({{
      {"{}", R"({"$type": {"$add": [2147483647, 1]}})", R"("long")"},
      {"{}", R"({"$type": {"$multiply": [65536, 65536]}})", R"("long")"},
      {"{}", R"({"$type": {"$add": [9223372036854775807, 1]}})", R"("double")"},
      {"{}", R"({"$multiply": [9223372036854775807, 2]})", "18446744073709551616.0"},
      {"{}", R"({"$subtract": [-2147483648, 1]})", "-2147483649"},
      {"{}", R"({"$type": {"$divide": [4, 2]}})", R"("double")"},
      {"{}", R"({"$abs": -2147483648})", "2147483648"},
      {"{}", R"([{"$pow": [2, 62]}, {"$pow": [2, 64]}, {"$pow": [2, -1]}, {"$pow": [-1, 9223372036854775807]}])",
       "[4611686018427387904,18446744073709551616.0,0.5,-1]"},
      {"{}", R"({"$add": [0.1, 0.2, 0.3]})", "0.6"},
      {"{}", R"({"$add": [1e100, 1, -1e100]})", "1.0"},
      {"{}", R"([{"$mod": [-7, 3]}, {"$mod": [7, -3]}, {"$mod": [-7.5, 2]}, {"$mod": [-9223372036854775808, -1]}])",
       "[-1,1,-1.5,0]"},
      {"{}", R"([{"$add": []}, {"$multiply": []}, {"$add": 5}])", "[0,1,5]"},
  }});
}

TEST(NumberExpression, NullAndMissingGiveNull) {
  for (const char* name : {"$add", "$subtract", "$multiply", "$divide", "$mod", "$pow", "$log", "$atan2", "$bitAnd"}) {
    const std::string expression = std::string("{\"") + name + R"(": ["$none", 1]})";
    EXPECT_EQ(Evaluated("{}", expression), "null") << name;
  }
}

TEST(NumberExpression, DatesTakeMilliseconds) {
  const char* const document = R"({"d": {"$date": "2024-01-01T00:00:00Z"}, "e": {"$date": "2024-01-01T00:00:01Z"}})";
  CheckAll({{
      {document, R"({"$add": [1, "$d", 0.6]})", R"({"$date":"2024-01-01T00:00:00.002Z"})"},
      {document, R"({"$subtract": ["$e", "$d"]})", "1000"},
      {document, R"({"$type": {"$subtract": ["$e", "$d"]}})", R"("long")"},
      {document, R"({"$subtract": ["$e", 1000]})", R"({"$date":"2024-01-01T00:00:00Z"})"},
  }});
  CheckErrors({{
      {document, R"({"$add": ["$d", "$e"]})", "invalid argument: $expr.$add: only one date"},
      {document, R"({"$subtract": [1, "$d"]})", "invalid argument: $expr.$subtract: cannot subtract date from int"},
      {document, R"({"$add": ["$d", 9223372036854775807]})", "invalid argument: $expr.$add: the date overflows"},
      {document, R"({"$add": ["$d", 1e300]})", "invalid argument: $expr.$add: the date overflows"},
  }});
}

TEST(NumberExpression, RoundsHalfToEvenAsTheDecimalExpansionSays) {
  CheckAll({{
      {"{}", R"([{"$round": 2.5}, {"$round": 3.5}, {"$round": -2.5}, {"$round": 7}])", "[2.0,4.0,-2.0,7]"},
      {"{}", R"([{"$round": [1.005, 2]}, {"$round": [2.675, 2]}, {"$round": [0.125, 2]}])", "[1.0,2.67,0.12]"},
      {"{}", R"([{"$round": [25, -1]}, {"$round": [35, -1]}, {"$round": [-25.0, -1]}, {"$round": [1234, -4]}])",
       "[20,40,-20.0,0]"},
      {"{}", R"([{"$trunc": [-1.29, 1]}, {"$trunc": 1.9}, {"$trunc": [1999, -3]}, {"$trunc": [0.29, 2]}])",
       "[-1.2,1.0,1000,0.28]"},
      {"{}", R"([{"$ceil": 1.2}, {"$floor": -1.2}, {"$ceil": 3}])", "[2.0,-2.0,3]"},
      {"{}", R"({"$round": {"$literal": {"$numberDouble": "NaN"}}})", R"({"$numberDouble":"NaN"})"},
  }});
}

TEST(NumberExpression, RefusesWhatHasNoAnswer) {
  CheckErrors({{
      {"{}", R"({"$divide": [1, 0]})", "invalid argument: $expr.$divide: cannot divide by zero"},
      {"{}", R"({"$mod": [1, 0]})", "invalid argument: $expr.$mod: cannot take"},
      {"{}", R"({"$add": [1, "2"]})",
       "invalid argument: $expr.$add: expected numbers and at most one date, found string"},
      {"{}", R"({"$sqrt": -1})", "invalid argument: $expr.$sqrt"},
      {"{}", R"({"$ln": 0})", "invalid argument: $expr.$ln"},
      {"{}", R"({"$log": [10, 1]})", "invalid argument: $expr.$log"},
      {"{}", R"({"$pow": [0, -1]})", "invalid argument: $expr.$pow"},
      {"{}", R"({"$abs": -9223372036854775808})", "invalid argument: $expr.$abs"},
      {"{}", R"({"$round": [1, 101]})", "invalid argument: $expr.$round: the place"},
      {"{}", R"({"$round": [1, 0.5]})", "invalid argument: $expr.$round: the place"},
      {"{}", R"({"$round": [9223372036854775807, -1]})", "invalid argument: $expr.$round: the rounded number"},
      {"{}", R"({"$acos": 2})", "invalid argument: $expr.$acos"},
      {"{}", R"({"$bitAnd": [1.5]})", "invalid argument: $expr.$bitAnd: expected an int or a long, found double"},
  }});
}

TEST(NumberExpression, StatisticsSkipWhatIsNoNumber) {
  const char* const document = R"({"a": [1, 2, "x", null, 4], "none": []})";
  CheckAll({{
      {document, R"([{"$sum": "$a"}, {"$avg": "$a"}, {"$min": "$a"}, {"$max": "$a"}])",
       R"([7,2.3333333333333335,1,"x"])"},
      {document, R"([{"$sum": "$none"}, {"$avg": "$none"}, {"$min": "$none"}, {"$stdDevSamp": [5]}])",
       "[0,null,null,null]"},
      {document, R"([{"$sum": ["$a", 3]}, {"$stdDevPop": [1, 3]}])", "[3,1.0]"},
      {document, R"([{"$bitAnd": [7, 5]}, {"$bitOr": []}, {"$bitXor": [1, 3]}, {"$bitNot": 0}])", "[5,0,2,-1]"},
  }});
}

}  // namespace
}  // namespace kalends
