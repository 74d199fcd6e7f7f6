// $rename, as the three actions that it is made of. None of its paths may lead through an array.
#include <utility>

#include "format/errors.h"
#include "query/update_action.h"

namespace kalends {
namespace {

class Note final : public UpdateAction {
 public:
  Note(std::string place, std::size_t number)
      : UpdateAction(std::move(place), WhereMissing::kNeedsNoPath), number_(number) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& run) const override {
    if (target.is_in_array) return InvalidArgument(place(), ": an element of an array cannot be renamed");
    run.renamed[number_] = target.value;
    return UpdateChange::Same();
  }

 private:
  std::size_t number_;
};

class Removal final : public UpdateAction {
 public:
  Removal(std::string place, std::size_t number)
      : UpdateAction(std::move(place), WhereMissing::kIgnores), number_(number) {}

 protected:
  bool Acts(const UpdateRun& run) const override { return !run.renamed[number_].is_missing(); }
  Result<UpdateChange> Change(const UpdateTarget& /*target*/, UpdateRun& /*run*/) const override {
    return UpdateChange::Removed();
  }

 private:
  std::size_t number_;
};

class Target final : public UpdateAction {
 public:
  Target(std::string place, std::size_t number)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath), number_(number) {}

 protected:
  bool Acts(const UpdateRun& run) const override { return !run.renamed[number_].is_missing(); }
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& run) const override {
    if (target.is_in_array) return InvalidArgument(place(), ": the new name cannot lead into an array");
    return UpdateChange::Set(run.renamed[number_]);
  }

 private:
  std::size_t number_;
};

}  // namespace

UpdateActionPtr MakeRenameNote(std::string place, std::size_t number) {
  return std::make_unique<Note>(std::move(place), number);
}

UpdateActionPtr MakeRenameRemoval(std::string place, std::size_t number) {
  return std::make_unique<Removal>(std::move(place), number);
}

UpdateActionPtr MakeRenameTarget(std::string place, std::size_t number) {
  return std::make_unique<Target>(std::move(place), number);
}

}  // namespace kalends
