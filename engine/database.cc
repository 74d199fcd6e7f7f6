#include "kalends/database.h"

#include <utility>

#include "engine/compacting.h"
#include "engine/database_impl.h"
#include "engine/index_rebuild.h"
#include "engine/stats.h"
#include "engine/verifying.h"
#include "format/errors.h"

namespace kalends {

Database::Database(std::unique_ptr<DatabaseImpl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> OpenObserved(const std::string& directory, const DatabaseOptions& options,
                                               std::shared_ptr<FileObserver> observer) {
  KALENDS_TRY(auto impl, DatabaseImpl::Open(directory, false, options, std::move(observer)));
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& directory, const DatabaseOptions& options) {
  return OpenObserved(directory, options, nullptr);
}

Result<std::unique_ptr<Database>> Database::OpenInMemory(const DatabaseOptions& options) {
  KALENDS_TRY(auto impl, DatabaseImpl::Open("(memory)", true, options, nullptr));
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Status Database::Close() { return impl_->Close(); }

Result<Collection> Database::CreateCollection(std::string_view name, const CollectionSpec& spec) {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  KALENDS_TRY(auto state, impl_->CreateCollection(name, spec));
  return Collection(impl_.get(), std::move(state));
}

Result<Collection> Database::GetCollection(std::string_view name) const {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  KALENDS_TRY(auto state, impl_->GetCollection(name));
  return Collection(impl_.get(), std::move(state));
}

std::vector<std::string> Database::CollectionNames() const {
  std::vector<std::string> names;
  if (const auto view = impl_->CurrentView()) {
    for (const auto& [name, collection] : *view->directory) names.push_back(name);
  }
  return names;
}

Status Database::SetSpec(std::string_view name, const CollectionSpec& spec) {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return impl_->SetSpec(name, spec);
}

Result<DropReport> Database::Drop(std::string_view name, std::optional<std::string_view> month, bool dry_run) {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return impl_->Drop(name, month, dry_run);
}

Result<CollectionStats> Database::Stats(std::string_view name) const {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return StatsOf(*impl_, name);
}

Result<std::uint64_t> Database::Verify(bool deep, const std::function<void(const Fault&)>& on_fault,
                                       const CallOptions& call) {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return VerifyDatabase(*impl_, deep, on_fault, call);
}

Result<RebuildReport> Database::RebuildIndex(std::optional<std::string_view> name, const RebuildOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return kalends::RebuildIndex(*impl_, name, options);
}

Result<CompactReport> Database::Compact(std::optional<std::string_view> name, const CompactOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return CompactDatabase(*impl_, name, options);
}

Status Database::Sync() {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return impl_->Sync();
}

Status Database::SealAll() {
  KALENDS_TRY([[maybe_unused]] const auto running, impl_->BeginCall());
  return impl_->SealAll();
}

std::string_view Version() { return KALENDS_VERSION; }

}  // namespace kalends
