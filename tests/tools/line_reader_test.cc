#include "tools/line_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "kalends/limits.h"
#include "tests/tools/scratch_folder.h"
#include "tools/import_source.h"

namespace kalends {
namespace {

using Lines = std::vector<std::pair<std::uint64_t, std::string>>;

struct Reading {
  Lines lines;
  std::string error;
};

Reading ReadAll(LineSource& source) {
  Reading reading;
  std::string_view line;
  std::uint64_t number = 0;
  while (true) {
    const auto more = source.Next(&line, &number);
    if (!more) {
      reading.error = more.error().message();
      return reading;
    }
    if (!*more) return reading;
    reading.lines.emplace_back(number, line);
  }
}

Reading ReadFiles(std::vector<std::string> files) {
  const CancelFlag cancel;
  ImportSource source(std::move(files), InputFormat::kNdjson, cancel);
  return ReadAll(source);
}

Lines ReadText(const std::string& text) {
  const ScratchFolder folder;
  const Reading reading = ReadFiles({folder.Write("lines", text)});
  EXPECT_EQ(reading.error, "");
  return reading.lines;
}

std::string Gzip(const std::string& text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

std::string ManyLines(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += "line " + std::to_string(std::int64_t{i} * 7919 % 104729) + "\n";
  return text;
}

TEST(LineReader, SplitsAtLineEndsAndNumbersFromOne) {
  EXPECT_EQ(ReadText("a\nbc\n\nd\n"), (Lines{{1, "a"}, {2, "bc"}, {3, ""}, {4, "d"}}));
}

TEST(LineReader, NeedsNoLineEndAtTheEnd) { EXPECT_EQ(ReadText("a\nb"), (Lines{{1, "a"}, {2, "b"}})); }

TEST(LineReader, AnEmptyFileHasNoLines) { EXPECT_EQ(ReadText(""), Lines{}); }

TEST(LineReader, DropsCarriageReturnsAndTheByteOrderMark) {
  EXPECT_EQ(ReadText("\xEF\xBB\xBF{}\r\na\rb\r\n"), (Lines{{1, "{}"}, {2, "a\rb"}}));
}

TEST(LineReader, KeepsNulAndInvalidUtf8ForTheImportToRefuse) {
  EXPECT_EQ(ReadText(std::string("a\0b\n\xFF\n", 6)), (Lines{{1, std::string("a\0b", 3)}, {2, "\xFF"}}));
}

TEST(LineReader, LinesMayBeLongerThanItsBuffer) {
  const std::string longest(5U << 20U, 'x');
  EXPECT_EQ(ReadText("a\n" + longest + "\nb\n"), (Lines{{1, "a"}, {2, longest}, {3, "b"}}));
}

TEST(LineReader, CutsLinesThatNoDocumentMayHaveSoThatTheyAreRefusedBySize) {
  const Lines lines =
      ReadText("a\n" + std::string(3 * kDocumentBytesMax, 'x') + "\nb\n" + std::string(2 * kDocumentBytesMax, 'y'));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_GT(lines[1].second.size(), kDocumentBytesMax);
  EXPECT_LT(lines[1].second.size(), kDocumentBytesMax + 100);
  EXPECT_EQ(lines[2], (std::pair<std::uint64_t, std::string>{3, "b"}));
  EXPECT_EQ(lines[3].first, 4U);
}

TEST(ByteSource, RecognisesGzipAndZstdByTheirContent) {
  const ScratchFolder folder;
  const std::string text = ManyLines(300000);
  const Lines plain = ReadFiles({folder.Write("plain", text)}).lines;
  EXPECT_EQ(plain.size(), 300000U);
  EXPECT_EQ(ReadFiles({folder.Write("a.txt", Gzip(text))}).lines, plain);
  EXPECT_EQ(ReadFiles({folder.Write("b.gz", Zstd(text))}).lines, plain);
}

TEST(ByteSource, ReadsSeveralMembersAndFramesOneAfterTheOther) {
  const ScratchFolder folder;
  const Lines expected = {{1, "a"}, {2, "bc"}, {3, "d"}};
  EXPECT_EQ(ReadFiles({folder.Write("a", Gzip("a\nb") + Gzip("c\nd\n"))}).lines, expected);
  EXPECT_EQ(ReadFiles({folder.Write("b", Zstd("a\nb") + Zstd("") + Zstd("c\nd\n"))}).lines, expected);
}

TEST(ByteSource, EveryCutOfACompressedFileIsAnErrorThatNamesIt) {
  const ScratchFolder folder;
  for (const std::string& packed : {Gzip(ManyLines(20)), Zstd(ManyLines(20))}) {
    for (std::size_t size = 4; size < packed.size(); ++size) {
      const Reading reading = ReadFiles({folder.Write("cut", packed.substr(0, size))});
      EXPECT_NE(reading.error.find("cut short"), std::string::npos) << size << " of " << packed.size();
      EXPECT_NE(reading.error.find("cut:"), std::string::npos) << reading.error;
    }
  }
}

TEST(ByteSource, DamagedCompressedFilesNeverEndTheProcess) {
  const ScratchFolder folder;
  for (const std::string& packed : {Gzip(ManyLines(20)), Zstd(ManyLines(20))}) {
    for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
      std::string damaged = packed;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      ReadFiles({folder.Write("damaged", damaged)});
    }
  }
}

TEST(ByteSource, AMissingFileIsNamed) {
  EXPECT_NE(ReadFiles({"/nowhere/at/all"}).error.find("/nowhere/at/all"), std::string::npos);
}

TEST(ImportSource, NumbersLinesThroughAllFilesAndFindsThemAgain) {
  const ScratchFolder folder;
  const CancelFlag cancel;
  const std::vector<std::string> files = {folder.Write("1", "a\nb\n"), folder.Write("2", ""),
                                          folder.Write("3", "c\nd")};
  ImportSource source(files, InputFormat::kNdjson, cancel);
  EXPECT_EQ(ReadAll(source).lines, (Lines{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}}));
  EXPECT_EQ(source.Locate(2).file, files[0]);
  EXPECT_EQ(source.Locate(2).line, 2U);
  EXPECT_EQ(source.Locate(3).file, files[2]);
  EXPECT_EQ(source.Locate(4).line, 2U);
  EXPECT_EQ(source.stored_bytes_read(), 7U);
  EXPECT_EQ(source.stored_bytes_total(), 7U);
}

TEST(ImportSource, WhatWasPeekedIsReadAgain) {
  const ScratchFolder folder;
  const CancelFlag cancel;
  ImportSource source({folder.Write("1", "a\nb\n"), folder.Write("2", "c\nd\n")}, InputFormat::kNdjson, cancel);
  const auto first = source.Peek(1);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(*first, (std::vector<std::string_view>{"a"}));
  const auto more = source.Peek(3);
  ASSERT_TRUE(more.has_value());
  EXPECT_EQ(*more, (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_EQ(ReadAll(source).lines, (Lines{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}}));
}

TEST(ImportSource, AFolderStandsForAllFilesWithinSorted) {
  const ScratchFolder folder;
  folder.Write("in/b", "b\n");
  folder.Write("in/a/z", "z\n");
  folder.Write("in/c", "c\n");
  const auto files = ExpandPaths({folder / "in", "-"});
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(*files, (std::vector<std::string>{folder / "in/a/z", folder / "in/b", folder / "in/c", "-"}));
  EXPECT_FALSE(ExpandPaths({folder / "nothing"}).has_value());
}

TEST(ImportSource, EndsWhenItIsCancelled) {
  const ScratchFolder folder;
  CancelFlag cancel;
  cancel.Cancel();
  ImportSource source({folder.Write("1", "a\n")}, InputFormat::kNdjson, cancel);
  std::string_view line;
  std::uint64_t number = 0;
  const auto more = source.Next(&line, &number);
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(more.error().code(), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace kalends
