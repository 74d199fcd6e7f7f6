#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"$add", "the sum; a date plus milliseconds is a date", R"({"$add": ["$a", 2]})", "3", R"({"a": 1})"},
    {"$subtract", "the difference; of two dates in milliseconds", R"({"$subtract": ["$a", 2]})", "3", R"({"a": 5})"},
    {"$multiply", "the product", R"({"$multiply": ["$a", 2.5]})", "5.0", R"({"a": 2})"},
    {"$divide", "the quotient, a double", R"({"$divide": [7, 2]})", "3.5"},
    {"$mod", "the remainder, with the sign of the dividend", R"({"$mod": [-7, 3]})", "-1"},
    {"$abs", "without its sign", R"({"$abs": -3})", "3"},
    {"$pow", "base to an exponent", R"({"$pow": [2, 10]})", "1024"},
    {"$sqrt", "square root", R"({"$sqrt": 9})", "3.0"},
    {"$exp", "e to the power of", R"({"$exp": 0})", "1.0"},
    {"$ln", "natural logarithm", R"({"$ln": 1})", "0.0"},
    {"$log", "logarithm of a number to a base", R"({"$log": [8, 2]})", "3.0"},
    {"$log10", "logarithm to the base 10", R"({"$log10": 100})", "2.0"},
    {"$ceil", "the next integer up, of the same type", R"({"$ceil": 1.2})", "2.0"},
    {"$floor", "the next integer down, of the same type", R"({"$floor": 1.8})", "1.0"},
    {"$round", "to so many decimal places (0), half to even", R"({"$round": [2.5]})", "2.0"},
    {"$trunc", "cut to so many decimal places (0)", R"({"$trunc": [1.789, 1]})", "1.7"},
    {"$sin", "sine; angles are in radians", R"({"$sin": 0})", "0.0"},
    {"$cos", "cosine", R"({"$cos": 0})", "1.0"},
    {"$tan", "tangent", R"({"$tan": 0})", "0.0"},
    {"$asin", "inverse sine", R"({"$asin": 1})", "1.5707963267948966"},
    {"$acos", "inverse cosine", R"({"$acos": 1})", "0.0"},
    {"$atan", "inverse tangent", R"({"$atan": 1})", "0.7853981633974483"},
    {"$atan2", "angle of y and x", R"({"$atan2": [1, 1]})", "0.7853981633974483"},
    {"$sinh", "hyperbolic sine", R"({"$sinh": 0})", "0.0"},
    {"$cosh", "hyperbolic cosine", R"({"$cosh": 0})", "1.0"},
    {"$tanh", "hyperbolic tangent", R"({"$tanh": 0})", "0.0"},
    {"$asinh", "inverse hyperbolic sine", R"({"$asinh": 0})", "0.0"},
    {"$acosh", "inverse hyperbolic cosine", R"({"$acosh": 1})", "0.0"},
    {"$atanh", "inverse hyperbolic tangent", R"({"$atanh": 0})", "0.0"},
    {"$degreesToRadians", "degrees as radians", R"({"$degreesToRadians": 180})", "3.141592653589793"},
    {"$radiansToDegrees", "radians as degrees", R"({"$radiansToDegrees": 3.141592653589793})", "180.0"},
    {"$sigmoid", "1 / (1 + e^-x)", R"({"$sigmoid": 0})", "0.5"},
    {"$bitAnd", "bits that all integers have", R"({"$bitAnd": [6, 3]})", "2"},
    {"$bitOr", "bits that any integer has", R"({"$bitOr": [6, 3]})", "7"},
    {"$bitXor", "bits that an odd number of integers have", R"({"$bitXor": [6, 3]})", "5"},
    {"$bitNot", "every bit turned", R"({"$bitNot": 6})", "-7"},
    {"$sum", "of arguments, or of one array; what is no number is passed over", R"({"$sum": "$a"})", "6",
     R"({"a": [1, 2, "x", 3]})"},
    {"$avg", "the mean; null where there is no number", R"({"$avg": ["$a", "$b"]})", "1.5", R"({"a": 1, "b": 2})"},
    {"$min", "the least by the order of types, but null and missing", R"({"$min": [3, null, 2]})", "2"},
    {"$max", "the greatest by the order of types, but null and missing", R"({"$max": [3, null, 2]})", "3"},
    {"$stdDevPop", "standard deviation of a population", R"({"$stdDevPop": [1, 3]})", "1.0"},
    {"$stdDevSamp", "standard deviation of a sample", R"({"$stdDevSamp": [1, 3, 5]})", "2.0"},
};

}  // namespace

std::span<const OperatorRow> NumberExpressionRows() { return kRows; }

}  // namespace kalends
