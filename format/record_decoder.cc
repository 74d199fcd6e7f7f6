// Nothing of a record is believed. In turn: the frame and its checksum; the size after decompression; FlatBuffers'
// Verifier, so that every offset and vector lies within the buffer; then, object by object while values are made:
// vectors of equal length, known types and keys, slots in range, ends in `bytes` that rise, names and children used
// once each and in order. So a record stands for one document, and no record can be made that takes more than a small
// multiple of its own size in memory: vectors that several objects share are caught by counting the values.
#include <new>

#include "format/errors.h"
#include "format/record_codec.h"
#include "format/record_frame.h"
#include "format/record_generated.h"
#include "format/stored_types.h"

namespace kalends {
namespace {

constexpr flatbuffers::uoffset_t kVerifierDepth =
    256;  // The defaults, 64 and 1,000,000 tables, refuse legal documents.
constexpr std::size_t kTableBytesMin = 4;
constexpr std::size_t kValueBytesMin = sizeof(std::uint8_t) + sizeof(std::uint32_t);  // In types and slots.

template <class T>
std::span<const T> Items(const flatbuffers::Vector<T>* vector) {
  if (vector == nullptr) return {};
  return {reinterpret_cast<const T*>(vector->Data()), vector->size()};
}

// The Verifier looks at the length of a vector alone: a vector of larger items may still begin between two of them.
bool IsAligned(const flatbuffers::Vector<std::uint64_t>* vector) {
  return vector == nullptr || vector->size() == 0 ||
         reinterpret_cast<std::uintptr_t>(vector->Data()) % sizeof(std::uint64_t) == 0;
}

// Turns the objects of one record into values. Strings point into the record's buffer.
class ObjectReader {
 public:
  ObjectReader(const KeyDictionary* keys, std::size_t raw_bytes, Arena& arena)
      : keys_(keys),
        keys_size_(keys == nullptr ? 0 : keys->size()),
        values_left_(raw_bytes / kValueBytesMin),
        arena_(arena) {}

  bool ReadObject(const stored::Object& object, int depth, Value* value) {
    Parts parts;
    if (!Open(object, depth, &parts)) return false;
    const std::span<const std::uint16_t> keys = Items(object.keys());
    if (keys.size() != parts.types.size())
      return Wrong("an object has ", keys.size(), " keys for ", parts.types.size(), " values");
    const std::size_t count = keys.size();
    auto* fields = static_cast<Field*>(arena_.Allocate(count * sizeof(Field)));
    flatbuffers::uoffset_t next_name = 0;
    for (std::size_t i = 0; i < count; ++i) {
      Field* field = new (fields + i) Field;
      const std::uint16_t key = keys[i];
      if (key < keys_size_) {
        field->name = keys_->Name(key);
      } else if (key != KeyDictionary::kNoNumber) {
        return Wrong("key number ", key, " is not in the dictionary of ", keys_size_);
      } else if (object.names() == nullptr || next_name >= object.names()->size()) {
        return Wrong("a key without number has no name");
      } else {
        field->name = object.names()->Get(next_name++)->string_view();
      }
      if (!ReadValue(parts, i, depth, &field->value)) return false;
    }
    *value = Value::Object({fields, count});
    const bool names_used = next_name == (object.names() == nullptr ? 0 : object.names()->size());
    return (names_used || Wrong("an object has more names than keys without number")) && Close(parts);
  }

  bool ReadArray(const stored::Object& object, int depth, Value* value) {
    Parts parts;
    if (!Open(object, depth, &parts)) return false;
    if (object.keys() != nullptr || object.names() != nullptr) return Wrong("an array has keys");
    const std::size_t count = parts.types.size();
    auto* elements = static_cast<Value*>(arena_.Allocate(count * sizeof(Value)));
    for (std::size_t i = 0; i < count; ++i) {
      new (elements + i) Value;
      if (!ReadValue(parts, i, depth, elements + i)) return false;
    }
    *value = Value::Array({elements, count});
    return Close(parts);
  }

  Error error() const { return Corruption("record: ", problem_); }

 private:
  struct Parts {
    std::span<const std::uint8_t> types;
    std::span<const std::uint32_t> slots;
    std::span<const std::uint64_t> wide;
    std::span<const std::uint8_t> bytes;
    const flatbuffers::Vector<flatbuffers::Offset<stored::Object>>* children = nullptr;
    std::uint32_t children_size = 0;
    std::uint32_t bytes_used = 0;
    std::uint32_t children_used = 0;
  };

