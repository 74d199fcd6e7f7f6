#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/view.h"
#include "format/ids.h"
#include "kalends/time.h"

namespace kalends {

struct PreparedRow {
  std::uint32_t target = 0;      // Into WriteRequest::targets.
  std::size_t record_begin = 0;  // Into WriteRequest::records.
  std::uint32_t record_bytes = 0;
  std::uint32_t json_bytes = 0;
  std::size_t terms_begin = 0;  // Into WriteRequest::terms.
  std::uint32_t terms_bytes = 0;
  TimeUs time;
  IdHash hash;
  bool replaces = false;  // Its id is that of a deletion of the same request, hence free.
};

struct PreparedDeletion {
  std::uint32_t target = 0;
  RowId row;
  DeletionKind kind = DeletionKind::kDelete;
  std::string id_key;
};

struct WriteTarget {
  std::shared_ptr<Partition> partition;
  std::uint32_t slot = 0;
  std::uint32_t rows = 0;  // Prepared for it in this request.
};

// What one writer wants committed, encoded and looked up against the view of `checked`. All of it or none.
struct WriteRequest {
  std::shared_ptr<CollectionState> collection;
  std::vector<WriteTarget> targets;
  std::vector<PreparedRow> rows;
  IndexPaths indexes;  // What `index_hashes` are of, so many for each of `rows`, in its order.
  std::vector<std::uint32_t> index_hashes;
  TextOptionsPtr text;  // What `terms` (StoredTerms) are of; null: there are none.
  std::string terms;
  std::vector<PreparedDeletion> deletions;
  std::string records;
  CommitNumber checked;
  bool sync = false;

  // The outcome. A conflict is no error: an id was taken, a row deleted or a month dropped since `checked`; look up
  // again.
  struct Conflict {
    std::optional<std::size_t> row;  // The row whose id was taken.
  };
  std::optional<Conflict> conflict;
  Status status;
  CommitNumber commit;

  // The queue's.
  bool done = false;
  std::condition_variable* turn = nullptr;
};

}  // namespace kalends
