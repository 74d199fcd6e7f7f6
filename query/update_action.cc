#include "query/update_action.h"

#include <algorithm>

#include "format/errors.h"
#include "kalends/limits.h"
#include "query/update_path.h"

namespace kalends {
namespace {

// Looks at values until they are too deep or too large.
class Measure {
 public:
  explicit Measure(std::size_t* bytes_left) : bytes_left_(bytes_left) {}

  // The bytes are the fewest that the JSON text of the value can have.
  bool Fits(const Value& value, int levels) {
    if (value.is_array() || value.is_object()) return FitsContainer(value, levels);
    if (value.is_string()) return Take(value.as_string().size() + 1);
    return Take(value.type() == Type::kBinary ? value.as_binary().size() + 1 : 1);
  }
  bool is_deep() const { return is_deep_; }

 private:
  bool Take(std::size_t bytes) {
    if (bytes > *bytes_left_) return false;
    *bytes_left_ -= bytes;
    return true;
  }

  bool FitsContainer(const Value& value, int levels) {
    is_deep_ = levels == 0;
    if (is_deep_ || !Take(1)) return false;
    if (value.is_array()) {
      const auto elements = value.elements();
      return std::all_of(elements.begin(), elements.end(), [&](const Value& each) { return Fits(each, levels - 1); });
    }
    const auto fields = value.fields();
    return std::all_of(fields.begin(), fields.end(),
                       [&](const Field& each) { return Take(each.name.size() + 1) && Fits(each.value, levels - 1); });
  }

  std::size_t* bytes_left_;
  bool is_deep_ = false;
};

}  // namespace

Result<UpdateChange> UpdateAction::Apply(const UpdateTarget& target, UpdateRun& run) const {
  if (!Acts(run)) return UpdateChange::Same();
  if (target.value.is_missing()) {
    if (where_missing_ == WhereMissing::kIgnores) return UpdateChange::Same();
    if (target.obstacle != nullptr) {
      return InvalidArgument(place_, ": ", ShortName(target.obstacle->path), " cannot be made in a value of type ",
                             TypeName(target.obstacle->value.type()));
    }
    if (where_missing_ == WhereMissing::kNeedsNoPath) return UpdateChange::Same();
  }
  KALENDS_TRY(const UpdateChange change, Change(target, run));
  if (change.kind == UpdateChange::Kind::kSet) {
    KALENDS_RETURN_IF_ERROR(CheckValue(change.value, target.depth, &run.bytes_left, place_));
  }
  return change;
}

bool SameInOrder(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  if (a.is_array()) {
    return std::equal(a.elements().begin(), a.elements().end(), b.elements().begin(), b.elements().end(), SameInOrder);
  }
  if (!a.is_object()) return Identical(a, b);
  return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                    [](const Field& x, const Field& y) { return x.name == y.name && SameInOrder(x.value, y.value); });
}

Status CheckValue(const Value& value, int depth, std::size_t* bytes_left, std::string_view place) {
  Measure measure(bytes_left);
  if (depth <= kNestingDepthMax && measure.Fits(value, kNestingDepthMax - depth)) return {};
  if (depth > kNestingDepthMax || measure.is_deep()) {
    return LimitExceeded(place, ": the document would nest more than ", kNestingDepthMax, " deep");
  }
  return LimitExceeded(place, ": the document would have more than ", kDocumentBytesMax, " bytes");
}

}  // namespace kalends
