// FlatBuffers are built from the inside out: the vectors of an object exist only when all its children are finished. So
// the parts of all objects that are open lie on stacks, one a vector; an object that closes takes what lies above its
// mark, and the stacks keep their memory from record to record.
//
// An object's vectors lie in this order: table, keys, types, wide, slots, bytes, names, children. The front, alike in
// all documents of one shape, is then one long match for the compression; other orders take up to 4 % more.
#include "format/errors.h"
#include "format/record_codec.h"
#include "format/record_frame.h"
#include "format/record_generated.h"
#include "format/stored_types.h"

namespace kalends {

static_assert(KeyDictionary::kNoNumber == 0xFFFF);  // As record.fbs says.

class RecordEncoder::State {
 public:
  // The FlatBuffer, valid until the next call.
  Status Build(const RecordParts& parts, KeyDictionary& keys) {
    Clear();
    Offset<stored::Object> id;
    keys_ = nullptr;  // An id is read without the key dictionary: its keys are spelled out.
    if (!parts.id.is_missing()) {
      const Mark mark = Begin();
      KALENDS_RETURN_IF_ERROR(AddValue(parts.id, mark, 0));
      id = EndObject(mark);
    }
    keys_ = &keys;
    const Mark mark = Begin();
    KALENDS_RETURN_IF_ERROR(AddFields(parts.root, mark, 1));
    const Offset<stored::Object> root = EndObject(mark);
    builder_.Finish(stored::CreateRecord(builder_, parts.time.value, id, parts.flags, root, parts.json_bytes));
    if (builder_.GetSize() > kRecordBytesMax) return TooLarge();
    return {};
  }

  std::string_view raw() const {
    return {reinterpret_cast<const char*>(builder_.GetBufferPointer()), builder_.GetSize()};
  }
  bool is_built() const { return is_built_; }

  Status Compress(const RecordCompression& compression, std::string* out) {
    const std::string_view raw = this->raw();
    Codec codec = compression.codec;
    if (codec == Codec::kZstdDictionary &&
        (compression.dictionary == nullptr || raw.size() > kDictionaryRecordBytesMax)) {
      codec = Codec::kZstd;
    }
    if (raw.size() < compression.compress_above) codec = Codec::kNone;
    const bool has_dictionary = codec == Codec::kZstdDictionary;
    const std::size_t frame = out->size();
    std::size_t payload = BeginFrame(codec, has_dictionary ? compression.dictionary->id() : 0, raw.size(), out);
    Status status = compressor_.Compress(codec, compression.level, compression.dictionary, raw, out);
    if (!status.ok()) {
      out->resize(frame);
      return status;
    }
    if (codec != Codec::kNone && out->size() - payload + (has_dictionary ? 1 : 0) >= raw.size()) {
      out->resize(frame);
      payload = BeginFrame(Codec::kNone, 0, raw.size(), out);
      out->append(raw);
    }
    SealFrame(frame, payload, out);
    return {};
  }

  Status Encode(const RecordParts& parts, const RecordCompression& compression, KeyDictionary& keys, std::string* out) {
    is_built_ = false;
    KALENDS_RETURN_IF_ERROR(Build(parts, keys));
    is_built_ = true;
    return Compress(compression, out);
  }

 private:
  template <class T>
  using Offset = flatbuffers::Offset<T>;

  // Where the parts of an open object begin.
  struct Mark {
    std::size_t keys, names, types, wide, bytes, children;
  };

  void Clear() {
    builder_.Clear();
    estimate_ = 0;
    for (auto* stack : {&types_, &bytes_}) stack->clear();
    keys_of_fields_.clear();
    names_.clear();
    slots_.clear();
    wide_.clear();
    children_.clear();
  }

  static Error TooLarge() {
    return LimitExceeded("document: it takes more than ", kRecordBytesMax, " bytes to store; make it smaller");
  }

  Mark Begin() const {
    return {keys_of_fields_.size(), names_.size(), types_.size(), wide_.size(), bytes_.size(), children_.size()};
  }

  Offset<stored::Object> EndObject(const Mark& mark) {
    // What is made last lies first.
    const auto children = Take(children_, mark.children);
    const auto names = Take(names_, mark.names);
    const auto bytes = Take(bytes_, mark.bytes);
    const auto slots = Take(slots_, mark.types);
    const auto wide = Take(wide_, mark.wide);
    const auto types = Take(types_, mark.types);
    const auto keys = Take(keys_of_fields_, mark.keys);
    return stored::CreateObject(builder_, keys, names, types, slots, wide, bytes, children);
  }

  // A vector of what lies above `begin`, which is taken away; none for nothing.
  template <class T>
  Offset<flatbuffers::Vector<T>> Take(std::vector<T>& stack, std::size_t begin) {
    if (stack.size() == begin) return 0;
    const auto vector = builder_.CreateVector(stack.data() + begin, stack.size() - begin);
    stack.resize(begin);
    return vector;
  }

  Status AddFields(const Value& object, const Mark& mark, int depth) {
    for (const Field& field : object.fields()) {
      const std::uint16_t key = keys_ == nullptr ? KeyDictionary::kNoNumber : keys_->NumberFor(field.name);
      keys_of_fields_.push_back(key);
      if (key == KeyDictionary::kNoNumber) {
        if (Exceeds(field.name.size())) return TooLarge();
        names_.push_back(builder_.CreateString(field.name.data(), field.name.size()));
      }
      KALENDS_RETURN_IF_ERROR(AddValue(field.value, mark, depth));
    }
    return {};
  }