  // Always false. Not inlined: the reading above it stays small.
  template <class... Words>
  [[gnu::noinline]] bool Wrong(const Words&... words) {
    problem_ = Corruption(words...).message();
    return false;
  }

  bool Open(const stored::Object& object, int depth, Parts* parts) {
    if (depth > kNestingDepthMax) return Wrong("it is nested more than ", kNestingDepthMax, " deep");
    parts->types = Items(object.types());
    parts->slots = Items(object.slots());
    if (!IsAligned(object.wide())) return Wrong("the 64-bit values of an object are not at a multiple of 8 bytes");
    parts->wide = Items(object.wide());
    parts->bytes = Items(object.bytes());
    parts->children = object.children();
    parts->children_size = parts->children == nullptr ? 0 : parts->children->size();
    if (parts->slots.size() != parts->types.size()) {
      return Wrong("an object has ", parts->slots.size(), " slots for ", parts->types.size(), " types");
    }
    if (parts->types.size() > values_left_) return Wrong("it holds more values than bytes for them");
    values_left_ -= parts->types.size();
    return true;
  }

  bool Close(const Parts& parts) {
    if (parts.bytes_used != parts.bytes.size()) return Wrong("an object has bytes that no value uses");
    if (parts.children_used != parts.children_size) return Wrong("an object has children that no value uses");
    return true;
  }

  bool ReadValue(Parts& parts, std::size_t index, int depth, Value* value) {
    const std::uint32_t slot = parts.slots[index];
    const auto type = static_cast<StoredType>(parts.types[index]);
    switch (type) {
      case StoredType::kNull:
        *value = Value::Null();
        return slot == 0 || WrongSlot(type, slot);
      case StoredType::kBool:
        *value = Value::Bool(slot != 0);
        return slot <= 1 || WrongSlot(type, slot);
      case StoredType::kInt:
        *value = Value::Int(static_cast<std::int32_t>(slot));
        return true;
      case StoredType::kDecimal1:
      case StoredType::kDecimal2:
      case StoredType::kDecimal3:
      case StoredType::kDecimal4:
      case StoredType::kDecimal5:
      case StoredType::kDecimal6: {
        const int places = static_cast<int>(type) - static_cast<int>(StoredType::kDecimal1) + 1;
        *value = Value::Double(DecimalToDouble(static_cast<std::int32_t>(slot), places));
        return true;
      }
      case StoredType::kLong:
      case StoredType::kDouble:
      case StoredType::kDate:
      case StoredType::kTimeText:
        if (slot >= parts.wide.size()) return WrongSlot(type, slot);
        return ReadWide(type, parts.wide[slot], value);
      case StoredType::kString:
      case StoredType::kBinary:
      case StoredType::kObjectId:
      case StoredType::kUuidText: {
        if (slot < parts.bytes_used || slot > parts.bytes.size()) return WrongSlot(type, slot);
        const char* begin = reinterpret_cast<const char*>(parts.bytes.data()) + parts.bytes_used;
        const std::size_t size = slot - parts.bytes_used;
        parts.bytes_used = slot;
        return ReadBytes(type, {begin, size}, value);
      }
      case StoredType::kArray:
      case StoredType::kObject: {
        if (slot != parts.children_used || slot >= parts.children_size) return WrongSlot(type, slot);
        const stored::Object& child = *parts.children->Get(parts.children_used++);
        return type == StoredType::kArray ? ReadArray(child, depth + 1, value) : ReadObject(child, depth + 1, value);
      }
      case StoredType::kEmptyArray:
        *value = Value::Array({});
        return slot == 0 || WrongSlot(type, slot);
      case StoredType::kEmptyObject:
        *value = Value::Object({});
        return slot == 0 || WrongSlot(type, slot);
    }
    return Wrong("type ", unsigned{parts.types[index]}, " of a value is not known");
  }

  bool WrongSlot(StoredType type, std::uint32_t slot) {
    return Wrong("slot ", slot, " is wrong for a value of type ", static_cast<unsigned>(type));
  }

  bool ReadWide(StoredType type, std::uint64_t wide, Value* value) {
    const auto integer = static_cast<std::int64_t>(wide);
    if (type == StoredType::kLong) {
      *value = Value::Long(integer);
    } else if (type == StoredType::kDate) {
      *value = Value::DateMs(integer);
    } else if (type == StoredType::kDouble) {
      double number;
      std::memcpy(&number, &wide, sizeof(number));
      *value = Value::Double(number);
    } else {
      char* text = static_cast<char*>(arena_.Allocate(kTimeTextBytes));
      if (!UnpackTimeText(integer, text)) return Wrong("the time text of ", integer, " us cannot be");
      *value = Value::String({text, kTimeTextBytes});
    }
    return true;
  }

