#include "query/mod_test.h"

#include <cstdint>
#include <optional>

#include "format/errors.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

class ModTest final : public ValueTest {
 public:
  ModTest(std::int64_t divisor, std::int64_t remainder) : divisor_(divisor), remainder_(remainder) {}

  bool Holds(const Value& value, MatchScratch&) const override {
    const std::optional<std::int64_t> dividend = TruncatedInteger(value);
    if (!dividend.has_value()) return false;
    if (divisor_ == -1) return remainder_ == 0;  // INT64_MIN % -1 overflows.
    return *dividend % divisor_ == remainder_;
  }
  std::optional<bool> HoldsForAll(Type type) const override {
    if (type != Type::kInt && type != Type::kLong && type != Type::kDouble) return false;
    return std::nullopt;
  }

 private:
  std::int64_t divisor_;
  std::int64_t remainder_;
};

Result<std::int64_t> ReadPart(const Value& value, const char* what, const FilterPlace& place) {
  if (!value.is_number()) return InvalidArgument(place, ": the ", what, " is no number but ", TypeName(value.type()));
  const std::optional<std::int64_t> integer = TruncatedInteger(value);
  if (!integer.has_value()) return InvalidArgument(place, ": the ", what, " ", ToJson(value), " is beyond 64 bits");
  return *integer;
}

}  // namespace

Result<ValueTestPtr> MakeModTest(const Value& operand, const FilterPlace& place) {
  if (!operand.is_array() || operand.elements().size() != 2) {
    return InvalidArgument(place, ": expected an array of two numbers: [divisor, remainder]");
  }
  KALENDS_TRY(const std::int64_t divisor, ReadPart(operand.elements()[0], "divisor", place));
  KALENDS_TRY(const std::int64_t remainder, ReadPart(operand.elements()[1], "remainder", place));
  if (divisor == 0) return InvalidArgument(place, ": the divisor cannot be 0");
  return ValueTestPtr(std::make_unique<ModTest>(divisor, remainder));
}

}  // namespace kalends