  // Adds the value to the object or array that began at `mark` and lies `depth` deep, the root being 1.
  Status AddValue(const Value& value, const Mark& mark, int depth) {
    if (Exceeds(sizeof(std::uint8_t) + sizeof(std::uint32_t))) return TooLarge();
    switch (value.type()) {
      case Type::kMissing:
        return InvalidArgument("document: a field without a value cannot be stored");
      case Type::kNull:
        Add(StoredType::kNull, 0);
        return {};
      case Type::kBool:
        Add(StoredType::kBool, value.as_bool() ? 1 : 0);
        return {};
      case Type::kInt:
        Add(StoredType::kInt, static_cast<std::uint32_t>(value.as_integer()));
        return {};
      case Type::kLong:
        AddWide(StoredType::kLong, value.as_integer(), mark);
        return {};
      case Type::kDouble:
        AddDouble(value.as_double(), mark);
        return {};
      case Type::kDate:
        AddWide(StoredType::kDate, value.as_date_ms(), mark);
        return {};
      case Type::kString:
        return AddString(value.as_string(), mark);
      case Type::kBinary:
        bytes_.push_back(value.binary_subtype());
        return AddBytes(StoredType::kBinary, value.as_binary(), mark);
      case Type::kObjectId:
        return AddBytes(StoredType::kObjectId, value.as_object_id(), mark);
      case Type::kArray:
      case Type::kObject:
        return AddChild(value, mark, depth + 1);
    }
    return InvalidArgument("document: type ", static_cast<unsigned>(value.type()), " is not known");
  }

  void Add(StoredType type, std::size_t slot) {
    types_.push_back(static_cast<std::uint8_t>(type));
    slots_.push_back(static_cast<std::uint32_t>(slot));
  }

  void AddWide(StoredType type, std::int64_t value, const Mark& mark) {
    Add(type, wide_.size() - mark.wide);
    wide_.push_back(static_cast<std::uint64_t>(value));
    estimate_ += sizeof(value);
  }

  void AddDouble(double value, const Mark& mark) {
    if (const auto decimal = DoubleToDecimal(value)) {
      const auto type = static_cast<unsigned>(StoredType::kDecimal1) + static_cast<unsigned>(decimal->places) - 1;
      Add(static_cast<StoredType>(type), static_cast<std::uint32_t>(decimal->digits));
      return;
    }
    std::int64_t bits;
    static_assert(sizeof(bits) == sizeof(value));
    std::memcpy(&bits, &value, sizeof(bits));
    AddWide(StoredType::kDouble, bits, mark);
  }

  Status AddString(std::string_view text, const Mark& mark) {
    if (text.size() == kUuidTextBytes) {
      char uuid[kUuidBytes];
      if (PackUuid(text, uuid)) return AddBytes(StoredType::kUuidText, {uuid, kUuidBytes}, mark);
    } else if (text.size() == kTimeTextBytes) {
      if (const auto time_us = PackTimeText(text)) {
        AddWide(StoredType::kTimeText, *time_us, mark);
        return {};
      }
    }
    return AddBytes(StoredType::kString, text, mark);
  }

  Status AddBytes(StoredType type, std::string_view content, const Mark& mark) {
    if (Exceeds(content.size())) return TooLarge();
    // Between bytes of one type this is a memcpy; from char to uint8_t it would be a loop.
    const auto* begin = reinterpret_cast<const std::uint8_t*>(content.data());
    bytes_.insert(bytes_.end(), begin, begin + content.size());
    Add(type, bytes_.size() - mark.bytes);
    return {};
  }

  Status AddChild(const Value& value, const Mark& mark, int depth) {
    if (depth > kNestingDepthMax) {
      return LimitExceeded("document: it is nested more than ", kNestingDepthMax, " deep");
    }
    const bool is_array = value.is_array();
    if (is_array ? value.elements().empty() : value.fields().empty()) {
      Add(is_array ? StoredType::kEmptyArray : StoredType::kEmptyObject, 0);
      return {};
    }
    Add(is_array ? StoredType::kArray : StoredType::kObject, children_.size() - mark.children);
    const Mark child = Begin();
    if (is_array) {
      for (const Value& element : value.elements()) KALENDS_RETURN_IF_ERROR(AddValue(element, child, depth));
    } else {
      KALENDS_RETURN_IF_ERROR(AddFields(value, child, depth));
    }
    children_.push_back(EndObject(child));
    return {};
  }

  // Counts bytes that the record will hold at least, so that a document far past the limit ends before it fills the
  // memory.
  bool Exceeds(std::size_t bytes) {
    estimate_ += bytes;
    return estimate_ > kRecordBytesMax;
  }

  flatbuffers::FlatBufferBuilder builder_{4096};
  Compressor compressor_;
  KeyDictionary* keys_ = nullptr;
  std::size_t estimate_ = 0;
  bool is_built_ = false;
  std::vector<std::uint16_t> keys_of_fields_;
  std::vector<Offset<flatbuffers::String>> names_;
  std::vector<std::uint8_t> types_;  // As long as slots_.
  std::vector<std::uint32_t> slots_;
  std::vector<std::uint64_t> wide_;
  std::vector<std::uint8_t> bytes_;
  std::vector<Offset<stored::Object>> children_;
};

RecordEncoder::RecordEncoder() : state_(std::make_unique<State>()) {}
RecordEncoder::~RecordEncoder() = default;

Status RecordEncoder::Encode(const RecordParts& parts, const RecordCompression& compression, KeyDictionary& keys,
                             std::string* out) {
  if (!parts.root.is_object())
    return InvalidArgument("document: it is a ", TypeName(parts.root.type()), ", not an object");
  return state_->Encode(parts, compression, keys, out);
}

std::string_view RecordEncoder::last_raw() const { return state_->is_built() ? state_->raw() : std::string_view(); }

}  // namespace kalends