  bool ReadBytes(StoredType type, std::string_view bytes, Value* value) {
    if (type == StoredType::kString) {
      *value = Value::String(bytes);
    } else if (type == StoredType::kUuidText) {
      if (bytes.size() != kUuidBytes) return Wrong("a uuid has ", bytes.size(), " bytes");
      char* text = static_cast<char*>(arena_.Allocate(kUuidTextBytes));
      UnpackUuid(bytes.data(), text);
      *value = Value::String({text, kUuidTextBytes});
    } else if (type == StoredType::kObjectId) {
      if (bytes.size() != 12) return Wrong("an ObjectId has ", bytes.size(), " bytes");
      *value = Value::ObjectId(bytes.data());
    } else {
      if (bytes.empty()) return Wrong("a binary has no subtype");
      *value = Value::Binary(bytes.substr(1), static_cast<std::uint8_t>(bytes.front()));
    }
    return true;
  }

  const KeyDictionary* keys_;
  std::uint32_t keys_size_;
  std::size_t values_left_;
  Arena& arena_;
  std::string problem_;
};

}  // namespace

class RecordDecoder::State {
 public:
  // Decompresses into the arena, so that strings need no copy of their own.
  Result<std::string_view> Open(std::string_view record, const ZstdDictionaries& dictionaries, Arena& arena) {
    KALENDS_TRY(const RecordFrame frame, OpenFrame(record));
    const ZstdDictionary* dictionary = nullptr;
    if (frame.codec == Codec::kZstdDictionary) {
      dictionary = dictionaries.Find(frame.dictionary_id);
      if (dictionary == nullptr) {
        return Corruption("record: zstd dictionary ", unsigned{frame.dictionary_id}, " is not among the partition's");
      }
    }
    const std::span<char> raw(static_cast<char*>(arena.Allocate(frame.raw_bytes)), frame.raw_bytes);
    const Status status = compressor_.Decompress(frame.codec, dictionary, frame.payload, raw);
    if (!status.ok()) return WithContext("record", status.error());
    flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size(), kVerifierDepth,
                                   static_cast<flatbuffers::uoffset_t>(raw.size() / kTableBytesMin));
    if (!stored::VerifyRecordBuffer(verifier))
      return Corruption("record: its ", raw.size(), " bytes are no FlatBuffer");
    return std::string_view(raw.data(), raw.size());
  }

  // Without `keys`, the root is left out: an id needs none.
  Result<RecordParts> Decode(std::string_view record, const KeyDictionary* keys, const ZstdDictionaries& dictionaries,
                             Arena& arena) {
    KALENDS_TRY(const std::string_view raw, Open(record, dictionaries, arena));
    const stored::Record& stored = *stored::GetRecord(raw.data());
    ObjectReader reader(keys, raw.size(), arena);
    RecordParts parts;
    parts.time = TimeUs{stored.time_us()};
    parts.flags = stored.flags();
    parts.json_bytes = stored.json_bytes();
    if (stored.id() != nullptr) {
      Value id;
      if (!reader.ReadArray(*stored.id(), 0, &id)) return reader.error();
      if (id.elements().size() != 1) return Corruption("record: its id has ", id.elements().size(), " values");
      parts.id = id.elements().front();
    }
    if (stored.root() == nullptr) return Corruption("record: it holds no document");
    if (keys != nullptr && !reader.ReadObject(*stored.root(), 1, &parts.root)) return reader.error();
    return parts;
  }

  Result<std::string_view> Raw(std::string_view record, const ZstdDictionaries& dictionaries) {
    arena_.Reset();
    return Open(record, dictionaries, arena_);
  }

 private:
  Compressor compressor_;
  Arena arena_;  // For Raw.
};

RecordDecoder::RecordDecoder() : state_(std::make_unique<State>()) {}
RecordDecoder::~RecordDecoder() = default;

Result<RecordParts> RecordDecoder::Decode(std::string_view record, const KeyDictionary& keys,
                                          const ZstdDictionaries& dictionaries, Arena& arena) {
  return state_->Decode(record, &keys, dictionaries, arena);
}

Result<RecordParts> RecordDecoder::DecodeHead(std::string_view record, const ZstdDictionaries& dictionaries,
                                              Arena& arena) {
  return state_->Decode(record, nullptr, dictionaries, arena);
}

Result<std::string_view> RecordDecoder::Raw(std::string_view record, const ZstdDictionaries& dictionaries) {
  return state_->Raw(record, dictionaries);
}

}  // namespace kalends
