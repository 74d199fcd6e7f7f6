#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>

#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/session.h"

namespace kalends {
namespace {

std::int64_t Integer(std::uint64_t number) { return static_cast<std::int64_t>(number); }

std::uint64_t Sum(const DiskBytes& bytes) { return bytes.rows + bytes.index + bytes.text + bytes.columns; }

Value Ratio(const PartitionStats& stats) {
  if (stats.raw_bytes == 0) return Value::Null();
  return Value::Double(
      std::round(1e4 * static_cast<double>(Sum(stats.disk_bytes)) / static_cast<double>(stats.raw_bytes)) / 1e4);
}

// Of all bytes on disk.
Value TextShare(const DiskBytes& bytes) {
  if (Sum(bytes) == 0) return Value::Null();
  return Value::Double(std::round(1e4 * static_cast<double>(bytes.text) / static_cast<double>(Sum(bytes))) / 1e4);
}

PartitionStats Total(const std::vector<PartitionStats>& partitions) {
  PartitionStats total;
  for (const PartitionStats& partition : partitions) {
    total.documents += partition.documents;
    total.deleted += partition.deleted;
    total.raw_bytes += partition.raw_bytes;
    total.disk_bytes.rows += partition.disk_bytes.rows;
    total.disk_bytes.index += partition.disk_bytes.index;
    total.disk_bytes.text += partition.disk_bytes.text;
    total.disk_bytes.columns += partition.disk_bytes.columns;
    if (partition.from) total.from = total.from ? std::min(*total.from, *partition.from) : partition.from;
    if (partition.to) total.to = total.to ? std::max(*total.to, *partition.to) : partition.to;
    total.segments += partition.segments;
    total.tail += partition.tail;
  }
  return total;
}

void AddTime(const char* name, const std::optional<TimeUs>& time, DocumentBuilder* builder) {
  if (time) {
    builder->Add(name, FormatTime(*time));
  } else {
    builder->Add(name, Value::Null());
  }
}

void AddDiskBytes(const DiskBytes& bytes, DocumentBuilder* builder) {
  builder->Add("rows", Integer(bytes.rows)).Add("index", Integer(bytes.index));
  builder->Add("text", Integer(bytes.text)).Add("columns", Integer(bytes.columns));
}

// The fields of a partition; in a table the bytes stand beside the others.
void AddPartition(const PartitionStats& stats, bool flat, DocumentBuilder* builder) {
  builder->Add("documents", Integer(stats.documents)).Add("deleted", Integer(stats.deleted));
  builder->Add("raw_bytes", Integer(stats.raw_bytes));
  if (!flat) builder->BeginObject("disk_bytes");
  AddDiskBytes(stats.disk_bytes, builder);
  if (!flat) builder->End();
  builder->Add("ratio", Ratio(stats)).Add("text_share", TextShare(stats.disk_bytes));
  AddTime("from", stats.from, builder);
  AddTime("to", stats.to, builder);
  builder->Add("segments", Integer(stats.segments)).Add("tail", Integer(stats.tail));
}

// By path of an index, the partitions that have segments from before it; nothing where there are none.
void AddMissingIndexes(const std::vector<PartitionStats>& partitions, DocumentBuilder* builder) {
  std::map<std::string, std::vector<std::string>> missing;
  for (const PartitionStats& partition : partitions) {
    for (const std::string& path : partition.missing_indexes) missing[path].push_back(partition.name);
  }
  if (missing.empty()) return;
  builder->BeginObject("missing_indexes");
  for (const auto& [path, names] : missing) {
    builder->BeginArray(path);
    for (const std::string& name : names) builder->Add(name.c_str());
    builder->End();
  }
  builder->End();
}

class StatsCommand : public Command {
 public:
  void Define(CLI::App& app) override {
    AddDatabase(app, &directory_);
    AddOneCollection(app, &name_);
  }

  int Run(Session& session) override {
    return session.WithDatabase(directory_, [&](Database& database) {
      std::vector<CollectionStats> all;
      for (const std::string& name : name_.empty() ? database.CollectionNames() : std::vector<std::string>{name_}) {
        auto stats = database.Stats(name);
        if (!stats) return session.Fail(stats.error());
        all.push_back(std::move(*stats));
      }
      const OutputFormat format = session.format();
      if (format == OutputFormat::kTable || format == OutputFormat::kCsv) {
        PrintRows(session, all);
      } else {
        session.PrintObject(Describe(all));
      }
      return kExitDone;
    });
  }

 private:
  static void PrintRows(Session& session, const std::vector<CollectionStats>& all) {
    const auto printer = session.MakePrinter();
    const auto print = [&](const std::string& collection, const std::string& partition, const PartitionStats& stats) {
      DocumentBuilder row;
      row.Add("collection", collection).Add("partition", partition);
      AddPartition(stats, /*flat=*/true, &row);
      printer->Print(row.Build().value());
    };
    for (const CollectionStats& collection : all) {
      for (const PartitionStats& partition : collection.partitions) print(collection.name, partition.name, partition);
      print(collection.name, "total", Total(collection.partitions));
    }
    session.Finish(printer.get());
  }

  static Document Describe(const std::vector<CollectionStats>& all) {
    DocumentBuilder result;
    result.BeginObject("collections");
    for (const CollectionStats& collection : all) {
      result.BeginObject(collection.name).BeginObject("partitions");
      for (const PartitionStats& partition : collection.partitions) {
        result.BeginObject(partition.name);
        AddPartition(partition, /*flat=*/false, &result);
        result.End();
      }
      result.End().BeginObject("totals");
      AddPartition(Total(collection.partitions), /*flat=*/false, &result);
      result.End();
      AddMissingIndexes(collection.partitions, &result);
      result.End();
    }
    // This version has no result cache: the keys are there, and say so.
    result.End().BeginObject("cache");
    for (const char* name : {"entries", "bytes", "hits", "misses", "hit_rate"}) result.Add(name, 0);
    result.End();
    return result.Build();
  }

  std::string directory_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> MakeStatsCommand() { return std::make_unique<StatsCommand>(); }

}  // namespace kalends
