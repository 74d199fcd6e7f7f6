#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/database_impl.h"
#include "engine/segment_building.h"
#include "engine/verifying.h"
#include "tests/engine/engine_test_support.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {

// A database whose segments can be looked at, and damaged.
class SegmentedDatabase {
 public:
  explicit SegmentedDatabase(const std::string& directory) : directory_(directory) { Open(); }

  void Open() {
    DatabaseOptions options;
    options.create_if_missing = true;
    impl_ = Must(DatabaseImpl::Open(directory_, false, options, nullptr));
  }
  void Close() {
    Must(impl_->Close());
    impl_ = nullptr;
  }
  void Reopen() {
    Close();
    Open();
  }

  DatabaseImpl& impl() { return *impl_; }
  Collection Create(const std::string& name, const CollectionSpec& spec) {
    return {impl_.get(), Must(impl_->CreateCollection(name, spec))};
  }
  Collection Get(const std::string& name) { return {impl_.get(), Must(impl_->GetCollection(name))}; }

  PartitionRef Partition(const std::string& name) {
    const auto view = impl_->CurrentView();
    for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
      const auto& partition = view->Slot(slot).partition;
      if (partition != nullptr && partition->name() == name) return Must(view->Ref(slot));
    }
    throw std::runtime_error("no partition " + name);
  }

  struct Stored {
    std::string key;
    std::string value;
  };
  // What a family holds now.
  std::vector<Stored> Read(const Family& family) {
    std::vector<Stored> all;
    rocksdb::ReadOptions options;
    options.total_order_seek = true;
    const std::unique_ptr<rocksdb::Iterator> iterator(impl_->storage().db()->NewIterator(options, family.handle()));
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next())
      all.push_back({iterator->key().ToString(), iterator->value().ToString()});
    return all;
  }
  void Write(const Family& family, const std::string& key, const std::string& value) {
    if (!impl_->storage().db()->Put(NotInLog(), family.handle(), key, value).ok()) throw std::runtime_error("put");
  }
  void Remove(const Family& family, const std::string& key) {
    if (!impl_->storage().db()->Delete(NotInLog(), family.handle(), key).ok()) throw std::runtime_error("delete");
  }

  void Flush(const Family& family) {
    if (!impl_->storage().db()->Flush({}, family.handle()).ok()) throw std::runtime_error("flush");
  }

  // Of a deep verification, one a line.
  std::string Faults() {
    std::string faults;
    Must(VerifyDatabase(*impl_, true,
                        [&faults](const Fault& fault) {
                          faults +=
                              fault.partition + " " + fault.part + " " + fault.place + ": " + fault.problem + "\n";
                        },
                        {}));
    return faults;
  }

 private:
  // What is in the log has a commit number.
  static rocksdb::WriteOptions NotInLog() {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    return options;
  }

  const std::string directory_;
  std::unique_ptr<DatabaseImpl> impl_;
};

inline CollectionSpec IndexedSpec(std::vector<std::string> indexes) {
  CollectionSpec spec;
  spec.time_fields = {"timestamp"};
  spec.id_field = "_id";
  spec.indexes = std::move(indexes);
  return spec;
}

// {"_id": id, "timestamp": a time in the month, "user": "u<id % 7>", "usage": {"tokens": id}, "tags": [...]}
inline Document Message(int id, std::string_view month) {
  DocumentBuilder builder;
  const std::string day = std::to_string(10 + id % 18);
  builder.Add("_id", id).Add("timestamp", std::string(month) + "-" + day + "T00:00:00Z");
  builder.Add("user", "u" + std::to_string(id % 7));
  builder.BeginObject("usage").Add("tokens", id).End();
  if (id % 3 == 0) builder.BeginArray("tags").Add("a").Add(("t" + std::to_string(id % 5)).c_str()).End();
  if (id % 11 == 0) builder.Add("rare", id % 2 == 0 ? Value::Null() : Value::Double(id / 4.0));
  return builder.Build();
}

inline void InsertMessages(Collection collection, int begin, int end, std::string_view month) {
  std::vector<Document> documents;
  for (int id = begin; id < end; ++id) {
    documents.push_back(Message(id, month));
    if (documents.size() == 5000 || id + 1 == end) {
      Must(collection.InsertMany(documents));
      documents.clear();
    }
  }
}

}  // namespace kalends
